//! How deep a statement nests and how long its chains are, measured on the tokens before the parser runs.
//!
//! The parser descends recursively through nesting, and builds left-deep trees out of chains (`a + b + c`,
//! `x::int::int`, `UNION … UNION`) that are later walked and freed recursively. Both are bounded here, so that nothing
//! overflows a stack of 1 MiB, or of 2 in the release build, whose frames are larger. (The module has 8.)
//!
//! Depth is counted in kilobytes of stack, measured once for each construct in an unoptimised build of the parser.
//! The height of a chain is never less than that of its tree: an operator adds one to what stands left of it, and a
//! parenthesis adds one to its inside.

use crate::SqlError;
use crate::lex::{Kind, Token};
use crate::limits::too_complex;
use types::Span;

/// Kilobytes of stack that nesting may take: 100 parentheses, 42 calls, 22 subqueries or 16 derived tables, or a mix.
const MAX_DEPTH: usize = 850;
/// A parenthesis, bracket or CASE in an expression.
const PARENTHESIS: usize = 8;
/// A prefix operator.
const PREFIX: usize = 8;
/// A binary operator whose right operand is being read.
const OPERAND: usize = 5;
/// The parenthesis of a call.
const CALL: usize = 20;
/// A parenthesis where a table or a whole query may stand.
const TABLE: usize = 22;
/// SELECT, WITH or VALUES in a parenthesis, in addition to it.
const QUERY: usize = 30;
/// A join whose condition comes later.
const OPEN_JOIN: usize = 9;
/// EXPLAIN, PREPARE and other statements around statements.
const STATEMENT: usize = 30;

/// Most operators in a chain, AND and OR not counted.
const MAX_CHAIN: usize = 500;
/// Most operators of any kind in one expression from its leftmost leaf up.
const MAX_HEIGHT: usize = 1_200;
/// Most UNION, INTERSECT and EXCEPT in one chain.
const MAX_SET_OPERATORS: usize = 1_100;
/// Most joins in one FROM clause; a comma is one.
const MAX_JOINS: usize = 120;

/// What encloses the current place: a parenthesis, a bracket, a CASE, or the statement itself.
#[derive(Default)]
struct Level {
    case: bool,
    query: bool,
    /// Inside FROM, where parentheses hold tables.
    from: bool,
    /// The same in the conditions of its joins, too: commas divide tables.
    listed: bool,
    /// Stack taken by the level and the prefix operators before it.
    depth: usize,
    /// Operators of the current list item, and the most of the items before it.
    height: usize,
    highest: usize,
    /// The same without AND and OR, since the last of these.
    chain: usize,
    longest: usize,
    set_operators: usize,
    joins: usize,
    /// Joins without their condition yet.
    open_joins: usize,
    /// Precedences of the operators whose right operand is being read, ascending.
    pending: Vec<u8>,
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
        self.pending.clear();
    }
}

/// Measures nesting and heights as tokens go by.
pub(crate) struct Gauge {
    levels: Vec<Level>,
    /// Stack taken by all levels.
    depth: usize,
    /// Stack taken by the prefix operators directly before the current token.
    prefixes: usize,
    previous: Previous,
}

/// What a token may be followed by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    /// Nothing: the statement or a part of a set operation begins.
    Start,
    /// An operand that cannot be called: the next operator is binary.
    Operand,
    /// A name: like an operand, and a parenthesis behind it is a call.
    Name,
    /// An operator, keyword or opening parenthesis: the next operator is a prefix.
    Operator,
    /// `DISTINCT`, which makes a following FROM part of IS DISTINCT FROM.
    Distinct,
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            levels: vec![Level::default()],
            depth: 0,
            prefixes: 0,
            previous: Previous::Start,
        }
    }
}

impl Gauge {
    fn top(&mut self) -> &mut Level {
        self.levels.last_mut().expect("the statement's own level")
    }

