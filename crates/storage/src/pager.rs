//! Buffer pool and page allocation, as heaps and chains need them together.

use crate::buffer::{BufferPool, PageGuard};
use crate::error::Result;
use crate::page::{PageId, PageKind};
use crate::space::Space;
use std::cell::RefCell;

pub(crate) struct Pager {
    pub(crate) pool: BufferPool,
    pub(crate) space: RefCell<Space>,
}

impl Pager {
    /// A new page, zero but for its header.
    pub(crate) async fn allocate(&self, kind: PageKind) -> Result<PageGuard> {
        let id = self.space.borrow_mut().allocate()?;
        self.pool.create(id, kind).await
    }

    /// Frees a page: its frame and its bytes in the store go with the next commit, its number can be used after it.
    pub(crate) fn release(&self, id: PageId) -> Result<()> {
        self.space.borrow_mut().release(id)
    }
}
