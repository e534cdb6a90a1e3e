//! `TopN`: limit over sort → top-n.
//!
//!     limit (10)
//!     └── sort (x desc)   =>   top-n (10 by x desc)
//!         └── R                └── R
//!
//! The first rows of an order can be kept in a heap of that size while R is read; the others need no sorting. Rows with equal
//! keys may come in any order, with both plans.

use super::order::{keys_text, rows_kept, sort_keys};
use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{Op, OpKind, RelId};

rule! {
    /// A limit over a sort becomes one operator. See the module.
    TopN in SortLimit;
    law: "limit(n, o)(sort(R)) = topn(n, o)(R)",
    source: "Carey and Kossmann, On Saying Enough Already! in SQL (1997)",
    wrong_when: "there is only an OFFSET: all rows after it are wanted in order",
    example: "SELECT * FROM orders ORDER BY o_totalprice DESC LIMIT 10",
    pattern: op('L', &[OpKind::Limit], "limit", &[op('S', &[OpKind::Sort], "sort", &[any('R')])]),
    guards: [
        "bounded": "L keeps a number of rows" => |v| {
            let (limit, offset) = rows_kept(v, 'L');
            v.fact(|| match limit {
                Some(n) => format!("it keeps {n}"),
                None => format!("it keeps all after {offset}"),
            });
            limit.is_some()
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let view = cx.view();
    let (limit, offset) = rows_kept(&view, 'L');
    let op = Op::TopN {
        keys: sort_keys(&view, 'S').to_vec(),
        limit: limit.unwrap_or(u64::MAX),
        offset,
    };
    cx.add(op, vec![cx.rel('R')], "LS")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (limit, offset) = rows_kept(v, 'L');
    let heap = limit.unwrap_or_default().saturating_add(offset);
    format!(
        "The first {heap} rows by {} are kept while reading: the rest is never sorted.",
        keys_text(v.arena, sort_keys(v, 'S'))
    )
}
