//! The places of parsed expressions: what the parser notes, completed from the tokens.
//!
//! The parser's own spans lack keywords, casts and closing parentheses, and are computed recursively along chains.

use crate::lex::{Kind, Token};
use crate::parsing::Source;
use sqlparser::ast::{Expr, Ident, ObjectName, ObjectNamePart, Query, SetExpr, TableFactor};
use sqlparser::ast::{FunctionArguments, Spanned};
use types::Span;

impl Source {
    /// The place of an expression; the whole statement when the parser noted none.
    pub fn expr(&self, expr: &Expr) -> Span {
        self.find_expr(expr).unwrap_or(self.whole())
    }

    /// The place of a name.
    pub fn ident(&self, ident: &Ident) -> Span {
        self.span(ident.span).unwrap_or(self.whole())
    }

    /// The place of a qualified name.
    pub fn object_name(&self, name: &ObjectName) -> Span {
        let parts = name.0.iter().filter_map(|part| match part {
            ObjectNamePart::Identifier(ident) => self.span(ident.span),
            ObjectNamePart::Function(_) => None,
        });
        parts.reduce(Span::union).unwrap_or(self.whole())
    }

    /// The place of a query: of its parentheses when it stands in some.
    pub fn query(&self, query: &Query) -> Span {
        self.query_start(query)
            .map_or(self.whole(), |at| self.around(at.start))
    }

    /// The place of one part of a set operation.
    pub fn set_expr(&self, body: &SetExpr) -> Span {
        match self.body_start(body) {
            Some(at) => self.to_body_end(at),
            None => self.whole(),
        }
    }

