//! What every index can do.

use std::fmt;
use storage::{LocalFuture, RowId, StorageError};
use types::SqlState;

/// Why an index refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexError {
    /// The key is there already and the index is unique.
    DuplicateKey {
        /// The row that has the key.
        row: RowId,
    },
    /// An invariant does not hold.
    Broken {
        /// Which one, in words.
        message: String,
    },
    /// The index lies in pages, and these failed.
    Storage(StorageError),
}

/// A unique index from encoded keys to rows. Indexes in pages wait for them, so every operation is a future; an index
/// that never waits has the same operations as plain methods too.
pub trait Index {
    /// The name a user knows the structure by, such as "hash".
    fn kind(&self) -> &'static str;

    /// Number of keys.
    fn len(&self) -> usize;

    /// True for no keys.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row with the key.
    fn get<'a>(&'a self, key: &'a [u8]) -> LocalFuture<'a, Result<Option<RowId>, IndexError>>;

    /// Adds a key that is not there yet; otherwise nothing changes and the error names the row that has it.
    fn insert<'a>(
        &'a mut self,
        key: &'a [u8],
        row: RowId,
    ) -> LocalFuture<'a, Result<(), IndexError>>;

    /// Takes a key out and returns its row.
    fn remove<'a>(
        &'a mut self,
        key: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<RowId>, IndexError>>;

    /// Checks the structure's invariants.
    fn verify(&self) -> LocalFuture<'_, Result<(), IndexError>>;
}

impl IndexError {
    /// The SQLSTATE of this error.
    pub fn code(&self) -> SqlState {
        match self {
            Self::DuplicateKey { .. } => SqlState::UNIQUE_VIOLATION,
            Self::Broken { .. } => SqlState::DATA_CORRUPTED,
            Self::Storage(error) => error.code(),
        }
    }
}

impl From<StorageError> for IndexError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateKey { row } => write!(
                f,
                "the key exists already, in slot {} of page {}",
                row.slot, row.page.0
            ),
            Self::Broken { message } => write!(f, "the index is damaged: {message}"),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for IndexError {}
