//! Operators, one a file: each gives batches when asked for the next one.

mod aggregate;
mod append;
mod apply;
mod build_side;
mod cached;
mod filter;
mod hash_join;
mod limit;
mod mark_join;
mod merge_join;
mod nested_loop_join;
mod pairs;
mod project;
mod set_op;
mod sort;
mod sort_key;
mod stream_aggregate;
mod table_scan;
mod top_n;
mod values;

pub(crate) use aggregate::HashAggregate;
pub(crate) use append::Append;
pub(crate) use apply::{Apply, ApplyPlan};
pub(crate) use cached::Cached;
pub(crate) use filter::Filter;
pub(crate) use hash_join::{HashJoin, HashJoinPlan};
pub(crate) use limit::Limit;
pub(crate) use mark_join::{MarkJoin, MarkJoinPlan};
pub(crate) use merge_join::{MergeJoin, MergeJoinPlan};
pub(crate) use nested_loop_join::{NestedLoopJoin, NestedLoopPlan};
pub(crate) use pairs::{Outputs, Residual, Source};
pub(crate) use project::Project;
pub(crate) use set_op::HashSetOp;
pub(crate) use sort::Sort;
pub(crate) use sort_key::SortColumn;
pub(crate) use stream_aggregate::StreamAggregate;
pub(crate) use table_scan::{Bound, TableScan};
pub(crate) use top_n::TopN;
pub(crate) use values::Values;

use crate::context::Context;
use crate::{LocalFuture, Result};
use types::Batch;

/// An operator. It pulls from its inputs when it is asked for rows.
pub(crate) trait Operator {
    /// The next rows, at least one; `None` at the end, and ever after.
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>>;

    /// Starts again, for other values of the parameters.
    fn reset(&mut self);
}

/// Operators that are not in the plan count nothing.
pub(crate) const UNCOUNTED: usize = usize::MAX;

/// An operator with its place in the plan, where its counters are kept.
pub(crate) struct Node {
    operator: Box<dyn Operator>,
    at: usize,
    started: bool,
    ended: bool,
}

impl Node {
    pub(crate) fn new(operator: impl Operator + 'static, at: usize) -> Self {
        Self {
            operator: Box::new(operator),
            at,
            started: false,
            ended: false,
        }
    }

    /// The next rows, at least one; `None` at the end, and ever after.
    pub(crate) async fn next(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if self.ended {
            return Ok(None);
        }
        let begin = cx.pacer.running_nanos();
        let next = self.operator.next(cx).await;
        let nanos = cx.pacer.running_nanos().saturating_sub(begin);
        let first = !std::mem::replace(&mut self.started, true);
        let rows = match &next {
            Ok(Some(batch)) => batch.len() as u64,
            _ => 0,
        };
        self.ended = rows == 0;
        if let Some(cell) = cx.counters.get(self.at) {
            cell.change(|counters| {
                counters.loops += u64::from(first);
                counters.ended += u64::from(matches!(next, Ok(None)));
                counters.batches += u64::from(rows > 0);
                counters.rows += rows;
                counters.nanos += nanos;
            });
        }
        debug_assert!(!matches!(&next, Ok(Some(batch)) if batch.is_empty()));
        next
    }

    pub(crate) fn reset(&mut self) {
        if self.started {
            self.operator.reset();
            self.started = false;
            self.ended = false;
        }
    }
}
