//! Dates, timestamps and intervals: arithmetic, fields, truncation.

use crate::Func;
use crate::func::Field;
use types::datetime::{MICROS_PER_DAY, add_interval, civil_from_days, days_from_civil};
use types::{DataError, DataType, Decimal, Interval, SqlState, Value};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// `a + b` and `a - b` where a date, timestamp or interval takes part.
pub fn binary(func: Func, a: &Value, b: &Value) -> Result<Value, DataError> {
    use Value::{Date, Float64, Int32, Interval as Span, Timestamp};
    match (func, a, b) {
        (Func::Add, Date(day), Int32(n)) | (Func::Add, Int32(n), Date(day)) => {
            shift_date(*day, i64::from(*n))
        }
        (Func::Sub, Date(day), Int32(n)) => shift_date(*day, -i64::from(*n)),
        (Func::Sub, Date(a), Date(b)) => Value::int(i64::from(*a) - i64::from(*b), DataType::Int32),
        (Func::Add, Date(day), Span(i)) | (Func::Add, Span(i), Date(day)) => {
            shift_timestamp(midnight(*day)?, *i)
        }
        (Func::Add, Timestamp(at), Span(i)) | (Func::Add, Span(i), Timestamp(at)) => {
            shift_timestamp(*at, *i)
        }
        (Func::Sub, Date(day), Span(i)) => shift_timestamp(midnight(*day)?, negated(*i)?),
        (Func::Sub, Timestamp(at), Span(i)) => shift_timestamp(*at, negated(*i)?),
        (Func::Sub, Timestamp(a), Timestamp(b)) => {
            let micros = a.checked_sub(*b).ok_or_else(interval_overflow)?;
            Ok(Span(Interval {
                months: 0,
                days: (micros / MICROS_PER_DAY) as i32,
                micros: micros % MICROS_PER_DAY,
            }))
        }
        (Func::Add, Span(a), Span(b)) => a.checked_add(*b).map(Span).ok_or_else(interval_overflow),
        (Func::Sub, Span(a), Span(b)) => a
            .checked_add(negated(*b)?)
            .map(Span)
            .ok_or_else(interval_overflow),
        (Func::Mul, Span(i), Float64(by)) | (Func::Mul, Float64(by), Span(i)) => {
            scaled(*i, |part| part * by)
        }
        (Func::Div, Span(_), Float64(0.0)) => Err(DataError::DivisionByZero),
        (Func::Div, Span(i), Float64(by)) => scaled(*i, |part| part / by),
        _ => super::mismatch(func, &[a, b]),
    }
}

/// An interval whose parts are multiplied or divided in double precision, as PostgreSQL does it: fractions of months
/// become days (30 a month), fractions of days become time; both are first rounded to microseconds.
fn scaled(i: Interval, scale: impl Fn(f64) -> f64) -> Result<Value, DataError> {
    let micros_of = |x: f64| (x * 1e6).round_ties_even() / 1e6;
    let whole = |x: f64| -> Result<i32, DataError> {
        let fits = x > f64::from(i32::MIN) - 1.0 && x < f64::from(i32::MAX) + 1.0;
        fits.then_some(x as i32).ok_or_else(interval_overflow)
    };
    let (months, days) = (scale(f64::from(i.months)), scale(f64::from(i.days)));
    let month_days = micros_of(months.fract() * 30.0);
    let seconds = micros_of((days.fract() + month_days.fract()) * 86_400.0);
    // Two fractions of days may make a whole one.
    let more = (seconds / 86_400.0).trunc();
    let rest = seconds - more * 86_400.0;
    let micros = (scale(i.micros as f64) + rest * 1e6).round_ties_even();
    // NaN is in no range.
    if !(micros >= -(2f64.powi(63)) && micros < 2f64.powi(63)) {
        return Err(interval_overflow());
    }
    Ok(Value::Interval(Interval {
        months: whole(months)?,
        days: whole(days.trunc() + more + month_days.trunc())?,
        micros: micros as i64,
    }))
}

