//! The things a FROM clause can name: tables, views, CTEs, derived tables.

use crate::SqlError;
use crate::binder::{Binder, Named, folded};
use crate::error::nearest;
use crate::parsing::parse;
use crate::scope::{NamedColumn, Scope, ScopeTable};
use plan::{Op, RelId, Scan};
use sqlparser::ast::{
    Ident, ObjectName, ObjectNamePart, Query, Statement, TableAlias, TableFactor,
};
use std::rc::Rc;
use types::{Span, TableId};

impl<'q> Binder<'_, 'q> {
    /// Binds one table of FROM. `left` are the scopes that a LATERAL subquery sees, innermost last.
    pub fn factor(
        &mut self,
        factor: &'q TableFactor,
        left: &[Rc<Scope>],
    ) -> Result<(RelId, Scope), SqlError> {
        let at = self.at(self.source.factor(factor));
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                sample,
                with_ordinality,
                ..
            } => {
                if args.is_some() || *with_ordinality {
                    return self.unsupported("a function in FROM", at);
                }
                if sample.is_some() {
                    return self.unsupported("TABLESAMPLE", at);
                }
                self.table(name, alias.as_ref(), at)
            }
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                sample,
            } => {
                if sample.is_some() {
                    return self.unsupported("TABLESAMPLE", at);
                }
                self.count_reference(at)?;
                let visible = if *lateral { left } else { &[] };
                let depth = self.outer.len();
                self.outer.extend(visible.iter().cloned());
                let named = self.query(subquery);
                self.outer.truncate(depth);
                self.derived(named?, alias.as_ref(), String::new())
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                if alias.is_some() {
                    return self.unsupported("an alias of a parenthesised join", at);
                }
                self.table_with_joins(table_with_joins, left)
            }
            TableFactor::Function { .. }
            | TableFactor::TableFunction { .. }
            | TableFactor::UNNEST { .. } => self.unsupported("a function in FROM", at),
            _ => self.unsupported("this kind of table in FROM", at),
        }
    }

    fn table(
        &mut self,
        name: &'q ObjectName,
        alias: Option<&'q TableAlias>,
        at: Span,
    ) -> Result<(RelId, Scope), SqlError> {
        self.count_reference(at)?;
        let named_at = self.at(self.source.object_name(name));
        let (qualified, own_name) = self.relation_name(name)?;
        let cte = self.ctes.iter().rposition(|c| c.name == own_name);
        if let Some(index) = cte.filter(|_| !qualified) {
            let named = self.cte(index)?;
            return self.derived(named, alias, own_name);
        }
        if let Some(view) = self.views.view(&own_name) {
            let named = self.view(&view.sql, &view.columns, named_at)?;
            return self.derived(named, alias, own_name);
        }
        let id = self.find_table(&own_name, named_at)?;
        self.scan(id, alias, at)
    }

    /// A table that exists, by its folded name.
    pub fn find_table(&self, name: &str, at: Span) -> Result<TableId, SqlError> {
        let catalog = self.arena.catalog();
        catalog.find_table(name).ok_or_else(|| {
            let names: Vec<String> = catalog
                .tables()
                .into_iter()
                .filter_map(|id| catalog.table(id).map(|t| t.name.clone()))
                .collect();
            let ctes = self.ctes.iter().map(|c| c.name.as_str());
            SqlError::UnknownTable {
                name: name.to_string(),
                nearest: nearest(name, names.iter().map(String::as_str).chain(ctes)),
                at,
            }
        })
    }

    /// The folded name of a table, and whether a schema qualifies it; the only schema is `public`.
    pub fn relation_name(&self, name: &ObjectName) -> Result<(bool, String), SqlError> {
        let parts: Vec<&Ident> = name
            .0
            .iter()
            .filter_map(|part| match part {
                ObjectNamePart::Identifier(ident) => Some(ident),
                ObjectNamePart::Function(_) => None,
            })
            .collect();
        match parts.as_slice() {
            [table] => Ok((false, self.name(table)?)),
            [schema, table] if folded(schema) == "public" => Ok((true, self.name(table)?)),
            _ => Err(SqlError::UnknownTable {
                name: name.to_string(),
                nearest: None,
                at: self.at(self.source.object_name(name)),
            }),
        }
    }

    /// Reads all columns of a table.
    pub fn scan(
        &mut self,
        id: TableId,
        alias: Option<&'q TableAlias>,
        at: Span,
    ) -> Result<(RelId, Scope), SqlError> {
        let info = self.arena.table(id);
        let (name, width) = (info.name.clone(), info.columns.len());
        let names: Vec<String> = info.columns.iter().map(|c| c.name.clone()).collect();
        let alias_name = match alias {
            Some(alias) => self.name(&alias.name)?,
            None => name.clone(),
        };
        let columns = self.arena.scan_columns(id, &alias_name, 0..width as u32);
        let mut named: Vec<NamedColumn> = names
            .into_iter()
            .zip(&columns)
            .map(|(name, column)| NamedColumn {
                name,
                col: column.col,
            })
            .collect();
        if let Some(alias) = alias {
            self.rename(&mut named, alias)?;
        }
        let scan = Scan {
            table: id,
            alias: alias_name.clone(),
            columns,
            filters: Vec::new(),
        };
        let rel = self.rel(Op::Scan(scan), Vec::new(), at);
        let scope = Scope::of(ScopeTable {
            hidden_name: (alias_name != name).then_some(name),
            alias: alias_name,
            columns: named,
            source: Some(id),
        });
        Ok((rel, scope))
    }

    fn derived(
        &mut self,
        named: Named,
        alias: Option<&'q TableAlias>,
        own_name: String,
    ) -> Result<(RelId, Scope), SqlError> {
        let mut columns = named.columns;
        let mut hidden_name = None;
        let alias_name = match alias {
            Some(alias) => {
                self.rename(&mut columns, alias)?;
                let name = self.name(&alias.name)?;
                hidden_name = (name != own_name && !own_name.is_empty()).then_some(own_name);
                name
            }
            None => own_name,
        };
        let scope = Scope::of(ScopeTable {
            alias: alias_name,
            hidden_name,
            columns,
            source: None,
        });
        Ok((named.rel, scope))
    }

    /// Gives the first columns the names of an alias: `AS t (a, b)`.
    pub fn rename(&self, columns: &mut [NamedColumn], alias: &TableAlias) -> Result<(), SqlError> {
        if alias.columns.len() > columns.len() {
            let extra = &alias.columns[columns.len()].name;
            return Err(SqlError::InvalidReference {
                message: format!(
                    "table \"{}\" has {} columns available but {} columns specified",
                    folded(&alias.name),
                    columns.len(),
                    alias.columns.len()
                ),
                at: self.at(self.source.ident(extra)),
            });
        }
        for (column, renamed) in columns.iter_mut().zip(&alias.columns) {
            column.name = self.name(&renamed.name)?;
        }
        Ok(())
    }

    /// Binds a view's query in place of its name.
    pub fn view(&mut self, sql: &str, columns: &[String], at: Span) -> Result<Named, SqlError> {
        self.enter(at)?;
        let moved = |_: SqlError| SqlError::Malformed {
            message: "the query of this view no longer parses".into(),
            at,
        };
        let parsed = parse(sql).map_err(moved)?;
        let Some(Some(Statement::Query(query))) = parsed.first().map(|p| &p.statement) else {
            return Err(SqlError::Malformed {
                message: "the definition of this view is no query".into(),
                at,
            });
        };
        let mut named = self.view_query(&parsed[0].source, query, at)?;
        for (column, name) in named.columns.iter_mut().zip(columns) {
            column.name.clone_from(name);
        }
        self.leave();
        Ok(named)
    }

    /// Binds a query of another text: it sees neither CTEs nor columns of this one.
    fn view_query(
        &mut self,
        source: &crate::parsing::Source,
        query: &Query,
        at: Span,
    ) -> Result<Named, SqlError> {
        let mut inner = Binder::new(self.arena, source, self.views);
        inner.view_at = Some(at);
        inner.query_depth = self.query_depth;
        inner.table_references = self.table_references;
        inner.used_names = std::mem::take(&mut self.used_names);
        inner.spans = std::mem::take(&mut self.spans);
        let named = inner.query(query);
        self.table_references = inner.table_references;
        self.used_names = inner.used_names;
        self.spans = inner.spans;
        named
    }
}
