//! Reading all rows of a heap, batch by batch.

use super::decode::{ColumnBuilder, Run, Texts};
use super::page::{self, Shape};
use super::{Entry, Heap, RowId, ZoneMap};
use crate::buffer::PageGuard;
use crate::error::{Result, StorageError};
use crate::page::{PageBytes, PageId};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use types::{BATCH_ROWS, Batch};

/// Pages brought in by one read of the store, at most.
const READ_AHEAD: usize = 16;
/// Rows decoded at once from a page with strings in overflow pages.
const LONG_ROWS: usize = 16;
/// A batch with more bytes of such strings is not filled any further.
const LONG_BYTES: usize = 4 << 20;

/// Decides by a page's zone map whether to look at the page.
pub type PageFilter = Rc<dyn Fn(&ZoneMap) -> bool>;

/// What a scan is asked for.
#[derive(Clone, Default)]
pub struct ScanOptions {
    /// Ordinals of the columns wanted, in the order of the batch's columns; none is fine for counting rows.
    pub columns: Vec<usize>,
    /// Whether the places of the rows are wanted.
    pub row_ids: bool,
    /// Which pages to look at: false passes over a page. `None` looks at all.
    pub keep: Option<PageFilter>,
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
    /// The next rows, up to [`BATCH_ROWS`]; at least one counts.
    Batch(HeapBatch),
    /// The next page is not in a frame: await [`HeapScan::fetch`], then step again.
    Wait,
    /// No more rows.
    End,
}

/// A cursor over the rows of a heap as they were when it was made: rows appended later do not show in it. It holds a
/// few pages pinned at most. Text columns come as [`Vector::Dict`](types::Vector::Dict) where pages have dictionaries;
/// batches share one vector of distinct strings as long as no page brings a new one.
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
    heap: Rc<Heap>,
    options: ScanOptions,
    entries: Rc<Vec<Entry>>,
    /// The entry whose page is next, or the current one.
    next: usize,
    current: Option<Current>,
    /// Pages read ahead, pinned until their turn.
    ahead: VecDeque<PageGuard>,
    /// A long string that has to be read before the current page can be decoded: first page, length.
    missing: Option<(PageId, u32)>,
    texts: Texts,
    builders: Vec<ColumnBuilder>,
    rows: usize,
    selection: Option<Vec<u32>>,
    row_ids: Vec<RowId>,
    rows_left: u64,
    read: u64,
    pruned: u64,
}

/// The page being read.
struct Current {
    guard: PageGuard,
    bytes: PageBytes,
    shape: Shape,
    slot: usize,
    rows: usize,
}

impl Heap {
    /// A cursor over the rows there are now; see [`HeapScan`].
    pub fn scan(self: &Rc<Self>, options: ScanOptions) -> HeapScan {
        let entries = self.state.borrow().entries.clone();
        let rows_left: u64 = entries.iter().map(|e| u64::from(e.zones.rows)).sum();
        let room = room(rows_left);
        let builders = options
            .columns
            .iter()
            .map(|&column| ColumnBuilder::new(self.shape.layouts[column], room))
            .collect();
        HeapScan {
            heap: self.clone(),
            options,
            entries,
            next: 0,
            current: None,
            ahead: VecDeque::new(),
            missing: None,
            texts: Texts::default(),
            builders,
            rows: 0,
            selection: None,
            row_ids: Vec::new(),
            rows_left,
            read: 0,
            pruned: 0,
        }
    }
}

fn room(rows_left: u64) -> usize {
    rows_left.min(BATCH_ROWS as u64) as usize
}

impl HeapScan {
    /// The next batch as far as pages are in frames; never waits.
    pub fn step(&mut self) -> Result<ScanStep> {
        loop {
            if self.current.is_none() {
                if !self.skip() {
                    return Ok(match self.finish() {
                        Some(batch) => ScanStep::Batch(batch),
                        None => ScanStep::End,
                    });
                }
                if !self.enter()? {
                    return Ok(ScanStep::Wait);
                }
            }
            if !self.accepts() {
                if let Some(batch) = self.finish() {
                    return Ok(ScanStep::Batch(batch));
                }
                continue;
            }
            if self.missing_text() {
                return Ok(ScanStep::Wait);
            }
            self.decode()?;
            let long: usize = self.texts.values().map(Vec::len).sum();
            if (self.rows == BATCH_ROWS || long > LONG_BYTES)
                && let Some(batch) = self.finish()
            {
                return Ok(ScanStep::Batch(batch));
            }
        }
    }

