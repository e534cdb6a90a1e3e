//! Predicates: IS, IN, BETWEEN, LIKE, ANY and ALL, comparisons of rows.

use crate::SqlError;
use crate::binder::{Binder, Clause};
use crate::operator::comparison_named;
use plan::{Func, ScalarId};
use sqlparser::ast::{BinaryOperator, Expr, Value as ParserValue};
use types::{DataType, Span, Value};

/// Values of rows that `<` and its like compare: each nests the comparison by two levels.
const MAX_ORDERED: usize = 100;

impl<'q> Binder<'_, 'q> {
    /// Binds a predicate over its left operand.
    pub fn predicate(
        &mut self,
        node: &'q Expr,
        left: ScalarId,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        match node {
            Expr::IsNull(e) => self.null_test(Func::IsNull, left, e),
            Expr::IsNotNull(e) => self.null_test(Func::IsNotNull, left, e),
            Expr::IsTrue(e) => self.truth(Func::IsTrue, left, false, e),
            Expr::IsNotTrue(e) => self.truth(Func::IsTrue, left, true, e),
            Expr::IsFalse(e) => self.truth(Func::IsFalse, left, false, e),
            Expr::IsNotFalse(e) => self.truth(Func::IsFalse, left, true, e),
            Expr::IsUnknown(e) => self.truth(Func::IsNull, left, false, e),
            Expr::IsNotUnknown(e) => self.truth(Func::IsNotNull, left, false, e),
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let mut args = vec![
                    (left, self.source.expr(expr)),
                    (self.expr(low, clause)?, self.source.expr(low)),
                    (self.expr(high, clause)?, self.source.expr(high)),
                ];
                self.comparable(&mut args, ">=", self.source.expr(node))?;
                let [value, low_id, high_id] = [args[0].0, args[1].0, args[2].0];
                let mut between = self.arena.call(Func::Between, vec![value, low_id, high_id]);
                if self.source.is_symmetric(low) {
                    let at = self.source.expr(node);
                    self.repeatable(&[value, low_id, high_id], "BETWEEN SYMMETRIC", at)?;
                    let turned = self.arena.call(Func::Between, vec![value, high_id, low_id]);
                    between = self.arena.call(Func::Or, vec![between, turned]);
                }
                Ok(self.negated(between, *negated))
            }
            Expr::InList {
                expr,
                list,
                negated,
            } => {
                let mut args = Vec::with_capacity(list.len() + 1);
                args.push((left, self.source.expr(expr)));
                for item in list {
                    args.push((self.expr(item, clause)?, self.source.expr(item)));
                }
                self.comparable(&mut args, "=", self.source.expr(node))?;
                let args = args.into_iter().map(|(id, _)| id).collect();
                let found = self.arena.call(Func::In, args);
                Ok(self.negated(found, *negated))
            }
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => {
                let left = (left, self.source.expr(expr));
                let mark = self.any(vec![left], Func::Eq, subquery, clause)?;
                Ok(self.negated(mark, *negated))
            }
            Expr::Like {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => {
                let escape = escape_char.as_deref();
                let left = (left, self.source.expr(expr));
                self.like(Func::Like, left, pattern, escape, *negated, clause)
            }
            Expr::ILike {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => {
                let escape = escape_char.as_deref();
                let left = (left, self.source.expr(expr));
                self.like(Func::ILike, left, pattern, escape, *negated, clause)
            }
            _ => self.quantified(node, left, clause),
        }
    }

    fn null_test(
        &mut self,
        func: Func,
        operand: ScalarId,
        expr: &'q Expr,
    ) -> Result<ScalarId, SqlError> {
        let operand = match self.arena.ty(operand) {
            DataType::Unknown => self.coerce(operand, DataType::Text, self.source.expr(expr))?,
            _ => operand,
        };
        Ok(self.arena.call(func, vec![operand]))
    }

    fn truth(
        &mut self,
        func: Func,
        operand: ScalarId,
        negated: bool,
        expr: &'q Expr,
    ) -> Result<ScalarId, SqlError> {
        let operand = self.boolean(operand, "IS", self.source.expr(expr))?;
        let test = self.arena.call(func, vec![operand]);
        Ok(self.negated(test, negated))
    }

    fn like(
        &mut self,
        func: Func,
        left: (ScalarId, Span),
        pattern: &'q Expr,
        escape: Option<&'q Expr>,
        negated: bool,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let pattern_at = self.source.expr(pattern);
        let mut bound = self.expr(pattern, clause)?;
        if let Some(escape) = escape {
            bound = self.with_backslash(bound, escape, pattern_at)?;
        }
        let sign = if func == Func::Like { "~~" } else { "~~*" };
        let (l, r) = (self.arena.ty(left.0), self.arena.ty(bound));
        let fits = |ty: DataType| ty.is_text() || ty == DataType::Unknown;
        if !fits(l) || !fits(r) {
            return Err(self.no_operator(sign, l, r, left.1.union(pattern_at)));
        }
        let left = self.as_text(left.0, left.1)?;
        let bound = self.as_text(bound, pattern_at)?;
        let like = self.arena.call(func, vec![left, bound]);
        Ok(self.negated(like, negated))
    }

    /// A pattern with another escape character, spelt with the backslash that LIKE knows.
    fn with_backslash(
        &mut self,
        pattern: ScalarId,
        escape: &'q Expr,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let escape_at = self.source.expr(escape);
        let character = match escape {
            Expr::Value(value) => match &value.value {
                ParserValue::SingleQuotedString(text) => text,
                _ => return self.unsupported("ESCAPE with anything but a literal", escape_at),
            },
            _ => return self.unsupported("ESCAPE with anything but a literal", escape_at),
        };
        if character == "\\" {
            return Ok(pattern);
        }
        let Some(Value::Text(text)) = self.arena.as_literal(pattern) else {
            return self.unsupported("ESCAPE with a computed pattern", at);
        };
        let mut characters = character.chars();
        let escape = characters.next();
        if characters.next().is_some() {
            return Err(SqlError::Literal {
                error: types::DataError::InvalidArgument {
                    code: types::SqlState::INVALID_ESCAPE,
                    message: "invalid escape string: it must be empty or one character".into(),
                },
                at: self.at(escape_at),
            });
        }
        let mut spelt = String::with_capacity(text.len() + 4);
        let mut escaped = false;
        for c in text.chars() {
            if Some(c) == escape && !escaped {
                escaped = true;
                continue;
            }
            if c == '\\' || (escaped && matches!(c, '%' | '_')) {
                spelt.push('\\');
            }
            spelt.push(c);
            escaped = false;
        }
        if escaped {
            // The error of a pattern that ends in its escape character is LIKE's own.
            spelt.push('\\');
        }
        Ok(self.arena.lit(Value::text(spelt)))
    }

    /// `(a, b) IN (…)`, with a list of rows or a subquery.
    pub fn row_in(&mut self, node: &'q Expr, clause: &mut Clause) -> Result<ScalarId, SqlError> {
        let row = |expr: &'q Expr| match expr {
            Expr::Tuple(items) => Some(items),
            _ => None,
        };
        match node {
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => {
                let mut left = Vec::new();
                for item in row(expr).into_iter().flatten() {
                    left.push((self.expr(item, clause)?, self.source.expr(item)));
                }
                let mark = self.any(left, Func::Eq, subquery, clause)?;
                Ok(self.negated(mark, *negated))
            }
            Expr::InList {
                expr,
                list,
                negated,
            } => {
                let mut tests = Vec::with_capacity(list.len());
                for item in list {
                    tests.push(self.row_comparison(expr, &BinaryOperator::Eq, item, clause)?);
                }
                let found = match tests.as_slice() {
                    [one] => *one,
                    _ => {
                        self.small(&tests, self.source.expr(node))?;
                        self.arena.call(Func::Or, tests)
                    }
                };
                Ok(self.negated(found, *negated))
            }
            _ => self.unsupported("a row value here", self.source.expr(node)),
        }
    }

    /// `(a, b) IS NULL`: each value is; `IS NOT NULL`: none is.
    pub fn row_null_test(
        &mut self,
        func: Func,
        row: &'q Expr,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let Expr::Tuple(items) = row else {
            return self.unsupported("a row value here", self.source.expr(row));
        };
        let mut tests = Vec::with_capacity(items.len());
        for item in items {
            let bound = self.expr(item, clause)?;
            tests.push(self.null_test(func, bound, item)?);
        }
        Ok(self.arena.and(tests))
    }

    /// `(a, b) = (c, d)` and `<>`: column by column. The orders go by the first columns that differ: `(a, b) < (c, d)`
    /// is `a < c OR a = c AND b < d`.
    pub fn row_comparison(
        &mut self,
        left: &'q Expr,
        op: &BinaryOperator,
        right: &'q Expr,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let at = self.source.expr(left).union(self.source.expr(right));
        let (Expr::Tuple(l), Expr::Tuple(r)) = (left, right) else {
            return self.unsupported("comparing a row with this", at);
        };
        if l.len() != r.len() {
            return Err(SqlError::Malformed {
                message: "unequal number of entries in row expressions".into(),
                at: self.at(at),
            });
        }
        let Some(comparison) = comparison_named(op) else {
            return self.unsupported("this operator between rows", at);
        };
        let (strict, ordered) = match comparison {
            Func::Eq | Func::Ne => (Func::Eq, false),
            Func::Lt | Func::Le => (Func::Lt, true),
            _ => (Func::Gt, true),
        };
        let mut pairs = Vec::with_capacity(l.len());
        for (l, r) in l.iter().zip(r) {
            let (l_at, r_at) = (self.source.expr(l), self.source.expr(r));
            pairs.push((
                (self.expr(l, clause)?, l_at),
                (self.expr(r, clause)?, r_at),
                l_at.union(r_at),
            ));
        }
        if !ordered {
            let tests = pairs
                .into_iter()
                .map(|(l, r, at)| self.comparison(Func::Eq, l, r, at))
                .collect::<Result<Vec<ScalarId>, _>>()?;
            let equal = self.arena.and(tests);
            return Ok(self.negated(equal, comparison == Func::Ne));
        }
        if pairs.len() > MAX_ORDERED {
            return self.unsupported("ordering rows of so many values", at);
        }
        let mut whole = None;
        for (l, r, pair_at) in pairs.into_iter().rev() {
            let Some(rest) = whole else {
                whole = Some(self.comparison(comparison, l, r, pair_at)?);
                continue;
            };
            self.repeatable(&[l.0, r.0], "ordering rows", pair_at)?;
            let before = self.comparison(strict, l, r, pair_at)?;
            let equal = self.comparison(Func::Eq, l, r, pair_at)?;
            let later = self.arena.and(vec![equal, rest]);
            whole = Some(self.arena.call(Func::Or, vec![before, later]));
        }
        match whole {
            Some(whole) => Ok(whole),
            None => self.unsupported("rows without values", at),
        }
    }

    /// `x comparison ANY (SELECT …)` and `ALL`, over the bound left operand.
    fn quantified(
        &mut self,
        node: &'q Expr,
        value: ScalarId,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let at = self.source.expr(node);
        let (left, op, right, all) = match node {
            Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => (left, compare_op, right, false),
            Expr::AllOp {
                left,
                compare_op,
                right,
            } => (left, compare_op, right, true),
            _ => return self.unsupported("this predicate", at),
        };
        let Some(comparison) = comparison_named(op) else {
            return self.unsupported("ANY and ALL with this operator", at);
        };
        let mut inner = &**right;
        while let Expr::Nested(e) = inner {
            inner = e;
        }
        let Expr::Subquery(query) = inner else {
            return self.unsupported("ANY and ALL over arrays", at);
        };
        let value = (value, self.source.expr(left));
        if all {
            self.all(value, comparison, query, clause)
        } else {
            self.any(vec![value], comparison, query, clause)
        }
    }
}