/// `-i` and the absolute value of an interval.
pub fn signed_interval(func: Func, i: Interval) -> Result<Value, DataError> {
    let flip = func == Func::Neg || i.total_micros() < 0;
    Ok(Value::Interval(if flip { negated(i)? } else { i }))
}

fn negated(i: Interval) -> Result<Interval, DataError> {
    i.checked_neg().ok_or_else(interval_overflow)
}

/// An interval over a count, as the average of intervals needs it: fractions of months become days (30 a month),
/// fractions of days become time.
pub fn divide(i: Interval, count: i64) -> Result<Interval, DataError> {
    let count = i128::from(count);
    if count == 0 {
        return Err(DataError::DivisionByZero);
    }
    let (months, days) = (i128::from(i.months), i128::from(i.days));
    let month_days = months % count * 30;
    let rest_days = month_days % count + days % count;
    let micros = rest_days % count * i128::from(MICROS_PER_DAY) + i128::from(i.micros);
    // Half a microsecond rounds to even.
    let mut whole = micros.div_euclid(count);
    let twice = 2 * micros.rem_euclid(count);
    if twice > count || (twice == count && whole % 2 != 0) {
        whole += 1;
    }
    let part = |value: i128| i32::try_from(value).map_err(|_| interval_overflow());
    Ok(Interval {
        months: part(months / count)?,
        days: part(days / count + month_days / count + rest_days / count)?,
        micros: i64::try_from(whole).map_err(|_| interval_overflow())?,
    })
}

/// The timestamp at which a day begins.
pub fn midnight(day: i32) -> Result<i64, DataError> {
    i64::from(day)
        .checked_mul(MICROS_PER_DAY)
        .ok_or_else(|| overflow("timestamp out of range"))
}

fn shift_date(day: i32, by: i64) -> Result<Value, DataError> {
    let first = days_from_civil(-4_713, 11, 24);
    let last = days_from_civil(294_276, 12, 31);
    i32::try_from(i64::from(day) + by)
        .ok()
        .filter(|day| (first..=last).contains(day))
        .map(Value::Date)
        .ok_or_else(|| overflow("date out of range"))
}

fn shift_timestamp(at: i64, by: Interval) -> Result<Value, DataError> {
    add_interval(at, by)
        .map(Value::Timestamp)
        .map_err(|_| overflow("timestamp out of range"))
}

fn interval_overflow() -> DataError {
    overflow("interval out of range")
}

fn overflow(message: &str) -> DataError {
    DataError::InvalidArgument {
        code: SqlState::DATETIME_OVERFLOW,
        message: message.into(),
    }
}

fn no_such_field(field: Field, ty: &str) -> DataError {
    DataError::InvalidArgument {
        code: SqlState::FEATURE_NOT_SUPPORTED,
        message: format!("unit \"{}\" not supported for type {ty}", field.name()),
    }
}

/// `extract(field from value)` as a decimal of the result type.
pub fn extract(field: Field, value: &Value, result: DataType) -> Result<Value, DataError> {
    let micros = match value {
        Value::Date(day) => match field {
            Field::Hour | Field::Minute | Field::Second => {
                return Err(no_such_field(field, "date"));
            }
            // A day may lie outside the range of timestamps.
            Field::Epoch => i128::from(*day) * i128::from(MICROS_PER_DAY),
            _ => date_field(field, *day),
        },
        Value::Timestamp(at) => match field {
            Field::Hour | Field::Minute | Field::Second => {
                clock_field(field, at.rem_euclid(MICROS_PER_DAY))
            }
            Field::Epoch => i128::from(*at),
            _ => date_field(field, at.div_euclid(MICROS_PER_DAY) as i32),
        },
        Value::Interval(i) => interval_field(field, *i)?,
        other => super::mismatch(Func::Extract(field), &[other]),
    };
    let DataType::Decimal { precision, scale } = result else {
        super::mismatch(Func::Extract(field), &[value])
    };
    Decimal::new(micros, 6)
        .fit(precision, scale)
        .map(Value::Decimal)
}

