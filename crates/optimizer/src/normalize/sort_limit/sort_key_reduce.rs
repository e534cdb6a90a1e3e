//! `SortKeyReduce`: a sort key that the keys before it determine is dropped.
//!
//!     sort (o_orderkey, o_orderdate)       sort (o_orderkey)
//!     └── scan orders                  =>  └── scan orders
//!
//! A key decides only among rows that agree on all keys before it, and those agree on it too. A constant is determined by
//! nothing at all. Without keys a sort goes away, and a top-n is a limit.

use super::order::{key_text, keys_text, sort_keys, sorted_by};
use crate::normalize::dependencies::Dependencies;
use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{ColSet, OpKind, RelId, SortKey};

rule! {
    /// Sort keys that decide nothing are dropped. See the module.
    SortKeyReduce in SortLimit;
    law: "sort(k, d)(R) = sort(k)(R) when k → d",
    source: "Simmen, Shekita and Malkemus, Fundamental Techniques for Order Optimization (1996)",
    wrong_when: "only later keys determine it: it decides before they do",
    example: "SELECT * FROM orders WHERE o_custkey = 7 ORDER BY o_custkey, o_orderkey, o_orderdate",
    pattern: op('S', &[OpKind::Sort, OpKind::TopN], "sort or top-n", &[any('R')]),
    guards: [
        "determined": "the keys before it determine some key of S" => |v| {
            let (kept, dropped) = split(v);
            v.fact(|| match (kept.as_slice(), dropped.as_slice()) {
                (_, []) => "each key decides among rows that agree on those before".into(),
                ([], dropped) => format!("{} has one value only", keys_text(v.arena, dropped)),
                (kept, dropped) => format!(
                    "{} is determined by {} or by nothing",
                    keys_text(v.arena, dropped),
                    keys_text(v.arena, kept)
                ),
            });
            !dropped.is_empty()
        },
    ],
}

/// The keys that decide something, and the others.
fn split(v: &View<'_>) -> (Vec<SortKey>, Vec<SortKey>) {
    let dependencies = Dependencies::of(v.arena, v.rel('R'));
    let mut known = dependencies.determined_by(&ColSet::new());
    let (mut kept, mut dropped) = (Vec::new(), Vec::new());
    for &key in sort_keys(v, 'S') {
        if known.contains(key.col) {
            dropped.push(key);
        } else {
            kept.push(key);
            known.insert(key.col);
            known = dependencies.determined_by(&known);
        }
    }
    (kept, dropped)
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (kept, _) = split(&cx.view());
    sorted_by(cx, 'S', kept)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (kept, dropped) = split(v);
    let names: Vec<String> = dropped.iter().map(|k| key_text(v.arena, k)).collect();
    match kept.is_empty() {
        true => format!(
            "Sorting by {} goes away: it has one value only.",
            names.join(", ")
        ),
        false => format!(
            "{} no longer sorts: rows that agree on {} agree there too.",
            names.join(", "),
            keys_text(v.arena, &kept)
        ),
    }
}
