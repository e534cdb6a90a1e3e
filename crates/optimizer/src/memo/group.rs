//! Groups, and what the search knows of them for each required order.

use super::expression::{ExprId, GroupId, Inputs};
use super::order::OrderId;
use crate::join_order::RelSet;
use crate::stats::{ColumnEstimate, Derivation};
use plan::{Props, RelId};
use std::rc::Rc;
use types::ColId;

/// A group under a required order: the unit the search works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextId(pub u32);

/// Where a group's row estimate comes from.
#[derive(Debug, Clone)]
pub enum Estimate {
    /// Derived when the group was made.
    Derived(Box<Derivation>),
    /// The join of two groups by an operator of a join block; derived again when somebody wants to read it.
    Pair {
        /// The block.
        block: u32,
        /// The relations of one side.
        left: RelSet,
        /// The relations of the other.
        right: RelSet,
    },
}

/// A class of expressions that give the same rows, perhaps in another order.
#[derive(Debug, Clone)]
pub struct Group {
    /// Logical expressions, the first one first.
    pub logical: Vec<ExprId>,
    /// Physical expressions and enforcers.
    pub physical: Vec<ExprId>,
    /// Estimated rows: at least 1, unless the group is known to be empty.
    pub rows: f64,
    /// The estimate before rounding up to 1, which further estimates multiply.
    pub raw_rows: f64,
    /// Mean bytes of a row.
    pub width: f64,
    /// Columns of a row.
    pub columns: f64,
    /// No plan of the group costs less.
    pub floor: f64,
    /// The node of the normalized plan with the same rows, if there is one.
    pub origin: Option<RelId>,
    /// Its logical properties; groups that only join enumeration made have none.
    pub props: Option<Rc<Props>>,
    /// Where the row estimate comes from.
    pub estimate: Estimate,
    /// Columns whose estimates differ from those below.
    pub own_columns: Vec<(ColId, ColumnEstimate)>,
    /// Groups below whose estimates stand for other columns, at most: then all columns are its own.
    pub depth: u32,
    /// Where estimates of other columns come from: its inputs, or its relations in a join block.
    pub below: Below,
    /// What the search found, for each order asked for.
    pub contexts: Vec<(OrderId, ContextId)>,
    /// Implementation rules have been applied.
    pub implemented: bool,
}

/// Where column estimates come from.
#[derive(Debug, Clone)]
pub enum Below {
    /// The groups of its first expression.
    Inputs(Inputs),
    /// Relations of a join block.
    Relations(u32, RelSet),
}

/// What became of a physical expression under a required order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// Not reached yet.
    Pending,
    /// Costed in full.
    Costed(f64),
    /// Given up: it costs at least as much as the limit.
    Pruned {
        /// The least that it can cost by what was known when it was given up: its own work, the inputs costed so far, and for
        /// each other input what any plan of its group costs at least.
        least: f64,
        /// The limit it met.
        limit: f64,
    },
}

/// A physical expression considered for a context.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The expression.
    pub expr: ExprId,
    /// What became of it.
    pub outcome: Outcome,
}

/// A group under a required order.
#[derive(Debug, Clone)]
pub struct Context {
    /// The group.
    pub group: GroupId,
    /// The order its rows must have.
    pub order: OrderId,
    /// The physical expressions that can give the order.
    pub candidates: Vec<Candidate>,
    /// The cheapest so far and its cost.
    pub winner: Option<(ExprId, f64)>,
    /// Plans that cost this or more do not help whoever asked.
    pub limit: f64,
    /// A search ended without a plan below this cost. Infinite: there is none.
    pub none_below: f64,
    /// The winner is final.
    pub done: bool,
}
