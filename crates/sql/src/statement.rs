//! What binding a statement gives.

use plan::{ColumnInfo, KeyInfo, RelId, ScalarId};
use std::collections::HashMap;
use types::{ColId, Span, TableId};

/// A statement with all names and types resolved.
#[derive(Debug, Clone)]
pub enum Bound {
    /// A query.
    Query(BoundQuery),
    /// `EXPLAIN` of a statement.
    Explain(Explain),
    /// `INSERT`.
    Insert(Insert),
    /// `DELETE`.
    Delete(Delete),
    /// `UPDATE`.
    Update(Update),
    /// `CREATE TABLE`, with or without `AS`.
    CreateTable(CreateTable),
    /// `DROP TABLE`: the tables that exist; with `IF EXISTS` the names that do not.
    DropTable {
        /// Tables to drop.
        tables: Vec<TableId>,
        /// Names skipped because of `IF EXISTS`.
        missing: Vec<String>,
        /// Views and foreign keys that depend on them go, too.
        cascade: bool,
    },
    /// `TRUNCATE`.
    Truncate {
        /// Tables to empty.
        tables: Vec<TableId>,
    },
    /// `CREATE INDEX`.
    CreateIndex(CreateIndex),
    /// `DROP INDEX`: names only, the binder does not know indexes.
    DropIndex {
        /// Names of the indexes.
        names: Vec<String>,
        /// A missing index is no error.
        if_exists: bool,
    },
    /// `CREATE VIEW`.
    CreateView(CreateView),
    /// `DROP VIEW`: the views that exist; with `IF EXISTS` the names that do not.
    DropView {
        /// Views to drop.
        names: Vec<String>,
        /// Names skipped because of `IF EXISTS`.
        missing: Vec<String>,
        /// Views that depend on them go, too.
        cascade: bool,
    },
    /// `ANALYZE`: the tables named, or all.
    Analyze {
        /// Tables to gather statistics of.
        tables: Vec<TableId>,
    },
    /// `BEGIN`, `COMMIT`, `ROLLBACK`.
    Transaction(Transaction),
    /// `SET name = value`; the session decides which names it knows.
    Set {
        /// The parameter's name in lower case.
        name: String,
        /// The value as text.
        value: String,
    },
    /// `SHOW name`.
    Show {
        /// The parameter's name in lower case.
        name: String,
    },
}

/// A bound query: a logical plan and what its columns are called.
#[derive(Debug, Clone)]
pub struct BoundQuery {
    /// The plan's root; its output columns are those of `columns`, in that order.
    pub root: RelId,
    /// Name and id of each output column.
    pub columns: Vec<(String, ColId)>,
    /// The SQL text behind operators and expressions.
    pub spans: Spans,
}

/// The SQL text that operators and expressions were made from. Equal nodes are one node: the first place counts.
#[derive(Debug, Clone, Default)]
pub struct Spans {
    /// Of operators.
    pub rels: HashMap<RelId, Span>,
    /// Of scalar expressions.
    pub scalars: HashMap<ScalarId, Span>,
}

/// An `EXPLAIN` statement.
#[derive(Debug, Clone)]
pub struct Explain {
    /// Run the statement and report what happened.
    pub analyze: bool,
    /// Report more.
    pub verbose: bool,
    /// Text or JSON.
    pub format: ExplainFormat,
    /// The statement explained: a query, INSERT, DELETE or UPDATE.
    pub statement: Box<Bound>,
}

/// The form of EXPLAIN's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExplainFormat {
    /// Indented text, one column of lines.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// An `INSERT` statement.
#[derive(Debug, Clone)]
pub struct Insert {
    /// The table.
    pub table: TableId,
    /// The rows: one column for each column of the table, in the table's order and of its types, but text where those
    /// limit a length; NULL where the statement names no value. Lengths, NOT NULL and keys are not checked yet.
    pub source: BoundQuery,
}

/// A `DELETE` statement. The plan joins and filters a scan of the table and gives one row for each row to delete.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The table.
    pub table: TableId,
    /// The rows to delete: one bigint column, the packed row id (ordinal [`plan::ROW_ID`] of the table's scan). With
    /// `USING` a row id may come more than once.
    pub rows: BoundQuery,
}

