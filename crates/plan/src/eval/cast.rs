//! Conversions between types.

use super::datetime::midnight;
use types::datetime::MICROS_PER_DAY;
use types::{DataError, DataType, Decimal, Value};

/// `CAST(value AS to)`: an explicit cast, which cuts a string to the length of `varchar(n)` or `char(n)` silently.
/// Numbers that lose digits are rounded: decimals half away from zero, doubles to integers half to even.
pub fn cast(value: &Value, from: DataType, to: DataType) -> Result<Value, DataError> {
    let impossible =
        || -> ! { panic!("the binder allows no cast from {from} to {to} ({value:?})") };
    Ok(match (value, to) {
        (Value::Null, _) => Value::Null,
        (_, DataType::Unknown) => value.clone(),
        (Value::Text(_), DataType::Text) => value.clone(),
        (_, DataType::Text) => Value::text(text_form(value)),
        (_, DataType::Varchar(n)) => Value::text(prefix(&text_form(value), n)),
        (_, DataType::Char(n)) => Value::text(prefix(&text_form(value), n).trim_end_matches(' ')),
        (Value::Text(text), _) => Value::parse(text, to)?,

        (Value::Bool(_), DataType::Bool)
        | (Value::Float64(_), DataType::Float64)
        | (Value::Date(_), DataType::Date)
        | (Value::Timestamp(_), DataType::Timestamp)
        | (Value::Interval(_), DataType::Interval) => value.clone(),

        (Value::Bool(b), DataType::Int16 | DataType::Int32 | DataType::Int64) => {
            Value::int(i64::from(*b), to)?
        }
        (Value::Decimal(d), DataType::Int16 | DataType::Int32 | DataType::Int64) => {
            let whole = i64::try_from(d.rescale(0)?.unscaled);
            Value::int(whole.map_err(|_| DataError::out_of_range(to))?, to)?
        }
        (Value::Float64(v), DataType::Int16 | DataType::Int32 | DataType::Int64) => {
            let whole = v.round_ties_even();
            // 2^63 itself is the first double past the range; NaN fails both comparisons.
            if !(whole >= i64::MIN as f64 && whole < -(i64::MIN as f64)) {
                return Err(DataError::out_of_range(to));
            }
            Value::int(whole as i64, to)?
        }
        (_, DataType::Int16 | DataType::Int32 | DataType::Int64) => match value.as_i64() {
            Some(whole) => Value::int(whole, to)?,
            None => impossible(),
        },

        (_, DataType::Bool) => match value.as_i64() {
            Some(whole) => Value::Bool(whole != 0),
            None => impossible(),
        },

        (_, DataType::Decimal { precision, scale }) => {
            let decimal = match (value, value.as_i64()) {
                (_, Some(whole)) => Decimal::new(i128::from(whole), 0),
                (Value::Decimal(d), _) => *d,
                (Value::Float64(v), _) => Decimal::from_f64(*v, scale)?,
                _ => impossible(),
            };
            Value::Decimal(decimal.fit(precision, scale)?)
        }
        (_, DataType::Float64) => match (value, value.as_i64()) {
            (_, Some(whole)) => Value::Float64(whole as f64),
            (Value::Decimal(d), _) => Value::Float64(d.to_f64()),
            _ => impossible(),
        },

        (Value::Timestamp(at), DataType::Date) => Value::Date(at.div_euclid(MICROS_PER_DAY) as i32),
        (Value::Date(day), DataType::Timestamp) => Value::Timestamp(midnight(*day)?),
        (_, DataType::Date | DataType::Timestamp | DataType::Interval) => impossible(),
    })
}

/// The conversion that storing a value into a column makes: as [`cast`](fn@cast), but a string that is too long for
/// `varchar(n)` or `char(n)` by more than blanks is an error.
pub fn assign(value: &Value, from: DataType, to: DataType) -> Result<Value, DataError> {
    match to {
        DataType::Varchar(_) | DataType::Char(_) if !value.is_null() => {
            Value::parse(&text_form(value), to)
        }
        _ => cast(value, from, to),
    }
}

/// A value as text, the way a cast spells it; booleans are `true` and `false`.
pub fn text_form(value: &Value) -> String {
    match value {
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        _ => value.to_string(),
    }
}

/// The first `n` characters.
fn prefix(text: &str, n: u32) -> &str {
    let end = text.char_indices().nth(n as usize);
    &text[..end.map_or(text.len(), |(at, _)| at)]
}
