//! Pages, where they are kept, and the heaps of rows inside them.
//!
//! - [`store`]: [`PageStore`], asynchronous keyed blobs with atomic batches; [`MemoryStore`] and [`FaultStore`].
//! - [`page`]: the header every page starts with; its checksum.
//! - [`buffer`]: [`BufferPool`], frames, pins and eviction policies; page events for who wants to watch.
//! - [`heap`]: [`Heap`], rows of one table in PAX pages; scans that yield column batches; zone maps.
//! - [`database`]: [`Database`], one store with its meta page, page allocation, heaps, commit and rollback.
//! - [`run`]: [`block_on`], for callers whose stores never wait.
//!
//! Everything lives on one thread: handles are `Rc`, nothing is `Send`. A [`Database`] expects one statement at a time;
//! the `.await` points exist so that pages can be fetched.

pub mod buffer;
pub mod database;
pub mod error;
pub mod heap;
pub mod page;
pub mod run;
pub mod store;

mod chain;
mod codec;
mod hashing;
mod meta;
mod pager;
mod space;

#[cfg(test)]
mod hostile;

pub use buffer::{
    BufferPool, Clock, Counters, EvictionPolicy, FrameInfo, Lru, PageEvent, PageEventKind,
    PageGuard, PageObserver,
};
pub use database::{Database, Verified};
pub use error::{Corruption, Result, StorageError};
pub use heap::{
    Bounds, ColumnZone, Heap, HeapBatch, HeapScan, PageFilter, PageInfo, RowId, ScanOptions,
    ScanStep, ZoneMap, prefix,
};
pub use page::{DEFAULT_PAGE_SIZE, PageBytes, PageId, PageKind, is_page_size};
pub use run::block_on;
pub use store::{Fault, FaultStore, LocalFuture, MemoryStore, PageStore, WriteBatch};
