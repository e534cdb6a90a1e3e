//! `SingleToLeft`: a single join whose rows find at most one match is a left join.
//!
//!     single-join (a.x = b.x)      left-join (a.x = b.x)
//!     ├── a                    =>  ├── a
//!     └── b (x is a key)           └── b (x is a key)
//!
//! A single join is a left join that fails when a row has a second match. When there cannot be one, nothing is left to check: the
//! right side has at most one row, or the condition equates a key of it.

use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId, props};

rule! {
    /// A scalar subquery that gives at most one row needs no check for it. See the module.
    SingleToLeft in Subquery;
    law: "L single(p) R = L ⟕p R when p holds for at most one row of R",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "a row could have two matches: the query must fail with error 21000 then",
    example: "SELECT (SELECT max(o_totalprice) FROM orders) FROM customer",
    pattern: join('J', "single join", &[any('L'), any('R')]),
    guards: [
        "single join": "J is a single join" => |v| {
            v.fact(|| format!("it is a {}", plan::text::words(v.op('J'))));
            v.join('J').0 == JoinKind::Single
        },
        "at most one match": "R has at most one row, or J equates a key of R" => |v| {
            let one = v.props('R').at_most_one_row();
            let (_, on, _) = v.join('J');
            let unique = props::matches_at_most_once(v.arena, on, v.props('L'), v.props('R'));
            v.fact(|| match (one, unique) {
                (true, _) => format!("the {} gives at most one row", plan::text::words(v.op('R'))),
                (_, true) => format!("{} equates a key of {}", v.sql_all(on), v.tables('R')),
                _ => "a row may have several matches".into(),
            });
            one || unique
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (_, on, dependent) = cx.join('J');
    cx.add_join(
        JoinKind::Left,
        on,
        dependent,
        [cx.rel('L'), cx.rel('R')],
        "J",
    )
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The scalar subquery over {} gives at most one row for each row of {}: the single join is a left join.",
        v.tables('R'),
        v.tables('L')
    )
}