    /// Takes the next token into account; an error when a limit is passed there.
    pub fn token(&mut self, script: &str, token: Token) -> Result<(), SqlError> {
        match token.kind {
            Kind::Mark(b'(') => {
                let from = self.top().from;
                let weight = match self.previous {
                    Previous::Start => TABLE,
                    Previous::Name => CALL,
                    _ if from => TABLE,
                    _ => PARENTHESIS,
                };
                self.open(false, weight, token.at)?;
            }
            Kind::Mark(b'[') => {
                self.operator(1, 200, token.at)?;
                self.open(false, PARENTHESIS, token.at)?;
            }
            Kind::Mark(b')' | b']') => self.close(),
            Kind::Mark(b',') if self.top().listed => {
                self.top().next_item();
                self.top().from = true;
                self.count_join(token.at)?;
                self.after(Previous::Operator);
            }
            Kind::Mark(_) => {
                self.top().next_item();
                self.after(Previous::Operator);
            }
            Kind::Sign => match token.text(script) {
                "." => self.previous = Previous::Operator,
                sign => self.operator(sign.len(), precedence(sign), token.at)?,
            },
            Kind::Word => self.word(token.text(script), token.at)?,
            Kind::Quoted => self.after(Previous::Name),
            Kind::Text | Kind::Number => self.after(Previous::Operand),
        }
        Ok(())
    }

    /// No prefix operator waits for its operand any more.
    fn after(&mut self, previous: Previous) {
        self.prefixes = 0;
        self.previous = previous;
    }

    fn word(&mut self, text: &str, at: Span) -> Result<(), SqlError> {
        let mut buffer = [0u8; 12];
        let Some(word) = buffer.get_mut(..text.len()) else {
            self.after(Previous::Name);
            return Ok(());
        };
        word.copy_from_slice(text.as_bytes());
        word.make_ascii_lowercase();
        match &*word {
            b"case" => self.open(true, PARENTHESIS, at)?,
            b"end" if self.top().case => self.close(),
            b"and" | b"or" => self.logical(if text.len() == 2 { 10 } else { 20 }, at)?,
            b"not" => self.operator(1, 30, at)?,
            b"is" | b"isnull" | b"notnull" => self.operator(1, 40, at)?,
            b"in" | b"like" | b"ilike" | b"between" | b"similar" | b"overlaps" => {
                self.operator(1, 60, at)?;
            }
            b"collate" | b"at" | b"operator" => self.operator(1, 120, at)?,
            b"interval" | b"prior" | b"array" | b"row" if self.previous != Previous::Operand => {
                self.prefix(PREFIX, at)?;
                self.previous = Previous::Name;
            }
            b"explain" | b"describe" | b"desc" | b"prepare" | b"as"
                if !matches!(self.previous, Previous::Operand | Previous::Name)
                    || &*word == b"as" =>
            {
                if &*word != b"as" {
                    self.prefix(STATEMENT, at)?;
                }
                self.previous = Previous::Operator;
            }
            b"union" | b"intersect" | b"except" => self.set_operator(at)?,
            b"all" if self.previous == Previous::Start => {}
            b"join" | b"natural" | b"cross" => self.join(&*word == b"join", at)?,
            b"on" | b"using" => {
                let top = self.top();
                top.next_item();
                top.open_joins = top.open_joins.saturating_sub(1);
                top.from = false;
                self.after(Previous::Operator);
            }
            b"select" | b"with" | b"values" => {
                let top = self.top();
                top.next_item();
                (top.from, top.listed) = (false, false);
                if !std::mem::replace(&mut top.query, true) && self.levels.len() > 1 {
                    self.top().depth += QUERY;
                    self.depth += QUERY;
                    self.check(at)?;
                }
                self.after(Previous::Operator);
            }
            b"distinct" => self.after(Previous::Distinct),
            b"from" if self.previous == Previous::Distinct => self.after(Previous::Operator),
            b"from" => {
                let top = self.top();
                top.next_item();
                (top.from, top.listed) = (true, true);
                self.after(Previous::Operator);
            }
            b"where" | b"group" | b"having" | b"order" | b"limit" | b"offset" | b"when"
            | b"then" | b"else" | b"set" => {
                let top = self.top();
                top.next_item();
                (top.from, top.listed) = (false, false);
                self.after(Previous::Operator);
            }
            b"by" | b"exists" | b"any" | b"some" | b"all" | b"lateral" | b"cast" | b"extract"
            | b"fetch" => self.previous = Previous::Operator,
            _ => self.after(Previous::Name),
        }
        Ok(())
    }

