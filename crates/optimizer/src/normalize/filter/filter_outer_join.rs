//! `FilterOuterJoin`: σp(L ⟕q R) → σp(L) ⟕q R for the conjuncts of p that read only the preserved side.
//!
//!     filter (a.y > 3)           left-join (a.x = b.x)
//!     └── left-join (a.x = b.x)  ├── filter (a.y > 3)
//!         ├── a              =>  │   └── a
//!         └── b                  └── b
//!
//! Every row of the preserved side comes out of the join with its columns unchanged, so it may as well be filtered before.
//! The preserved side is the left one of left, single, semi, anti and mark joins and the right one of right joins. A full
//! join has none: it pads both sides, and a row removed below would come back as padding for its partners.
//!
//! A left, single, mark or right join drops no row of that side, so a conjunct that may fail meets the same rows below it. One that
//! stays and stands before it may have kept rows from it: then it stays too. Semi and anti joins do drop rows.

use super::placement::{Placement, place};
use crate::rule::pattern::{any, filter, join};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId, text};

rule! {
    /// A filter on the preserved side of a join goes below it. See the module.
    FilterOuterJoin in Filter;
    law: "σp(L ⟕q R) = σp(L) ⟕q R when p reads only L; the same for ⋉, ▷ and the mark join",
    source: "Galindo-Legaria and Rosenthal, Outerjoin Simplification and Reordering for Query Optimization (1997)",
    wrong_when: "the conjunct reads a side that is padded with NULLs: padded rows would survive that it removes",
    example: "SELECT * FROM customer LEFT JOIN orders ON c_custkey = o_custkey WHERE c_acctbal > 0",
    pattern: filter('F', &[join('J', "outer, semi, anti or mark join", &[any('L'), any('R')])]),
    guards: [
        "preserved side": "J keeps the rows of one side as they are" => |v| {
            let (kind, ..) = v.join('J');
            v.fact(|| format!("it is a {}", text::words(v.op('J'))));
            !matches!(kind, JoinKind::Inner | JoinKind::Full)
        },
        "reads that side": "some conjunct of F reads only that side, is not volatile, and cannot fail or stands first while J drops no row of the side" => |v| {
            let placement = placement(v);
            v.fact(|| placement.describe(v));
            placement.moves()
        },
    ],
}

fn placement(v: &View<'_>) -> Placement {
    let (kind, ..) = v.join('J');
    let (left, right) = (&v.props('L').output, v.props('R').output.clone());
    // What a join makes of the other side (NULLs, the mark) is not there before it.
    let mut made = right;
    if let JoinKind::Mark(mark) = kind {
        made.insert(mark);
    }
    let from_right = kind == JoinKind::Right;
    // A conjunct of a subquery that reads an outer query is on its way up, out of the subquery.
    let own = left.union(&made);
    let mut placement = place(v.arena, v.filter('F'), left, &made)
        .only(!from_right, from_right)
        .within(v.arena, &own);
    let preserved = if from_right { &made } else { left };
    if !matches!(
        kind,
        JoinKind::Semi | JoinKind::Anti | JoinKind::NullAwareAnti
    ) {
        let more = placement.take_leading(&|c| {
            !v.arena.is_volatile(c) && v.arena.columns_of(c).is_subset(preserved)
        });
        let side = if from_right {
            &mut placement.right
        } else {
            &mut placement.left
        };
        side.extend(more);
    }
    placement
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let placement = placement(&cx.view());
    let (kind, on, dependent) = cx.join('J');
    let left = cx.add_filter(placement.left, cx.rel('L'), "F");
    let right = cx.add_filter(placement.right, cx.rel('R'), "F");
    let join = cx.add_join(kind, on, dependent, [left, right], "J");
    cx.add_filter(placement.stays, join, "F")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    placement(v).sentence(v, &v.tables('L'), &v.tables('R'))
}
