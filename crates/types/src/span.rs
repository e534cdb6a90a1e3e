//! Places in SQL text.

/// A half-open range of byte offsets into the SQL text of a statement script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The smallest range that covers both.
    pub fn union(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Line and column of the start, both counted from 1, columns in characters.
    pub fn line_column(self, text: &str) -> (u32, u32) {
        let before = &text.as_bytes()[..(self.start as usize).min(text.len())];
        let line = before.iter().filter(|&&b| b == b'\n').count() as u32 + 1;
        let tail = before.rsplit(|&b| b == b'\n').next().unwrap_or_default();
        let column = tail.iter().filter(|&&b| b & 0xC0 != 0x80).count() as u32 + 1;
        (line, column)
    }
}
