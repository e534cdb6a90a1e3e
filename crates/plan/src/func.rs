//! Scalar and aggregate functions, and what the optimizer may assume of each.

use types::interval::Unit;

/// A scalar function. Operands arrive already cast to fitting types: the binder makes every conversion a
/// [`Scalar::Cast`](crate::Scalar::Cast). See [`typing`](crate::typing) for result types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Func {
    /// Conjunction of two or more booleans, three-valued.
    And,
    /// Disjunction of two or more booleans, three-valued.
    Or,
    /// Negation, three-valued.
    Not,
    /// `a = b`
    Eq,
    /// `a <> b`
    Ne,
    /// `a < b`
    Lt,
    /// `a <= b`
    Le,
    /// `a > b`
    Gt,
    /// `a >= b`
    Ge,
    /// `x BETWEEN lo AND hi`, both ends included: one range test of three arguments.
    Between,
    /// `x IN (a, b, …)`: the first argument against the others, three-valued.
    In,
    /// `a IS NULL`
    IsNull,
    /// `a IS NOT NULL`
    IsNotNull,
    /// `a IS TRUE`: NULL gives false.
    IsTrue,
    /// `a IS FALSE`: NULL gives false.
    IsFalse,
    /// `a IS DISTINCT FROM b`
    IsDistinctFrom,
    /// `a IS NOT DISTINCT FROM b`: null-safe equality.
    IsNotDistinctFrom,
    /// `a LIKE pattern`, escape character `\`.
    Like,
    /// `a ILIKE pattern`
    ILike,
    /// `a + b`: numbers; date + integer; date/timestamp + interval; interval + interval.
    Add,
    /// `a - b`: numbers; date - date (integer days); date - integer; date/timestamp - interval; timestamp - timestamp.
    Sub,
    /// `a * b`: numbers.
    Mul,
    /// `a / b`: integers truncate towards zero.
    Div,
    /// `a % b`: sign of the dividend; integers and decimals.
    Mod,
    /// `-a`
    Neg,
    /// `a || b`
    Concat,
    /// First argument that is not NULL.
    Coalesce,
    /// NULL when both are equal, else the first.
    NullIf,
    /// Greatest argument, NULLs ignored.
    Greatest,
    /// Least argument, NULLs ignored.
    Least,
    /// Absolute value.
    Abs,
    /// Round half away from zero (decimals; half to even for doubles), optional digits as second argument.
    Round,
    /// Truncate toward zero, optional digits as second argument.
    Trunc,
    /// Largest whole number not above.
    Floor,
    /// Smallest whole number not below.
    Ceil,
    /// -1, 0 or 1.
    Sign,
    /// Square root, double.
    Sqrt,
    /// Power, double.
    Power,
    /// e to the power, double.
    Exp,
    /// Natural logarithm, double.
    Ln,
    /// Upper case.
    Upper,
    /// Lower case.
    Lower,
    /// Length in characters.
    Length,
    /// `substring(text from start for length)`; two or three arguments, start counted from 1.
    Substring,
    /// Blanks (or the characters of a second argument) cut from both ends.
    Trim,
    /// The same from the start.
    LTrim,
    /// The same from the end.
    RTrim,
    /// Every occurrence of the second argument replaced by the third.
    Replace,
    /// Position of the second argument in the first, from 1; 0 when absent.
    Position,
    /// First n characters.
    Left,
    /// Last n characters.
    Right,
    /// A field of a date, timestamp or interval, as numeric(38,6) (whole numbers for fields but seconds).
    Extract(Field),
    /// A timestamp cut to the start of its field.
    DateTrunc(Field),
    /// A random double in [0, 1): volatile.
    Random,
}

/// A field of a date, time or interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Year.
    Year,
    /// Quarter, 1 to 4.
    Quarter,
    /// Month, 1 to 12.
    Month,
    /// ISO week, 1 to 53.
    Week,
    /// Day of the month.
    Day,
    /// Day of the week, Sunday 0.
    DayOfWeek,
    /// Day of the year, from 1.
    DayOfYear,
    /// Hour.
    Hour,
    /// Minute.
    Minute,
    /// Second with fraction.
    Second,
    /// Seconds since 1970-01-01.
    Epoch,
}

impl Field {
    /// Reads a field's name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "quarter" => Self::Quarter,
            "dow" | "dayofweek" => Self::DayOfWeek,
            "doy" | "dayofyear" => Self::DayOfYear,
            "epoch" => Self::Epoch,
            other => match Unit::parse(other)? {
                Unit::Year => Self::Year,
                Unit::Month => Self::Month,
                Unit::Week => Self::Week,
                Unit::Day => Self::Day,
                Unit::Hour => Self::Hour,
                Unit::Minute => Self::Minute,
                Unit::Second => Self::Second,
                _ => return None,
            },
        })
    }

    /// The field's name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::DayOfWeek => "dow",
            Self::DayOfYear => "doy",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Epoch => "epoch",
        }
    }
}