    /// From the start of a query's body to the next set operator, closing parenthesis or clause behind the body.
    fn to_body_end(&self, start: Span) -> Span {
        let mut depth = 0usize;
        let mut place = start;
        for token in &self.tokens[self.index_at(start.start)..] {
            match token.kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') if depth == 0 => break,
                Kind::Mark(b')') => depth -= 1,
                Kind::Word if depth == 0 && self.ends_body(token) => break,
                _ => {}
            }
            place = place.union(token.at);
        }
        place
    }

    fn ends_body(&self, word: &Token) -> bool {
        let word = self.slice(word.at);
        [
            "union",
            "intersect",
            "except",
            "order",
            "limit",
            "offset",
            "fetch",
        ]
        .iter()
        .any(|end| word.eq_ignore_ascii_case(end))
    }

    /// The token so many positions behind an offset.
    pub fn token_after(&self, end: u32, ahead: usize) -> Option<Span> {
        self.tokens.get(self.index_at(end) + ahead).map(|t| t.at)
    }

    /// The bound is the first of a BETWEEN SYMMETRIC.
    pub fn is_symmetric(&self, low: &Expr) -> bool {
        let before = self
            .find_expr(low)
            .and_then(|at| self.token_before(at.start));
        before.is_some_and(|t| {
            t.kind == Kind::Word && self.slice(t.at).eq_ignore_ascii_case("symmetric")
        })
    }

    fn query_start(&self, query: &Query) -> Option<Span> {
        match &query.with {
            Some(with) => self.span(with.with_token.0.span),
            None => self.body_start(&query.body),
        }
    }

    fn body_start(&self, body: &SetExpr) -> Option<Span> {
        let mut body = body;
        loop {
            match body {
                SetExpr::SetOperation { left, .. } => body = left,
                SetExpr::Query(query) => return self.query_start(query),
                SetExpr::Select(select) => return self.span(select.select_token.0.span),
                SetExpr::Values(values) => {
                    return values
                        .rows
                        .first()
                        .and_then(|row| self.span(row.opening_token.0.span));
                }
                _ => return None,
            }
        }
    }

    /// The place of a table in FROM, its alias included.
    pub fn factor(&self, factor: &TableFactor) -> Span {
        let (at, alias) = match factor {
            TableFactor::Table { name, alias, .. } => (self.object_name(name), alias),
            TableFactor::Derived {
                subquery, alias, ..
            } => (self.query(subquery), alias),
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => (
                self.around(self.factor(&table_with_joins.relation).start),
                alias,
            ),
            other => (self.span(other.span()).unwrap_or(self.whole()), &None),
        };
        match alias {
            Some(alias) => at.union(self.ident(&alias.name)),
            None => at,
        }
    }

    fn find_expr(&self, expr: &Expr) -> Option<Span> {
        // Chains lean to the left: the rightmost operand gives the end, the leftmost the start.
        let mut node = expr;
        let mut end: Option<Span> = None;
        let mut also = |right: Option<Span>| {
            if end.is_none() {
                end = right;
            }
        };
        let first = loop {
            match node {
                Expr::BinaryOp { left, right, .. }
                | Expr::AnyOp { left, right, .. }
                | Expr::AllOp { left, right, .. }
                | Expr::IsDistinctFrom(left, right)
                | Expr::IsNotDistinctFrom(left, right) => {
                    also(self.find_expr(right));
                    node = left;
                }
                Expr::Between { expr, high, .. } => {
                    also(self.find_expr(high));
                    node = expr;
                }
                Expr::Like { expr, pattern, .. } | Expr::ILike { expr, pattern, .. } => {
                    also(self.find_expr(pattern));
                    node = expr;
                }
                Expr::InList { expr, list, .. } => {
                    also(list.last().and_then(|last| self.find_expr(last)));
                    node = expr;
                }
                Expr::InSubquery { expr, subquery, .. } => {
                    also(Some(self.query(subquery)));
                    node = expr;
                }
                Expr::IsNull(inner)
                | Expr::IsNotNull(inner)
                | Expr::IsTrue(inner)
                | Expr::IsNotTrue(inner)
                | Expr::IsFalse(inner)
                | Expr::IsNotFalse(inner)
                | Expr::IsUnknown(inner)
                | Expr::IsNotUnknown(inner) => node = inner,
                Expr::Cast {
                    kind: sqlparser::ast::CastKind::DoubleColon,
                    expr,
                    ..
                } => node = expr,
                Expr::Collate { expr, .. } => node = expr,
                _ => break self.find_leaf(node),
            }
        };
        match (first, end) {
            (Some(first), Some(end)) => Some(first.union(end)),
            (first, end) => first.or(end),
        }
    }

    fn find_leaf(&self, expr: &Expr) -> Option<Span> {
        match expr {
            Expr::Identifier(ident) => self.span(ident.span),
            Expr::CompoundIdentifier(parts) => parts
                .iter()
                .filter_map(|part| self.span(part.span))
                .reduce(Span::union),
            Expr::Value(value) => self.span(value.span),
            Expr::TypedString(typed) => self
                .span(typed.value.span)
                .map(|at| self.with_word_before(at)),
            Expr::Interval(interval) => self
                .find_expr(&interval.value)
                .map(|at| self.with_word_before(at)),
            Expr::Nested(inner) => self.find_expr(inner).map(|at| self.around(at.start)),
            Expr::UnaryOp { expr, .. } => self
                .find_expr(expr)
                .map(|at| self.token_before(at.start).map_or(at, |t| t.at.union(at))),
            Expr::Subquery(query) => Some(self.query(query)),
            Expr::Exists { subquery, .. } => Some(self.with_word_before(self.query(subquery))),
            Expr::Case {
                case_token,
                end_token,
                ..
            } => {
                let start = self.span(case_token.0.span)?;
                Some(
                    self.span(end_token.0.span)
                        .map_or(start, |end| start.union(end)),
                )
            }
            Expr::Function(function) => {
                let name = self.object_name(&function.name);
                Some(match &function.args {
                    FunctionArguments::None => name,
                    _ => self.closed(name),
                })
            }
            Expr::Cast { expr, .. }
            | Expr::Extract { expr, .. }
            | Expr::Ceil { expr, .. }
            | Expr::Floor { expr, .. }
            | Expr::Position { expr, .. }
            | Expr::Substring { expr, .. }
            | Expr::Trim { expr, .. } => self.find_expr(expr).map(|at| self.call_around(at.start)),
            Expr::Tuple(items) => items
                .iter()
                .find_map(|item| self.find_expr(item))
                .map(|at| self.around(at.start)),
            _ => None,
        }
    }

    fn index_at(&self, start: u32) -> usize {
        self.tokens.partition_point(|t| t.at.start < start)
    }

    fn token_before(&self, start: u32) -> Option<&Token> {
        self.tokens[..self.index_at(start)].last()
    }

    fn with_word_before(&self, at: Span) -> Span {
        match self.token_before(at.start) {
            Some(token) if token.kind == Kind::Word => token.at.union(at),
            _ => at,
        }
    }

    /// The name and the parenthesis that opens right behind it, to its end.
    fn closed(&self, name: Span) -> Span {
        let open = self.index_at(name.end);
        match self.tokens.get(open) {
            Some(token) if token.kind == Kind::Mark(b'(') => name.union(self.to_closing(open)),
            _ => name,
        }
    }

    fn to_closing(&self, open: usize) -> Span {
        let mut depth = 0usize;
        for token in &self.tokens[open..] {
            match token.kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        return self.tokens[open].at.union(token.at);
                    }
                }
                _ => {}
            }
        }
        self.tokens[open].at
    }

    /// The position of the parenthesis that is open at an offset.
    fn opening(&self, start: u32) -> Option<usize> {
        let mut depth = 0usize;
        for at in (0..self.index_at(start)).rev() {
            match self.tokens[at].kind {
                Kind::Mark(b')') => depth += 1,
                Kind::Mark(b'(') if depth == 0 => return Some(at),
                Kind::Mark(b'(') => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// The parentheses around an offset; the rest of the statement when there are none.
    fn around(&self, start: u32) -> Span {
        match self.opening(start) {
            Some(open) => self.to_closing(open),
            None => Span::new(start, self.whole().end),
        }
    }

    /// The parentheses around an offset with the name before them.
    fn call_around(&self, start: u32) -> Span {
        match self.opening(start) {
            Some(open) => self.with_word_before(self.to_closing(open)),
            None => Span::new(start, start),
        }
    }
}
