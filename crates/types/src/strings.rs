//! Vectors of strings: 16-byte views, strings of at most 12 bytes inside the view, longer ones in a byte arena.
//!
//! The layout follows Neumann and Freitag, "Umbra: A Disk-Based System with In-Memory Performance" (2020).

use std::cmp::Ordering;
use std::sync::Arc;

const INLINE: usize = 12;

/// Length, then either the bytes themselves or the first four, the buffer and the offset.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct View {
    len: u32,
    /// Inline bytes, or 4 bytes of prefix, buffer number (u32 LE), offset (u32 LE).
    head: [u8; INLINE],
}

impl View {
    fn place(&self) -> (usize, usize) {
        let word = |at: usize| {
            u32::from_le_bytes([
                self.head[at],
                self.head[at + 1],
                self.head[at + 2],
                self.head[at + 3],
            ])
        };
        (word(4) as usize, word(8) as usize)
    }
}

/// A vector of UTF-8 strings. Copying rows between vectors shares the long bytes.
#[derive(Clone, Default)]
pub struct StrVec {
    views: Vec<View>,
    /// Finished buffers, shared with the vectors rows were gathered from.
    shared: Vec<Arc<Vec<u8>>>,
    /// The buffer being filled; its number is `shared.len()` at all times.
    open: Vec<u8>,
}

impl StrVec {
    /// An empty vector.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty vector with room for `rows` strings.
    pub fn with_capacity(rows: usize) -> Self {
        Self {
            views: Vec::with_capacity(rows),
            ..Self::default()
        }
    }

    /// Number of strings.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// True for no strings.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// Appends a string.
    pub fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Appends the bytes of a string that is known to be UTF-8.
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        let mut view = View {
            len: bytes.len() as u32,
            head: [0; INLINE],
        };
        if bytes.len() <= INLINE {
            view.head[..bytes.len()].copy_from_slice(bytes);
        } else {
            view.head[..4].copy_from_slice(&bytes[..4]);
            view.head[4..8].copy_from_slice(&(self.shared.len() as u32).to_le_bytes());
            view.head[8..].copy_from_slice(&(self.open.len() as u32).to_le_bytes());
            self.open.extend_from_slice(bytes);
        }
        self.views.push(view);
    }

    /// The bytes of string `row`.
    #[inline]
    pub fn bytes(&self, row: usize) -> &[u8] {
        let view = &self.views[row];
        let len = view.len as usize;
        if len <= INLINE {
            return &view.head[..len];
        }
        let (buffer, offset) = view.place();
        let buffer = self.shared.get(buffer).map_or(&self.open[..], |b| &b[..]);
        &buffer[offset..offset + len]
    }

    /// String `row`.
    pub fn get(&self, row: usize) -> &str {
        std::str::from_utf8(self.bytes(row)).expect("string vectors hold UTF-8")
    }

    /// True when string `row` equals the bytes; decided by length and first bytes in most cases.
    #[inline]
    pub fn equals(&self, row: usize, bytes: &[u8]) -> bool {
        let view = &self.views[row];
        view.len as usize == bytes.len() && {
            let head = bytes.len().min(4);
            view.head[..head] == bytes[..head] && self.bytes(row) == bytes
        }
    }

    /// Byte order of `self[row]` and `other[other_row]`.
    pub fn compare(&self, row: usize, other: &Self, other_row: usize) -> Ordering {
        self.bytes(row).cmp(other.bytes(other_row))
    }

    /// The strings at `rows`, long bytes shared with this vector.
    pub fn gather(&self, rows: impl Iterator<Item = usize>) -> Self {
        let mut shared = self.shared.clone();
        if !self.open.is_empty() {
            // A clone of the open buffer; seal() first to share it instead.
            shared.push(Arc::new(self.open.clone()));
        }
        Self {
            views: rows.map(|row| self.views[row]).collect(),
            shared,
            open: Vec::new(),
        }
    }

    /// Closes the buffer being filled, so that gathered rows share it.
    pub fn seal(&mut self) {
        if !self.open.is_empty() {
            self.shared.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    /// Appends string `row` of `other`.
    pub fn push_from(&mut self, other: &Self, row: usize) {
        self.push_bytes(other.bytes(row));
    }

    /// All strings in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Bytes of memory held, shared buffers counted in full.
    pub fn memory(&self) -> usize {
        self.views.len() * size_of::<View>()
            + self.open.len()
            + self.shared.iter().map(|b| b.len()).sum::<usize>()
    }
}

impl std::fmt::Debug for StrVec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for StrVec {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && (0..self.len()).all(|row| self.bytes(row) == other.bytes(row))
    }
}

impl<'a> FromIterator<&'a str> for StrVec {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut out = Self::new();
        for text in texts {
            out.push(text);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_short_and_long_strings() {
        let texts = [
            "",
            "a",
            "exactly12byt",
            "thirteen byte",
            "a much longer string that lives in the arena",
            "ß∂ƒ",
        ];
        let mut vec: StrVec = texts.into_iter().collect();
        assert_eq!(vec.iter().collect::<Vec<_>>(), texts);
        let before = vec.gather([4, 0, 3].into_iter());
        vec.seal();
        vec.push("another long string after sealing");
        let after = vec.gather([4, 0, 6].into_iter());
        assert_eq!(before.iter().collect::<Vec<_>>(), [texts[4], "", texts[3]]);
        assert_eq!(
            after.iter().collect::<Vec<_>>(),
            [texts[4], "", "another long string after sealing"]
        );
        assert!(vec.equals(3, b"thirteen byte") && !vec.equals(3, b"thirteen bytf"));
    }
}
