//! Columns of values for vectorised execution.

use crate::data_type::Layout;
use crate::{Bitmap, DataType, Decimal, Interval, StrVec, Value};
use std::sync::Arc;

/// The rows of a column by memory layout. Rows that are NULL hold any value.
#[derive(Debug, Clone, PartialEq)]
pub enum Vector {
    /// boolean
    Bool(Vec<bool>),
    /// smallint, integer, date
    I32(Vec<i32>),
    /// bigint, timestamp, decimals whose digits fit
    I64(Vec<i64>),
    /// wide decimals
    I128(Vec<i128>),
    /// double precision
    F64(Vec<f64>),
    /// strings
    Str(StrVec),
    /// strings as codes into distinct values
    Dict {
        /// One index into `values` a row.
        codes: Vec<u32>,
        /// The distinct strings.
        values: Arc<StrVec>,
    },
    /// intervals
    Interval(Vec<Interval>),
}

/// A column: rows and their validity. No validity bitmap means that no row is NULL.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The rows.
    pub data: Vector,
    /// Clear bits are NULLs.
    pub validity: Option<Bitmap>,
}

impl Vector {
    /// An empty vector of the layout with room for `rows` rows.
    pub fn with_capacity(layout: Layout, rows: usize) -> Self {
        match layout {
            Layout::Bool => Self::Bool(Vec::with_capacity(rows)),
            Layout::I32 => Self::I32(Vec::with_capacity(rows)),
            Layout::I64 => Self::I64(Vec::with_capacity(rows)),
            Layout::I128 => Self::I128(Vec::with_capacity(rows)),
            Layout::F64 => Self::F64(Vec::with_capacity(rows)),
            Layout::Str => Self::Str(StrVec::with_capacity(rows)),
            Layout::Interval => Self::Interval(Vec::with_capacity(rows)),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Bool(v) => v.len(),
            Self::I32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::I128(v) => v.len(),
            Self::F64(v) => v.len(),
            Self::Str(v) => v.len(),
            Self::Dict { codes, .. } => codes.len(),
            Self::Interval(v) => v.len(),
        }
    }

    /// True for no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows at `rows`, in that order.
    pub fn gather(&self, rows: &[u32]) -> Self {
        fn pick<T: Copy>(from: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|&row| from[row as usize]).collect()
        }
        match self {
            Self::Bool(v) => Self::Bool(pick(v, rows)),
            Self::I32(v) => Self::I32(pick(v, rows)),
            Self::I64(v) => Self::I64(pick(v, rows)),
            Self::I128(v) => Self::I128(pick(v, rows)),
            Self::F64(v) => Self::F64(pick(v, rows)),
            Self::Str(v) => Self::Str(v.gather(rows.iter().map(|&row| row as usize))),
            Self::Dict { codes, values } => Self::Dict {
                codes: pick(codes, rows),
                values: values.clone(),
            },
            Self::Interval(v) => Self::Interval(pick(v, rows)),
        }
    }

    /// The bytes of string `row`; the vector must hold strings.
    pub fn str_bytes(&self, row: usize) -> &[u8] {
        match self {
            Self::Str(v) => v.bytes(row),
            Self::Dict { codes, values } => values.bytes(codes[row] as usize),
            _ => panic!("not a vector of strings"),
        }
    }

    /// Appends a value; NULL appends a filler row. The value must have a type of this layout.
    pub fn push(&mut self, value: &Value) {
        match (self, value) {
            (Self::Bool(v), Value::Bool(b)) => v.push(*b),
            (Self::Bool(v), Value::Null) => v.push(false),
            (Self::I32(v), Value::Int32(x) | Value::Date(x)) => v.push(*x),
            (Self::I32(v), Value::Int16(x)) => v.push(i32::from(*x)),
            (Self::I32(v), Value::Null) => v.push(0),
            (Self::I64(v), Value::Int64(x) | Value::Timestamp(x)) => v.push(*x),
            (Self::I64(v), Value::Decimal(d)) => v.push(d.unscaled as i64),
            (Self::I64(v), Value::Null) => v.push(0),
            (Self::I128(v), Value::Decimal(d)) => v.push(d.unscaled),
            (Self::I128(v), Value::Null) => v.push(0),
            (Self::F64(v), Value::Float64(x)) => v.push(*x),
            (Self::F64(v), Value::Null) => v.push(0.0),
            (Self::Str(v), Value::Text(t)) => v.push(t),
            (Self::Str(v), Value::Null) => v.push(""),
            (Self::Interval(v), Value::Interval(x)) => v.push(*x),
            (Self::Interval(v), Value::Null) => v.push(Interval::default()),
            (this, value) => panic!("a {} does not fit a column of {this:?}", value.data_type()),
        }
    }
}

impl Column {
    /// A column without NULLs.
    pub fn new(data: Vector) -> Self {
        Self {
            data,
            validity: None,
        }
    }

    /// A column with validity; a bitmap without clear bits is dropped.
    pub fn with_validity(data: Vector, validity: Option<Bitmap>) -> Self {
        Self {
            data,
            validity: validity.filter(|v| !v.all()),
        }
    }

    /// A column of the type with the given values.
    pub fn from_values<'a>(ty: DataType, values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut data = Vector::with_capacity(ty.layout(), 0);
        let mut validity = Bitmap::default();
        for value in values {
            data.push(value);
            validity.push(!value.is_null());
        }
        Self::with_validity(data, Some(validity))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// True for no rows.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// True when `row` is NULL.
    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        self.validity.as_ref().is_some_and(|v| !v.get(row))
    }

    /// The value of `row` as a value of the column's type.
    pub fn value(&self, row: usize, ty: DataType) -> Value {
        if self.is_null(row) {
            return Value::Null;
        }
        match (&self.data, ty) {
            (Vector::Bool(v), _) => Value::Bool(v[row]),
            (Vector::I32(v), DataType::Int16) => Value::Int16(v[row] as i16),
            (Vector::I32(v), DataType::Date) => Value::Date(v[row]),
            (Vector::I32(v), _) => Value::Int32(v[row]),
            (Vector::I64(v), DataType::Timestamp) => Value::Timestamp(v[row]),
            (Vector::I64(v), DataType::Decimal { scale, .. }) => {
                Value::Decimal(Decimal::new(i128::from(v[row]), scale))
            }
            (Vector::I64(v), _) => Value::Int64(v[row]),
            (Vector::I128(v), _) => Value::Decimal(Decimal::new(v[row], ty.scale())),
            (Vector::F64(v), _) => Value::Float64(v[row]),
            (Vector::Str(v), _) => Value::text(v.get(row)),
            (Vector::Dict { codes, values }, _) => Value::text(values.get(codes[row] as usize)),
            (Vector::Interval(v), _) => Value::Interval(v[row]),
        }
    }

    /// The rows at `rows`, in that order.
    pub fn gather(&self, rows: &[u32]) -> Self {
        let validity = self
            .validity
            .as_ref()
            .map(|v| rows.iter().map(|&row| v.get(row as usize)).collect());
        Self::with_validity(self.data.gather(rows), validity)
    }
}
