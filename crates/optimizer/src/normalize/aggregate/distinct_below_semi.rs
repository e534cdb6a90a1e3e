//! `DistinctBelowSemi`: L ⋉p δ(R) → L ⋉p R; the same for ▷ and the mark join.
//!
//!     semi-join (a.x = b.x)        semi-join (a.x = b.x)
//!     ├── a                   =>   ├── a
//!     └── distinct                 └── b
//!         └── b
//!
//! These joins ask whether a match exists, not how many there are. Grouping without aggregates is DISTINCT in another form and
//! goes too. Not below other joins: every further match is a further row.

use crate::rule::pattern::{any, join, op};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, Op, OpKind, RelId, text};

rule! {
    /// DISTINCT on the side of a join that is only asked for matches goes away. See the module.
    DistinctBelowSemi in Aggregate;
    law: "L ⋉p δ(R) = L ⋉p R; the same for ▷ and the mark join",
    source: "duplicates do not matter to EXISTS and IN; Paulley and Larson, Exploiting Uniqueness in Query Optimization (1994)",
    wrong_when: "the join shows its right rows: each duplicate would be a row of its own",
    example: "SELECT * FROM customer WHERE c_custkey IN (SELECT DISTINCT o_custkey FROM orders)",
    pattern: join('J', "semi, anti or mark join", &[
        any('L'),
        op('D', &[OpKind::Distinct, OpKind::Aggregate], "distinct", &[any('R')]),
    ]),
    guards: [
        "only asked for matches": "J shows no columns of its right input" => |v| {
            let (kind, ..) = v.join('J');
            v.fact(|| format!("it is a {}", text::words(v.op('J'))));
            matches!(
                kind,
                JoinKind::Semi | JoinKind::Anti | JoinKind::NullAwareAnti | JoinKind::Mark(_)
            )
        },
        "removes duplicates only": "D is DISTINCT or grouping without aggregates" => |v| {
            let only = match v.op('D') {
                Op::Aggregate { keys, aggs } => !keys.is_empty() && aggs.is_empty(),
                _ => true,
            };
            v.fact(|| match only {
                true => format!("it is a {}", text::line(v.arena, v.op('D'))),
                false => "it computes aggregates".into(),
            });
            only
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (kind, on, dependent) = cx.join('J');
    let inputs = [cx.rel('L'), cx.rel('R')];
    cx.add_join(kind, on, dependent, inputs, "J")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The rows of {} may repeat: the {} only asks whether there is a match.",
        v.tables('R'),
        text::words(v.op('J'))
    )
}
