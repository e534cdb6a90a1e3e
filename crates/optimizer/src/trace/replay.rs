//! The last plan from the first and the firings alone.

use super::Replacement;
use plan::{Arena, RelId};

/// Applies the replacements of recorded firings to the first plan. Replaying a complete trace gives exactly the last plan.
///
/// # Panics
/// When a replacement does not fit the plan it comes to: then the trace is not complete.
pub fn replay<'a>(
    arena: &mut Arena,
    first: RelId,
    firings: impl IntoIterator<Item = &'a Replacement>,
) -> RelId {
    firings
        .into_iter()
        .fold(first, |root, firing| replace(arena, root, firing, 0))
}

fn replace(arena: &mut Arena, node: RelId, firing: &Replacement, depth: usize) -> RelId {
    let Some(&input) = firing.path.get(depth) else {
        assert_eq!(
            node, firing.before,
            "a complete trace replaces the subtree that stands there"
        );
        return firing.after;
    };
    let rel = arena.node(node).clone();
    let mut inputs = rel.inputs;
    inputs[input] = replace(arena, inputs[input], firing, depth + 1);
    arena.rel(rel.op, inputs)
}
