//! `UnwrapCast`: a comparison of a widened column is a comparison of the column.
//!
//!     o_orderdate::timestamp < TIMESTAMP '1995-01-01 00:00:00'   =>   o_orderdate < DATE '1995-01-01'
//!     small::bigint IN (1, 2)                                    =>   small IN (1, 2)
//!
//! When the cast loses nothing and keeps the order, and each literal comes back the same from the narrower type and back, both
//! comparisons agree on every value. Then zone maps, histograms and keys of the column apply, and nothing is converted for each
//! row.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId, eval};
use types::{DataType, Value};

rule! {
    /// Comparisons look through casts that lose nothing. See the module.
    UnwrapCast in Scalar;
    law: "cast(x) < c = x < c' when cast(c') = c, the cast lossless and monotone",
    source: "as UnwrapCast in Spark and DataFusion",
    wrong_when: "the literal has no exact counterpart in the narrower type, as 1.5 has none among integers",
    example: "SELECT * FROM orders WHERE o_orderdate < DATE '1995-01-01' + INTERVAL '1 year'",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "lossless cast": "O compares a cast that loses nothing with literals that the narrower type has too" => some_fits::<Unwrap>,
    ],
}

struct Unwrap;

/// The cast loses nothing and keeps the order of values.
fn lossless(from: DataType, to: DataType) -> bool {
    use DataType::{Date, Decimal, Float64, Int16, Int32, Int64, Timestamp};
    match (from, to) {
        (Int16, Int32 | Int64) | (Int32, Int64) | (Date, Timestamp) => true,
        (Int16 | Int32, Float64) => true,
        (Int16 | Int32 | Int64, Decimal { precision, scale }) => {
            let digits = match from {
                Int16 => 5,
                Int32 => 10,
                _ => 19,
            };
            precision - scale >= digits
        }
        (
            Decimal {
                precision: p1,
                scale: s1,
            },
            Decimal {
                precision: p2,
                scale: s2,
            },
        ) => s2 >= s1 && p2 - s2 >= p1 - s1,
        _ => false,
    }
}

/// The expression below the cast and its type, when all other operands are literals.
fn operands(arena: &Arena, id: ScalarId) -> Option<(Func, ScalarId, &[ScalarId])> {
    let Scalar::Call(func, args) = arena.get(id) else {
        return None;
    };
    let ranged = func.is_comparison() || matches!(func, Func::Between | Func::In);
    let (subject, literals) = args.split_first()?;
    let Scalar::Cast(inner, to) = arena.get(*subject) else {
        return None;
    };
    (ranged && lossless(arena.ty(*inner), *to)).then_some((*func, *inner, literals))
}

/// The literal's counterpart in the narrower type.
fn narrowed(arena: &Arena, literal: ScalarId, to: DataType) -> Option<Value> {
    let Scalar::Literal(value, from) = arena.get(literal) else {
        return None;
    };
    if value.is_null() {
        return Some(Value::Null);
    }
    let narrow = eval::cast(value, *from, to).ok()?;
    let back = eval::cast(&narrow, to, *from).ok()?;
    (back.compare(value)? == std::cmp::Ordering::Equal).then_some(narrow)
}

impl ExpressionRule for Unwrap {
    fn fits(arena: &Arena, id: ScalarId, _site: &Site) -> bool {
        operands(arena, id).is_some_and(|(_, inner, literals)| {
            let to = arena.ty(inner);
            literals.iter().all(|l| narrowed(arena, *l, to).is_some())
        })
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, _site: &Site) -> ScalarId {
        let Some((func, inner, literals)) = operands(arena, id) else {
            return id;
        };
        let to = arena.ty(inner);
        let values: Option<Vec<Value>> = literals.iter().map(|l| narrowed(arena, *l, to)).collect();
        let Some(values) = values else {
            return id;
        };
        let mut args = vec![inner];
        for value in values {
            args.push(arena.scalar(Scalar::Literal(value, to)));
        }
        arena.call(func, args)
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Unwrap>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!(
        "The cast loses nothing, so the column itself is compared: {}.",
        changes(v, after)
    )
}
