//! A small database for scripts.
//!
//!     a (k integer PRIMARY KEY, x integer, y integer NOT NULL, s text)
//!     b (k integer PRIMARY KEY, x integer, y integer NOT NULL, s text)
//!     c (a_k integer NOT NULL, b_k integer NOT NULL, n numeric(10,2), d date, PRIMARY KEY (a_k, b_k))
//!     t (u integer UNIQUE, v integer, w integer, f double precision)
//!
//! c refers to a and b. Rows repeat values, lack partners and hold NULLs wherever the definition allows.

use plan::{ColumnInfo, ForeignKey, KeyInfo, TableInfo};
use testkit::Database;
use types::{DataType, Decimal, TableId, Value};

/// The database.
pub fn database() -> Database {
    let number = |v: Option<i32>| v.map_or(Value::Null, Value::Int32);
    let word = |v: Option<&str>| v.map_or(Value::Null, Value::text);
    let of_a_and_b = |rows: &[(i32, Option<i32>, i32, Option<&str>)]| {
        let row = |&(k, x, y, s): &(i32, Option<i32>, i32, Option<&str>)| {
            vec![Value::Int32(k), number(x), Value::Int32(y), word(s)]
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    let a = of_a_and_b(&[
        (1, Some(1), 10, Some("p")),
        (2, Some(2), 20, None),
        (3, None, 10, Some("q")),
        (4, Some(2), 30, Some("p")),
        (5, Some(3), 0, Some("abc")),
    ]);
    let b = of_a_and_b(&[
        (1, Some(2), 5, Some("p")),
        (2, Some(2), 10, Some("q")),
        (3, None, 20, None),
        (5, Some(7), 10, Some("p")),
    ]);
    let c = [(1, 1, 150, 9_131), (1, 2, -50, 9_500), (2, 1, 0, 9_131), (4, 3, 1_000, 10_000)]
        .map(|(a_k, b_k, hundredths, day)| {
            vec![
                Value::Int32(a_k),
                Value::Int32(b_k),
                Value::Decimal(Decimal::new(hundredths, 2)),
                Value::Date(day),
            ]
        });
    let t = [
        (None, Some(1), Some(1), Some(0.5)),
        (None, Some(1), Some(2), Some(1.0)),
        (Some(3), None, Some(2), Some(-0.5)),
        (Some(4), Some(2), None, None),
    ]
    .map(|(u, v, w, f)| {
        let float = f.map_or(Value::Null, Value::Float64);
        vec![number(u), number(v), number(w), float]
    });
    let two = |name: &str, id: u32| {
        let columns = [
            ("k", DataType::Int32, false),
            ("x", DataType::Int32, true),
            ("y", DataType::Int32, false),
            ("s", DataType::Text, true),
        ];
        table(id, name, &columns, &[(&[0], true)])
    };
    let mut pairs = table(
        2,
        "c",
        &[
            ("a_k", DataType::Int32, false),
            ("b_k", DataType::Int32, false),
            ("n", DataType::decimal(10, 2), true),
            ("d", DataType::Date, true),
        ],
        &[(&[0, 1], true)],
    );
    for (at, referenced) in [(0, 0), (1, 1)] {
        pairs.foreign_keys.push(ForeignKey {
            name: format!("c_fk{at}"),
            columns: vec![at],
            table: TableId(referenced),
            referenced: vec![0],
        });
    }
    let loose = table(
        3,
        "t",
        &[
            ("u", DataType::Int32, true),
            ("v", DataType::Int32, true),
            ("w", DataType::Int32, true),
            ("f", DataType::Float64, true),
        ],
        &[(&[0], false)],
    );
    Database::new(vec![
        (two("a", 0), a),
        (two("b", 1), b),
        (pairs, c.to_vec()),
        (loose, t.to_vec()),
    ])
}

fn table(
    id: u32,
    name: &str,
    columns: &[(&str, DataType, bool)],
    keys: &[(&[u32], bool)],
) -> TableInfo {
    let column = |&(name, ty, nullable): &(&str, DataType, bool)| ColumnInfo {
        name: name.into(),
        ty,
        nullable,
    };
    let key = |(at, (columns, primary)): (usize, &(&[u32], bool))| KeyInfo {
        name: format!("{name}_key{at}"),
        columns: columns.to_vec(),
        primary: *primary,
    };
    TableInfo {
        id: TableId(id),
        name: name.into(),
        columns: columns.iter().map(column).collect(),
        keys: keys.iter().enumerate().map(key).collect(),
        foreign_keys: Vec::new(),
        rows: 0,
        pages: 1,
    }
}
