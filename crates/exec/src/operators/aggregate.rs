//! Groups in a hash table, or one group of all rows; aggregates run column by column.

use super::{Node, Operator};
use crate::aggregate::{Aggregation, AggregationPlan, Groups};
use crate::context::Context;
use crate::expr::Frame;
use crate::keys::{KeyColumn, KeyTable};
use crate::memory::Reservation;
use crate::store::Store;
use crate::{LocalFuture, Result};
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Column};

/// The operator.
pub(crate) struct HashAggregate {
    pub(crate) input: Node,
    /// Slots of the grouping columns.
    pub(crate) keys: Vec<usize>,
    pub(crate) key_columns: Vec<KeyColumn>,
    /// The grouping columns that come out, by position among the keys.
    pub(crate) keep: Vec<usize>,
    pub(crate) plan: AggregationPlan,
    pub(crate) at: usize,
    pub(crate) result: Option<Groupings>,
}

/// The finished groups.
pub(crate) struct Groupings {
    columns: Vec<Arc<Column>>,
    groups: usize,
    next: usize,
    _reservation: Reservation,
}

impl HashAggregate {
    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if self.result.is_none() {
            self.result = Some(self.group(cx).await?);
        }
        let Some(result) = &mut self.result else {
            return Ok(None);
        };
        let from = result.next;
        let to = result.groups.min(from + BATCH_ROWS);
        result.next = to;
        if from == to {
            return Ok(None);
        }
        cx.pacer.tick(to - from).await?;
        if from == 0 && to == result.groups {
            return Ok(Some(Batch::new(std::mem::take(&mut result.columns), to)));
        }
        let rows: Vec<u32> = (from as u32..to as u32).collect();
        let pick = |column: &Arc<Column>| Arc::new(crate::kernels::gather::gather(column, &rows));
        Ok(Some(Batch::new(
            result.columns.iter().map(pick).collect(),
            rows.len(),
        )))
    }

    async fn group(&mut self, cx: &Context) -> Result<Groupings> {
        let mut reservation = cx.reservation();
        let mut aggregation = Aggregation::new(&self.plan);
        let mut table = KeyTable::new(&self.key_columns);
        let mut kept = Store::new(self.keep.len());
        let (mut ids, mut fresh) = (Vec::new(), Vec::new());
        let single = self.keys.is_empty();
        let steps = 1 + self.keys.len() + self.plan.width();
        while let Some(batch) = self.input.next(cx).await? {
            cx.pacer.tick(batch.len() * steps).await?;
            let frame = Frame::of(cx, &batch);
            if single {
                aggregation.update(&self.plan, &frame, Groups::One, 1, &reservation)?;
                continue;
            }
            let columns: Vec<Arc<Column>> =
                self.keys.iter().map(|slot| frame.column(*slot)).collect();
            let mut next = table.len() as u32;
            table.insert(&columns, frame.len(), &mut ids, &reservation)?;
            if table.len() as u32 > next {
                fresh.clear();
                for (row, id) in ids.iter().enumerate() {
                    if *id == next {
                        fresh.push(row as u32);
                        next += 1;
                    }
                }
                let columns: Vec<Arc<Column>> =
                    self.keep.iter().map(|at| columns[*at].clone()).collect();
                kept.append(&columns, fresh.len(), Some(&fresh), &reservation)?;
            }
            let total = table.len();
            aggregation.update(&self.plan, &frame, Groups::Ids(&ids), total, &reservation)?;
            reservation.set(table.bytes() + kept.bytes() + aggregation.bytes())?;
        }
        reservation.set(table.bytes() + kept.bytes() + aggregation.bytes())?;
        let groups = if single { 1 } else { table.len() };
        kept.seal();
        let mut columns = if groups == 0 || single {
            Vec::new()
        } else {
            kept.columns()
        };
        columns.extend(aggregation.finish(&self.plan, groups)?);
        cx.counters[self.at].change(|c| c.memory = c.memory.max(reservation.most()));
        Ok(Groupings {
            columns,
            groups,
            next: 0,
            _reservation: reservation,
        })
    }
}

impl Operator for HashAggregate {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.result = None;
        self.input.reset();
    }
}
