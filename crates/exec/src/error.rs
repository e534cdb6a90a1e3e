//! Why a query could not run to its end.

use std::fmt;
use storage::StorageError;
use types::{DataError, SqlState};

/// Results of this crate.
pub type Result<T> = std::result::Result<T, ExecError>;

/// Why executing a plan failed, by cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecError {
    /// An expression failed on the data.
    Data(DataError),
    /// The query was cancelled.
    Canceled,
    /// The query needs more memory than its budget, or than there is.
    OutOfMemory {
        /// The budget in bytes.
        budget: usize,
    },
    /// An expression nests deeper than can be evaluated.
    TooComplex,
    /// Pages could not be read.
    Storage(StorageError),
    /// A broken invariant that was caught: a plan that no optimizer should make.
    Internal(String),
}

impl ExecError {
    /// The SQLSTATE of this error.
    pub fn code(&self) -> SqlState {
        match self {
            Self::Data(error) => error.code(),
            Self::Canceled => SqlState::QUERY_CANCELED,
            Self::OutOfMemory { .. } => SqlState::OUT_OF_MEMORY,
            Self::TooComplex => SqlState::STATEMENT_TOO_COMPLEX,
            Self::Storage(error) => error.code(),
            Self::Internal(_) => SqlState::INTERNAL_ERROR,
        }
    }
}

impl fmt::Display for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(error) => error.fmt(f),
            Self::Canceled => f.write_str("the query was cancelled"),
            Self::OutOfMemory { budget } => write!(
                f,
                "the query needs more than its {} MiB of memory: select fewer rows or columns",
                budget >> 20
            ),
            Self::TooComplex => {
                f.write_str("an expression nests too deeply: split it over several queries")
            }
            Self::Storage(error) => error.fmt(f),
            Self::Internal(message) => write!(f, "internal error: {message}"),
        }
    }
}

impl std::error::Error for ExecError {}

impl From<DataError> for ExecError {
    fn from(error: DataError) -> Self {
        Self::Data(error)
    }
}

impl From<StorageError> for ExecError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}
