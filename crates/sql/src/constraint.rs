//! Keys, references and other constraints of CREATE TABLE.

use crate::SqlError;
use crate::binder::{Binder, folded};
use crate::statement::CreateTable;
use sqlparser::ast::{
    ColumnDef, ColumnOption, Expr, ForeignKeyConstraint, Ident, IndexColumn, ReferentialAction,
    TableConstraint, Value as ParserValue,
};
use types::{Span, TableId};

impl Binder<'_, '_> {
    /// Adds what an option of a column says: a key, NOT NULL, a reference.
    pub fn column_option(
        &mut self,
        table: &mut CreateTable,
        column: &ColumnDef,
        name: Option<&Ident>,
        option: &ColumnOption,
    ) -> Result<(), SqlError> {
        let at = self.source.ident(&column.name);
        let column_name = folded(&column.name);
        let ordinal = position(table, &column_name);
        match option {
            ColumnOption::Null => {}
            ColumnOption::NotNull => table.columns[ordinal as usize].nullable = false,
            ColumnOption::PrimaryKey(_) => self.add_key(table, name, vec![ordinal], true, at)?,
            ColumnOption::Unique(_) => self.add_key(table, name, vec![ordinal], false, at)?,
            ColumnOption::ForeignKey(key) => {
                self.add_foreign_key(table, name, vec![ordinal], key, at)?;
            }
            ColumnOption::Default(Expr::Value(value)) if value.value == ParserValue::Null => {}
            ColumnOption::Default(expr) => {
                return self.unsupported("DEFAULT", self.source.expr(expr));
            }
            ColumnOption::Check(check) => {
                return self.unsupported("CHECK", self.source.expr(&check.expr));
            }
            ColumnOption::Generated { .. } | ColumnOption::Identity(_) => {
                return self.unsupported("a generated column", at);
            }
            _ => return self.unsupported("this column option", at),
        }
        Ok(())
    }

    /// Adds a constraint of the whole table.
    pub fn constraint(
        &mut self,
        table: &mut CreateTable,
        constraint: &TableConstraint,
        at: Span,
    ) -> Result<(), SqlError> {
        match constraint {
            TableConstraint::PrimaryKey(key) => {
                let columns = self.key_columns(table, &key.columns)?;
                self.add_key(table, key.name.as_ref(), columns, true, at)
            }
            TableConstraint::Unique(key) => {
                let columns = self.key_columns(table, &key.columns)?;
                self.add_key(table, key.name.as_ref(), columns, false, at)
            }
            TableConstraint::ForeignKey(key) => {
                let columns = key
                    .columns
                    .iter()
                    .map(|c| self.key_column(table, c))
                    .collect::<Result<Vec<u32>, _>>()?;
                let at = key.columns.first().map_or(at, |c| self.source.ident(c));
                self.add_foreign_key(table, key.name.as_ref(), columns, key, at)
            }
            TableConstraint::Check(check) => {
                self.unsupported("CHECK", self.source.expr(&check.expr))
            }
            _ => self.unsupported("this table constraint", at),
        }
    }

    fn key_columns(
        &self,
        table: &CreateTable,
        columns: &[IndexColumn],
    ) -> Result<Vec<u32>, SqlError> {
        let mut ordinals = Vec::with_capacity(columns.len());
        for column in columns {
            let Expr::Identifier(ident) = &column.column.expr else {
                return self.unsupported(
                    "a key over an expression",
                    self.source.expr(&column.column.expr),
                );
            };
            let ordinal = self.key_column(table, ident)?;
            if ordinals.contains(&ordinal) {
                return Err(SqlError::DuplicateColumn {
                    name: folded(ident),
                    at: self.at(self.source.ident(ident)),
                });
            }
            ordinals.push(ordinal);
        }
        Ok(ordinals)
    }

    fn key_column(&self, table: &CreateTable, ident: &Ident) -> Result<u32, SqlError> {
        let name = folded(ident);
        match table.columns.iter().position(|c| c.name == name) {
            Some(at) => Ok(at as u32),
            None => Err(SqlError::UnknownColumnIn {
                nearest: crate::error::nearest(
                    &name,
                    table.columns.iter().map(|c| c.name.as_str()),
                ),
                name,
                problem: "named in key does not exist".into(),
                at: self.at(self.source.ident(ident)),
            }),
        }
    }

