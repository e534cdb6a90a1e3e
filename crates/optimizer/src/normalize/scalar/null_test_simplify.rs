//! `NullTestSimplify`: a test for NULL of what is never NULL is decided.
//!
//!     o_orderkey IS NULL       =>   FALSE
//!     o_orderkey IS NOT NULL   =>   TRUE
//!
//! A column is never NULL when it is declared so, or when a condition below lets no NULL pass. Not when the tested expression may
//! fail or is volatile: then it must still be evaluated.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId, props};

rule! {
    /// Tests for NULL of what is never NULL are decided. See the module.
    NullTestSimplify in Scalar;
    law: "x IS NULL = FALSE, x IS NOT NULL = TRUE, x never NULL",
    source: "Galindo-Legaria and Rosenthal (1997), on null-rejecting predicates",
    wrong_when: "an outer join pads the column with NULLs below the test",
    example: "SELECT * FROM orders WHERE o_orderkey IS NOT NULL",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "never NULL": "some expression of O tests for NULL what cannot be NULL there" => some_fits::<Decide>,
    ],
}

struct Decide;

impl ExpressionRule for Decide {
    fn fits(arena: &Arena, id: ScalarId, site: &Site) -> bool {
        let Scalar::Call(Func::IsNull | Func::IsNotNull, args) = arena.get(id) else {
            return false;
        };
        !arena.may_fail(id)
            && !arena.is_volatile(id)
            && props::never_null(arena, args[0], &site.not_null)
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, _site: &Site) -> ScalarId {
        let answer = matches!(arena.get(id), Scalar::Call(Func::IsNotNull, _));
        arena.lit_bool(answer)
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Decide>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!("It can never be NULL here: {}.", changes(v, after))
}
