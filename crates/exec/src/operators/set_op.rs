//! UNION, INTERSECT and EXCEPT by a hash table of whole rows. The rows of the second input are counted first; then the
//! rows of the first stream by.

use super::{Node, Operator};
use crate::context::Context;
use crate::keys::{KeyColumn, KeyTable, NO_KEY};
use crate::memory::Reservation;
use crate::{LocalFuture, Result};
use plan::SetOpKind;
use std::sync::Arc;
use types::{Batch, Column};

/// The operator.
pub(crate) struct HashSetOp {
    pub(crate) kind: SetOpKind,
    /// Duplicates are kept.
    pub(crate) all: bool,
    /// Each input, and the columns taken of it in output order.
    pub(crate) inputs: Vec<(Node, Vec<usize>)>,
    pub(crate) columns: Vec<KeyColumn>,
    pub(crate) at: usize,
    pub(crate) state: Option<Counted>,
}

/// The rows met, by key.
pub(crate) struct Counted {
    table: KeyTable,
    /// For each key: rows of the second input that are left to be matched; or, without ALL, whether a row may come out.
    counts: Vec<u64>,
    /// UNION: the input whose rows stream by.
    current: usize,
    ids: Vec<u32>,
    reservation: Reservation,
}

impl HashSetOp {
    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if self.state.is_none() {
            self.state = Some(self.count(cx).await?);
        }
        let Some(state) = &mut self.state else {
            return Ok(None);
        };
        loop {
            let streams = if self.kind == SetOpKind::Union {
                self.inputs.len()
            } else {
                1
            };
            if state.current >= streams {
                return Ok(None);
            }
            let (input, columns) = &mut self.inputs[state.current];
            let Some(mut batch) = input.next(cx).await? else {
                state.current += 1;
                continue;
            };
            cx.pacer.tick(batch.len() * 2).await?;
            batch.columns = columns
                .iter()
                .map(|at| batch.columns[*at].clone())
                .collect();
            let batch = batch.flatten();
            let rows = state.pass(self.kind, self.all, &batch)?;
            let memory = state.table.bytes() + state.counts.len() * 8;
            state.reservation.set(memory)?;
            cx.counters[self.at].change(|c| c.memory = c.memory.max(memory));
            if rows.is_empty() {
                continue;
            }
            let all = rows.len() == batch.rows;
            return Ok(Some(Batch {
                selection: (!all).then(|| Arc::new(rows)),
                ..batch
            }));
        }
    }

    /// Counts the rows of the second input.
    async fn count(&mut self, cx: &Context) -> Result<Counted> {
        let mut state = Counted {
            table: KeyTable::new(&self.columns),
            counts: Vec::new(),
            current: 0,
            ids: Vec::new(),
            reservation: cx.reservation(),
        };
        if self.kind == SetOpKind::Union {
            return Ok(state);
        }
        let (input, columns) = &mut self.inputs[1];
        while let Some(batch) = input.next(cx).await? {
            cx.pacer.tick(batch.len() * 2).await?;
            let batch = batch.flatten();
            let columns: Vec<Arc<Column>> = columns
                .iter()
                .map(|at| batch.columns[*at].clone())
                .collect();
            state
                .table
                .insert(&columns, batch.rows, &mut state.ids, &state.reservation)?;
            state.counts.resize(state.table.len(), 0);
            for id in &state.ids {
                state.counts[*id as usize] += 1;
            }
            state
                .reservation
                .set(state.table.bytes() + state.counts.len() * 8)?;
        }
        Ok(state)
    }
}

impl Counted {
    /// The rows of a batch of the first input (of any input for UNION) that come out.
    fn pass(&mut self, kind: SetOpKind, all: bool, batch: &Batch) -> Result<Vec<u32>> {
        let mut out = Vec::new();
        let known = self.table.len();
        if kind == SetOpKind::Intersect {
            self.table.find(&batch.columns, batch.rows, &mut self.ids);
        } else {
            self.table
                .insert(&batch.columns, batch.rows, &mut self.ids, &self.reservation)?;
        }
        self.counts.resize(self.table.len(), 0);
        let mut next = known as u32;
        for (row, id) in self.ids.iter().enumerate() {
            let comes = match (kind, all) {
                (SetOpKind::Union, _) => {
                    let fresh = *id == next;
                    next += u32::from(fresh);
                    fresh
                }
                (SetOpKind::Intersect, _) if *id == NO_KEY => false,
                (SetOpKind::Intersect, true) => {
                    let left = &mut self.counts[*id as usize];
                    let comes = *left > 0;
                    *left -= u64::from(comes);
                    comes
                }
                (SetOpKind::Intersect, false) => std::mem::take(&mut self.counts[*id as usize]) > 0,
                (SetOpKind::Except, true) => {
                    let left = &mut self.counts[*id as usize];
                    let comes = *left == 0;
                    *left -= u64::from(!comes);
                    comes
                }
                // Whoever came out once is counted, so that it does not come again.
                (SetOpKind::Except, false) => {
                    std::mem::replace(&mut self.counts[*id as usize], 1) == 0
                }
            };
            if comes {
                out.push(row as u32);
            }
        }
        Ok(out)
    }
}

impl Operator for HashSetOp {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.state = None;
        self.inputs.iter_mut().for_each(|(input, _)| input.reset());
    }
}
