//! Rows of expressions.

use super::Operator;
use crate::context::Context;
use crate::expr::{Expr, Frame, Inputs, Node as ExprNode};
use crate::kernels::rowwise;
use crate::{LocalFuture, Result};
use types::{BATCH_ROWS, Batch, DataType};

/// The operator.
pub(crate) struct Values {
    pub(crate) types: Vec<DataType>,
    pub(crate) rows: Vec<Vec<Expr>>,
    pub(crate) next: usize,
}

impl Values {
    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        let rows = &self.rows[self.next..self.rows.len().min(self.next + BATCH_ROWS)];
        self.next += rows.len();
        if rows.is_empty() {
            return Ok(None);
        }
        cx.pacer.tick(rows.len()).await?;
        // One row without columns.
        let frame = Frame::new(cx, Inputs::Columns(&[]), 1, None);
        let mut columns = Vec::with_capacity(self.types.len());
        for (at, ty) in self.types.iter().enumerate() {
            let column = rowwise::build(rows.len(), *ty, |row| {
                let expr = &rows[row][at];
                match &expr.node {
                    ExprNode::Const(value) => Ok(value.clone()),
                    _ => Ok(expr.eval(&frame)?.value(0, expr.ty)),
                }
            })?;
            columns.push(column.into_column(rows.len(), *ty));
        }
        Ok(Some(Batch::new(columns, rows.len())))
    }
}

impl Operator for Values {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.next = 0;
    }
}
