//! Arithmetic and rounding over all number types, and over dates and intervals.

use super::decimal::{self, Rounding};
use super::{datetime, float};
use crate::Func;
use types::{DataError, DataType, Decimal, Value};

/// `a + b`, `a - b`, `a * b`, `a / b`, `a % b` over arguments that are not NULL.
pub fn binary(func: Func, a: &Value, b: &Value, result: DataType) -> Result<Value, DataError> {
    match (a, b) {
        (Value::Float64(x), Value::Float64(y)) => float::binary(func, *x, *y).map(Value::Float64),
        (Value::Decimal(x), Value::Decimal(y)) => {
            let (precision, scale) = digits(func, a, result);
            let op = match func {
                Func::Add => decimal::add,
                Func::Sub => decimal::sub,
                Func::Mul => decimal::mul,
                Func::Div => decimal::div,
                Func::Mod => decimal::rem,
                _ => super::mismatch(func, &[a, b]),
            };
            op(*x, *y, precision, scale).map(Value::Decimal)
        }
        _ => match (a.as_i64(), b.as_i64()) {
            (Some(x), Some(y)) => integers(func, x, y, result),
            _ => datetime::binary(func, a, b),
        },
    }
}

/// Integer arithmetic in 128 bits, which cannot overflow, narrowed to the result type.
fn integers(func: Func, a: i64, b: i64, result: DataType) -> Result<Value, DataError> {
    let (x, y) = (i128::from(a), i128::from(b));
    let wide = match func {
        Func::Add => x + y,
        Func::Sub => x - y,
        Func::Mul => x * y,
        Func::Div | Func::Mod if y == 0 => return Err(DataError::DivisionByZero),
        Func::Div => x / y,
        Func::Mod => x % y,
        _ => super::mismatch(func, &[&Value::Int64(a), &Value::Int64(b)]),
    };
    narrow(wide, result)
}

fn narrow(value: i128, ty: DataType) -> Result<Value, DataError> {
    let value = i64::try_from(value).map_err(|_| DataError::out_of_range(ty))?;
    Value::int(value, ty)
}

/// Negation, absolute value, sign and the roundings; ROUND and TRUNC may have a number of digits as second argument.
pub fn unary(func: Func, args: &[Value], result: DataType) -> Result<Value, DataError> {
    match &args[0] {
        Value::Float64(x) => Ok(Value::Float64(match func {
            Func::Neg => -x,
            Func::Abs => x.abs(),
            // PostgreSQL: neither above nor below zero is 0, NaN too.
            Func::Sign if x.is_nan() || *x == 0.0 => 0.0,
            Func::Sign => x.signum(),
            Func::Floor => x.floor(),
            Func::Ceil => x.ceil(),
            Func::Round => x.round_ties_even(),
            Func::Trunc => x.trunc(),
            _ => super::mismatch(func, &[&args[0]]),
        })),
        Value::Decimal(d) => {
            let (precision, scale) = digits(func, &args[0], result);
            let rounded = |rounding| {
                let places = args.get(1).map_or(0, |_| super::integer(args, 1));
                decimal::round_to(*d, places, rounding, precision, scale)
            };
            match func {
                Func::Neg => Decimal::new(-d.unscaled, d.scale).fit(precision, scale),
                Func::Abs => Decimal::new(d.unscaled.abs(), d.scale).fit(precision, scale),
                Func::Sign => Decimal::new(d.unscaled.signum(), 0).fit(precision, scale),
                Func::Floor => rounded(Rounding::Floor),
                Func::Ceil => rounded(Rounding::Ceil),
                Func::Round => rounded(Rounding::Half),
                Func::Trunc => rounded(Rounding::Zero),
                _ => super::mismatch(func, &[&args[0]]),
            }
            .map(Value::Decimal)
        }
        Value::Interval(i) => datetime::signed_interval(func, *i),
        other => match (other.as_i64(), func) {
            (Some(x), Func::Neg) => narrow(-i128::from(x), result),
            (Some(x), Func::Abs) => narrow(i128::from(x).abs(), result),
            _ => super::mismatch(func, &[other]),
        },
    }
}

/// Precision and scale of the decimal result.
fn digits(func: Func, arg: &Value, result: DataType) -> (u8, u8) {
    match result {
        DataType::Decimal { precision, scale } => (precision, scale),
        _ => super::mismatch(func, &[arg]),
    }
}
