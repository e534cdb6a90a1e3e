//! Cuts a script into statements and refuses what is too large, nests too deep or chains too long.
//!
//! Nesting and the height of chains are measured by [`crate::nesting`].

use crate::SqlError;
use crate::lex::{Kind, Lexer, Token};
use crate::nesting::Gauge;
use types::Span;

/// Most bytes of a statement.
pub(crate) const MAX_BYTES: usize = 1 << 20;
/// Most tokens of a statement.
pub(crate) const MAX_TOKENS: usize = 100_000;
/// Most bytes of an identifier.
const MAX_NAME: usize = 63;

/// One statement of a script.
pub(crate) struct Piece {
    /// From its first token to its last, without the semicolon.
    pub at: Span,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// The semicolon that ends it.
    pub end: Option<Span>,
}

/// The statements of a script; empty ones are dropped.
pub(crate) fn split(script: &str) -> Result<Vec<Piece>, SqlError> {
    if u32::try_from(script.len()).is_err() {
        return Err(too_complex("bytes", MAX_BYTES, Span::default()));
    }
    let mut pieces = Vec::new();
    let mut lexer = Lexer::new(script);
    let mut tokens: Vec<Token> = Vec::new();
    let mut gauge = Gauge::default();
    let mut finish = |tokens: &mut Vec<Token>, end: Option<Span>| {
        if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
            pieces.push(Piece {
                at: first.at.union(last.at),
                tokens: std::mem::take(tokens),
                end,
            });
        }
    };
    while let Some(token) = lexer.next_token()? {
        if token.kind == Kind::Mark(b';') {
            finish(&mut tokens, Some(token.at));
            gauge = Gauge::default();
            continue;
        }
        let start = tokens.first().map_or(token.at.start, |t| t.at.start);
        if (token.at.end - start) as usize > MAX_BYTES {
            return Err(too_complex("bytes", MAX_BYTES, token.at));
        }
        if tokens.len() == MAX_TOKENS {
            return Err(too_complex("tokens", MAX_TOKENS, token.at));
        }
        check_name(script, token)?;
        gauge.token(script, token)?;
        tokens.push(token);
    }
    finish(&mut tokens, None);
    Ok(pieces)
}

pub(crate) fn too_complex(what: &'static str, limit: usize, at: Span) -> SqlError {
    SqlError::TooComplex { what, limit, at }
}

fn check_name(script: &str, token: Token) -> Result<(), SqlError> {
    let name = match token.kind {
        Kind::Word => token.text(script),
        Kind::Quoted if token.text(script) == "\"\"" => {
            return Err(SqlError::Malformed {
                message: "zero-length delimited identifier".into(),
                at: token.at,
            });
        }
        Kind::Quoted => token.text(script).trim_matches('"'),
        _ => return Ok(()),
    };
    if name.len() > MAX_NAME {
        return Err(SqlError::NameTooLong {
            name: name.chars().take(20).collect(),
            at: token.at,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(script: &str) -> bool {
        matches!(split(script), Err(SqlError::TooComplex { .. }))
    }

    #[test]
    fn sizes_are_limited() {
        assert!(refused(&format!("select '{}'", "x".repeat(MAX_BYTES))));
        assert!(!refused(&format!(
            "select '{}'",
            "x".repeat(MAX_BYTES - 20)
        )));
        assert!(refused(&"1,".repeat(MAX_TOKENS)));
        assert!(!refused(&format!("select 1 in (1{})", ",1".repeat(10_000))));
    }

    #[test]
    fn statements_are_cut_at_semicolons() {
        let pieces = split(" a ; ; 'x;' b;\n").expect("short");
        let spans: Vec<_> = pieces.iter().map(|p| (p.at.start, p.at.end)).collect();
        assert_eq!(spans, [(1, 2), (7, 13)]);
        assert_eq!(pieces[1].end, Some(Span::new(13, 14)));
    }

    #[test]
    fn long_names_are_refused() {
        let error = split(&format!("select {}", "n".repeat(64))).err();
        assert_eq!(error.map(|e| e.code().0), Some("42622"));
        assert!(split(&format!("select \"{}\"", "n".repeat(63))).is_ok());
    }
}
