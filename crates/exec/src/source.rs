//! Where table rows come from: a trait, so that operators run over heaps and over batches in memory alike.

use crate::{LocalFuture, Result};
use types::{Batch, DataType, TableId, Value};

/// What a scan asks for.
#[derive(Debug, Clone, Default)]
pub struct ScanRequest {
    /// Ordinals of the columns wanted, in output order; [`plan::ROW_ID`] for the packed row id. None is fine for
    /// counting rows.
    pub columns: Vec<u32>,
    /// Ranges that wanted rows lie in: pages that cannot hold such rows may be passed over. Rows outside may still come.
    pub ranges: Vec<ColumnRange>,
}

/// A range that a column's value lies in on every row that is wanted; NULL never does.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnRange {
    /// The column's position in the table.
    pub ordinal: u32,
    /// The column's type.
    pub ty: DataType,
    /// Not less than this.
    pub low: Option<Value>,
    /// Not greater than this.
    pub high: Option<Value>,
}

/// Gives the rows of tables.
pub trait TableSource {
    /// A cursor over a table's rows.
    fn scan(&self, table: TableId, request: ScanRequest) -> Result<Box<dyn TableCursor>>;
}

/// What a cursor can say without waiting.
#[derive(Debug)]
pub enum CursorStep {
    /// The next rows.
    Batch(Batch),
    /// Await [`TableCursor::fetch`], then step again.
    Wait,
    /// No more rows.
    End,
}

/// A cursor over the rows of a table.
pub trait TableCursor {
    /// The next rows as far as they are at hand; never waits.
    fn step(&mut self) -> Result<CursorStep>;

    /// Brings the next rows at hand.
    fn fetch(&mut self) -> LocalFuture<'_, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Pages read and pages passed over because of the ranges, so far.
    fn pages(&self) -> (u64, u64) {
        (0, 0)
    }
}
