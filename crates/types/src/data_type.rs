//! SQL data types under PostgreSQL's names.

use std::fmt;

/// The widest decimal: 38 digits, what an `i128` holds.
pub const MAX_PRECISION: u8 = 38;

/// A SQL data type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataType {
    /// The type of a bare NULL or untyped literal; the binder leaves none in a finished plan but for `SELECT NULL`.
    Unknown,
    /// `boolean`
    Bool,
    /// `smallint`, 16 bits
    Int16,
    /// `integer`, 32 bits
    Int32,
    /// `bigint`, 64 bits
    Int64,
    /// `numeric(precision, scale)`: an integer of at most 38 digits times 10^-scale
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point, 0 to precision.
        scale: u8,
    },
    /// `double precision`
    Float64,
    /// `text`
    Text,
    /// `character varying(n)`, n in characters
    Varchar(u32),
    /// `character(n)`: padded with blanks to n characters when stored, compared without trailing blanks
    Char(u32),
    /// `date`, days since 1970-01-01
    Date,
    /// `timestamp without time zone`, microseconds since 1970-01-01 00:00
    Timestamp,
    /// `interval`: months, days and microseconds
    Interval,
}

/// How values of a type lie in a [`Vector`](crate::Vector).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One `bool` a row.
    Bool,
    /// `i32`: smallint, integer and date.
    I32,
    /// `i64`: bigint, timestamp, and decimals of at most 18 digits.
    I64,
    /// `i128`: wider decimals (a vector of such a type may still be I64 when all its values fit).
    I128,
    /// `f64`.
    F64,
    /// Strings.
    Str,
    /// Intervals.
    Interval,
}

impl DataType {
    /// A decimal with precision capped at 38 and scale capped at the precision.
    pub fn decimal(precision: u32, scale: u32) -> Self {
        let precision = precision.clamp(1, u32::from(MAX_PRECISION)) as u8;
        Self::Decimal {
            precision,
            scale: (scale.min(u32::from(precision))) as u8,
        }
    }

    /// How a column of this type is stored in memory. `Unknown` columns hold only NULLs and use `Str`.
    pub fn layout(self) -> Layout {
        match self {
            Self::Bool => Layout::Bool,
            Self::Int16 | Self::Int32 | Self::Date => Layout::I32,
            Self::Int64 | Self::Timestamp => Layout::I64,
            Self::Decimal { precision, .. } if precision <= 18 => Layout::I64,
            Self::Decimal { .. } => Layout::I128,
            Self::Float64 => Layout::F64,
            Self::Unknown | Self::Text | Self::Varchar(_) | Self::Char(_) => Layout::Str,
            Self::Interval => Layout::Interval,
        }
    }

    /// smallint, integer or bigint.
    pub fn is_integer(self) -> bool {
        matches!(self, Self::Int16 | Self::Int32 | Self::Int64)
    }

    /// Any number.
    pub fn is_numeric(self) -> bool {
        self.is_integer() || matches!(self, Self::Decimal { .. } | Self::Float64)
    }

    /// text, varchar or char.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Varchar(_) | Self::Char(_))
    }

    /// The scale of a decimal, 0 for every other type.
    pub fn scale(self) -> u8 {
        if let Self::Decimal { scale, .. } = self {
            scale
        } else {
            0
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Bool => f.write_str("boolean"),
            Self::Int16 => f.write_str("smallint"),
            Self::Int32 => f.write_str("integer"),
            Self::Int64 => f.write_str("bigint"),
            Self::Decimal { precision, scale } => write!(f, "numeric({precision},{scale})"),
            Self::Float64 => f.write_str("double precision"),
            Self::Text => f.write_str("text"),
            Self::Varchar(n) => write!(f, "character varying({n})"),
            Self::Char(n) => write!(f, "character({n})"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp without time zone"),
            Self::Interval => f.write_str("interval"),
        }
    }
}
