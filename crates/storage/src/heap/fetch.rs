//! Reading single rows by their places.

use super::decode::{ColumnBuilder, Run, Texts};
use super::page::{self, Shape};
use super::{Heap, RowId};
use crate::buffer::PageGuard;
use crate::error::{Result, StorageError};
use crate::page::{PageBytes, PageId};
use std::sync::Arc;
use types::Batch;
use types::data_type::Layout;

impl Heap {
    /// The given columns of the rows named, in that order; at most [`BATCH_ROWS`](types::BATCH_ROWS) of them. An error
    /// when one of them is gone.
    pub async fn get(&self, rows: &[RowId], columns: &[usize]) -> Result<Batch> {
        self.usable()?;
        let mut builders: Vec<ColumnBuilder> = columns
            .iter()
            .map(|&column| ColumnBuilder::new(self.shape.layouts[column], rows.len()))
            .collect();
        let mut texts = Texts::default();
        let mut open: Option<(PageGuard, PageBytes, Shape)> = None;
        for &row in rows {
            let (guard, bytes, shape) = match open.take() {
                Some(page) if page.0.id() == row.page => page,
                _ => self.open_page(row.page).await?,
            };
            let slot = row.slot as usize;
            if slot >= page::rows(&bytes) || shape.is_deleted(&bytes, slot) {
                return Err(no_such_row(row));
            }
            for (&column, builder) in columns.iter().zip(&mut builders) {
                let place = &shape.columns[column];
                let run = Run {
                    page: &bytes,
                    id: row.page,
                    place,
                    from: slot,
                    count: 1,
                };
                if place.layout == Layout::Str
                    && let Some((_, first, len)) = run.overflow().next()
                {
                    self.read_overflow(row.page, first, len, &mut texts).await?;
                }
                builder.append_plain(&run, &texts)?;
            }
            open = Some((guard, bytes, shape));
        }
        let columns = builders
            .into_iter()
            .map(|mut builder| Arc::new(builder.take(0)))
            .collect();
        Ok(Batch::new(columns, rows.len()))
    }

    /// A page that must be one of the heap's.
    pub(super) async fn open_page(&self, id: PageId) -> Result<(PageGuard, PageBytes, Shape)> {
        let guard = self.pager.pool.get(id).await?;
        let bytes = guard.bytes();
        let shape = Shape::parse(&bytes, id, self.root, &self.schema)?;
        Ok((guard, bytes, shape))
    }
}

pub(super) fn no_such_row(row: RowId) -> StorageError {
    StorageError::NoSuchRow {
        page: row.page,
        slot: row.slot,
    }
}
