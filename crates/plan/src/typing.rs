//! Result types of functions, given operand types that already fit (the binder casts first).

use crate::{AggFunc, Func};
use types::DataType;

/// Digits after the point that numeric division and averages give at least, as PostgreSQL does.
pub const MIN_DIV_SCALE: u8 = 16;

/// Most digits after the point that products keep.
pub const MAX_MUL_SCALE: u8 = 24;

/// Precision and scale of a decimal or an integer as a decimal.
fn digits(ty: DataType) -> Option<(u32, u32)> {
    Some(match ty {
        DataType::Int16 => (5, 0),
        DataType::Int32 => (10, 0),
        DataType::Int64 => (19, 0),
        DataType::Decimal { precision, scale } => (precision.into(), scale.into()),
        _ => return None,
    })
}

/// An integer type as the decimal type that holds all its values; decimals as they are.
pub fn as_decimal(ty: DataType) -> Option<DataType> {
    digits(ty).map(|(p, s)| DataType::decimal(p, s))
}

/// The type both sides of a comparison, CASE arms, COALESCE arguments or set-operation columns are cast to;
/// `None` when they do not go together. Unknown (bare NULL or quoted literal) takes the other side's type.
pub fn common_type(a: DataType, b: DataType) -> Option<DataType> {
    use DataType::*;
    if a == b {
        return Some(a);
    }
    Some(match (a, b) {
        (Unknown, other) | (other, Unknown) => other,
        (x, y) if x.is_text() && y.is_text() => Text,
        (Float64, x) | (x, Float64) if x.is_numeric() => Float64,
        (x, y) if x.is_integer() && y.is_integer() => {
            if x == Int64 || y == Int64 {
                Int64
            } else {
                Int32
            }
        }
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        (x, y) => {
            let ((p1, s1), (p2, s2)) = (digits(x)?, digits(y)?);
            let scale = s1.max(s2);
            DataType::decimal((p1 - s1).max(p2 - s2) + scale, scale)
        }
    })
}

