//! Zone maps: what a page can hold, so that scans pass over it.
//!
//! (5) bounds may be too wide, never too narrow: a deleted row still counts.

use crate::codec::{Reader, Writer};
use std::cmp::Ordering;
use types::value::compare_floats;
use types::{Column, DataType, Decimal, Value, Vector};

/// The least and the greatest value of a column in a page, NULLs aside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bounds {
    /// No value but NULL so far.
    Empty,
    /// Booleans (0 and 1), integers, dates in days, timestamps in microseconds, decimals unscaled.
    Int(i64, i64),
    /// Wide decimals, unscaled.
    Wide(i128, i128),
    /// Floats; NaN is the greatest.
    Float(f64, f64),
    /// Text: the first eight bytes as a big-endian number, zeros after shorter strings. A string s can only be there
    /// when `prefix(s)` lies in the bounds.
    Prefix(u64, u64),
    /// Not kept for this type: anything can be there.
    Unknown,
}

/// What one column of a page can hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnZone {
    /// The column's bounds.
    pub bounds: Bounds,
    /// At most so many NULLs; 0 is certain.
    pub nulls: u32,
}

/// What a heap page can hold.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneMap {
    /// Rows in the page, deleted ones among them.
    pub rows: u32,
    /// One zone a column.
    pub columns: Vec<ColumnZone>,
}

/// The first eight bytes of a string as [`Bounds::Prefix`] has them.
#[inline]
pub fn prefix(bytes: &[u8]) -> u64 {
    let mut head = [0; 8];
    let len = bytes.len().min(8);
    head[..len].copy_from_slice(&bytes[..len]);
    u64::from_be_bytes(head)
}

impl ColumnZone {
    /// The zone of a column without rows.
    pub(super) fn empty(ty: DataType) -> Self {
        let bounds = match ty {
            DataType::Interval => Bounds::Unknown,
            _ => Bounds::Empty,
        };
        Self { bounds, nulls: 0 }
    }

    /// Widens the zone by the rows `from..to` of a column.
    pub(super) fn add(&mut self, column: &Column, from: usize, to: usize) {
        let valid: Option<Vec<u32>> = column.validity.as_ref().map(|validity| {
            (from..to)
                .filter(|&row| validity.get(row))
                .map(|row| row as u32)
                .collect()
        });
        let rows = to - from;
        let nulls = valid.as_ref().map_or(0, |valid| rows - valid.len());
        self.nulls += nulls as u32;
        if nulls == rows {
            return;
        }
        let valid = valid.as_deref();
        let found = match &column.data {
            Vector::Bool(v) => {
                range(v, from, to, valid, i64::from).map(|(low, high)| Bounds::Int(low, high))
            }
            Vector::I32(v) => {
                range(v, from, to, valid, i64::from).map(|(low, high)| Bounds::Int(low, high))
            }
            Vector::I64(v) => {
                range(v, from, to, valid, |x| x).map(|(low, high)| Bounds::Int(low, high))
            }
            Vector::I128(v) => {
                range(v, from, to, valid, |x| x).map(|(low, high)| Bounds::Wide(low, high))
            }
            Vector::F64(v) => {
                range(v, from, to, valid, Float).map(|(low, high)| Bounds::Float(low.0, high.0))
            }
            Vector::Str(_) | Vector::Dict { .. } => {
                let prefix_of = |row: usize| prefix(column.data.str_bytes(row));
                let prefixes: Vec<u64> = match valid {
                    None => (from..to).map(prefix_of).collect(),
                    Some(valid) => valid.iter().map(|&row| prefix_of(row as usize)).collect(),
                };
                range(&prefixes, 0, prefixes.len(), None, |x| x)
                    .map(|(low, high)| Bounds::Prefix(low, high))
            }
            Vector::Interval(_) => Some(Bounds::Unknown),
        };
        if let Some(found) = found {
            self.bounds = self.bounds.union(found);
        }
    }
}

