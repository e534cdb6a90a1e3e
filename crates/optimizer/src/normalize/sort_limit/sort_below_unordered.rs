//! `SortBelowUnordered`: γ(sort(R)) → γ(R); the same below joins, set operations, DISTINCT and other sorts.
//!
//!     aggregate (by k: …)       aggregate (by k: …)
//!     └── project (k, x)    =>  └── project (k, x)
//!         └── sort (x)              └── R
//!             └── R
//!
//! These operators promise no order and their results do not depend on that of their inputs. Filters and projections in between
//! only pass the order on. Not through a limit: which rows it keeps depends on the order.

use super::order::{keys_of, keys_text};
use crate::rule::pattern::{Pattern, any};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Op, OpKind, RelId, text};

static INPUT: Pattern = any('I');

rule! {
    /// A sort below an operator that ignores order goes away. See the module.
    SortBelowUnordered in SortLimit;
    law: "γ(sort(R)) = γ(R); the same for ⋈, ∪, δ and sort",
    source: "Simmen, Shekita and Malkemus, Fundamental Techniques for Order Optimization (1996)",
    wrong_when: "a limit in between counts rows in that order",
    example: "SELECT o_custkey, count(*) FROM (SELECT * FROM orders ORDER BY o_orderdate) t GROUP BY o_custkey",
    pattern: Pattern::Over {
        letter: 'O',
        kinds: &[
            OpKind::Aggregate,
            OpKind::Distinct,
            OpKind::Join,
            OpKind::SetOp,
            OpKind::Sort,
            OpKind::TopN,
        ],
        says: "operator that ignores order",
        some_input: &INPUT,
    },
    guards: [
        "sorted input": "I is a sort, or filters and projections over one" => |v| {
            let sort = sort_below(v.arena, v.rel('I'));
            v.fact(|| match sort.and_then(|sort| keys_of(v.arena.op(sort))) {
                Some(keys) => format!("it is sorted by {}", keys_text(v.arena, keys)),
                None => "there is no sort".into(),
            });
            sort.is_some()
        },
    ],
}

fn sort_below(arena: &Arena, node: RelId) -> Option<RelId> {
    let mut node = node;
    loop {
        match arena.op(node) {
            Op::Sort { .. } => return Some(node),
            Op::Filter { .. } | Op::Project { .. } => node = arena.inputs(node)[0],
            _ => return None,
        }
    }
}

/// The chain down to the sort without it.
fn without_sort(cx: &mut Rewrite<'_>, node: RelId) -> RelId {
    let input = cx.arena.inputs(node)[0];
    let op = cx.arena.op(node).clone();
    if let Op::Sort { .. } = op {
        return input;
    }
    let below = without_sort(cx, input);
    let copy = cx.arena.rel(op, vec![below]);
    cx.derive_from(copy, vec![node]);
    copy
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let at = {
        let view = cx.view();
        let input = view.bindings().iter().find(|b| b.letter == 'I');
        input.map_or(0, |binding| binding.input)
    };
    let mut inputs = cx.inputs('O');
    inputs[at] = without_sort(cx, inputs[at]);
    let op = cx.arena.op(cx.rel('O')).clone();
    cx.add(op, inputs, "O")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let keys = sort_below(v.arena, v.rel('I')).and_then(|sort| keys_of(v.arena.op(sort)));
    format!(
        "The sort by {} goes away: the {} above ignores the order of its input.",
        keys_text(v.arena, keys.unwrap_or_default()),
        text::words(v.op('O'))
    )
}
