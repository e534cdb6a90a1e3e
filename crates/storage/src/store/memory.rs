//! A store in memory: for databases that live as long as their tab, and for tests.

use super::{LocalFuture, PageStore, WriteBatch};
use crate::error::Result;
use crate::page::{PageBytes, PageId};
use std::cell::RefCell;
use types::SortedMap;

/// Pages in a map; numbers are handed out ascending, so new ones are appended. Reading shares the bytes with the caller, so a page that is also in a buffer frame is kept once.
#[derive(Debug, Default)]
pub struct MemoryStore {
    pages: RefCell<SortedMap<PageId, PageBytes>>,
}

impl MemoryStore {
    /// A store without pages.
    pub fn new() -> Self {
        Self::default()
    }

    /// The pages held, ascending.
    pub fn ids(&self) -> Vec<PageId> {
        self.pages.borrow().keys().copied().collect()
    }

    /// The bytes of a page as stored.
    pub fn page(&self, id: PageId) -> Option<PageBytes> {
        self.pages.borrow().get(&id).cloned()
    }

    /// Replaces the bytes of a page behind everybody's back, or forgets it: damage for tests.
    pub fn damage(&self, id: PageId, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.pages.borrow_mut().insert(id, bytes.into()),
            None => self.pages.borrow_mut().remove(&id),
        };
    }

    /// A store with the same pages now, for tests that go on from one state in several ways.
    pub fn fork(&self) -> Self {
        Self {
            pages: RefCell::new(self.pages.borrow().clone()),
        }
    }
}

impl PageStore for MemoryStore {
    fn read<'a>(&'a self, ids: &'a [PageId]) -> LocalFuture<'a, Result<Vec<Option<PageBytes>>>> {
        let pages = self.pages.borrow();
        let found = ids.iter().map(|id| pages.get(id).cloned()).collect();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn write(&self, batch: WriteBatch) -> LocalFuture<'_, Result<()>> {
        let mut pages = self.pages.borrow_mut();
        pages.extend(batch.puts);
        for id in batch.deletes {
            pages.remove(&id);
        }
        Box::pin(std::future::ready(Ok(())))
    }
}
