//! `LimitMerge`: limit after limit → one limit.
//!
//!     limit (5 after 2)            limit (5 after 12)
//!     └── limit (20 after 10)  =>  └── R
//!         └── R
//!
//! The upper one counts among the rows that the lower one keeps: offsets add up, and no more rows remain than the lower one
//! has after the upper offset. Over a top-n the result is a top-n.

use super::order::rows_kept;
use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{Op, OpKind, RelId, text};

rule! {
    /// Two limits become one. See the module.
    LimitMerge in SortLimit;
    law: "limit(n, o)(limit(m, p)(R)) = limit(min(n, m − o), p + o)(R)",
    source: "composition of prefixes",
    wrong_when: "the lower offset were left out of the count: the upper one counts rows that the lower one kept",
    example: "SELECT * FROM (SELECT * FROM orders LIMIT 20 OFFSET 10) t LIMIT 5 OFFSET 2",
    pattern: op('L', &[OpKind::Limit], "limit", &[
        op('M', &[OpKind::Limit, OpKind::TopN], "limit or top-n", &[any('R')]),
    ]),
    guards: [
        "offsets add up": "the sum of the offsets of L and M is a row number" => |v| {
            let sum = rows_kept(v, 'L').1.checked_add(rows_kept(v, 'M').1);
            v.fact(|| match sum {
                Some(sum) => format!("{sum} rows are skipped in all"),
                None => "their sum is too large".into(),
            });
            sum.is_some()
        },
    ],
}

fn merged(v: &View<'_>) -> (Option<u64>, u64) {
    let ((upper, skipped), (lower, first)) = (rows_kept(v, 'L'), rows_kept(v, 'M'));
    let lower = lower.map(|n| n.saturating_sub(skipped));
    let limit = match (upper, lower) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    (limit, first.saturating_add(skipped))
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (limit, offset) = merged(&cx.view());
    let op = match (cx.arena.op(cx.rel('M')), limit) {
        (Op::TopN { keys, .. }, Some(limit)) => Op::TopN {
            keys: keys.clone(),
            limit,
            offset,
        },
        _ => Op::Limit { limit, offset },
    };
    cx.add(op, vec![cx.rel('R')], "LM")
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!(
        "Two limits become one: {}.",
        text::line(v.arena, v.arena.op(after))
    )
}