/// A field of a calendar date, in millionths.
fn date_field(field: Field, day: i32) -> i128 {
    let (year, month, day_of_month) = civil_from_days(day);
    let whole = match field {
        // There is no year 0: 1 BC is year -1.
        Field::Year => {
            if year > 0 {
                year
            } else {
                year - 1
            }
        }
        Field::Quarter => (month as i32 - 1) / 3 + 1,
        Field::Month => month as i32,
        Field::Week => iso_week(day),
        Field::Day => day_of_month as i32,
        Field::DayOfWeek => (i64::from(day) + 4).rem_euclid(7) as i32,
        Field::DayOfYear => day - days_from_civil(year, 1, 1) + 1,
        Field::Hour | Field::Minute | Field::Second | Field::Epoch => {
            unreachable!("fields of the clock are handled by the caller")
        }
    };
    i128::from(whole) * i128::from(MICROS_PER_SECOND)
}

/// Hour, minute or second of microseconds that may exceed a day, in millionths.
fn clock_field(field: Field, micros: i64) -> i128 {
    i128::from(match field {
        Field::Hour => micros / (3_600 * MICROS_PER_SECOND) * MICROS_PER_SECOND,
        Field::Minute => micros / (60 * MICROS_PER_SECOND) % 60 * MICROS_PER_SECOND,
        _ => micros % (60 * MICROS_PER_SECOND),
    })
}

/// A field of an interval, in millionths. Its epoch counts a year as 365.25 days and a month as 30.
fn interval_field(field: Field, i: Interval) -> Result<i128, DataError> {
    let second = i128::from(MICROS_PER_SECOND);
    Ok(match field {
        Field::Year => i128::from(i.months / 12) * second,
        Field::Quarter => i128::from(i.months % 12 / 3 + 1) * second,
        Field::Month => i128::from(i.months % 12) * second,
        Field::Day => i128::from(i.days) * second,
        Field::Hour | Field::Minute | Field::Second => clock_field(field, i.micros),
        Field::Epoch => {
            let quarter_days = i128::from(i.months / 12) * 1_461
                + i128::from(i.months % 12) * 120
                + i128::from(i.days) * 4;
            quarter_days * i128::from(MICROS_PER_DAY / 4) + i128::from(i.micros)
        }
        Field::Week | Field::DayOfWeek | Field::DayOfYear => {
            return Err(no_such_field(field, "interval"));
        }
    })
}

/// Monday of the week of a day.
fn monday(day: i32) -> i32 {
    day - (i64::from(day) + 3).rem_euclid(7) as i32
}

/// ISO 8601 week: week 1 holds the year's first Thursday.
fn iso_week(day: i32) -> i32 {
    let thursday = monday(day) + 3;
    let (year, _, _) = civil_from_days(thursday);
    (thursday - days_from_civil(year, 1, 1)) / 7 + 1
}

/// `date_trunc(field, timestamp)`: the start of the field's unit.
pub fn truncate(field: Field, value: &Value) -> Result<Value, DataError> {
    let Value::Timestamp(at) = value else {
        super::mismatch(Func::DateTrunc(field), &[value])
    };
    let day = at.div_euclid(MICROS_PER_DAY) as i32;
    let (year, month, _) = civil_from_days(day);
    let cut = |unit: i64| Ok(Value::Timestamp(at - at.rem_euclid(unit)));
    let start = match field {
        Field::Year => days_from_civil(year, 1, 1),
        Field::Quarter => days_from_civil(year, (month - 1) / 3 * 3 + 1, 1),
        Field::Month => days_from_civil(year, month, 1),
        Field::Week => monday(day),
        Field::Day => return cut(MICROS_PER_DAY),
        Field::Hour => return cut(3_600 * MICROS_PER_SECOND),
        Field::Minute => return cut(60 * MICROS_PER_SECOND),
        Field::Second => return cut(MICROS_PER_SECOND),
        Field::DayOfWeek | Field::DayOfYear | Field::Epoch => {
            return Err(DataError::InvalidArgument {
                code: SqlState::INVALID_PARAMETER,
                message: format!("a timestamp cannot be cut to the unit \"{}\"", field.name()),
            });
        }
    };
    midnight(start).map(Value::Timestamp)
}
