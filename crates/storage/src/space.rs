//! Which page numbers are in use.
//!
//! (4) a page freed since the last commit is not handed out before the next one: rolling back finds it as it was, and
//! a scan that still knows it reads no foreign rows.

use crate::error::{Result, StorageError};
use crate::page::PageId;
use std::collections::BTreeSet;

/// The page numbers of a database: below `next` all are in use, free, or freed since the last commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Space {
    pub(crate) next: u32,
    pub(crate) free: Vec<PageId>,
    pub(crate) freed: BTreeSet<PageId>,
}

impl Space {
    pub(crate) fn allocate(&mut self) -> Result<PageId> {
        if let Some(id) = self.free.pop() {
            return Ok(id);
        }
        let id = PageId(self.next);
        self.next = self.next.checked_add(1).ok_or(StorageError::Full {
            message: "all page numbers are in use".into(),
        })?;
        Ok(id)
    }

    /// Fails for a page that is not in use: whoever named it holds a damaged link.
    pub(crate) fn release(&mut self, id: PageId) -> Result<()> {
        if id.0 == 0 || id.0 >= self.next || !self.freed.insert(id) {
            return Err(StorageError::structure(
                id,
                "(9): it was to be freed and is not in use",
            ));
        }
        Ok(())
    }

    /// The commit is done: what was freed can be handed out.
    pub(crate) fn committed(&mut self) {
        self.free.extend(std::mem::take(&mut self.freed));
    }
}
