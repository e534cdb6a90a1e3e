//! `NegationPush`: NOT moves inwards until it vanishes.
//!
//!     NOT (a < b)     =>  a >= b          NOT (p AND q)  =>  NOT p OR NOT q
//!     NOT (x IS NULL) =>  x IS NOT NULL   NOT NOT p      =>  p
//!
//! In SQL's logic NOT NULL is NULL, and a comparison with NULL is NULL, whichever way round: these hold for NULL too. Doubles
//! have a total order here (NaN is greatest), so `NOT a < b` is `a >= b` for them as well.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId};

rule! {
    /// NOT moves inwards. See the module.
    NegationPush in Scalar;
    law: "¬(p ∧ q) = ¬p ∨ ¬q, ¬(a < b) = a ≥ b",
    source: "De Morgan's laws; Kleene's three-valued logic",
    wrong_when: "the comparison's order is partial: with IEEE NaN, ¬(a < b) is not a ≥ b",
    example: "SELECT * FROM orders WHERE NOT (o_totalprice < 100 OR o_custkey = 7)",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "negation": "some expression of O is NOT over AND, OR, NOT, a comparison or a test for NULL" => some_fits::<Push>,
    ],
}

struct Push;

impl ExpressionRule for Push {
    fn fits(arena: &Arena, id: ScalarId, _site: &Site) -> bool {
        let Scalar::Call(Func::Not, args) = arena.get(id) else {
            return false;
        };
        match arena.get(args[0]) {
            Scalar::Call(Func::And | Func::Or | Func::Not, _) => true,
            Scalar::Call(func, _) => func.inverted().is_some(),
            _ => false,
        }
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, site: &Site) -> ScalarId {
        let Scalar::Call(Func::Not, args) = arena.get(id) else {
            return id;
        };
        match arena.get(args[0]).clone() {
            Scalar::Call(Func::Not, inner) => inner[0],
            Scalar::Call(func @ (Func::And | Func::Or), inner) => {
                let dual = if func == Func::And {
                    Func::Or
                } else {
                    Func::And
                };
                let negated = inner
                    .iter()
                    .map(|operand| {
                        let not = arena.call(Func::Not, vec![*operand]);
                        Self::rewrite(arena, not, site)
                    })
                    .collect();
                arena.call(dual, negated)
            }
            Scalar::Call(func, inner) => match func.inverted() {
                Some(inverse) => arena.call(inverse, inner),
                None => id,
            },
            _ => id,
        }
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Push>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!("NOT moves inwards: {}.", changes(v, after))
}
