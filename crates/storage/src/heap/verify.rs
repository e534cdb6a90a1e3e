//! The structure check of a heap.

use super::decode::{ColumnBuilder, Run, Texts};
use super::page::{self, Encoding, Shape, inline};
use super::zone::{Bounds, ColumnZone};
use super::{Entry, Heap};
use crate::chain::Chain;
use crate::error::{Result, StorageError};
use crate::page::{PageId, PageKind};
use types::data_type::Layout;
use types::value::compare_floats;

/// The pages of a heap by what they are for.
#[derive(Debug, Default)]
pub(crate) struct HeapPages {
    pub(crate) directory: Vec<PageId>,
    pub(crate) heap: Vec<PageId>,
    pub(crate) overflow: Vec<PageId>,
}

impl Heap {
    /// Checks (5) to (8) of every page and returns the pages in use.
    pub(crate) async fn verify(&self) -> Result<HeapPages> {
        let entries = self.state.borrow().entries.clone();
        let mut pages = HeapPages {
            directory: self.state.borrow().directory.pages.clone(),
            ..HeapPages::default()
        };
        for entry in entries.iter() {
            self.verify_page(entry, &mut pages).await?;
        }
        Ok(pages)
    }

    async fn verify_page(&self, entry: &Entry, pages: &mut HeapPages) -> Result<()> {
        let broken = |what: &str| Err(StorageError::structure(entry.id, what));
        let (_, bytes, shape) = self.open_page(entry.id).await?;
        pages.heap.push(entry.id);
        let rows = page::rows(&bytes);
        let deleted: Vec<bool> = (0..rows)
            .map(|slot| shape.is_deleted(&bytes, slot))
            .collect();
        let gone = deleted.iter().filter(|&&deleted| deleted).count();
        if gone != page::deleted_rows(&bytes) {
            return broken("(6): the deleted rows do not add up");
        }
        if rows != entry.zones.rows as usize || rows - gone != entry.live as usize {
            return broken("(8): it has other rows than its heap's directory says");
        }
        let mut overflow = 0;
        for (column, place) in shape.columns.iter().enumerate() {
            let run = Run {
                page: &bytes,
                id: entry.id,
                place,
                from: 0,
                count: rows,
            };
            let mut texts = Texts::default();
            if place.layout == Layout::Str {
                for (_, first, len) in run.overflow() {
                    overflow += 1;
                    let (chain, _) = Chain::read(&self.pager, first, PageKind::Overflow).await?;
                    pages.overflow.extend(chain.pages);
                    self.read_overflow(entry.id, first, len, &mut texts).await?;
                }
                self.verify_strings(&run, &shape, &texts)?;
            }
            let mut builder = ColumnBuilder::new(place.layout, rows);
            builder.append_plain(&run, &texts)?;
            let (values, mut found) = (builder.take(0), ColumnZone::empty(self.schema[column]));
            // Long strings of deleted rows are gone, and with them what the bounds were widened for.
            let mut slot = 0;
            for run in deleted.chunk_by(|a, b| a == b) {
                if !run[0] {
                    found.add(&values, slot, slot + run.len());
                }
                slot += run.len();
            }
            let known = &entry.zones.columns[column];
            if found.nulls > known.nulls || !known.bounds.cover(found.bounds) {
                return broken("(5): a value lies outside the zone map's bounds");
            }
        }
        if overflow != entry.overflow {
            return broken("(8): it has other long strings than its heap's directory says");
        }
        Ok(())
    }

    /// Checks (7).
    fn verify_strings(&self, run: &Run<'_>, shape: &Shape, texts: &Texts) -> Result<()> {
        let broken = || {
            StorageError::structure(
                run.id,
                "(7): a string lies outside the page's strings or is not UTF-8",
            )
        };
        let strings = shape.var_start..=page::var_end(run.page);
        let check = |offset: u32, len: u32| {
            let (start, end) = (offset as usize, offset as usize + len as usize);
            let within = strings.contains(&start) && strings.contains(&end);
            let text = inline(run.page, offset, len).filter(|_| within);
            match text.map(std::str::from_utf8) {
                Some(Ok(_)) => Ok(()),
                _ => Err(broken()),
            }
        };
        if let Encoding::Dict(_) = run.place.encoding {
            for entry in 0..run.place.dict_used(run.page) {
                let (offset, len) = run.place.dict_place(run.page, entry);
                check(offset, len)?;
            }
            return Ok(());
        }
        for slot in 0..run.count {
            let (offset, len) = run.place.string(run.page, slot);
            if len & page::OVERFLOW == 0 {
                check(offset, len)?;
            } else if texts
                .get(&PageId(offset))
                .is_none_or(|text| std::str::from_utf8(text).is_err())
            {
                return Err(broken());
            }
        }
        Ok(())
    }
}

impl Bounds {
    /// True when everything that lies in `inner` lies in these bounds.
    fn cover(self, inner: Self) -> bool {
        let union = self.union(inner);
        match (self, union) {
            // NaN equals nothing, itself neither, unless bits are compared.
            (Self::Float(a, b), Self::Float(c, d)) => {
                compare_floats(a, c).is_eq() && compare_floats(b, d).is_eq()
            }
            // Narrow values of a wide decimal have narrow bounds, and are read back as wide ones.
            (Self::Int(a, b), Self::Wide(c, d)) => (i128::from(a), i128::from(b)) == (c, d),
            _ => union == self,
        }
    }
}
