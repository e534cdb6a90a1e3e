//! `MarkToSemiAnti`: a mark of which only "not true" is asked is an anti join.
//!
//!     filter (not m)             anti-join (a.x = b.x)
//!     └── mark-join (a.x = b.x)  ├── L
//!         ├── L             =>   └── R
//!         └── R
//!
//! An anti join keeps the rows without a match, whether their mark would be FALSE or NULL. So either the conjunct lets NULL pass
//! (`m IS NOT TRUE`), or the condition is never NULL: then so is the mark.

use super::mark::{
    Asks, FILTER_OVER_MARK, asked, become_join, has_condition, is_mark_join, only_use, two_valued,
};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId};

rule! {
    /// A negated mark that cannot be NULL becomes an anti join. See the module.
    MarkToSemiAnti in Subquery looks_up;
    law: "σ¬m(L mark(m, p) R) = L ▷p R when p is never NULL",
    source: "Neumann, Leis and Kemper, The Complete Story of Joins (2017)",
    wrong_when: "the condition can be NULL: NOT IN drops the row where an anti join keeps it",
    example: "SELECT * FROM orders WHERE o_orderkey NOT IN (SELECT l_orderkey FROM lineitem)",
    pattern: FILTER_OVER_MARK,
    guards: [
        "mark join": "M is a mark join" => is_mark_join,
        "in": "M has a condition" => has_condition,
        "used once": "the mark is used once, as a negated conjunct of F" => |v| asked(v, &[Asks::False, Asks::NotTrue]),
        "NULL is irrelevant": "the condition of M is never NULL, or F lets NULL pass" => |v| {
            let passes = only_use(v).is_some_and(|found| found.asks == Asks::NotTrue);
            let sure = two_valued(v);
            v.fact(|| match (passes, sure) {
                (true, _) => "the filter lets NULL pass".into(),
                (_, true) => format!("no column of {} can be NULL", v.sql_all(v.join('M').1)),
                _ => format!("{} can be NULL", v.sql_all(v.join('M').1)),
            });
            passes || sure
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    become_join(cx, JoinKind::Anti)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "NOT IN keeps the rows of {} without a match in {}; as {} is never NULL here, that is an anti join.",
        v.tables('L'),
        v.tables('R'),
        v.sql_all(v.join('M').1)
    )
}