impl Bounds {
    /// Bounds that hold what either holds.
    pub(super) fn union(self, other: Self) -> Self {
        let float = |a: f64, b: f64, wanted| {
            if compare_floats(a, b) == wanted { a } else { b }
        };
        match (self, other) {
            (Self::Empty, any) | (any, Self::Empty) => any,
            (Self::Int(a, b), Self::Int(c, d)) => Self::Int(a.min(c), b.max(d)),
            (Self::Wide(a, b), Self::Wide(c, d)) => Self::Wide(a.min(c), b.max(d)),
            // A column of wide decimals may come as narrow vectors, and the other way round.
            (Self::Int(a, b), Self::Wide(c, d)) | (Self::Wide(c, d), Self::Int(a, b)) => {
                Self::Wide(c.min(i128::from(a)), d.max(i128::from(b)))
            }
            (Self::Float(a, b), Self::Float(c, d)) => {
                Self::Float(float(a, c, Ordering::Less), float(b, d, Ordering::Greater))
            }
            (Self::Prefix(a, b), Self::Prefix(c, d)) => Self::Prefix(a.min(c), b.max(d)),
            _ => Self::Unknown,
        }
    }

    /// True when a value can lie in the bounds; NULL never does. The value has the column's type or one of its family.
    pub fn may_hold(&self, value: &Value, ty: DataType) -> bool {
        self.may_hold_between(Some(value), Some(value), ty)
    }

    /// True when a value from `low` to `high` can lie in the bounds; `None` leaves that side open.
    pub fn may_hold_between(
        &self,
        low: Option<&Value>,
        high: Option<&Value>,
        ty: DataType,
    ) -> bool {
        if low.is_some_and(Value::is_null) || high.is_some_and(Value::is_null) {
            return false;
        }
        if let Self::Prefix(least, greatest) = *self {
            let of = |value: &Value| {
                let text = value.as_str()?;
                // char(n) is kept and compared without trailing blanks.
                let kept = match ty {
                    DataType::Char(_) => text.trim_end_matches(' '),
                    _ => text,
                };
                Some(prefix(kept.as_bytes()))
            };
            return low.and_then(of).is_none_or(|low| low <= greatest)
                && high.and_then(of).is_none_or(|high| high >= least);
        }
        match self.values(ty) {
            Some((least, greatest)) => {
                // What does not compare excludes nothing.
                low.and_then(|low| low.compare(&greatest)) != Some(Ordering::Greater)
                    && high.and_then(|high| high.compare(&least)) != Some(Ordering::Less)
            }
            None => *self != Self::Empty,
        }
    }

    /// The least and the greatest value as values of the column's type; `None` when there are none or they are not
    /// known exactly.
    pub fn values(&self, ty: DataType) -> Option<(Value, Value)> {
        let int = |x: i64| match ty {
            DataType::Bool => Value::Bool(x != 0),
            DataType::Date => Value::Date(x as i32),
            DataType::Timestamp => Value::Timestamp(x),
            DataType::Int16 => Value::Int16(x as i16),
            DataType::Int32 => Value::Int32(x as i32),
            DataType::Decimal { scale, .. } => Value::Decimal(Decimal::new(i128::from(x), scale)),
            _ => Value::Int64(x),
        };
        let wide = |x: i128| Value::Decimal(Decimal::new(x, ty.scale()));
        match *self {
            Self::Int(low, high) => Some((int(low), int(high))),
            Self::Wide(low, high) => Some((wide(low), wide(high))),
            Self::Float(low, high) => Some((Value::Float64(low), Value::Float64(high))),
            Self::Empty | Self::Prefix(..) | Self::Unknown => None,
        }
    }

    /// Writes the bounds for a heap's directory.
    pub(super) fn encode(self, out: &mut Writer) {
        match self {
            Self::Empty => out.u8(0),
            Self::Unknown => out.u8(1),
            Self::Int(low, high) => {
                out.u8(2);
                out.u64(low as u64);
                out.u64(high as u64);
            }
            Self::Wide(low, high) => {
                out.u8(3);
                out.i128(low);
                out.i128(high);
            }
            Self::Float(low, high) => {
                out.u8(4);
                out.u64(low.to_bits());
                out.u64(high.to_bits());
            }
            Self::Prefix(low, high) => {
                out.u8(5);
                out.u64(low);
                out.u64(high);
            }
        }
    }

