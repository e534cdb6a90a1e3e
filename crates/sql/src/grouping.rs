//! GROUP BY, aggregates and HAVING: the expressions of a grouped query are rewritten to use grouping columns and
//! aggregates only.

use crate::SqlError;
use crate::binder::{Aggregates, Binder, Clause, SubJoin, folded};
use crate::scope::Scope;
use crate::select::Item;
use plan::{AggItem, ColSet, Op, ProjectItem, RelId, Scalar, ScalarId};
use sqlparser::ast::Expr;
use std::collections::HashMap;
use std::rc::Rc;
use types::{ColId, Span};

/// A query level up to its grouping.
pub(crate) struct Level {
    /// FROM and WHERE.
    input: RelId,
    /// GROUP BY was given, if only an empty one.
    grouped: bool,
    /// The grouping expressions with names for computed ones.
    keys: Vec<(String, ScalarId)>,
    /// Subqueries in GROUP BY.
    key_joins: Vec<SubJoin>,
    /// The place of GROUP BY's expressions.
    keys_at: Option<Span>,
    /// HAVING's condition, its subqueries and its place.
    pub having: Option<(ScalarId, Vec<SubJoin>, Span)>,
}

impl Level {
    /// A level whose FROM and WHERE are bound.
    pub fn new(input: RelId) -> Self {
        Self {
            input,
            grouped: false,
            keys: Vec::new(),
            key_joins: Vec::new(),
            keys_at: None,
            having: None,
        }
    }
}

/// What is known while expressions are rewritten to the groups.
struct Regrouping<'s> {
    scope: &'s Scope,
    /// Grouping expressions and their columns.
    keys: HashMap<ScalarId, ColId>,
    /// Columns of the input that may not be used outside aggregates.
    forbidden: ColSet,
    /// Grouping columns, and those that a grouped primary key determines.
    key_columns: Vec<ColId>,
    /// Rewritten already.
    done: HashMap<ScalarId, ScalarId>,
}

