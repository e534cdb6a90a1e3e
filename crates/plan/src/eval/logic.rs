//! Three-valued logic: NULL is "unknown", and a result is NULL only when the unknown could change it.

use crate::Func;
use types::Value;

/// AND, OR, NOT, IS TRUE, IS FALSE over booleans and NULLs.
pub fn call(func: Func, args: &[Value]) -> Value {
    let first = args[0].as_bool();
    match func {
        Func::And => junction(args, false),
        Func::Or => junction(args, true),
        Func::Not => truth(first.map(|b| !b)),
        Func::IsTrue => Value::Bool(first == Some(true)),
        Func::IsFalse => Value::Bool(first == Some(false)),
        _ => super::mismatch(func, &args.iter().collect::<Vec<_>>()),
    }
}

/// AND (`decisive` false) or OR (`decisive` true): one decisive argument decides, else one NULL makes NULL.
fn junction(args: &[Value], decisive: bool) -> Value {
    if args.iter().any(|a| a.as_bool() == Some(decisive)) {
        Value::Bool(decisive)
    } else if args.iter().any(Value::is_null) {
        Value::Null
    } else {
        Value::Bool(!decisive)
    }
}

/// A truth value: `None` is unknown.
pub fn truth(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}
