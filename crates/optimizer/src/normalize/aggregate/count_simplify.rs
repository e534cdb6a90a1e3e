//! `CountSimplify`: count(x) → count(*) when x is never NULL; min(DISTINCT x) → min(x).
//!
//!     aggregate (by k: c = count(x))        aggregate (by k: c = count(*))
//!     └── R (k, x), x not null         =>   └── R (k)
//!
//! COUNT counts the rows whose argument is not NULL: here all of them, and R need not make x. Duplicates do not change a
//! minimum, a maximum or a conjunction, so DISTINCT in them goes. count(DISTINCT x) stays: it counts values, not rows.

use crate::rule::pattern::{aggregate, any};
use crate::rule::{Rewrite, View, rule};
use plan::{AggFunc, AggItem, Op, RelId, props::never_null, text};

rule! {
    /// Aggregates that count or compare more than they need to are written plainly. See the module.
    CountSimplify in Aggregate;
    law: "count(x) = count(*) when x is never NULL; min(DISTINCT x) = min(x)",
    source: "definition of the aggregates in SQL",
    wrong_when: "x may be NULL: count(*) counts those rows too",
    example: "SELECT o_custkey, count(o_orderkey) FROM orders GROUP BY o_custkey",
    pattern: aggregate('A', &[any('R')]),
    guards: [
        "simpler form": "A counts a value that is never NULL, or drops duplicates where they do not matter" => |v| {
            let found = v.aggregate('A').1.iter().find(|agg| simpler(v, agg) != **agg);
            v.fact(|| match found {
                None => "no aggregate has a simpler form".into(),
                Some(agg) => because(v, agg),
            });
            found.is_some()
        },
    ],
}

fn simpler(v: &View<'_>, agg: &AggItem) -> AggItem {
    let mut out = *agg;
    if agg.func.ignores_duplicates() {
        out.distinct = false;
    }
    if agg.func == AggFunc::Count
        && !agg.distinct
        && let Some(arg) = agg.arg
        && never_null(v.arena, arg, &v.props('R').not_null)
        && !v.arena.is_volatile(arg)
    {
        (out.func, out.arg) = (AggFunc::CountStar, None);
    }
    out
}

fn because(v: &View<'_>, agg: &AggItem) -> String {
    match agg.arg {
        Some(arg) if agg.func == AggFunc::Count => format!("{} is never NULL", v.sql(arg)),
        _ => format!("duplicates do not change {}", text::aggregate(v.arena, agg)),
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (keys, aggs) = cx.aggregate('A');
    let aggs = {
        let view = cx.view();
        aggs.iter().map(|agg| simpler(&view, agg)).collect()
    };
    cx.add(Op::Aggregate { keys, aggs }, cx.inputs('A'), "A")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let changes: Vec<String> = v
        .aggregate('A')
        .1
        .iter()
        .filter(|agg| simpler(v, agg) != **agg)
        .map(|agg| {
            let new = text::aggregate(v.arena, &simpler(v, agg));
            let old = text::aggregate(v.arena, agg);
            format!("{old} is {new}, as {}", because(v, agg))
        })
        .collect();
    format!("The aggregate {}.", changes.join("; "))
}
