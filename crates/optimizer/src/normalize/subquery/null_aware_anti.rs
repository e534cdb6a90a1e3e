//! `NullAwareAnti`: NOT IN over columns that may be NULL is a null-aware anti join.
//!
//!     filter (not m)             null-aware-anti-join (a.x = b.x)
//!     └── mark-join (a.x = b.x)  ├── L
//!         ├── L             =>   └── R
//!         └── R
//!
//! NOT IN asks for a mark that is FALSE: no match, and no pair for which the condition is NULL. One NULL among the values of the
//! subquery and no row passes; a NULL on the left passes only when the subquery is empty. An ordinary anti join would keep these rows.

use super::mark::{
    Asks, FILTER_OVER_MARK, asked, become_join, has_condition, is_mark_join, two_valued,
};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId};

rule! {
    /// NOT IN becomes a null-aware anti join. See the module.
    NullAwareAnti in Subquery looks_up;
    law: "σ¬m(L mark(m, p) R) = the rows of L for which p is FALSE with every row of R",
    source: "Bellamkonda et al., Enhanced Subquery Optimizations in Oracle (2009)",
    wrong_when: "an ordinary anti join were used: it keeps rows whose comparison is NULL",
    example: "SELECT * FROM supplier WHERE s_nationkey NOT IN (SELECT nullif(n_nationkey, 3) FROM nation)",
    pattern: FILTER_OVER_MARK,
    guards: [
        "mark join": "M is a mark join" => is_mark_join,
        "in": "M has a condition" => has_condition,
        "used once": "the mark is used once, as a conjunct of F that asks for FALSE" => |v| asked(v, &[Asks::False]),
        "NULL matters": "the condition of M can be NULL" => |v| {
            let sure = two_valued(v);
            v.fact(|| match sure {
                true => "its columns are never NULL".into(),
                false => format!("{} reads columns that can be NULL", v.sql_all(v.join('M').1)),
            });
            !sure
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    become_join(cx, JoinKind::NullAwareAnti)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "NOT IN or ALL drops a row of {} when its comparison with some row of {} is NULL: a null-aware anti join.",
        v.tables('L'),
        v.tables('R')
    )
}
