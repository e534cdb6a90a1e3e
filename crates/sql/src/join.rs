//! FROM lists and joins: ON, USING, NATURAL, LATERAL.

use crate::SqlError;
use crate::binder::{Binder, Clause, SubJoin, folded};
use crate::scope::{NamedColumn, Scope};
use plan::{Func, JoinKind, Op, ProjectItem, RelId, ScalarId};
use sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, TableFactor,
    TableWithJoins,
};
use std::rc::Rc;
use types::{ColId, Span};

/// The two sides of a join.
struct Sides {
    left: RelId,
    right: RelId,
    left_scope: Scope,
    right_scope: Scope,
}

impl<'q> Binder<'_, 'q> {
    /// Binds a FROM clause: its items are joined from left to right without condition.
    pub fn from(&mut self, items: &'q [TableWithJoins]) -> Result<(RelId, Scope), SqlError> {
        let mut joined: Option<(RelId, Scope)> = None;
        for item in items {
            let visible: Vec<Rc<Scope>> = match &joined {
                Some((_, scope)) if has_lateral(item) => vec![Rc::new(scope.clone())],
                _ => Vec::new(),
            };
            let at = self.source.factor(&item.relation);
            let (rel, scope) = self.table_with_joins(item, &visible)?;
            joined = Some(match joined.take() {
                None => (rel, scope),
                Some((left, mut left_scope)) => {
                    let at = self.at(at);
                    left_scope.extend(scope, at)?;
                    let rel = self.join(JoinKind::Inner, Vec::new(), left, rel, at);
                    (rel, left_scope)
                }
            });
        }
        Ok(match joined {
            Some(joined) => joined,
            None => (self.one_row(self.source.whole()), Scope::default()),
        })
    }

    /// Binds a table and the joins behind it.
    pub fn table_with_joins(
        &mut self,
        item: &'q TableWithJoins,
        outer: &[Rc<Scope>],
    ) -> Result<(RelId, Scope), SqlError> {
        let (mut rel, mut scope) = self.factor(&item.relation, outer)?;
        for join in &item.joins {
            let mut visible = outer.to_vec();
            if is_lateral(&join.relation) {
                visible.push(Rc::new(scope.clone()));
            }
            let (right, right_scope) = self.factor(&join.relation, &visible)?;
            let sides = Sides {
                left: rel,
                right,
                left_scope: scope,
                right_scope,
            };
            (rel, scope) = self.one_join(join, sides)?;
        }
        Ok((rel, scope))
    }

    fn one_join(&mut self, join: &'q Join, sides: Sides) -> Result<(RelId, Scope), SqlError> {
        let at = self.source.factor(&join.relation);
        let (kind, constraint) = match &join.join_operator {
            JoinOperator::Join(c) | JoinOperator::Inner(c) | JoinOperator::CrossJoin(c) => {
                (JoinKind::Inner, c)
            }
            JoinOperator::Left(c) | JoinOperator::LeftOuter(c) => (JoinKind::Left, c),
            JoinOperator::Right(c) | JoinOperator::RightOuter(c) => (JoinKind::Right, c),
            JoinOperator::FullOuter(c) => (JoinKind::Full, c),
            _ => return self.unsupported("this kind of join", at),
        };
        let refers_left = self
            .arena
            .props(sides.right)
            .free
            .intersects(&self.arena.props(sides.left).output);
        if matches!(kind, JoinKind::Right | JoinKind::Full) && refers_left {
            return Err(SqlError::InvalidReference {
                message: "a LATERAL subquery of a RIGHT or FULL join cannot use the other side"
                    .into(),
                at: self.at(at),
            });
        }
        match constraint {
            JoinConstraint::On(condition) => self.join_on(kind, condition, sides, at),
            JoinConstraint::Using(names) => {
                let names: Vec<(String, Span)> = names.iter().map(|n| self.using_name(n)).collect();
                let at = names.iter().fold(at, |at, (_, name)| at.union(*name));
                self.join_using(kind, names, sides, at)
            }
            JoinConstraint::Natural => {
                let names = sides
                    .left_scope
                    .columns
                    .iter()
                    .filter(|c| sides.right_scope.columns.iter().any(|r| r.name == c.name))
                    .map(|c| (c.name.clone(), at))
                    .collect();
                self.join_using(kind, names, sides, at)
            }
            JoinConstraint::None => {
                let crossed = matches!(join.join_operator, JoinOperator::CrossJoin(_));
                if !crossed {
                    return Err(SqlError::Malformed {
                        message: "this join needs a condition: ON, USING or NATURAL".into(),
                        at: self.at(at),
                    });
                }
                let at = self.at(at);
                let mut scope = sides.left_scope;
                scope.extend(sides.right_scope, at)?;
                let rel = self.join(kind, Vec::new(), sides.left, sides.right, at);
                Ok((rel, scope))
            }
        }
    }

    fn join_on(
        &mut self,
        kind: JoinKind,
        condition: &'q Expr,
        sides: Sides,
        at: Span,
    ) -> Result<(RelId, Scope), SqlError> {
        let at = self.at(at);
        let Sides {
            mut left,
            mut right,
            left_scope: mut scope,
            right_scope,
        } = sides;
        scope.extend(right_scope, at)?;
        let at = self.at(at.union(self.source.expr(condition)));
        let scope = Rc::new(scope);
        let mut clause = Clause::new(&scope, "JOIN conditions");
        let condition_id = self.condition(condition, &mut clause, "JOIN/ON")?;
        let on = self.arena.conjuncts(condition_id);
        let joins = clause.joins;
        let scope = Rc::unwrap_or_clone(scope);
        if joins.is_empty() {
            return Ok((self.join(kind, on, left, right, at), scope));
        }
        // Subqueries in the condition: below the side they use, or above an inner join.
        if self.independent_of(&joins, left) {
            right = self.attach(right, joins);
        } else if self.independent_of(&joins, right) {
            left = self.attach(left, joins);
        } else {
            let rel = match kind {
                JoinKind::Inner => {
                    let product = self.join(kind, Vec::new(), left, right, at);
                    let rel = self.attach(product, joins);
                    self.filter(rel, condition_id, at)
                }
                JoinKind::Left => self.lateral(left, right, joins, condition_id, at),
                JoinKind::Right => self.lateral(right, left, joins, condition_id, at),
                _ => {
                    return self.unsupported(
                        "a subquery over both sides in the condition of a FULL JOIN",
                        self.source.expr(condition),
                    );
                }
            };
            return Ok((rel, scope));
        }
        Ok((self.join(kind, on, left, right, at), scope))
    }

    /// An outer join whose condition has subqueries over both sides. They are evaluated beside each row of the side that it
    /// keeps: `kept LEFT JOIN LATERAL (SELECT * FROM other WHERE condition) ON TRUE`.
    fn lateral(
        &mut self,
        kept: RelId,
        other: RelId,
        joins: Vec<SubJoin>,
        condition: ScalarId,
        at: Span,
    ) -> RelId {
        let other = self.attach(other, joins);
        let matches = self.filter(other, condition, at);
        self.join(JoinKind::Left, Vec::new(), kept, matches, at)
    }

    fn independent_of(&self, joins: &[SubJoin], rel: RelId) -> bool {
        let output = &self.arena.props(rel).output;
        joins.iter().all(|join| {
            !self.arena.props(join.right).free.intersects(output)
                && !join
                    .on
                    .iter()
                    .any(|c| self.arena.columns_of(*c).intersects(output))
        })
    }

    fn using_name(&self, name: &ObjectName) -> (String, Span) {
        let text = match name.0.last() {
            Some(ObjectNamePart::Identifier(ident)) => folded(ident),
            _ => name.to_string(),
        };
        (text, self.source.object_name(name))
    }

    fn join_using(
        &mut self,
        kind: JoinKind,
        names: Vec<(String, Span)>,
        sides: Sides,
        at: Span,
    ) -> Result<(RelId, Scope), SqlError> {
        let at = self.at(at);
        let mut pairs: Vec<(String, ColId, ColId)> = Vec::new();
        let mut on: Vec<ScalarId> = Vec::new();
        for (name, name_at) in names {
            let name_at = self.at(name_at);
            if pairs.iter().any(|(seen, ..)| *seen == name) {
                return Err(SqlError::DuplicateColumn { name, at: name_at });
            }
            let side = |scope: &Scope, which: &str| {
                scope
                    .column(&name, name_at)?
                    .ok_or_else(|| SqlError::UnknownColumnIn {
                        nearest: scope.nearest_column(&name),
                        name: name.clone(),
                        problem: format!(
                            "specified in USING clause does not exist in {which} table"
                        ),
                        at: name_at,
                    })
            };
            let left = side(&sides.left_scope, "left")?;
            let right = side(&sides.right_scope, "right")?;
            let (l, r) = (self.arena.col(left), self.arena.col(right));
            on.push(self.comparison(Func::Eq, (l, name_at), (r, name_at), name_at)?);
            pairs.push((name, left, right));
        }
        let mut rel = self.join(kind, on, sides.left, sides.right, at);
        let merged: Vec<NamedColumn> = match kind {
            JoinKind::Full => self.merge_full(&mut rel, &pairs, at)?,
            _ => pairs
                .iter()
                .map(|(name, left, right)| NamedColumn {
                    name: name.clone(),
                    col: if kind == JoinKind::Right {
                        *right
                    } else {
                        *left
                    },
                })
                .collect(),
        };
        let rest = |columns: &[NamedColumn]| -> Vec<NamedColumn> {
            let merged = |c: &&NamedColumn| !pairs.iter().any(|(name, ..)| *name == c.name);
            columns.iter().filter(merged).cloned().collect()
        };
        let mut columns = merged;
        columns.extend(rest(&sides.left_scope.columns));
        columns.extend(rest(&sides.right_scope.columns));
        let mut scope = sides.left_scope;
        scope.extend(sides.right_scope, at)?;
        scope.columns = columns;
        Ok((rel, scope))
    }

    /// The merged columns of a full join: the left value, else the right one.
    fn merge_full(
        &mut self,
        rel: &mut RelId,
        pairs: &[(String, ColId, ColId)],
        at: Span,
    ) -> Result<Vec<NamedColumn>, SqlError> {
        let mut items: Vec<ProjectItem> = Vec::new();
        for col in self.arena.props(*rel).columns.clone() {
            let expr = self.arena.col(col);
            items.push(ProjectItem { col, expr });
        }
        let mut merged = Vec::with_capacity(pairs.len());
        for (name, left, right) in pairs {
            let mut args = vec![(self.arena.col(*left), at), (self.arena.col(*right), at)];
            let ty = self.unify(&mut args, "JOIN/USING", false)?;
            let expr = self
                .arena
                .call(Func::Coalesce, args.iter().map(|a| a.0).collect());
            let col = self.fresh(name, ty);
            items.push(ProjectItem { col, expr });
            merged.push(NamedColumn {
                name: name.clone(),
                col,
            });
        }
        *rel = self.rel(Op::Project { items }, vec![*rel], at);
        Ok(merged)
    }
}

fn is_lateral(factor: &TableFactor) -> bool {
    match factor {
        TableFactor::Derived { lateral, .. } => *lateral,
        TableFactor::NestedJoin {
            table_with_joins, ..
        } => has_lateral(table_with_joins),
        _ => false,
    }
}

fn has_lateral(item: &TableWithJoins) -> bool {
    is_lateral(&item.relation) || item.joins.iter().any(|j| is_lateral(&j.relation))
}
