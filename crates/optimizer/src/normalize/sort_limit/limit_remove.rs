//! `LimitRemove`: a limit that R cannot exceed goes away.
//!
//!     limit (10)
//!     └── aggregate (count(*))   =>   aggregate (count(*))
//!
//! R has at most as many rows as the limit keeps, and none is skipped.

use super::order::rows_kept;
use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{OpKind, RelId};

rule! {
    /// A limit that keeps every row goes away. See the module.
    LimitRemove in SortLimit;
    law: "limit(n)(R) = R when R has at most n rows",
    source: "row bounds derived from below",
    wrong_when: "rows are skipped, or R may have more rows",
    example: "SELECT count(*) FROM orders LIMIT 10",
    pattern: op('L', &[OpKind::Limit], "limit", &[any('R')]),
    guards: [
        "skips nothing": "L skips no rows" => |v| {
            let (_, offset) = rows_kept(v, 'L');
            v.fact(|| match offset {
                0 => "its offset is 0".into(),
                n => format!("it skips {n}"),
            });
            offset == 0
        },
        "never reached": "R has at most as many rows as L keeps" => |v| {
            let (most, limit) = (v.props('R').max_rows, rows_kept(v, 'L').0);
            v.fact(|| match (most, limit) {
                (_, None) => "it keeps all".into(),
                (None, _) => "R may have any number of rows".into(),
                (Some(n), _) => format!("R has at most {n}"),
            });
            limit.is_none_or(|limit| most.is_some_and(|n| n <= limit))
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    cx.rel('R')
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    match v.props('R').max_rows {
        Some(n) => format!(
            "The limit goes away: there {} at most {n} row{}.",
            if n == 1 { "is" } else { "are" },
            if n == 1 { "" } else { "s" }
        ),
        None => "The limit goes away: it keeps every row.".into(),
    }
}
