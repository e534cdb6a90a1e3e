//! `ConstantFold`: an expression of constants is computed once, while planning.
//!
//!     l_shipdate <= DATE '1998-12-01' - INTERVAL '90 days'   =>   l_shipdate <= DATE '1998-09-02'
//!
//! Not when computing it fails: `1 / 0` must fail when a row asks for it, and not when none does. Not for volatile functions,
//! whose value is another each time.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, RelId, Scalar, ScalarId, eval};

rule! {
    /// Expressions of constants become literals. See the module.
    ConstantFold in Scalar;
    law: "f(c) = the value of f at c",
    source: "constant folding, a classic of compilers",
    wrong_when: "computing it fails: the query must fail only when a row asks for the value",
    example: "SELECT * FROM orders WHERE o_orderdate < DATE '1995-01-01' + INTERVAL '1 year'",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "constant": "some expression of O is made of constants, is not volatile, and can be computed" => some_fits::<Fold>,
    ],
}

struct Fold;

impl ExpressionRule for Fold {
    fn fits(arena: &Arena, id: ScalarId, _site: &Site) -> bool {
        !matches!(arena.get(id), Scalar::Literal(..) | Scalar::Column(_))
            && arena.columns_of(id).is_empty()
            && !arena.is_volatile(id)
            && eval::fold(arena, id).is_some()
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, _site: &Site) -> ScalarId {
        match eval::fold(arena, id) {
            Some(value) => {
                let ty = arena.ty(id);
                arena.scalar(Scalar::Literal(value, ty))
            }
            None => id,
        }
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Fold>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!("Constants are computed now: {}.", changes(v, after))
}