    fn set_operator(&mut self, at: Span) -> Result<(), SqlError> {
        let top = self.top();
        top.next_item();
        top.set_operators += 1;
        top.joins = 0;
        top.open_joins = 0;
        (top.from, top.listed) = (false, false);
        if top.set_operators > MAX_SET_OPERATORS {
            return Err(too_complex("set operations", MAX_SET_OPERATORS, at));
        }
        self.after(Previous::Start);
        Ok(())
    }

    fn join(&mut self, join: bool, at: Span) -> Result<(), SqlError> {
        let top = self.top();
        top.next_item();
        if join {
            top.from = true;
            top.open_joins += 1;
            self.count_join(at)?;
        } else {
            // No condition follows the JOIN of these.
            top.open_joins = top.open_joins.saturating_sub(1);
        }
        self.after(Previous::Operator);
        self.check(at)
    }

    fn count_join(&mut self, at: Span) -> Result<(), SqlError> {
        let top = self.top();
        top.joins += 1;
        if top.joins > MAX_JOINS {
            return Err(too_complex("joins in one FROM", MAX_JOINS, at));
        }
        Ok(())
    }

    fn check(&self, at: Span) -> Result<(), SqlError> {
        let joins = self.levels.last().map_or(0, |l| l.open_joins * OPEN_JOIN);
        if self.depth + self.prefixes + joins > MAX_DEPTH {
            return Err(SqlError::TooDeep { at });
        }
        Ok(())
    }

    fn prefix(&mut self, weight: usize, at: Span) -> Result<(), SqlError> {
        self.prefixes += weight;
        self.check(at)
    }

    fn logical(&mut self, precedence: u8, at: Span) -> Result<(), SqlError> {
        self.top().next_conjunct();
        self.higher(precedence, at)
    }

    fn higher(&mut self, precedence: u8, at: Span) -> Result<(), SqlError> {
        let top = self.top();
        top.height += 1;
        if top.height > MAX_HEIGHT {
            return Err(too_complex("chained operators", MAX_HEIGHT, at));
        }
        while top.pending.last().is_some_and(|p| *p >= precedence) {
            top.pending.pop();
        }
        top.pending.push(precedence);
        self.previous = Previous::Operator;
        Ok(())
    }

    fn operator(&mut self, signs: usize, precedence: u8, at: Span) -> Result<(), SqlError> {
        if !matches!(self.previous, Previous::Operand | Previous::Name) {
            self.prefix(signs * PREFIX, at)?;
        }
        let top = self.top();
        top.chain += 1;
        if top.chain > MAX_CHAIN {
            return Err(too_complex("chained operators", MAX_CHAIN, at));
        }
        self.higher(precedence, at)
    }

    fn open(&mut self, case: bool, weight: usize, at: Span) -> Result<(), SqlError> {
        let top = self.top();
        let table = weight == TABLE;
        // Operators and joins around stay open as long as the level does.
        let around = top.pending.len() * OPERAND + top.open_joins * OPEN_JOIN;
        let depth = weight + around + self.prefixes;
        self.levels.push(Level {
            case,
            from: table,
            depth,
            ..Level::default()
        });
        self.depth += depth;
        self.after(if table {
            Previous::Start
        } else {
            Previous::Operator
        });
        self.check(at)
    }

    fn close(&mut self) {
        if self.levels.len() > 1
            && let Some(mut inner) = self.levels.pop()
        {
            inner.next_item();
            self.depth -= inner.depth;
            let top = self.top();
            top.height = top.height.max(inner.highest + inner.set_operators + 1);
            top.chain = top.chain.max(inner.longest + 1);
        }
        self.after(Previous::Operand);
    }
}

