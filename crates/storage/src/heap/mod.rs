//! The rows of one table in pages of their own.
//!
//! - [`page`]: how a heap page is laid out; [`plan`]: how the layout of a new page is chosen.
//! - [`append`], [`delete`]: changing rows; [`source`], [`write`]: rows on their way into a page.
//! - [`scan`], [`fetch`]: reading rows; [`decode`]: columns out of pages.
//! - [`zone`]: zone maps; [`directory`]: pages and zone maps, kept in pages; [`verify`]: the structure check.

mod append;
mod decode;
mod delete;
mod directory;
mod fetch;
mod overflow;
mod page;
mod plan;
mod row_id;
mod scan;
mod source;
mod verify;
mod write;
mod zone;

pub use row_id::RowId;
pub use scan::{HeapBatch, HeapScan, PageFilter, ScanOptions, ScanStep};
pub use zone::{Bounds, ColumnZone, ZoneMap, prefix};

use crate::chain::Chain;
use crate::error::{Result, StorageError};
use crate::page::{PageId, PageKind};
use crate::pager::Pager;
use plan::{Plan, RowShape};
use std::cell::RefCell;
use std::rc::Rc;
use types::DataType;
use write::Tail;

/// The rows of one table. [`Database::create_heap`](crate::Database::create_heap) makes one,
/// [`Database::heap`](crate::Database::heap) finds it again by its root.
pub struct Heap {
    pager: Rc<Pager>,
    root: PageId,
    schema: Vec<DataType>,
    shape: RowShape,
    state: RefCell<State>,
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

/// What changes.
struct State {
    directory: Chain,
    /// Shared with the scans that run: who changes it copies it first if there are any.
    entries: Rc<Vec<Entry>>,
    /// The entries differ from the directory's pages.
    changed: bool,
    /// The last page, ready for more rows.
    tail: Option<Tail>,
    /// The plan of the last page that had one made from enough rows.
    plan: Option<Plan>,
    /// Text columns that turned out to have too many distinct values for dictionaries.
    no_dict: Vec<bool>,
    dropped: bool,
}

/// A page of the heap, as its directory has it.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    id: PageId,
    live: u32,
    /// Strings of this page kept in overflow pages, those of deleted rows aside.
    overflow: u32,
    zones: ZoneMap,
}

impl Entry {
    fn info(&self) -> PageInfo {
        PageInfo {
            id: self.id,
            rows: self.zones.rows,
            live: self.live,
        }
    }
}

impl State {
    fn new(directory: Chain, entries: Vec<Entry>, columns: usize) -> Self {
        Self {
            directory,
            entries: Rc::new(entries),
            changed: false,
            tail: None,
            plan: None,
            no_dict: vec![false; columns],
            dropped: false,
        }
    }
}

impl Heap {
    /// A new heap without rows.
    pub(crate) async fn create(pager: &Rc<Pager>, schema: &[DataType]) -> Result<Self> {
        let shape = RowShape::new(schema, pager.pool.page_size())?;
        let directory = Chain::create(pager, PageKind::Directory).await?;
        let mut state = State::new(directory, Vec::new(), schema.len());
        state.changed = true;
        Ok(Self {
            pager: pager.clone(),
            root: state.directory.pages[0],
            schema: schema.to_vec(),
            shape,
            state: RefCell::new(state),
        })
    }

    /// The heap whose directory starts at `root`.
    pub(crate) async fn open(pager: &Rc<Pager>, root: PageId) -> Result<Self> {
        let (chain, schema, entries) = directory::read(pager, root).await?;
        Ok(Self {
            pager: pager.clone(),
            root,
            shape: RowShape::new(&schema, pager.pool.page_size())?,
            state: RefCell::new(State::new(chain, entries, schema.len())),
            schema,
        })
    }

    /// Reads the directory again, as it was committed.
    pub(crate) async fn reload(&self) -> Result<()> {
        let (chain, schema, entries) = directory::read(&self.pager, self.root).await?;
        if schema != self.schema {
            return Err(StorageError::structure(
                self.root,
                "the heap's columns are not those it was opened with",
            ));
        }
        *self.state.borrow_mut() = State::new(chain, entries, schema.len());
        Ok(())
    }

    /// Writes the directory into its pages when it changed.
    pub(crate) async fn save(&self) -> Result<()> {
        let (mut chain, bytes) = {
            let state = self.state.borrow();
            if !state.changed {
                return Ok(());
            }
            let bytes = directory::encode(&self.schema, &state.entries);
            (state.directory.clone(), bytes)
        };
        let written = chain.write(&self.pager, &bytes).await;
        let mut state = self.state.borrow_mut();
        state.directory = chain;
        state.changed = written.is_err();
        written
    }

    /// The handle is good for nothing any more.
    pub(crate) fn forget(&self) {
        let mut state = self.state.borrow_mut();
        state.entries = Rc::default();
        state.tail = None;
        state.changed = false;
        state.dropped = true;
    }

    /// Frees everything: rows and directory.
    pub(crate) async fn release(&self) -> Result<()> {
        self.truncate().await?;
        let directory = self.state.borrow().directory.clone();
        directory.release(&self.pager)?;
        self.forget();
        Ok(())
    }

    fn usable(&self) -> Result<()> {
        if self.state.borrow().dropped {
            return Err(StorageError::NoSuchHeap { root: self.root });
        }
        Ok(())
    }

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
        let state = self.state.borrow();
        state
            .entries
            .iter()
            .map(|entry| u64::from(entry.live))
            .sum()
    }

    /// Number of pages that hold rows.
    pub fn page_count(&self) -> usize {
        self.state.borrow().entries.len()
    }

    /// Its pages in scan order.
    pub fn pages(&self) -> Vec<PageInfo> {
        let state = self.state.borrow();
        state.entries.iter().map(Entry::info).collect()
    }

    /// The zone maps of its pages, in scan order.
    pub fn zone_maps(&self) -> Vec<ZoneMap> {
        let state = self.state.borrow();
        state
            .entries
            .iter()
            .map(|entry| entry.zones.clone())
            .collect()
    }
}
