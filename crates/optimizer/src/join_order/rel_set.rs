//! Sets of relations of one join block.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

/// A set of up to 128 relations, numbered from 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct RelSet(pub u128);

/// Most relations of a join block.
pub const MAX_RELATIONS: usize = 128;

impl RelSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// One relation.
    pub fn single(relation: usize) -> Self {
        Self(1 << relation)
    }

    /// Relations 0 to n - 1.
    pub fn first(n: usize) -> Self {
        Self(if n >= MAX_RELATIONS {
            u128::MAX
        } else {
            (1 << n) - 1
        })
    }

    /// Relations up to and including this one.
    pub fn up_to(relation: usize) -> Self {
        Self::first(relation + 1)
    }

    /// True for the empty set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Number of relations.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// True when the set holds the relation.
    pub fn contains(self, relation: usize) -> bool {
        self.0 >> relation & 1 == 1
    }

    /// True when every relation of this set is in the other.
    pub fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// True when the sets share a relation.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The least relation; 128 for the empty set.
    pub fn least(self) -> usize {
        self.0.trailing_zeros() as usize
    }

    /// The least relation as a set.
    pub fn least_set(self) -> Self {
        Self(self.0 & self.0.wrapping_neg())
    }

    /// The relations, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let at = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                at
            })
        })
    }

    /// The nonempty subsets, ascending as numbers.
    pub fn subsets(self) -> impl Iterator<Item = Self> {
        let mut last = 0u128;
        std::iter::from_fn(move || {
            last = last.wrapping_sub(self.0) & self.0;
            (last != 0).then_some(Self(last))
        })
    }
}

impl BitOr for RelSet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for RelSet {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for RelSet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for RelSet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<usize> for RelSet {
    fn from_iter<I: IntoIterator<Item = usize>>(relations: I) -> Self {
        relations
            .into_iter()
            .fold(Self::EMPTY, |set, r| set | Self::single(r))
    }
}

impl fmt::Debug for RelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_come_once_each() {
        let set: RelSet = [1, 4, 127].into_iter().collect();
        let all: Vec<RelSet> = set.subsets().collect();
        assert_eq!(all.len(), 7);
        assert!(all.windows(2).all(|w| w[0] < w[1]));
        assert!(all.iter().all(|s| s.is_subset(set)));
        assert_eq!(RelSet::EMPTY.subsets().count(), 0);
        assert_eq!(RelSet::up_to(127).len(), 128);
    }
}
