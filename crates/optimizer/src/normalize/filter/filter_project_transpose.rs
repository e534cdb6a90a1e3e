//! `FilterProjectTranspose`: σp(πe(R)) → πe(σp[e](R)) for the conjuncts of p whose columns πe defines by harmless expressions.
//!
//!     filter (s > 3)               project (s = a + b)
//!     └── project (s = a + b)  =>  └── filter (a + b > 3)
//!         └── R                        └── R
//!
//! The conjunct reads the expressions in place of the columns. Sound when those expressions are not volatile (they would be
//! computed twice, with two results). Expressions that may fail were computed on every row of R before and still are.

use crate::rule::pattern::{any, filter, project};
use crate::rule::{Rewrite, View, rule};
use plan::{RelId, ScalarId};
use std::collections::HashMap;
use types::ColId;

rule! {
    /// A filter goes below a projection. See the module.
    FilterProjectTranspose in Filter;
    law: "σp(πe(R)) = πe(σp[e](R))",
    source: "selection commutes with projection, the relational algebra of textbooks",
    wrong_when: "a column the filter reads is computed by a volatile expression: it would be computed twice, with two results",
    example: "SELECT * FROM (SELECT o_orderkey, o_totalprice * 2 AS twice FROM orders) t WHERE twice > 1000",
    pattern: filter('F', &[project('P', &[any('R')])]),
    guards: [
        "stable expressions": "some conjunct of F is not volatile and reads no column that P computes by a volatile expression" => |v| {
            let movable = movable(v);
            v.fact(|| match movable.as_slice() {
                [] => format!("every conjunct of {} is volatile or reads a volatile expression", v.sql_all(v.filter('F'))),
                some => format!("{} reads columns and pure expressions", v.sql_all(some)),
            });
            !movable.is_empty()
        },
    ],
}

fn movable(v: &View<'_>) -> Vec<ScalarId> {
    let volatile = |col: ColId| {
        v.project('P')
            .iter()
            .any(|item| item.col == col && v.arena.is_volatile(item.expr))
    };
    let mut out = Vec::new();
    let mut stays = false;
    for &p in v.filter('F') {
        // After one that stays, ones that may fail stay too: they might rely on it.
        if v.arena.is_volatile(p)
            || v.arena.columns_of(p).iter().any(volatile)
            || (stays && v.arena.may_fail(p))
        {
            stays = true;
        } else {
            out.push(p);
        }
    }
    out
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let movable = movable(&cx.view());
    let items = cx.project('P');
    let defined: HashMap<ColId, ScalarId> = items.iter().map(|i| (i.col, i.expr)).collect();
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for predicate in cx.filter('F') {
        if movable.contains(&predicate) {
            below.push(cx.arena.substitute(predicate, &defined));
        } else {
            above.push(predicate);
        }
    }
    let filter = cx.add_filter(below, cx.rel('R'), "F");
    let project = cx.add_project(items, filter, "P");
    cx.add_filter(above, project, "F")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The filter {} moves below the projection and reads its expressions directly.",
        v.sql_all(&movable(v))
    )
}
