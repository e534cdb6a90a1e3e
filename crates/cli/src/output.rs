//! Rows as a table and as JSON; everything the command writes to standard output.

use engine::QueryResult;
use std::io::Write;
use types::{DataType, Value};

/// Writes a line; a closed pipe is no error.
pub fn print(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

fn rows(result: &QueryResult) -> impl Iterator<Item = Vec<Value>> + '_ {
    result.batches.iter().flat_map(move |batch| {
        let value = move |row| {
            let columns = batch.columns.iter().zip(&result.columns);
            columns
                .map(|(column, (_, ty))| column.value(row, *ty))
                .collect()
        };
        batch.selected().map(value)
    })
}

/// One JSON object: `columns` and `rows`; numbers that a double holds exactly are numbers, the others text.
pub fn as_json(result: &QueryResult) -> String {
    let columns: Vec<_> = result
        .columns
        .iter()
        .map(|(name, ty)| serde_json::json!({ "name": name, "type": ty.to_string() }))
        .collect();
    let json = |value: &Value| match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Int16(v) => (*v).into(),
        Value::Int32(v) => (*v).into(),
        Value::Int64(v) if v.unsigned_abs() < 1 << 53 => (*v).into(),
        Value::Float64(v) if v.is_finite() => (*v).into(),
        other => other.to_string().into(),
    };
    let rows: Vec<Vec<serde_json::Value>> = rows(result)
        .map(|row| row.iter().map(json).collect())
        .collect();
    serde_json::json!({ "columns": columns, "rows": rows }).to_string()
}

/// Aligned columns as psql prints them.
pub fn as_table(result: &QueryResult) -> String {
    let texts: Vec<Vec<String>> = rows(result)
        .map(|row| {
            row.iter()
                .map(|v| {
                    if v.is_null() {
                        String::new()
                    } else {
                        v.to_string()
                    }
                })
                .collect()
        })
        .collect();
    let widths: Vec<usize> = (0..result.columns.len())
        .map(|at| {
            let cells = texts.iter().map(|row| row[at].chars().count());
            cells
                .chain([result.columns[at].0.chars().count()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let right = |ty: DataType| ty.is_numeric();
    let line = |cells: &[String]| {
        let cell = |(at, text): (usize, &String)| {
            let pad = " ".repeat(widths[at] - text.chars().count());
            if right(result.columns[at].1) {
                format!(" {pad}{text} ")
            } else {
                format!(" {text}{pad} ")
            }
        };
        cells
            .iter()
            .enumerate()
            .map(cell)
            .collect::<Vec<_>>()
            .join("|")
            .trim_end()
            .to_string()
    };
    let names: Vec<String> = result
        .columns
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let mut out = vec![
        line(&names),
        widths
            .iter()
            .map(|w| "-".repeat(w + 2))
            .collect::<Vec<_>>()
            .join("+"),
    ];
    out.extend(texts.iter().map(|row| line(row)));
    out.push(format!(
        "({} row{})",
        texts.len(),
        if texts.len() == 1 { "" } else { "s" }
    ));
    out.join("\n")
}
