//! Sorts all rows: runs of bounded length are sorted as rows come, then merged, so that no step takes long.

use super::sort_key::{Entry, SortColumn, compare_entries, prefixes, sort_entries};
use super::{Node, Operator};
use crate::context::Context;
use crate::memory::Reservation;
use crate::store::Store;
use crate::{LocalFuture, Result};
use types::{BATCH_ROWS, Batch};

/// Rows of a run: sorted in a few milliseconds.
const RUN: usize = 1 << 15;

/// The operator.
pub(crate) struct Sort {
    input: Node,
    order: Vec<SortColumn>,
    /// Columns of the input that come out.
    keep: Vec<usize>,
    width: usize,
    at: usize,
    sorted: Option<Sorted>,
}

struct Sorted {
    rows: Store,
    entries: Vec<Entry>,
    merge: Merge,
    _reservation: Reservation,
}

impl Sort {
    pub(crate) fn new(
        input: Node,
        order: Vec<SortColumn>,
        keep: Vec<usize>,
        width: usize,
        at: usize,
    ) -> Self {
        Self {
            input,
            order,
            keep,
            width,
            at,
            sorted: None,
        }
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if self.sorted.is_none() {
            self.sorted = Some(self.sort(cx).await?);
        }
        let Some(sorted) = &mut self.sorted else {
            return Ok(None);
        };
        cx.pacer.tick(BATCH_ROWS).await?;
        let (order, rows) = (&self.order, &sorted.rows);
        let entries = &sorted.entries;
        let less =
            |a: usize, b: usize| compare_entries(order, rows, entries[a], entries[b]).is_lt();
        let mut picked = Vec::with_capacity(BATCH_ROWS);
        while picked.len() < BATCH_ROWS {
            match sorted.merge.next(&less) {
                Some(at) => picked.push(entries[at].row),
                None => break,
            }
        }
        if picked.is_empty() {
            return Ok(None);
        }
        let columns = self.keep.iter().map(|at| rows.gather(*at, &picked));
        Ok(Some(Batch::new(columns.collect(), picked.len())))
    }

    async fn sort(&mut self, cx: &Context) -> Result<Sorted> {
        let mut reservation = cx.reservation();
        let mut rows = Store::new(self.width);
        let mut entries: Vec<Entry> = Vec::new();
        let mut runs = vec![0];
        while let Some(batch) = self.input.next(cx).await? {
            cx.pacer.tick(batch.len() * 2).await?;
            let batch = batch.flatten();
            let first = rows.rows() as u32;
            rows.append_batch(&batch, &reservation)?;
            entries
                .try_reserve(batch.rows)
                .map_err(|_| reservation.exhausted())?;
            let prefixes = prefixes(&self.order, &batch.columns, batch.rows);
            let added = prefixes.iter().zip(first..);
            entries.extend(added.map(|(prefix, row)| Entry {
                prefix: *prefix,
                row,
            }));
            reservation.set(rows.bytes() + entries.capacity() * size_of::<Entry>())?;
            let start = runs[runs.len() - 1];
            if entries.len() - start >= RUN {
                self.sort_run(&mut entries[start..], &rows);
                cx.pacer.tick(RUN).await?;
                runs.push(entries.len());
            }
        }
        let start = runs[runs.len() - 1];
        self.sort_run(&mut entries[start..], &rows);
        if entries.len() > start {
            runs.push(entries.len());
        }
        rows.seal();
        cx.counters[self.at].change(|c| c.memory = c.memory.max(reservation.most()));
        let (order, kept) = (&self.order, &rows);
        let less =
            |a: usize, b: usize| compare_entries(order, kept, entries[a], entries[b]).is_lt();
        let merge = Merge::new(&runs, &less);
        Ok(Sorted {
            rows,
            entries,
            merge,
            _reservation: reservation,
        })
    }

    fn sort_run(&self, entries: &mut [Entry], rows: &Store) {
        sort_entries(entries, &self.order, rows);
    }
}

/// Merges sorted runs by a loser tree (Knuth, vol. 3, 5.4.1): each inner node keeps the loser of its subtree's match.
struct Merge {
    /// For each run its next position and its end.
    runs: Vec<(usize, usize)>,
    /// Losers by inner node, 1 at the root; the winner at 0.
    tree: Vec<usize>,
}

impl Merge {
    /// `bounds`: the start of each run and, last, the end.
    fn new(bounds: &[usize], less: &dyn Fn(usize, usize) -> bool) -> Self {
        let runs: Vec<(usize, usize)> = bounds.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let mut merge = Self {
            tree: vec![usize::MAX; runs.len()],
            runs,
        };
        let winner = merge.play(1, less);
        if let Some(root) = merge.tree.first_mut() {
            *root = winner;
        }
        merge
    }

    /// Plays all matches under a node and gives the winner.
    fn play(&mut self, node: usize, less: &dyn Fn(usize, usize) -> bool) -> usize {
        let count = self.runs.len();
        if node >= count {
            return node - count;
        }
        let (left, right) = (self.play(2 * node, less), self.play(2 * node + 1, less));
        let (winner, loser) = if self.beats(left, right, less) {
            (left, right)
        } else {
            (right, left)
        };
        self.tree[node] = loser;
        winner
    }

    /// Run `a` is to give its row before run `b`; a run at its end loses.
    fn beats(&self, a: usize, b: usize, less: &dyn Fn(usize, usize) -> bool) -> bool {
        let (Some(&(a_at, a_end)), Some(&(b_at, b_end))) = (self.runs.get(a), self.runs.get(b))
        else {
            return a < b;
        };
        match (a_at < a_end, b_at < b_end) {
            (true, true) => less(a_at, b_at),
            (any, _) => any,
        }
    }

    /// The position of the least row left.
    fn next(&mut self, less: &dyn Fn(usize, usize) -> bool) -> Option<usize> {
        let mut winner = *self.tree.first()?;
        let (at, end) = self.runs[winner];
        if at >= end {
            return None;
        }
        self.runs[winner].0 += 1;
        let mut node = (winner + self.runs.len()) / 2;
        while node > 0 {
            if self.beats(self.tree[node], winner, less) {
                std::mem::swap(&mut self.tree[node], &mut winner);
            }
            node /= 2;
        }
        self.tree[0] = winner;
        Some(at)
    }
}

impl Operator for Sort {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.sorted = None;
        self.input.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn merges_any_number_of_runs() {
        for count in [0usize, 1, 2, 3, 5, 8, 13] {
            let mut values = Vec::new();
            let mut bounds = vec![0];
            for run in 0..count {
                let mut rows: Vec<u64> = (0..run * 3 % 7)
                    .map(|i| (i * 31 + run * 17) as u64 % 50)
                    .collect();
                rows.sort_unstable();
                values.extend(rows);
                bounds.push(values.len());
            }
            let less =
                |a: usize, b: usize| values[a].cmp(&values[b]).then(a.cmp(&b)) == Ordering::Less;
            let mut merge = Merge::new(&bounds, &less);
            let merged: Vec<u64> = std::iter::from_fn(|| merge.next(&less))
                .map(|at| values[at])
                .collect();
            let mut expected = values.clone();
            expected.sort_unstable();
            assert_eq!(merged, expected, "{count} runs");
        }
    }
}
