//! Arithmetic over numbers.
//!
//! Decimals are integers at a scale. Whether 64 bits hold every result of a batch is decided from the bits its operands
//! use, once for all rows; so the loops have no checks. Only batches of large numbers are computed in 128 bits.

use super::zip::{bits, map, zip};
use crate::expr::{Lane, Operand, both_valid, lane_f64, lane_i32, lane_i64, lane_i128};
use plan::Func;
use types::decimal::POW10;
use types::{DataType, Vector};

/// `a func b` for `+ - * / %` over two numbers of one family; `None` when it takes the row by row way.
pub(crate) fn binary(
    func: Func,
    a: &Operand,
    b: &Operand,
    types: (DataType, DataType),
    result: DataType,
    rows: usize,
) -> Option<Operand> {
    let data = match (types, result) {
        ((DataType::Float64, DataType::Float64), _) => {
            floats(func, &lane_f64(a)?, &lane_f64(b)?, rows).map(Vector::F64)?
        }
        ((x, y), DataType::Int16 | DataType::Int32) if x.is_integer() && y.is_integer() => {
            let values = int32(func, &lane_i32(a)?, &lane_i32(b)?, rows)?;
            let small = |v: &i32| i16::try_from(*v).is_ok();
            if result == DataType::Int16 && !values.iter().all(small) {
                return None;
            }
            Vector::I32(values)
        }
        ((DataType::Int64, DataType::Int64), _) => {
            Vector::I64(int64(func, &lane_i64(a)?, &lane_i64(b)?, rows)?)
        }
        (
            (DataType::Decimal { scale: s1, .. }, DataType::Decimal { scale: s2, .. }),
            DataType::Decimal { precision, scale },
        ) => decimals(func, a, b, Scales(s1, s2, scale, precision), rows)?,
        _ => return None,
    };
    Some(Operand::column(data, both_valid(a, b)))
}

/// `-a` and `abs(a)`.
pub(crate) fn unary(func: Func, a: &Operand, result: DataType, rows: usize) -> Option<Operand> {
    let negate = func == Func::Neg;
    let data = match result {
        DataType::Int32 | DataType::Int16 => {
            let lane = lane_i32(a)?;
            let least = if result == DataType::Int16 {
                i32::from(i16::MIN)
            } else {
                i32::MIN
            };
            let mut overflow = false;
            let values = map(&lane, rows, |x| {
                overflow |= x == least;
                if negate || x < 0 { x.wrapping_neg() } else { x }
            });
            (!overflow).then_some(Vector::I32(values))?
        }
        DataType::Int64 | DataType::Decimal { .. } => {
            let lane = lane_i64(a)?;
            let mut overflow = false;
            let values = map(&lane, rows, |x| {
                overflow |= x == i64::MIN;
                if negate || x < 0 { x.wrapping_neg() } else { x }
            });
            (!overflow).then_some(Vector::I64(values))?
        }
        DataType::Float64 => {
            Vector::F64(map(
                &lane_f64(a)?,
                rows,
                |x| {
                    if negate { -x } else { x.abs() }
                },
            ))
        }
        _ => return None,
    };
    Some(Operand::column(data, a.validity().cloned()))
}

fn int32(func: Func, a: &Lane<'_, i32>, b: &Lane<'_, i32>, rows: usize) -> Option<Vec<i32>> {
    let mut failed = false;
    let values = match func {
        Func::Add => zip(a, b, rows, |x, y| {
            let (sum, over) = x.overflowing_add(y);
            failed |= over;
            sum
        }),
        Func::Sub => zip(a, b, rows, |x, y| {
            let (difference, over) = x.overflowing_sub(y);
            failed |= over;
            difference
        }),
        Func::Mul => zip(a, b, rows, |x, y| {
            let product = i64::from(x) * i64::from(y);
            failed |= product != i64::from(product as i32);
            product as i32
        }),
        Func::Div => zip(a, b, rows, |x, y| {
            failed |= y == 0 || (x == i32::MIN && y == -1);
            x.wrapping_div(if y == 0 { 1 } else { y })
        }),
        Func::Mod => zip(a, b, rows, |x, y| {
            failed |= y == 0;
            x.wrapping_rem(if y == 0 { 1 } else { y })
        }),
        _ => return None,
    };
    (!failed).then_some(values)
}

fn int64(func: Func, a: &Lane<'_, i64>, b: &Lane<'_, i64>, rows: usize) -> Option<Vec<i64>> {
    let mut failed = false;
    let values = match func {
        Func::Add => zip(a, b, rows, |x, y| {
            let (sum, over) = x.overflowing_add(y);
            failed |= over;
            sum
        }),
        Func::Sub => zip(a, b, rows, |x, y| {
            let (difference, over) = x.overflowing_sub(y);
            failed |= over;
            difference
        }),
        Func::Mul if bits(a) + bits(b) < 63 => zip(a, b, rows, i64::wrapping_mul),
        Func::Mul => zip(a, b, rows, |x, y| {
            let (product, over) = x.overflowing_mul(y);
            failed |= over;
            product
        }),
        Func::Div => zip(a, b, rows, |x, y| {
            failed |= y == 0 || (x == i64::MIN && y == -1);
            x.wrapping_div(if y == 0 { 1 } else { y })
        }),
        Func::Mod => zip(a, b, rows, |x, y| {
            failed |= y == 0;
            x.wrapping_rem(if y == 0 { 1 } else { y })
        }),
        _ => return None,
    };
    (!failed).then_some(values)
}

