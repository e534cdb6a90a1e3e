//! Subqueries in expressions. Each becomes a join to the input of its clause: Mark for EXISTS, IN, ANY and ALL, Single
//! for scalar ones; dependent when it uses the input's columns. Unnesting them is the optimizer's work (Neumann and
//! Kemper, "Unnesting Arbitrary Queries", BTW 2015).

use crate::SqlError;
use crate::binder::{Binder, Clause, Named, SubJoin};
use plan::{Func, JoinKind, Op, RelId, ScalarId};
use sqlparser::ast::Query;
use types::{DataType, Span};

impl<'q> Binder<'_, 'q> {
    /// Binds a query inside an expression of the clause, whose columns it sees.
    fn inner(&mut self, query: &'q Query, clause: &Clause) -> Result<Named, SqlError> {
        self.outer.push(clause.scope.clone());
        let named_at = std::mem::take(&mut self.named_at);
        let named = self.query(query);
        self.named_at = named_at;
        self.outer.pop();
        named
    }

    /// `(SELECT …)` as a value: NULL for no row, an error for two.
    pub fn scalar_subquery(
        &mut self,
        query: &'q Query,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let at = self.at(self.source.query(query));
        let named = self.inner(query, clause)?;
        let [column] = named.columns.as_slice() else {
            return Err(SqlError::Malformed {
                message: "subquery must return only one column".into(),
                at,
            });
        };
        clause.joins.push(SubJoin {
            kind: JoinKind::Single,
            on: Vec::new(),
            right: named.rel,
            at,
        });
        Ok(self.arena.col(column.col))
    }

    /// `EXISTS (SELECT …)`.
    pub fn exists(
        &mut self,
        query: &'q Query,
        negated: bool,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let at = self.at(self.source.query(query));
        let named = self.inner(query, clause)?;
        let right = self.without_output(named.rel);
        let mark = self.fresh("exists", DataType::Bool);
        clause.joins.push(SubJoin {
            kind: JoinKind::Mark(mark),
            on: Vec::new(),
            right,
            at,
        });
        let mark = self.arena.col(mark);
        Ok(self.negated(mark, negated))
    }

    /// What the rows hold and how they are ordered does not matter to EXISTS.
    fn without_output(&self, mut rel: RelId) -> RelId {
        while let Op::Project { .. } | Op::Sort { .. } | Op::Distinct = self.arena.op(rel) {
            rel = self.arena.inputs(rel)[0];
        }
        rel
    }

    /// `left comparison ANY (SELECT …)`, and `IN` as `= ANY`: true with a match, NULL when only NULLs stand in the
    /// way, else false. Several left expressions compare a row.
    pub fn any(
        &mut self,
        left: Vec<(ScalarId, Span)>,
        comparison: Func,
        query: &'q Query,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let at = self.at(self.source.query(query));
        let named = self.inner(query, clause)?;
        if named.columns.len() != left.len() {
            let few = named.columns.len() < left.len();
            return Err(SqlError::Malformed {
                message: format!(
                    "subquery has too {} columns",
                    if few { "few" } else { "many" }
                ),
                at,
            });
        }
        let mut on = Vec::with_capacity(left.len());
        for ((value, value_at), column) in left.into_iter().zip(&named.columns) {
            let column = self.arena.col(column.col);
            let whole = value_at.union(at);
            on.push(self.comparison(comparison, (value, value_at), (column, at), whole)?);
        }
        let name = if comparison == Func::Eq { "in" } else { "any" };
        let mark = self.fresh(name, DataType::Bool);
        clause.joins.push(SubJoin {
            kind: JoinKind::Mark(mark),
            on,
            right: named.rel,
            at,
        });
        Ok(self.arena.col(mark))
    }

    /// `left comparison ALL (SELECT …)`: not one row for which the inverse comparison holds.
    pub fn all(
        &mut self,
        left: (ScalarId, Span),
        comparison: Func,
        query: &'q Query,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let inverse = comparison
            .inverted()
            .expect("ALL is parsed with the six comparisons only");
        let mark = self.any(vec![left], inverse, query, clause)?;
        Ok(self.negated(mark, true))
    }

    /// NOT of an expression, when asked for.
    pub fn negated(&mut self, expr: ScalarId, negated: bool) -> ScalarId {
        if negated {
            self.arena.call(Func::Not, vec![expr])
        } else {
            expr
        }
    }
}
