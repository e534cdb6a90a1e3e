//! `BetweenComposition`: two bounds are one range test.
//!
//!     x >= 1 AND x <= 5   =>   x BETWEEN 1 AND 5
//!
//! One test, one pass over the column. In a condition only: BETWEEN is FALSE or NULL where the two comparisons are, but outside of
//! a condition nothing is gained. Not for a volatile x, which would be computed once instead of twice.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId};

rule! {
    /// A lower and an upper bound become BETWEEN. See the module.
    BetweenComposition in Scalar;
    law: "x ≥ a ∧ x ≤ b = (x BETWEEN a AND b)",
    source: "the SQL standard's definition of BETWEEN",
    wrong_when: "a bound is exclusive, or x is volatile",
    example: "SELECT * FROM lineitem WHERE l_quantity >= 10 AND l_quantity <= 20",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "two bounds": "O demands x >= a and x <= b of one expression x and literals a, b" => some_fits::<Compose>,
    ],
}

struct Compose;

fn bound(arena: &Arena, id: ScalarId, wanted: Func) -> Option<(ScalarId, ScalarId)> {
    match arena.get(id) {
        Scalar::Call(func, args)
            if *func == wanted
                && arena.as_literal(args[1]).is_some()
                && arena.as_literal(args[0]).is_none()
                && !arena.is_volatile(args[0]) =>
        {
            Some((args[0], args[1]))
        }
        _ => None,
    }
}

/// Positions of a lower and an upper bound of one expression, with the range test.
fn pair(arena: &Arena, conjuncts: &[ScalarId]) -> Option<(usize, usize, [ScalarId; 3])> {
    conjuncts.iter().enumerate().find_map(|(lower, p)| {
        let (x, least) = bound(arena, *p, Func::Ge)?;
        conjuncts.iter().enumerate().find_map(|(upper, q)| {
            let (y, most) = bound(arena, *q, Func::Le)?;
            (x == y && arena.ty(least) == arena.ty(most)).then_some((
                lower,
                upper,
                [x, least, most],
            ))
        })
    })
}

impl ExpressionRule for Compose {
    fn conjuncts_fit(arena: &Arena, conjuncts: &[ScalarId], site: &Site) -> bool {
        site.condition && pair(arena, conjuncts).is_some()
    }

    fn rewrite_conjuncts(
        arena: &mut Arena,
        mut conjuncts: Vec<ScalarId>,
        _site: &Site,
    ) -> Vec<ScalarId> {
        while let Some((lower, upper, args)) = pair(arena, &conjuncts) {
            let between = arena.call(Func::Between, args.to_vec());
            conjuncts[lower.min(upper)] = between;
            conjuncts.remove(lower.max(upper));
        }
        conjuncts
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Compose>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!("Two bounds are one range: {}.", changes(v, after))
}
