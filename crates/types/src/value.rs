//! One SQL value.

use crate::datetime::{MICROS_PER_DAY, date_text, parse_date, parse_timestamp, timestamp_text};
use crate::{DataError, DataType, Decimal, Interval};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A SQL value. Equality and hashing are structural (NULL = NULL, floats by bits), as plans need them;
/// [`Value::compare`] is SQL's order.
#[derive(Debug, Clone)]
pub enum Value {
    /// NULL of any type.
    Null,
    /// boolean
    Bool(bool),
    /// smallint
    Int16(i16),
    /// integer
    Int32(i32),
    /// bigint
    Int64(i64),
    /// numeric
    Decimal(Decimal),
    /// double precision
    Float64(f64),
    /// text, varchar and char
    Text(Arc<str>),
    /// date: days since 1970-01-01
    Date(i32),
    /// timestamp: microseconds since 1970-01-01 00:00
    Timestamp(i64),
    /// interval
    Interval(Interval),
}

impl Value {
    /// A text value.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Arc::from(text.as_ref()))
    }

    /// True for NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The integer inside a smallint, integer or bigint.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int16(v) => Some(i64::from(*v)),
            Self::Int32(v) => Some(i64::from(*v)),
            Self::Int64(v) => Some(*v),
            _ => None,
        }
    }

    /// The boolean inside; `None` for NULL and every other type.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(b) = self {
            Some(*b)
        } else {
            None
        }
    }

    /// The text inside.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(t) = self {
            Some(t)
        } else {
            None
        }
    }

    /// The value on a number line, for histograms and ranges: numbers as themselves, dates as days, timestamps as
    /// microseconds, booleans as 0 and 1. `None` for NULL and text.
    pub fn as_f64(&self) -> Option<f64> {
        Some(match self {
            Self::Bool(b) => f64::from(u8::from(*b)),
            Self::Int16(v) => f64::from(*v),
            Self::Int32(v) => f64::from(*v),
            Self::Int64(v) => *v as f64,
            Self::Decimal(d) => d.to_f64(),
            Self::Float64(v) => *v,
            Self::Date(d) => f64::from(*d),
            Self::Timestamp(t) => *t as f64,
            Self::Interval(i) => i.total_micros() as f64,
            Self::Null | Self::Text(_) => return None,
        })
    }

    /// SQL order of two values of one family; `None` when either is NULL or they do not compare. NaN is the
    /// greatest float and equals itself, text compares by bytes (collation "C").
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        Some(match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Timestamp(a), Self::Timestamp(b)) => a.cmp(b),
            (Self::Date(a), Self::Timestamp(b)) => (i64::from(*a) * MICROS_PER_DAY).cmp(b),
            (Self::Timestamp(a), Self::Date(b)) => a.cmp(&(i64::from(*b) * MICROS_PER_DAY)),
            (Self::Interval(a), Self::Interval(b)) => a.compare(*b),
            (Self::Float64(a), b) => compare_floats(*a, b.number()?.to_f64()),
            (a, Self::Float64(b)) => compare_floats(a.number()?.to_f64(), *b),
            (a, b) => a.number()?.to_decimal()?.cmp(&b.number()?.to_decimal()?),
        })
    }

    fn number(&self) -> Option<Number> {
        Some(match self {
            Self::Int16(_) | Self::Int32(_) | Self::Int64(_) => Number::Int(self.as_i64()?),
            Self::Decimal(d) => Number::Decimal(*d),
            Self::Float64(v) => Number::Float(*v),
            _ => return None,
        })
    }

    /// The type the value has by itself; decimals get the least precision that holds them.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Null => DataType::Unknown,
            Self::Bool(_) => DataType::Bool,
            Self::Int16(_) => DataType::Int16,
            Self::Int32(_) => DataType::Int32,
            Self::Int64(_) => DataType::Int64,
            Self::Decimal(d) => DataType::Decimal {
                precision: d.precision().min(38),
                scale: d.scale,
            },
            Self::Float64(_) => DataType::Float64,
            Self::Text(_) => DataType::Text,
            Self::Date(_) => DataType::Date,
            Self::Timestamp(_) => DataType::Timestamp,
            Self::Interval(_) => DataType::Interval,
        }
    }

    /// Reads the text form of a value of the type, as a literal, a cast from text or a CSV field spells it.
    pub fn parse(text: &str, ty: DataType) -> Result<Self, DataError> {
        let invalid = || DataError::invalid_text(ty, text);
        let trimmed = text.trim();
        Ok(match ty {
            DataType::Unknown | DataType::Text => Self::text(text),
            DataType::Varchar(n) | DataType::Char(n) => {
                let kept = if text.chars().count() > n as usize {
                    let cut = text
                        .char_indices()
                        .nth(n as usize)
                        .map_or(text.len(), |(at, _)| at);
                    if !text[cut..].bytes().all(|b| b == b' ') {
                        return Err(DataError::StringTooLong { ty: ty.to_string() });
                    }
                    &text[..cut]
                } else {
                    text
                };
                // char(n) keeps no trailing blanks: they mean nothing and padding is added on output only.
                Self::text(if matches!(ty, DataType::Char(_)) {
                    kept.trim_end_matches(' ')
                } else {
                    kept
                })
            }
            DataType::Bool => Self::Bool(bool_of(trimmed).ok_or_else(invalid)?),
            DataType::Int16 | DataType::Int32 | DataType::Int64 => {
                let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(invalid());
                }
                let wide: i64 = trimmed.parse().map_err(|_| DataError::out_of_range(ty))?;
                Self::int(wide, ty)?
            }
            DataType::Decimal { precision, scale } => Self::Decimal(
                Decimal::parse(trimmed)
                    .ok_or_else(invalid)?
                    .fit(precision, scale)?,
            ),
            DataType::Float64 => match trimmed.to_ascii_lowercase().as_str() {
                "infinity" | "+infinity" | "inf" => Self::Float64(f64::INFINITY),
                "-infinity" | "-inf" => Self::Float64(f64::NEG_INFINITY),
                "nan" => Self::Float64(f64::NAN),
                _ => {
                    let value: f64 = trimmed.parse().map_err(|_| invalid())?;
                    // Too large, or too small to be told from zero.
                    let digits = trimmed.split(['e', 'E']).next().unwrap_or(trimmed);
                    let nonzero = digits.bytes().any(|b| matches!(b, b'1'..=b'9'));
                    if value.is_infinite() || (value == 0.0 && nonzero) {
                        return Err(DataError::out_of_range(ty));
                    }
                    Self::Float64(value)
                }
            },
            DataType::Date => Self::Date(
                parse_date(trimmed)
                    .or_else(|| {
                        parse_timestamp(trimmed).map(|t| t.div_euclid(MICROS_PER_DAY) as i32)
                    })
                    .ok_or_else(|| DataError::not_a_datetime(trimmed))?,
            ),
            DataType::Timestamp => Self::Timestamp(
                parse_timestamp(trimmed).ok_or_else(|| DataError::not_a_datetime(trimmed))?,
            ),
            DataType::Interval => Self::Interval(
                Interval::parse(trimmed)
                    .ok_or_else(|| DataError::InvalidDatetime { text: text.into() })?,
            ),
        })
    }

    /// An integer as a value of the integer type; out of range is an error.
    pub fn int(value: i64, ty: DataType) -> Result<Self, DataError> {
        let range = |_| DataError::out_of_range(ty);
        Ok(match ty {
            DataType::Int16 => Self::Int16(i16::try_from(value).map_err(range)?),
            DataType::Int32 => Self::Int32(i32::try_from(value).map_err(range)?),
            _ => Self::Int64(value),
        })
    }

    /// The value as a SQL literal, such as `'it''s'`, `DATE '1995-03-15'` or `1.50`.
    pub fn literal(&self) -> String {
        match self {
            Self::Text(t) => format!("'{}'", t.replace('\'', "''")),
            Self::Date(_) => format!("DATE '{self}'"),
            Self::Timestamp(_) => format!("TIMESTAMP '{self}'"),
            Self::Interval(_) => format!("INTERVAL '{self}'"),
            Self::Null => "NULL".into(),
            Self::Bool(b) => if *b { "TRUE" } else { "FALSE" }.into(),
            _ => self.to_string(),
        }
    }
}

