//! What every function and cast means, one row at a time, as PostgreSQL defines it: three-valued logic, overflow and
//! division by zero as errors, decimals rounded half away from zero at the static scale of [`typing`](crate::typing).
//!
//! Constant folding and naive execution evaluate by this module; the vectorised kernels are tested against it.
//!
//! - [`logic`], [`compare`]: AND, OR, NOT, CASE's conditions, comparisons, IN, BETWEEN, LEAST.
//! - [`arithmetic`], [`decimal`], [`float`]: numbers.
//! - [`text`], [`like`]: strings and patterns.
//! - [`datetime`]: dates, timestamps, intervals.
//! - [`cast`](mod@cast): conversions.

pub mod arithmetic;
pub mod cast;
pub mod compare;
pub mod datetime;
pub mod decimal;
pub mod float;
pub mod like;
pub mod logic;
pub mod text;

pub use cast::{assign, cast};

use crate::{Arena, Func, Scalar, ScalarId};
use types::{ColId, DataError, DataType, Value};

/// Applies a function to evaluated arguments. `arg_types` and `result` are their static types (see
/// [`typing::result_type`](crate::typing::result_type)): a decimal result has exactly the scale of `result`.
/// [`Func::Random`] has no value of its own and must not come here.
pub fn call(
    func: Func,
    args: &[Value],
    arg_types: &[DataType],
    result: DataType,
) -> Result<Value, DataError> {
    if func.is_strict() && args.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    match func {
        Func::And | Func::Or | Func::Not | Func::IsTrue | Func::IsFalse => {
            Ok(logic::call(func, args))
        }
        Func::Eq
        | Func::Ne
        | Func::Lt
        | Func::Le
        | Func::Gt
        | Func::Ge
        | Func::Between
        | Func::In
        | Func::IsNull
        | Func::IsNotNull
        | Func::IsDistinctFrom
        | Func::IsNotDistinctFrom => Ok(compare::call(func, args)),
        Func::Coalesce | Func::NullIf | Func::Greatest | Func::Least => {
            compare::choose(func, args, arg_types, result)
        }
        Func::Like => like::like(string(args, 0), string(args, 1)).map(Value::Bool),
        Func::ILike => like::ilike(string(args, 0), string(args, 1)).map(Value::Bool),
        Func::Add | Func::Sub | Func::Mul | Func::Div | Func::Mod => {
            arithmetic::binary(func, &args[0], &args[1], result)
        }
        Func::Neg
        | Func::Abs
        | Func::Sign
        | Func::Floor
        | Func::Ceil
        | Func::Round
        | Func::Trunc => arithmetic::unary(func, args, result),
        Func::Sqrt | Func::Power | Func::Exp | Func::Ln => float::call(func, args),
        Func::Concat
        | Func::Upper
        | Func::Lower
        | Func::Length
        | Func::Substring
        | Func::Trim
        | Func::LTrim
        | Func::RTrim
        | Func::Replace
        | Func::Position
        | Func::Left
        | Func::Right => text::call(func, args),
        Func::Extract(field) => datetime::extract(field, &args[0], result),
        Func::DateTrunc(field) => datetime::truncate(field, &args[0]),
        Func::Random => panic!("a random number comes from the caller of eval"),
    }
}

/// Evaluates an expression on one row. `columns` gives the value of each column it reads, `random` the numbers of
/// [`Func::Random`]. AND, OR, CASE, COALESCE and BETWEEN stop as soon as the rest cannot change the result, left to
/// right, so errors behind that point do not happen; every other function evaluates all its arguments.
pub fn eval(
    arena: &Arena,
    id: ScalarId,
    columns: &mut dyn FnMut(ColId) -> Value,
    random: &mut dyn FnMut() -> f64,
) -> Result<Value, DataError> {
    match arena.get(id) {
        Scalar::Column(col) => Ok(columns(*col)),
        Scalar::Literal(value, _) => Ok(value.clone()),
        Scalar::Cast(input, to) => {
            let value = eval(arena, *input, columns, random)?;
            cast(&value, arena.ty(*input), *to)
        }
        Scalar::Case {
            branches,
            otherwise,
        } => {
            for (condition, value) in branches {
                if eval(arena, *condition, columns, random)? == Value::Bool(true) {
                    return eval(arena, *value, columns, random);
                }
            }
            eval(arena, *otherwise, columns, random)
        }
        Scalar::Call(Func::Random, _) => Ok(Value::Float64(random())),
        Scalar::Call(func @ (Func::And | Func::Or), args) => {
            let decisive = Value::Bool(*func == Func::Or);
            let mut unknown = false;
            for arg in args {
                let value = eval(arena, *arg, columns, random)?;
                if value == decisive {
                    return Ok(decisive);
                }
                unknown |= value.is_null();
            }
            Ok(if unknown {
                Value::Null
            } else {
                Value::Bool(*func == Func::And)
            })
        }
        Scalar::Call(Func::Coalesce, args) => {
            for arg in args {
                let value = eval(arena, *arg, columns, random)?;
                if !value.is_null() {
                    return cast(&value, arena.ty(*arg), arena.ty(id));
                }
            }
            Ok(Value::Null)
        }
        Scalar::Call(Func::Between, args) => {
            let tested = eval(arena, args[0], columns, random)?;
            let low = eval(arena, args[1], columns, random)?;
            if compare::call(Func::Lt, &[tested.clone(), low.clone()]) == Value::Bool(true) {
                return Ok(Value::Bool(false));
            }
            let high = eval(arena, args[2], columns, random)?;
            Ok(compare::call(Func::Between, &[tested, low, high]))
        }
        Scalar::Call(func, args) => {
            let values = args
                .iter()
                .map(|arg| eval(arena, *arg, columns, random))
                .collect::<Result<Vec<Value>, DataError>>()?;
            let types: Vec<DataType> = args.iter().map(|arg| arena.ty(*arg)).collect();
            call(*func, &values, &types, arena.ty(id))
        }
    }
}

/// The value of an expression that reads no column and calls nothing volatile; `None` for any other expression and
/// for one whose evaluation fails, as the failure belongs to the run.
pub fn fold(arena: &Arena, id: ScalarId) -> Option<Value> {
    if !arena.columns_of(id).is_empty() || arena.is_volatile(id) {
        return None;
    }
    eval(
        arena,
        id,
        &mut |col| panic!("a constant expression reads column {col:?}"),
        &mut || panic!("a constant expression is not volatile"),
    )
    .ok()
}

/// The text of argument `at`, which the binder made text.
fn string(args: &[Value], at: usize) -> &str {
    args[at]
        .as_str()
        .expect("the binder cast this argument to text")
}

/// The integer of argument `at`.
fn integer(args: &[Value], at: usize) -> i64 {
    args[at]
        .as_i64()
        .expect("the binder cast this argument to an integer")
}

/// A call whose argument types no binder lets through.
fn mismatch(func: Func, args: &[&Value]) -> ! {
    panic!("the binder checked the types of {func:?} over {args:?}")
}
