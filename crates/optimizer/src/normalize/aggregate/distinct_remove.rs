//! `DistinctRemove`: δ(R) → R when R has a key.
//!
//!     distinct
//!     └── scan t (k, x)   =>   scan t (k, x)        (k is a key of t)
//!
//! No two rows agree on the key, so no two rows are equal. A UNIQUE constraint on a column that may be NULL is no such key: it
//! allows several NULLs, and DISTINCT counts those as equal.

use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{ColSet, OpKind, RelId};

rule! {
    /// DISTINCT over rows that differ anyway goes away. See the module.
    DistinctRemove in Aggregate;
    law: "δ(R) = R when R has a key",
    source: "Paulley and Larson, Exploiting Uniqueness in Query Optimization (1994)",
    wrong_when: "the key may be NULL in several rows: DISTINCT makes one of them",
    example: "SELECT DISTINCT o_orderkey, o_totalprice FROM orders",
    pattern: op('D', &[OpKind::Distinct], "distinct", &[any('R')]),
    guards: [
        "key": "some columns of R are a key" => |v| {
            let key = key(v);
            v.fact(|| match &key {
                None => "two of its rows may agree on every column".into(),
                Some(key) if key.is_empty() => "it has at most one row".into(),
                Some(key) => format!("no two rows agree on {}", v.names(key)),
            });
            key.is_some()
        },
    ],
}

fn key(v: &View<'_>) -> Option<ColSet> {
    v.props('R').keys.first().cloned()
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    cx.rel('R')
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    match key(v) {
        Some(key) if !key.is_empty() => format!(
            "DISTINCT goes away: no two rows agree on {}.",
            v.names(&key)
        ),
        _ => "DISTINCT goes away: there is at most one row.".into(),
    }
}
