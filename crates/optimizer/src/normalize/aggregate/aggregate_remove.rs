//! `AggregateRemove`: γk,f(R) → πk,f'(R) when every group is one row.
//!
//!     aggregate (by k: s = sum(x), c = count(*))      project (k, s = x, c = 1)
//!     └── R (k, x), k a key                       =>  └── R
//!
//! Over one row every aggregate is an expression: SUM, MIN and the like are the value itself, COUNT is 1 or 0, the sample
//! variance is NULL. Without grouping columns R must have exactly one row: over none there would still be a group.

use crate::rule::pattern::{aggregate, any};
use crate::rule::{Rewrite, View, rule};
use plan::{AggFunc, AggItem, Arena, ColSet, Func, ProjectItem, Props, RelId, Scalar, ScalarId};
use plan::{props::never_null, typing};
use types::{DataType, Value};

rule! {
    /// Grouping of single rows becomes a projection. See the module.
    AggregateRemove in Aggregate;
    law: "γk,f(R) = πk,f'(R) when k contains a key of R",
    source: "Paulley and Larson, Exploiting Uniqueness in Query Optimization (1994)",
    wrong_when: "a group may have several rows, or there are no grouping columns and R may be empty",
    example: "SELECT o_orderkey, sum(o_totalprice) FROM orders GROUP BY o_orderkey",
    pattern: aggregate('A', &[any('R')]),
    guards: [
        "one row a group": "the grouping columns of A contain a key of R" => |v| {
            let (keys, _) = v.aggregate('A');
            let grouping: ColSet = keys.iter().copied().collect();
            let props = v.props('R');
            let key = props.keys.iter().find(|key| key.is_subset(&grouping));
            let single = key.is_some() && (!keys.is_empty() || props.min_rows == 1);
            v.fact(|| match key {
                _ if !single && keys.is_empty() => "there may be no row, or several".into(),
                None => format!("several rows may agree on {}", v.names(&grouping)),
                Some(key) if key.is_empty() => "there is only one row".into(),
                Some(key) => format!("no two rows agree on {}", v.names(key)),
            });
            single
        },
        "known over one row": "every aggregate of A is an expression over one row" => |v| {
            let unknown = v.aggregate('A').1.iter().find(|agg| !is_known(v.arena, agg));
            v.fact(|| match unknown {
                Some(agg) => format!("{} is not", plan::text::aggregate(v.arena, agg)),
                None => "each is".into(),
            });
            unknown.is_none()
        },
    ],
}

fn is_known(arena: &Arena, agg: &AggItem) -> bool {
    let parts = || agg.arg.into_iter().chain(agg.filter);
    if parts().any(|part| arena.is_volatile(part)) {
        return false;
    }
    let Some(arg) = agg.arg else { return true };
    let (from, to) = (arena.ty(arg), arena.column(agg.col).ty);
    match agg.func {
        // An infinite value has no variance, not even alone.
        AggFunc::StddevPop | AggFunc::VarPop => false,
        AggFunc::Avg if from == DataType::Interval => false,
        AggFunc::Sum | AggFunc::Avg | AggFunc::Min | AggFunc::Max => {
            !typing::cast_may_fail(from, to)
        }
        _ => true,
    }
}

/// The aggregate over the row at hand.
fn over_one_row(arena: &mut Arena, agg: &AggItem, props: &Props) -> ScalarId {
    let ty = arena.column(agg.col).ty;
    let (value, conditions, otherwise) = match (agg.func, agg.arg) {
        (AggFunc::CountStar | AggFunc::Count, arg) => {
            let mut conditions = Vec::new();
            conditions.extend(agg.filter);
            if let Some(arg) = arg.filter(|a| !never_null(arena, *a, &props.not_null)) {
                conditions.push(arena.call(Func::IsNotNull, vec![arg]));
            }
            let one = arena.lit(Value::Int64(1));
            (one, conditions, arena.lit(Value::Int64(0)))
        }
        (AggFunc::StddevSamp | AggFunc::VarSamp, _) | (_, None) => {
            return arena.null(ty);
        }
        (_, Some(arg)) => {
            let conditions = agg.filter.into_iter().collect();
            (arena.cast(arg, ty), conditions, arena.null(ty))
        }
    };
    if conditions.is_empty() {
        return value;
    }
    let condition = arena.and(conditions);
    arena.scalar(Scalar::Case {
        branches: vec![(condition, value)],
        otherwise,
    })
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (keys, aggs) = cx.aggregate('A');
    let input = cx.rel('R');
    let props = cx.arena.props(input).clone();
    let mut items = cx.passed_on(&keys);
    for agg in aggs {
        let expr = over_one_row(cx.arena, &agg, &props);
        items.push(ProjectItem { col: agg.col, expr });
    }
    cx.add_project(items, input, "A")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (keys, aggs) = v.aggregate('A');
    let what = match aggs {
        [] => "duplicates are impossible".to_string(),
        [one] => format!("{} is that of one row", plan::text::aggregate(v.arena, one)),
        _ => "each aggregate is that of one row".to_string(),
    };
    if keys.is_empty() {
        return format!("Aggregating one row needs no group: {what}.");
    }
    format!(
        "Every group by {} has one row, so grouping goes away: {what}.",
        v.names(&keys.iter().copied().collect())
    )
}
