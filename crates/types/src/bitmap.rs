//! A growable bit array: validity of column rows.

/// One bit a row; a set bit means the row holds a value, a clear bit NULL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// `len` bits, all `bit`.
    pub fn filled(len: usize, bit: bool) -> Self {
        let mut words = vec![if bit { u64::MAX } else { 0 }; len.div_ceil(64)];
        if bit && !len.is_multiple_of(64) {
            // Bits past the end stay clear, so that words can be compared and counted.
            if let Some(last) = words.last_mut() {
                *last = (1 << (len % 64)) - 1;
            }
        }
        Self { words, len }
    }

    /// Number of bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True for no bits at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit at `index`.
    #[inline]
    pub fn get(&self, index: usize) -> bool {
        debug_assert!(index < self.len);
        self.words[index / 64] >> (index % 64) & 1 == 1
    }

    /// Changes one bit.
    #[inline]
    pub fn set(&mut self, index: usize, bit: bool) {
        debug_assert!(index < self.len);
        let mask = 1 << (index % 64);
        if bit {
            self.words[index / 64] |= mask;
        } else {
            self.words[index / 64] &= !mask;
        }
    }

    /// Appends one bit.
    pub fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        if bit {
            self.set(self.len - 1, true);
        }
    }

    /// Number of set bits.
    pub fn count_ones(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// True when every bit is set.
    pub fn all(&self) -> bool {
        self.count_ones() == self.len
    }

    /// The bits set in both; both have the same length.
    pub fn and(&self, other: &Self) -> Self {
        debug_assert_eq!(self.len, other.len);
        Self {
            words: self
                .words
                .iter()
                .zip(&other.words)
                .map(|(a, b)| a & b)
                .collect(),
            len: self.len,
        }
    }

    /// The 64-bit words, low bit first; bits past the end are clear.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Indexes of the set bits, ascending.
    pub fn ones(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    at * 64 + bit
                })
            })
        })
    }
}

impl FromIterator<bool> for Bitmap {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let mut out = Self::default();
        for bit in bits {
            out.push(bit);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaves_like_a_vec_of_bools() {
        for len in [0, 1, 63, 64, 65, 200] {
            let bits: Vec<bool> = (0..len).map(|i| i % 3 == 0).collect();
            let map: Bitmap = bits.iter().copied().collect();
            assert!((0..len).all(|i| map.get(i) == bits[i]));
            assert_eq!(map.ones().count(), map.count_ones());
            assert!(Bitmap::filled(len, true).all());
        }
    }
}
