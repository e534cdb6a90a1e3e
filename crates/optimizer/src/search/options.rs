//! What a search may be told.

use crate::cost::Constants;
use plan::SortKey;

/// Pairs of a join block beyond which enumeration falls back to a greedy order.
pub const PAIR_BUDGET: usize = 10_000;

/// Options of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOptions {
    /// Names of rules that are switched off.
    pub disabled: Vec<String>,
    /// Most pairs of a join block; with more, [`GreedyOperatorOrdering`](crate::explore::GREEDY_OPERATOR_ORDERING)
    /// takes over.
    pub pair_budget: usize,
    /// Give up candidates that cannot win. Off, every candidate is costed; the winner is the same.
    pub prune: bool,
    /// What the cost formulas multiply.
    pub constants: Constants,
    /// An order the whole plan must have, besides what its own sorts ask for.
    pub required: Vec<SortKey>,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            disabled: Vec::new(),
            pair_budget: PAIR_BUDGET,
            prune: true,
            constants: Constants::default(),
            required: Vec::new(),
        }
    }
}
