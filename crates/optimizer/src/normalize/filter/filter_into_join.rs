//! `FilterIntoJoin`: σp(L ⋈q R) → σl(L) ⋈q∧b σr(R), where l are the conjuncts of p that read only L, r those that read
//! only R, and b those that read both.
//!
//!     filter (a.y > 3 and a.x = b.x)       join (a.x = b.x)
//!     └── cross-join                  =>   ├── filter (a.y > 3)
//!         ├── a                            │   └── a
//!         └── b                            └── b
//!
//! A cross join with a condition is an inner join. Sound for inner joins only: outer joins pad rows with NULLs after
//! their condition, `FilterOuterJoin` knows which side may be filtered. A conjunct that is volatile or may fail does not
//! go below the join: there it would meet other rows. One that may fail and reads both sides becomes a condition, behind the
//! join's others, where it meets the same rows; not when a conjunct before it stays, which may keep rows from it.
//!
//!     filter (b.x = c.x and a.x = b.x + 1)       join (b.x = c.x and a.x = b.x + 1)
//!     └── cross-join                        =>   ├── cross-join
//!         ├── cross-join                         │   ├── a
//!         │   ├── a                              │   └── b
//!         │   └── b                              └── c
//!         └── c
//!
//! So does an equality that may fail and reads two tables of one side, like a.x = b.x + 1 here: it still meets the same rows, and
//! as a condition it is one of those by which the search orders the joins. As a filter it would leave a and b a cross product.

use super::placement::{Placement, place};
use crate::rule::pattern::{any, filter, join};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, ColSet, Func, JoinKind, Op, RelId, Scalar, ScalarId};

rule! {
    /// A filter over an inner join goes to where its columns come from. See the module.
    FilterIntoJoin in Filter;
    law: "σl∧r∧b(L ⋈q R) = σl(L) ⋈q∧b σr(R)",
    source: "selection push-down, the relational algebra of textbooks",
    wrong_when: "the join pads a side with NULLs: rows that the filter would remove after the join would come back padded",
    example: "SELECT * FROM customer, orders WHERE c_custkey = o_custkey AND c_acctbal > 0",
    pattern: filter('F', &[join('J', "inner join", &[any('L'), any('R')])]),
    guards: [
        "inner join": "J is an inner or cross join" => |v| {
            let (kind, on, _) = v.join('J');
            v.fact(|| match (kind, on.is_empty()) {
                (JoinKind::Inner, true) => "it is a cross join".into(),
                (JoinKind::Inner, false) => "it is an inner join".into(),
                _ => format!("it is a {}", plan::text::words(v.op('J'))),
            });
            kind == JoinKind::Inner
        },
        "movable conjunct": "some conjunct of F is not volatile, and cannot fail, reads both L and R, or equates two tables of one of them" => |v| {
            let placement = placement(v);
            v.fact(|| placement.describe(v));
            placement.moves()
        },
    ],
}

fn placement(v: &View<'_>) -> Placement {
    let (left, right) = (&v.props('L').output, &v.props('R').output);
    let mut placement = place(v.arena, v.filter('F'), left, right);
    let below = left.union(right);
    let reads_both = |c: &ScalarId| {
        let read = v.arena.columns_of(*c);
        read.intersects(left) && read.intersects(right)
    };
    let more = placement.take_leading(&|c| {
        !v.arena.is_volatile(c)
            && v.arena.columns_of(c).is_subset(&below)
            && (reads_both(&c) || connects(v.arena, c, &[v.rel('L'), v.rel('R')]))
    });
    placement.both.extend(&more);
    placement.connecting = more.into_iter().filter(|c| !reads_both(c)).collect();
    placement
}

/// An equality whose sides read different inputs of an inner join that one of these relations is, or has below inner joins.
fn connects(arena: &Arena, conjunct: ScalarId, rels: &[RelId]) -> bool {
    let Scalar::Call(Func::Eq, args) = arena.get(conjunct) else {
        return false;
    };
    let apart = |l: &ColSet, r: &ColSet| {
        let reads = |side: ScalarId, of| arena.columns_of(side).intersects(of);
        let (a, b) = (args[0], args[1]);
        (reads(a, l) && reads(b, r)) || (reads(a, r) && reads(b, l))
    };
    rels.iter()
        .any(|rel| match (arena.op(*rel), arena.inputs(*rel)) {
            (
                Op::Join {
                    kind: JoinKind::Inner,
                    dependent: false,
                    ..
                },
                inputs @ [l, r],
            ) => {
                apart(&arena.props(*l).output, &arena.props(*r).output)
                    || connects(arena, conjunct, inputs)
            }
            _ => false,
        })
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let placement = placement(&cx.view());
    let (kind, mut on, dependent) = cx.join('J');
    let from = if placement.both.is_empty() { "J" } else { "JF" };
    for conjunct in placement.both {
        if !on.contains(&conjunct) {
            on.push(conjunct);
        }
    }
    let left = cx.add_filter(placement.left, cx.rel('L'), "F");
    let right = cx.add_filter(placement.right, cx.rel('R'), "F");
    let join = cx.add_join(kind, on, dependent, [left, right], from);
    cx.add_filter(placement.stays, join, "F")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    placement(v).sentence(v, &v.tables('L'), &v.tables('R'))
}
