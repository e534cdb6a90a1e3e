//! Spellings that PostgreSQL has and the parser has not, brought to those it knows before it reads them:
//!
//! - `TABLE name`, a query, becomes `SELECT * FROM name`;
//! - `x BETWEEN SYMMETRIC a AND b` loses its word, and the binder finds it in the text again;
//! - `trim(LEADING FROM x)`, without characters, becomes `trim(LEADING x)`;
//! - `x ISNULL` becomes `x IS NULL`.
//!
//! The words that lead here are reserved: without quotes they are names only behind AS or a point.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The tokens in spellings that the parser knows; blanks and comments fall away.
pub(crate) fn respell(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let tokens: Vec<TokenWithSpan> = tokens
        .into_iter()
        .filter(|t| !matches!(t.token, Token::Whitespace(_)))
        .collect();
    let word = |at: usize| keyword(tokens.get(at));
    let mut out = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(word);
        match (word(at), before) {
            (Keyword::SYMMETRIC | Keyword::ASYMMETRIC, Some(Keyword::BETWEEN)) => continue,
            (Keyword::FROM, Some(Keyword::LEADING | Keyword::TRAILING | Keyword::BOTH))
                if at > 2 && word(at - 3) == Keyword::TRIM =>
            {
                continue;
            }
            (Keyword::TABLE, _) if starts_query(&tokens, at) && names_alone(&tokens, at + 1) => {
                let spelt = [
                    Token::make_keyword("SELECT"),
                    Token::Mul,
                    Token::make_keyword("FROM"),
                ];
                out.extend(spelt.map(|new| TokenWithSpan::new(new, token.span)));
            }
            _ if is_isnull(&token.token) && !names(&tokens, at) => {
                let spelt = ["IS", "NULL"].map(Token::make_keyword);
                out.extend(spelt.map(|new| TokenWithSpan::new(new, token.span)));
            }
            _ => out.push(token.clone()),
        }
    }
    out
}

fn keyword(token: Option<&TokenWithSpan>) -> Keyword {
    match token.map(|t| &t.token) {
        Some(Token::Word(word)) if word.quote_style.is_none() => word.keyword,
        _ => Keyword::NoKeyword,
    }
}

/// The parser has no key word of it.
fn is_isnull(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("isnull"))
}

/// A name stands here, whatever the word.
fn names(tokens: &[TokenWithSpan], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        tokens[before].token == Token::Period || keyword(tokens.get(before)) == Keyword::AS
    })
}

/// A query can start at this token: the statement does, or what stands before leads to one.
fn starts_query(tokens: &[TokenWithSpan], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return true;
    };
    matches!(tokens[before].token, Token::LParen | Token::RParen)
        || matches!(
            keyword(tokens.get(before)),
            Keyword::UNION
                | Keyword::INTERSECT
                | Keyword::EXCEPT
                | Keyword::ALL
                | Keyword::DISTINCT
                | Keyword::AS
                | Keyword::EXPLAIN
                | Keyword::ANALYZE
                | Keyword::VERBOSE
        )
}

/// A name stands here, and behind it the query or its body ends: `TABLE t` takes neither WHERE nor an alias.
fn names_alone(tokens: &[TokenWithSpan], mut at: usize) -> bool {
    let is = |at: usize, token: &Token| tokens.get(at).is_some_and(|t| t.token == *token);
    let name = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|t| matches!(t.token, Token::Word(_)))
    };
    while name(at) && is(at + 1, &Token::Period) {
        at += 2;
    }
    let end = match tokens.get(at + 1).map(|t| &t.token) {
        None | Some(Token::EOF | Token::RParen | Token::SemiColon) => true,
        _ => matches!(
            keyword(tokens.get(at + 1)),
            Keyword::UNION
                | Keyword::INTERSECT
                | Keyword::EXCEPT
                | Keyword::ORDER
                | Keyword::LIMIT
                | Keyword::OFFSET
                | Keyword::FETCH
        ),
    };
    name(at) && end
}
