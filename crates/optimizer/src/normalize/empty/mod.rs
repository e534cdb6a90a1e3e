//! What has no rows takes what is above it along; what has one constant row is computed at once.

mod empty_aggregate;
mod empty_branch;
mod empty_padding;
mod empty_propagate;
mod values_fold;

pub use empty_aggregate::EmptyAggregate;
pub use empty_branch::EmptyBranch;
pub use empty_padding::EmptyPadding;
pub use empty_propagate::EmptyPropagate;
pub use values_fold::ValuesFold;

use plan::{Arena, Op, RelId};

/// The node is the relation without rows.
fn is_empty(arena: &Arena, node: RelId) -> bool {
    matches!(arena.op(node), Op::Values { rows, .. } if rows.is_empty())
}
