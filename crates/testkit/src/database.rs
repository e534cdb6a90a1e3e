//! Random tables: few rows over small domains, so that NULLs, duplicates, matches and empty groups all occur.

use crate::Rng;
use plan::{Catalog, ColumnInfo, ForeignKey, KeyInfo, TableInfo, TableStats};
use std::collections::HashSet;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;
use types::{DataType, Decimal, TableId, Value};

/// A row of a table.
pub type Row = Vec<Value>;

/// What [`Database::random`] makes.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Tables at most, at least 1.
    pub tables: usize,
    /// Columns of a table at most, beside its key, at least 1.
    pub columns: usize,
    /// Rows of a table at most.
    pub rows: usize,
}

impl Default for Shape {
    /// Three tables of at most six rows: small enough to run any plan naively.
    fn default() -> Self {
        Self {
            tables: 3,
            columns: 4,
            rows: 6,
        }
    }
}

/// Tables with their rows; a catalog without statistics.
#[derive(Debug, Clone)]
pub struct Database {
    tables: Vec<(TableInfo, Rc<Vec<Row>>)>,
}

impl Database {
    /// Tables `t0`, `t1`, … with columns `c0`, `c1`, … and often a key column `id`; all constraints hold.
    pub fn random(rng: &mut Rng, shape: Shape) -> Self {
        let mut database = Self { tables: Vec::new() };
        for id in 0..rng.between(1, shape.tables as i64) {
            let table = random_table(rng, shape, &database, id as u32);
            database.tables.push(table);
        }
        database
    }

    /// A database of given tables; their ids must be 0, 1, … in order.
    pub fn new(tables: Vec<(TableInfo, Vec<Row>)>) -> Self {
        for (at, (table, _)) in tables.iter().enumerate() {
            assert_eq!(table.id, TableId(at as u32), "ids are positions");
        }
        let shared = |(mut info, rows): (TableInfo, Vec<Row>)| {
            info.rows = rows.len() as u64;
            (info, Rc::new(rows))
        };
        Self {
            tables: tables.into_iter().map(shared).collect(),
        }
    }

    /// The rows of a table.
    pub fn rows(&self, table: TableId) -> Rc<Vec<Row>> {
        self.tables[table.0 as usize].1.clone()
    }

    /// The tables in order.
    pub fn infos(&self) -> impl Iterator<Item = &TableInfo> {
        self.tables.iter().map(|(info, _)| info)
    }

    /// CREATE TABLE and INSERT statements that make this database, one a line.
    pub fn sql(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (info, rows) in &self.tables {
            out.push(self.create_table(info));
            if !rows.is_empty() {
                let tuple = |row: &Row| {
                    let cells: Vec<String> = row.iter().map(Value::literal).collect();
                    format!("({})", cells.join(", "))
                };
                let tuples: Vec<String> = rows.iter().map(tuple).collect();
                out.push(format!(
                    "INSERT INTO {} VALUES {}",
                    info.name,
                    tuples.join(", ")
                ));
            }
        }
        out
    }

    fn create_table(&self, info: &TableInfo) -> String {
        let names = |columns: &[u32], of: &TableInfo| {
            let names: Vec<&str> = columns
                .iter()
                .map(|c| of.columns[*c as usize].name.as_str())
                .collect();
            names.join(", ")
        };
        let mut parts = Vec::new();
        for column in &info.columns {
            let not_null = if column.nullable { "" } else { " NOT NULL" };
            parts.push(format!("{} {}{not_null}", column.name, column.ty));
        }
        for key in &info.keys {
            let kind = if key.primary { "PRIMARY KEY" } else { "UNIQUE" };
            parts.push(format!("{kind} ({})", names(&key.columns, info)));
        }
        for reference in &info.foreign_keys {
            let target = &self.tables[reference.table.0 as usize].0;
            let mut part = format!("FOREIGN KEY ({}) ", names(&reference.columns, info));
            let _ = write!(
                part,
                "REFERENCES {} ({})",
                target.name,
                names(&reference.referenced, target)
            );
            parts.push(part);
        }
        format!("CREATE TABLE {} ({})", info.name, parts.join(", "))
    }
}

