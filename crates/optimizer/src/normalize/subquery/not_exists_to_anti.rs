//! `NotExistsToAnti`: NOT EXISTS as a conjunct is an anti join.
//!
//!     filter (not m)                       dependent-anti-join
//!     └── dependent-mark-join (m = exists) ├── L
//!         ├── L                       =>   └── R
//!         └── R
//!
//! The filter keeps the rows of L for which R has no row. The mark of EXISTS is never NULL, so that asking for FALSE and
//! asking for anything but TRUE are the same.

use super::mark::{Asks, FILTER_OVER_MARK, asked, become_join, is_mark_join, no_condition};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId};

rule! {
    /// NOT EXISTS becomes an anti join. See the module.
    NotExistsToAnti in Subquery looks_up;
    law: "σ¬m(L mark(m) R) = L ▷ R",
    source: "Dayal, Of Nests and Trees (1987); Neumann and Kemper, Unnesting Arbitrary Queries (2015)",
    wrong_when: "the mark is read elsewhere, as in NOT EXISTS (…) OR p",
    example: "SELECT * FROM customer WHERE NOT EXISTS (SELECT * FROM orders WHERE o_custkey = c_custkey)",
    pattern: FILTER_OVER_MARK,
    guards: [
        "mark join": "M is a mark join" => is_mark_join,
        "exists": "M has no condition: any row of R is a match" => no_condition,
        "used once": "the mark is used once, as a conjunct of F that asks for FALSE" => |v| asked(v, &[Asks::False, Asks::NotTrue]),
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    become_join(cx, JoinKind::Anti)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "NOT EXISTS keeps the rows of {} that find no row in {}: an anti join.",
        v.tables('L'),
        v.tables('R')
    )
}
