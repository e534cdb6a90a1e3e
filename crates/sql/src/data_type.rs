//! Types as SQL writes them.
//!
//! `numeric` without precision is `numeric(38,10)`: decimals here have a fixed scale. `real` and `float(n)` are
//! `double precision`; `varchar` without length is `text`, `char` is `char(1)`.

use crate::SqlError;
use crate::binder::Binder;
use sqlparser::ast::{
    CharacterLength, DataType as ParserType, ExactNumberInfo, ObjectNamePart, TimezoneInfo,
};
use types::data_type::MAX_PRECISION;
use types::{DataType, Span};

/// `numeric` without precision and scale.
pub(crate) const BARE_NUMERIC: DataType = DataType::Decimal {
    precision: MAX_PRECISION,
    scale: 10,
};

impl Binder<'_, '_> {
    /// The type that SQL writes so.
    pub fn data_type(&self, ty: &ParserType, at: Span) -> Result<DataType, SqlError> {
        if let Some((precision, scale)) = number_info(ty)
            && (precision == 0
                || precision > u64::from(MAX_PRECISION)
                || !(0..=precision as i64).contains(&scale))
        {
            return Err(SqlError::NotSupported {
                feature: format!("numeric({precision},{scale}) (1 to 38 digits, scale up to that)"),
                at: self.at(at),
            });
        }
        if matches!(length(ty), Some(0 | 10_485_761..)) {
            return Err(SqlError::InvalidParameter {
                message: "length of a string type must be between 1 and 10485760".into(),
                at: self.at(at),
            });
        }
        if let Some(read) = read(ty) {
            return Ok(read);
        }
        match ty {
            ParserType::Custom(name, _)
                if name.0.iter().any(
                    |part| matches!(part, ObjectNamePart::Identifier(i) if self.name(i).is_err()),
                ) =>
            {
                Err(SqlError::Syntax {
                    near: Some(name.to_string()),
                    expected: Some("a type".into()),
                    at: self.at(at),
                })
            }
            ParserType::Custom(name, _) => Err(SqlError::UnknownObject {
                kind: "type",
                name: match name.0.last() {
                    Some(ObjectNamePart::Identifier(ident)) => ident.value.to_ascii_lowercase(),
                    _ => ty.to_string(),
                },
                at: self.at(at),
            }),
            other => {
                let name = other.to_string().to_ascii_lowercase();
                self.unsupported(format!("type {name}"), at)
            }
        }
    }
}

fn number_info(ty: &ParserType) -> Option<(u64, i64)> {
    match ty {
        ParserType::Numeric(info) | ParserType::Decimal(info) | ParserType::Dec(info) => match info
        {
            ExactNumberInfo::Precision(p) => Some((*p, 0)),
            ExactNumberInfo::PrecisionAndScale(p, s) => Some((*p, *s)),
            ExactNumberInfo::None => None,
        },
        _ => None,
    }
}

fn length(ty: &ParserType) -> Option<u64> {
    match ty {
        ParserType::Character(length)
        | ParserType::Char(length)
        | ParserType::CharacterVarying(length)
        | ParserType::CharVarying(length)
        | ParserType::Varchar(length)
        | ParserType::Nvarchar(length) => match length {
            Some(CharacterLength::IntegerLength { length, .. }) => Some(*length),
            _ => None,
        },
        _ => None,
    }
}

/// The type, when it is one of ours; its numbers are taken as they are.
pub(crate) fn read(ty: &ParserType) -> Option<DataType> {
    use ParserType as P;
    Some(match ty {
        P::Boolean | P::Bool => DataType::Bool,
        P::SmallInt(None) | P::Int2(None) => DataType::Int16,
        P::Int(None) | P::Integer(None) | P::Int4(None) => DataType::Int32,
        P::BigInt(None) | P::Int8(None) => DataType::Int64,
        P::Numeric(_) | P::Decimal(_) | P::Dec(_) => match number_info(ty) {
            Some((p, s)) => DataType::decimal(
                u32::try_from(p).unwrap_or(u32::MAX),
                u32::try_from(s).unwrap_or(0),
            ),
            None => BARE_NUMERIC,
        },
        P::Real | P::Float4 | P::Float8 | P::Float64 | P::DoublePrecision => DataType::Float64,
        P::Float(_) | P::Double(ExactNumberInfo::None) => DataType::Float64,
        P::Text => DataType::Text,
        P::Varchar(_) | P::CharacterVarying(_) | P::CharVarying(_) => match length(ty) {
            Some(n) => DataType::Varchar(u32::try_from(n).unwrap_or(u32::MAX)),
            None => DataType::Text,
        },
        P::Char(_) | P::Character(_) => {
            DataType::Char(length(ty).map_or(1, |n| u32::try_from(n).unwrap_or(u32::MAX)))
        }
        P::Date => DataType::Date,
        P::Timestamp(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => DataType::Timestamp,
        P::Interval { .. } => DataType::Interval,
        P::Custom(name, modifiers) if modifiers.is_empty() => match name.0.as_slice() {
            [ObjectNamePart::Identifier(ident)] => {
                match ident.value.to_ascii_lowercase().as_str() {
                    "bpchar" | "name" => DataType::Text,
                    _ => return None,
                }
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// `numeric` without precision, which keeps the scale of what is cast to it.
pub(crate) fn is_bare_numeric(ty: &ParserType) -> bool {
    matches!(
        ty,
        ParserType::Numeric(_) | ParserType::Decimal(_) | ParserType::Dec(_)
    ) && number_info(ty).is_none()
}

/// A type's name in messages: without length and precision, as PostgreSQL names operand types.
pub(crate) fn short_name(ty: DataType) -> String {
    match ty {
        DataType::Decimal { .. } => "numeric".into(),
        DataType::Varchar(_) => "character varying".into(),
        DataType::Char(_) => "character".into(),
        other => other.to_string(),
    }
}

/// PostgreSQL's internal name, which a cast gives an output column.
pub(crate) fn internal_name(ty: DataType) -> String {
    match ty {
        DataType::Bool => "bool",
        DataType::Int16 => "int2",
        DataType::Int32 => "int4",
        DataType::Int64 => "int8",
        DataType::Float64 => "float8",
        DataType::Decimal { .. } => "numeric",
        DataType::Varchar(_) => "varchar",
        DataType::Char(_) => "bpchar",
        DataType::Timestamp => "timestamp",
        DataType::Unknown | DataType::Text => "text",
        DataType::Date => "date",
        DataType::Interval => "interval",
    }
    .into()
}
