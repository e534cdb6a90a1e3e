//! ORDER BY, LIMIT, OFFSET and FETCH.

use crate::SqlError;
use crate::binder::{Binder, Clause, folded};
use crate::scope::Scope;
use plan::{ScalarId, SortKey};
use sqlparser::ast::{
    Expr, LimitClause, OrderByExpr, OrderBySort, Query, UnaryOperator, Value as ParserValue,
};
use std::rc::Rc;
use types::{ColId, DataType, Decimal, Span, Value};

/// LIMIT and OFFSET as numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowCount {
    /// Rows at most.
    pub limit: Option<u64>,
    /// Rows skipped.
    pub offset: u64,
    /// The place of the first of the clauses.
    pub at: Span,
}

/// What an ORDER BY item refers to.
pub(crate) enum SortItem<'q> {
    /// The output column at this index.
    Output(usize),
    /// An expression over the input.
    Expression(&'q Expr),
}

impl<'q> Binder<'_, 'q> {
    /// Resolves positions and output names; everything else is an expression.
    pub fn sort_item(
        &mut self,
        item: &'q OrderByExpr,
        outputs: &[(String, ScalarId)],
    ) -> Result<SortItem<'q>, SqlError> {
        if item.with_fill.is_some() {
            return self.unsupported("WITH FILL", self.source.expr(&item.expr));
        }
        if let Some(at) = self.position(&item.expr, outputs.len(), "ORDER BY")? {
            return Ok(SortItem::Output(at));
        }
        if let Expr::Identifier(ident) = &item.expr {
            let name = folded(ident);
            let mut found = outputs
                .iter()
                .enumerate()
                .filter(|(_, (output, _))| *output == name);
            if let Some((at, (_, first))) = found.next() {
                if found.any(|(_, (_, other))| other != first) {
                    return Err(SqlError::AmbiguousColumn {
                        candidates: (1..=outputs.len())
                            .filter(|n| outputs[n - 1].0 == name)
                            .map(|n| n.to_string())
                            .collect(),
                        name,
                        at: self.at(self.source.ident(ident)),
                    });
                }
                return Ok(SortItem::Output(at));
            }
        }
        Ok(SortItem::Expression(&item.expr))
    }

    /// The index that an integer in ORDER BY or GROUP BY stands for; `None` when it is no integer.
    pub fn position(
        &self,
        expr: &Expr,
        outputs: usize,
        clause: &str,
    ) -> Result<Option<usize>, SqlError> {
        let mut inner = expr;
        let mut signed = false;
        loop {
            match inner {
                Expr::Nested(e) => inner = e,
                Expr::UnaryOp {
                    op: UnaryOperator::Minus,
                    expr,
                } => (inner, signed) = (expr, true),
                _ => break,
            }
        }
        let Expr::Value(value) = inner else {
            return Ok(None);
        };
        let at = self.at(self.source.expr(expr));
        match &value.value {
            ParserValue::Number(digits, _) if signed && digits.parse::<usize>().is_ok() => {
                Err(SqlError::InvalidReference {
                    message: format!("{clause} position -{digits} is not in select list"),
                    at,
                })
            }
            ParserValue::Number(digits, _) if digits.parse::<usize>().is_ok() => {
                match digits.parse::<usize>() {
                    Ok(position) if (1..=outputs).contains(&position) => Ok(Some(position - 1)),
                    _ => Err(SqlError::InvalidReference {
                        message: format!("{clause} position {digits} is not in select list"),
                        at,
                    }),
                }
            }
            _ => Err(SqlError::Malformed {
                message: format!("non-integer constant in {clause}"),
                at,
            }),
        }
    }

    /// A sort key over a column. NULLs come last unless the order is descending or says otherwise.
    pub fn sort_key(&self, col: ColId, item: &OrderByExpr) -> Result<SortKey, SqlError> {
        let descending = match &item.options.sort {
            None | Some(OrderBySort::Asc) => false,
            Some(OrderBySort::Desc) => true,
            Some(OrderBySort::Using(operator)) => match operator.to_string().as_str() {
                "<" => false,
                ">" => true,
                _ => {
                    return self.unsupported(
                        "ORDER BY USING with this operator",
                        self.source.expr(&item.expr),
                    );
                }
            },
        };
        Ok(SortKey {
            col,
            descending,
            nulls_first: item.options.nulls_first.unwrap_or(descending),
        })
    }

    /// The place of the expressions of ORDER BY.
    pub fn order_place(&self, items: &[OrderByExpr]) -> Span {
        let places = items.iter().map(|i| self.source.expr(&i.expr));
        let place = places.reduce(Span::union);
        self.at(place.unwrap_or(self.source.whole()))
    }

    /// LIMIT, OFFSET and FETCH of a query.
    pub fn row_count(
        &mut self,
        query: &'q Query,
        whole: Span,
    ) -> Result<Option<RowCount>, SqlError> {
        let (mut limit, mut offset) = (None, 0);
        let mut place: Option<Span> = None;
        let mut clauses: Vec<(&'static str, &'q Expr)> = Vec::new();
        match &query.limit_clause {
            None => {}
            Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) => {
                if !limit_by.is_empty() {
                    return self.unsupported("LIMIT BY", whole);
                }
                clauses.extend(limit.as_ref().map(|e| ("LIMIT", e)));
                clauses.extend(offset.as_ref().map(|o| ("OFFSET", &o.value)));
            }
            Some(LimitClause::OffsetCommaLimit { .. }) => {
                return self.unsupported("LIMIT with a comma; use LIMIT … OFFSET", whole);
            }
        }
        if let Some(fetch) = &query.fetch {
            if fetch.with_ties || fetch.percent {
                return self.unsupported("FETCH … WITH TIES and PERCENT", whole);
            }
            match &fetch.quantity {
                Some(quantity) => clauses.push(("FETCH", quantity)),
                None => (limit, place) = (Some(1), Some(whole)),
            }
        }
        for (clause, expr) in clauses {
            let at = self.source.expr(expr);
            place = Some(place.map_or(at, |p: Span| p.union(at)));
            let count = self.count_literal(clause, expr)?;
            if clause == "OFFSET" {
                offset = count.unwrap_or(0);
            } else {
                limit = count;
            }
        }
        Ok(place
            .filter(|_| limit.is_some() || offset > 0)
            .map(|at| RowCount {
                limit,
                offset,
                at: self.at(at),
            }))
    }

    /// A row count that constants give.
    fn computed_count(
        &mut self,
        clause: &'static str,
        expr: &'q Expr,
        at: Span,
    ) -> Result<Option<u64>, SqlError> {
        if matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
            return Err(SqlError::InvalidReference {
                message: format!("argument of {clause} must not contain variables"),
                at,
            });
        }
        let mut inner = Clause::new(&Rc::new(Scope::default()), clause);
        let outer = std::mem::take(&mut self.outer);
        let bound = self.expr(expr, &mut inner);
        self.outer = outer;
        let bound = bound?;
        if !inner.joins.is_empty() || self.arena.is_volatile(bound) {
            return self.unsupported(format!("a subquery or random() in {clause}"), at);
        }
        let ty = self.arena.ty(bound);
        if !ty.is_numeric() && ty != DataType::Unknown {
            return Err(SqlError::TypeMismatch {
                message: format!("argument of {clause} must be type bigint, not type {ty}"),
                hint: None,
                at,
            });
        }
        let count = self.coerce(bound, DataType::Int64, at)?;
        let count = plan::eval::eval(self.arena, count, &mut |_| Value::Null, &mut || 0.0);
        let count = count.map_err(|error| SqlError::Literal { error, at })?;
        match count.as_i64() {
            None => Ok(None),
            Some(count) => match u64::try_from(count) {
                Ok(count) => Ok(Some(count)),
                Err(_) => Err(SqlError::InvalidRowCount { clause, at }),
            },
        }
    }

    /// A row count: a number, rounded, or NULL for none.
    fn count_literal(
        &mut self,
        clause: &'static str,
        expr: &'q Expr,
    ) -> Result<Option<u64>, SqlError> {
        let at = self.at(self.source.expr(expr));
        let (mut inner, mut negative) = (expr, false);
        loop {
            match inner {
                Expr::Nested(e) => inner = e,
                Expr::UnaryOp {
                    op: UnaryOperator::Minus,
                    expr,
                } => (inner, negative) = (expr, !negative),
                _ => break,
            }
        }
        let text = match inner {
            Expr::Value(value) => match &value.value {
                ParserValue::Null => return Ok(None),
                ParserValue::Number(text, _) | ParserValue::SingleQuotedString(text) => text,
                _ => {
                    return Err(SqlError::TypeMismatch {
                        message: format!("argument of {clause} must be type bigint"),
                        hint: None,
                        at,
                    });
                }
            },
            _ => return self.computed_count(clause, expr, at),
        };
        let count = Decimal::parse(text)
            .and_then(|d| d.rescale(0).ok())
            .and_then(|d| {
                u64::try_from(d.unscaled)
                    .ok()
                    .filter(|n| *n <= i64::MAX as u64)
            });
        match count {
            Some(0) => Ok(Some(0)),
            Some(_) if negative => Err(SqlError::InvalidRowCount { clause, at }),
            Some(count) => Ok(Some(count)),
            None => Err(SqlError::Literal {
                error: Value::parse(text, DataType::Int64)
                    .err()
                    .unwrap_or_else(|| types::DataError::out_of_range("bigint")),
                at,
            }),
        }
    }
}
