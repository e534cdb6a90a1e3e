//! The tables of `common::schema` with a few rows each.

use crate::common::schema;
use plan::Catalog;
use testkit::Database;
use types::{DataType, Decimal, Value};

/// Rows that repeat values, lack partners and hold NULLs wherever the schema allows; TPC-H's tables are empty.
fn rows_of(table: &str) -> Vec<Vec<&'static str>> {
    let text = match table {
        "a" => "1 10 0 p, 2 20 1 -, - 10 2 q, 2 30 - p, 3 0 5 abc, 2 20 1 -, - - - -, 5 4 4 q",
        "b" => "2 5 0 p, 2 10 - q, - 20 1 -, 7 10 3 p, 3 5 5 q, 3 4 0 abc, 5 4 1 -",
        "c" => "1 1 1 p, 2 10 - q, - 4 0 -, 5 0 4 abc",
        "k" => "1 1 10 p, 2 2 - -, 3 1 10 q, 4 2 30 p, 5 3 0 abc",
        "m" => "1 2 10 p, 2 2 - q, 3 5 30 -, 5 7 10 p",
        "r" => "1 1 1.50 9131, 1 2 -0.50 9500, 2 1 0.00 9131, 4 3 10.00 -",
        "t" => "- 1 1 0.5, - 1 2 1.0, 3 - 2 -0.5, 4 2 - -, - 1 2 1.0",
        _ => "",
    };
    let row = |row: &'static str| row.split_whitespace().collect();
    text.split(',')
        .map(row)
        .filter(|row: &Vec<_>| !row.is_empty())
        .collect()
}

fn value(text: &str, ty: DataType) -> Value {
    match (text, ty) {
        ("-", _) => Value::Null,
        (_, DataType::Int32) => Value::Int32(text.parse().expect("an integer")),
        (_, DataType::Date) => Value::Date(text.parse().expect("days")),
        (_, DataType::Float64) => Value::Float64(text.parse().expect("a number")),
        (_, DataType::Decimal { scale, .. }) => {
            let hundredths: f64 = text.parse::<f64>().expect("a number") * 100.0;
            Value::Decimal(Decimal::new(hundredths as i128, scale))
        }
        _ => Value::text(text),
    }
}

/// The tables and their rows.
pub fn database() -> Database {
    let schema = schema();
    let tables = schema.tables().into_iter().map(|id| {
        let info = schema.table(id).expect("a listed table").clone();
        let cells = rows_of(&info.name).into_iter().map(|row| {
            let types = info.columns.iter().map(|c| c.ty);
            row.iter()
                .zip(types)
                .map(|(text, ty)| value(text, ty))
                .collect()
        });
        let cells = cells.collect();
        (info, cells)
    });
    Database::new(tables.collect())
}
