//! `ApplyGroupByTranspose`: a correlated equality below a grouping goes above it, its inner side grouped by as well.
//!
//!     aggregate (by b.g)           project (b.g)
//!     └── filter (b.x = a.x)   =>  └── filter (b.x = a.x)
//!         └── b                        └── aggregate (by b.g, b.x)
//!                                          └── b
//!
//! Here a is an outer query. For one row of it, all rows that pass the filter have the same b.x: grouping by it as well makes no further groups. Groups with
//! another b.x are computed too and dropped, so nothing computed may fail. There must be grouping columns: without, there would be
//! a row over no rows, see `ApplyAggregate`.

use super::correlation::{as_columns, harmless, linked_by_equality, links, plain_aggregates};
use crate::rule::pattern::{aggregate, any, filter};
use crate::rule::{Rewrite, View, rule};
use plan::{ColSet, Func, Op, RelId, ScalarId};
use types::ColId;

rule! {
    /// A correlated equality goes above a grouping. See the module.
    ApplyGroupByTranspose in Subquery;
    law: "γg(σk=c(R)) = πg(σk=c(γg,k(R))), c an outer column, g not empty",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "there are no grouping columns: one row over no rows would be lost",
    example: "SELECT * FROM customer WHERE EXISTS (SELECT o_orderstatus FROM orders WHERE o_custkey = c_custkey GROUP BY o_orderstatus HAVING count(*) > 9)",
    pattern: aggregate('A', &[filter('F', &[any('R')])]),
    guards: [
        "grouped": "A has grouping columns" => |v| {
            let (keys, _) = v.aggregate('A');
            v.fact(|| match keys.len() {
                0 => "it aggregates all its rows".into(),
                _ => format!("it groups by {}", v.names(&keys.iter().copied().collect())),
            });
            !keys.is_empty()
        },
        "equalities": "F correlates by equalities, and nothing below it is correlated" => |v| linked_by_equality(v, &outer(v)),
        "plain aggregates": "A reads no outer column, and its arguments are not volatile and cannot fail" => |v| plain_aggregates(v, &outer(v)),
        "harmless": "no conjunct of F is volatile or may fail" => |v| harmless(v, v.filter('F')),
    ],
}

/// The columns of outer queries.
fn outer(v: &View<'_>) -> ColSet {
    v.props('A').free.clone()
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (links, rest) = links(&cx.view(), &outer(&cx.view())).expect("the guard found them");
    let (mut keys, aggs) = cx.aggregate('A');
    let input = cx.add_filter(rest, cx.rel('R'), "F");
    let inner: Vec<ScalarId> = links.iter().map(|l| l.inner).collect();
    let (columns, input) = as_columns(cx, &inner, input);
    let mut predicates = Vec::new();
    for (link, col) in links.iter().zip(columns) {
        let column = cx.arena.col(col);
        predicates.push(cx.arena.call(Func::Eq, vec![column, link.outer]));
        if !keys.contains(&col) {
            keys.push(col);
        }
    }
    let shown: Vec<ColId> = cx.view().props('A').columns.clone();
    let aggregate = cx.add(Op::Aggregate { keys, aggs }, vec![input], "A");
    let filter = cx.add_filter(predicates, aggregate, "F");
    if cx.arena.props(filter).columns == shown {
        return filter;
    }
    let items = cx.passed_on(&shown);
    cx.add_project(items, filter, "")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let links: Vec<String> = links(v, &outer(v))
        .map(|(links, _)| {
            let text =
                |l: &super::correlation::Link| format!("{} = {}", v.sql(l.inner), v.sql(l.outer));
            links.iter().map(text).collect()
        })
        .unwrap_or_default();
    format!(
        "{} moves above the grouping, which groups by the inner side as well: for one outer row that makes no further groups.",
        links.join(" and ")
    )
}
