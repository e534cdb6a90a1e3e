//! What an expression may refer to.

use crate::Rng;
use types::DataType;

/// A family of types whose values go together in comparisons, CASE arms and set operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// smallint, integer, bigint; sums of bigints, too, which are numeric.
    Int,
    /// numeric
    Decimal,
    /// double precision
    Float,
    /// text and varchar
    Text,
    /// date
    Date,
    /// boolean
    Bool,
}

impl Kind {
    /// All of them, integers and text more often.
    pub const CHOICES: [Self; 9] = [
        Self::Int,
        Self::Int,
        Self::Int,
        Self::Text,
        Self::Text,
        Self::Decimal,
        Self::Float,
        Self::Date,
        Self::Bool,
    ];

    /// The kind of a column type.
    pub fn of(ty: DataType) -> Self {
        match ty {
            DataType::Bool => Self::Bool,
            DataType::Decimal { .. } => Self::Decimal,
            DataType::Float64 => Self::Float,
            DataType::Date => Self::Date,
            _ if ty.is_integer() => Self::Int,
            _ => Self::Text,
        }
    }

    /// A type to cast NULLs to.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Int => "integer",
            Self::Decimal => "numeric(8,2)",
            Self::Float => "double precision",
            Self::Text => "text",
            Self::Date => "date",
            Self::Bool => "boolean",
        }
    }
}

/// Something that can be referred to by name, or a grouping expression.
#[derive(Debug, Clone)]
pub struct Column {
    /// As written in SQL: `a1.c0`.
    pub text: String,
    /// Its kind.
    pub kind: Kind,
}

/// The columns in scope.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Of this query's FROM, or its grouping columns.
    pub local: Vec<Column>,
    /// Of the queries around it.
    pub outer: Vec<Column>,
    /// Columns that aggregates may use: those of FROM, where the query is grouped.
    pub grouped: Option<Vec<Column>>,
}

impl Scope {
    /// The scope of a subquery: all that can be seen here is outer there.
    pub fn inside(&self) -> Self {
        Self {
            local: Vec::new(),
            outer: self.local.iter().chain(&self.outer).cloned().collect(),
            grouped: None,
        }
    }

    /// A column of the kind: mostly a local one, sometimes one of an outer query.
    pub fn column(&self, rng: &mut Rng, kind: Kind) -> Option<String> {
        let of_kind = |columns: &[Column]| -> Vec<String> {
            let fitting = columns.iter().filter(|c| c.kind == kind);
            fitting.map(|c| c.text.clone()).collect()
        };
        let (local, outer) = (of_kind(&self.local), of_kind(&self.outer));
        let columns = match (local.is_empty(), outer.is_empty()) {
            (true, true) => return None,
            (true, false) => outer,
            (false, true) => local,
            (false, false) if rng.chance(30) => outer,
            (false, false) => local,
        };
        Some(rng.pick(&columns).clone())
    }
}