fn floats(func: Func, a: &Lane<'_, f64>, b: &Lane<'_, f64>, rows: usize) -> Option<Vec<f64>> {
    // Whatever is not finite, or vanishes, is looked at row by row.
    let mut odd = false;
    let values = match func {
        Func::Add => zip(a, b, rows, |x, y| {
            let sum = x + y;
            odd |= !sum.is_finite();
            sum
        }),
        Func::Sub => zip(a, b, rows, |x, y| {
            let difference = x - y;
            odd |= !difference.is_finite();
            difference
        }),
        Func::Mul => zip(a, b, rows, |x, y| {
            let product = x * y;
            odd |= !product.is_finite() | (product == 0.0 && x != 0.0 && y != 0.0);
            product
        }),
        Func::Div => zip(a, b, rows, |x, y| {
            let quotient = x / y;
            odd |= !quotient.is_finite() | (quotient == 0.0 && x != 0.0);
            quotient
        }),
        _ => return None,
    };
    (!odd).then_some(values)
}

/// Scales of the operands and of the result, and the result's precision.
struct Scales(u8, u8, u8, u8);

fn decimals(func: Func, a: &Operand, b: &Operand, scales: Scales, rows: usize) -> Option<Vector> {
    let Scales(s1, s2, scale, precision) = scales;
    match func {
        Func::Add | Func::Sub => {
            let (up_a, up_b) = (scale - s1, scale - s2);
            if let (Some(x), Some(y)) = (lane_i64(a), lane_i64(b)) {
                let widest = (bits(&x) + pow10_bits(up_a)).max(bits(&y) + pow10_bits(up_b));
                if widest < 62 {
                    let (x, y) = (scaled(x, up_a), scaled(y, up_b));
                    return Some(Vector::I64(if func == Func::Add {
                        zip(&x, &y, rows, i64::wrapping_add)
                    } else {
                        zip(&x, &y, rows, i64::wrapping_sub)
                    }));
                }
            }
            let (factor_a, factor_b) = (POW10[usize::from(up_a)], POW10[usize::from(up_b)]);
            let sign = if func == Func::Add { 1 } else { -1 };
            wide(&lane_i128(a)?, &lane_i128(b)?, rows, precision, |x, y| {
                x.checked_mul(factor_a)?
                    .checked_add(y.checked_mul(factor_b)?.checked_mul(sign)?)
            })
        }
        Func::Mul if scale == s1 + s2 => {
            if let (Some(x), Some(y)) = (lane_i64(a), lane_i64(b))
                && bits(&x) + bits(&y) < 63
            {
                return Some(Vector::I64(zip(&x, &y, rows, i64::wrapping_mul)));
            }
            wide(
                &lane_i128(a)?,
                &lane_i128(b)?,
                rows,
                precision,
                i128::checked_mul,
            )
        }
        Func::Mod if s1 == s2 && s1 == scale => {
            let mut failed = false;
            let values = zip(&lane_i64(a)?, &lane_i64(b)?, rows, |x, y| {
                failed |= y == 0;
                x.wrapping_rem(if y == 0 { 1 } else { y })
            });
            (!failed).then_some(Vector::I64(values))
        }
        _ => None,
    }
}

/// Bits that multiplying by 10^n adds at most.
pub(crate) fn pow10_bits(n: u8) -> u32 {
    (u32::from(n) * 10).div_ceil(3)
}

/// The lane times 10^n, which the caller knows to fit.
pub(crate) fn scaled(lane: Lane<'_, i64>, n: u8) -> Lane<'_, i64> {
    if n == 0 {
        return lane;
    }
    let factor = POW10[usize::from(n.min(18))] as i64;
    lane.map(|v| v.wrapping_mul(factor))
}

/// A loop in 128 bits; `None` when some row has more digits than the precision. Rows that all fit come back narrow.
fn wide(
    a: &Lane<'_, i128>,
    b: &Lane<'_, i128>,
    rows: usize,
    precision: u8,
    f: impl Fn(i128, i128) -> Option<i128>,
) -> Option<Vector> {
    let limit = POW10[usize::from(precision.min(38))];
    let (mut failed, mut narrow) = (false, true);
    let values = zip(a, b, rows, |x, y| {
        let value = f(x, y).unwrap_or(limit);
        failed |= value >= limit || value <= -limit;
        narrow &= value == i128::from(value as i64);
        value
    });
    if failed {
        return None;
    }
    Some(if narrow {
        Vector::I64(values.iter().map(|v| *v as i64).collect())
    } else {
        Vector::I128(values)
    })
}
