//! A database: one store, its buffer pool, its heaps, and what was committed.

use crate::buffer::{BufferPool, EvictionPolicy};
use crate::error::Result;
use crate::heap::Heap;
use crate::page::PageId;
use crate::pager::Pager;
use crate::store::PageStore;
use std::rc::Rc;
use types::DataType;

/// A database in a store.
pub struct Database {
    pager: Rc<Pager>,
}

/// What [`Database::verify`] counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    /// Pages of the meta data, the catalog included.
    pub meta: usize,
    /// Pages of heap directories.
    pub directory: usize,
    /// Heap pages.
    pub heap: usize,
    /// Overflow pages.
    pub overflow: usize,
    /// Free pages.
    pub free: usize,
    /// Live rows in all heaps.
    pub rows: u64,
}

impl Database {
    /// A new database with an empty catalog in a store that has none; it is committed.
    pub async fn create(_store: Rc<dyn PageStore>, _page_size: usize, _frames: usize) -> Result<Rc<Self>> {
        Err(crate::error::StorageError::NoDatabase)
    }

    /// The database in the store, as of its last commit.
    pub async fn open(_store: Rc<dyn PageStore>, _frames: usize) -> Result<Rc<Self>> {
        Err(crate::error::StorageError::NoDatabase)
    }

    /// As [`create`](Self::create), with an eviction policy of choice ([`Clock`](crate::Clock) otherwise).
    pub async fn create_with(_store: Rc<dyn PageStore>, _page_size: usize, _frames: usize, _policy: Box<dyn EvictionPolicy>) -> Result<Rc<Self>> {
        Err(crate::error::StorageError::NoDatabase)
    }

    /// As [`open`](Self::open), with an eviction policy of choice.
    pub async fn open_with(_store: Rc<dyn PageStore>, _frames: usize, _policy: Box<dyn EvictionPolicy>) -> Result<Rc<Self>> {
        Err(crate::error::StorageError::NoDatabase)
    }

    /// The buffer pool, to watch it.
    pub fn pool(&self) -> &BufferPool {
        &self.pager.pool
    }

    /// The catalog as last committed: bytes that mean nothing here.
    pub fn catalog(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Makes everything since the last commit durable, with a new catalog, in one atomic write. After an error it is
    /// not known whether the commit happened: [`rollback`](Self::rollback) finds out.
    pub async fn commit(&self, _catalog: &[u8]) -> Result<()> {
        Ok(())
    }

    /// Gives up everything since the last commit: heaps (their handles stay good), page allocation, [`catalog`](Self::catalog).
    pub async fn rollback(&self) -> Result<()> {
        Ok(())
    }

    /// A new heap without rows.
    pub async fn create_heap(&self, _schema: &[DataType]) -> Result<Rc<Heap>> {
        Err(crate::error::StorageError::NoDatabase)
    }

    /// The heap with that root; the same handle every time.
    pub async fn heap(&self, _root: PageId) -> Result<Rc<Heap>> {
        Err(crate::error::StorageError::NoDatabase)
    }

    /// Frees a heap and all its pages.
    pub async fn drop_heap(&self, _root: PageId) -> Result<()> {
        Ok(())
    }

    /// Checks every page of the database: checksums, page numbers, kinds, row counts, zone maps, and that each page
    /// number is used exactly once. Reads all pages.
    pub async fn verify(&self) -> Result<Verified> {
        Ok(Verified::default())
    }
}
