//! Cuts a script into statements and refuses what is too large, nests too deep or chains too long.
//!
//! The parser builds left-deep trees out of chains (`a + b + c`, `x::int::int`, `UNION … UNION`) and later walks and
//! frees them recursively, so both nesting and the height of chains are bounded here, on the tokens, before it runs.
//! The height counted is never less than that of the tree: an operator adds one to what stands left of it, and a
//! parenthesis adds one to its inside.

use crate::SqlError;
use crate::lex::{Kind, Lexer, Token};
use types::Span;

/// Most bytes of a statement.
pub(crate) const MAX_BYTES: usize = 1 << 20;
/// Most tokens of a statement.
pub(crate) const MAX_TOKENS: usize = 100_000;
/// Deepest nesting of parentheses, CASE and prefix operators together.
pub(crate) const MAX_NESTING: usize = 100;
/// Deepest nesting of subqueries.
pub(crate) const MAX_SUBQUERIES: usize = 30;
/// Most operators in a chain, AND and OR not counted.
pub(crate) const MAX_CHAIN: usize = 500;
/// Most operators of any kind in one expression from its leftmost leaf up.
pub(crate) const MAX_HEIGHT: usize = 1_200;
/// Most UNION, INTERSECT and EXCEPT in one chain.
pub(crate) const MAX_SET_OPERATORS: usize = 1_100;
/// Most joins in one FROM clause.
pub(crate) const MAX_JOINS: usize = 120;
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

fn too_complex(what: &'static str, limit: usize, at: Span) -> SqlError {
    SqlError::TooComplex { what, limit, at }
}

fn check_name(script: &str, token: Token) -> Result<(), SqlError> {
    let name = match token.kind {
        Kind::Word => token.text(script),
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

/// What encloses the current place: a parenthesis, a bracket, a CASE, or the statement itself.
#[derive(Default)]
struct Level {
    case: bool,
    query: bool,
    /// Operators of the current list item, and the most of the items before it.
    height: usize,
    highest: usize,
    /// The same without AND and OR, since the last of these.
    chain: usize,
    longest: usize,
    set_operators: usize,
    joins: usize,
}

impl Level {
    fn next_conjunct(&mut self) {
        self.longest = self.longest.max(self.chain);
        self.chain = 0;
    }

    fn next_item(&mut self) {
        self.next_conjunct();
        self.highest = self.highest.max(self.height);
        self.height = 0;
    }
}

/// Measures nesting and heights as tokens go by.
struct Gauge {
    levels: Vec<Level>,
    /// Levels that hold a SELECT.
    queries: usize,
    /// Prefix operators directly before the current token.
    prefixes: usize,
    previous: Previous,
}

/// What a token may be followed by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    /// An operand: the next operator is binary.
    Operand,
    /// An operator, keyword or opening parenthesis: the next operator is a prefix.
    Operator,
    /// `DISTINCT`, which makes a following FROM part of IS DISTINCT FROM.
    Distinct,
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            levels: vec![Level::default()],
            queries: 0,
            prefixes: 0,
            previous: Previous::Operator,
        }
    }
}

impl Gauge {
    fn top(&mut self) -> &mut Level {
        self.levels.last_mut().expect("the statement's own level")
    }

    fn token(&mut self, script: &str, token: Token) -> Result<(), SqlError> {
        match token.kind {
            Kind::Mark(b'(' | b'[') => {
                self.open(false, token.at)?;
                self.previous = Previous::Operator;
            }
            Kind::Mark(b')' | b']') => {
                self.close();
                self.previous = Previous::Operand;
            }
            Kind::Mark(_) => {
                self.top().next_item();
                self.prefixes = 0;
                self.previous = Previous::Operator;
            }
            Kind::Sign if matches!(token.text(script), ".") => {}
            Kind::Sign => self.operator(true, token.at)?,
            Kind::Word => self.word(token.text(script), token.at)?,
            Kind::Quoted | Kind::Text | Kind::Number => self.operand(),
        }
        Ok(())
    }

    fn operand(&mut self) {
        self.prefixes = 0;
        self.previous = Previous::Operand;
    }

    fn word(&mut self, text: &str, at: Span) -> Result<(), SqlError> {
        let mut buffer = [0u8; 12];
        let Some(word) = buffer.get_mut(..text.len()) else {
            self.operand();
            return Ok(());
        };
        word.copy_from_slice(text.as_bytes());
        word.make_ascii_lowercase();
        match &*word {
            b"case" => {
                self.open(true, at)?;
                self.previous = Previous::Operator;
            }
            b"end" if self.top().case => {
                self.close();
                self.previous = Previous::Operand;
            }
            b"and" | b"or" => self.operator(false, at)?,
            b"not" | b"is" | b"in" | b"like" | b"ilike" | b"between" | b"similar" | b"collate"
            | b"isnull" | b"notnull" | b"operator" | b"at" | b"overlaps" => {
                self.operator(true, at)?;
            }
            b"union" | b"intersect" | b"except" => {
                let top = self.top();
                top.next_item();
                top.set_operators += 1;
                top.joins = 0;
                if top.set_operators > MAX_SET_OPERATORS {
                    return Err(too_complex("set operations", MAX_SET_OPERATORS, at));
                }
                self.previous = Previous::Operator;
            }
            b"join" => {
                let top = self.top();
                top.next_item();
                top.joins += 1;
                if top.joins > MAX_JOINS {
                    return Err(too_complex("joins in one FROM", MAX_JOINS, at));
                }
                self.previous = Previous::Operator;
            }
            b"select" | b"with" | b"values" => {
                let top = self.top();
                top.next_item();
                if !std::mem::replace(&mut top.query, true) {
                    self.queries += 1;
                    if self.queries > MAX_SUBQUERIES + 1 {
                        return Err(too_complex("nested subqueries", MAX_SUBQUERIES, at));
                    }
                }
                self.prefixes = 0;
                self.previous = Previous::Operator;
            }
            b"distinct" => self.previous = Previous::Distinct,
            b"from" if self.previous == Previous::Distinct => self.previous = Previous::Operator,
            b"from" | b"where" | b"group" | b"having" | b"order" | b"limit" | b"offset" | b"on"
            | b"using" | b"when" | b"then" | b"else" | b"set" => {
                self.top().next_item();
                self.prefixes = 0;
                self.previous = Previous::Operator;
            }
            _ => self.operand(),
        }
        Ok(())
    }

