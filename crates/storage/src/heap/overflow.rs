//! Strings too long for the page of their row: each in a chain of overflow pages of its own.

use super::source::Source;
use super::{Heap, decode::Texts};
use crate::chain::Chain;
use crate::error::{Result, StorageError};
use crate::page::{PageId, PageKind};
use types::Vector;

impl Heap {
    /// Writes the long strings of the rows into overflow pages.
    pub(super) async fn write_overflow(&self, source: &mut Source) -> Result<()> {
        let limit = self.shape.inline_limit;
        for rows in &mut source.columns {
            let column = rows.column.clone();
            if !matches!(column.data, Vector::Str(_) | Vector::Dict { .. }) {
                continue;
            }
            for row in 0..column.len() {
                let text = column.data.str_bytes(row);
                if text.len() <= limit || column.is_null(row) {
                    continue;
                }
                let mut chain = Chain::create(&self.pager, PageKind::Overflow).await?;
                chain.write(&self.pager, text).await?;
                let place = (chain.pages[0], text.len() as u32);
                rows.overflow.insert(row as u32, place);
            }
        }
        Ok(())
    }

    /// Reads the string whose overflow pages start at `first`; `page` holds its row.
    pub(super) async fn read_overflow(
        &self,
        page: PageId,
        first: PageId,
        len: u32,
        texts: &mut Texts,
    ) -> Result<()> {
        let (_, text) = Chain::read(&self.pager, first, PageKind::Overflow).await?;
        if text.len() != len as usize {
            return Err(StorageError::structure(
                page,
                "a long string has another length than its overflow pages",
            ));
        }
        texts.insert(first, text);
        Ok(())
    }

    /// Frees the string whose overflow pages start at `first`.
    pub(super) async fn release_overflow(&self, first: PageId) -> Result<()> {
        let (chain, _) = Chain::read(&self.pager, first, PageKind::Overflow).await?;
        chain.release(&self.pager)
    }
}
