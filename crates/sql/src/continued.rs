//! Strings that go on: `'one' 'two'` with a line break between is one string, without one it is an error (SQL:2016,
//! 5.3, syntax rule 21; PostgreSQL 4.1.2.1). The parser would take the second string for an alias.

use crate::SqlError;
use crate::parsing::Source;
use sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace};

/// The tokens with each continued string as one.
pub(crate) fn join(
    source: &Source,
    tokens: Vec<TokenWithSpan>,
) -> Result<Vec<TokenWithSpan>, SqlError> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    // The place of the string that the next one would continue, and whether a line ended since.
    let mut before: Option<(usize, bool)> = None;
    for token in tokens {
        match (&token.token, before) {
            (Token::Whitespace(Whitespace::Newline | Whitespace::SingleLineComment { .. }), _) => {
                before = before.map(|(at, _)| (at, true));
            }
            (Token::Whitespace(_), _) => {}
            (Token::SingleQuotedString(more), Some((at, true))) => {
                if let Token::SingleQuotedString(text) = &mut out[at].token {
                    text.push_str(more);
                    out[at].span.end = token.span.end;
                    out.truncate(at + 1);
                    before = Some((at, false));
                    continue;
                }
                return Err(refused(source, &token));
            }
            (Token::SingleQuotedString(_), Some((_, false))) => {
                return Err(refused(source, &token));
            }
            (
                Token::SingleQuotedString(_)
                | Token::EscapedStringLiteral(_)
                | Token::UnicodeStringLiteral(_)
                | Token::NationalStringLiteral(_),
                _,
            ) => before = Some((out.len(), false)),
            _ => before = None,
        }
        out.push(token);
    }
    Ok(out)
}

fn refused(source: &Source, token: &TokenWithSpan) -> SqlError {
    let at = source.span(token.span).unwrap_or(source.whole());
    SqlError::Syntax {
        near: Some(source.slice(at).to_string()),
        expected: Some("|| between two strings, or a line break between two plain ones".into()),
        at,
    }
}
