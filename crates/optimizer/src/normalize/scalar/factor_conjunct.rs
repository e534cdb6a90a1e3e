//! `FactorConjunct`: what all disjuncts demand is demanded once.
//!
//!     (a = b AND p) OR (a = b AND q)   =>   a = b AND (p OR q)
//!
//! Distribution holds in three-valued logic too. The factor becomes a conjunct of its own, such as the equality that makes a
//! hash join of TPC-H query 19's cross join. A factor that may fail stays: it would be evaluated on rows that fail what stood
//! before it in each disjunct.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId};

rule! {
    /// Common conjuncts of all disjuncts are factored out. See the module.
    FactorConjunct in Scalar;
    law: "(a ∧ b) ∨ (a ∧ c) = a ∧ (b ∨ c)",
    source: "distribution; as ExtractRedundantConjunct in CockroachDB, for TPC-H query 19",
    wrong_when: "the factor may fail or is volatile: it would be evaluated on other rows",
    example: "SELECT * FROM part, lineitem WHERE (p_partkey = l_partkey AND p_size < 5) OR (p_partkey = l_partkey AND l_quantity > 40)",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "common conjunct": "some OR of O has a conjunct in every disjunct that is not volatile and cannot fail" => some_fits::<Factor>,
    ],
}

struct Factor;

/// The conjuncts that all disjuncts share.
fn common(arena: &Arena, disjuncts: &[ScalarId]) -> Vec<ScalarId> {
    let mut shared = arena.conjuncts(disjuncts[0]);
    shared.retain(|c| !arena.is_volatile(*c) && !arena.may_fail(*c));
    for disjunct in &disjuncts[1..] {
        if shared.is_empty() {
            break;
        }
        let conjuncts = arena.conjuncts(*disjunct);
        shared.retain(|c| conjuncts.contains(c));
    }
    shared
}

impl ExpressionRule for Factor {
    fn fits(arena: &Arena, id: ScalarId, _site: &Site) -> bool {
        matches!(arena.get(id), Scalar::Call(Func::Or, args) if !common(arena, args).is_empty())
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, _site: &Site) -> ScalarId {
        let Scalar::Call(Func::Or, disjuncts) = arena.get(id).clone() else {
            return id;
        };
        let mut factors = common(arena, &disjuncts);
        let mut rest = Vec::with_capacity(disjuncts.len());
        for disjunct in disjuncts {
            let mut conjuncts = arena.conjuncts(disjunct);
            conjuncts.retain(|c| !factors.contains(c));
            if conjuncts.is_empty() {
                // One disjunct is the factors alone: it absorbs the others.
                return arena.and(factors);
            }
            let remaining = arena.and(conjuncts);
            if !rest.contains(&remaining) {
                rest.push(remaining);
            }
        }
        factors.push(match rest.as_slice() {
            [one] => *one,
            _ => arena.call(Func::Or, rest),
        });
        arena.and(factors)
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Factor>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!(
        "All disjuncts share a conjunct, which is factored out: {}.",
        changes(v, after)
    )
}
