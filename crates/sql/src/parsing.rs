//! The adapter of `sqlparser`: text in, parsed statements and errors in PostgreSQL's words out.

use crate::SqlError;
use crate::grammar;
use crate::lex::Token;
use crate::limits::{self, Piece};
use crate::position::Positions;
use sqlparser::ast::Statement;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token as ParserToken, Tokenizer};
use types::Span;

/// The parser's own bound on recursion. It counts several levels for one of ours, and stays as the second guard.
const RECURSION_LIMIT: usize = 300;

/// A parsed statement.
pub struct Parsed {
    /// `None`: a statement PostgreSQL has and the engine has not.
    pub(crate) statement: Option<Statement>,
    pub(crate) source: Source,
    at: Span,
}

/// The text of one statement and what is known of it.
pub(crate) struct Source {
    /// The statement's text.
    pub text: String,
    /// Its tokens, placed in the script.
    pub tokens: Vec<Token>,
    positions: Positions,
    base: u32,
}

impl Source {
    /// Script bytes of a span the parser gave; `None` when it is empty.
    pub fn span(&self, span: sqlparser::tokenizer::Span) -> Option<Span> {
        self.positions.span(&self.text, span)
    }

    /// The whole statement.
    pub fn whole(&self) -> Span {
        Span::new(self.base, self.base + self.text.len() as u32)
    }

    /// The text at a place of the script.
    pub fn slice(&self, at: Span) -> &str {
        let (start, end) = (at.start - self.base, at.end - self.base);
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// True when the token at this position is the keyword, given in lower case.
    pub fn is_word(&self, token: usize, word: &str) -> bool {
        self.tokens.get(token).is_some_and(|t| {
            t.kind == crate::lex::Kind::Word && self.slice(t.at).eq_ignore_ascii_case(word)
        })
    }
}

impl Parsed {
    /// The statement's place in the script, without the semicolon.
    pub fn span(&self) -> Span {
        self.at
    }

    /// The statement is a query.
    pub fn is_query(&self) -> bool {
        matches!(self.statement, Some(Statement::Query(_)))
    }

    /// The statement is an EXPLAIN.
    pub fn is_explain(&self) -> bool {
        matches!(self.statement, Some(Statement::Explain { .. }))
    }

    /// The statement's first words in lower case: `select`, `create table`.
    pub fn command(&self) -> String {
        let word = |at: usize| {
            self.source
                .tokens
                .get(at)
                .map_or(String::new(), |t| self.source.slice(t.at).to_lowercase())
        };
        match word(0).as_str() {
            first @ ("create" | "drop" | "alter") => format!("{first} {}", word(1)),
            first => first.to_string(),
        }
    }
}

impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parsed")
            .field("text", &self.source.text)
            .field("at", &self.at)
            .finish()
    }
}

/// Parses a script: one entry for each statement, empty ones left out. An error anywhere refuses the whole script, as
/// PostgreSQL does for a string of statements.
pub fn parse(text: &str) -> Result<Vec<Parsed>, SqlError> {
    limits::split(text)?
        .into_iter()
        .map(|piece| parse_piece(text, piece))
        .collect()
}

fn parse_piece(script: &str, piece: Piece) -> Result<Parsed, SqlError> {
    let base = piece.at.start;
    let text = script[base as usize..piece.at.end as usize].to_string();
    let source = Source {
        positions: Positions::new(&text, base),
        tokens: piece.tokens,
        text,
        base,
    };
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, &source.text)
        .tokenize_with_location()
        .map_err(|e| SqlError::Malformed {
            at: place_of(&source, &e.to_string()).unwrap_or(piece.at),
            message: e.message,
        })?;
    let tokens = crate::isnull::spell_out(crate::continued::join(&source, tokens)?);
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(RECURSION_LIMIT)
        .with_tokens_with_locations(tokens);
    let statement =
        grammar::statement(&mut parser).map_err(|e| refusal(&source, &parser, e, piece.end))?;
    let next = parser.peek_token();
    if next.token != ParserToken::EOF {
        let at = source.span(next.span).unwrap_or(piece.at);
        return Err(SqlError::Syntax {
            near: Some(source.slice(at).to_string()),
            expected: Some("the end of the statement".into()),
            at,
        });
    }
    crate::brackets::check(&source, piece.end)?;
    Ok(Parsed {
        statement,
        source,
        at: piece.at,
    })
}

/// The token at the place that a message ends with.
fn place_of(source: &Source, message: &str) -> Option<Span> {
    let offset = source.positions.offset_in_message(&source.text, message)?;
    source
        .tokens
        .iter()
        .map(|t| t.at)
        .find(|at| at.start <= offset && offset < at.end)
}

fn refusal(
    source: &Source,
    parser: &Parser<'_>,
    error: ParserError,
    semicolon: Option<Span>,
) -> SqlError {
    let message = match error {
        ParserError::RecursionLimitExceeded => {
            let at = source.span(parser.peek_token().span);
            return SqlError::TooDeep {
                at: at.unwrap_or(source.whole()),
            };
        }
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
    };
    let expected = message
        .strip_prefix("Expected: ")
        .and_then(|rest| rest.split_once(", found: "))
        .map(|(expected, _)| in_words(expected));
    if let Some(at) = place_of(source, &message) {
        return SqlError::Syntax {
            near: Some(source.slice(at).to_string()),
            expected,
            at,
        };
    }
    if message.contains("found: EOF") || expected.is_some() {
        // The end of the statement: its semicolon, or the end of the script.
        let end = source.whole().end;
        return SqlError::Syntax {
            near: semicolon.map(|_| ";".to_string()),
            expected,
            at: semicolon.unwrap_or(Span::new(end, end)),
        };
    }
    SqlError::Malformed {
        message,
        at: source
            .span(parser.peek_token().span)
            .unwrap_or(source.whole()),
    }
}

/// What the parser expected, without its own jargon.
fn in_words(expected: &str) -> String {
    expected
        .trim_end_matches(':')
        .replace("an SQL statement", "a SQL statement")
}
