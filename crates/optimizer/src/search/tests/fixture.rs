//! A catalog with rows, and short ways to build plans.

use crate::search::{SearchOptions, Searched, Silent, optimize};
use plan::{
    Arena, Catalog, ColumnInfo, ColumnStats, ForeignKey, Func, JoinKind, KeyInfo, Op, RelId,
    ScalarId, Scan, SortKey, TableInfo, TableStats,
};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use types::{ColId, DataType, TableId, Value};

/// A seeded generator: xorshift.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n as u64) as usize
    }
}

/// Tables of integers.
#[derive(Default)]
pub struct TestCatalog {
    pub tables: Vec<TableInfo>,
    pub rows: Vec<Vec<Vec<Value>>>,
    pub stats: BTreeMap<TableId, Arc<TableStats>>,
}

impl Catalog for TestCatalog {
    fn find_table(&self, name: &str) -> Option<TableId> {
        self.tables.iter().find(|t| t.name == name).map(|t| t.id)
    }

    fn table(&self, id: TableId) -> Option<&TableInfo> {
        self.tables.get(id.index())
    }

    fn stats(&self, id: TableId) -> Option<Arc<TableStats>> {
        self.stats.get(&id).cloned()
    }

    fn tables(&self) -> Vec<TableId> {
        self.tables.iter().map(|t| t.id).collect()
    }
}

impl TestCatalog {
    /// A table of nullable integer columns; `key`: the first column is its primary key.
    pub fn table(&mut self, name: &str, columns: &[&str], rows: u64, key: bool) -> TableId {
        let id = TableId(self.tables.len() as u32);
        self.tables.push(TableInfo {
            id,
            name: name.into(),
            columns: columns
                .iter()
                .enumerate()
                .map(|(at, column)| ColumnInfo {
                    name: (*column).into(),
                    ty: DataType::Int32,
                    nullable: !(key && at == 0),
                })
                .collect(),
            keys: if key {
                vec![KeyInfo {
                    name: format!("{name}_pkey"),
                    columns: vec![0],
                    primary: true,
                }]
            } else {
                Vec::new()
            },
            foreign_keys: Vec::<ForeignKey>::new(),
            rows,
            pages: rows / 100 + 1,
        });
        self.rows.push(Vec::new());
        id
    }

    /// Gives a table its rows.
    pub fn fill(&mut self, table: TableId, rows: Vec<Vec<Value>>) {
        self.tables[table.index()].rows = rows.len() as u64;
        self.rows[table.index()] = rows;
    }

    /// Statistics as ANALYZE would gather them, with histograms of ten buckets and no most common values.
    pub fn analyze(&mut self, table: TableId, distinct: &[f64]) {
        let info = &self.tables[table.index()];
        let columns = distinct
            .iter()
            .map(|d| ColumnStats {
                null_fraction: 0.0,
                distinct: *d,
                min: Some(Value::Int32(0)),
                max: Some(Value::Int32(*d as i32)),
                most_common: Vec::new(),
                histogram: (0..=10)
                    .map(|i| Value::Int32((*d * f64::from(i) / 10.0) as i32))
                    .collect(),
                width: 4.0,
            })
            .collect();
        let stats = TableStats {
            rows: info.rows as f64,
            pages: info.pages as f64,
            version: 1,
            columns,
        };
        self.stats.insert(table, Arc::new(stats));
    }
}

/// A plan under construction.
pub struct Builder {
    pub arena: Arena,
    pub catalog: Rc<TestCatalog>,
}

impl Builder {
    pub fn new(catalog: TestCatalog) -> Self {
        let catalog = Rc::new(catalog);
        Self {
            arena: Arena::new(catalog.clone()),
            catalog,
        }
    }

    /// A scan of all columns.
    pub fn scan(&mut self, table: &str, alias: &str) -> RelId {
        let id = self.catalog.find_table(table).expect("a table of the test");
        let width = self.catalog.tables[id.index()].columns.len() as u32;
        let columns = self.arena.scan_columns(id, alias, 0..width);
        let scan = Scan {
            table: id,
            alias: alias.into(),
            columns,
            filters: Vec::new(),
        };
        self.arena.rel(Op::Scan(scan), Vec::new())
    }

    /// A scan with filters, which may name its columns.
    pub fn scan_where(
        &mut self,
        table: &str,
        alias: &str,
        filters: impl FnOnce(&mut Self, &[ColId]) -> Vec<ScalarId>,
    ) -> RelId {
        let plain = self.scan(table, alias);
        let Op::Scan(mut scan) = self.arena.op(plain).clone() else {
            unreachable!("scan makes a scan");
        };
        let columns: Vec<ColId> = scan.columns.iter().map(|c| c.col).collect();
        scan.filters = filters(self, &columns);
        self.arena.rel(Op::Scan(scan), Vec::new())
    }

    /// The column at a position of a node's output.
    pub fn col(&self, rel: RelId, at: usize) -> ColId {
        self.arena.props(rel).columns[at]
    }

    pub fn call(&mut self, func: Func, a: ColId, b: ColId) -> ScalarId {
        let (a, b) = (self.arena.col(a), self.arena.col(b));
        self.arena.call(func, vec![a, b])
    }

    pub fn eq(&mut self, a: ColId, b: ColId) -> ScalarId {
        self.call(Func::Eq, a, b)
    }

    pub fn compare(&mut self, func: Func, a: ColId, value: i32) -> ScalarId {
        let (a, value) = (self.arena.col(a), self.arena.lit(Value::Int32(value)));
        self.arena.call(func, vec![a, value])
    }

    pub fn join(&mut self, kind: JoinKind, on: Vec<ScalarId>, left: RelId, right: RelId) -> RelId {
        let op = Op::Join {
            kind,
            on,
            dependent: false,
        };
        self.arena.rel(op, vec![left, right])
    }

    pub fn search(&mut self, root: RelId, options: &SearchOptions) -> Searched {
        optimize(&mut self.arena, root, options, &mut Silent).expect("a plan")
    }

    pub fn plan(&mut self, root: RelId) -> Searched {
        self.search(root, &SearchOptions::default())
    }
}

/// Sort keys upward, NULLs last.
pub fn up(columns: &[ColId]) -> Vec<SortKey> {
    crate::memo::expression::ascending(columns.iter().copied())
}

/// Options with rules switched off.
pub fn without(rules: &[&str]) -> SearchOptions {
    SearchOptions {
        disabled: rules.iter().map(|r| r.to_string()).collect(),
        ..SearchOptions::default()
    }
}