/// The result type of a call; `None` when no such function takes these types. `And`/`Or`/comparisons give boolean.
/// Arithmetic expects both operands of one family: equal integer types, two decimals (scales may differ), two doubles,
/// or the date and interval combinations that [`Func::Add`] and [`Func::Sub`] list.
pub fn result_type(func: Func, args: &[DataType]) -> Option<DataType> {
    use DataType::*;
    let arg = |i: usize| args.get(i).copied();
    let of_text = |result: DataType| {
        arg(0)
            .filter(|t| t.is_text() || *t == Unknown)
            .map(|_| result)
    };
    Some(match func {
        Func::And | Func::Or | Func::Not | Func::IsTrue | Func::IsFalse => args
            .iter()
            .all(|t| matches!(t, Bool | Unknown))
            .then_some(Bool)?,
        Func::Eq
        | Func::Ne
        | Func::Lt
        | Func::Le
        | Func::Gt
        | Func::Ge
        | Func::IsDistinctFrom
        | Func::IsNotDistinctFrom => common_type(arg(0)?, arg(1)?).map(|_| Bool)?,
        Func::Between | Func::In => {
            let first = arg(0)?;
            args.iter()
                .all(|t| common_type(first, *t).is_some())
                .then_some(Bool)?
        }
        Func::IsNull | Func::IsNotNull => Bool,
        Func::Like | Func::ILike => args
            .iter()
            .all(|t| t.is_text() || *t == Unknown)
            .then_some(Bool)?,
        Func::Add => match (arg(0)?, arg(1)?) {
            (a, b) if a == b && (a.is_integer() || matches!(a, Float64 | Interval)) => a,
            (
                Decimal {
                    precision: p1,
                    scale: s1,
                },
                Decimal {
                    precision: p2,
                    scale: s2,
                },
            ) => add_type(p1, s1, p2, s2),
            (Date, Int32) | (Int32, Date) => Date,
            (Date | Timestamp, Interval) | (Interval, Date | Timestamp) => Timestamp,
            _ => return None,
        },
        Func::Sub => match (arg(0)?, arg(1)?) {
            (Date, Date) => Int32,
            (Timestamp, Timestamp) => Interval,
            (a, b) if a == b && (a.is_integer() || matches!(a, Float64 | Interval)) => a,
            (
                Decimal {
                    precision: p1,
                    scale: s1,
                },
                Decimal {
                    precision: p2,
                    scale: s2,
                },
            ) => add_type(p1, s1, p2, s2),
            (Date, Int32) => Date,
            (Date | Timestamp, Interval) => Timestamp,
            _ => return None,
        },
        Func::Mul => match (arg(0)?, arg(1)?) {
            (a, b) if a == b && (a.is_integer() || a == Float64) => a,
            (Interval, Float64) | (Float64, Interval) => Interval,
            (
                Decimal {
                    precision: p1,
                    scale: s1,
                },
                Decimal {
                    precision: p2,
                    scale: s2,
                },
            ) => {
                let scale =
                    (u32::from(s1) + u32::from(s2)).min(u32::from(MAX_MUL_SCALE.max(s1).max(s2)));
                DataType::decimal(u32::from(p1) + u32::from(p2), scale)
            }
            _ => return None,
        },
        Func::Div => match (arg(0)?, arg(1)?) {
            (a, b) if a == b && (a.is_integer() || a == Float64) => a,
            (Interval, Float64) => Interval,
            (Decimal { scale: s1, .. }, Decimal { scale: s2, .. }) => {
                DataType::decimal(38, s1.max(s2).max(MIN_DIV_SCALE).into())
            }
            _ => return None,
        },
        Func::Mod => match (arg(0)?, arg(1)?) {
            (a, b) if a == b && a.is_integer() => a,
            (
                Decimal {
                    precision: p1,
                    scale: s1,
                },
                Decimal {
                    precision: p2,
                    scale: s2,
                },
            ) => {
                let scale = u32::from(s1.max(s2));
                DataType::decimal(u32::from(p1 - s1).max(u32::from(p2 - s2)) + scale, scale)
            }
            _ => return None,
        },
        Func::Neg | Func::Abs => arg(0).filter(|t| t.is_numeric() || *t == Interval)?,
        Func::Sign | Func::Floor | Func::Ceil => match arg(0)? {
            Float64 => Float64,
            Decimal { precision, scale } => DataType::decimal(u32::from(precision - scale) + 1, 0),
            _ => return None,
        },
        // With a constant second argument the binder casts the result to that scale.
        Func::Round | Func::Trunc => match (arg(0)?, args.len()) {
            (Float64, 1) => Float64,
            (Decimal { precision, scale }, 1) => {
                DataType::decimal(u32::from(precision - scale) + 1, 0)
            }
            (Decimal { precision, scale }, 2) => {
                DataType::decimal(u32::from(precision) + 1, scale.into())
            }
            _ => return None,
        },
        Func::Sqrt | Func::Power | Func::Exp | Func::Ln => {
            args.iter().all(|t| *t == Float64).then_some(Float64)?
        }
        Func::Random => Float64,
        Func::Concat
        | Func::Upper
        | Func::Lower
        | Func::Substring
        | Func::Trim
        | Func::LTrim
        | Func::RTrim
        | Func::Replace
        | Func::Left
        | Func::Right => of_text(Text)?,
        Func::Length | Func::Position => of_text(Int32)?,
        Func::Coalesce | Func::Greatest | Func::Least => {
            args.iter().copied().try_fold(Unknown, common_type)?
        }
        Func::NullIf => arg(0)?,
        Func::Extract(_) => arg(0)
            .filter(|t| matches!(t, Date | Timestamp | Interval))
            .map(|_| DataType::decimal(38, 6))?,
        Func::DateTrunc(_) => arg(0).filter(|t| *t == Timestamp)?,
    })
}

