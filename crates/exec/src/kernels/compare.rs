//! Comparisons that give a boolean for each row.

use super::zip::zip;
use crate::expr::{Lane, Operand, both_valid, lane_f64, lane_i32, lane_i64, lane_i128};
use plan::Func;
use std::borrow::Cow;
use std::cmp::Ordering;
use types::{Column, DataType, Value, Vector};

/// The order of doubles as integers: -0 equals 0, NaN is greatest and equals itself.
#[inline]
pub(crate) fn float_key(value: f64) -> i64 {
    if value.is_nan() {
        return i64::MAX;
    }
    let bits = (value + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// True when the ordering satisfies the comparison.
#[inline]
pub(crate) fn holds(func: Func, order: Ordering) -> bool {
    match func {
        Func::Eq => order.is_eq(),
        Func::Ne => order.is_ne(),
        Func::Lt => order.is_lt(),
        Func::Le => order.is_le(),
        Func::Gt => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// `a func b` for `= <> < <= > >=`, NULL where either side is. Neither operand is the constant NULL.
pub(crate) fn compare(
    func: Func,
    a: &Operand,
    b: &Operand,
    types: (DataType, DataType),
    rows: usize,
) -> Operand {
    let valid = both_valid(a, b);
    Operand::column(Vector::Bool(truths(func, a, b, types, rows)), valid)
}

/// `a IS [NOT] DISTINCT FROM b`.
pub(crate) fn same(
    func: Func,
    a: &Operand,
    b: &Operand,
    types: (DataType, DataType),
    rows: usize,
) -> Operand {
    let wanted = func == Func::IsNotDistinctFrom;
    let null = |operand: &Operand, row: usize| match operand {
        Operand::Const(value) => value.is_null(),
        Operand::Column(column) => column.is_null(row),
    };
    let mut equal = if a.is_null_const() || b.is_null_const() {
        vec![false; rows]
    } else {
        truths(Func::Eq, a, b, types, rows)
    };
    for (row, equal) in equal.iter_mut().enumerate() {
        *equal = match (null(a, row), null(b, row)) {
            (false, false) => *equal == wanted,
            (x, y) => (x == y) == wanted,
        };
    }
    Operand::column(Vector::Bool(equal), None)
}

/// The comparison on each row; rows with a NULL hold anything.
fn truths(
    func: Func,
    a: &Operand,
    b: &Operand,
    types: (DataType, DataType),
    rows: usize,
) -> Vec<bool> {
    if let (Some(x), Some(y)) = (lane_i32(a), lane_i32(b)) {
        return ordered(func, x, y, rows);
    }
    if same_unit(types)
        && let (Some(x), Some(y)) = (lane_i64(a), lane_i64(b))
    {
        return ordered(func, x, y, rows);
    }
    if let (Some(x), Some(y)) = (lane_f64(a), lane_f64(b)) {
        return ordered(func, x.map(float_key), y.map(float_key), rows);
    }
    if same_unit(types)
        && let (Some(x), Some(y)) = (lane_i128(a), lane_i128(b))
    {
        return ordered(func, x, y, rows);
    }
    if let (Some(x), Some(y)) = (lane_bool(a), lane_bool(b)) {
        return ordered(func, x.map(i32::from), y.map(i32::from), rows);
    }
    if let (Some(x), Some(y)) = (strings(a), strings(b)) {
        return texts(func, &x, &y, rows);
    }
    let valid = both_valid(a, b);
    (0..rows)
        .map(|row| {
            valid.as_ref().is_none_or(|v| v.get(row)) && {
                let order = a.value(row, types.0).compare(&b.value(row, types.1));
                holds(
                    func,
                    order.expect("the binder compares values of one family only"),
                )
            }
        })
        .collect()
}

/// Equal unscaled integers are equal values: integers, or two decimals of one scale, or two dates, or two timestamps.
pub(crate) fn same_unit((a, b): (DataType, DataType)) -> bool {
    let unit = |ty: DataType| match ty {
        DataType::Int16 | DataType::Int32 | DataType::Int64 => Some(0),
        DataType::Decimal { scale, .. } => Some(scale),
        DataType::Date => Some(100),
        DataType::Timestamp => Some(101),
        _ => None,
    };
    unit(a).is_some() && unit(a) == unit(b)
}

fn lane_bool(operand: &Operand) -> Option<Lane<'_, bool>> {
    Some(match operand {
        Operand::Const(Value::Bool(b)) => Lane::Const(*b),
        Operand::Column(column) => match &column.data {
            Vector::Bool(rows) => Lane::Rows(Cow::Borrowed(rows)),
            _ => return None,
        },
        _ => return None,
    })
}

fn ordered<T: Copy + Ord>(func: Func, a: Lane<'_, T>, b: Lane<'_, T>, rows: usize) -> Vec<bool> {
    // Three loops do: the others are these with sides exchanged or results inverted.
    let (func, a, b) = match func {
        Func::Gt => (Func::Lt, b, a),
        Func::Ge => (Func::Le, b, a),
        _ => (func, a, b),
    };
    match func {
        Func::Lt => zip(&a, &b, rows, |x, y| x < y),
        Func::Le => zip(&a, &b, rows, |x, y| x <= y),
        _ => {
            let wanted = func == Func::Eq;
            zip(&a, &b, rows, |x, y| (x == y) == wanted)
        }
    }
}

/// Strings by row.
enum Strings<'a> {
    Const(&'a [u8]),
    Rows(&'a Column),
}

impl Strings<'_> {
    #[inline]
    fn bytes(&self, row: usize) -> &[u8] {
        match self {
            Self::Const(bytes) => bytes,
            Self::Rows(column) => column.data.str_bytes(row),
        }
    }
}

fn strings(operand: &Operand) -> Option<Strings<'_>> {
    match operand {
        Operand::Const(Value::Text(text)) => Some(Strings::Const(text.as_bytes())),
        Operand::Column(column) if matches!(column.data, Vector::Str(_) | Vector::Dict { .. }) => {
            Some(Strings::Rows(column))
        }
        _ => None,
    }
}

fn texts(func: Func, a: &Strings<'_>, b: &Strings<'_>, rows: usize) -> Vec<bool> {
    if let (Func::Eq | Func::Ne, Strings::Rows(column), Strings::Const(text)) = (func, a, b)
        && let Vector::Str(strings) = &column.data
    {
        let wanted = func == Func::Eq;
        return (0..rows)
            .map(|row| strings.equals(row, text) == wanted)
            .collect();
    }
    (0..rows)
        .map(|row| holds(func, a.bytes(row).cmp(b.bytes(row))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::value::compare_floats;

    #[test]
    fn float_keys_order_as_floats() {
        let floats = [
            f64::NEG_INFINITY,
            -1.5,
            -f64::MIN_POSITIVE,
            -0.0,
            0.0,
            1e-300,
            2.0,
            f64::INFINITY,
            f64::NAN,
            -f64::NAN,
        ];
        for a in floats {
            for b in floats {
                assert_eq!(
                    float_key(a).cmp(&float_key(b)),
                    compare_floats(a, b),
                    "{a} {b}"
                );
            }
        }
    }
}
