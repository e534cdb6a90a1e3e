//! `ComparisonCommute`: the literal of a comparison goes to the right.
//!
//!     5 < x   =>   x > 5
//!
//! So that the rules and the scan need to look for one form only. Always sound: `<` turns into `>`.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, RelId, Scalar, ScalarId};

rule! {
    /// Literals of comparisons go to the right. See the module.
    ComparisonCommute in Scalar;
    law: "c < x = x > c",
    source: "canonical forms, as in every optimizer",
    wrong_when: "the comparison were not turned round",
    example: "SELECT * FROM orders WHERE 100 < o_totalprice",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "literal first": "some comparison of O has a literal on its left and none on its right" => some_fits::<Commute>,
    ],
}

struct Commute;

impl ExpressionRule for Commute {
    fn fits(arena: &Arena, id: ScalarId, _site: &Site) -> bool {
        let Scalar::Call(func, args) = arena.get(id) else {
            return false;
        };
        func.commuted().is_some()
            && arena.as_literal(args[0]).is_some()
            && arena.as_literal(args[1]).is_none()
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, _site: &Site) -> ScalarId {
        let Scalar::Call(func, args) = arena.get(id).clone() else {
            return id;
        };
        match func.commuted() {
            Some(turned) => arena.call(turned, vec![args[1], args[0]]),
            None => id,
        }
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Commute>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!("The literal goes to the right: {}.", changes(v, after))
}
