//! `FilterMerge`: σp(σq(R)) → σq∧p(R).
//!
//!     filter (p)            filter (q and p)
//!     └── filter (q)   =>   └── R
//!         └── R
//!
//! The lower condition comes first, so that the upper one is still evaluated only on rows that passed the lower one: it
//! may fail on others (`x <> 0` below `1 / x > 2`). Always sound otherwise.

use crate::rule::pattern::{any, filter};
use crate::rule::{Rewrite, View, rule};
use plan::RelId;

rule! {
    /// Two filters become one. See the module.
    FilterMerge in Filter;
    law: "σp(σq(R)) = σq∧p(R)",
    source: "cascade of selections, the relational algebra of textbooks",
    wrong_when: "the upper condition, put first, were evaluated on rows that the lower one keeps from it",
    example: "SELECT * FROM (SELECT * FROM orders WHERE o_custkey = 7) o WHERE o_totalprice > 100",
    pattern: filter('F', &[filter('G', &[any('R')])]),
    guards: [],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let mut merged = cx.filter('G');
    for predicate in cx.filter('F') {
        if cx.arena.is_volatile(predicate) || !merged.contains(&predicate) {
            merged.push(predicate);
        }
    }
    cx.add_filter(merged, cx.rel('R'), "FG")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The filter {} and the one below it become a single filter.",
        v.sql_all(v.filter('F'))
    )
}