/// A boolean's spelling: the words of each in full or by an unmistakable beginning, in any case.
fn bool_of(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    let begins = |words: &[(&str, usize)]| {
        words
            .iter()
            .any(|(word, least)| text.len() >= *least && word.starts_with(&text))
    };
    if begins(&[("true", 1), ("yes", 1), ("on", 2), ("1", 1)]) {
        Some(true)
    } else if begins(&[("false", 1), ("no", 1), ("off", 2), ("0", 1)]) {
        Some(false)
    } else {
        None
    }
}

enum Number {
    Int(i64),
    Decimal(Decimal),
    Float(f64),
}

impl Number {
    fn to_f64(&self) -> f64 {
        match self {
            Self::Int(v) => *v as f64,
            Self::Decimal(d) => d.to_f64(),
            Self::Float(v) => *v,
        }
    }

    fn to_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Int(v) => Some(Decimal::new(i128::from(*v), 0)),
            Self::Decimal(d) => Some(*d),
            Self::Float(_) => None,
        }
    }
}

/// Order of floats in SQL: -0 equals 0, NaN is greatest and equals itself.
pub fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b)
        .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// A float as PostgreSQL prints it: the shortest text that reads back the same.
pub fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e15).contains(&magnitude) {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent
            .strip_prefix('-')
            .map_or(('+', exponent), |d| ('-', d));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    format!("{value}")
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int16(a), Self::Int16(b)) => a == b,
            (Self::Int32(a), Self::Int32(b)) => a == b,
            (Self::Int64(a), Self::Int64(b)) => a == b,
            (Self::Decimal(a), Self::Decimal(b)) => a.unscaled == b.unscaled && a.scale == b.scale,
            (Self::Float64(a), Self::Float64(b)) => a.to_bits() == b.to_bits(),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Date(a), Self::Date(b)) => a == b,
            (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::Interval(a), Self::Interval(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Null => {}
            Self::Bool(v) => v.hash(state),
            Self::Int16(v) => v.hash(state),
            Self::Int32(v) | Self::Date(v) => v.hash(state),
            Self::Int64(v) | Self::Timestamp(v) => v.hash(state),
            Self::Decimal(v) => (v.unscaled, v.scale).hash(state),
            Self::Float64(v) => v.to_bits().hash(state),
            Self::Text(v) => v.hash(state),
            Self::Interval(v) => v.hash(state),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Bool(b) => f.write_str(if *b { "t" } else { "f" }),
            Self::Int16(v) => write!(f, "{v}"),
            Self::Int32(v) => write!(f, "{v}"),
            Self::Int64(v) => write!(f, "{v}"),
            Self::Decimal(v) => write!(f, "{v}"),
            Self::Float64(v) => f.write_str(&float_text(*v)),
            Self::Text(v) => f.write_str(v),
            Self::Date(v) => f.write_str(&date_text(*v)),
            Self::Timestamp(v) => f.write_str(&timestamp_text(*v)),
            Self::Interval(v) => write!(f, "{v}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_within_families() {
        assert_eq!(
            Value::Int32(2).compare(&Value::Decimal(Decimal::new(20, 1))),
            Some(Ordering::Equal)
        );
        assert_eq!(
            Value::Float64(f64::NAN).compare(&Value::Float64(1.0)),
            Some(Ordering::Greater)
        );
        assert_eq!(Value::Null.compare(&Value::Int32(1)), None);
        assert_eq!(Value::Text("a".into()).compare(&Value::Int32(1)), None);
    }

    #[test]
    fn floats_print_as_postgresql_prints_them() {
        for (value, text) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (1e20, "1e+20"),
            (1.5e-7, "1.5e-07"),
            (-0.0, "-0"),
        ] {
            assert_eq!(float_text(value), text);
        }
    }

    #[test]
    fn parses_per_type() {
        assert_eq!(Value::parse(" 42 ", DataType::Int32), Ok(Value::Int32(42)));
        assert_eq!(
            Value::parse("70000", DataType::Int16).map_err(|e| e.code().0),
            Err("22003")
        );
        assert_eq!(
            Value::parse("4x", DataType::Int32).map_err(|e| e.code().0),
            Err("22P02")
        );
        assert_eq!(
            Value::parse("abc  ", DataType::Char(4)),
            Ok(Value::text("abc"))
        );
        assert_eq!(
            Value::parse("abcde", DataType::Varchar(4)).map_err(|e| e.code().0),
            Err("22001")
        );
    }
}
