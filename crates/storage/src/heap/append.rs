//! Appending rows: the last page takes what fits, then is laid out anew once it is known what its rows look like, then a
//! new page follows.

use super::decode::{ColumnBuilder, Run, Texts};
use super::page::{self, Shape};
use super::plan::Plan;
use super::source::{Source, SourceColumn};
use super::write::{Stop, Tail};
use super::{Entry, Heap, RowId, ZoneMap, zone::ColumnZone};
use crate::buffer::PageGuard;
use crate::error::Result;
use crate::page::{PageBytes, PageKind};
use std::rc::Rc;
use std::sync::Arc;
use types::Batch;
use types::data_type::Layout;

impl Heap {
    /// Appends the rows of the batch that count and returns their places, in order. Columns must have the layouts of
    /// the schema; a column of wide decimals may come as I64 and one of narrow decimals as I128 when all values fit.
    /// After an error some rows may be there: roll back.
    pub async fn append(&self, batch: &Batch) -> Result<Vec<RowId>> {
        self.usable()?;
        let mut source = Source::new(batch, &self.schema)?;
        self.write_overflow(&mut source).await?;
        let mut places = Vec::with_capacity(source.rows);
        let mut at = 0;
        let mut guard = self.tail_page().await?;
        while at < source.rows {
            let (current, fresh) = match guard.take() {
                Some(guard) => (guard, false),
                None => (self.new_page(&source, at).await?, true),
            };
            let before = at;
            let stop = self.fill(&current, &source, &mut at, &mut places);
            assert!(!fresh || at > before, "a fresh page takes at least a row");
            // Once laid out anew, a page that still takes nothing is full for good.
            if stop != Stop::Done && self.reorganise(&current, &source, at, stop) {
                guard = Some(current);
            }
        }
        Ok(places)
    }

    /// The last page, with its state for appending; `None` when there is none.
    async fn tail_page(&self) -> Result<Option<PageGuard>> {
        let Some(id) = self.state.borrow().entries.last().map(|entry| entry.id) else {
            return Ok(None);
        };
        let guard = self.pager.pool.get(id).await?;
        if self.state.borrow().tail.is_none() {
            let bytes = guard.bytes();
            let shape = Shape::parse(&bytes, id, self.root, &self.schema)?;
            self.state.borrow_mut().tail = Some(Tail::resume(&bytes, shape));
        }
        Ok(Some(guard))
    }

    /// A new last page, laid out for the rows from `at` on; when these are few, as the page before it was.
    async fn new_page(&self, source: &Source, at: usize) -> Result<PageGuard> {
        let guard = self.pager.allocate(PageKind::Heap).await?;
        let mut state = self.state.borrow_mut();
        let mut plan = Plan::for_next(&self.shape, source, at, &state.no_dict);
        if plan.informed {
            state.plan = Some(plan.clone());
        } else if let Some(last) = &state.plan
            && last.fits_first(&self.shape, source, at)
        {
            plan = last.clone();
        }
        let tail = guard.modify(|page| Tail::init(page, self.root, &self.shape, &plan));
        state.tail = Some(tail);
        let columns = self
            .schema
            .iter()
            .map(|&ty| ColumnZone::empty(ty))
            .collect();
        Rc::make_mut(&mut state.entries).push(Entry {
            id: guard.id(),
            live: 0,
            overflow: 0,
            zones: ZoneMap { rows: 0, columns },
        });
        state.changed = true;
        Ok(guard)
    }

    /// Writes as many rows from `at` on as the last page takes.
    fn fill(
        &self,
        guard: &PageGuard,
        source: &Source,
        at: &mut usize,
        places: &mut Vec<RowId>,
    ) -> Stop {
        let state = &mut *self.state.borrow_mut();
        let tail = state.tail.as_mut().expect("the last page is open");
        let (count, stop) = guard.modify(|page| tail.append(page, source, *at, usize::MAX));
        if let Stop::NotForDictionary(column) = stop {
            state.no_dict[column] = true;
            state.plan = None;
        }
        if count == 0 {
            return stop;
        }
        state.changed = true;
        let entry = Rc::make_mut(&mut state.entries)
            .last_mut()
            .expect("the last page has an entry");
        let slots = entry.zones.rows..entry.zones.rows + count as u32;
        places.extend(slots.map(|slot| RowId {
            page: guard.id(),
            slot,
        }));
        entry.live += count as u32;
        entry.zones.rows += count as u32;
        for (zone, rows) in entry.zones.columns.iter_mut().zip(&source.columns) {
            zone.add(&rows.column, *at, *at + count);
            let written = *at as u32..(*at + count) as u32;
            entry.overflow += match rows.overflow.is_empty() {
                true => 0,
                false => rows
                    .overflow
                    .keys()
                    .filter(|&row| written.contains(row))
                    .count() as u32,
            };
        }
        *at += count;
        stop
    }

    /// Lays the full last page out anew for what its rows turned out to be, if that makes room for the next row and
    /// a fair number more. Rows keep their slots.
    fn reorganise(&self, guard: &PageGuard, source: &Source, at: usize, stop: Stop) -> bool {
        let state = &mut *self.state.borrow_mut();
        let tail = state.tail.as_mut().expect("the last page is open");
        if tail.informed && stop == Stop::Full {
            return false;
        }
        let old = guard.bytes();
        let rows = page::rows(&old);
        if rows == 0 {
            return false;
        }
        let Some(present) = self.rows_of(&old, &tail.shape, guard) else {
            return false;
        };
        let plan = Plan::for_present(&self.shape, &present, &state.no_dict);
        if plan.capacity < rows + (rows / 8).max(1) {
            return false;
        }
        let mut bytes = old.to_vec();
        let mut fresh = Tail::init(&mut bytes, self.root, &self.shape, &plan);
        if fresh.append(&mut bytes, &present, 0, rows) != (rows, Stop::Done) {
            return false;
        }
        let mut trial = bytes.clone();
        let mut probe = Tail::resume(&trial, fresh.shape.clone());
        if probe.append(&mut trial, source, at, 1).0 == 0 {
            return false;
        }
        for slot in (0..rows).filter(|&slot| tail.shape.is_deleted(&old, slot)) {
            page::set_bit(&mut bytes, fresh.shape.deleted, slot);
        }
        page::set_deleted_rows(&mut bytes, page::deleted_rows(&old));
        drop(old);
        guard.modify(|page| page.copy_from_slice(&bytes));
        state.tail = Some(fresh);
        state.plan = Some(plan);
        true
    }

    /// All rows of a page, deleted ones among them, as they would be appended.
    fn rows_of(&self, bytes: &PageBytes, shape: &Shape, guard: &PageGuard) -> Option<Source> {
        let rows = page::rows(bytes);
        let mut columns = Vec::with_capacity(shape.columns.len());
        for place in &shape.columns {
            let run = Run {
                page: bytes,
                id: guard.id(),
                place,
                from: 0,
                count: rows,
            };
            // Long strings stay where they are: only their places are copied.
            let mut overflow = Vec::new();
            if place.layout == Layout::Str {
                overflow.extend(run.overflow());
            }
            let texts: Texts = overflow
                .iter()
                .map(|&(_, first, _)| (first, Vec::new()))
                .collect();
            let mut builder = ColumnBuilder::new(place.layout, rows);
            builder.append_plain(&run, &texts).ok()?;
            let mut column = SourceColumn::new(Arc::new(builder.take(0)));
            column.overflow = overflow
                .into_iter()
                .map(|(slot, first, len)| (slot as u32, (first, len)))
                .collect();
            columns.push(column);
        }
        Some(Source { rows, columns })
    }
}
