//! What planning may ask of the database: tables, columns, keys.

use crate::TableStats;
use std::sync::Arc;
use types::{DataType, TableId};

/// A snapshot of the database's tables and their statistics; it does not change while a statement is planned.
pub trait Catalog {
    /// The table of that name (names are folded to lower case by the parser unless quoted).
    fn find_table(&self, name: &str) -> Option<TableId>;
    /// A table.
    fn table(&self, id: TableId) -> Option<&TableInfo>;
    /// Statistics that ANALYZE gathered, if it ran.
    fn stats(&self, id: TableId) -> Option<Arc<TableStats>>;
    /// All tables in order of creation.
    fn tables(&self) -> Vec<TableId>;
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableInfo {
    /// Its id.
    pub id: TableId,
    /// Its name.
    pub name: String,
    /// Its columns in order.
    pub columns: Vec<ColumnInfo>,
    /// Primary and unique keys.
    pub keys: Vec<KeyInfo>,
    /// References to other tables' keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Rows now, exact.
    pub rows: u64,
    /// Heap pages now.
    pub pages: u64,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: DataType,
    /// NULL is allowed.
    pub nullable: bool,
}

/// A primary or unique key. A unique key with nullable columns allows several NULLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// The constraint's name.
    pub name: String,
    /// Positions of its columns.
    pub columns: Vec<u32>,
    /// The primary key.
    pub primary: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: String,
    /// Positions of the referring columns.
    pub columns: Vec<u32>,
    /// The table referred to.
    pub table: TableId,
    /// Positions of the columns referred to: a key of that table.
    pub referenced: Vec<u32>,
}

impl TableInfo {
    /// The position of the column of that name.
    pub fn find_column(&self, name: &str) -> Option<u32> {
        self.columns
            .iter()
            .position(|c| c.name == name)
            .map(|at| at as u32)
    }

    /// The column at a position allows NULL; a row id ([`crate::ROW_ID`]) is never NULL.
    pub fn nullable(&self, ordinal: u32) -> bool {
        ordinal != crate::ROW_ID && self.columns[ordinal as usize].nullable
    }
}
