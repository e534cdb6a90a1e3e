//! Derived properties against executed rows.

use exec::naive::{NaiveError, Row};
use plan::{Arena, Props, RelId, text};
use std::cmp::Ordering;
use testkit::rows::same_value;
use types::{ColId, Value};

/// Checks what is derived of every subplan that can be executed on its own; gives the first that is wrong.
pub fn check(
    arena: &Arena,
    root: RelId,
    run: &dyn Fn(RelId) -> Result<Vec<Row>, NaiveError>,
) -> Result<(), (RelId, String)> {
    for input in arena.inputs(root) {
        check(arena, *input, run)?;
    }
    let props = arena.props(root);
    if !props.free.is_empty() {
        return Ok(());
    }
    match run(root) {
        Ok(rows) => holds(arena, props, &rows).map_err(|what| (root, what)),
        Err(_) => Ok(()),
    }
}

fn holds(arena: &Arena, props: &Props, rows: &[Row]) -> Result<(), String> {
    let name = |col: ColId| text::column(arena, col);
    let at = |col: ColId| {
        let at = props.columns.iter().position(|c| *c == col);
        at.unwrap_or_else(|| panic!("{} is not in the output", name(col)))
    };
    let count = rows.len() as u64;
    if count < props.min_rows || props.max_rows.is_some_and(|most| count > most) {
        return Err(format!(
            "{count} rows, said to be {} to {:?}",
            props.min_rows, props.max_rows
        ));
    }
    for col in props.not_null.iter() {
        if rows.iter().any(|row| row[at(col)].is_null()) {
            return Err(format!("{} is NULL", name(col)));
        }
    }
    for (col, value) in &props.constants {
        let value = arena.as_literal(*value).unwrap_or(&Value::Null);
        if let Some(row) = rows.iter().find(|row| !same_value(&row[at(*col)], value)) {
            return Err(format!("{} is {}, not {value}", name(*col), row[at(*col)]));
        }
    }
    for (a, b) in &props.equal {
        let differ = |row: &&Row| row[at(*a)].compare(&row[at(*b)]) != Some(Ordering::Equal);
        if let Some(row) = rows.iter().find(differ) {
            return Err(format!(
                "{} = {} does not hold: {} and {}",
                name(*a),
                name(*b),
                row[at(*a)],
                row[at(*b)]
            ));
        }
    }
    for key in &props.keys {
        let positions: Vec<usize> = key.iter().map(at).collect();
        for (n, row) in rows.iter().enumerate() {
            let agrees = |other: &&Row| positions.iter().all(|p| same_value(&row[*p], &other[*p]));
            if rows[..n].iter().any(|other| agrees(&other)) {
                let names: Vec<String> = key.iter().map(name).collect();
                return Err(format!("two rows agree on the key ({})", names.join(", ")));
            }
        }
    }
    Ok(())
}
