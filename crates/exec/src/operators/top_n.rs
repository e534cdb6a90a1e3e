//! Keeps the first rows of an order in a heap, the last of them on top.
//!
//! Rows are kept beside the heap; rows that fell out of it stay there until they are more than those in it. Once the heap
//! is full, the top's prefix turns most rows of a batch away without looking at their columns.

use super::sort_key::{Entry, SortColumn, compare_entries, prefixes, sort_entries};
use super::{Node, Operator};
use crate::context::Context;
use crate::memory::Reservation;
use crate::store::Store;
use crate::{LocalFuture, Result};
use types::{BATCH_ROWS, Batch};

/// The operator.
pub(crate) struct TopN {
    input: Node,
    order: Vec<SortColumn>,
    /// Columns of the input that come out.
    keep: Vec<usize>,
    width: usize,
    limit: u64,
    offset: u64,
    at: usize,
    done: Option<Done>,
}

struct Done {
    rows: Store,
    /// Rows in order.
    picked: Vec<u32>,
    next: usize,
    _reservation: Reservation,
}

impl TopN {
    pub(crate) fn new(
        input: Node,
        order: Vec<SortColumn>,
        keep: Vec<usize>,
        width: usize,
        (limit, offset): (u64, u64),
        at: usize,
    ) -> Self {
        Self {
            input,
            order,
            keep,
            width,
            limit,
            offset,
            at,
            done: None,
        }
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if self.done.is_none() {
            self.done = Some(self.collect(cx).await?);
        }
        let Some(done) = &mut self.done else {
            return Ok(None);
        };
        let to = done.picked.len().min(done.next + BATCH_ROWS);
        let picked = &done.picked[done.next..to];
        done.next = to;
        if picked.is_empty() {
            return Ok(None);
        }
        let columns = self.keep.iter().map(|at| done.rows.gather(*at, picked));
        Ok(Some(Batch::new(columns.collect(), picked.len())))
    }

    async fn collect(&mut self, cx: &Context) -> Result<Done> {
        let mut reservation = cx.reservation();
        let capacity =
            usize::try_from(self.limit.saturating_add(self.offset)).unwrap_or(usize::MAX);
        let mut rows = Store::new(self.width);
        let mut heap: Vec<Entry> = Vec::new();
        if self.limit > 0 {
            while let Some(batch) = self.input.next(cx).await? {
                cx.pacer.tick(batch.len() * 2).await?;
                let batch = batch.flatten();
                let prefixes = prefixes(&self.order, &batch.columns, batch.rows);
                let full = heap.len() == capacity;
                let highest = if full { heap[0].prefix } else { u64::MAX };
                let candidates: Vec<u32> = prefixes
                    .iter()
                    .enumerate()
                    .filter(|(_, prefix)| **prefix <= highest)
                    .map(|(row, _)| row as u32)
                    .collect();
                let first = rows.rows() as u32;
                rows.append(
                    &batch.columns,
                    candidates.len(),
                    Some(&candidates),
                    &reservation,
                )?;
                heap.try_reserve(candidates.len().min(capacity - heap.len()))
                    .map_err(|_| reservation.exhausted())?;
                for (row, candidate) in (first..).zip(&candidates) {
                    let prefix = prefixes[*candidate as usize];
                    offer(
                        &mut heap,
                        capacity,
                        &self.order,
                        &rows,
                        Entry { prefix, row },
                    );
                }
                if rows.rows() / 2 > heap.len() + BATCH_ROWS {
                    compact(&mut heap, &mut rows);
                }
                reservation.set(rows.bytes() + heap.capacity() * size_of::<Entry>())?;
            }
        }
        cx.counters[self.at].change(|c| c.memory = c.memory.max(reservation.most()));
        sort_entries(&mut heap, &self.order, &rows);
        let offset = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let picked = heap.iter().skip(offset).map(|entry| entry.row).collect();
        rows.seal();
        Ok(Done {
            rows,
            picked,
            next: 0,
            _reservation: reservation,
        })
    }
}

/// Takes the entry into the heap if it is among the first `capacity`.
fn offer(heap: &mut Vec<Entry>, capacity: usize, order: &[SortColumn], rows: &Store, entry: Entry) {
    let after = |a: Entry, b: Entry| compare_entries(order, rows, a, b).is_gt();
    if heap.len() < capacity {
        heap.push(entry);
        let mut at = heap.len() - 1;
        while at > 0 && after(heap[at], heap[(at - 1) / 2]) {
            heap.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
        return;
    }
    if !after(heap[0], entry) {
        return;
    }
    heap[0] = entry;
    let mut at = 0;
    loop {
        let mut last = at;
        for child in [2 * at + 1, 2 * at + 2] {
            if child < heap.len() && after(heap[child], heap[last]) {
                last = child;
            }
        }
        if last == at {
            return;
        }
        heap.swap(at, last);
        at = last;
    }
}

/// Drops the rows that are not in the heap. The others keep their order, which breaks ties.
fn compact(heap: &mut [Entry], rows: &mut Store) {
    let mut kept: Vec<u32> = heap.iter().map(|entry| entry.row).collect();
    kept.sort_unstable();
    rows.seal();
    rows.keep(&kept);
    for entry in heap {
        let place = kept
            .binary_search(&entry.row)
            .expect("every row of the heap was kept");
        entry.row = place as u32;
    }
}

impl Operator for TopN {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.done = None;
        self.input.reset();
    }
}
