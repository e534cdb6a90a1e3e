//! Whole queries: WITH, the body, ORDER BY and LIMIT around it.

use crate::SqlError;
use crate::binder::{Binder, Cte, Named, folded};
use crate::error::nearest;
use crate::order::{RowCount, SortItem};
use plan::{Op, SortKey};
use sqlparser::ast::{OrderByExpr, OrderByKind, Query, SetExpr};
use types::Span;

/// What follows a query's body.
pub(crate) struct Tail<'q> {
    /// The expressions of ORDER BY.
    pub order_by: &'q [OrderByExpr],
    /// LIMIT and OFFSET.
    pub rows: Option<RowCount>,
    /// Columns of bare NULLs and quoted literals become text at once.
    pub typed: bool,
}

impl Tail<'_> {
    /// Nothing follows.
    pub const NONE: Tail<'static> = Tail {
        order_by: &[],
        rows: None,
        typed: false,
    };
}

impl<'q> Binder<'_, 'q> {
    /// Binds a query; columns of bare NULLs and quoted literals are text.
    pub fn query(&mut self, query: &'q Query) -> Result<Named, SqlError> {
        let named = self.query_parts(query, true)?;
        let at = self.at(self.source.query(query));
        self.resolve_unknown(named, at)
    }

    /// Binds a query whose untyped literals still take any type.
    pub fn query_untyped(&mut self, query: &'q Query) -> Result<Named, SqlError> {
        self.query_parts(query, false)
    }

    fn query_parts(&mut self, query: &'q Query, typed: bool) -> Result<Named, SqlError> {
        let at = self.source.query(query);
        self.enter(self.at(at))?;
        if !query.locks.is_empty() || query.for_clause.is_some() {
            return self.unsupported("FOR UPDATE and FOR SHARE", at);
        }
        if query.settings.is_some()
            || query.format_clause.is_some()
            || !query.pipe_operators.is_empty()
        {
            return self.unsupported("this clause", at);
        }
        let ctes = self.ctes.len();
        self.define_ctes(query)?;
        let order_by: &'q [OrderByExpr] = match &query.order_by {
            None => &[],
            Some(order_by) => match &order_by.kind {
                OrderByKind::Expressions(list) => list,
                OrderByKind::All(_) => return self.unsupported("ORDER BY ALL", at),
            },
        };
        let rows = self.row_count(query, at)?;
        let named = {
            let tail = Tail {
                order_by,
                rows,
                typed,
            };
            self.body_with_tail(&query.body, tail)?
        };
        self.check_unused_ctes(ctes)?;
        self.ctes.truncate(ctes);
        self.leave();
        Ok(named)
    }

    fn define_ctes(&mut self, query: &'q Query) -> Result<(), SqlError> {
        let Some(with) = &query.with else {
            return Ok(());
        };
        if with.recursive {
            let at = self.source.span(with.with_token.0.span);
            return self.unsupported("WITH RECURSIVE", at.unwrap_or(self.source.whole()));
        }
        let first = self.ctes.len();
        for cte in &with.cte_tables {
            let name = self.name(&cte.alias.name)?;
            if self.ctes[first..].iter().any(|c| c.name == name) {
                return Err(SqlError::DuplicateAlias {
                    name,
                    at: self.at(self.source.ident(&cte.alias.name)),
                });
            }
            self.ctes.push(Cte {
                name,
                query: &cte.query,
                alias: &cte.alias,
                outer: self.outer.len(),
                used: false,
            });
        }
        Ok(())
    }

    /// A CTE that nothing refers to must still be a valid query.
    fn check_unused_ctes(&mut self, first: usize) -> Result<(), SqlError> {
        for at in (first..self.ctes.len()).rev() {
            if !self.ctes[at].used {
                self.cte(at)?;
            }
        }
        Ok(())
    }

    /// Binds a CTE at one reference: it sees what is visible where it is defined.
    pub fn cte(&mut self, index: usize) -> Result<Named, SqlError> {
        let (query, alias, outer) = {
            let cte = &mut self.ctes[index];
            cte.used = true;
            (cte.query, cte.alias, cte.outer)
        };
        let later_ctes = self.ctes.split_off(index);
        let inner_scopes = self.outer.split_off(outer);
        let result = self.query(query);
        self.outer.extend(inner_scopes);
        self.ctes.extend(later_ctes);
        let mut named = result?;
        self.rename(&mut named.columns, alias)?;
        Ok(named)
    }

    fn body_with_tail(&mut self, body: &'q SetExpr, tail: Tail<'q>) -> Result<Named, SqlError> {
        if let SetExpr::Select(select) = body {
            return self.select(select, tail);
        }
        let named = self.body(body)?;
        let keys = tail
            .order_by
            .iter()
            .map(|item| self.output_sort_key(item, &named))
            .collect::<Result<Vec<SortKey>, _>>()?;
        let at = self.order_place(tail.order_by);
        Ok(self.sort_and_limit(named, keys, tail.rows, at))
    }

    /// Binds a query's body without ORDER BY and LIMIT.
    pub fn body(&mut self, body: &'q SetExpr) -> Result<Named, SqlError> {
        match body {
            SetExpr::Select(select) => self.select(select, Tail::NONE),
            SetExpr::Query(query) => self.query_untyped(query),
            SetExpr::SetOperation { .. } => self.set_operation(body),
            SetExpr::Values(values) => self.values(values),
            SetExpr::Table(_) => {
                self.unsupported("TABLE name; use SELECT * FROM name", self.source.whole())
            }
            _ => self.unsupported("a data-modifying statement in a query", self.source.whole()),
        }
    }

    /// Sorts and limits a finished relation.
    pub fn sort_and_limit(
        &mut self,
        mut named: Named,
        keys: Vec<SortKey>,
        rows: Option<RowCount>,
        at: Span,
    ) -> Named {
        if !keys.is_empty() {
            named.rel = self.rel(Op::Sort { keys }, vec![named.rel], at);
        }
        if let Some(rows) = rows {
            let op = Op::Limit {
                limit: rows.limit,
                offset: rows.offset,
            };
            named.rel = self.rel(op, vec![named.rel], rows.at);
        }
        named
    }

    /// The key of an ORDER BY item over a finished relation: a name or a position of its output.
    fn output_sort_key(
        &mut self,
        item: &'q OrderByExpr,
        named: &Named,
    ) -> Result<SortKey, SqlError> {
        let names: Vec<(String, plan::ScalarId)> = named
            .columns
            .iter()
            .map(|c| (c.name.clone(), self.arena.col(c.col)))
            .collect();
        match self.sort_item(item, &names)? {
            SortItem::Output(at) => self.sort_key(named.columns[at].col, item),
            SortItem::Expression(sqlparser::ast::Expr::Identifier(ident)) => {
                let name = folded(ident);
                Err(SqlError::UnknownColumn {
                    nearest: nearest(&name, names.iter().map(|(name, _)| name.as_str())),
                    name,
                    at: self.at(self.source.ident(ident)),
                })
            }
            SortItem::Expression(expr) => Err(SqlError::NotSupported {
                feature: "ORDER BY an expression over UNION, INTERSECT, EXCEPT or VALUES; only names and positions of output columns".into(),
                at: self.at(self.source.expr(expr)),
            }),
        }
    }
}
