//! Where pages are kept: keyed blobs with atomic batches, as IndexedDB offers them.

mod fault;
mod memory;

pub use fault::{Fault, FaultStore};
pub use memory::MemoryStore;

use crate::error::Result;
use crate::page::{PageBytes, PageId};
use std::future::Future;
use std::pin::Pin;

/// A boxed future of this thread.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Pages to store and pages to forget, all together or not at all.
#[derive(Debug, Clone, Default)]
pub struct WriteBatch {
    /// Pages and their bytes; a page occurs once.
    pub puts: Vec<(PageId, PageBytes)>,
    /// Pages the store forgets; none of them is put in the same batch. Unknown ones are ignored.
    pub deletes: Vec<PageId>,
}

/// A keeper of pages. Stores do not look into pages: length and checksum are the pool's affair.
pub trait PageStore {
    /// The bytes of each page, in the order asked; `None` for a page the store does not have.
    fn read<'a>(&'a self, ids: &'a [PageId]) -> LocalFuture<'a, Result<Vec<Option<PageBytes>>>>;

    /// Applies the batch and resolves once it is durable. After an error the store holds all of the batch or nothing
    /// of it, and the caller cannot know which.
    fn write(&self, batch: WriteBatch) -> LocalFuture<'_, Result<()>>;
}
