//! The value of an expression on the rows of a frame: one constant, or a column with a row for each.

use std::borrow::Cow;
use std::sync::Arc;
use types::data_type::Layout;
use types::{Bitmap, Column, DataType, Interval, StrVec, Value, Vector};

/// The value of an expression on the rows of a frame.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    /// The same on every row. A decimal has the scale of the expression's type.
    Const(Value),
    /// One row for each row of the frame, in order.
    Column(Arc<Column>),
}

impl Operand {
    pub(crate) fn column(data: Vector, validity: Option<Bitmap>) -> Self {
        Self::Column(Arc::new(Column::with_validity(data, validity)))
    }

    pub(crate) fn is_null_const(&self) -> bool {
        matches!(self, Self::Const(Value::Null))
    }

    /// The validity of the rows; `None` when no row is NULL. Not for the constant NULL.
    pub(crate) fn validity(&self) -> Option<&Bitmap> {
        match self {
            Self::Const(_) => None,
            Self::Column(column) => column.validity.as_ref(),
        }
    }

    /// The value of one row.
    pub(crate) fn value(&self, row: usize, ty: DataType) -> Value {
        match self {
            Self::Const(value) => value.clone(),
            Self::Column(column) => column.value(row, ty),
        }
    }

    /// The operand as a column of `rows` rows.
    pub(crate) fn into_column(self, rows: usize, ty: DataType) -> Arc<Column> {
        match self {
            Self::Column(column) => column,
            Self::Const(value) => Arc::new(broadcast(&value, rows, ty)),
        }
    }
}

/// A column of one value.
pub(crate) fn broadcast(value: &Value, rows: usize, ty: DataType) -> Column {
    let data = match (ty.layout(), value) {
        (_, Value::Null) => return nulls(rows, ty),
        (Layout::Str, Value::Text(text)) => {
            let mut values = StrVec::new();
            values.push(text);
            values.seal();
            Vector::Dict {
                codes: vec![0; rows],
                values: Arc::new(values),
            }
        }
        (Layout::I128, Value::Decimal(d)) => match i64::try_from(d.unscaled) {
            Ok(narrow) => Vector::I64(vec![narrow; rows]),
            Err(_) => Vector::I128(vec![d.unscaled; rows]),
        },
        (layout, value) => {
            let mut one = Vector::with_capacity(layout, 1);
            one.push(value);
            one.gather(&vec![0; rows])
        }
    };
    Column::new(data)
}

/// A column of NULLs.
pub(crate) fn nulls(rows: usize, ty: DataType) -> Column {
    let data = match ty.layout() {
        Layout::Bool => Vector::Bool(vec![false; rows]),
        Layout::I32 => Vector::I32(vec![0; rows]),
        Layout::I64 | Layout::I128 => Vector::I64(vec![0; rows]),
        Layout::F64 => Vector::F64(vec![0.0; rows]),
        Layout::Str => {
            let mut values = StrVec::new();
            values.push("");
            Vector::Dict {
                codes: vec![0; rows],
                values: Arc::new(values),
            }
        }
        Layout::Interval => Vector::Interval(vec![Interval::default(); rows]),
    };
    Column {
        data,
        validity: (rows > 0).then(|| Bitmap::filled(rows, false)),
    }
}

/// Rows of a fixed-width type for a kernel.
pub(crate) enum Lane<'a, T: Copy> {
    Const(T),
    Rows(Cow<'a, [T]>),
}

impl<T: Copy> Lane<'_, T> {
    pub(crate) fn map<'b, U: Copy>(&self, f: impl Fn(T) -> U) -> Lane<'b, U> {
        match self {
            Self::Const(v) => Lane::Const(f(*v)),
            Self::Rows(rows) => Lane::Rows(Cow::Owned(rows.iter().map(|v| f(*v)).collect())),
        }
    }
}

/// The rows as `i32`: smallint, integer, date.
pub(crate) fn lane_i32(operand: &Operand) -> Option<Lane<'_, i32>> {
    Some(match operand {
        Operand::Const(Value::Int32(v) | Value::Date(v)) => Lane::Const(*v),
        Operand::Const(Value::Int16(v)) => Lane::Const(i32::from(*v)),
        Operand::Column(column) => match &column.data {
            Vector::I32(rows) => Lane::Rows(Cow::Borrowed(rows)),
            _ => return None,
        },
        _ => return None,
    })
}

/// The rows as `i64`: every integer type, dates, timestamps, and decimals that fit, unscaled.
pub(crate) fn lane_i64(operand: &Operand) -> Option<Lane<'_, i64>> {
    Some(match operand {
        Operand::Const(Value::Int64(v) | Value::Timestamp(v)) => Lane::Const(*v),
        Operand::Const(Value::Decimal(d)) => Lane::Const(i64::try_from(d.unscaled).ok()?),
        Operand::Const(Value::Int32(v) | Value::Date(v)) => Lane::Const(i64::from(*v)),
        Operand::Const(Value::Int16(v)) => Lane::Const(i64::from(*v)),
        Operand::Column(column) => match &column.data {
            Vector::I64(rows) => Lane::Rows(Cow::Borrowed(rows)),
            Vector::I32(rows) => {
                Lane::Rows(Cow::Owned(rows.iter().map(|v| i64::from(*v)).collect()))
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// The rows as `i128`: what [`lane_i64`] has, and wide decimals.
pub(crate) fn lane_i128(operand: &Operand) -> Option<Lane<'_, i128>> {
    match operand {
        Operand::Const(Value::Decimal(d)) => Some(Lane::Const(d.unscaled)),
        Operand::Column(column) => match &column.data {
            Vector::I128(rows) => Some(Lane::Rows(Cow::Borrowed(rows))),
            _ => lane_i64(operand).map(|lane| lane.map(i128::from)),
        },
        Operand::Const(_) => lane_i64(operand).map(|lane| lane.map(i128::from)),
    }
}

/// The rows as `f64`.
pub(crate) fn lane_f64(operand: &Operand) -> Option<Lane<'_, f64>> {
    Some(match operand {
        Operand::Const(Value::Float64(v)) => Lane::Const(*v),
        Operand::Column(column) => match &column.data {
            Vector::F64(rows) => Lane::Rows(Cow::Borrowed(rows)),
            _ => return None,
        },
        _ => return None,
    })
}

/// The rows valid in both operands; `None` when all are.
pub(crate) fn both_valid(a: &Operand, b: &Operand) -> Option<Bitmap> {
    match (a.validity(), b.validity()) {
        (Some(a), Some(b)) => Some(a.and(b)),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    }
}
