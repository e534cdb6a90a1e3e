//! `x ISNULL`, PostgreSQL's other spelling of `x IS NULL` (its manual, 9.2). The parser knows NOTNULL and would take this
//! word for an alias. It is reserved: without quotes it is a name only behind AS or a point.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The tokens with ISNULL as IS NULL, both at the word's place.
pub(crate) fn spell_out(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    // A name follows, whatever the word.
    let mut names = false;
    for token in tokens {
        if is_word(&token.token, "isnull") && !names {
            let words = ["IS", "NULL"].map(Token::make_keyword);
            out.extend(words.map(|word| TokenWithSpan::new(word, token.span)));
            continue;
        }
        if !matches!(token.token, Token::Whitespace(_)) {
            names = token.token == Token::Period || is_word(&token.token, "as");
        }
        out.push(token);
    }
    out
}

fn is_word(token: &Token, text: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text))
}
