//! `EmptyAggregate`: γf(∅) → one row, without grouping columns.
//!
//!     aggregate (c = count(*), s = sum(x))
//!     └── empty                             =>   values (1 row)        (c = 0, s = null)
//!
//! Aggregating no rows gives one row: COUNT is 0 and every other aggregate NULL. With grouping columns there are no groups, and no
//! rows: that is `EmptyPropagate`'s.

use super::is_empty;
use crate::rule::pattern::{aggregate, any};
use crate::rule::{Rewrite, View, rule};
use plan::{Op, RelId};
use types::Value;

rule! {
    /// A global aggregate over nothing is a row of constants. See the module.
    EmptyAggregate in Empty;
    law: "γcount(∅) = {0}; γsum(∅) = {NULL}",
    source: "definition of the aggregates in SQL",
    wrong_when: "there are grouping columns: no rows make no groups",
    example: "SELECT count(*), sum(o_totalprice) FROM orders WHERE 1 = 2",
    pattern: aggregate('A', &[any('R')]),
    guards: [
        "global": "A has no grouping columns" => |v| {
            let (keys, _) = v.aggregate('A');
            v.fact(|| match keys.len() {
                0 => "it aggregates all rows into one".into(),
                _ => format!("it groups by {}", v.names(&keys.iter().copied().collect())),
            });
            keys.is_empty()
        },
        "empty input": "R has no rows" => |v| {
            let empty = is_empty(v.arena, v.rel('R'));
            v.fact(|| if empty { "it is empty".into() } else { "it may have some".into() });
            empty
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (_, aggs) = cx.aggregate('A');
    let columns = aggs.iter().map(|agg| agg.col).collect();
    let row = aggs
        .iter()
        .map(|agg| {
            if agg.func.zero_on_empty() {
                return cx.arena.lit(Value::Int64(0));
            }
            let ty = cx.arena.column(agg.col).ty;
            cx.arena.null(ty)
        })
        .collect();
    let rows = vec![row];
    cx.add(Op::Values { columns, rows }, vec![], "A")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (_, aggs) = v.aggregate('A');
    let values: Vec<String> = aggs
        .iter()
        .map(|agg| {
            let value = if agg.func.zero_on_empty() {
                "0"
            } else {
                "NULL"
            };
            format!("{} is {value}", plan::text::aggregate(v.arena, agg))
        })
        .collect();
    match values.is_empty() {
        true => "There is nothing to aggregate: one row is left.".into(),
        false => format!("There is nothing to aggregate: {}.", values.join(", ")),
    }
}
