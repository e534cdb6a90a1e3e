//! `ApplyProjectTranspose`: L dependent-⋈p πe(R) → πL,e(L dependent-⋈p[e] R).
//!
//!     dependent-left-join                  project (a.*, s = b.y * 2)
//!     ├── a                            =>  └── dependent-left-join
//!     └── project (s = b.y * 2)                ├── a
//!         └── R                                └── R
//!
//! Semi, anti and mark joins do not show the right columns: there the projection just goes away, and the condition reads its
//! expressions. Left and single joins pad: an expression above them sees NULLs where there was no row, so it must make NULL of
//! them, as `b.y * 2` does and `coalesce(b.y, 0)` does not.

use super::correlation::is_dependent;
use crate::rule::pattern::{any, join, project};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, ProjectItem, RelId, ScalarId, props};
use std::collections::HashMap;
use types::ColId;

rule! {
    /// A projection below a dependent join goes above it. See the module.
    ApplyProjectTranspose in Subquery;
    law: "L dependent-⋈p πe(R) = πL,e(L dependent-⋈p[e] R)",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "the join pads and the expression makes a value of NULLs: padded rows would show that value",
    example: "SELECT * FROM part WHERE p_size > (SELECT 0.2 * avg(l_quantity) FROM lineitem WHERE l_partkey = p_partkey)",
    pattern: join('D', "dependent join", &[any('L'), project('P', &[any('R')])]),
    guards: [
        "dependent": "D is marked as dependent" => is_dependent,
        "not volatile": "P computes nothing volatile" => |v| {
            let volatile = v.project('P').iter().find(|i| v.arena.is_volatile(i.expr));
            v.fact(|| volatile.map_or("its expressions always give the same".into(), |i| v.sql(i.expr)));
            volatile.is_none()
        },
        "NULL on padding": "D does not pad R, or every expression of P is NULL where the columns of R are" => |v| {
            let (kind, ..) = v.join('D');
            let culprit = v.project('P').iter().find(|i| {
                !props::strict_columns(v.arena, i.expr).intersects(&v.props('R').output)
            });
            v.fact(|| match culprit {
                _ if !kind.pads_right() => format!("a {} does not pad", plan::text::words(v.op('D'))),
                Some(item) => format!("{} need not be", v.sql(item.expr)),
                None => "all are".into(),
            });
            !kind.pads_right() || culprit.is_none()
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (kind, mut on, dependent) = cx.join('D');
    let items = cx.project('P');
    let map: HashMap<ColId, ScalarId> = items.iter().map(|i| (i.col, i.expr)).collect();
    for p in &mut on {
        *p = cx.arena.substitute(*p, &map);
    }
    let inputs = [cx.rel('L'), cx.rel('R')];
    if !kind.keeps_right() || kind == JoinKind::Semi {
        return cx.add_join(kind, on, dependent, inputs, "DP");
    }
    let join = cx.add_join(kind, on, dependent, inputs, "D");
    let left = cx.view().props('L').columns.clone();
    let mut all: Vec<ProjectItem> = cx.passed_on(&left);
    all.extend(items);
    cx.add_project(all, join, "P")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (kind, ..) = v.join('D');
    if kind.keeps_right() {
        format!(
            "The projection over {} moves above the dependent join, which then meets the rows themselves.",
            v.tables('R')
        )
    } else {
        format!(
            "The {} shows no column of the subquery: its projection goes away.",
            plan::text::words(v.op('D'))
        )
    }
}
