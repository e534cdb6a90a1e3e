//! CREATE and DROP of tables, indexes and views.

use crate::SqlError;
use crate::binder::{Binder, folded};
use crate::parsing::Source;
use crate::statement::{Bound, CreateIndex, CreateTable, CreateView, shortened};
use plan::ColumnInfo;
use sqlparser::ast::{
    ColumnDef, CreateIndex as ParsedIndex, CreateTable as ParsedTable, CreateView as ParsedView,
    Expr, ObjectName, OrderBySort,
};
use types::Span;

/// Most columns of a table, as in PostgreSQL.
const MAX_COLUMNS: usize = 1_600;

/// The place of a statement's first two words.
pub(crate) fn first_words(source: &Source) -> Span {
    let words = source.tokens.iter().take(2).map(|t| t.at);
    words.reduce(Span::union).unwrap_or(source.whole())
}

impl<'q> Binder<'_, 'q> {
    /// Binds a CREATE TABLE.
    pub fn create_table(&mut self, create: &'q ParsedTable) -> Result<Bound, SqlError> {
        let at = self.source.object_name(&create.name);
        let (_, name) = self.relation_name(&create.name)?;
        if create.temporary || create.unlogged {
            return self.unsupported("a TEMPORARY or UNLOGGED table", first_words(self.source));
        }
        if create.inherits.is_some() || create.partition_of.is_some() || create.like.is_some() {
            return self.unsupported("INHERITS, PARTITION OF and LIKE", at);
        }
        let exists = self.arena.catalog().find_table(&name).is_some();
        if !create.if_not_exists && (exists || self.views.view(&name).is_some()) {
            return Err(SqlError::DuplicateTable {
                name,
                at: self.at(at),
            });
        }
        let mut table = CreateTable {
            if_not_exists: create.if_not_exists,
            ..CreateTable::new(name)
        };
        if let Some(query) = &create.query {
            if !create.constraints.is_empty() {
                return self.unsupported("constraints in CREATE TABLE … AS", at);
            }
            return self.create_table_as(table, query, &create.columns);
        }
        for column in &create.columns {
            self.add_column(&mut table, column)?;
        }
        for column in &create.columns {
            for option in &column.options {
                let name = option.name.as_ref();
                self.column_option(&mut table, column, name, &option.option)?;
            }
        }
        for constraint in &create.constraints {
            self.constraint(&mut table, constraint, at)?;
        }
        Ok(Bound::CreateTable(table))
    }

    fn create_table_as(
        &mut self,
        mut table: CreateTable,
        query: &'q sqlparser::ast::Query,
        names: &'q [ColumnDef],
    ) -> Result<Bound, SqlError> {
        let at = self.at(self.source.query(query));
        let mut named = self.query(query)?;
        if names.len() > named.columns.len() {
            return Err(SqlError::Malformed {
                message: "too many column names were specified".into(),
                at,
            });
        }
        for (column, name) in named.columns.iter_mut().zip(names) {
            column.name = folded(&name.name);
        }
        for column in &named.columns {
            if table.columns.iter().any(|c| c.name == column.name) {
                return Err(SqlError::DuplicateColumn {
                    name: column.name.clone(),
                    at,
                });
            }
            table.columns.push(ColumnInfo {
                name: column.name.clone(),
                ty: self.arena.column(column.col).ty,
                nullable: true,
            });
        }
        table.source = Some(self.finish(named));
        Ok(Bound::CreateTable(table))
    }

    fn add_column(&mut self, table: &mut CreateTable, column: &ColumnDef) -> Result<(), SqlError> {
        let at = self.source.ident(&column.name);
        let name = self.name(&column.name)?;
        if table.columns.len() == MAX_COLUMNS {
            return Err(SqlError::TooManyColumns {
                what: "tables",
                limit: MAX_COLUMNS,
                at: self.at(at),
            });
        }
        if table.columns.iter().any(|c| c.name == name) {
            return Err(SqlError::DuplicateColumn {
                name,
                at: self.at(at),
            });
        }
        let ty = self.data_type(&column.data_type, self.word_after(at))?;
        table.columns.push(ColumnInfo {
            name,
            ty,
            nullable: true,
        });
        Ok(())
    }

    /// The place of the token behind a place: of the type behind a column's name.
    fn word_after(&self, at: Span) -> Span {
        let next = self.source.tokens.iter().find(|t| t.at.start >= at.end);
        next.map_or(at, |t| t.at)
    }

    /// Binds a CREATE INDEX.
    pub fn create_index(&mut self, create: &'q ParsedIndex) -> Result<Bound, SqlError> {
        let at = self.at(self.source.object_name(&create.table_name));
        let (_, table_name) = self.relation_name(&create.table_name)?;
        let table = self.find_table(&table_name, at)?;
        if create.predicate.is_some() || !create.include.is_empty() {
            return self.unsupported("a partial or covering index", at);
        }
        let mut columns = Vec::with_capacity(create.columns.len());
        for column in &create.columns {
            let expr_at = self.source.expr(&column.column.expr);
            let Expr::Identifier(ident) = &column.column.expr else {
                return self.unsupported("an index over an expression", expr_at);
            };
            let ordinal = self.table_column(table, &folded(ident), expr_at)?;
            let descending = matches!(column.column.options.sort, Some(OrderBySort::Desc));
            columns.push((ordinal, descending));
        }
        let name = match &create.name {
            Some(name) => self.relation_name(name)?.1,
            None => {
                let info = self.arena.table(table);
                let names: Vec<&str> = columns
                    .iter()
                    .map(|(at, _)| info.columns[*at as usize].name.as_str())
                    .collect();
                shortened(format!("{table_name}_{}_idx", names.join("_")))
            }
        };
        Ok(Bound::CreateIndex(CreateIndex {
            name,
            table,
            columns,
            unique: create.unique,
            method: create
                .using
                .as_ref()
                .map(|method| method.to_string().to_ascii_lowercase()),
            if_not_exists: create.if_not_exists,
        }))
    }

    /// Binds a CREATE VIEW: the query must be valid now.
    pub fn create_view(&mut self, create: &'q ParsedView) -> Result<Bound, SqlError> {
        let at = self.at(self.source.object_name(&create.name));
        let (_, name) = self.relation_name(&create.name)?;
        if create.materialized {
            return self.unsupported("a materialized view", first_words(self.source));
        }
        let is_table = self.arena.catalog().find_table(&name).is_some();
        let is_view = self.views.view(&name).is_some();
        if is_table || (is_view && !create.or_replace) {
            return Err(SqlError::DuplicateTable { name, at });
        }
        let named = self.query(&create.query)?;
        let columns: Vec<String> = create.columns.iter().map(|c| folded(&c.name)).collect();
        if columns.len() > named.columns.len() {
            return Err(SqlError::Malformed {
                message: "CREATE VIEW specifies more column names than columns".into(),
                at,
            });
        }
        let mut names: Vec<&str> = Vec::with_capacity(named.columns.len());
        let given = columns.iter().map(String::as_str);
        let rest = named.columns[columns.len()..]
            .iter()
            .map(|c| c.name.as_str());
        for column in given.chain(rest) {
            if names.contains(&column) {
                return Err(SqlError::DuplicateColumn {
                    name: column.to_string(),
                    at,
                });
            }
            names.push(column);
        }
        if let Some(old) = self.views.view(&name) {
            self.check_replacement(&old, &named, &columns, at)?;
        }
        Ok(Bound::CreateView(CreateView {
            name,
            columns,
            sql: self.view_text(at),
            query: self.finish(named),
            or_replace: create.or_replace,
        }))
    }

    /// A view that replaces another begins with the same columns: other views may use them.
    fn check_replacement(
        &mut self,
        old: &crate::binder::View,
        new: &crate::binder::Named,
        columns: &[String],
        at: Span,
    ) -> Result<(), SqlError> {
        let old = self.view(&old.sql, &old.columns, at)?;
        let refused = |message: String| Err(SqlError::InvalidDefinition { message, at });
        if old.columns.len() > new.columns.len() {
            return refused("cannot drop columns from view".into());
        }
        for (index, (was, is)) in old.columns.iter().zip(&new.columns).enumerate() {
            let name = columns.get(index).unwrap_or(&is.name);
            if was.name != *name {
                let from = &was.name;
                return refused(format!(
                    "cannot change name of view column \"{from}\" to \"{name}\""
                ));
            }
            let (from, to) = (self.arena.column(was.col).ty, self.arena.column(is.col).ty);
            if from != to {
                return refused(format!(
                    "cannot change data type of view column \"{name}\" from {from} to {to}"
                ));
            }
        }
        Ok(())
    }

    /// The text behind the AS that follows a view's name and columns.
    fn view_text(&self, name: Span) -> String {
        let tokens = &self.source.tokens;
        let after = tokens.partition_point(|t| t.at.start < name.end);
        let as_at = (after..tokens.len()).find(|at| self.source.is_word(*at, "as"));
        let start = as_at
            .and_then(|at| tokens.get(at + 1))
            .map_or(name, |t| t.at);
        self.source
            .slice(Span::new(start.start, self.source.whole().end))
            .to_string()
    }

    /// Binds a DROP TABLE.
    pub fn drop_table(
        &mut self,
        names: &'q [ObjectName],
        if_exists: bool,
        cascade: bool,
    ) -> Result<Bound, SqlError> {
        let (mut tables, mut missing) = (Vec::new(), Vec::new());
        for name in names {
            let at = self.at(self.source.object_name(name));
            let (_, table) = self.relation_name(name)?;
            if self.views.view(&table).is_some() {
                return Err(SqlError::WrongKind {
                    message: format!("\"{table}\" is not a table; use DROP VIEW"),
                    at,
                });
            }
            match self.find_table(&table, at) {
                Ok(id) if !tables.contains(&id) => tables.push(id),
                Ok(_) => {}
                Err(_) if if_exists => missing.push(table),
                Err(error) => return Err(error),
            }
        }
        Ok(Bound::DropTable {
            tables,
            missing,
            cascade,
        })
    }

    /// Binds a DROP VIEW.
    pub fn drop_view(
        &mut self,
        names: &'q [ObjectName],
        if_exists: bool,
        cascade: bool,
    ) -> Result<Bound, SqlError> {
        let (mut views, mut missing) = (Vec::new(), Vec::new());
        for name in names {
            let at = self.at(self.source.object_name(name));
            let (_, view) = self.relation_name(name)?;
            if self.views.view(&view).is_some() {
                views.push(view);
            } else if self.arena.catalog().find_table(&view).is_some() {
                return Err(SqlError::WrongKind {
                    message: format!("\"{view}\" is not a view; use DROP TABLE"),
                    at,
                });
            } else if if_exists {
                missing.push(view);
            } else {
                return Err(SqlError::UnknownTable {
                    name: view,
                    nearest: None,
                    at,
                });
            }
        }
        Ok(Bound::DropView {
            names: views,
            missing,
            cascade,
        })
    }
}
