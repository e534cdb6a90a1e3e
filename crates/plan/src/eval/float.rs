//! Double precision: IEEE arithmetic, except that overflow to infinity, underflow to zero and division by zero are
//! errors, as in PostgreSQL.

use crate::Func;
use types::{DataError, SqlState, Value};

/// `a op b` for `+ - * /`.
pub fn binary(func: Func, a: f64, b: f64) -> Result<f64, DataError> {
    let (result, may_vanish) = match func {
        Func::Add => (a + b, false),
        Func::Sub => (a - b, false),
        Func::Mul => (a * b, a != 0.0 && b != 0.0),
        Func::Div if b == 0.0 && !a.is_nan() => return Err(DataError::DivisionByZero),
        Func::Div => (a / b, a != 0.0 && !b.is_infinite()),
        _ => super::mismatch(func, &[&Value::Float64(a), &Value::Float64(b)]),
    };
    checked(result, a.is_infinite() || b.is_infinite(), may_vanish)
}

/// The result, unless it became infinite from finite operands or vanished where it may not.
fn checked(result: f64, infinite_operand: bool, vanished: bool) -> Result<f64, DataError> {
    if (result.is_infinite() && !infinite_operand) || (result == 0.0 && vanished) {
        return Err(DataError::out_of_range("double precision"));
    }
    Ok(result)
}

/// SQRT, POWER, EXP, LN.
pub fn call(func: Func, args: &[Value]) -> Result<Value, DataError> {
    let arg = |at: usize| match &args[at] {
        Value::Float64(v) => *v,
        other => super::mismatch(func, &[other]),
    };
    let x = arg(0);
    let invalid = |code, message: &str| {
        Err(DataError::InvalidArgument {
            code,
            message: message.into(),
        })
    };
    let result = match func {
        Func::Sqrt if x < 0.0 => {
            return invalid(
                SqlState::INVALID_ARGUMENT_FOR_POWER,
                "cannot take square root of a negative number",
            );
        }
        Func::Sqrt => x.sqrt(),
        Func::Ln if x == 0.0 => {
            return invalid(
                SqlState::INVALID_ARGUMENT_FOR_LOG,
                "cannot take logarithm of zero",
            );
        }
        Func::Ln if x < 0.0 => {
            return invalid(
                SqlState::INVALID_ARGUMENT_FOR_LOG,
                "cannot take logarithm of a negative number",
            );
        }
        Func::Ln => libm::log(x),
        Func::Exp => checked(libm::exp(x), x.is_infinite(), !x.is_infinite())?,
        Func::Power => {
            let y = arg(1);
            if x == 0.0 && y < 0.0 {
                return invalid(
                    SqlState::INVALID_ARGUMENT_FOR_POWER,
                    "zero raised to a negative power is undefined",
                );
            }
            if x < 0.0 && y.floor() != y {
                return invalid(
                    SqlState::INVALID_ARGUMENT_FOR_POWER,
                    "a negative number raised to a non-integer power yields a complex result",
                );
            }
            let infinite = x.is_infinite() || y.is_infinite();
            checked(libm::pow(x, y), infinite, x != 0.0 && !infinite)?
        }
        _ => super::mismatch(func, &args.iter().collect::<Vec<_>>()),
    };
    Ok(Value::Float64(result))
}
