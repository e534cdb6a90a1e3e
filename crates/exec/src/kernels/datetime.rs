//! Dates and timestamps: fields, and shifting by an interval.

use crate::expr::{Operand, lane_i32, lane_i64};
use crate::kernels::zip::{map, zip};
use plan::Func;
use plan::func::Field;
use types::datetime::{MICROS_PER_DAY, add_interval, civil_from_days};
use types::{DataType, Value, Vector};

/// `extract(field from a)` for the fields of a calendar date and the hour; `None` for all others.
pub(crate) fn extract(field: Field, a: &Operand, ty: DataType, rows: usize) -> Option<Operand> {
    const UNIT: i64 = 1_000_000;
    let data = match (ty, field) {
        (DataType::Date, _) => {
            let lane = lane_i32(a)?;
            match field {
                Field::Year => map(&lane, rows, |day| year(civil_from_days(day).0) * UNIT),
                Field::Month => map(&lane, rows, |day| i64::from(civil_from_days(day).1) * UNIT),
                Field::Day => map(&lane, rows, |day| i64::from(civil_from_days(day).2) * UNIT),
                _ => return None,
            }
        }
        (DataType::Timestamp, _) => {
            let lane = lane_i64(a)?;
            let civil = |at: i64| civil_from_days(at.div_euclid(MICROS_PER_DAY) as i32);
            match field {
                Field::Year => map(&lane, rows, |at| year(civil(at).0) * UNIT),
                Field::Month => map(&lane, rows, |at| i64::from(civil(at).1) * UNIT),
                Field::Day => map(&lane, rows, |at| i64::from(civil(at).2) * UNIT),
                Field::Hour => map(&lane, rows, |at| {
                    at.rem_euclid(MICROS_PER_DAY) / 3_600_000_000 * UNIT
                }),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Operand::column(Vector::I64(data), a.validity().cloned()))
}

/// There is no year 0: 1 BC is year -1.
fn year(astronomical: i32) -> i64 {
    i64::from(astronomical) - i64::from(astronomical <= 0)
}

/// `+` and `-` where a date or timestamp takes part; `None` for all others and for results out of range.
pub(crate) fn shift(
    func: Func,
    a: &Operand,
    b: &Operand,
    types: (DataType, DataType),
    rows: usize,
) -> Option<Operand> {
    let validity = super::super::expr::both_valid(a, b);
    let data = match (func, types) {
        (Func::Add | Func::Sub, (DataType::Date, DataType::Int32)) => {
            let sign = if func == Func::Add { 1 } else { -1 };
            let mut far = false;
            let days = zip(&lane_i32(a)?, &lane_i32(b)?, rows, |day, by| {
                let sum = i64::from(day) + sign * i64::from(by);
                // Four million days are far from either end of the calendar.
                far |= sum.abs() > 1 << 20;
                sum as i32
            });
            (!far).then_some(Vector::I32(days))?
        }
        (Func::Sub, (DataType::Date, DataType::Date)) => {
            let mut failed = false;
            let days = zip(&lane_i32(a)?, &lane_i32(b)?, rows, |x, y| {
                let (days, over) = x.overflowing_sub(y);
                failed |= over;
                days
            });
            (!failed).then_some(Vector::I32(days))?
        }
        (Func::Add | Func::Sub, (DataType::Date | DataType::Timestamp, DataType::Interval)) => {
            let Operand::Const(Value::Interval(by)) = b else {
                return None;
            };
            let by = if func == Func::Add {
                *by
            } else {
                by.checked_neg()?
            };
            let unit = if types.0 == DataType::Date {
                MICROS_PER_DAY
            } else {
                1
            };
            let mut failed = false;
            let times = map(&lane_i64(a)?, rows, |at| {
                let shifted = at
                    .checked_mul(unit)
                    .and_then(|at| add_interval(at, by).ok());
                failed |= shifted.is_none();
                shifted.unwrap_or(0)
            });
            (!failed).then_some(Vector::I64(times))?
        }
        _ => return None,
    };
    Some(Operand::column(data, validity))
}
