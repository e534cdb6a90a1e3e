//! Brackets that the parser lets pass: one that stays open behind FILTER, and an asterisk in brackets of its own.

use crate::SqlError;
use crate::lex::Kind;
use crate::parsing::Source;
use types::Span;

/// Refuses a parsed statement with a bracket that is not closed, or with `(*)` that is no argument.
pub(crate) fn check(source: &Source, semicolon: Option<Span>) -> Result<(), SqlError> {
    let mut open = 0usize;
    for (index, token) in source.tokens.iter().enumerate() {
        match token.kind {
            Kind::Mark(b'(' | b'[') => open += 1,
            Kind::Mark(b')' | b']') => open = open.saturating_sub(1),
            _ => continue,
        }
        let star = token.kind == Kind::Mark(b'(')
            && source
                .tokens
                .get(index + 1)
                .is_some_and(|t| source.slice(t.at) == "*")
            && source
                .tokens
                .get(index + 2)
                .is_some_and(|t| t.kind == Kind::Mark(b')'));
        let named = index > 0
            && matches!(source.tokens[index - 1].kind, Kind::Word | Kind::Quoted)
            && !["select", "all", "distinct"]
                .iter()
                .any(|w| source.is_word(index - 1, w));
        if star && !named {
            return Err(SqlError::Syntax {
                near: Some("*".into()),
                expected: Some("an expression".into()),
                at: source.tokens[index + 1].at,
            });
        }
    }
    if open == 0 {
        return Ok(());
    }
    let end = source.whole().end;
    Err(SqlError::Syntax {
        near: semicolon.map(|_| ";".to_string()),
        expected: Some("a closing bracket".into()),
        at: semicolon.unwrap_or(Span::new(end, end)),
    })
}
