//! `CaseSimplify`: branches of CASE that are never or always taken.
//!
//!     CASE WHEN FALSE THEN a WHEN p THEN b END     =>   CASE WHEN p THEN b END
//!     CASE WHEN p THEN a WHEN TRUE THEN b … END    =>   CASE WHEN p THEN a ELSE b END
//!
//! A branch whose condition is FALSE or NULL is never taken; nothing after one whose condition is TRUE is. What is dropped was never
//! evaluated.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, RelId, Scalar, ScalarId};
use types::Value;

rule! {
    /// CASE loses branches that are never taken. See the module.
    CaseSimplify in Scalar;
    law: "CASE WHEN FALSE THEN a … = CASE …; CASE WHEN TRUE THEN a … = a",
    source: "dead code elimination, a classic of compilers",
    wrong_when: "a condition is not a constant",
    example: "SELECT CASE WHEN 1 > 2 THEN o_comment ELSE o_clerk END FROM orders",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "decided branch": "some CASE of O has a branch whose condition is a literal" => some_fits::<Branches>,
    ],
}

struct Branches;

impl ExpressionRule for Branches {
    fn fits(arena: &Arena, id: ScalarId, _site: &Site) -> bool {
        let decided =
            |(condition, _): &(ScalarId, ScalarId)| arena.as_literal(*condition).is_some();
        matches!(arena.get(id), Scalar::Case { branches, .. } if branches.iter().any(decided))
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, _site: &Site) -> ScalarId {
        let Scalar::Case {
            branches,
            mut otherwise,
        } = arena.get(id).clone()
        else {
            return id;
        };
        let ty = arena.ty(id);
        let mut kept = Vec::new();
        for (condition, value) in branches {
            match arena.as_literal(condition) {
                Some(Value::Bool(true)) => {
                    otherwise = value;
                    break;
                }
                Some(_) => {}
                None => kept.push((condition, value)),
            }
        }
        if kept.is_empty() {
            return arena.cast(otherwise, ty);
        }
        arena.scalar(Scalar::Case {
            branches: kept,
            otherwise,
        })
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Branches>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!(
        "Branches that are never taken go away: {}.",
        changes(v, after)
    )
}
