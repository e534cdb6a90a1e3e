//! `JoinConditionPush`: L ⋈p∧r R → L ⋈p σr(R) for the conjuncts r of a join's condition that read one input only.
//!
//!     left-join (a.x = b.x and b.y > 3)      left-join (a.x = b.x)
//!     ├── a                             =>   ├── a
//!     └── b                                  └── filter (b.y > 3)
//!                                                └── b
//!
//! A row of the input that fails the conjunct has no match. That may decide nothing but matches: so the input must be one whose
//! unmatched rows the join drops or never shows. Both inputs of inner joins, the right one of left, semi, anti and
//! single joins, the left one of right and semi joins. Mark and null-aware joins tell false from NULL and are left alone.

use super::placement::{Placement, place};
use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId, text};

rule! {
    /// A conjunct of a join's condition that reads one input goes below the join. See the module.
    JoinConditionPush in Filter;
    law: "L ⋈p∧r R = L ⋈p σr(R); the same for ⟕, ⋉, ▷ when r reads only R",
    source: "Galindo-Legaria and Rosenthal, Outerjoin Simplification and Reordering for Query Optimization (1997)",
    wrong_when: "the conjunct reads the preserved side: its rows come out even when they fail the condition",
    example: "SELECT * FROM customer LEFT JOIN orders ON c_custkey = o_custkey AND o_totalprice > 100",
    pattern: join('J', "join", &[any('L'), any('R')]),
    guards: [
        "side without padding": "J shows no unmatched rows of some side" => |v| {
            let (left, right) = sides(v.join('J').0);
            v.fact(|| format!("it is a {}", text::words(v.op('J'))));
            left || right
        },
        "reads that side": "some conjunct of J reads only that side, is not volatile and cannot fail" => |v| {
            let placement = placement(v);
            v.fact(|| placement.describe(v));
            placement.moves()
        },
    ],
}

/// Which inputs may be filtered by what the condition says of them.
fn sides(kind: JoinKind) -> (bool, bool) {
    match kind {
        JoinKind::Inner | JoinKind::Semi => (true, true),
        JoinKind::Left | JoinKind::Anti | JoinKind::Single => (false, true),
        JoinKind::Right => (true, false),
        JoinKind::Full | JoinKind::NullAwareAnti | JoinKind::Mark(_) => (false, false),
    }
}

fn placement(v: &View<'_>) -> Placement {
    let (kind, on, _) = v.join('J');
    let (left, right) = sides(kind);
    let mut placement = place(v.arena, on, &v.props('L').output, &v.props('R').output);
    if !left && right {
        // A conjunct that reads neither side goes where one may go.
        let (constant, reading) = placement
            .left
            .iter()
            .partition(|p| !v.arena.columns_of(**p).intersects(&v.props('L').output));
        placement.left = reading;
        placement.right.extend::<Vec<_>>(constant);
    }
    placement.only(left, right)
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let placement = placement(&cx.view());
    let (kind, on, dependent) = cx.join('J');
    let on = on
        .into_iter()
        .filter(|p| placement.stays.contains(p))
        .collect();
    let left = cx.add_filter(placement.left, cx.rel('L'), "J");
    let right = cx.add_filter(placement.right, cx.rel('R'), "J");
    cx.add_join(kind, on, dependent, [left, right], "J")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    placement(v).sentence(v, &v.tables('L'), &v.tables('R'))
}
