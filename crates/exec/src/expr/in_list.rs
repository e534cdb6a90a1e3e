//! `x IN (constants)`: the list as a sorted array or a set, made once.

use crate::kernels::compare::float_key;
use std::collections::HashSet;
use types::data_type::Layout;
use types::{DataType, Value};

/// The constants of an IN list, by the way their rows are kept.
#[derive(Debug)]
pub(crate) enum Members {
    /// Integers, dates, timestamps, decimals at the tested type's scale; doubles by their order. Sorted.
    Whole(Vec<i64>),
    Texts(HashSet<Box<[u8]>>),
}

/// An IN list of constants.
#[derive(Debug)]
pub(crate) struct InList {
    pub(crate) members: Members,
    /// The list holds NULL: a value that is not in it gives NULL, not false.
    pub(crate) has_null: bool,
}

impl InList {
    /// The list of constants tested against values of type `ty`; `None` when they are not of one kind.
    pub(crate) fn new(values: &[Value], ty: DataType) -> Option<Self> {
        let has_null = values.iter().any(Value::is_null);
        let present = || values.iter().filter(|v| !v.is_null());
        let members = match ty.layout() {
            Layout::Str => Members::Texts(
                present()
                    .map(|v| v.as_str().map(|text| text.as_bytes().into()))
                    .collect::<Option<_>>()?,
            ),
            Layout::I32 | Layout::I64 | Layout::F64 => {
                let mut whole = present()
                    .map(|v| whole(v, ty))
                    .collect::<Option<Vec<i64>>>()?;
                whole.sort_unstable();
                whole.dedup();
                Members::Whole(whole)
            }
            _ => return None,
        };
        Some(Self { members, has_null })
    }

    /// True for a member; not for lists of texts.
    pub(crate) fn contains(&self, value: i64) -> bool {
        match &self.members {
            Members::Whole(whole) if whole.len() <= 8 => whole.contains(&value),
            Members::Whole(whole) => whole.binary_search(&value).is_ok(),
            Members::Texts(_) => false,
        }
    }
}

/// A constant as the integer that rows of type `ty` are compared by; `None` when its kind is another.
pub(crate) fn whole(value: &Value, ty: DataType) -> Option<i64> {
    match (value, ty) {
        (_, DataType::Int16 | DataType::Int32 | DataType::Int64) => value.as_i64(),
        (Value::Date(day), DataType::Date) => Some(i64::from(*day)),
        (Value::Timestamp(at), DataType::Timestamp) => Some(*at),
        (Value::Decimal(d), DataType::Decimal { scale, .. }) if d.scale == scale => {
            i64::try_from(d.unscaled).ok()
        }
        (Value::Float64(v), DataType::Float64) => Some(float_key(*v)),
        _ => None,
    }
}
