//! Who watches a search.

use super::task::Task;
use crate::join_order::RelSet;
use crate::memo::{ExprId, GroupId, Memo, OrderId};
use plan::RelId;

/// Told of everything a search does, in order. Every method does nothing unless it is written, so a silent observer
/// costs a call of an empty function an event.
#[allow(unused_variables, reason = "the empty methods name what they are told")]
pub trait SearchObserver {
    /// A group was made; its first expression follows.
    fn group_created(&mut self, memo: &Memo, group: GroupId) {}
    /// Two groups turned out to be equal: `gone` is now `kept`.
    fn group_merged(&mut self, memo: &Memo, kept: GroupId, gone: GroupId) {}
    /// An expression, logical or physical, was added to its group.
    fn expr_added(&mut self, memo: &Memo, expr: ExprId) {}
    /// An expression was added that the memo had already.
    fn expr_duplicate(&mut self, memo: &Memo, expr: ExprId) {}
    /// The rows of a group were estimated; [`Memo::derivation`] tells how.
    fn stat_derived(&mut self, memo: &Memo, group: GroupId, rows: f64) {}
    /// Join enumeration found two sets of relations that some join operator connects.
    fn pair_emitted(&mut self, left: RelSet, right: RelSet, group: GroupId) {}
    /// Join enumeration found two sets that no single join operator may connect.
    fn pair_rejected(&mut self, left: RelSet, right: RelSet) {}
    /// A task was put on the stack.
    fn task_push(&mut self, memo: &Memo, task: &Task) {}
    /// A task was taken from the stack.
    fn task_pop(&mut self, memo: &Memo, task: &Task) {}
    /// A physical expression was costed in full for a required order.
    fn costed(&mut self, memo: &Memo, expr: ExprId, order: OrderId, cost: f64) {}
    /// A physical expression was given up before input `reached`: the least that it can cost is not below the limit.
    fn bound_pruned(
        &mut self,
        memo: &Memo,
        expr: ExprId,
        order: OrderId,
        least: f64,
        limit: f64,
        reached: usize,
    ) {
    }
    /// A sort on top of a group's best plan was costed for an order.
    fn enforced(&mut self, memo: &Memo, group: GroupId, order: OrderId, expr: ExprId, cost: f64) {}
    /// An expression became the cheapest of its group for an order.
    fn winner_set(
        &mut self,
        memo: &Memo,
        group: GroupId,
        order: OrderId,
        expr: ExprId,
        cost: f64,
        previous: Option<ExprId>,
    ) {
    }
    /// Join enumeration met its budget and another algorithm took over; the reason is a sentence.
    fn fallback(&mut self, reason: &str) {}
    /// The winning plan was taken out of the memo.
    fn plan_extracted(&mut self, memo: &Memo, root: RelId) {}
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl SearchObserver for Silent {}
