//! `ApplyAggregateByKey`: a correlated scalar aggregate over anything is a left join grouped by the outer row.
//!
//!     dependent-cross-join          aggregate (by a.*: n = count(b.y))
//!     ├── a                     =>  └── dependent-left-join
//!     └── aggregate (n = count(b.y))    ├── a
//!         └── R                         └── R
//!
//! Each row of a is a group of its own as long as a has a key. A row of a for which R is empty comes with NULLs: an aggregate that
//! would count or use them, or could fail on them, has to leave them out, by a filter on a column that is NULL only there. What correlates R then meets the
//! dependent left join, where it can become a condition.

use super::correlation::{is_dependent, wants_one_row};
use crate::rule::pattern::{aggregate, any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{AggFunc, Func, JoinKind, Op, RelId, props, text};
use types::ColId;

rule! {
    /// A correlated scalar aggregate becomes a grouping of the outer rows. See the module.
    ApplyAggregateByKey in Subquery;
    law: "L dependent-× γf(R) = γL,f(L dependent-⟕ R) when L has a key",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "L has equal rows: they would fall into one group",
    example: "SELECT * FROM orders WHERE o_totalprice > (SELECT sum(l_quantity) FROM lineitem WHERE l_orderkey < o_orderkey)",
    pattern: join('D', "dependent join", &[any('L'), aggregate('A', &[any('R')])]),
    guards: [
        "dependent": "D is marked as dependent" => is_dependent,
        "one row": "D wants the row of A for each row of L, without further condition" => wants_one_row,
        "correlated": "R uses columns of L" => |v| {
            let outer = super::correlation::outer_columns(v, 'A');
            v.fact(|| match outer.is_empty() {
                true => "it uses none".into(),
                false => format!("it uses {}", v.names(&outer)),
            });
            !outer.is_empty()
        },
        "scalar": "A has no grouping columns and is not volatile" => |v| {
            let (keys, _) = v.aggregate('A');
            let volatile = v.props('A').volatile || v.props('L').volatile;
            v.fact(|| match (keys.len(), volatile) {
                (_, true) => "a volatile function is called".into(),
                (0, _) => "it aggregates all its rows".into(),
                _ => "it has some".into(),
            });
            keys.is_empty() && !volatile
        },
        "key": "L has a key" => |v| {
            let key = v.props('L').keys.first();
            v.fact(|| match key {
                Some(key) if key.is_empty() => "it has at most one row".into(),
                Some(key) => format!("no two rows agree on {}", v.names(key)),
                None => format!("rows of {} may be equal", v.tables('L')),
            });
            key.is_some()
        },
        "marks padding": "R has a column that is never NULL" => |v| {
            let marker = marker(v);
            v.fact(|| match marker {
                Some(col) => text::column(v.arena, col),
                None => "there is none".into(),
            });
            marker.is_some()
        },
    ],
}

/// A column that is NULL exactly in padded rows.
fn marker(v: &View<'_>) -> Option<ColId> {
    let props = v.props('R');
    props
        .columns
        .iter()
        .copied()
        .find(|c| props.not_null.contains(*c))
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let marker = marker(&cx.view()).expect("the guard found it");
    let marker = cx.arena.col(marker);
    let there = cx.arena.call(Func::IsNotNull, vec![marker]);
    let right = cx.view().props('R').output.clone();
    let (_, mut aggs) = cx.aggregate('A');
    for agg in &mut aggs {
        // In a padded row nothing may be computed that could fail there.
        let harmless = |e: plan::ScalarId| !cx.arena.may_fail(e);
        let null_on_padding = agg.func != AggFunc::CountStar
            && agg.filter.is_none_or(harmless)
            && agg.arg.is_some_and(|a| {
                harmless(a) && props::strict_columns(cx.arena, a).intersects(&right)
            });
        if !null_on_padding {
            let mut conjuncts = vec![there];
            conjuncts.extend(agg.filter);
            agg.filter = Some(cx.arena.and(conjuncts));
        }
    }
    let keys = cx.view().props('L').columns.clone();
    let inputs = [cx.rel('L'), cx.rel('R')];
    let join = cx.add_join(JoinKind::Left, Vec::new(), true, inputs, "D");
    cx.add(Op::Aggregate { keys, aggs }, vec![join], "A")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "Each row of {} is joined with the rows of {} that its aggregate reads, and is then a group of its own.",
        v.tables('L'),
        v.tables('R')
    )
}
