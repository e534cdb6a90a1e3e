//! The catalog: tables, views and statistics of a database.
//!
//! - [`Tables`] is what a session changes; [`Snapshot`] is what a statement plans with, and does not change.
//! - [`codec`]: the catalog as bytes in the database's meta pages.

pub mod codec;
mod unique;

use plan::{Catalog, TableInfo, TableStats};
use std::rc::Rc;
use std::sync::Arc;
use storage::{Heap, PageId};
use types::{DataType, SortedMap, TableId};

pub use unique::UniqueIndex;

/// A table and where its rows are.
pub struct Table {
    /// Name, columns and keys. Row and page counts are those of the last snapshot.
    pub info: TableInfo,
    /// Its rows.
    pub heap: Rc<Heap>,
    /// Statistics of the last ANALYZE.
    pub stats: Option<Arc<TableStats>>,
    /// One index a key, in the order of `info.keys`; `None` until it is needed.
    pub unique: Vec<Option<UniqueIndex>>,
}

/// All tables and views of a database.
#[derive(Default)]
pub struct Tables {
    /// Tables by id, which is the order of creation.
    pub tables: SortedMap<TableId, Table>,
    /// Each view's text, by name.
    pub views: SortedMap<String, sql::View>,
    /// The table of each index that CREATE INDEX named.
    pub indexes: SortedMap<String, TableId>,
    /// The id the next table gets.
    pub next_table: u32,
    /// Counts ANALYZE runs.
    pub stats_version: u32,
}

impl Table {
    /// The types of the columns.
    pub fn types(&self) -> Vec<DataType> {
        self.info.columns.iter().map(|c| c.ty).collect()
    }

    /// The page that names its heap.
    pub fn heap_root(&self) -> PageId {
        self.heap.root()
    }
}

impl Tables {
    /// The table of that name.
    pub fn find(&self, name: &str) -> Option<TableId> {
        self.tables
            .iter()
            .find(|(_, t)| t.info.name == name)
            .map(|(id, _)| *id)
    }

    /// A table, view or index has that name: all three share one space of names.
    pub fn has_relation(&self, name: &str) -> bool {
        self.find(name).is_some()
            || self.views.contains_key(name)
            || self.indexes.contains_key(name)
    }

    /// What planning may see, as of now.
    pub fn snapshot(&self) -> Snapshot {
        let info = |t: &Table| TableInfo {
            rows: t.heap.row_count(),
            pages: t.heap.page_count() as u64,
            ..t.info.clone()
        };
        Snapshot {
            tables: self
                .tables
                .iter()
                .map(|(id, t)| (*id, (info(t), t.stats.clone())))
                .collect(),
            views: self.views.clone(),
        }
    }
}

/// The catalog as one statement sees it.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    tables: SortedMap<TableId, (TableInfo, Option<Arc<TableStats>>)>,
    views: SortedMap<String, sql::View>,
}

impl sql::Views for Snapshot {
    fn view(&self, name: &str) -> Option<sql::View> {
        self.views.get(name).cloned()
    }
}

impl Catalog for Snapshot {
    fn find_table(&self, name: &str) -> Option<TableId> {
        self.tables
            .iter()
            .find(|(_, (info, _))| info.name == name)
            .map(|(id, _)| *id)
    }

    fn table(&self, id: TableId) -> Option<&TableInfo> {
        self.tables.get(&id).map(|(info, _)| info)
    }

    fn stats(&self, id: TableId) -> Option<Arc<TableStats>> {
        self.tables.get(&id).and_then(|(_, stats)| stats.clone())
    }

    fn tables(&self) -> Vec<TableId> {
        self.tables.keys().copied().collect()
    }
}
