//! `ProjectMerge`: πe(πf(R)) → πe[f](R).
//!
//!     project (t = s + 1)          project (t = a + b + 1)
//!     └── project (s = a + b)  =>  └── R
//!         └── R
//!
//! The upper expressions read the lower ones in place of columns. Not when that would compute something twice: a lower
//! expression that is more than a column or a literal and is read more than once, or a volatile one.

use crate::rule::pattern::{any, project};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, ProjectItem, RelId, Scalar, ScalarId};
use std::collections::HashMap;
use types::ColId;

rule! {
    /// Two projections become one. See the module.
    ProjectMerge in Columns;
    law: "πe(πf(R)) = πe[f](R)",
    source: "composition of projections, the relational algebra of textbooks",
    wrong_when: "a lower expression is volatile, or costly and read several times: it would be computed several times",
    example: "SELECT twice + 1 FROM (SELECT o_totalprice * 2 AS twice FROM orders) t",
    pattern: project('P', &[project('Q', &[any('R')])]),
    guards: [
        "nothing computed twice": "P reads each computed column of Q at most once, and Q computes nothing volatile" => |v| {
            let culprit = v.project('Q').iter().find(|item| {
                v.arena.is_volatile(item.expr)
                    || (!is_simple(v.arena, item.expr) && reads(v.arena, v.project('P'), item.col) > 1)
            });
            v.fact(|| match culprit {
                Some(item) if v.arena.is_volatile(item.expr) => format!("{} is volatile", v.sql(item.expr)),
                Some(item) => format!("{} is read {} times", v.sql(item.expr), reads(v.arena, v.project('P'), item.col)),
                None => "each is read once or costs nothing".into(),
            });
            culprit.is_none()
        },
    ],
}

fn is_simple(arena: &Arena, id: ScalarId) -> bool {
    matches!(arena.get(id), Scalar::Column(_) | Scalar::Literal(..))
}

/// How often the items read a column.
fn reads(arena: &Arena, items: &[ProjectItem], col: ColId) -> usize {
    fn count(arena: &Arena, id: ScalarId, col: ColId) -> usize {
        if !arena.columns_of(id).contains(col) {
            return 0;
        }
        match arena.get(id) {
            Scalar::Column(_) => 1,
            inner => inner.children().iter().map(|c| count(arena, *c, col)).sum(),
        }
    }
    items.iter().map(|i| count(arena, i.expr, col)).sum()
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let lower: HashMap<ColId, ScalarId> = cx.project('Q').iter().map(|i| (i.col, i.expr)).collect();
    let mut items = cx.project('P');
    for item in &mut items {
        item.expr = cx.arena.substitute(item.expr, &lower);
    }
    cx.add_project(items, cx.rel('R'), "PQ")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let computed = v
        .project('Q')
        .iter()
        .filter(|i| !is_simple(v.arena, i.expr) && reads(v.arena, v.project('P'), i.col) > 0)
        .map(|i| v.sql(i.expr))
        .collect::<Vec<_>>();
    if computed.is_empty() {
        "Two projections become one: the lower one only passes columns on.".into()
    } else {
        format!(
            "Two projections become one: the upper computes {} itself.",
            computed.join(", ")
        )
    }
}
