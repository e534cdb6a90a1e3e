//! Error codes, and the errors that computing with values can give.

use std::fmt;

/// A five-character SQLSTATE code, as PostgreSQL's appendix A lists them. Tests and the page match codes, never messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SqlState(pub &'static str);

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        impl SqlState { $($(#[$doc])* pub const $name: SqlState = SqlState($code);)* }
    };
}

states! {
    /// The feature exists in PostgreSQL but not here yet.
    FEATURE_NOT_SUPPORTED = "0A000";
    /// A scalar subquery gave more than one row.
    CARDINALITY_VIOLATION = "21000";
    /// A string is longer than its type allows.
    STRING_TOO_LONG = "22001";
    /// A number does not fit its type.
    NUMERIC_OUT_OF_RANGE = "22003";
    /// A date or time does not exist.
    DATETIME_OVERFLOW = "22008";
    /// Division by zero.
    DIVISION_BY_ZERO = "22012";
    /// An argument of a numeric function lies outside its domain.
    INVALID_ARGUMENT_FOR_POWER = "2201F";
    /// The argument of a logarithm is not positive.
    INVALID_ARGUMENT_FOR_LOG = "2201E";
    /// LIMIT is negative.
    INVALID_ROW_COUNT = "2201W";
    /// OFFSET is negative.
    INVALID_ROW_OFFSET = "2201X";
    /// A substring length is negative.
    SUBSTRING_ERROR = "22011";
    /// A parameter value is not allowed.
    INVALID_PARAMETER = "22023";
    /// A LIKE pattern ends in its escape character.
    INVALID_ESCAPE = "22025";
    /// Text does not spell a date or timestamp.
    INVALID_DATETIME = "22007";
    /// Text does not spell a value of the type.
    INVALID_TEXT = "22P02";
    /// A CSV file does not fit its table.
    BAD_COPY_FORMAT = "22P04";
    /// NULL in a NOT NULL column.
    NOT_NULL_VIOLATION = "23502";
    /// A duplicate key.
    UNIQUE_VIOLATION = "23505";
    /// A foreign key names no row.
    FOREIGN_KEY_VIOLATION = "23503";
    /// The SQL text does not parse.
    SYNTAX_ERROR = "42601";
    /// A column name fits several tables.
    AMBIGUOUS_COLUMN = "42702";
    /// No column has that name.
    UNDEFINED_COLUMN = "42703";
    /// No function takes these arguments.
    UNDEFINED_FUNCTION = "42883";
    /// Several operators take operands without a type.
    AMBIGUOUS_FUNCTION = "42725";
    /// The object is not of the kind that the statement asks for: a view for DROP TABLE.
    WRONG_OBJECT_TYPE = "42809";
    /// A foreign key refers to columns that are no key.
    INVALID_FOREIGN_KEY = "42830";
    /// No table has that name.
    UNDEFINED_TABLE = "42P01";
    /// No type, index or other object has that name.
    UNDEFINED_OBJECT = "42704";
    /// A column name occurs twice.
    DUPLICATE_COLUMN = "42701";
    /// A table name occurs twice in FROM.
    DUPLICATE_ALIAS = "42712";
    /// The table exists already.
    DUPLICATE_TABLE = "42P07";
    /// A column is neither grouped nor aggregated, or aggregates nest.
    GROUPING_ERROR = "42803";
    /// Types do not fit together.
    DATATYPE_MISMATCH = "42804";
    /// A value cannot be cast to the type.
    CANNOT_COERCE = "42846";
    /// A column reference where none is allowed.
    INVALID_COLUMN_REFERENCE = "42P10";
    /// A table definition contradicts itself.
    INVALID_TABLE_DEFINITION = "42P16";
    /// The type of a literal or parameter is not known.
    INDETERMINATE_DATATYPE = "42P18";
    /// A name is longer than 63 bytes.
    NAME_TOO_LONG = "42622";
    /// The statement is larger or nests deeper than the limits.
    STATEMENT_TOO_COMPLEX = "54001";
    /// Too many columns.
    TOO_MANY_COLUMNS = "54011";
    /// Too many arguments or list entries.
    PROGRAM_LIMIT_EXCEEDED = "54000";
    /// The memory budget is used up.
    OUT_OF_MEMORY = "53200";
    /// The query was cancelled.
    QUERY_CANCELED = "57014";
    /// The store could not read or write.
    IO_ERROR = "58030";
    /// A page or record is damaged.
    DATA_CORRUPTED = "XX001";
    /// A broken invariant that was caught.
    INTERNAL_ERROR = "XX000";
}

impl fmt::Display for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Why computing with values failed: the errors of expressions, whoever evaluates them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataError {
    /// `x / 0` or `x % 0`.
    DivisionByZero,
    /// The result does not fit the type named.
    OutOfRange {
        /// PostgreSQL's name of the type.
        ty: String,
    },
    /// The text does not spell a value of the type.
    InvalidText {
        /// PostgreSQL's name of the type.
        ty: String,
        /// The text as given.
        text: String,
    },
    /// The text does not spell a date or time.
    InvalidDatetime {
        /// The text as given.
        text: String,
    },
    /// The date or time is spelled well but does not exist, or lies outside the supported range.
    DatetimeOverflow {
        /// The text as given, or a description.
        text: String,
    },
    /// A string is longer than `varchar(n)` or `char(n)` allows.
    StringTooLong {
        /// PostgreSQL's name of the type.
        ty: String,
    },
    /// An argument lies outside the domain of a function.
    InvalidArgument {
        /// The code PostgreSQL gives.
        code: SqlState,
        /// What is wrong, in words.
        message: String,
    },
    /// A scalar subquery gave more than one row.
    MoreThanOneRow,
}

impl DataError {
    /// The SQLSTATE of this error.
    pub fn code(&self) -> SqlState {
        match self {
            Self::DivisionByZero => SqlState::DIVISION_BY_ZERO,
            Self::OutOfRange { .. } => SqlState::NUMERIC_OUT_OF_RANGE,
            Self::InvalidText { .. } => SqlState::INVALID_TEXT,
            Self::InvalidDatetime { .. } => SqlState::INVALID_DATETIME,
            Self::DatetimeOverflow { .. } => SqlState::DATETIME_OVERFLOW,
            Self::StringTooLong { .. } => SqlState::STRING_TOO_LONG,
            Self::InvalidArgument { code, .. } => *code,
            Self::MoreThanOneRow => SqlState::CARDINALITY_VIOLATION,
        }
    }

    /// The error for a text that is no date or timestamp: one of digits may be spelled well, and be no day there is.
    pub fn not_a_datetime(text: &str) -> Self {
        let fields = text.split(['-', '/', ' ', 'T', ':', '.']);
        let spelled = fields.clone().count() >= 3
            && fields
                .into_iter()
                .all(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
        let text = text.chars().take(80).collect();
        match spelled {
            true => Self::DatetimeOverflow { text },
            false => Self::InvalidDatetime { text },
        }
    }

    /// An out-of-range error for the type.
    pub fn out_of_range(ty: impl fmt::Display) -> Self {
        Self::OutOfRange { ty: ty.to_string() }
    }

    /// An invalid-text error for the type.
    pub fn invalid_text(ty: impl fmt::Display, text: &str) -> Self {
        Self::InvalidText {
            ty: ty.to_string(),
            text: text.chars().take(80).collect(),
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DivisionByZero => f.write_str("division by zero"),
            Self::OutOfRange { ty } => write!(f, "{ty} out of range"),
            Self::InvalidText { ty, text } => write!(f, "invalid input for type {ty}: \"{text}\""),
            Self::InvalidDatetime { text } => {
                write!(f, "invalid input for a date, time or interval: \"{text}\"")
            }
            Self::DatetimeOverflow { text } => write!(f, "date or time out of range: \"{text}\""),
            Self::StringTooLong { ty } => write!(f, "value too long for type {ty}"),
            Self::InvalidArgument { message, .. } => f.write_str(message),
            Self::MoreThanOneRow => {
                f.write_str("more than one row returned by a subquery used as an expression")
            }
        }
    }
}

impl std::error::Error for DataError {}
