//! SELECT: FROM, WHERE, the select list, DISTINCT and ORDER BY; grouping is in [`crate::grouping`].

use crate::SqlError;
use crate::binder::{Aggregates, Binder, Clause, Named};
use crate::grouping::Level;
use crate::order::SortItem;
use crate::query::Tail;
use crate::scope::Scope;
use plan::{Op, ProjectItem, ScalarId, SortKey};
use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, ObjectName, ObjectNamePart, Select, SelectItem,
    SelectItemQualifiedWildcardKind, WildcardAdditionalOptions,
};
use std::rc::Rc;
use types::{ColId, DataType, Span};

/// Most items of a select list, as in PostgreSQL.
pub(crate) const MAX_ITEMS: usize = 1_664;

/// An item of the select list; wildcards are expanded.
pub(crate) struct Item<'q> {
    /// The output column's name.
    pub name: String,
    /// What it holds.
    pub source: ItemSource<'q>,
    /// The expression once it is bound: GROUP BY may do so before the select list.
    pub bound: Option<ScalarId>,
}

/// What an item of the select list holds.
#[derive(Clone, Copy)]
pub(crate) enum ItemSource<'q> {
    /// An expression.
    Expr(&'q Expr),
    /// A column that a wildcard stands for.
    Column(ColId),
}

