//! `SortRemove`: sort(R) → R when R comes in that order.
//!
//!     sort (x)                     filter (y > 3)
//!     └── filter (y > 3)       =>  └── top-n (5 by x, y)
//!         └── top-n (5 by x, y)        └── R
//!             └── R
//!
//! One row is in every order. Filters, projections and limits keep the order of a sort below them. A top-n over ordered rows
//! needs only its limit.

use super::order::{keys_text, provided, sort_keys, sorted_by};
use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{OpKind, RelId, SortKey};

rule! {
    /// A sort of rows that are sorted already goes away. See the module.
    SortRemove in SortLimit;
    law: "sort(R) = R when R is in that order",
    source: "interesting orders: Selinger et al., Access Path Selection in a Relational Database Management System (1979)",
    wrong_when: "the order of R starts with other keys",
    example: "SELECT * FROM (SELECT * FROM orders ORDER BY o_orderdate LIMIT 10) t ORDER BY o_orderdate",
    pattern: op('S', &[OpKind::Sort, OpKind::TopN], "sort or top-n", &[any('R')]),
    guards: [
        "sorted already": "R is sorted by the keys of S, or has at most one row" => |v| {
            let order = provided(v.arena, v.rel('R'));
            v.fact(|| match order {
                _ if v.props('R').at_most_one_row() => "it has at most one row".into(),
                [] => "nothing is known of its order".into(),
                keys => format!("it is sorted by {}", keys_text(v.arena, keys)),
            });
            v.props('R').at_most_one_row() || starts_with(v, order)
        },
    ],
}

/// The order begins with the keys of S. Where NULLs come does not matter for a column without any.
fn starts_with(v: &View<'_>, order: &[SortKey]) -> bool {
    let keys = sort_keys(v, 'S');
    let not_null = &v.props('R').not_null;
    let same = |a: &SortKey, b: &SortKey| {
        (a.col, a.descending) == (b.col, b.descending)
            && (a.nulls_first == b.nulls_first || not_null.contains(a.col))
    };
    keys.len() <= order.len() && keys.iter().zip(order).all(|(a, b)| same(a, b))
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    sorted_by(cx, 'S', Vec::new())
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    match v.props('R').at_most_one_row() {
        true => "Sorting goes away: there is at most one row.".into(),
        false => format!(
            "Sorting goes away: the rows come by {} already.",
            keys_text(v.arena, provided(v.arena, v.rel('R')))
        ),
    }
}
