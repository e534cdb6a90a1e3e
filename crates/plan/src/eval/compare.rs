//! Comparisons, and functions that choose one of their arguments by comparing.

use super::logic::truth;
use crate::Func;
use std::cmp::Ordering;
use types::{DataError, DataType, Value};

/// Comparisons, BETWEEN, IN, IS NULL, IS DISTINCT FROM.
pub fn call(func: Func, args: &[Value]) -> Value {
    match func {
        Func::IsNull => Value::Bool(args[0].is_null()),
        Func::IsNotNull => Value::Bool(!args[0].is_null()),
        Func::IsDistinctFrom => Value::Bool(!same(&args[0], &args[1])),
        Func::IsNotDistinctFrom => Value::Bool(same(&args[0], &args[1])),
        Func::Between => {
            let (low, high) = (
                holds(Func::Ge, &args[0], &args[1]),
                holds(Func::Le, &args[0], &args[2]),
            );
            truth(match (low, high) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            })
        }
        Func::In => is_in(&args[0], &args[1..]),
        _ => truth(holds(func, &args[0], &args[1])),
    }
}

/// `x IN (list)`: true for an equal element, else NULL when x or an element is NULL, else false.
fn is_in(x: &Value, list: &[Value]) -> Value {
    let mut unknown = false;
    for element in list {
        match holds(Func::Eq, x, element) {
            Some(true) => return Value::Bool(true),
            Some(false) => {}
            None => unknown = true,
        }
    }
    truth((!unknown).then_some(false))
}

/// The comparison's truth value, `None` when either side is NULL.
pub fn holds(func: Func, a: &Value, b: &Value) -> Option<bool> {
    if a.is_null() || b.is_null() {
        return None;
    }
    let order = order(func, a, b);
    Some(match func {
        Func::Eq => order == Ordering::Equal,
        Func::Ne => order != Ordering::Equal,
        Func::Lt => order == Ordering::Less,
        Func::Le => order != Ordering::Greater,
        Func::Gt => order == Ordering::Greater,
        Func::Ge => order != Ordering::Less,
        _ => super::mismatch(func, &[a, b]),
    })
}

fn order(func: Func, a: &Value, b: &Value) -> Ordering {
    a.compare(b)
        .unwrap_or_else(|| super::mismatch(func, &[a, b]))
}

/// Null-safe equality: NULL is the same as NULL.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a.is_null(), b.is_null()) {
        (false, false) => order(Func::IsNotDistinctFrom, a, b) == Ordering::Equal,
        (a, b) => a == b,
    }
}

/// COALESCE, NULLIF, GREATEST, LEAST: one of the arguments, as a value of the result type.
pub fn choose(
    func: Func,
    args: &[Value],
    arg_types: &[DataType],
    result: DataType,
) -> Result<Value, DataError> {
    let present = || (0..args.len()).filter(|at| !args[*at].is_null());
    // Of equal values the first wins, so that the choice does not depend on how the arguments are folded.
    let extreme = |wanted: Ordering| {
        present().reduce(|best, at| {
            if order(func, &args[at], &args[best]) == wanted {
                at
            } else {
                best
            }
        })
    };
    let chosen = match func {
        Func::Coalesce => present().next(),
        Func::Greatest => extreme(Ordering::Greater),
        Func::Least => extreme(Ordering::Less),
        Func::NullIf => (holds(Func::Eq, &args[0], &args[1]) != Some(true)).then_some(0),
        _ => super::mismatch(func, &args.iter().collect::<Vec<_>>()),
    };
    match chosen {
        Some(at) => super::cast(&args[at], arg_types[at], result),
        None => Ok(Value::Null),
    }
}
