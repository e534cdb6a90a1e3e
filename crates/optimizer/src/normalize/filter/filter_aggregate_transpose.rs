//! `FilterAggregateTranspose`: σp(γk(R)) → γk(σp(R)) for the conjuncts of p that read only grouping columns.
//!
//!     filter (k = 1)               aggregate (by k: …)
//!     └── aggregate (by k: …)  =>  └── filter (k = 1)
//!         └── R                        └── R
//!
//! All rows of a group agree on the grouping columns, so a group passes the conjunct or fails it as a whole. Without
//! grouping columns there is one group even over no rows: filtering below would not remove it.

use super::placement::{Placement, place};
use crate::rule::pattern::{aggregate, any, filter};
use crate::rule::{Rewrite, View, rule};
use plan::{ColSet, RelId};

rule! {
    /// A filter on grouping columns goes below the aggregation. See the module.
    FilterAggregateTranspose in Filter;
    law: "σp(γk(R)) = γk(σp(R)) when p reads only k, k not empty",
    source: "Gupta, Harinarayan and Quass, Aggregate-Query Processing in Data Warehousing Environments (1995)",
    wrong_when: "the conjunct reads an aggregate, or there are no grouping columns: the one group over no rows would appear",
    example: "SELECT o_custkey, count(*) FROM orders GROUP BY o_custkey HAVING o_custkey < 10",
    pattern: filter('F', &[aggregate('A', &[any('R')])]),
    guards: [
        "has groups": "A has grouping columns" => |v| {
            let (keys, _) = v.aggregate('A');
            v.fact(|| match keys.len() {
                0 => "it aggregates all rows into one".into(),
                _ => format!("it groups by {}", v.names(&keys.iter().copied().collect())),
            });
            !keys.is_empty()
        },
        "reads groups": "some conjunct of F reads only grouping columns, is not volatile and cannot fail" => |v| {
            let placement = placement(v);
            v.fact(|| match placement.left.as_slice() {
                [] => format!("{} reads aggregates", v.sql_all(v.filter('F'))),
                some => format!("{} reads only grouping columns", v.sql_all(some)),
            });
            !placement.left.is_empty()
        },
    ],
}

fn placement(v: &View<'_>) -> Placement {
    let (keys, aggs) = v.aggregate('A');
    let keys: ColSet = keys.iter().copied().collect();
    let aggs: ColSet = aggs.iter().map(|a| a.col).collect();
    place(v.arena, v.filter('F'), &keys, &aggs).only(true, false)
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let placement = placement(&cx.view());
    let op = cx.arena.op(cx.rel('A')).clone();
    let below = cx.add_filter(placement.left, cx.rel('R'), "F");
    let aggregate = cx.add(op, vec![below], "A");
    cx.add_filter(placement.stays, aggregate, "F")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The filter {} moves below the aggregation: it holds for whole groups or for none of their rows.",
        v.sql_all(&placement(v).left)
    )
}