impl Catalog for Database {
    fn find_table(&self, name: &str) -> Option<TableId> {
        self.infos().find(|t| t.name == name).map(|t| t.id)
    }

    fn table(&self, id: TableId) -> Option<&TableInfo> {
        self.tables.get(id.0 as usize).map(|(info, _)| info)
    }

    fn stats(&self, _id: TableId) -> Option<Arc<TableStats>> {
        None
    }

    fn tables(&self) -> Vec<TableId> {
        self.infos().map(|t| t.id).collect()
    }
}

fn random_table(
    rng: &mut Rng,
    shape: Shape,
    earlier: &Database,
    id: u32,
) -> (TableInfo, Rc<Vec<Row>>) {
    let mut table = TableInfo {
        id: TableId(id),
        name: format!("t{id}"),
        columns: Vec::new(),
        keys: Vec::new(),
        foreign_keys: Vec::new(),
        rows: 0,
        pages: 1,
    };
    if rng.chance(60) {
        table.columns.push(ColumnInfo {
            name: "id".into(),
            ty: DataType::Int32,
            nullable: false,
        });
        table.keys.push(key(&table.name, 0, true));
    }
    let others = rng.between(1, shape.columns as i64);
    for at in 0..others {
        let ordinal = table.columns.len() as u32;
        table.columns.push(ColumnInfo {
            name: format!("c{at}"),
            // The first one is an integer, so that tables always have something to be joined on.
            ty: if at == 0 {
                DataType::Int32
            } else {
                random_type(rng)
            },
            nullable: rng.chance(75),
        });
        let ty = table.columns[ordinal as usize].ty;
        if at > 0 && rng.chance(10) && ty != DataType::Bool {
            table.keys.push(key(&table.name, ordinal, false));
        }
        if at == 0 && rng.chance(40) {
            let keyed: Vec<TableId> = earlier
                .infos()
                .filter(|t| t.keys.iter().any(|k| k.primary))
                .map(|t| t.id)
                .collect();
            if !keyed.is_empty() {
                table.foreign_keys.push(ForeignKey {
                    name: format!("{}_fk", table.name),
                    columns: vec![ordinal],
                    table: *rng.pick(&keyed),
                    referenced: vec![0],
                });
            }
        }
    }
    let rows = random_rows(rng, &table, earlier, shape.rows);
    table.rows = rows.len() as u64;
    (table, Rc::new(rows))
}

fn key(table: &str, ordinal: u32, primary: bool) -> KeyInfo {
    KeyInfo {
        name: format!("{table}_key{ordinal}"),
        columns: vec![ordinal],
        primary,
    }
}

fn random_type(rng: &mut Rng) -> DataType {
    let types = [
        DataType::Int32,
        DataType::Int32,
        DataType::Int64,
        DataType::Int16,
        DataType::decimal(6, 2),
        DataType::Float64,
        DataType::Text,
        DataType::Text,
        DataType::Varchar(4),
        DataType::Date,
        DataType::Bool,
    ];
    *rng.pick(&types)
}

