//! Why a statement failed: one value with a stable code, a message, a hint and the place in the SQL text.

use exec::ExecError;
use std::fmt;
use types::{DataError, Span, SqlState};

/// Any failure of the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// The text does not parse or bind.
    Sql(sql::SqlError),
    /// The optimizer gave up: a rule loop or a broken invariant.
    Optimizer(optimizer::OptimizerError),
    /// A running query failed.
    Exec(ExecError),
    /// An error whose place in the SQL text was found later.
    Placed {
        /// The error.
        error: Box<Error>,
        /// The place: an expression, or the whole statement.
        at: Span,
    },
    /// A constant or default could not be computed.
    Data(DataError),
    /// The store or a page failed.
    Storage(storage::StorageError),
    /// A NULL for a NOT NULL column.
    NotNull {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A second row with the same key.
    DuplicateKey {
        /// The constraint's name.
        constraint: String,
        /// The key's columns and values, `(a, b)=(1, 2)`.
        key: String,
    },
    /// CREATE of a name that exists.
    TableExists {
        /// The name.
        name: String,
    },
    /// DROP or use of a name that does not exist.
    NoSuchTable {
        /// The name.
        name: String,
    },
    /// DROP of an index that does not exist.
    NoSuchIndex {
        /// The name.
        name: String,
    },
    /// DROP of something that others depend on.
    DependentObjects {
        /// What is wrong, in words.
        message: String,
    },
    /// A CSV text does not fit its table.
    Csv {
        /// Line, from 1.
        line: u64,
        /// What is wrong, in words.
        message: String,
        /// The code of the cause.
        code: SqlState,
    },
    /// The statement is valid SQL that the engine does not run yet.
    Unsupported {
        /// What, in words.
        what: String,
    },
    /// The catalog's bytes do not decode.
    DamagedCatalog,
    /// The database was written in another format.
    FormatVersion {
        /// Its version.
        found: u32,
        /// The version this build reads.
        expected: u32,
    },
}

impl Error {
    /// The SQLSTATE.
    pub fn code(&self) -> SqlState {
        match self {
            Self::Sql(e) => e.code(),
            Self::Optimizer(_) => SqlState::INTERNAL_ERROR,
            Self::Exec(e) => e.code(),
            Self::Placed { error, .. } => error.code(),
            Self::Data(e) => e.code(),
            Self::Storage(e) => e.code(),
            Self::NotNull { .. } => SqlState::NOT_NULL_VIOLATION,
            Self::DuplicateKey { .. } => SqlState::UNIQUE_VIOLATION,
            Self::TableExists { .. } => SqlState::DUPLICATE_TABLE,
            Self::NoSuchTable { .. } => SqlState::UNDEFINED_TABLE,
            Self::NoSuchIndex { .. } => SqlState::UNDEFINED_OBJECT,
            Self::DependentObjects { .. } => SqlState("2BP01"),
            Self::Csv { code, .. } => *code,
            Self::Unsupported { .. } => SqlState::FEATURE_NOT_SUPPORTED,
            Self::DamagedCatalog => SqlState::DATA_CORRUPTED,
            Self::FormatVersion { .. } => SqlState::FEATURE_NOT_SUPPORTED,
        }
    }

    /// The place in the SQL text, in bytes, when one is known.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Sql(e) => Some(e.span()),
            Self::Placed { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// The error with a place, if it has none and the SQL text is what it is about.
    pub(crate) fn at(self, at: Option<Span>) -> Self {
        let about_the_text = match &self {
            Self::Sql(_) | Self::Placed { .. } | Self::Csv { .. } => false,
            Self::Optimizer(_) | Self::Storage(_) => false,
            Self::DamagedCatalog | Self::FormatVersion { .. } => false,
            Self::Exec(error) => matches!(error, ExecError::Data(_) | ExecError::TooComplex),
            _ => true,
        };
        match at {
            Some(at) if about_the_text => Self::Placed {
                error: Box::new(self),
                at,
            },
            _ => self,
        }
    }

    /// What to try, when there is something to say.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Sql(e) => e.hint(),
            Self::Placed { error, .. } => error.hint(),
            Self::TableExists { .. } => {
                Some("Use CREATE TABLE IF NOT EXISTS, or DROP the old one first.".into())
            }
            Self::DependentObjects { .. } => {
                Some("Use DROP ... CASCADE to drop what depends on it, too.".into())
            }
            Self::Optimizer(_) => Some(
                "This is a defect of Planarium. Switch off the rule named and run again.".into(),
            ),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(e) => write!(f, "{e}"),
            Self::Optimizer(e) => write!(f, "{e}"),
            Self::Exec(e) => write!(f, "{e}"),
            Self::Placed { error, .. } => write!(f, "{error}"),
            Self::Data(e) => write!(f, "{e}"),
            Self::Storage(e) => write!(f, "{e}"),
            Self::NotNull { table, column } => {
                write!(
                    f,
                    "null value in column \"{column}\" of relation \"{table}\" violates not-null constraint"
                )
            }
            Self::DuplicateKey { constraint, key } => {
                write!(
                    f,
                    "duplicate key value violates unique constraint \"{constraint}\": key {key} already exists"
                )
            }
            Self::TableExists { name } => write!(f, "relation \"{name}\" already exists"),
            Self::NoSuchTable { name } => write!(f, "table \"{name}\" does not exist"),
            Self::NoSuchIndex { name } => write!(f, "index \"{name}\" does not exist"),
            Self::DependentObjects { message } => f.write_str(message),
            Self::Csv { line, message, .. } => write!(f, "line {line}: {message}"),
            Self::Unsupported { what } => write!(f, "{what} is not supported yet"),
            Self::DamagedCatalog => f.write_str("the catalog of this database is damaged"),
            Self::FormatVersion { found, expected } => {
                write!(
                    f,
                    "the database has format {found}; this version reads format {expected}"
                )
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<sql::SqlError> for Error {
    fn from(error: sql::SqlError) -> Self {
        Self::Sql(error)
    }
}

impl From<optimizer::OptimizerError> for Error {
    fn from(error: optimizer::OptimizerError) -> Self {
        Self::Optimizer(error)
    }
}

impl From<ExecError> for Error {
    fn from(error: ExecError) -> Self {
        Self::Exec(error)
    }
}

impl From<DataError> for Error {
    fn from(error: DataError) -> Self {
        Self::Data(error)
    }
}

impl From<storage::StorageError> for Error {
    fn from(error: storage::StorageError) -> Self {
        Self::Storage(error)
    }
}
