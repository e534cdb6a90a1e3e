//! Byte strings of any length over linked pages: meta data, heap directories, long strings.
//!
//!     offset  size  field
//!          0    20  header
//!         20     4  next page of the chain, 0 = none
//!         24     4  bytes of the string in this page n
//!         28     n  the bytes
//!
//! A chain that is rewritten keeps its pages: a shorter string leaves the last ones empty. Only pages whose bytes
//! change become dirty.

use crate::error::{Result, StorageError};
use crate::page::{HEADER, PageId, PageKind, expect_kind, get_u32, put_u32};
use crate::pager::Pager;
use std::collections::HashSet;

const NEXT: usize = HEADER;
const LEN: usize = NEXT + size_of::<u32>();
const BYTES: usize = LEN + size_of::<u32>();
const _: () = assert!(BYTES == 28);

/// The pages of a chain, first to last; never empty.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    kind: PageKind,
    pub(crate) pages: Vec<PageId>,
}

impl Chain {
    /// A chain of one empty page.
    pub(crate) async fn create(pager: &Pager, kind: PageKind) -> Result<Self> {
        let first = pager.allocate(kind).await?;
        Ok(Self {
            kind,
            pages: vec![first.id()],
        })
    }

    /// Reads the chain that starts at `first`.
    pub(crate) async fn read(
        pager: &Pager,
        first: PageId,
        kind: PageKind,
    ) -> Result<(Self, Vec<u8>)> {
        let (mut pages, mut bytes) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        let mut next = first;
        loop {
            let page = pager.pool.get(next).await?.bytes();
            expect_kind(&page, next, kind)?;
            if !seen.insert(next) {
                return Err(StorageError::structure(next, "its chain runs in a circle"));
            }
            pages.push(next);
            let len = get_u32(&page, LEN) as usize;
            let part = page.get(BYTES..BYTES.saturating_add(len)).ok_or_else(|| {
                StorageError::structure(next, "its part of a chain is longer than the page")
            })?;
            bytes.extend_from_slice(part);
            next = PageId(get_u32(&page, NEXT));
            if next.0 == 0 {
                return Ok((Self { kind, pages }, bytes));
            }
        }
    }

    /// Replaces the byte string.
    pub(crate) async fn write(&mut self, pager: &Pager, bytes: &[u8]) -> Result<()> {
        let room = pager.pool.page_size() - BYTES;
        self.reserve(pager, bytes.len()).await?;
        for (at, &id) in self.pages.iter().enumerate() {
            let part = bytes
                .get(at * room..)
                .map_or(&[][..], |rest| &rest[..rest.len().min(room)]);
            let next = self.pages.get(at + 1).map_or(0, |next| next.0);
            let guard = pager.pool.get(id).await?;
            let page = guard.bytes();
            let old_len = get_u32(&page, LEN) as usize;
            let same = get_u32(&page, NEXT) == next
                && old_len == part.len()
                && &page[BYTES..BYTES + part.len()] == part;
            drop(page);
            if !same {
                guard.modify(|page| {
                    put_u32(page, NEXT, next);
                    put_u32(page, LEN, part.len() as u32);
                    page[BYTES..BYTES + part.len()].copy_from_slice(part);
                    page[BYTES + part.len()..].fill(0);
                });
            }
        }
        Ok(())
    }

    /// Takes pages until a string of `len` bytes fits.
    pub(crate) async fn reserve(&mut self, pager: &Pager, len: usize) -> Result<()> {
        let room = pager.pool.page_size() - BYTES;
        while self.pages.len() * room < len {
            let page = pager.allocate(self.kind).await?;
            self.pages.push(page.id());
        }
        Ok(())
    }

    /// Frees all its pages.
    pub(crate) fn release(self, pager: &Pager) -> Result<()> {
        self.pages.into_iter().try_for_each(|id| pager.release(id))
    }
}
