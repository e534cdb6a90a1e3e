//! Narrows batches to the rows on which the conditions are true. Nothing is copied.

use super::{Node, Operator};
use crate::context::Context;
use crate::expr::{Condition, Frame};
use crate::{LocalFuture, Result};
use std::sync::Arc;
use types::Batch;

/// The operator.
pub(crate) struct Filter {
    pub(crate) input: Node,
    pub(crate) condition: Condition,
    /// The columns that come out, when not all do.
    pub(crate) keep: Option<Vec<usize>>,
}

impl Filter {
    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if let Condition::Known(Some(false) | None) = self.condition {
            return Ok(None);
        }
        while let Some(mut batch) = self.input.next(cx).await? {
            cx.pacer.tick(batch.len()).await?;
            let rows = self.condition.select(&Frame::of(cx, &batch), true)?;
            if rows.is_empty() {
                continue;
            }
            if rows.len() < batch.len() {
                batch.selection = Some(Arc::new(rows));
            }
            if let Some(keep) = &self.keep {
                batch.columns = keep.iter().map(|at| batch.columns[*at].clone()).collect();
            }
            return Ok(Some(batch));
        }
        Ok(None)
    }
}

impl Operator for Filter {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}
