//! `ProjectRemove`: π(R) → R when the projection passes on exactly the columns of R.
//!
//!     project (a, b)
//!     └── scan t (a, b)   =>   scan t (a, b)
//!
//! Inside a plan the order of columns means nothing, columns go by their ids. Where the order is that of the query's result
//! the projection must keep it.

use crate::rule::pattern::{any, project};
use crate::rule::{Rewrite, View, rule};
use plan::RelId;

rule! {
    /// A projection that changes nothing goes away. See the module.
    ProjectRemove in Columns;
    law: "π(R) = R when π passes on all columns of R",
    source: "identity projection, the relational algebra of textbooks",
    wrong_when: "the projection drops, computes or renames a column, or orders those of the result",
    example: "SELECT * FROM customer WHERE NOT EXISTS (SELECT DISTINCT o_orderstatus FROM orders WHERE o_custkey = c_custkey)",
    pattern: project('P', &[any('R')]),
    guards: [
        "passes on": "P passes on every column of R and computes none" => |v| {
            let computed = v.project('P').iter().find(|i| v.arena.as_column(i.expr) != Some(i.col));
            let dropped = v.props('R').output.difference(&v.props('P').output);
            v.fact(|| match computed {
                Some(item) => format!("it computes {}", v.sql(item.expr)),
                None if !dropped.is_empty() => format!("it drops {}", v.names(&dropped)),
                None => format!("all {} columns go through", v.project('P').len()),
            });
            computed.is_none() && dropped.is_empty()
        },
        "order of columns": "P does not order the columns of the query's result" => |v| {
            let same = v.props('P').columns == v.props('R').columns;
            v.fact(|| match (same, v.scope.exact) {
                (true, _) => "the columns are in the same order".into(),
                (false, false) => "it is not at the top, where order shows".into(),
                (false, true) => "the result shows its order".into(),
            });
            same || !v.scope.exact
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    cx.rel('R')
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The projection over {} goes away: it passes on every column and computes none.",
        v.tables('R')
    )
}
