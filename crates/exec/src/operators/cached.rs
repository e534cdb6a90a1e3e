//! Keeps the rows of an input that does not depend on the outer row, so that an Apply above runs it once.

use super::{Node, Operator};
use crate::context::Context;
use crate::memory::Reservation;
use crate::{LocalFuture, Result};
use types::Batch;

/// The operator. It is not in the plan and counts nothing.
pub(crate) struct Cached {
    input: Node,
    batches: Vec<Batch>,
    complete: bool,
    next: usize,
    bytes: usize,
    reservation: Option<Reservation>,
}

impl Cached {
    pub(crate) fn new(input: Node) -> Self {
        Self {
            input,
            batches: Vec::new(),
            complete: false,
            next: 0,
            bytes: 0,
            reservation: None,
        }
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if self.next == self.batches.len() && !self.complete {
            match self.input.next(cx).await? {
                Some(batch) => {
                    // A batch may hold on to columns much longer than the rows that count.
                    let batch = batch.flatten();
                    self.bytes += batch.len() * batch.columns.len() * 16;
                    let reservation = self.reservation.get_or_insert_with(|| cx.reservation());
                    reservation.set(self.bytes)?;
                    self.batches.push(batch);
                }
                None => self.complete = true,
            }
        }
        let batch = self.batches.get(self.next).cloned();
        self.next += usize::from(batch.is_some());
        cx.pacer.tick(1).await?;
        Ok(batch)
    }
}

impl Operator for Cached {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.next = 0;
    }
}
