//! Comparing results. Values compare as SQL compares them (1 equals 1.0, -0 equals 0), NULL equals NULL, and doubles
//! may differ by rounding, as sums depend on the order of addition.

use std::cmp::Ordering;
use types::Value;

/// Doubles count as equal when they differ by no more than this part of the greater one.
const TOLERANCE: f64 = 1e-9;

/// Rows compared without regard to order: `Err` tells in words which rows only one side has.
pub fn same_bag(expected: &[Vec<Value>], found: &[Vec<Value>]) -> Result<(), String> {
    let (left, right) = (sorted(expected), sorted(found));
    if left.len() == right.len() && left.iter().zip(&right).all(|(a, b)| same_row(a, b)) {
        return Ok(());
    }
    let (missing, extra) = unpaired(&left, &right);
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    let list = |rows: &[&Vec<Value>]| {
        let mut text: String = rows
            .iter()
            .take(5)
            .map(|r| format!("\n  {}", line(r)))
            .collect();
        if rows.len() > 5 {
            text += &format!("\n  … {} rows in all", rows.len());
        }
        text
    };
    Err(format!(
        "{} rows expected, {} found; only expected:{}\nonly found:{}",
        expected.len(),
        found.len(),
        list(&missing),
        list(&extra)
    ))
}

/// Rows compared in order: `Err` tells the first difference.
pub fn same_sequence(expected: &[Vec<Value>], found: &[Vec<Value>]) -> Result<(), String> {
    for (at, (a, b)) in expected.iter().zip(found).enumerate() {
        if !same_row(a, b) {
            return Err(format!(
                "row {}: expected {}, found {}",
                at + 1,
                line(a),
                line(b)
            ));
        }
    }
    if expected.len() == found.len() {
        return Ok(());
    }
    Err(format!(
        "{} rows expected, {} found",
        expected.len(),
        found.len()
    ))
}

/// A row as text: `1 | a | NULL`.
pub fn line(row: &[Value]) -> String {
    row.iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join(" | ")
}

fn same_row(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
}

/// Equality of two values within the tolerance.
pub fn same_value(a: &Value, b: &Value) -> bool {
    if let (Value::Float64(_), _) | (_, Value::Float64(_)) = (a, b)
        && let (Some(x), Some(y)) = (a.as_f64(), b.as_f64())
        && x.is_finite()
        && y.is_finite()
    {
        return (x - y).abs() <= TOLERANCE * x.abs().max(y.abs());
    }
    match (a.is_null(), b.is_null()) {
        (false, false) => a.compare(b) == Some(Ordering::Equal),
        (a, b) => a == b,
    }
}

fn sorted(rows: &[Vec<Value>]) -> Vec<&Vec<Value>> {
    let mut rows: Vec<&Vec<Value>> = rows.iter().collect();
    rows.sort_by(|a, b| {
        let orders = a.iter().zip(b.iter()).map(|(a, b)| order(a, b));
        orders
            .into_iter()
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    rows
}

fn order(a: &Value, b: &Value) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (false, false) if same_value(a, b) => Ordering::Equal,
        (false, false) => a
            .compare(b)
            .unwrap_or_else(|| a.to_string().cmp(&b.to_string())),
        (a, b) => a.cmp(&b),
    }
}

/// Rows of either side without an equal row on the other, each row pairing once.
fn unpaired<'a>(
    left: &[&'a Vec<Value>],
    right: &[&'a Vec<Value>],
) -> (Vec<&'a Vec<Value>>, Vec<&'a Vec<Value>>) {
    let mut extra: Vec<&Vec<Value>> = right.to_vec();
    let mut missing = Vec::new();
    for row in left {
        match extra.iter().position(|other| same_row(row, other)) {
            Some(at) => {
                extra.remove(at);
            }
            None => missing.push(*row),
        }
    }
    (missing, extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[f64]) -> Vec<Vec<Value>> {
        values
            .iter()
            .map(|v| vec![Value::Float64(*v), Value::Null])
            .collect()
    }

    #[test]
    fn bags_ignore_order_and_rounding_but_count_duplicates() {
        let a = rows(&[0.1 + 0.2, 1.0, 1.0, -0.0]);
        assert_eq!(same_bag(&a, &rows(&[0.0, 1.0, 0.3, 1.0])), Ok(()));
        let error = same_bag(&a, &rows(&[0.0, 1.0, 0.3, 0.3])).err();
        assert_eq!(
            error.as_deref(),
            Some("4 rows expected, 4 found; only expected:\n  1 | NULL\nonly found:\n  0.3 | NULL")
        );
        assert!(same_bag(&a, &a[1..]).is_err());
        assert!(same_bag(&[vec![Value::Null]], &[vec![Value::Int32(0)]]).is_err());
        let one = [vec![Value::Int32(1)], vec![Value::Int64(1)]];
        assert_eq!(same_bag(&one[..1], &one[1..]), Ok(()));
    }

    #[test]
    fn sequences_mind_order() {
        let (a, b) = (rows(&[1.0, 2.0]), rows(&[2.0, 1.0]));
        assert_eq!(same_sequence(&a, &a), Ok(()));
        assert_eq!(
            same_sequence(&a, &b).err().as_deref(),
            Some("row 1: expected 1 | NULL, found 2 | NULL")
        );
        assert!(same_sequence(&a, &a[..1]).is_err());
    }
}