/// How tightly an operator sign binds, in PostgreSQL's order.
fn precedence(sign: &str) -> u8 {
    match sign {
        "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => 50,
        "+" | "-" => 80,
        "*" | "/" | "%" => 90,
        "^" => 100,
        "::" => 140,
        _ => 70,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::split;

    fn refused(script: &str) -> Option<u32> {
        match split(script) {
            Err(SqlError::TooComplex { at, .. } | SqlError::TooDeep { at }) => Some(at.start),
            Err(other) => panic!("{other}"),
            Ok(_) => None,
        }
    }

    #[test]
    fn nesting_has_a_limit_for_each_construct() {
        let nested = |open: &str, n: usize, close: &str| {
            refused(&format!("select {}1{}", open.repeat(n), close.repeat(n)))
        };
        assert_eq!(nested("(", 106, ")"), None);
        assert_eq!(nested("(", 107, ")"), Some(7 + 106));
        assert_eq!(
            (nested("f(", 42, ")"), nested("f(", 43, ")")),
            (None, Some(7 + 85))
        );
        assert_eq!(nested("(select ", 22, ")"), None);
        assert!(nested("(select ", 23, ")").is_some());
        assert_eq!(nested("1 from (select ", 16, ") t"), None);
        assert!(nested("1 from (select ", 17, ") t").is_some());
        assert_eq!(nested("not ", 100, ""), None);
        assert!(nested("not ", 110, "").is_some());
        assert!(nested("not (", 60, ")").is_some());
        assert!(nested("- ", 110, "").is_some());
        assert!(nested("a or b and c = d + e * (", 40, ")").is_some());
        assert!(nested("case when ", 110, " then 1 end").is_some());
    }

    #[test]
    fn what_is_closed_no_longer_counts() {
        let list = "(((1))), f(g(h(1))), case when (1) then 2 end, (select 1 from (select 2) t), ";
        assert_eq!(refused(&format!("select {}1", list.repeat(500))), None);
        let joins = " join t using (x) left join t on t.x = (1) natural join t cross join t";
        assert_eq!(
            refused(&format!("select 1 from t{}", joins.repeat(25))),
            None
        );
        let columns = ", a".repeat(1_000);
        let lists =
            format!("select a{columns} from t join t on a group by a{columns} order by a{columns}");
        assert_eq!(refused(&lists), None);
        let tables = |n: usize| {
            refused(&format!(
                "select a from t join t on (a, a){}",
                ", t".repeat(n)
            ))
        };
        assert_eq!((tables(119), tables(120)), (None, Some(32 + 3 * 119)));
    }

    #[test]
    fn chains_have_limits() {
        let chain = |n: usize| refused(&format!("select 1{}", "+1".repeat(n)));
        assert_eq!(chain(MAX_CHAIN), None);
        assert_eq!(chain(MAX_CHAIN + 1), Some(8 + 2 * MAX_CHAIN as u32));
        let and = |n: usize| refused(&format!("select true{}", " and a = 1".repeat(n)));
        assert_eq!(and(MAX_HEIGHT / 2), None);
        assert!(and(MAX_HEIGHT / 2 + 1).is_some());
        let union = |n: usize| refused(&format!("select 1{}", " union select 1".repeat(n)));
        assert_eq!(union(MAX_SET_OPERATORS), None);
        assert!(union(MAX_SET_OPERATORS + 1).is_some());
        let casts = |n: usize| refused(&format!("select 1{}", "::int".repeat(n)));
        assert!(casts(MAX_CHAIN).is_none() && casts(MAX_CHAIN + 1).is_some());
        let distinct = " is distinct from a".repeat(MAX_CHAIN + 1);
        assert!(refused(&format!("select a{distinct}")).is_some());
    }

    #[test]
    fn heights_inside_parentheses_add_up() {
        // A chain of 300 whose leftmost operand is itself a chain of 300.
        let inner = format!("(1{})", "+1".repeat(300));
        assert!(refused(&format!("select {inner}{}", "+1".repeat(300))).is_some());
        assert!(refused(&format!("select {inner}, {inner}")).is_none());
    }
}
