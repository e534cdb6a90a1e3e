//! `ApplyAggregate`: a correlated scalar aggregate is computed for all groups at once and joined.
//!
//!     dependent-cross-join                       left-join (l.k = p.k)
//!     ├── p                                  =>  ├── p
//!     └── aggregate (a = avg(l.q))               └── aggregate (by l.k: a = avg(l.q))
//!         └── filter (l.k = p.k and l.y > 1)         └── filter (l.y > 1)
//!             └── l                                      └── l
//!
//! The rows of l with l.k = p.k are exactly the group of p.k, so the aggregate is the same. A row of p without a group gets NULL,
//! as an aggregate over no rows gives; but COUNT gives 0 there, and is repaired: coalesce(n, 0). Only when the correlation
//! is by equalities, which make groups, and when nothing computed may fail: groups that no row asks for are computed too.

use super::correlation::{
    as_columns, harmless, is_dependent, linked_by_equality, links, of_left, plain_aggregates,
    wants_one_row,
};
use crate::rule::pattern::{aggregate, any, filter, join};
use crate::rule::{Rewrite, View, rule};
use plan::{AggItem, Func, JoinKind, Op, ProjectItem, RelId, ScalarId, text};
use types::{ColId, Value};

rule! {
    /// A correlated scalar aggregate becomes a grouped one. See the module.
    ApplyAggregate in Subquery;
    law: "L dependent-× γf(σk=c(R)) = L ⟕c=k γk,f(R), COUNT repaired",
    source: "Dayal, Of Nests and Trees (1987); the COUNT bug: Ganski and Wong, Optimization of Nested SQL Queries Revisited (1987)",
    wrong_when: "COUNT is left unrepaired: rows without a group would get NULL instead of 0",
    example: "SELECT * FROM part WHERE p_size > (SELECT avg(l_quantity) FROM lineitem WHERE l_partkey = p_partkey)",
    pattern: join('D', "dependent join", &[any('L'), aggregate('A', &[filter('F', &[any('R')])])]),
    guards: [
        "dependent": "D is marked as dependent" => is_dependent,
        "one row": "D wants the row of A for each row of L, without further condition" => wants_one_row,
        "scalar": "A has no grouping columns" => |v| {
            let (keys, _) = v.aggregate('A');
            v.fact(|| match keys.len() {
                0 => "it aggregates all its rows".into(),
                _ => format!("it groups by {}", v.names(&keys.iter().copied().collect())),
            });
            keys.is_empty()
        },
        "equalities": "F correlates by equalities only, and nothing below it is correlated" => |v| linked_by_equality(v, &of_left(v)),
        "plain aggregates": "A reads no column of L, and its arguments are not volatile and cannot fail" => |v| plain_aggregates(v, &of_left(v)),
        "harmless": "no conjunct of F is volatile or may fail" => |v| harmless(v, v.filter('F')),
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (links, rest) =
        links(&cx.view(), &of_left(&cx.view())).expect("the guard found the equalities");
    let mut on = Vec::new();
    let input = cx.add_filter(rest, cx.rel('R'), "F");
    let inner: Vec<ScalarId> = links.iter().map(|l| l.inner).collect();
    let (columns, input) = as_columns(cx, &inner, input);
    let mut keys: Vec<ColId> = Vec::new();
    for (link, key) in links.iter().zip(columns) {
        let column = cx.arena.col(key);
        on.push(cx.arena.call(Func::Eq, vec![column, link.outer]));
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let (_, mut aggs) = cx.aggregate('A');
    let repaired = rename_counts(cx, &mut aggs);
    let shown: Vec<ColId> = cx.view().props('D').columns.clone();
    let aggregate = cx.add(Op::Aggregate { keys, aggs }, vec![input], "A");
    let join = cx.add_join(JoinKind::Left, on, false, [cx.rel('L'), aggregate], "DF");
    let items: Vec<ProjectItem> = shown
        .into_iter()
        .map(|col| {
            let expr = match repaired.iter().find(|(old, _)| *old == col) {
                Some((_, renamed)) => {
                    let zero = cx.arena.lit(Value::Int64(0));
                    let renamed = cx.arena.col(*renamed);
                    cx.arena.call(Func::Coalesce, vec![renamed, zero])
                }
                None => cx.arena.col(col),
            };
            ProjectItem { col, expr }
        })
        .collect();
    // The grouping columns are new to those above: they are projected away.
    cx.add_project(items, join, "")
}

/// Gives every COUNT a new column, which is NULL where there is no group: (the old column, the new one).
fn rename_counts(cx: &mut Rewrite<'_>, aggs: &mut [AggItem]) -> Vec<(ColId, ColId)> {
    let mut renamed = Vec::new();
    for agg in aggs.iter_mut().filter(|a| a.func.zero_on_empty()) {
        let meta = cx.arena.column(agg.col).clone();
        let col = cx.arena.new_column(meta);
        renamed.push((agg.col, col));
        agg.col = col;
    }
    renamed
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (_, aggs) = v.aggregate('A');
    let aggs: Vec<String> = aggs.iter().map(|a| text::aggregate(v.arena, a)).collect();
    let keys: Vec<String> = links(v, &of_left(v))
        .map(|(links, _)| links.iter().map(|l| v.sql(l.inner)).collect())
        .unwrap_or_default();
    let what = match aggs.as_slice() {
        [] => "the one row of the subquery".into(),
        aggs => aggs.join(", "),
    };
    format!(
        "Instead of once for each row of {}, {what} is computed once for each {}, and joined.",
        v.tables('L'),
        keys.join(", ")
    )
}
