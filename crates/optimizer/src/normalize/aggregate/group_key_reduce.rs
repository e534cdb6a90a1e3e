//! `GroupKeyReduce`: γk∪d,f(R) → γk,any(d),f(R) when k determines d.
//!
//!     aggregate (by c_custkey, c_name: …)       aggregate (by c_custkey: c_name = any_value(c_name), …)
//!     └── R                                =>   └── R
//!
//! Rows of a group agree on k, hence on d: leaving d out makes the same groups, and any row has the group's d. Constants are
//! determined by nothing, equal columns by each other, all columns of a table by its key, also after joins. One grouping
//! column stays in any case: grouping by none makes one row out of no rows.

use crate::normalize::dependencies::Dependencies;
use crate::rule::pattern::{aggregate, any};
use crate::rule::{Rewrite, View, rule};
use plan::{AggFunc, AggItem, ColSet, Op, RelId};
use types::ColId;

rule! {
    /// Grouping columns that others determine stop making groups. See the module.
    GroupKeyReduce in Aggregate;
    law: "γk∪d,f(R) = γk,any(d),f(R) when k → d",
    source: "Simmen, Shekita and Malkemus, Fundamental Techniques for Order Optimization (1996)",
    wrong_when: "the other columns do not determine it: groups would merge",
    example: "SELECT c_custkey, c_name, count(*) FROM customer, orders WHERE c_custkey = o_custkey GROUP BY c_custkey, c_name",
    pattern: aggregate('A', &[any('R')]),
    guards: [
        "determined": "the other grouping columns of A determine some grouping column" => |v| {
            let (kept, dropped) = split(v);
            v.fact(|| match dropped.is_empty() {
                true => "none depends on the others".into(),
                false => format!("{} determines {}", v.names(&kept), v.names(&dropped)),
            });
            !dropped.is_empty()
        },
    ],
}

/// The grouping columns that make the groups, and those they determine.
fn split(v: &View<'_>) -> (ColSet, ColSet) {
    let (keys, _) = v.aggregate('A');
    let mut kept: ColSet = keys.iter().copied().collect();
    let mut dropped = ColSet::new();
    if kept.len() < 2 {
        return (kept, dropped);
    }
    let dependencies = Dependencies::of(v.arena, v.rel('R'));
    // The last first: people write the key before what it determines.
    for &key in keys.iter().rev() {
        let mut others = kept.clone();
        others.remove(key);
        if !others.is_empty() && dependencies.determined_by(&others).contains(key) {
            kept = others;
            dropped.insert(key);
        }
    }
    (kept, dropped)
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (kept, dropped) = split(&cx.view());
    let (keys, aggs) = cx.aggregate('A');
    let columns = cx.arena.props(cx.rel('A')).columns.clone();
    let keys: Vec<ColId> = keys.into_iter().filter(|k| kept.contains(*k)).collect();
    let mut carried: Vec<AggItem> = dropped
        .iter()
        .map(|col| AggItem {
            col,
            func: AggFunc::AnyValue,
            arg: Some(cx.arena.col(col)),
            distinct: false,
            filter: None,
        })
        .collect();
    carried.extend(aggs);
    let op = Op::Aggregate {
        keys,
        aggs: carried,
    };
    let aggregate = cx.add(op, cx.inputs('A'), "A");
    if cx.scope.exact && cx.arena.props(aggregate).columns != columns {
        let items = cx.passed_on(&columns);
        return cx.add_project(items, aggregate, "");
    }
    aggregate
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (kept, dropped) = split(v);
    format!(
        "Grouping by {} is enough: rows that agree there agree on {} too.",
        v.names(&kept),
        v.names(&dropped)
    )
}