/// Up to `most` rows; a row that breaks a constraint is left out.
fn random_rows(rng: &mut Rng, table: &TableInfo, earlier: &Database, most: usize) -> Vec<Row> {
    let mut seen: Vec<HashSet<Value>> = vec![HashSet::new(); table.columns.len()];
    let mut rows = Vec::new();
    // Empty tables now and then, full ones more often than not.
    let wanted = if rng.chance(6) {
        0
    } else {
        rng.between(1, most as i64).max(rng.between(0, most as i64))
    };
    for number in 0..wanted {
        let mut row = Row::new();
        for (at, column) in table.columns.iter().enumerate() {
            let reference = table
                .foreign_keys
                .iter()
                .find(|f| f.columns[0] == at as u32);
            row.push(match reference {
                _ if column.name == "id" => Value::Int32(number as i32),
                _ if column.nullable && rng.chance(25) => Value::Null,
                Some(reference) => {
                    let targets = earlier.rows(reference.table);
                    match targets.is_empty() {
                        true => Value::Null,
                        false => rng.pick(&targets)[0].clone(),
                    }
                }
                None => random_value(rng, column.ty),
            });
        }
        let unique = |at: usize| table.keys.iter().any(|k| k.columns == [at as u32]);
        let fits = table.columns.iter().enumerate().all(|(at, column)| {
            (column.nullable || !row[at].is_null()) && (!unique(at) || !seen[at].contains(&row[at]))
        });
        if fits {
            for (at, value) in row.iter().enumerate().filter(|(_, v)| !v.is_null()) {
                seen[at].insert(value.clone());
            }
            rows.push(row);
        }
    }
    rows
}

/// A value of a small domain of the type, never NULL. Doubles are sums of powers of two, so that adding a few of them
/// is exact in any order.
pub fn random_value(rng: &mut Rng, ty: DataType) -> Value {
    let small = rng.between(-1, 3);
    match ty {
        DataType::Bool => Value::Bool(small > 1),
        DataType::Int16 => Value::Int16(small as i16),
        DataType::Int32 => Value::Int32(small as i32),
        DataType::Int64 => Value::Int64(small),
        DataType::Decimal { scale, .. } => {
            let half = Decimal::new(i128::from(small) * 5, 1);
            Value::Decimal(half.rescale(scale).expect("a small number"))
        }
        DataType::Float64 => Value::Float64(small as f64 / 2.0),
        DataType::Date => Value::Date(10_956 + small as i32),
        DataType::Timestamp => Value::Timestamp((10_956 + small) * types::datetime::MICROS_PER_DAY),
        DataType::Interval => Value::Interval(types::Interval {
            days: small as i32,
            ..types::Interval::default()
        }),
        DataType::Unknown | DataType::Text | DataType::Varchar(_) | DataType::Char(_) => {
            Value::text(rng.pick(&["", "a", "b", "ab", "A"]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_hold_and_seeds_repeat() {
        let (mut nulls, mut duplicates, mut rows) = (0, 0, 0);
        for seed in 0..300 {
            let database = Database::random(&mut Rng::new(seed), Shape::default());
            let again = Database::random(&mut Rng::new(seed), Shape::default());
            assert_eq!(database.sql(), again.sql());
            for info in database.infos() {
                let stored = database.rows(info.id);
                rows += stored.len();
                for (at, column) in info.columns.iter().enumerate() {
                    let values: Vec<&Value> = stored
                        .iter()
                        .map(|r| &r[at])
                        .filter(|v| !v.is_null())
                        .collect();
                    assert!(
                        column.nullable || values.len() == stored.len(),
                        "seed {seed}"
                    );
                    let distinct: HashSet<&Value> = values.iter().copied().collect();
                    let unique = info.keys.iter().any(|k| k.columns == [at as u32]);
                    assert!(!unique || distinct.len() == values.len(), "seed {seed}");
                    nulls += stored.len() - values.len();
                    duplicates += values.len() - distinct.len();
                    for value in values {
                        let layout = value.data_type().layout();
                        assert_eq!(layout, column.ty.layout(), "seed {seed}: {value:?}");
                    }
                }
                for reference in &info.foreign_keys {
                    let targets = database.rows(reference.table);
                    for row in stored.iter() {
                        let value = &row[reference.columns[0] as usize];
                        assert!(
                            value.is_null() || targets.iter().any(|t| t[0] == *value),
                            "seed {seed}"
                        );
                    }
                }
            }
        }
        assert!(
            rows > 1_000 && nulls > 500 && duplicates > 500,
            "{rows} {nulls} {duplicates}"
        );
    }
}
