//! `ApplyToJoin`: a dependent join whose right input uses no column of the left is an ordinary join.
//!
//!     dependent-semi-join (a.x = b.x)      semi-join (a.x = b.x)
//!     ├── a                            =>  ├── a
//!     └── b                                └── b
//!
//! The right input gives the same rows for every row of the left, so it is evaluated once. Where the other rules of this
//! family end.

use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::RelId;

rule! {
    /// A dependent join without dependence is a join. See the module.
    ApplyToJoin in Subquery;
    law: "L dependent-⋈p R = L ⋈p R when R is free of L's columns",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "the right input still reads a column of the left one, or is volatile: it would be evaluated once only",
    example: "SELECT * FROM customer WHERE EXISTS (SELECT 1 FROM orders WHERE o_custkey = c_custkey)",
    pattern: join('D', "dependent join", &[any('L'), any('R')]),
    guards: [
        "dependent": "D is marked as dependent" => super::correlation::is_dependent,
        "independent": "R uses no column of L and is not volatile" => |v| {
            let used = super::correlation::outer_columns(v, 'R');
            let volatile = v.props('R').volatile;
            v.fact(|| match (used.is_empty(), volatile) {
                (false, _) => format!("it uses {}", v.names(&used)),
                (_, true) => "it calls a volatile function".into(),
                _ => "it uses none".into(),
            });
            used.is_empty() && !volatile
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (kind, on, _) = cx.join('D');
    cx.add_join(kind, on, false, [cx.rel('L'), cx.rel('R')], "D")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "Nothing on the right depends on {} any more: one reading of {} is enough, not one for each row.",
        v.tables('L'),
        v.tables('R')
    )
}
