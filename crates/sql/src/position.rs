//! Byte offsets for the parser's lines and columns.

use sqlparser::tokenizer::{Location, Span as ParserSpan};
use types::Span;

/// Characters between two checkpoints of a line that is not ASCII.
const STRIDE: usize = 64;

struct Line {
    start: u32,
    /// The offset of every 64th character; empty when a character is a byte all along.
    checkpoints: Vec<u32>,
}

/// Where the lines of a statement's text start.
pub(crate) struct Positions {
    base: u32,
    lines: Vec<Line>,
}

impl Positions {
    /// The positions of a text that starts at byte `base` of the script.
    pub fn new(text: &str, base: u32) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let checkpoints = if line.is_ascii() {
                Vec::new()
            } else {
                let offset = |(at, _): (usize, char)| (start + at) as u32;
                line.char_indices().step_by(STRIDE).map(offset).collect()
            };
            lines.push(Line {
                start: start as u32,
                checkpoints,
            });
            start += line.len() + 1;
        }
        Self { base, lines }
    }

    /// The byte offset in the script of a location in the text, which counts from 1; `None` for the empty location.
    fn offset(&self, text: &str, location: Location) -> Option<u32> {
        let line = self.lines.get((location.line as usize).checked_sub(1)?)?;
        let column = (location.column as usize).checked_sub(1)?;
        let offset = if line.checkpoints.is_empty() {
            line.start as usize + column
        } else {
            let checkpoint = *line
                .checkpoints
                .get(column / STRIDE)
                .or(line.checkpoints.last())?;
            let rest = &text[checkpoint as usize..];
            let ahead = rest.char_indices().nth(column % STRIDE);
            checkpoint as usize + ahead.map_or(rest.len(), |(at, _)| at)
        };
        Some(self.base + offset.min(text.len()) as u32)
    }

    /// The bytes of a span; `None` for the empty span.
    pub fn span(&self, text: &str, span: ParserSpan) -> Option<Span> {
        let start = self.offset(text, span.start)?;
        let end = self.offset(text, span.end)?;
        Some(Span::new(start, end.max(start)))
    }

    /// The byte offset of a location that stands in an error message as ` at Line: 3, Column: 7`.
    pub fn offset_in_message(&self, text: &str, message: &str) -> Option<u32> {
        let (_, place) = message.rsplit_once(" at Line: ")?;
        let (line, column) = place.split_once(", Column: ")?;
        self.offset(
            text,
            Location {
                line: line.trim().parse().ok()?,
                column: column.trim().parse().ok()?,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = format!("a\n{}x", "é".repeat(100));
        let positions = Positions::new(&text, 10);
        let at = |line, column| positions.offset(&text, Location { line, column });
        assert_eq!(at(1, 1), Some(10));
        assert_eq!(at(2, 1), Some(12));
        assert_eq!(at(2, 101), Some(212));
        assert_eq!(at(0, 0), None);
        assert_eq!(
            positions.offset_in_message(&text, "found: x at Line: 2, Column: 101"),
            Some(212)
        );
    }
}