impl Func {
    /// The name in SQL: the operator sign for operators, else the function's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Not => "not",
            Self::Eq => "=",
            Self::Ne => "<>",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Between => "between",
            Self::In => "in",
            Self::IsNull => "is null",
            Self::IsNotNull => "is not null",
            Self::IsTrue => "is true",
            Self::IsFalse => "is false",
            Self::IsDistinctFrom => "is distinct from",
            Self::IsNotDistinctFrom => "is not distinct from",
            Self::Like => "like",
            Self::ILike => "ilike",
            Self::Add => "+",
            Self::Sub | Self::Neg => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Mod => "%",
            Self::Concat => "||",
            Self::Coalesce => "coalesce",
            Self::NullIf => "nullif",
            Self::Greatest => "greatest",
            Self::Least => "least",
            Self::Abs => "abs",
            Self::Round => "round",
            Self::Trunc => "trunc",
            Self::Floor => "floor",
            Self::Ceil => "ceil",
            Self::Sign => "sign",
            Self::Sqrt => "sqrt",
            Self::Power => "power",
            Self::Exp => "exp",
            Self::Ln => "ln",
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Length => "length",
            Self::Substring => "substring",
            Self::Trim => "btrim",
            Self::LTrim => "ltrim",
            Self::RTrim => "rtrim",
            Self::Replace => "replace",
            Self::Position => "position",
            Self::Left => "left",
            Self::Right => "right",
            Self::Extract(_) => "extract",
            Self::DateTrunc(_) => "date_trunc",
            Self::Random => "random",
        }
    }

    /// Any NULL argument makes the result NULL.
    pub fn is_strict(self) -> bool {
        !matches!(
            self,
            Self::And
                | Self::Or
                | Self::In
                | Self::Between
                | Self::IsNull
                | Self::IsNotNull
                | Self::IsTrue
                | Self::IsFalse
                | Self::IsDistinctFrom
                | Self::IsNotDistinctFrom
                | Self::Coalesce
                | Self::NullIf
                | Self::Greatest
                | Self::Least
                | Self::Random
        )
    }

    /// The result is never NULL, whatever the arguments.
    pub fn never_null(self) -> bool {
        matches!(
            self,
            Self::IsNull
                | Self::IsNotNull
                | Self::IsTrue
                | Self::IsFalse
                | Self::IsDistinctFrom
                | Self::IsNotDistinctFrom
                | Self::Random
        )
    }

    /// Two calls with the same arguments may differ.
    pub fn is_volatile(self) -> bool {
        self == Self::Random
    }

    /// `=`, `<>`, `<`, `<=`, `>`, `>=`.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge
        )
    }

    /// The comparison with its sides exchanged: `a < b` is `b > a`.
    pub fn commuted(self) -> Option<Self> {
        Some(match self {
            Self::Eq => Self::Eq,
            Self::Ne => Self::Ne,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            _ => return None,
        })
    }

    /// The comparison that is true exactly when this one is false (NULL stays NULL).
    pub fn inverted(self) -> Option<Self> {
        Some(match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Lt => Self::Ge,
            Self::Le => Self::Gt,
            Self::Gt => Self::Le,
            Self::Ge => Self::Lt,
            Self::IsNull => Self::IsNotNull,
            Self::IsNotNull => Self::IsNull,
            Self::IsDistinctFrom => Self::IsNotDistinctFrom,
            Self::IsNotDistinctFrom => Self::IsDistinctFrom,
            _ => return None,
        })
    }
}

/// An aggregate function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggFunc {
    /// Rows.
    CountStar,
    /// Rows whose argument is not NULL.
    Count,
    /// Sum; NULL for no rows.
    Sum,
    /// Average; NULL for no rows.
    Avg,
    /// Least value.
    Min,
    /// Greatest value.
    Max,
    /// True when every value is; NULL for no rows.
    BoolAnd,
    /// True when some value is; NULL for no rows.
    BoolOr,
    /// Any one of the values: used where all are known to be equal.
    AnyValue,
    /// Sample standard deviation, double.
    StddevSamp,
    /// Sample variance, double.
    VarSamp,
    /// Population standard deviation, double.
    StddevPop,
    /// Population variance, double.
    VarPop,
}

impl AggFunc {
    /// The name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::CountStar | Self::Count => "count",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::BoolAnd => "bool_and",
            Self::BoolOr => "bool_or",
            Self::AnyValue => "any_value",
            Self::StddevSamp => "stddev_samp",
            Self::VarSamp => "var_samp",
            Self::StddevPop => "stddev_pop",
            Self::VarPop => "var_pop",
        }
    }

    /// The value over no rows is 0, not NULL.
    pub fn zero_on_empty(self) -> bool {
        matches!(self, Self::Count | Self::CountStar)
    }

    /// Duplicate rows do not change the result.
    pub fn ignores_duplicates(self) -> bool {
        matches!(
            self,
            Self::Min | Self::Max | Self::BoolAnd | Self::BoolOr | Self::AnyValue
        )
    }
}
