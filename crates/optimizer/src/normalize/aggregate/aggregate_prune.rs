//! `AggregatePrune`: γk,f,f(R) → πk,f,f(γk,f(R)).
//!
//!                                              project (k, a, b = a)
//!     aggregate (by k: a = f(x), b = f(x))  => └── aggregate (by k: a = f(x))
//!     └── R                                        └── R
//!
//! Two aggregates that are equal but for their name have equal results: one is computed, the other copied. Not for volatile
//! arguments, which differ each time. (Aggregates that nobody reads go by `ColumnPrune`.)

use crate::rule::pattern::{aggregate, any};
use crate::rule::{Rewrite, View, rule};
use plan::{AggItem, Arena, Op, ProjectItem, RelId, text};
use types::ColId;

rule! {
    /// Of equal aggregates one is computed. See the module.
    AggregatePrune in Aggregate;
    law: "γk,f,f(R) = πk,f,f(γk,f(R))",
    source: "common subexpressions, applied to aggregates",
    wrong_when: "an argument is volatile: each aggregate sees values of its own",
    example: "SELECT o_custkey, count(o_orderkey), count(*) FROM orders GROUP BY o_custkey",
    pattern: aggregate('A', &[any('R')]),
    guards: [
        "equal aggregates": "two aggregates of A are equal and not volatile" => |v| {
            let twin = twins(v.arena, v.aggregate('A').1).pop();
            v.fact(|| match &twin {
                None => "all are different".into(),
                Some((agg, _)) => format!("{} occurs twice", text::aggregate(v.arena, agg)),
            });
            twin.is_some()
        },
    ],
}

/// Each aggregate that repeats an earlier one, with the earlier one's column.
fn twins(arena: &Arena, aggs: &[AggItem]) -> Vec<(AggItem, ColId)> {
    let what = |agg: &AggItem| (agg.func, agg.arg, agg.distinct, agg.filter);
    let stable = |agg: &AggItem| {
        let mut parts = agg.arg.into_iter().chain(agg.filter);
        !parts.any(|part| arena.is_volatile(part))
    };
    aggs.iter()
        .enumerate()
        .filter(|(_, agg)| stable(agg))
        .filter_map(|(at, agg)| {
            let first = aggs[..at].iter().find(|e| what(e) == what(agg))?;
            Some((*agg, first.col))
        })
        .collect()
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (keys, mut aggs) = cx.aggregate('A');
    let twins = twins(cx.arena, &aggs);
    let columns = cx.arena.props(cx.rel('A')).columns.clone();
    aggs.retain(|agg| !twins.iter().any(|(twin, _)| twin.col == agg.col));
    let aggregate = cx.add(Op::Aggregate { keys, aggs }, cx.inputs('A'), "A");
    let items = columns
        .into_iter()
        .map(|col| {
            let twin = twins.iter().find(|(twin, _)| twin.col == col);
            ProjectItem {
                col,
                expr: cx.arena.col(twin.map_or(col, |(_, first)| *first)),
            }
        })
        .collect();
    cx.add_project(items, aggregate, "")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let twins: Vec<String> = twins(v.arena, v.aggregate('A').1)
        .iter()
        .map(|(agg, _)| text::aggregate(v.arena, agg))
        .collect();
    format!("{} is computed once and copied.", twins.join(", "))
}