/// An `UPDATE` statement.
#[derive(Debug, Clone)]
pub struct Update {
    /// The table.
    pub table: TableId,
    /// The rows to change: the packed row id as for [`Delete`], then the new value of every column of the table, in
    /// the table's order, of its types or, for a limited length, text. With `FROM` a row id may come more than once: the first counts.
    pub rows: BoundQuery,
    /// Positions of the columns assigned.
    pub assigned: Vec<u32>,
}

/// A `CREATE TABLE` statement.
#[derive(Debug, Clone)]
pub struct CreateTable {
    /// The table's name.
    pub name: String,
    /// Its columns in order; those of a primary key are NOT NULL.
    pub columns: Vec<ColumnInfo>,
    /// Primary key and unique constraints, named as PostgreSQL names them.
    pub keys: Vec<KeyInfo>,
    /// References to other tables.
    pub foreign_keys: Vec<ForeignKeyDef>,
    /// An existing table of the name is no error: nothing is done.
    pub if_not_exists: bool,
    /// The rows of `CREATE TABLE … AS`.
    pub source: Option<BoundQuery>,
}

impl CreateTable {
    /// A table without columns.
    pub fn new(name: String) -> Self {
        Self {
            name,
            columns: Vec::new(),
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            if_not_exists: false,
            source: None,
        }
    }

    /// Adds a key over columns that are there. Without a name it gets the one that PostgreSQL makes.
    pub fn add_key(&mut self, name: Option<String>, columns: Vec<u32>, primary: bool) {
        if primary {
            for ordinal in &columns {
                self.columns[*ordinal as usize].nullable = false;
            }
        }
        let name = name.unwrap_or_else(|| match primary {
            true => shortened(format!("{}_pkey", self.name)),
            false => self.made_name(&columns, "key"),
        });
        self.keys.push(KeyInfo {
            name,
            columns,
            primary,
        });
    }

    /// Adds a reference to a key of `table`, or of this table for `None`. Without a name it gets the one that
    /// PostgreSQL makes.
    pub fn add_foreign_key(
        &mut self,
        name: Option<String>,
        columns: Vec<u32>,
        table: Option<TableId>,
        referenced: Vec<u32>,
    ) {
        let name = name.unwrap_or_else(|| self.made_name(&columns, "fkey"));
        self.foreign_keys.push(ForeignKeyDef {
            name,
            columns,
            table,
            referenced,
        });
    }

    fn made_name(&self, columns: &[u32], suffix: &str) -> String {
        let names: Vec<&str> = columns
            .iter()
            .map(|at| self.columns[*at as usize].name.as_str())
            .collect();
        shortened(format!("{}_{}_{suffix}", self.name, names.join("_")))
    }
}

/// A made name cut to the length of identifiers.
pub(crate) fn shortened(mut name: String) -> String {
    while name.len() > 63 {
        name.pop();
    }
    name
}

/// A foreign key of a table that is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKeyDef {
    /// The constraint's name.
    pub name: String,
    /// Positions of the referring columns.
    pub columns: Vec<u32>,
    /// The table referred to; `None`: the new table itself.
    pub table: Option<TableId>,
    /// Positions of the columns referred to: a key of that table.
    pub referenced: Vec<u32>,
}

/// A `CREATE INDEX` statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateIndex {
    /// The index's name, made from table and columns when the statement gives none.
    pub name: String,
    /// The table.
    pub table: TableId,
    /// Positions of the columns, and whether each is descending.
    pub columns: Vec<(u32, bool)>,
    /// No two rows agree on the columns.
    pub unique: bool,
    /// The method after USING in lower case: btree, hash, …
    pub method: Option<String>,
    /// An existing index of the name is no error.
    pub if_not_exists: bool,
}

/// A `CREATE VIEW` statement.
#[derive(Debug, Clone)]
pub struct CreateView {
    /// The view's name.
    pub name: String,
    /// Names of its columns, if the statement gives any (it may give fewer than the query has).
    pub columns: Vec<String>,
    /// The text of its query.
    pub sql: String,
    /// The query as bound now.
    pub query: BoundQuery,
    /// A view of the name is replaced.
    pub or_replace: bool,
}

/// Transaction control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
}
