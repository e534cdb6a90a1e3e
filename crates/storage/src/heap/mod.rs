//! The rows of one table in pages of their own.

mod row_id;
mod zone;
pub use row_id::RowId;
pub use zone::{Bounds, ColumnZone, ZoneMap, prefix};

use crate::error::Result;
use crate::page::PageId;
use std::rc::Rc;
use types::{Batch, DataType};

/// The rows of one table.
pub struct Heap {
    schema: Vec<DataType>,
    root: PageId,
}

/// One page of a heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageInfo {
    /// The page.
    pub id: PageId,
    /// Slots in use, deleted rows among them.
    pub rows: u32,
    /// Rows not deleted.
    pub live: u32,
}

impl Heap {
    /// The page that names the heap for good: keep it in the catalog.
    pub fn root(&self) -> PageId {
        self.root
    }

    /// The types of its columns.
    pub fn schema(&self) -> &[DataType] {
        &self.schema
    }

    /// Rows not deleted.
    pub fn row_count(&self) -> u64 {
        0
    }

    /// Number of pages that hold rows.
    pub fn page_count(&self) -> usize {
        0
    }

    /// Its pages in scan order.
    pub fn pages(&self) -> Vec<PageInfo> {
        Vec::new()
    }

    /// The zone maps of its pages, in scan order.
    pub fn zone_maps(&self) -> Vec<ZoneMap> {
        Vec::new()
    }

    /// Appends the rows of the batch that count and returns their places, in order. Columns must have the layouts of
    /// the schema; a column of wide decimals may come as I64 and one of narrow decimals as I128 when all values fit.
    /// After an error some rows may be there: roll back.
    pub async fn append(&self, _batch: &Batch) -> Result<Vec<RowId>> {
        Ok(Vec::new())
    }

    /// A cursor over the rows there are now; rows appended later do not show in it.
    pub fn scan(self: &Rc<Self>, options: ScanOptions) -> HeapScan {
        HeapScan { _options: options }
    }

    /// The given columns of the rows named, in that order; an error when one of them is gone.
    pub async fn get(&self, _rows: &[RowId], _columns: &[usize]) -> Result<Batch> {
        Ok(Batch::new(Vec::new(), 0))
    }

    /// Deletes the rows and returns how many there were; rows gone already do not count.
    pub async fn delete(&self, _rows: &[RowId]) -> Result<usize> {
        Ok(0)
    }

    /// Deletes all rows and frees their pages.
    pub async fn truncate(&self) -> Result<()> {
        Ok(())
    }
}

/// What a scan is asked for.
#[derive(Clone, Default)]
pub struct ScanOptions {
    /// Ordinals of the columns wanted, in the order of the batch's columns; none is fine for counting rows.
    pub columns: Vec<usize>,
    /// Whether the places of the rows are wanted.
    pub row_ids: bool,
    /// Which pages to look at: false passes over a page. `None` looks at all.
    pub keep: Option<Rc<dyn Fn(&ZoneMap) -> bool>>,
}

/// Rows a scan found.
#[derive(Debug, Clone)]
pub struct HeapBatch {
    /// The columns asked for; deleted rows are left out by the selection.
    pub batch: Batch,
    /// The places of the rows when asked for: one for each row of the batch's columns, selected or not.
    pub row_ids: Option<Vec<RowId>>,
}

/// What a scan can say without waiting.
#[derive(Debug)]
pub enum ScanStep {
    /// The next rows; not empty.
    Batch(HeapBatch),
    /// The next page is not in a frame: await [`HeapScan::fetch`], then step again.
    Wait,
    /// No more rows.
    End,
}

/// A cursor over the rows of a heap. It holds at most a few pages pinned.
///
/// ```text
/// loop {
///     match scan.step()? {
///         ScanStep::Batch(rows) => …,
///         ScanStep::Wait => scan.fetch().await?,
///         ScanStep::End => break,
///     }
/// }
/// ```
pub struct HeapScan {
    _options: ScanOptions,
}

impl HeapScan {
    /// The next batch as far as pages are in frames; never waits.
    pub fn step(&mut self) -> Result<ScanStep> {
        Ok(ScanStep::End)
    }

    /// Brings the next pages into frames.
    pub async fn fetch(&mut self) -> Result<()> {
        Ok(())
    }

    /// The next batch, waiting for pages; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<HeapBatch>> {
        loop {
            match self.step()? {
                ScanStep::Batch(batch) => return Ok(Some(batch)),
                ScanStep::Wait => self.fetch().await?,
                ScanStep::End => return Ok(None),
            }
        }
    }

    /// Pages passed over because of their zone maps, so far.
    pub fn pages_pruned(&self) -> u64 {
        0
    }

    /// Pages read, so far.
    pub fn pages_read(&self) -> u64 {
        0
    }
}