    fn operator(&mut self, counts: bool, at: Span) -> Result<(), SqlError> {
        if self.previous != Previous::Operand {
            self.prefixes += 1;
            if self.levels.len() - 1 + self.prefixes > MAX_NESTING {
                return Err(too_complex("levels of nesting", MAX_NESTING, at));
            }
        }
        self.previous = Previous::Operator;
        let top = self.top();
        top.height += 1;
        if top.height > MAX_HEIGHT {
            return Err(too_complex("chained operators", MAX_HEIGHT, at));
        }
        if counts {
            top.chain += 1;
            if top.chain > MAX_CHAIN {
                return Err(too_complex("chained operators", MAX_CHAIN, at));
            }
        } else {
            top.next_conjunct();
        }
        Ok(())
    }

    fn open(&mut self, case: bool, at: Span) -> Result<(), SqlError> {
        // A run of prefix operators stays open around its operand.
        if self.levels.len() + self.prefixes > MAX_NESTING {
            return Err(too_complex("levels of nesting", MAX_NESTING, at));
        }
        self.levels.push(Level {
            case,
            ..Level::default()
        });
        self.prefixes = 0;
        Ok(())
    }

    fn close(&mut self) {
        if self.levels.len() == 1 {
            return;
        }
        if let Some(mut inner) = self.levels.pop() {
            inner.next_item();
            self.queries -= usize::from(inner.query);
            let top = self.top();
            top.height = top.height.max(inner.highest + inner.set_operators + 1);
            top.chain = top.chain.max(inner.longest + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(script: &str) -> Option<(&'static str, u32)> {
        match split(script) {
            Err(SqlError::TooComplex { what, at, .. }) => Some((what, at.start)),
            Err(other) => panic!("{other}"),
            Ok(_) => None,
        }
    }

    #[test]
    fn statements_are_cut_at_semicolons() {
        let pieces = split(" a ; ; 'x;' b;\n").expect("short");
        let spans: Vec<_> = pieces.iter().map(|p| (p.at.start, p.at.end)).collect();
        assert_eq!(spans, [(1, 2), (7, 13)]);
        assert_eq!(pieces[1].end, Some(Span::new(13, 14)));
    }

    #[test]
    fn limits_hold_at_the_edge_and_one_past() {
        let nested = |n: usize| format!("select {}1{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(refused(&nested(MAX_NESTING)), None);
        assert_eq!(
            refused(&nested(MAX_NESTING + 1)),
            Some(("levels of nesting", 7 + MAX_NESTING as u32))
        );
        let chain = |n: usize| format!("select 1{}", "+1".repeat(n));
        assert_eq!(refused(&chain(MAX_CHAIN)), None);
        assert_eq!(
            refused(&chain(MAX_CHAIN + 1)),
            Some(("chained operators", 8 + 2 * MAX_CHAIN as u32))
        );
        let and = |n: usize| format!("select true{}", " and a = 1".repeat(n));
        assert_eq!(refused(&and(MAX_HEIGHT / 2)), None);
        assert!(refused(&and(MAX_HEIGHT / 2 + 1)).is_some());
        let list = |n: usize| format!("select 1 in (1{})", ",1".repeat(n));
        assert_eq!(refused(&list(10_000)), None);
        let union = |n: usize| format!("select 1{}", " union select 1".repeat(n));
        assert_eq!(refused(&union(MAX_SET_OPERATORS)), None);
        assert!(refused(&union(MAX_SET_OPERATORS + 1)).is_some());
        assert!(refused(&format!("select {}a", "not ".repeat(101))).is_some());
        assert!(refused(&format!("select {}1", "- ".repeat(101))).is_some());
        assert!(refused(&format!("select 1{}", "::int".repeat(501))).is_some());
        assert!(refused(&format!("select '{}'", "x".repeat(MAX_BYTES))).is_some());
        assert!(refused(&"1,".repeat(MAX_TOKENS)).is_some());
    }

    #[test]
    fn heights_inside_parentheses_add_up() {
        // A chain of 300 whose leftmost operand is itself a chain of 300.
        let inner = format!("(1{})", "+1".repeat(300));
        assert!(refused(&format!("select {inner}{}", "+1".repeat(300))).is_some());
        assert!(refused(&format!("select {inner}, {inner}")).is_none());
    }

    #[test]
    fn long_names_are_refused() {
        let error = split(&format!("select {}", "n".repeat(64))).err();
        assert_eq!(error.map(|e| e.code().0), Some("42622"));
        assert!(split(&format!("select \"{}\"", "n".repeat(63))).is_ok());
    }
}
