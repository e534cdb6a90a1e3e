//! Stops after enough rows, and passes over the first ones.

use super::{Node, Operator};
use crate::context::Context;
use crate::{LocalFuture, Result};
use std::sync::Arc;
use types::Batch;

/// The operator.
pub(crate) struct Limit {
    pub(crate) input: Node,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: u64,
    /// Rows of the input seen.
    pub(crate) seen: u64,
}

impl Limit {
    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        let end = self
            .limit
            .map_or(u64::MAX, |n| n.saturating_add(self.offset));
        while self.seen < end {
            let Some(batch) = self.input.next(cx).await? else {
                return Ok(None);
            };
            let (first, rows) = (self.seen, batch.len() as u64);
            self.seen += rows;
            let from = self.offset.saturating_sub(first).min(rows);
            let to = (end - first).min(rows);
            if from < to {
                return Ok(Some(cut(batch, from as usize, to as usize)));
            }
        }
        Ok(None)
    }
}

/// The rows `from..to` of those that count.
pub(super) fn cut(mut batch: Batch, from: usize, to: usize) -> Batch {
    if from > 0 || to < batch.len() {
        batch.selection = Some(Arc::new(match &batch.selection {
            Some(selection) => selection[from..to].to_vec(),
            None => (from as u32..to as u32).collect(),
        }));
    }
    batch
}

impl Operator for Limit {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.seen = 0;
        self.input.reset();
    }
}
