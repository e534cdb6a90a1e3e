//! Sets of columns as bit sets.

use std::fmt;
use types::ColId;

/// A set of [`ColId`]s. Equal sets compare and hash equal.
#[derive(Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct ColSet {
    /// Low bit first; the last word is never zero.
    words: Vec<u64>,
}

impl ColSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// True for the empty set.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// True when the set holds the column.
    pub fn contains(&self, col: ColId) -> bool {
        self.words
            .get(col.index() / 64)
            .is_some_and(|w| w >> (col.index() % 64) & 1 == 1)
    }

    /// Adds a column.
    pub fn insert(&mut self, col: ColId) {
        let word = col.index() / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (col.index() % 64);
    }

    /// Removes a column.
    pub fn remove(&mut self, col: ColId) {
        if let Some(word) = self.words.get_mut(col.index() / 64) {
            *word &= !(1 << (col.index() % 64));
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }

    /// Adds all columns of the other set.
    pub fn extend_with(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    /// Columns in either set.
    pub fn union(&self, other: &Self) -> Self {
        let mut out = self.clone();
        out.extend_with(other);
        out
    }

    /// Columns in both sets.
    pub fn intersection(&self, other: &Self) -> Self {
        let mut out = Self {
            words: self
                .words
                .iter()
                .zip(&other.words)
                .map(|(a, b)| a & b)
                .collect(),
        };
        out.trim();
        out
    }

    /// Columns of this set that the other lacks.
    pub fn difference(&self, other: &Self) -> Self {
        let at = |i: usize| other.words.get(i).copied().unwrap_or(0);
        let mut out = Self {
            words: self
                .words
                .iter()
                .enumerate()
                .map(|(i, w)| w & !at(i))
                .collect(),
        };
        out.trim();
        out
    }

    /// True when every column of this set is in the other.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.words
            .iter()
            .enumerate()
            .all(|(i, w)| w & !other.words.get(i).copied().unwrap_or(0) == 0)
    }

    /// True when the sets share a column.
    pub fn intersects(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    /// The columns, ascending.
    pub fn iter(&self) -> impl Iterator<Item = ColId> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| ColId((at * 64 + bit) as u32))
        })
    }
}

impl FromIterator<ColId> for ColSet {
    fn from_iter<I: IntoIterator<Item = ColId>>(cols: I) -> Self {
        let mut out = Self::new();
        for col in cols {
            out.insert(col);
        }
        out
    }
}

impl Extend<ColId> for ColSet {
    fn extend<I: IntoIterator<Item = ColId>>(&mut self, cols: I) {
        for col in cols {
            self.insert(col);
        }
    }
}

impl fmt::Debug for ColSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|c| c.0)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_algebra() {
        let of = |ids: &[u32]| ids.iter().map(|&i| ColId(i)).collect::<ColSet>();
        let (a, b) = (of(&[1, 64, 200]), of(&[1, 64]));
        assert!(b.is_subset(&a) && !a.is_subset(&b) && a.intersects(&b));
        assert_eq!(a.difference(&b), of(&[200]));
        assert_eq!(a.intersection(&b), b);
        let mut c = a.clone();
        c.remove(ColId(200));
        assert_eq!(c, b);
        assert_eq!(a.iter().map(|c| c.0).collect::<Vec<_>>(), [1, 64, 200]);
    }
}
