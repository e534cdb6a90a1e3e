//! `NullPropagate`: a strict function of NULL is NULL.
//!
//!     x + NULL   =>   NULL
//!
//! A strict function is NULL as soon as one argument is: arithmetic, comparisons, most functions; not AND, OR, IN, COALESCE. The
//! other arguments are then not computed, so none may be volatile.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId};
use types::Value;

rule! {
    /// Strict functions of NULL become NULL. See the module.
    NullPropagate in Scalar;
    law: "f(…, NULL, …) = NULL, f strict",
    source: "the SQL standard's rules for NULL",
    wrong_when: "the function is not strict: NULL OR TRUE is TRUE",
    example: "SELECT * FROM orders WHERE o_totalprice > NULL",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "strict over NULL": "some expression of O is a strict function with a NULL argument and nothing volatile" => some_fits::<Propagate>,
    ],
}

struct Propagate;

impl ExpressionRule for Propagate {
    fn fits(arena: &Arena, id: ScalarId, _site: &Site) -> bool {
        let null = |id: &ScalarId| arena.as_literal(*id).is_some_and(Value::is_null);
        !arena.is_volatile(id)
            && match arena.get(id) {
                // Neither is strict, but nothing compares with NULL.
                Scalar::Call(Func::In | Func::Between, args) => null(&args[0]),
                Scalar::Call(func, args) => func.is_strict() && args.iter().any(null),
                _ => false,
            }
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, _site: &Site) -> ScalarId {
        let ty = arena.ty(id);
        arena.null(ty)
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Propagate>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!(
        "With a NULL argument the result is NULL: {}.",
        changes(v, after)
    )
}
