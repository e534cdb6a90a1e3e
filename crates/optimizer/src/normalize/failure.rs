//! Whether evaluating a subplan can fail.

use plan::{AggFunc, Arena, JoinKind, Op, RelId};

/// Some expression, sum or single join in the subplan can fail on some data.
pub fn can_fail(arena: &Arena, node: RelId) -> bool {
    let op = arena.op(node);
    let here = match op {
        Op::Join { kind, .. } => *kind == JoinKind::Single,
        Op::Aggregate { aggs, .. } => aggs.iter().any(|agg| sums(agg.func)),
        _ => false,
    };
    here || op.scalars().iter().any(|scalar| arena.may_fail(*scalar))
        || arena
            .inputs(node)
            .iter()
            .any(|input| can_fail(arena, *input))
}

/// Sums can leave the range of their type.
fn sums(func: AggFunc) -> bool {
    !func.ignores_duplicates() && !func.zero_on_empty()
}
