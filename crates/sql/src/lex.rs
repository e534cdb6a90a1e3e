//! Words, strings and signs of SQL text, found without recursion: what the limits, statement boundaries and error
//! places are read from. It agrees with the parser's tokenizer on where strings and comments end.

use crate::SqlError;
use types::Span;

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or an identifier without quotes.
    Word,
    /// An identifier in double quotes.
    Quoted,
    /// A string of any form.
    Text,
    /// A number.
    Number,
    /// One character that stands alone: `( ) [ ] , ;`.
    Mark(u8),
    /// An operator sign of one or more characters.
    Sign,
}

/// A token and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// Its kind.
    pub kind: Kind,
    /// Its place in the script.
    pub at: Span,
}

impl Token {
    /// The token as written.
    pub fn text<'a>(&self, script: &'a str) -> &'a str {
        &script[self.at.start as usize..self.at.end as usize]
    }
}

/// Reads tokens one after the other.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// Reads from the start of the script.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.text
            .as_bytes()
            .get(self.at + ahead)
            .copied()
            .unwrap_or(0)
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    /// The next token; `None` at the end.
    pub fn next_token(&mut self) -> Result<Option<Token>, SqlError> {
        self.skip_blanks()?;
        let start = self.at;
        if start >= self.text.len() {
            return Ok(None);
        }
        let kind = match self.peek(0) {
            b'\'' => self.quoted(b'\'', false).map(|()| Kind::Text)?,
            b'"' => self.quoted(b'"', false).map(|()| Kind::Quoted)?,
            b'e' | b'E' if self.peek(1) == b'\'' => {
                self.at += 1;
                self.quoted(b'\'', true).map(|()| Kind::Text)?
            }
            b'n' | b'N' | b'b' | b'B' | b'x' | b'X' if self.peek(1) == b'\'' => {
                self.at += 1;
                self.quoted(b'\'', false).map(|()| Kind::Text)?
            }
            b'u' | b'U' if self.peek(1) == b'&' && self.peek(2) == b'\'' => {
                self.at += 2;
                self.quoted(b'\'', false).map(|()| Kind::Text)?
            }
            b'$' if self.dollar_quoted()? => Kind::Text,
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b if is_word_start(b) => {
                self.word();
                Kind::Word
            }
            mark @ (b'(' | b')' | b'[' | b']' | b',' | b';') => {
                self.at += 1;
                Kind::Mark(mark)
            }
            b':' if self.peek(1) == b':' => {
                self.at += 2;
                Kind::Sign
            }
            b if is_sign(b) => {
                self.sign();
                Kind::Sign
            }
            _ => {
                let c = self.text[start..].chars().next().map_or(1, char::len_utf8);
                self.at += c;
                Kind::Sign
            }
        };
        Ok(Some(Token {
            kind,
            at: self.span_from(start),
        }))
    }

    fn skip_blanks(&mut self) -> Result<(), SqlError> {
        loop {
            match (self.peek(0), self.peek(1)) {
                (b'-', b'-') => {
                    let rest = &self.text.as_bytes()[self.at..];
                    self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                }
                (b'/', b'*') => self.block_comment()?,
                (b, _) if b.is_ascii_whitespace() || b == 0x0b => self.at += 1,
                (b, _) if b >= 0x80 => {
                    match self.text[self.at..].chars().next() {
                        Some(c) if c.is_whitespace() => self.at += c.len_utf8(),
                        _ => return Ok(()),
                    };
                }
                _ => return Ok(()),
            }
        }
    }

    /// Comments nest in PostgreSQL.
    fn block_comment(&mut self) -> Result<(), SqlError> {
        let start = self.at;
        let mut depth = 0usize;
        while self.at < self.text.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => self.at += 1,
            }
        }
        Err(self.unterminated("/* comment", start))
    }

    fn unterminated(&self, what: &str, start: usize) -> SqlError {
        SqlError::Malformed {
            message: format!("unterminated {what}"),
            at: Span::new(start as u32, self.text.len() as u32),
        }
    }

    fn quoted(&mut self, quote: u8, backslashes: bool) -> Result<(), SqlError> {
        let start = self.at;
        self.at += 1;
        while self.at < self.text.len() {
            match self.peek(0) {
                b'\\' if backslashes => self.at += 2,
                b if b == quote && self.peek(1) == quote => self.at += 2,
                b if b == quote => {
                    self.at += 1;
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        self.at = self.text.len();
        let what = if quote == b'"' {
            "quoted identifier"
        } else {
            "quoted string"
        };
        Err(self.unterminated(what, start))
    }

    /// `$tag$ … $tag$`; false when no tag begins here.
    fn dollar_quoted(&mut self) -> Result<bool, SqlError> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let Some(end) = rest.find('$') else {
            return Ok(false);
        };
        let tag = &rest.as_bytes()[..end];
        let is_tag = tag.first().is_none_or(|b| is_word_start(*b))
            && tag.iter().all(|b| is_word_part(*b) && *b != b'$');
        if !is_tag {
            return Ok(false);
        }
        let delimiter = &self.text[start..start + end + 2];
        let body = start + delimiter.len();
        match self.text[body..].find(delimiter) {
            Some(length) => {
                self.at = body + length + delimiter.len();
                Ok(true)
            }
            None => Err(self.unterminated("dollar-quoted string", start)),
        }
    }

    fn number(&mut self) -> Kind {
        let digits = |lexer: &mut Self| {
            while matches!(lexer.peek(0), b'0'..=b'9' | b'_') {
                lexer.at += 1;
            }
        };
        digits(self);
        if self.peek(0) == b'.' {
            self.at += 1;
            digits(self);
        }
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if matches!(self.peek(0), b'e' | b'E') && self.peek(1 + sign).is_ascii_digit() {
            self.at += 1 + sign;
            digits(self);
        }
        Kind::Number
    }

    fn word(&mut self) {
        while is_word_part(self.peek(0)) {
            self.at += 1;
        }
    }

    fn sign(&mut self) {
        let comment =
            |lexer: &Self| matches!((lexer.peek(0), lexer.peek(1)), (b'-', b'-') | (b'/', b'*'));
        self.at += 1;
        // A sign of several characters does not end in + or -, as PostgreSQL has it: `a=-1` is `a = -1`.
        while is_sign(self.peek(0)) && !matches!(self.peek(0), b'+' | b'-') && !comment(self) {
            self.at += 1;
        }
    }
}

fn is_word_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn is_word_part(b: u8) -> bool {
    is_word_start(b) || b.is_ascii_digit() || b == b'$'
}

fn is_sign(b: u8) -> bool {
    b"+-*/<>=~!@#%^&|`?".contains(&b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut lexer = Lexer::new(text);
        let mut out = Vec::new();
        while let Some(token) = lexer.next_token().expect("well-formed text") {
            out.push(token.text(text));
        }
        out
    }

    #[test]
    fn strings_and_comments_are_one_piece() {
        let text = "a 'it''s;' E'x\\';' \"q\"\"(\" $t$ ; ) $t$ -- ( \n /* ( /* */ ; */ b;";
        let tokens = [
            "a",
            "'it''s;'",
            "E'x\\';'",
            "\"q\"\"(\"",
            "$t$ ; ) $t$",
            "b",
            ";",
        ];
        assert_eq!(words(text), tokens);
    }

    #[test]
    fn numbers_and_signs() {
        assert_eq!(words("1.5e-3+.5"), ["1.5e-3", "+", ".5"]);
        assert_eq!(words("a::int>=-1"), ["a", "::", "int", ">=", "-", "1"]);
        assert_eq!(words("x||'é'"), ["x", "||", "'é'"]);
    }

    #[test]
    fn what_does_not_end_is_an_error_at_its_start() {
        for (text, start) in [("x 'abc", 2), ("/* a", 0), ("\"q", 0), ("$$ a", 0)] {
            let mut lexer = Lexer::new(text);
            let error = loop {
                match lexer.next_token() {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("{text} ended without an error"),
                    Err(error) => break error,
                }
            };
            assert_eq!(
                (error.code().0, error.span().start),
                ("42601", start),
                "{text}"
            );
        }
    }
}
