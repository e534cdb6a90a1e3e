//! Row by row evaluation: the way of rare functions, rare representations and rows that may fail.

use crate::expr::Operand;
use plan::Func;
use std::sync::Arc;
use types::data_type::Layout;
use types::{Bitmap, Column, DataError, DataType, Value, Vector};

/// Calls a function on each row. The first row that fails, in order, gives the error.
pub(crate) fn call(
    func: Func,
    args: &[Operand],
    types: &[DataType],
    result: DataType,
    rows: usize,
) -> Result<Operand, DataError> {
    let mut values = vec![Value::Null; args.len()];
    build(rows, result, |row| {
        for ((value, arg), ty) in values.iter_mut().zip(args).zip(types) {
            *value = arg.value(row, *ty);
        }
        plan::eval::call(func, &values, types, result)
    })
}

/// Casts each row.
pub(crate) fn cast(
    input: &Operand,
    from: DataType,
    to: DataType,
    rows: usize,
) -> Result<Operand, DataError> {
    build(rows, to, |row| {
        plan::eval::cast(&input.value(row, from), from, to)
    })
}

/// A column of the values that `value` gives for each row.
pub(crate) fn build(
    rows: usize,
    ty: DataType,
    mut value: impl FnMut(usize) -> Result<Value, DataError>,
) -> Result<Operand, DataError> {
    let mut data = Vector::with_capacity(narrow(ty), rows);
    let mut validity = Bitmap::filled(rows, true);
    for row in 0..rows {
        let value = value(row)?;
        if value.is_null() {
            validity.set(row, false);
        }
        push(&mut data, &value);
    }
    Ok(Operand::Column(Arc::new(Column::with_validity(
        data,
        Some(validity),
    ))))
}

/// Wide decimals start narrow and widen when a value asks for it.
pub(crate) fn narrow(ty: DataType) -> Layout {
    match ty.layout() {
        Layout::I128 => Layout::I64,
        layout => layout,
    }
}

/// Appends a value; a vector of narrow decimals is widened when the value does not fit.
pub(crate) fn push(data: &mut Vector, value: &Value) {
    if let (Vector::I64(rows), Value::Decimal(d)) = (&mut *data, value) {
        match i64::try_from(d.unscaled) {
            Ok(narrow) => return rows.push(narrow),
            Err(_) => *data = Vector::I128(rows.iter().map(|v| i128::from(*v)).collect()),
        }
    }
    data.push(value);
}