impl<'q> Binder<'_, 'q> {
    /// Binds the expressions of GROUP BY: input columns, then output names, positions, or any expression.
    pub fn group_keys(
        &mut self,
        keys: &'q [Expr],
        items: &mut [Item<'q>],
        scope: &Rc<Scope>,
        level: &mut Level,
    ) -> Result<(), SqlError> {
        level.grouped = true;
        let mut clause = Clause::new(scope, "GROUP BY");
        for key in keys {
            let parts = match key {
                Expr::Tuple(parts) => parts.as_slice(),
                Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_) => {
                    return self.unsupported("GROUPING SETS, CUBE and ROLLUP", self.source.whole());
                }
                single => std::slice::from_ref(single),
            };
            for part in parts {
                let (name, bound) = self.group_key(part, items, &mut clause)?;
                let at = self.at(self.source.expr(part));
                level.keys_at = Some(level.keys_at.map_or(at, |all| all.union(at)));
                if !level.keys.iter().any(|(_, key)| *key == bound) {
                    level.keys.push((name, bound));
                }
            }
        }
        level.key_joins = clause.joins;
        Ok(())
    }

    fn group_key(
        &mut self,
        key: &'q Expr,
        items: &mut [Item<'q>],
        clause: &mut Clause,
    ) -> Result<(String, ScalarId), SqlError> {
        let mut index = self.position(key, items.len(), "GROUP BY")?;
        if let Expr::Identifier(ident) = key {
            let name = folded(ident);
            let at = self.at(self.source.ident(ident));
            if clause.scope.column(&name, at)?.is_none() {
                let mut found = (0..items.len()).filter(|i| items[*i].name == name);
                index = found.next();
            }
        }
        match index {
            Some(index) => {
                let item = &mut items[index];
                let bound = self.bind_item(item, clause)?;
                Ok((item.name.clone(), self.text_if_unknown(bound, key)?))
            }
            None => {
                let bound = self.expr(key, clause)?;
                Ok((self.output_name(key), self.text_if_unknown(bound, key)?))
            }
        }
    }

    fn text_if_unknown(&mut self, bound: ScalarId, key: &Expr) -> Result<ScalarId, SqlError> {
        if self.arena.ty(bound) != types::DataType::Unknown {
            return Ok(bound);
        }
        self.coerce(bound, types::DataType::Text, self.source.expr(key))
    }

    /// Groups a level if it has GROUP BY, HAVING or aggregates, applies HAVING and joins the subqueries of the other
    /// clauses. The expressions are rewritten to the result's columns.
    pub fn group(
        &mut self,
        level: Level,
        clause: Clause,
        scope: &Scope,
        exprs: &mut [(String, ScalarId)],
    ) -> Result<RelId, SqlError> {
        let aggregates = clause.aggregates.unwrap_or_default();
        if !level.grouped && level.having.is_none() && aggregates.items.is_empty() {
            return Ok(self.attach(level.input, clause.joins));
        }
        let mut below = level.key_joins;
        below.extend(aggregates.joins.iter().cloned());
        let input = self.attach(level.input, below);
        let made = self.arena.props(input).output.clone();
        let mut regrouping = Regrouping {
            scope,
            keys: HashMap::new(),
            forbidden: made.clone(),
            key_columns: Vec::new(),
            done: HashMap::new(),
        };
        let mut computed: Vec<ProjectItem> = Vec::new();
        for (name, key) in level.keys {
            let own = self.arena.as_column(key).filter(|c| made.contains(*c));
            let col = own.unwrap_or_else(|| {
                let ty = self.arena.ty(key);
                let alias = exprs.iter().find(|(_, expr)| *expr == key);
                let col = self.fresh(alias.map_or(&name, |(alias, _)| alias), ty);
                computed.push(ProjectItem { col, expr: key });
                col
            });
            regrouping.key_columns.push(col);
            regrouping.forbidden.remove(col);
            // A constant stays a constant wherever it is used.
            if self.arena.as_literal(key).is_none() {
                regrouping.keys.insert(key, col);
            }
        }
        for (_, expr) in exprs.iter_mut() {
            *expr = self.regroup(*expr, &mut regrouping)?;
        }
        let joins = self.regroup_joins(clause.joins, &mut regrouping)?;
        let having = match level.having {
            None => None,
            Some((condition, joins, at)) => {
                let condition = self.regroup(condition, &mut regrouping)?;
                let joins = self.regroup_joins(joins, &mut regrouping)?;
                Some((condition, joins, at))
            }
        };
        let keys = regrouping.key_columns;
        let at = level
            .keys_at
            .into_iter()
            .chain(aggregates.places.first().copied())
            .next()
            .unwrap_or(self.at(self.source.whole()));
        let mut rel = self.aggregate_over(input, keys, computed, &aggregates, at);
        if let Some((condition, joins, at)) = having {
            rel = self.attach(rel, joins);
            rel = self.filter(rel, condition, at);
        }
        Ok(self.attach(rel, joins))
    }

    /// The Aggregate operator, over a projection when grouping expressions must be computed first.
    fn aggregate_over(
        &mut self,
        input: RelId,
        keys: Vec<ColId>,
        computed: Vec<ProjectItem>,
        aggregates: &Aggregates,
        at: Span,
    ) -> RelId {
        let mut rel = input;
        if !computed.is_empty() {
            let mut needed: ColSet = keys.iter().copied().collect();
            for AggItem { arg, filter, .. } in &aggregates.items {
                for expr in arg.iter().chain(filter) {
                    needed.extend_with(self.arena.columns_of(*expr));
                }
            }
            let mut items = Vec::new();
            for col in self.arena.props(input).columns.clone() {
                if needed.contains(col) {
                    let expr = self.arena.col(col);
                    items.push(ProjectItem { col, expr });
                }
            }
            items.extend(computed);
            rel = self.rel(Op::Project { items }, vec![rel], at);
        }
        let op = Op::Aggregate {
            keys,
            aggs: aggregates.items.clone(),
        };
        self.rel(op, vec![rel], at)
    }

    fn regroup_joins(
        &mut self,
        joins: Vec<SubJoin>,
        regrouping: &mut Regrouping<'_>,
    ) -> Result<Vec<SubJoin>, SqlError> {
        let mut out = Vec::with_capacity(joins.len());
        for mut join in joins {
            for conjunct in &mut join.on {
                *conjunct = self.regroup(*conjunct, regrouping)?;
            }
            let free = self.arena.props(join.right).free.clone();
            for col in free.intersection(&regrouping.forbidden).iter() {
                self.admit(col, regrouping, Some(join.at))?;
            }
            out.push(join);
        }
        Ok(out)
    }

    /// The expression over groups: the whole if it is a grouping expression, else rebuilt from its parts.
    fn regroup(
        &mut self,
        expr: ScalarId,
        regrouping: &mut Regrouping<'_>,
    ) -> Result<ScalarId, SqlError> {
        if let Some(col) = regrouping.keys.get(&expr) {
            return Ok(self.arena.col(*col));
        }
        if !self
            .arena
            .columns_of(expr)
            .intersects(&regrouping.forbidden)
            && regrouping.keys.is_empty()
        {
            return Ok(expr);
        }
        if let Some(done) = regrouping.done.get(&expr) {
            return Ok(*done);
        }
        let node = self.arena.get(expr).clone();
        let rebuilt = match &node {
            Scalar::Column(col) => {
                if regrouping.forbidden.contains(*col) {
                    self.admit(*col, regrouping, None)?;
                }
                expr
            }
            Scalar::Literal(..) => expr,
            _ => {
                let children = node.children();
                let mut rewritten = Vec::with_capacity(children.len());
                for child in &children {
                    rewritten.push(self.regroup(*child, regrouping)?);
                }
                if rewritten == children {
                    expr
                } else {
                    let rebuilt = self.arena.scalar(node.with_children(&rewritten));
                    if let Some(at) = self.spans.scalars.get(&expr).copied() {
                        self.spans.scalars.entry(rebuilt).or_insert(at);
                    }
                    rebuilt
                }
            }
        };
        regrouping.done.insert(expr, rebuilt);
        Ok(rebuilt)
    }

    /// A column that is not grouped by is allowed when the primary key of its table is; it then joins the keys.
    fn admit(
        &mut self,
        col: ColId,
        regrouping: &mut Regrouping<'_>,
        subquery: Option<Span>,
    ) -> Result<(), SqlError> {
        let table = regrouping.scope.table_of(col);
        let determined = table.is_some_and(|table| {
            let Some(id) = table.source else {
                return false;
            };
            let info = self.arena.table(id);
            info.keys.iter().filter(|k| k.primary).any(|key| {
                key.columns.iter().all(|at| {
                    let column = table.columns.get(*at as usize);
                    column.is_some_and(|c| regrouping.key_columns.contains(&c.col))
                })
            })
        });
        if determined {
            regrouping.key_columns.push(col);
            regrouping.forbidden.remove(col);
            return Ok(());
        }
        let column = regrouping.scope.qualified(col);
        let at = subquery.or(self.named_at.get(&col).copied());
        Err(SqlError::NotGrouped {
            column: column.unwrap_or_else(|| self.arena.column(col).name.clone()),
            in_subquery: subquery.is_some(),
            at: at.unwrap_or(self.at(self.source.whole())),
        })
    }
}
