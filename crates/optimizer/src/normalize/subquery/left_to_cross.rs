//! `LeftToCross`: a left join without condition to an input that always has a row is a cross join.
//!
//!     left-join                   cross-join
//!     ├── a                   =>  ├── a
//!     └── aggregate (max(x))      └── aggregate (max(x))
//!
//! Without condition every row matches, and there is one to match: nothing is ever padded. So it is for uncorrelated scalar
//! aggregates, and for correlated ones, which give one row for each row of the left input.

use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId};

rule! {
    /// A left join that never pads is a cross join. See the module.
    LeftToCross in Subquery;
    law: "L ⟕ R = L × R when R has at least one row",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "R can be empty: the rows of L would vanish",
    example: "SELECT * FROM part WHERE p_retailprice > (SELECT avg(p_retailprice) FROM part)",
    pattern: join('J', "left join", &[any('L'), any('R')]),
    guards: [
        "left join": "J is a left join" => |v| {
            v.fact(|| format!("it is a {}", plan::text::words(v.op('J'))));
            v.join('J').0 == JoinKind::Left
        },
        "no condition": "J has no condition" => |v| {
            let (_, on, _) = v.join('J');
            v.fact(|| if on.is_empty() { "every pair matches".into() } else { v.sql_all(on) });
            on.is_empty()
        },
        "always a row": "R has at least one row" => |v| {
            let least = v.props('R').min_rows;
            v.fact(|| match least {
                0 => format!("the {} may give none", plan::text::words(v.op('R'))),
                _ => format!("the {} gives a row even over no input", plan::text::words(v.op('R'))),
            });
            least > 0
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (_, on, dependent) = cx.join('J');
    cx.add_join(
        JoinKind::Inner,
        on,
        dependent,
        [cx.rel('L'), cx.rel('R')],
        "J",
    )
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "There is always a row of {} to go with each row of {}: nothing is padded, it is a cross join.",
        v.tables('R'),
        v.tables('L')
    )
}
