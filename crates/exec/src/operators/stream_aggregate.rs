//! Groups of an input whose equal keys are neighbours: a group ends where a key changes. Only the last group is open, so
//! finished ones come out as batches fill.

use super::sort_key::compare_values;
use super::{Node, Operator};
use crate::aggregate::{Aggregation, AggregationPlan, Groups};
use crate::context::Context;
use crate::expr::Frame;
use crate::store::Store;
use crate::{LocalFuture, Result};
use std::collections::VecDeque;
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Column};

/// The operator.
pub(crate) struct StreamAggregate {
    pub(crate) input: Node,
    /// Slots of the grouping columns; at least one.
    pub(crate) keys: Vec<usize>,
    /// The grouping columns that come out, by position among the keys.
    pub(crate) keep: Vec<usize>,
    pub(crate) plan: AggregationPlan,
    pub(crate) at: usize,
    pub(crate) open: Option<Open>,
    pub(crate) ready: VecDeque<Batch>,
    pub(crate) ended: bool,
}

/// Groups that did not come out yet; the last one is open.
pub(crate) struct Open {
    aggregation: Aggregation,
    /// The keys of each group.
    keys: Store,
}

impl StreamAggregate {
    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        let mut reservation = cx.reservation();
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            if self.ended {
                return Ok(None);
            }
            let Some(batch) = self.input.next(cx).await? else {
                self.ended = true;
                if let Some(mut open) = self.open.take() {
                    let groups = open.keys.rows();
                    self.give(&mut open, groups, groups)?;
                }
                continue;
            };
            cx.pacer.tick(batch.len() * (1 + self.plan.width())).await?;
            let mut open = self.open.take().unwrap_or_else(|| Open {
                aggregation: Aggregation::new(&self.plan),
                keys: Store::new(self.keys.len()),
            });
            let frame = Frame::of(cx, &batch);
            let columns: Vec<Arc<Column>> =
                self.keys.iter().map(|slot| frame.column(*slot)).collect();
            let starts = starts(&columns, frame.len(), &open.keys);
            let first = open.keys.rows() as u32;
            let fresh: Vec<u32> = (0..frame.len() as u32)
                .filter(|row| starts[*row as usize])
                .collect();
            open.keys
                .append(&columns, fresh.len(), Some(&fresh), &reservation)?;
            let mut group = first;
            let ids: Vec<u32> = starts
                .iter()
                .map(|start| {
                    group += u32::from(*start);
                    // Groups count from 0: the first row begins one or continues the last.
                    group - 1
                })
                .collect();
            let total = open.keys.rows();
            open.aggregation
                .update(&self.plan, &frame, Groups::Ids(&ids), total, &reservation)?;
            reservation.set(open.keys.bytes() + open.aggregation.bytes())?;
            cx.counters[self.at].change(|c| c.memory = c.memory.max(reservation.most()));
            if total > BATCH_ROWS && !open.aggregation.has_distinct() {
                self.give(&mut open, total, total - 1)?;
                open.aggregation.keep_last(total);
                open.keys.seal();
                open.keys.keep(&[total as u32 - 1]);
            }
            self.open = Some(open);
        }
    }

    /// Gives the first `count` of all groups.
    fn give(&mut self, open: &mut Open, total: usize, count: usize) -> Result<()> {
        open.keys.seal();
        let results = open.aggregation.finish(&self.plan, total)?;
        for from in (0..count).step_by(BATCH_ROWS) {
            let rows: Vec<u32> = (from as u32..count.min(from + BATCH_ROWS) as u32).collect();
            let keys = self.keep.iter().map(|at| open.keys.gather(*at, &rows));
            let results = results
                .iter()
                .map(|column| Arc::new(crate::kernels::gather::gather(column, &rows)));
            let columns = keys.chain(results).collect();
            self.ready.push_back(Batch::new(columns, rows.len()));
        }
        Ok(())
    }
}

/// Which rows begin a group: those whose key differs from the row before, or from the last group for the first row.
fn starts(columns: &[Arc<Column>], rows: usize, groups: &Store) -> Vec<bool> {
    let mut starts = vec![false; rows];
    for (at, column) in columns.iter().enumerate() {
        let differs =
            |a: (&Column, usize), b: (&Column, usize)| match (a.0.is_null(a.1), b.0.is_null(b.1)) {
                (false, false) => compare_values(a.0, a.1, b.0, b.1).is_ne(),
                (x, y) => x != y,
            };
        for row in 1..rows {
            starts[row] |= differs((column, row - 1), (column, row));
        }
        starts[0] |= match (groups.rows().checked_sub(1), groups.column(at)) {
            (Some(last), Some(keys)) => differs((keys, last), (column, 0)),
            _ => true,
        };
    }
    starts
}

impl Operator for StreamAggregate {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.open = None;
        self.ready.clear();
        self.ended = false;
        self.input.reset();
    }
}