    /// Brings what the next step needs into frames: a long string, or the next pages.
    pub async fn fetch(&mut self) -> Result<()> {
        if let (Some((first, len)), Some(current)) = (self.missing.take(), &self.current) {
            let page = current.guard.id();
            let texts = &mut self.texts;
            return self.heap.read_overflow(page, first, len, texts).await;
        }
        let pool = &self.heap.pager.pool;
        let most = READ_AHEAD.min(pool.frames() / 4).max(1);
        let wanted: Vec<PageId> = self.entries[self.next..]
            .iter()
            .filter(|entry| self.keeps(entry))
            .take(most)
            .map(|entry| entry.id)
            .collect();
        self.ahead = pool.get_all(&wanted).await?.into();
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

    /// Pages read so far.
    pub fn pages_read(&self) -> u64 {
        self.read
    }

    /// Pages passed over so far, because of their zone maps or as all their rows are deleted.
    pub fn pages_pruned(&self) -> u64 {
        self.pruned
    }

    fn keeps(&self, entry: &Entry) -> bool {
        entry.live > 0
            && self
                .options
                .keep
                .as_ref()
                .is_none_or(|keep| keep(&entry.zones))
    }

    /// Goes on to the next page wanted; false at the end.
    fn skip(&mut self) -> bool {
        while let Some(entry) = self.entries.get(self.next) {
            if self.keeps(entry) {
                return true;
            }
            self.rows_left -= u64::from(entry.zones.rows);
            self.pruned += 1;
            self.next += 1;
        }
        false
    }

    /// Makes the next page the current one if it is in a frame.
    fn enter(&mut self) -> Result<bool> {
        let entry = &self.entries[self.next];
        let ahead = match self.ahead.front() {
            Some(guard) if guard.id() == entry.id => self.ahead.pop_front(),
            _ => None,
        };
        let Some(guard) = ahead.or_else(|| self.heap.pager.pool.try_get(entry.id)) else {
            return Ok(false);
        };
        let bytes = guard.bytes();
        let shape = Shape::parse(&bytes, entry.id, self.heap.root, &self.heap.schema)?;
        let rows = entry.zones.rows as usize;
        if page::rows(&bytes) < rows {
            return Err(StorageError::structure(
                entry.id,
                "(8): it has fewer rows than its heap's directory says",
            ));
        }
        self.read += 1;
        self.current = Some(Current {
            guard,
            bytes,
            shape,
            slot: 0,
            rows,
        });
        Ok(true)
    }

    /// True when the current page's rows can join those of the batch.
    fn accepts(&self) -> bool {
        let current = self.current.as_ref().expect("a page was entered");
        let columns = self.options.columns.iter().zip(&self.builders);
        columns
            .into_iter()
            .all(|(&column, builder)| builder.accepts(current.shape.columns[column].encoding))
    }

    /// Notes a long string among the wanted ones of the current page that was not read yet.
    fn missing_text(&mut self) -> bool {
        let current = self.current.as_ref().expect("a page was entered");
        if self.entries[self.next].overflow == 0 {
            return false;
        }
        let count = self.next_rows(current);
        self.missing = self
            .options
            .columns
            .iter()
            .flat_map(|&column| {
                let run = current.run(column, count);
                let long: Vec<_> = run.overflow().map(|(_, first, len)| (first, len)).collect();
                long
            })
            .find(|(first, _)| !self.texts.contains_key(first));
        self.missing.is_some()
    }

    /// How many rows of the current page are decoded next: as many as the batch takes, few where strings are long.
    fn next_rows(&self, current: &Current) -> usize {
        let count = (current.rows - current.slot).min(BATCH_ROWS - self.rows);
        match self.entries[self.next].overflow {
            0 => count,
            _ => count.min(LONG_ROWS),
        }
    }

    /// Appends the next rows of the current page to the batch.
    fn decode(&mut self) -> Result<()> {
        let current = self.current.as_ref().expect("a page was entered");
        let count = self.next_rows(current);
        let current = self.current.as_mut().expect("a page was entered");
        for (&column, builder) in self.options.columns.iter().zip(&mut self.builders) {
            builder.append(&current.run(column, count), &self.texts)?;
        }
        let slots = current.slot..current.slot + count;
        if page::deleted_rows(&current.bytes) > 0 || self.selection.is_some() {
            let before = self.rows;
            let selection = self
                .selection
                .get_or_insert_with(|| (0..before as u32).collect());
            let live = slots
                .clone()
                .filter(|&slot| !current.shape.is_deleted(&current.bytes, slot));
            selection.extend(live.map(|slot| (before + slot - current.slot) as u32));
        }
        if self.options.row_ids {
            let page = current.guard.id();
            self.row_ids.extend(slots.map(|slot| RowId {
                page,
                slot: slot as u32,
            }));
        }
        self.rows += count;
        self.rows_left -= count as u64;
        current.slot += count;
        if current.slot == current.rows {
            self.current = None;
            self.next += 1;
        }
        Ok(())
    }

    /// The rows so far, if any counts.
    fn finish(&mut self) -> Option<HeapBatch> {
        let room = room(self.rows_left);
        let columns = self
            .builders
            .iter_mut()
            .map(|builder| Arc::new(builder.take(room)))
            .collect();
        let mut batch = Batch::new(columns, std::mem::take(&mut self.rows));
        batch.selection = self.selection.take().map(Arc::new);
        let row_ids = std::mem::take(&mut self.row_ids);
        self.texts.clear();
        (!batch.is_empty()).then_some(HeapBatch {
            batch,
            row_ids: self.options.row_ids.then_some(row_ids),
        })
    }
}

impl Current {
    fn run(&self, column: usize, count: usize) -> Run<'_> {
        Run {
            page: &self.bytes,
            id: self.guard.id(),
            place: &self.shape.columns[column],
            from: self.slot,
            count,
        }
    }
}
