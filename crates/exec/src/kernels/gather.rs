//! Copying chosen rows of columns.

use std::sync::Arc;
use types::{Bitmap, Column, StrVec, Vector};

/// In lists of rows: no row, so NULL.
pub(crate) const NO_ROW: u32 = u32::MAX;

/// The rows of a column, in that order.
pub(crate) fn gather(column: &Column, rows: &[u32]) -> Column {
    let validity = column.validity.as_ref().map(|v| gather_bits(v, rows));
    Column::with_validity(column.data.gather(rows), validity)
}

/// The bits at `rows`.
fn gather_bits(bits: &Bitmap, rows: &[u32]) -> Bitmap {
    let mut out = Bitmap::filled(rows.len(), true);
    for (at, &row) in rows.iter().enumerate() {
        if !bits.get(row as usize) {
            out.set(at, false);
        }
    }
    out
}

/// The rows of a column, in that order; [`NO_ROW`] gives NULL.
pub(crate) fn gather_padded(column: &Column, rows: &[u32]) -> Column {
    if !rows.contains(&NO_ROW) {
        return gather(column, rows);
    }
    let mut validity = Bitmap::filled(rows.len(), true);
    for (at, &row) in rows.iter().enumerate() {
        if row == NO_ROW || column.is_null(row as usize) {
            validity.set(at, false);
        }
    }
    Column::with_validity(padded(&column.data, rows), Some(validity))
}

fn padded(data: &Vector, rows: &[u32]) -> Vector {
    fn pick<T: Copy + Default>(from: &[T], rows: &[u32]) -> Vec<T> {
        rows.iter()
            .map(|&row| from.get(row as usize).copied().unwrap_or_default())
            .collect()
    }
    match data {
        Vector::Bool(v) => Vector::Bool(pick(v, rows)),
        Vector::I32(v) => Vector::I32(pick(v, rows)),
        Vector::I64(v) => Vector::I64(pick(v, rows)),
        Vector::I128(v) => Vector::I128(pick(v, rows)),
        Vector::F64(v) => Vector::F64(pick(v, rows)),
        Vector::Interval(v) => Vector::Interval(pick(v, rows)),
        Vector::Dict { codes, values } if !values.is_empty() => Vector::Dict {
            codes: pick(codes, rows),
            values: values.clone(),
        },
        strings if strings.is_empty() => {
            let mut values = StrVec::new();
            values.push("");
            Vector::Dict {
                codes: vec![0; rows.len()],
                values: Arc::new(values),
            }
        }
        strings => {
            // NULL rows hold any string: the first will do.
            let rows: Vec<u32> = rows
                .iter()
                .map(|&row| if row == NO_ROW { 0 } else { row })
                .collect();
            strings.gather(&rows)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::{DataType, Value};

    #[test]
    fn missing_rows_are_null() {
        for (ty, values) in [
            (
                DataType::Int32,
                vec![Value::Int32(1), Value::Null, Value::Int32(3)],
            ),
            (
                DataType::Text,
                vec![
                    Value::text("a"),
                    Value::text("a long string, not inline"),
                    Value::Null,
                ],
            ),
            (DataType::Text, vec![]),
            (DataType::Float64, vec![]),
        ] {
            let column = Column::from_values(ty, &values);
            let rows: Vec<u32> = (0..values.len() as u32).rev().chain([NO_ROW]).collect();
            let out = gather_padded(&column, &rows);
            let expected = values.iter().rev().cloned().chain([Value::Null]);
            for (at, value) in expected.enumerate() {
                assert_eq!(out.value(at, ty), value);
            }
        }
    }
}
