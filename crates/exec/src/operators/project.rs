//! Computes columns. A projection that only passes columns on keeps the selection; one that computes gives dense rows.

use super::{Node, Operator};
use crate::context::Context;
use crate::expr::{Expr, Frame, Node as ExprNode};
use crate::{LocalFuture, Result};
use types::Batch;

/// The operator.
pub(crate) struct Project {
    pub(crate) input: Node,
    pub(crate) exprs: Vec<Expr>,
}

impl Project {
    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(cx).await? else {
            return Ok(None);
        };
        cx.pacer.tick(batch.len()).await?;
        let slots = self.exprs.iter().map(|expr| match expr.node {
            ExprNode::Slot(slot) => Some(slot),
            _ => None,
        });
        if let Some(slots) = slots.collect::<Option<Vec<usize>>>() {
            return Ok(Some(Batch {
                columns: slots
                    .iter()
                    .map(|slot| batch.columns[*slot].clone())
                    .collect(),
                ..batch
            }));
        }
        let frame = Frame::of(cx, &batch);
        let mut columns = Vec::with_capacity(self.exprs.len());
        for expr in &self.exprs {
            columns.push(expr.eval(&frame)?.into_column(frame.len(), expr.ty));
        }
        Ok(Some(Batch::new(columns, frame.len())))
    }
}

impl Operator for Project {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}
