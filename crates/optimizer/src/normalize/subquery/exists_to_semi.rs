//! `ExistsToSemi`: EXISTS as a conjunct is a semi join.
//!
//!     filter (m)                           dependent-semi-join
//!     └── dependent-mark-join (m = exists) ├── L
//!         ├── L                       =>   └── R
//!         └── R
//!
//! The filter keeps the rows of L for which R has a row, and that is what a semi join keeps. The mark must be used
//! nowhere else: below OR, or in the SELECT list, its other values matter.

use super::mark::{Asks, FILTER_OVER_MARK, asked, become_join, is_mark_join, no_condition};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId};

rule! {
    /// EXISTS becomes a semi join. See the module.
    ExistsToSemi in Subquery looks_up;
    law: "σm(L mark(m) R) = L ⋉ R",
    source: "Dayal, Of Nests and Trees (1987); Neumann and Kemper, Unnesting Arbitrary Queries (2015)",
    wrong_when: "the mark is read elsewhere, as in EXISTS (…) OR p",
    example: "SELECT * FROM orders WHERE EXISTS (SELECT * FROM lineitem WHERE l_orderkey = o_orderkey)",
    pattern: FILTER_OVER_MARK,
    guards: [
        "mark join": "M is a mark join" => is_mark_join,
        "exists": "M has no condition: any row of R is a match" => no_condition,
        "used once": "the mark is used once, as a conjunct of F that asks for TRUE" => |v| asked(v, &[Asks::True]),
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    become_join(cx, JoinKind::Semi)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "EXISTS keeps the rows of {} that find a row in {}: a semi join.",
        v.tables('L'),
        v.tables('R')
    )
}
