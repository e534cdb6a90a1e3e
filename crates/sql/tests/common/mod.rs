//! A catalog and views made by running DDL through the binder.
#![allow(dead_code, reason = "each test file uses a part")]

use plan::{Arena, Catalog, ForeignKey, TableInfo, TableStats};
use sql::{Bound, SqlError, View, Views};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use types::TableId;

#[derive(Default, Clone)]
pub struct TestCatalog {
    tables: Vec<Option<TableInfo>>,
}

impl Catalog for TestCatalog {
    fn find_table(&self, name: &str) -> Option<TableId> {
        let mut tables = self.tables.iter().flatten();
        tables.find(|t| t.name == name).map(|t| t.id)
    }
    fn table(&self, id: TableId) -> Option<&TableInfo> {
        self.tables.get(id.index())?.as_ref()
    }
    fn stats(&self, _id: TableId) -> Option<Arc<TableStats>> {
        None
    }
    fn tables(&self) -> Vec<TableId> {
        self.tables.iter().flatten().map(|t| t.id).collect()
    }
}

/// A database without rows: it runs DDL and binds everything.
#[derive(Default)]
pub struct Database {
    catalog: RefCell<TestCatalog>,
    views: RefCell<BTreeMap<String, View>>,
}

impl Views for Database {
    fn view(&self, name: &str) -> Option<View> {
        self.views.borrow().get(name).cloned()
    }
}

impl Database {
    pub fn with(schema: &str) -> Self {
        let database = Self::default();
        database
            .run(schema)
            .unwrap_or_else(|e| panic!("{e} at {:?}", e.span()));
        database
    }

    pub fn arena(&self) -> Arena {
        Arena::new(Rc::new(self.catalog.borrow().clone()))
    }

    /// Binds every statement of a script, carrying out DDL; the last one's result with its arena.
    pub fn run(&self, script: &str) -> Result<Option<(Arena, Bound)>, SqlError> {
        let mut last = None;
        for parsed in sql::parse(script)? {
            let mut arena = self.arena();
            let bound = sql::bind_with_views(&mut arena, &parsed, self)?;
            self.carry_out(&bound);
            last = Some((arena, bound));
        }
        Ok(last)
    }

    fn carry_out(&self, bound: &Bound) {
        let mut catalog = self.catalog.borrow_mut();
        match bound {
            Bound::CreateTable(create) => {
                let id = TableId(catalog.tables.len() as u32);
                catalog.tables.push(Some(TableInfo {
                    id,
                    name: create.name.clone(),
                    columns: create.columns.clone(),
                    keys: create.keys.clone(),
                    foreign_keys: create
                        .foreign_keys
                        .iter()
                        .map(|key| ForeignKey {
                            name: key.name.clone(),
                            columns: key.columns.clone(),
                            table: key.table.unwrap_or(id),
                            referenced: key.referenced.clone(),
                        })
                        .collect(),
                    rows: 0,
                    pages: 0,
                }));
            }
            Bound::DropTable { tables, .. } => {
                for id in tables {
                    catalog.tables[id.index()] = None;
                }
            }
            Bound::CreateView(create) => {
                let view = View {
                    columns: create.columns.clone(),
                    sql: create.sql.clone(),
                };
                self.views.borrow_mut().insert(create.name.clone(), view);
            }
            Bound::DropView { names, .. } => {
                for name in names {
                    self.views.borrow_mut().remove(name);
                }
            }
            _ => {}
        }
    }
}

/// The plan of a statement with a line of its columns and types.
pub fn describe(arena: &Arena, bound: &Bound) -> String {
    let query = |query: &sql::BoundQuery| {
        let columns: Vec<String> = query
            .columns
            .iter()
            .map(|(name, col)| format!("{name} {}", arena.column(*col).ty))
            .collect();
        let output = &arena.props(query.root).columns;
        assert!(
            query.columns.iter().map(|(_, col)| col).eq(output),
            "the root's columns are the query's"
        );
        format!(
            "{}\n{}",
            if columns.is_empty() {
                "no columns".into()
            } else {
                columns.join(", ")
            },
            plan::text::tree(arena, query.root)
        )
    };
    match bound {
        Bound::Query(bound) => query(bound),
        Bound::Insert(insert) => format!(
            "insert into {}: {}",
            arena.table(insert.table).name,
            query(&insert.source)
        ),
        Bound::Delete(delete) => format!(
            "delete from {}: {}",
            arena.table(delete.table).name,
            query(&delete.rows)
        ),
        Bound::Update(update) => format!(
            "update {} {:?}: {}",
            arena.table(update.table).name,
            update.assigned,
            query(&update.rows)
        ),
        Bound::Explain(explain) => format!(
            "explain analyze={} verbose={} {:?} of {}",
            explain.analyze,
            explain.verbose,
            explain.format,
            describe(arena, &explain.statement)
        ),
        Bound::CreateTable(create) => {
            let mut out = format!("create table {}\n", create.name);
            for column in &create.columns {
                let null = if column.nullable { "" } else { " not null" };
                out += &format!("  {} {}{null}\n", column.name, column.ty);
            }
            for key in &create.keys {
                out += &format!(
                    "  {} {:?}{}\n",
                    key.name,
                    key.columns,
                    if key.primary { " primary" } else { "" }
                );
            }
            for key in &create.foreign_keys {
                out += &format!(
                    "  {} {:?} -> {} {:?}\n",
                    key.name,
                    key.columns,
                    key.table.map_or("itself", |id| &arena.table(id).name),
                    key.referenced
                );
            }
            if let Some(source) = &create.source {
                out += &query(source);
            }
            out
        }
        Bound::CreateView(view) => {
            format!(
                "create view {} {:?} as {}\n",
                view.name, view.columns, view.sql
            )
        }
        other => format!("{other:?}\n"),
    }
}

/// An error as one line: code, the text at its place, message and hint.
pub fn refusal(text: &str, error: &SqlError) -> String {
    let span = error.span();
    let place = text
        .get(span.start as usize..span.end as usize)
        .unwrap_or("outside of the text");
    let mut out = format!("{} at `{place}`: {error}\n", error.code());
    if let Some(hint) = error.hint() {
        out += &format!("hint: {hint}\n");
    }
    out
}

/// A folder of test inputs beside the workspace; `None` when it is not there.
pub fn corpus(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/corpora")
        .join(name);
    path.is_dir().then_some(path)
}
