//! Byte offsets as UTF-16 offsets, which JavaScript counts in.

use crate::dto::outcome::Span;

/// Converts places in one text.
pub struct Utf16<'a>(&'a str);

impl<'a> Utf16<'a> {
    /// For places in this text.
    pub fn new(text: &'a str) -> Self {
        Self(text)
    }

    fn offset(&self, bytes: u32) -> u32 {
        let mut at = (bytes as usize).min(self.0.len());
        while !self.0.is_char_boundary(at) {
            at -= 1;
        }
        self.0[..at].encode_utf16().count() as u32
    }

    /// A byte range as a UTF-16 range.
    pub fn span(&self, span: types::Span) -> Span {
        Span {
            start: self.offset(span.start),
            end: self.offset(span.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_units() {
        let text = "'ß𝄞' x";
        let x = text.find('x').map(|at| at as u32).unwrap_or_default();
        assert_eq!(
            Utf16::new(text).span(types::Span::new(x, x + 1)),
            Span { start: 6, end: 7 }
        );
    }
}
