//! The rows of each input in turn.

use super::{Node, Operator};
use crate::context::Context;
use crate::{LocalFuture, Result};
use types::Batch;

/// The operator.
pub(crate) struct Append {
    /// Each input, and the columns taken of it in output order.
    pub(crate) inputs: Vec<(Node, Vec<usize>)>,
    pub(crate) current: usize,
}

impl Append {
    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        while let Some((input, columns)) = self.inputs.get_mut(self.current) {
            if let Some(mut batch) = input.next(cx).await? {
                batch.columns = columns
                    .iter()
                    .map(|at| batch.columns[*at].clone())
                    .collect();
                return Ok(Some(batch));
            }
            self.current += 1;
        }
        Ok(None)
    }
}

impl Operator for Append {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.current = 0;
        self.inputs.iter_mut().for_each(|(input, _)| input.reset());
    }
}