impl<'q> Binder<'_, 'q> {
    /// Binds a SELECT and what follows it.
    pub fn select(&mut self, select: &'q Select, tail: Tail<'q>) -> Result<Named, SqlError> {
        let distinct = self.check_clauses(select)?;
        let (mut rel, scope) = self.from(&select.from)?;
        let scope = Rc::new(scope);
        if let Some(condition) = &select.selection {
            let mut clause = Clause::new(&scope, "WHERE");
            let condition_id = self.condition(condition, &mut clause, "WHERE")?;
            rel = self.attach(rel, clause.joins);
            let at = self.at(self.source.expr(condition));
            rel = self.filter(rel, condition_id, at);
        }
        self.named_at.clear();
        let mut items = self.items(&select.projection, &scope)?;
        let mut level = Level::new(rel);
        if let GroupByExpr::Expressions(keys, modifiers) = &select.group_by {
            if let Some(first) = modifiers.first() {
                return self.unsupported(first.to_string(), self.source.whole());
            }
            if !keys.is_empty() {
                self.group_keys(keys, &mut items, &scope, &mut level)?;
            }
        }
        let mut clause = Clause::new(&scope, "SELECT");
        clause.aggregates = Some(Aggregates::default());
        for item in &mut items {
            self.bind_item(item, &mut clause)?;
        }
        let item_joins = std::mem::take(&mut clause.joins);
        if let Some(condition) = &select.having {
            clause.name = "HAVING";
            let condition_id = self.condition(condition, &mut clause, "HAVING")?;
            let at = self.at(self.source.expr(condition));
            let joins = std::mem::replace(&mut clause.joins, item_joins);
            level.having = Some((condition_id, joins, at));
        } else {
            clause.joins = item_joins;
        }
        let mut exprs: Vec<(String, ScalarId)> = items
            .into_iter()
            .filter_map(|item| Some((item.name, item.bound?)))
            .collect();
        let visible = exprs.len();
        clause.name = "ORDER BY";
        let order = self.order_items(&mut exprs, visible, &tail, distinct, &mut clause)?;
        if distinct || tail.typed || !order.is_empty() {
            for (_, expr) in &mut exprs {
                if self.arena.ty(*expr) == DataType::Unknown {
                    *expr = self.coerce(*expr, DataType::Text, self.source.whole())?;
                }
            }
        }
        let rel = self.group(level, clause, &scope, &mut exprs)?;
        let at = self.list_place(&select.projection);
        let mut named = self.project(rel, exprs, at);
        if distinct {
            named.rel = self.rel(Op::Distinct, vec![named.rel], at);
        }
        let mut keys: Vec<SortKey> = Vec::with_capacity(order.len());
        for (index, key) in order {
            let col = named.columns[index].col;
            if !keys.iter().any(|k| k.col == col) {
                keys.push(SortKey { col, ..key });
            }
        }
        let order_at = self.order_place(tail.order_by);
        let named = self.sort_and_limit(named, keys, tail.rows, order_at);
        Ok(self.keep_first(named, visible, at))
    }

    /// Drops the columns that only ORDER BY needed.
    fn keep_first(&mut self, mut named: Named, visible: usize, at: Span) -> Named {
        if named.columns.len() == visible {
            return named;
        }
        named.columns.truncate(visible);
        let mut items = Vec::with_capacity(visible);
        for column in &named.columns {
            let expr = self.arena.col(column.col);
            items.push(ProjectItem {
                col: column.col,
                expr,
            });
        }
        named.rel = self.rel(Op::Project { items }, vec![named.rel], at);
        named
    }

    /// ORDER BY items as positions among `exprs`, to which those not in the select list are added.
    fn order_items(
        &mut self,
        exprs: &mut Vec<(String, ScalarId)>,
        visible: usize,
        tail: &Tail<'q>,
        distinct: bool,
        clause: &mut Clause,
    ) -> Result<Vec<(usize, SortKey)>, SqlError> {
        let mut order = Vec::with_capacity(tail.order_by.len());
        for item in tail.order_by {
            let index = match self.sort_item(item, &exprs[..visible])? {
                SortItem::Output(index) => index,
                SortItem::Expression(expr) => {
                    let bound = self.expr(expr, clause)?;
                    match exprs.iter().position(|(_, e)| *e == bound) {
                        Some(index) => index,
                        None if distinct => {
                            return Err(SqlError::InvalidReference {
                                message: "for SELECT DISTINCT, ORDER BY expressions must appear in select list".into(),
                                at: self.at(self.source.expr(expr)),
                            });
                        }
                        None => {
                            exprs.push((self.output_name(expr), bound));
                            exprs.len() - 1
                        }
                    }
                }
            };
            // The column is not known before the projection: only direction and NULLs are taken from here.
            order.push((index, self.sort_key(ColId(0), item)?));
        }
        Ok(order)
    }

    /// Binds an item of the select list, once.
    pub fn bind_item(
        &mut self,
        item: &mut Item<'q>,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        if let Some(bound) = item.bound {
            return Ok(bound);
        }
        let bound = match item.source {
            ItemSource::Expr(expr) => self.expr(expr, clause)?,
            ItemSource::Column(col) => self.arena.col(col),
        };
        item.bound = Some(bound);
        Ok(bound)
    }

    fn items(&mut self, list: &'q [SelectItem], scope: &Scope) -> Result<Vec<Item<'q>>, SqlError> {
        let mut items = Vec::with_capacity(list.len());
        let column = |c: &crate::scope::NamedColumn| Item {
            name: c.name.clone(),
            source: ItemSource::Column(c.col),
            bound: None,
        };
        for item in list {
            match item {
                SelectItem::UnnamedExpr(expr) => items.push(Item {
                    name: self.output_name(expr),
                    source: ItemSource::Expr(expr),
                    bound: None,
                }),
                SelectItem::ExprWithAlias { expr, alias } => items.push(Item {
                    name: self.label(alias)?,
                    source: ItemSource::Expr(expr),
                    bound: None,
                }),
                SelectItem::Wildcard(options) => {
                    let at = self.check_wildcard(options)?;
                    if scope.tables.is_empty() {
                        return Err(SqlError::Malformed {
                            message: "SELECT * with no tables specified is not valid".into(),
                            at,
                        });
                    }
                    for c in &scope.columns {
                        self.named_at.entry(c.col).or_insert(at);
                        items.push(column(c));
                    }
                }
                SelectItem::QualifiedWildcard(kind, options) => {
                    self.check_wildcard(options)?;
                    let SelectItemQualifiedWildcardKind::ObjectName(name) = kind else {
                        return self.unsupported("this kind of wildcard", self.source.whole());
                    };
                    let at = self.at(self.source.object_name(name));
                    let table = self.qualifier(name, scope, at)?;
                    for c in &table.columns {
                        self.named_at.entry(c.col).or_insert(at);
                        items.push(column(c));
                    }
                }
                SelectItem::ExprWithAliases { expr, .. } => {
                    return self.unsupported("several aliases", self.source.expr(expr));
                }
            }
        }
        if items.len() > MAX_ITEMS {
            return Err(SqlError::TooManyColumns {
                what: "select lists",
                limit: MAX_ITEMS,
                at: self.list_place(list),
            });
        }
        Ok(items)
    }

    fn qualifier<'s>(
        &self,
        name: &ObjectName,
        scope: &'s Scope,
        at: Span,
    ) -> Result<&'s crate::scope::ScopeTable, SqlError> {
        let alias = match name.0.last() {
            Some(ObjectNamePart::Identifier(ident)) => self.name(ident)?,
            _ => name.to_string(),
        };
        scope
            .table(&alias)
            .ok_or_else(|| self.unknown_qualifier(&alias, scope, at))
    }

    fn check_wildcard(&self, options: &WildcardAdditionalOptions) -> Result<Span, SqlError> {
        let at = self
            .source
            .span(options.wildcard_token.0.span)
            .unwrap_or(self.source.whole());
        if let Some(alias) = &options.opt_alias {
            return Err(SqlError::Syntax {
                near: Some(alias.value.clone()),
                expected: Some("a comma or FROM after *".into()),
                at: self.at(self.source.ident(alias)),
            });
        }
        if options.opt_ilike.is_some()
            || options.opt_exclude.is_some()
            || options.opt_except.is_some()
            || options.opt_replace.is_some()
            || options.opt_rename.is_some()
        {
            return self.unsupported("an option of *", at);
        }
        Ok(self.at(at))
    }

    /// Refuses clauses that are not PostgreSQL's or not here yet; true for DISTINCT.
    fn check_clauses(&self, select: &Select) -> Result<bool, SqlError> {
        let at = self
            .source
            .span(select.select_token.0.span)
            .unwrap_or(self.source.whole());
        let refused = [
            (select.into.is_some(), "SELECT INTO; use CREATE TABLE … AS"),
            (
                !select.named_window.is_empty() || select.qualify.is_some(),
                "window functions",
            ),
            (select.top.is_some(), "TOP; use LIMIT"),
            (!select.lateral_views.is_empty(), "LATERAL VIEW"),
            (
                select.prewhere.is_some()
                    || select.exclude.is_some()
                    || !select.connect_by.is_empty()
                    || !select.cluster_by.is_empty()
                    || !select.distribute_by.is_empty()
                    || !select.sort_by.is_empty()
                    || select.value_table_mode.is_some()
                    || select.select_modifiers.is_some(),
                "a clause of another SQL dialect",
            ),
            (
                matches!(select.group_by, GroupByExpr::All(_)),
                "GROUP BY ALL",
            ),
            (
                matches!(select.distinct, Some(Distinct::On(_))),
                "DISTINCT ON",
            ),
        ];
        match refused.into_iter().find(|(found, _)| *found) {
            Some((_, feature)) => self.unsupported(feature, at),
            None => Ok(matches!(select.distinct, Some(Distinct::Distinct))),
        }
    }

    /// The place of the select list.
    fn list_place(&self, list: &'q [SelectItem]) -> Span {
        let places = list.iter().filter_map(|item| match item {
            SelectItem::UnnamedExpr(expr) => Some(self.source.expr(expr)),
            SelectItem::ExprWithAlias { expr, alias } => {
                Some(self.source.expr(expr).union(self.source.ident(alias)))
            }
            SelectItem::Wildcard(options) => self.source.span(options.wildcard_token.0.span),
            SelectItem::QualifiedWildcard(_, options) => {
                self.source.span(options.wildcard_token.0.span)
            }
            SelectItem::ExprWithAliases { expr, .. } => Some(self.source.expr(expr)),
        });
        self.at(places.reduce(Span::union).unwrap_or(self.source.whole()))
    }
}
