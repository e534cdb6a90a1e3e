//! Where in the SQL text an expression that failed came from.

use plan::{Arena, Scalar, ScalarId};
use sql::Spans;
use types::Span;

/// The place of an expression: its own, or, when the optimizer made it out of another one or the binder added a
/// conversion, that of the only expression of the statement that does the same, or of what is converted.
pub fn of(arena: &Arena, spans: &Spans, failed: ScalarId) -> Option<Span> {
    if let Some(at) = spans.scalars.get(&failed) {
        return Some(*at);
    }
    let same = |id: &ScalarId| match (arena.get(*id), arena.get(failed)) {
        (Scalar::Call(a, _), Scalar::Call(b, _)) => a == b,
        (Scalar::Cast(_, a), Scalar::Cast(_, b)) => a == b,
        _ => false,
    };
    let mut places = spans
        .scalars
        .iter()
        .filter(|(id, _)| same(id))
        .map(|(_, at)| *at);
    let only = places.next().filter(|one| places.all(|at| at == *one));
    match (only, arena.get(failed)) {
        (Some(one), _) => Some(one),
        (None, Scalar::Cast(input, _)) => spans.scalars.get(input).copied(),
        _ => None,
    }
}
