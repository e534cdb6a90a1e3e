//! Deleting rows: a bit in the page; a page without rows is freed.

use super::decode::Run;
use super::fetch::no_such_row;
use super::page::{self, Shape};
use super::{Entry, Heap, RowId};
use crate::error::{Result, StorageError};
use crate::hashing::Fast;
use crate::page::PageId;
use std::collections::HashMap;
use std::rc::Rc;
use types::data_type::Layout;

impl Heap {
    /// Deletes the rows and returns how many there were; rows deleted before do not count. A page whose last row goes
    /// is freed.
    pub async fn delete(&self, rows: &[RowId]) -> Result<usize> {
        self.usable()?;
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        rows.dedup();
        let entries = self.state.borrow().entries.clone();
        let numbers: HashMap<PageId, usize, Fast> = entries
            .iter()
            .enumerate()
            .map(|(number, entry)| (entry.id, number))
            .collect();
        drop(entries);
        let mut deleted = 0;
        for of_page in rows.chunk_by(|a, b| a.page == b.page) {
            // Rows of a page freed before are gone already.
            if let Some(&number) = numbers.get(&of_page[0].page) {
                deleted += self.delete_in_page(number, of_page).await?;
            }
        }
        self.drop_empty_pages()?;
        Ok(deleted)
    }

    async fn delete_in_page(&self, number: usize, rows: &[RowId]) -> Result<usize> {
        let (guard, bytes, shape) = self.open_page(rows[0].page).await?;
        let mut slots = Vec::with_capacity(rows.len());
        for &row in rows {
            let slot = row.slot as usize;
            if slot >= page::rows(&bytes) {
                return Err(no_such_row(row));
            }
            if !shape.is_deleted(&bytes, slot) {
                slots.push(slot);
            }
        }
        let overflow = overflow_of(&bytes, guard.id(), &shape, slots.iter().copied());
        drop(bytes);
        for &(.., first) in &overflow {
            self.release_overflow(first).await?;
        }
        guard.modify(|page| {
            for &slot in &slots {
                page::set_bit(page, shape.deleted, slot);
            }
            for &(column, slot, _) in &overflow {
                shape.columns[column].clear_string(page, slot);
            }
            page::set_deleted_rows(page, page::deleted_rows(page) + slots.len());
        });
        let mut state = self.state.borrow_mut();
        state.changed = true;
        let entry = &mut Rc::make_mut(&mut state.entries)[number];
        let counts = (
            entry.live.checked_sub(slots.len() as u32),
            entry.overflow.checked_sub(overflow.len() as u32),
        );
        let (Some(live), Some(overflow)) = counts else {
            return Err(StorageError::structure(
                guard.id(),
                "(8): it has other rows than its heap's directory says",
            ));
        };
        (entry.live, entry.overflow) = (live, overflow);
        Ok(slots.len())
    }

    fn drop_empty_pages(&self) -> Result<()> {
        let state = &mut *self.state.borrow_mut();
        if state.entries.iter().all(|entry| entry.live > 0) {
            return Ok(());
        }
        if state.entries.last().is_some_and(|entry| entry.live == 0) {
            state.tail = None;
        }
        let entries = Rc::make_mut(&mut state.entries);
        for entry in entries.iter().filter(|entry| entry.live == 0) {
            self.pager.release(entry.id)?;
        }
        entries.retain(|entry| entry.live > 0);
        Ok(())
    }

    /// Deletes all rows and frees their pages.
    pub async fn truncate(&self) -> Result<()> {
        self.usable()?;
        let entries = self.state.borrow().entries.clone();
        let with_overflow = |entry: &&Entry| entry.overflow > 0;
        for entry in entries.iter().filter(with_overflow) {
            let (_, bytes, shape) = self.open_page(entry.id).await?;
            for (.., first) in overflow_of(&bytes, entry.id, &shape, 0..page::rows(&bytes)) {
                self.release_overflow(first).await?;
            }
        }
        for entry in entries.iter() {
            self.pager.release(entry.id)?;
        }
        let mut state = self.state.borrow_mut();
        state.entries = Rc::default();
        state.tail = None;
        state.changed = true;
        Ok(())
    }
}

/// The long strings of the rows: column, slot and first overflow page. Deleted rows have none.
fn overflow_of(
    bytes: &[u8],
    id: PageId,
    shape: &Shape,
    slots: impl Iterator<Item = usize> + Clone,
) -> Vec<(usize, usize, PageId)> {
    let mut found = Vec::new();
    for (column, place) in shape.columns.iter().enumerate() {
        if place.layout != Layout::Str {
            continue;
        }
        for slot in slots.clone() {
            let run = Run {
                page: bytes,
                id,
                place,
                from: slot,
                count: 1,
            };
            found.extend(run.overflow().map(|(_, first, _)| (column, slot, first)));
        }
    }
    found
}
