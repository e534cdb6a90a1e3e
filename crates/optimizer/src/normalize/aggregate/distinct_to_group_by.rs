//! `DistinctToGroupBy`: δ(R) → γall(R).
//!
//!     distinct            aggregate (by a, b)
//!     └── R (a, b)   =>   └── R (a, b)
//!
//! Grouping treats NULLs as equal, as DISTINCT does. What is known of grouping then holds for DISTINCT too, and one operator
//! runs both. R must have a column: grouping by none gives one row even over no rows.

use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{Op, OpKind, RelId};

rule! {
    /// DISTINCT becomes grouping by all columns. See the module.
    DistinctToGroupBy in Aggregate;
    law: "δ(R) = γall(R)",
    source: "Garcia-Molina, Ullman and Widom, Database Systems: The Complete Book (2008)",
    wrong_when: "R has no columns: grouping by none makes one row out of no rows",
    example: "SELECT DISTINCT o_custkey, o_orderstatus FROM orders",
    pattern: op('D', &[OpKind::Distinct], "distinct", &[any('R')]),
    guards: [
        "has columns": "R has a column" => |v| {
            let columns = &v.props('R').columns;
            v.fact(|| match columns.len() {
                0 => "it has none".into(),
                n => format!("it has {n}"),
            });
            !columns.is_empty()
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let input = cx.rel('R');
    let keys = cx.arena.props(input).columns.clone();
    let op = Op::Aggregate {
        keys,
        aggs: Vec::new(),
    };
    cx.add(op, vec![input], "D")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "DISTINCT becomes grouping by {} without aggregates.",
        v.names(&v.props('R').output)
    )
}
