//! A store in memory: for databases that live as long as their tab, and for tests.

use super::{LocalFuture, PageStore, WriteBatch};
use crate::error::Result;
use crate::page::{PageBytes, PageId};
use std::cell::RefCell;

/// Pages by number: numbers are dense, and those of freed pages are handed out again. Reading shares the bytes with the
/// caller, so a page that is also in a buffer frame is kept once.
#[derive(Debug, Default)]
pub struct MemoryStore {
    pages: RefCell<Vec<Option<PageBytes>>>,
}

impl MemoryStore {
    /// A store without pages.
    pub fn new() -> Self {
        Self::default()
    }

    /// The pages held, ascending.
    pub fn ids(&self) -> Vec<PageId> {
        let pages = self.pages.borrow();
        let held = (0..).zip(pages.iter()).filter(|(_, page)| page.is_some());
        held.map(|(id, _)| PageId(id)).collect()
    }

    /// The bytes of a page as stored.
    pub fn page(&self, id: PageId) -> Option<PageBytes> {
        self.pages.borrow().get(id.0 as usize).cloned().flatten()
    }

    /// Replaces the bytes of a page behind everybody's back, or forgets it: damage for tests.
    pub fn damage(&self, id: PageId, bytes: Option<&[u8]>) {
        self.set(id, bytes.map(Into::into));
    }

    fn set(&self, id: PageId, bytes: Option<PageBytes>) {
        let mut pages = self.pages.borrow_mut();
        let at = id.0 as usize;
        if at >= pages.len() {
            pages.resize(at + 1, None);
        }
        pages[at] = bytes;
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
        let found = ids.iter().map(|id| self.page(*id)).collect();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn write(&self, batch: WriteBatch) -> LocalFuture<'_, Result<()>> {
        for (id, bytes) in batch.puts {
            self.set(id, Some(bytes));
        }
        for id in batch.deletes {
            // What was never there needs no place.
            if self.page(id).is_some() {
                self.set(id, None);
            }
        }
        Box::pin(std::future::ready(Ok(())))
    }
}