fn add_type(p1: u8, s1: u8, p2: u8, s2: u8) -> DataType {
    let scale = u32::from(s1.max(s2));
    DataType::decimal(u32::from((p1 - s1).max(p2 - s2)) + scale + 1, scale)
}

/// The result type of an aggregate; `None` when it does not take the type.
pub fn aggregate_type(func: AggFunc, arg: Option<DataType>) -> Option<DataType> {
    use DataType::*;
    Some(match (func, arg) {
        (AggFunc::CountStar | AggFunc::Count, _) => Int64,
        (AggFunc::Min | AggFunc::Max | AggFunc::AnyValue, Some(ty)) => ty,
        (AggFunc::Sum, Some(Int16 | Int32)) => Int64,
        (AggFunc::Sum, Some(Int64)) => DataType::decimal(38, 0),
        (AggFunc::Sum, Some(Decimal { scale, .. })) => DataType::decimal(38, scale.into()),
        (AggFunc::Sum | AggFunc::Avg, Some(ty @ (Float64 | Interval))) => ty,
        (AggFunc::Avg, Some(Int16 | Int32 | Int64)) => DataType::decimal(38, MIN_DIV_SCALE.into()),
        (AggFunc::Avg, Some(Decimal { scale, .. })) => {
            DataType::decimal(38, scale.max(MIN_DIV_SCALE).into())
        }
        (AggFunc::BoolAnd | AggFunc::BoolOr, Some(Bool | Unknown)) => Bool,
        (
            AggFunc::StddevSamp | AggFunc::VarSamp | AggFunc::StddevPop | AggFunc::VarPop,
            Some(ty),
        ) if ty.is_numeric() => Float64,
        _ => return None,
    })
}

/// A call of these types can fail on some values (overflow, division by zero, a bad argument); arguments that are
/// literals may still exclude it, which [`Arena`](crate::Arena) knows.
pub fn may_fail(func: Func, args: &[DataType], result: DataType) -> bool {
    let whole = |t: &DataType| digits(*t).map_or(39, |(p, s)| p - s);
    match func {
        Func::Add | Func::Sub | Func::Mul | Func::Neg | Func::Abs => match (result, args) {
            // A decimal wide enough for every result cannot overflow.
            (DataType::Decimal { precision, scale }, [a, b]) if func != Func::Mul => {
                u32::from(precision) < whole(a).max(whole(b)) + u32::from(scale) + 1
            }
            (DataType::Decimal { precision, .. }, [a, b]) => {
                let precisions = [a, b].map(|t| digits(*t).map_or(39, |(p, _)| p));
                u32::from(precision) < precisions[0] + precisions[1]
            }
            (DataType::Decimal { .. }, _) => false,
            (DataType::Int32, [DataType::Date, DataType::Date]) => false,
            _ => true,
        },
        Func::Div
        | Func::Mod
        | Func::Sqrt
        | Func::Power
        | Func::Exp
        | Func::Ln
        | Func::Substring => true,
        Func::Like | Func::ILike => true,
        Func::Round | Func::Trunc => args.len() > 1,
        _ => false,
    }
}

/// A cast between these types can fail on some values.
pub fn cast_may_fail(from: DataType, to: DataType) -> bool {
    use DataType::*;
    match (from, to) {
        (a, b) if a == b => false,
        (_, Text) => false,
        (Int16, Int32 | Int64 | Float64)
        | (Int32, Int64 | Float64)
        | (Int64 | Decimal { .. }, Float64) => false,
        (x, Decimal { precision, scale }) => match digits(x) {
            Some((p, s)) => {
                u32::from(precision - scale) < (p - s) + u32::from(s > u32::from(scale))
            }
            None => true,
        },
        (Date, Timestamp) | (Timestamp, Date) | (Bool, Int32) => false,
        (Varchar(a) | Char(a), Varchar(b) | Char(b)) => a > b,
        _ => true,
    }
}
