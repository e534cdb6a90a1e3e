//! A catalog made from CREATE TABLE statements, and queries bound against it.
#![allow(dead_code, reason = "each test file uses a part")]

use optimizer::{Options, Recorder, Trace, normalize};
use plan::{Arena, Catalog, RelId, TableInfo, TableStats};
use sql::Bound;
use std::rc::Rc;
use std::sync::Arc;
use types::TableId;

/// Tables without rows.
#[derive(Default, Clone)]
pub struct Tables(Vec<TableInfo>);

impl Tables {
    /// The same tables with so many rows each, which nobody looks at.
    pub fn with_rows(mut self, rows: u64) -> Self {
        for table in &mut self.0 {
            (table.rows, table.pages) = (rows, rows / 100 + 1);
        }
        self
    }
}

impl Catalog for Tables {
    fn find_table(&self, name: &str) -> Option<TableId> {
        self.0.iter().find(|t| t.name == name).map(|t| t.id)
    }

    fn table(&self, id: TableId) -> Option<&TableInfo> {
        self.0.get(id.index())
    }

    fn stats(&self, _id: TableId) -> Option<Arc<TableStats>> {
        None
    }

    fn tables(&self) -> Vec<TableId> {
        self.0.iter().map(|t| t.id).collect()
    }
}

/// The tables that a script of CREATE TABLE statements makes.
pub fn tables(schema: &str) -> Tables {
    let mut tables = Tables::default();
    for parsed in sql::parse(schema).expect("the schema parses") {
        let mut arena = Arena::new(Rc::new(tables.clone()));
        let bound = sql::bind(&mut arena, &parsed).expect("the schema binds");
        if let Bound::CreateTable(create) = bound {
            tables.0.push(TableInfo {
                id: TableId(tables.0.len() as u32),
                name: create.name,
                columns: create.columns,
                keys: create.keys,
                foreign_keys: Vec::new(),
                rows: 0,
                pages: 0,
            });
        }
    }
    tables
}

/// TPC-H's tables, and small ones: a, b and c with nullable columns, k and m with keys, r between them, t with a nullable key.
pub fn schema() -> Tables {
    let small = include_str!("small.sql");
    tables(&format!("{}\n{small}", data::tpch::SCHEMA))
}

/// The plan of a query as bound.
pub fn bind(catalog: Rc<dyn Catalog>, query: &str) -> (Arena, RelId) {
    let mut arena = Arena::new(catalog);
    let parsed = sql::parse(query).unwrap_or_else(|e| panic!("{e}: {query}"));
    let bound = sql::bind(&mut arena, &parsed[0]).unwrap_or_else(|e| panic!("{e}: {query}"));
    match bound {
        Bound::Query(bound) => (arena, bound.root),
        _ => panic!("not a query: {query}"),
    }
}

/// A normalized query.
pub struct Normalized {
    pub arena: Arena,
    pub first: RelId,
    pub last: RelId,
    pub trace: Trace,
}

/// Normalizes a query with a recorder of the level.
pub fn normalized(
    catalog: Rc<dyn Catalog>,
    query: &str,
    options: &Options,
    level: u8,
) -> Normalized {
    let (mut arena, first) = bind(catalog, query);
    let mut recorder = Recorder::new(level);
    let last = normalize(&mut arena, first, options, &mut recorder)
        .unwrap_or_else(|e| panic!("{e}\n{query}\n{}", plan::text::tree(&arena, first)));
    let trace = recorder.finish(&mut arena);
    Normalized {
        arena,
        first,
        last,
        trace,
    }
}
