//! `InToSemi`: IN (subquery) as a conjunct is a semi join; so is a comparison with ANY.
//!
//!     filter (m)                 semi-join (a.x = b.x)
//!     └── mark-join (a.x = b.x)  ├── L
//!         ├── L             =>   └── R
//!         └── R
//!
//! A conjunct lets a row pass only when it is TRUE, and the mark is TRUE exactly where the row has a match. Where it would be NULL
//! or FALSE the row goes either way.

use super::mark::{Asks, FILTER_OVER_MARK, asked, become_join, has_condition, is_mark_join};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId};

rule! {
    /// IN becomes a semi join. See the module.
    InToSemi in Subquery looks_up;
    law: "σm(L mark(m, p) R) = L ⋉p R",
    source: "Kim, On Optimizing an SQL-like Nested Query (1982); Neumann and Kemper (2015)",
    wrong_when: "the mark is read elsewhere, where NULL and FALSE differ",
    example: "SELECT * FROM orders WHERE o_orderkey IN (SELECT l_orderkey FROM lineitem WHERE l_quantity > 49)",
    pattern: FILTER_OVER_MARK,
    guards: [
        "mark join": "M is a mark join" => is_mark_join,
        "in": "M has a condition" => has_condition,
        "used once": "the mark is used once, as a conjunct of F that asks for TRUE" => |v| asked(v, &[Asks::True]),
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    become_join(cx, JoinKind::Semi)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "IN keeps the rows of {} with a match in {} where {}: a semi join.",
        v.tables('L'),
        v.tables('R'),
        v.sql_all(v.join('M').1)
    )
}
