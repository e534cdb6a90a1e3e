//! The names a clause can see: tables of FROM and their columns.

use crate::SqlError;
use crate::error::nearest;
use types::{ColId, Span, TableId};

/// A column under the name it has here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedColumn {
    /// The name.
    pub name: String,
    /// The column.
    pub col: ColId,
}

/// A table of FROM.
#[derive(Debug, Clone)]
pub(crate) struct ScopeTable {
    /// The name that qualifies its columns; empty for a subquery without alias.
    pub alias: String,
    /// The table's own name when the alias hides it.
    pub hidden_name: Option<String>,
    /// Its columns in order.
    pub columns: Vec<NamedColumn>,
    /// The base table it is.
    pub source: Option<TableId>,
}

/// The tables and columns of one FROM clause.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// The tables, in FROM order.
    pub tables: Vec<ScopeTable>,
    /// The columns that `*` gives and that need no qualifier: those that USING merged once, all others as they are.
    pub columns: Vec<NamedColumn>,
}

impl Scope {
    /// The scope of a single table.
    pub fn of(table: ScopeTable) -> Self {
        Self {
            columns: table.columns.clone(),
            tables: vec![table],
        }
    }

    /// Adds the tables and columns of a scope to the right; a table name must not occur twice.
    pub fn extend(&mut self, other: Scope, at: Span) -> Result<(), SqlError> {
        for table in other.tables {
            let repeated = |t: &ScopeTable| t.alias == table.alias && !table.alias.is_empty();
            if self.tables.iter().any(repeated) {
                return Err(SqlError::DuplicateAlias {
                    name: table.alias,
                    at,
                });
            }
            self.tables.push(table);
        }
        self.columns.extend(other.columns);
        Ok(())
    }

    /// The table of that alias.
    pub fn table(&self, alias: &str) -> Option<&ScopeTable> {
        self.tables.iter().find(|t| t.alias == alias)
    }

    /// The column of that name: `None` when there is none, an error when there are several.
    pub fn column(&self, name: &str, at: Span) -> Result<Option<ColId>, SqlError> {
        let mut found = self.columns.iter().filter(|c| c.name == name);
        let first = found.next();
        if found.next().is_some() {
            return Err(SqlError::AmbiguousColumn {
                name: name.to_string(),
                candidates: self.candidates(name),
                at,
            });
        }
        Ok(first.map(|c| c.col))
    }

    fn candidates(&self, name: &str) -> Vec<String> {
        self.tables
            .iter()
            .filter(|t| t.columns.iter().any(|c| c.name == name))
            .map(|t| format!("{}.{name}", t.alias))
            .collect()
    }

    /// The most similar name of a column.
    pub fn nearest_column(&self, name: &str) -> Option<String> {
        nearest(name, self.columns.iter().map(|c| c.name.as_str()))
    }

    /// The table that a column belongs to.
    pub fn table_of(&self, col: ColId) -> Option<&ScopeTable> {
        self.tables
            .iter()
            .find(|t| t.columns.iter().any(|c| c.col == col))
    }

    /// The column's name with its qualifier, as errors show it.
    pub fn qualified(&self, col: ColId) -> Option<String> {
        let of_table = self.table_of(col).and_then(|t| {
            let column = t.columns.iter().find(|c| c.col == col)?;
            Some(if t.alias.is_empty() {
                column.name.clone()
            } else {
                format!("{}.{}", t.alias, column.name)
            })
        });
        of_table.or_else(|| {
            let merged = self.columns.iter().find(|c| c.col == col)?;
            Some(merged.name.clone())
        })
    }
}

impl ScopeTable {
    /// The column of that name: `None` when there is none, an error when there are several.
    pub fn column(&self, name: &str, at: Span) -> Result<Option<ColId>, SqlError> {
        let mut found = self.columns.iter().filter(|c| c.name == name);
        let first = found.next();
        if found.next().is_some() {
            return Err(SqlError::AmbiguousColumn {
                name: name.to_string(),
                candidates: vec![format!("{}.{name}", self.alias)],
                at,
            });
        }
        Ok(first.map(|c| c.col))
    }
}
