//! Reads a table batch by batch; filters pass over pages by their zone maps first, then narrow the rows.

use super::Operator;
use crate::context::Context;
use crate::expr::{Condition, Frame, Node as ExprNode, nulls};
use crate::source::{ColumnRange, CursorStep, ScanRequest, TableCursor};
use crate::{LocalFuture, Result};
use std::sync::Arc;
use types::{Batch, DataType, TableId, Value, Vector};

/// A bound on a column that a filter implies, its value known when the scan starts.
pub(crate) struct Bound {
    pub(crate) ordinal: u32,
    pub(crate) ty: DataType,
    pub(crate) low: Option<ExprNode>,
    pub(crate) high: Option<ExprNode>,
}

/// The operator.
pub(crate) struct TableScan {
    /// Where its page counts go.
    pub(crate) at: usize,
    pub(crate) table: TableId,
    /// Ordinals read.
    pub(crate) columns: Vec<u32>,
    /// Their types.
    pub(crate) types: Vec<DataType>,
    pub(crate) bounds: Vec<Bound>,
    /// Over the columns read.
    pub(crate) filter: Option<Condition>,
    /// The columns read that come out, when not all do.
    pub(crate) keep: Option<Vec<usize>>,
    pub(crate) cursor: Option<Box<dyn TableCursor>>,
    /// Page counts told so far.
    pub(crate) told: (u64, u64),
}

impl TableScan {
    fn open(&self, cx: &Context) -> Result<Box<dyn TableCursor>> {
        let value = |node: &Option<ExprNode>| match node {
            Some(ExprNode::Const(value)) => Some(value.clone()),
            Some(ExprNode::Param(param)) => Some(cx.params.borrow()[*param].clone()),
            _ => None,
        };
        let ranges = self.bounds.iter().map(|bound| ColumnRange {
            ordinal: bound.ordinal,
            ty: bound.ty,
            low: value(&bound.low),
            high: value(&bound.high),
        });
        cx.tables.scan(
            self.table,
            ScanRequest {
                columns: self.columns.clone(),
                ranges: ranges.collect(),
            },
        )
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if self.cursor.is_none() {
            self.cursor = Some(self.open(cx)?);
            self.told = (0, 0);
        }
        loop {
            let Some(cursor) = &mut self.cursor else {
                return Ok(None);
            };
            match cursor.step()? {
                CursorStep::Wait => cursor.fetch().await?,
                CursorStep::End => {
                    self.tell(cx);
                    return Ok(None);
                }
                CursorStep::Batch(mut batch) => {
                    cx.pacer.tick(batch.rows).await?;
                    self.tidy(&mut batch);
                    if let Some(filter) = &self.filter {
                        let rows = filter.select(&Frame::of(cx, &batch), true)?;
                        if rows.is_empty() {
                            continue;
                        }
                        if rows.len() < batch.rows {
                            batch.selection = Some(Arc::new(rows));
                        }
                    }
                    if batch.is_empty() {
                        continue;
                    }
                    if let Some(keep) = &self.keep {
                        batch.columns = keep.iter().map(|at| batch.columns[*at].clone()).collect();
                    }
                    self.tell(cx);
                    return Ok(Some(batch));
                }
            }
        }
    }

    /// A dictionary without strings, for a column of NULLs, would leave codes without meaning.
    fn tidy(&self, batch: &mut Batch) {
        for (column, ty) in batch.columns.iter_mut().zip(&self.types) {
            if let Vector::Dict { values, .. } = &column.data
                && values.is_empty()
            {
                *column = Arc::new(nulls(batch.rows, *ty));
            }
        }
    }

    fn tell(&mut self, cx: &Context) {
        if let Some(cursor) = &self.cursor {
            let (read, pruned) = cursor.pages();
            cx.counters[self.at].change(|counters| {
                counters.pages_read += read - self.told.0;
                counters.pages_pruned += pruned - self.told.1;
            });
            self.told = (read, pruned);
        }
    }
}

impl Operator for TableScan {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.cursor = None;
    }
}

impl Bound {
    /// The bound that `column func constant` implies for a true condition; `None` when it implies none.
    pub(crate) fn of(
        func: plan::Func,
        ordinal: u32,
        ty: DataType,
        constant: ExprNode,
    ) -> Option<Self> {
        use plan::Func::{Eq, Ge, Gt, Le, Lt};
        let copy = match &constant {
            ExprNode::Const(Value::Null) => return None,
            ExprNode::Const(value) => ExprNode::Const(value.clone()),
            ExprNode::Param(param) => ExprNode::Param(*param),
            _ => return None,
        };
        let (low, high) = match func {
            Eq => (Some(copy), Some(constant)),
            Lt | Le => (None, Some(constant)),
            Gt | Ge => (Some(constant), None),
            _ => return None,
        };
        Some(Self {
            ordinal,
            ty,
            low,
            high,
        })
    }
}