    /// Reads what [`encode`](Self::encode) wrote.
    pub(super) fn decode(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.u8()? {
            0 => Self::Empty,
            1 => Self::Unknown,
            2 => Self::Int(from.u64()? as i64, from.u64()? as i64),
            3 => Self::Wide(from.i128()?, from.i128()?),
            4 => Self::Float(f64::from_bits(from.u64()?), f64::from_bits(from.u64()?)),
            5 => Self::Prefix(from.u64()?, from.u64()?),
            _ => return None,
        })
    }
}

/// Least and greatest of the rows `from..to`, or of the valid ones.
fn range<T: Copy, U: Copy + PartialOrd>(
    rows: &[T],
    from: usize,
    to: usize,
    valid: Option<&[u32]>,
    convert: impl Fn(T) -> U,
) -> Option<(U, U)> {
    let widen = |(low, high): (U, U), value: U| {
        (
            if value < low { value } else { low },
            if value > high { value } else { high },
        )
    };
    match valid {
        None => {
            let first = convert(*rows.get(from)?);
            Some(
                rows[from..to]
                    .iter()
                    .fold((first, first), |range, &row| widen(range, convert(row))),
            )
        }
        Some(valid) => {
            let first = convert(rows[*valid.first()? as usize]);
            Some(valid.iter().fold((first, first), |range, &row| {
                widen(range, convert(rows[row as usize]))
            }))
        }
    }
}

/// A float in SQL's order.
#[derive(Clone, Copy)]
struct Float(f64);

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(compare_floats(self.0, other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(ty: DataType, values: &[Value]) -> ColumnZone {
        let mut zone = ColumnZone::empty(ty);
        let column = Column::from_values(ty, values);
        zone.add(&column, 0, values.len());
        zone
    }

    #[test]
    fn bounds_hold_exactly_what_lies_between() {
        let dates = zone(
            DataType::Date,
            &[Value::Date(5), Value::Null, Value::Date(-3)],
        );
        assert_eq!((dates.bounds, dates.nulls), (Bounds::Int(-3, 5), 1));
        for (day, held) in [(-4, false), (-3, true), (0, true), (5, true), (6, false)] {
            assert_eq!(
                dates.bounds.may_hold(&Value::Date(day), DataType::Date),
                held
            );
        }
        assert!(!dates.bounds.may_hold(&Value::Null, DataType::Date));
        let six = Value::Date(6);
        assert!(
            !dates
                .bounds
                .may_hold_between(Some(&six), None, DataType::Date)
        );
        assert!(
            dates
                .bounds
                .may_hold_between(None, Some(&six), DataType::Date)
        );
    }

    #[test]
    fn text_is_bounded_by_its_first_bytes() {
        let names = zone(
            DataType::Text,
            &[Value::text("melon and more"), Value::text("apple")],
        );
        for (text, held) in [
            ("apple", true),
            ("appl", false),
            ("melon and less", true),
            ("melons", false),
            ("zebra", false),
        ] {
            assert_eq!(
                names.bounds.may_hold(&Value::text(text), DataType::Text),
                held,
                "{text}"
            );
        }
    }

    #[test]
    fn nan_is_the_greatest_float() {
        let floats = zone(
            DataType::Float64,
            &[
                Value::Float64(1.0),
                Value::Float64(f64::NAN),
                Value::Float64(-2.0),
            ],
        );
        let ty = DataType::Float64;
        assert!(floats.bounds.may_hold(&Value::Float64(f64::NAN), ty));
        assert!(floats.bounds.may_hold(&Value::Float64(1e300), ty));
        assert!(!floats.bounds.may_hold(&Value::Float64(-3.0), ty));
    }

    #[test]
    fn only_nulls_hold_nothing() {
        let nulls = zone(DataType::Int32, &[Value::Null, Value::Null]);
        assert_eq!((nulls.bounds, nulls.nulls), (Bounds::Empty, 2));
        assert!(!nulls.bounds.may_hold(&Value::Int32(0), DataType::Int32));
    }

    #[test]
    fn survives_its_encoding() {
        for bounds in [
            Bounds::Empty,
            Bounds::Unknown,
            Bounds::Int(-1, 9),
            Bounds::Wide(-(1 << 100), 7),
            Bounds::Float(-0.5, f64::INFINITY),
            Bounds::Prefix(1, u64::MAX),
        ] {
            let mut out = Writer::default();
            bounds.encode(&mut out);
            assert_eq!(Bounds::decode(&mut Reader(&out.0)), Some(bounds));
        }
    }
}
