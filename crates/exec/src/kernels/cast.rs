//! Conversions between types; those that are not here are made row by row.

use super::arith::pow10_bits;
use super::zip::{bits, map};
use crate::expr::{Operand, lane_i64, lane_i128};
use types::datetime::MICROS_PER_DAY;
use types::decimal::{POW10, div_pow10_rounded};
use types::{DataType, Vector};

/// The column as another type; `None` when it takes the row by row way.
pub(crate) fn cast(input: &Operand, from: DataType, to: DataType, rows: usize) -> Option<Operand> {
    use DataType::{Char, Date, Decimal, Float64, Int16, Int32, Int64, Text, Timestamp, Varchar};
    let data = match (from, to) {
        (a, b) if a == b => return Some(input.clone()),
        (Int16, Int32) => return Some(input.clone()),
        (Text | Varchar(_) | Char(_), Text) => return Some(input.clone()),
        (Varchar(a) | Char(a), Varchar(b)) if a <= b => return Some(input.clone()),
        (Char(a), Char(b)) if a <= b => return Some(input.clone()),
        (Int16 | Int32, Int64) => Vector::I64(map(&lane_i64(input)?, rows, |v| v)),
        (Int64 | Int32, Int16) => {
            let lane = lane_i64(input)?;
            (bits(&lane) <= 15).then(|| Vector::I32(map(&lane, rows, |v| v as i32)))?
        }
        (Int64, Int32) => {
            let lane = lane_i64(input)?;
            (bits(&lane) <= 31).then(|| Vector::I32(map(&lane, rows, |v| v as i32)))?
        }
        (Int16 | Int32 | Int64, Float64) => Vector::F64(map(&lane_i64(input)?, rows, |v| v as f64)),
        (Int16 | Int32 | Int64, Decimal { precision, scale }) => {
            rescale(input, 0, precision, scale, rows)?
        }
        (Decimal { scale: old, .. }, Decimal { precision, scale }) => {
            rescale(input, old, precision, scale, rows)?
        }
        (Decimal { scale, .. }, Float64) if scale <= 22 => {
            let lane = lane_i64(input)?;
            // Both operands of the division are exact then, so its result is the nearest double.
            if bits(&lane) > 53 {
                return None;
            }
            let power = POW10[usize::from(scale)] as f64;
            Vector::F64(map(&lane, rows, |v| v as f64 / power))
        }
        (Decimal { scale, .. }, Int32 | Int64) => {
            let whole = shrunk(&lane_i64(input)?, scale, rows);
            if to == Int64 {
                Vector::I64(whole)
            } else {
                let fits = whole.iter().all(|v| i32::try_from(*v).is_ok());
                fits.then(|| Vector::I32(whole.iter().map(|v| *v as i32).collect()))?
            }
        }
        (Date, Timestamp) => {
            let lane = lane_i64(input)?;
            (bits(&lane) <= 25).then(|| Vector::I64(map(&lane, rows, |v| v * MICROS_PER_DAY)))?
        }
        (Timestamp, Date) => Vector::I32(map(&lane_i64(input)?, rows, |v| {
            v.div_euclid(MICROS_PER_DAY) as i32
        })),
        _ => return None,
    };
    Some(Operand::column(data, input.validity().cloned()))
}

fn rescale(input: &Operand, old: u8, precision: u8, scale: u8, rows: usize) -> Option<Vector> {
    let limit = POW10[usize::from(precision.min(38))];
    let up = scale.saturating_sub(old);
    let Some(lane) = lane_i64(input) else {
        // Wide decimals whose digits stay as they are.
        if scale != old {
            return None;
        }
        let values = map(&lane_i128(input)?, rows, |v| v);
        let fits = values.iter().all(|v| (-limit < *v) & (*v < limit));
        return fits.then_some(Vector::I128(values));
    };
    let values = if scale < old {
        shrunk(&lane, old - scale, rows)
    } else if bits(&lane) + pow10_bits(up) < 63 {
        let factor = POW10[usize::from(up)] as i64;
        map(&lane, rows, |v| v.wrapping_mul(factor))
    } else {
        return None;
    };
    // 2^bits bounds every row; only when that is not below the limit are the rows looked at.
    let narrow = i64::try_from(limit).unwrap_or(i64::MAX);
    let fits = precision >= 19 || values.iter().all(|v| (-narrow < *v) & (*v < narrow));
    fits.then_some(Vector::I64(values))
}

/// The lane over 10^n, rounded half away from zero.
fn shrunk(lane: &crate::expr::Lane<'_, i64>, n: u8, rows: usize) -> Vec<i64> {
    if n > 18 {
        return map(lane, rows, |v| div_pow10_rounded(i128::from(v), n) as i64);
    }
    let divisor = POW10[usize::from(n)] as i64;
    let half = divisor / 2 + divisor % 2;
    map(lane, rows, |v| {
        let (quotient, rest) = (v / divisor, v % divisor);
        quotient
            + if n > 0 && rest.abs() >= half {
                v.signum()
            } else {
                0
            }
    })
}