    fn add_key(
        &mut self,
        table: &mut CreateTable,
        name: Option<&Ident>,
        columns: Vec<u32>,
        primary: bool,
        at: Span,
    ) -> Result<(), SqlError> {
        if primary && table.keys.iter().any(|k| k.primary) {
            return Err(SqlError::InvalidDefinition {
                message: format!(
                    "multiple primary keys for table \"{}\" are not allowed",
                    table.name
                ),
                at: self.at(at),
            });
        }
        table.add_key(name.map(folded), columns, primary);
        Ok(())
    }

    fn add_foreign_key(
        &mut self,
        table: &mut CreateTable,
        name: Option<&Ident>,
        columns: Vec<u32>,
        key: &ForeignKeyConstraint,
        at: Span,
    ) -> Result<(), SqlError> {
        let at = self.at(at);
        let refused = |action: &Option<ReferentialAction>| {
            !matches!(
                action,
                None | Some(ReferentialAction::NoAction | ReferentialAction::Restrict)
            )
        };
        if refused(&key.on_delete) || refused(&key.on_update) {
            return self.unsupported("ON DELETE and ON UPDATE actions", at);
        }
        let (_, other) = self.relation_name(&key.foreign_table)?;
        let other_at = self.at(self.source.object_name(&key.foreign_table));
        let id: Option<TableId> = if other == table.name {
            None
        } else {
            Some(self.find_table(&other, other_at)?)
        };
        let (other_columns, other_keys) = match id {
            Some(id) => {
                let info = self.arena.table(id);
                (info.columns.clone(), info.keys.clone())
            }
            None => (table.columns.clone(), table.keys.clone()),
        };
        let referenced: Vec<u32> = if key.referred_columns.is_empty() {
            let primary = other_keys.iter().find(|k| k.primary);
            primary
                .map(|k| k.columns.clone())
                .ok_or_else(|| SqlError::UnknownObject {
                    kind: "primary key of referenced table",
                    name: other.clone(),
                    at: other_at,
                })?
        } else {
            let find = |ident: &Ident| {
                let name = folded(ident);
                let found = other_columns.iter().position(|c| c.name == name);
                found
                    .map(|at| at as u32)
                    .ok_or_else(|| SqlError::UnknownColumnOf {
                        nearest: None,
                        column: name,
                        table: other.clone(),
                        at: self.at(self.source.ident(ident)),
                    })
            };
            key.referred_columns
                .iter()
                .map(find)
                .collect::<Result<_, _>>()?
        };
        let mut sorted = referenced.clone();
        types::insertion_sort_by(&mut sorted, u32::cmp);
        let is_key = other_keys.iter().any(|key| {
            let mut columns = key.columns.clone();
            types::insertion_sort_by(&mut columns, u32::cmp);
            columns == sorted
        });
        if !is_key || referenced.len() != columns.len() {
            return Err(SqlError::InvalidForeignKey {
                message: format!(
                    "there is no unique constraint matching given keys for referenced table \"{other}\""
                ),
                at: other_at,
            });
        }
        for (own, far) in columns.iter().zip(&referenced) {
            let (own, far) = (&table.columns[*own as usize], &other_columns[*far as usize]);
            if plan::typing::common_type(own.ty, far.ty).is_none() {
                return Err(SqlError::TypeMismatch {
                    message: format!(
                        "key columns \"{}\" and \"{}\" are of incompatible types: {} and {}",
                        own.name, far.name, own.ty, far.ty
                    ),
                    hint: None,
                    at,
                });
            }
        }
        table.add_foreign_key(name.map(folded), columns, id, referenced);
        Ok(())
    }
}

fn position(table: &CreateTable, column: &str) -> u32 {
    let at = table.columns.iter().position(|c| c.name == column);
    at.expect("the column was added before its options") as u32
}
