//! UNION, INTERSECT, EXCEPT and VALUES.

use crate::SqlError;
use crate::binder::{Binder, Clause, Named};
use crate::coerce::without_length;
use crate::scope::{NamedColumn, Scope};
use plan::typing::common_type;
use plan::{Op, ScalarId, SetColumn, SetOpKind};
use sqlparser::ast::{Expr, SetExpr, SetOperator, SetQuantifier, Values};
use std::rc::Rc;
use types::{DataType, Span};

/// Deepest tree of set operations; a chain of UNION ALL is one operator.
const MAX_DEPTH: usize = 100;

impl<'q> Binder<'_, 'q> {
    /// Binds a tree of set operations. Chains lean to the left and are walked without recursion.
    pub fn set_operation(&mut self, body: &'q SetExpr) -> Result<Named, SqlError> {
        let mut chain = Vec::new();
        let mut leftmost = body;
        while let SetExpr::SetOperation {
            left,
            op,
            set_quantifier,
            right,
        } = leftmost
        {
            let kind = match op {
                SetOperator::Union => SetOpKind::Union,
                SetOperator::Intersect => SetOpKind::Intersect,
                SetOperator::Except | SetOperator::Minus => SetOpKind::Except,
            };
            let all = match set_quantifier {
                SetQuantifier::All => true,
                SetQuantifier::Distinct | SetQuantifier::None => false,
                _ => return self.unsupported("set operations BY NAME", self.source.set_expr(body)),
            };
            chain.push((kind, all, &**right));
            leftmost = left;
        }
        let start = self.source.set_expr(leftmost);
        let mut branches = vec![self.body(leftmost)?];
        let mut depth = 0;
        let mut chain = chain.into_iter().rev().peekable();
        while let Some((kind, all, right)) = chain.next() {
            let right_at = self.source.set_expr(right);
            let bound = self.body(right)?;
            self.check_width(kind, &branches[0], &bound, right_at)?;
            branches.push(bound);
            let union_all = kind == SetOpKind::Union && all;
            if union_all && matches!(chain.peek(), Some((SetOpKind::Union, true, _))) {
                continue;
            }
            depth += 1;
            let at = self.at(start.union(right_at));
            if depth > MAX_DEPTH {
                return Err(SqlError::TooComplex {
                    what: "set operations that are not UNION ALL",
                    limit: MAX_DEPTH,
                    at,
                });
            }
            let combined = self.combine(kind, all, std::mem::take(&mut branches), at)?;
            branches.push(combined);
        }
        Ok(branches.swap_remove(0))
    }

    fn check_width(
        &self,
        kind: SetOpKind,
        first: &Named,
        next: &Named,
        at: Span,
    ) -> Result<(), SqlError> {
        if first.columns.len() == next.columns.len() {
            return Ok(());
        }
        Err(SqlError::Malformed {
            message: format!(
                "each {} query must have the same number of columns",
                name(kind)
            ),
            at: self.at(at),
        })
    }

    /// One set operation over branches of equal width: their types are unified column by column.
    pub fn combine(
        &mut self,
        kind: SetOpKind,
        all: bool,
        branches: Vec<Named>,
        at: Span,
    ) -> Result<Named, SqlError> {
        let width = branches[0].columns.len();
        let mut types = Vec::with_capacity(width);
        for column in 0..width {
            let (mut ty, mut untyped) = (DataType::Unknown, false);
            for branch in &branches {
                let next = self.arena.column(branch.columns[column].col).ty;
                untyped |= next == DataType::Unknown;
                ty = common_type(ty, next).ok_or_else(|| SqlError::TypeMismatch {
                    message: format!(
                        "{} types {} and {} cannot be matched",
                        name(kind),
                        crate::data_type::short_name(ty),
                        crate::data_type::short_name(next)
                    ),
                    hint: Some(format!("Cast column {} of one branch.", column + 1)),
                    at,
                })?;
            }
            // As in PostgreSQL, what no branch types is text.
            types.push(match (ty, untyped) {
                (DataType::Unknown, _) => DataType::Text,
                (ty, true) => without_length(ty),
                (ty, false) => ty,
            });
        }
        let names: Vec<String> = branches[0].columns.iter().map(|c| c.name.clone()).collect();
        let branches = branches
            .into_iter()
            .map(|branch| self.retype(branch, &types, at))
            .collect::<Result<Vec<Named>, _>>()?;
        let columns: Vec<NamedColumn> = names
            .into_iter()
            .zip(&types)
            .map(|(name, ty)| NamedColumn {
                col: self.fresh(&name, *ty),
                name,
            })
            .collect();
        let set_columns = columns
            .iter()
            .enumerate()
            .map(|(index, column)| SetColumn {
                col: column.col,
                inputs: branches.iter().map(|b| b.columns[index].col).collect(),
            })
            .collect();
        let op = Op::SetOp {
            kind,
            all,
            columns: set_columns,
        };
        let inputs = branches.iter().map(|b| b.rel).collect();
        let rel = self.rel(op, inputs, at);
        Ok(Named { rel, columns })
    }

    /// Binds a VALUES list: its columns are `column1`, `column2`, …
    pub fn values(&mut self, values: &'q Values) -> Result<Named, SqlError> {
        let rows: Vec<&'q [Expr]> = values.rows.iter().map(|r| r.content.as_slice()).collect();
        let at = self.values_place(&rows);
        let width = rows.first().map_or(0, |r| r.len());
        if width > crate::select::MAX_ITEMS {
            return Err(SqlError::TooManyColumns {
                what: "VALUES lists",
                limit: crate::select::MAX_ITEMS,
                at,
            });
        }
        let scope = Rc::new(Scope::default());
        let mut bound: Vec<Vec<ScalarId>> = Vec::with_capacity(rows.len());
        let mut with_subqueries = Vec::new();
        for row in &rows {
            if row.len() != width {
                let at = row.first().map_or(at, |e| self.source.expr(e));
                return Err(SqlError::Malformed {
                    message: "VALUES lists must all be the same length".into(),
                    at: self.at(at),
                });
            }
            let mut clause = Clause::new(&scope, "VALUES");
            let row = row
                .iter()
                .map(|e| self.expr(e, &mut clause))
                .collect::<Result<Vec<_>, _>>()?;
            bound.push(row);
            with_subqueries.push(clause.joins);
        }
        if with_subqueries.iter().any(|joins| !joins.is_empty()) {
            return self.values_by_row(bound, with_subqueries, at);
        }
        for column in 0..width {
            let mut list: Vec<(ScalarId, Span)> = bound
                .iter()
                .zip(&rows)
                .map(|(row, exprs)| (row[column], self.source.expr(&exprs[column])))
                .collect();
            self.unify(&mut list, "VALUES", false)?;
            for (row, (value, _)) in bound.iter_mut().zip(list) {
                row[column] = value;
            }
        }
        let columns: Vec<NamedColumn> = (0..width)
            .map(|column| {
                let name = format!("column{}", column + 1);
                let ty = self.arena.ty(bound[0][column]);
                NamedColumn {
                    col: self.fresh(&name, ty),
                    name,
                }
            })
            .collect();
        let op = Op::Values {
            columns: columns.iter().map(|c| c.col).collect(),
            rows: bound,
        };
        let rel = self.rel(op, Vec::new(), at);
        Ok(Named { rel, columns })
    }

    /// Rows with subqueries: each is a query of its own, united.
    fn values_by_row(
        &mut self,
        rows: Vec<Vec<ScalarId>>,
        joins: Vec<Vec<crate::binder::SubJoin>>,
        at: Span,
    ) -> Result<Named, SqlError> {
        let mut branches = Vec::with_capacity(rows.len());
        for (row, joins) in rows.into_iter().zip(joins) {
            let one = self.one_row(at);
            let rel = self.attach(one, joins);
            let items = row
                .into_iter()
                .enumerate()
                .map(|(index, value)| (format!("column{}", index + 1), value))
                .collect();
            branches.push(self.project(rel, items, at));
        }
        if branches.len() == 1 {
            return Ok(branches.swap_remove(0));
        }
        self.combine(SetOpKind::Union, true, branches, at)
    }

    /// The place of the rows of a VALUES list.
    pub fn values_place(&self, rows: &[&'q [Expr]]) -> Span {
        let first = rows.first().and_then(|r| r.first());
        let last = rows.last().and_then(|r| r.last());
        let place = match (first, last) {
            (Some(first), Some(last)) => self.source.expr(first).union(self.source.expr(last)),
            _ => self.source.whole(),
        };
        self.at(place)
    }
}

fn name(kind: SetOpKind) -> &'static str {
    match kind {
        SetOpKind::Union => "UNION",
        SetOpKind::Intersect => "INTERSECT",
        SetOpKind::Except => "EXCEPT",
    }
}
