//! Why storage failed.

use crate::page::PageId;
use std::fmt;
use types::SqlState;

/// Results of this crate.
pub type Result<T> = std::result::Result<T, StorageError>;

/// Why an operation on pages failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageError {
    /// A page is damaged or missing; nothing of it was used.
    Corrupt {
        /// The page asked for.
        page: PageId,
        /// What is wrong with it.
        what: Corruption,
    },
    /// The store could not read or write. A write that failed may still have reached the store: roll back, which
    /// reads again what the store holds.
    Store {
        /// The store's own words.
        message: String,
    },
    /// The store itself is damaged, in a way that names no page.
    DamagedStore {
        /// The store's own words.
        message: String,
    },
    /// The store has no room left.
    Full {
        /// The store's own words.
        message: String,
    },
    /// The page size is not a power of two from 512 to 262,144.
    PageSize {
        /// The size asked for, in bytes.
        size: usize,
    },
    /// The store holds no database.
    NoDatabase,
    /// The store holds a database already.
    DatabaseExists,
    /// The database was written by another version of the format.
    Format {
        /// The version found.
        found: u32,
        /// The version this build reads.
        expected: u32,
    },
    /// A row does not fit a page even with all its strings elsewhere: fewer columns or larger pages are needed.
    RowTooWide {
        /// Bytes the columns need.
        bytes: usize,
        /// Bytes a page offers.
        room: usize,
    },
    /// Batch and heap do not agree: another number of columns, or a vector of another layout.
    SchemaMismatch {
        /// What does not agree, in words.
        message: String,
    },
    /// No heap has that root, or it was dropped.
    NoSuchHeap {
        /// The root asked for.
        root: PageId,
    },
    /// A row id names no live row.
    NoSuchRow {
        /// The page named.
        page: PageId,
        /// The slot named.
        slot: u32,
    },
}

/// What is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Corruption {
    /// The store has no such page.
    Missing,
    /// The page has another length than the database's pages.
    Length {
        /// Bytes found.
        found: usize,
    },
    /// The checksum does not fit the bytes.
    Checksum {
        /// Kept in the page.
        stored: u32,
        /// Computed from its bytes.
        computed: u32,
    },
    /// The page says it is another one: a misdirected write.
    PageNumber {
        /// The page number kept in it.
        found: PageId,
    },
    /// The page is of another kind than its place demands.
    Kind {
        /// The kind byte found.
        found: u8,
    },
    /// An invariant of the page's contents does not hold.
    Structure(String),
}

impl StorageError {
    /// The SQLSTATE of this error.
    pub fn code(&self) -> SqlState {
        match self {
            Self::Corrupt { .. } | Self::DamagedStore { .. } | Self::Format { .. } => {
                SqlState::DATA_CORRUPTED
            }
            Self::Store { .. } | Self::NoDatabase | Self::DatabaseExists => SqlState::IO_ERROR,
            Self::Full { .. } => SqlState("53100"),
            Self::PageSize { .. } => SqlState::INVALID_PARAMETER,
            Self::RowTooWide { .. } => SqlState::PROGRAM_LIMIT_EXCEEDED,
            Self::SchemaMismatch { .. } | Self::NoSuchRow { .. } | Self::NoSuchHeap { .. } => {
                SqlState::INTERNAL_ERROR
            }
        }
    }

    /// A broken invariant of a page.
    pub(crate) fn structure(page: PageId, what: impl Into<String>) -> Self {
        Self::Corrupt {
            page,
            what: Corruption::Structure(what.into()),
        }
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt { page, what } => write!(f, "page {} is damaged: {what}", page.0),
            Self::Store { message } => write!(f, "the store failed: {message}"),
            Self::DamagedStore { message } => write!(f, "the store is damaged: {message}"),
            Self::Full { message } => write!(f, "the store is full: {message}"),
            Self::PageSize { size } => write!(
                f,
                "a page size must be a power of two from 512 to 262144, not {size}"
            ),
            Self::NoDatabase => f.write_str("the store holds no database"),
            Self::DatabaseExists => f.write_str("the store holds a database already"),
            Self::Format { found, expected } => write!(
                f,
                "the database has format {found}, this build reads format {expected}"
            ),
            Self::RowTooWide { bytes, room } => write!(
                f,
                "a row needs {bytes} bytes of a page and a page has {room}: use fewer columns or larger pages"
            ),
            Self::SchemaMismatch { message } => f.write_str(message),
            Self::NoSuchHeap { root } => write!(f, "no heap starts at page {}", root.0),
            Self::NoSuchRow { page, slot } => {
                write!(f, "no row in slot {slot} of page {}", page.0)
            }
        }
    }
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it is missing"),
            Self::Length { found } => write!(f, "it has {found} bytes"),
            Self::Checksum { stored, computed } => {
                write!(f, "checksum {stored:08x} does not fit {computed:08x}")
            }
            Self::PageNumber { found } => write!(f, "it says it is page {}", found.0),
            Self::Kind { found } => write!(f, "it has the unexpected kind {found}"),
            Self::Structure(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for StorageError {}
