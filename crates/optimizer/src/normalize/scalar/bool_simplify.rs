//! `BoolSimplify`: AND and OR lose operands that decide nothing.
//!
//!     p AND TRUE  =>  p      p AND FALSE  =>  FALSE     p AND p         =>  p
//!     p OR FALSE  =>  p      p OR TRUE    =>  TRUE      p AND (p OR q)  =>  p
//!
//! These hold in SQL's three-valued logic. In a condition, where only TRUE lets a row pass, a NULL operand counts as FALSE, and
//! `p IS TRUE` as p. An operand that is volatile is not dropped, nor one in front of an operand that may fail.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId};
use types::Value;

rule! {
    /// AND and OR lose operands that decide nothing. See the module.
    BoolSimplify in Scalar;
    law: "p ∧ TRUE = p, p ∧ FALSE = FALSE, p ∧ p = p, p ∧ (p ∨ q) = p, and their duals",
    source: "Boolean algebra; Kleene's three-valued logic",
    wrong_when: "NULL is taken for FALSE outside of a condition",
    example: "SELECT * FROM orders WHERE o_custkey = 7 AND (o_custkey = 7 OR o_totalprice > 10) AND TRUE",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "idle operand": "some AND or OR of O has an operand that decides nothing or everything" => some_fits::<Simplify>,
    ],
}

struct Simplify;

impl ExpressionRule for Simplify {
    fn fits(arena: &Arena, id: ScalarId, site: &Site) -> bool {
        if arena.is_volatile(id) {
            return false;
        }
        match arena.get(id) {
            Scalar::Call(func @ (Func::And | Func::Or), args) => {
                shorter(arena, *func, args, site).is_some()
            }
            Scalar::Call(Func::Not, args) => {
                matches!(arena.as_literal(args[0]), Some(Value::Bool(_)))
            }
            Scalar::Call(Func::IsTrue, _) => site.condition,
            _ => false,
        }
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, site: &Site) -> ScalarId {
        match arena.get(id).clone() {
            Scalar::Call(func @ (Func::And | Func::Or), args) => {
                match shorter(arena, func, &args, site) {
                    Some(Shorter::Constant(value)) => arena.lit_bool(value),
                    Some(Shorter::Operands(operands)) => match operands.as_slice() {
                        [] => arena.lit_bool(func == Func::And),
                        [one] => *one,
                        _ => arena.call(func, operands),
                    },
                    None => id,
                }
            }
            Scalar::Call(Func::Not, args) => {
                let value = arena.as_literal(args[0]).and_then(Value::as_bool);
                value.map_or(id, |value| arena.lit_bool(!value))
            }
            Scalar::Call(Func::IsTrue, args) => args[0],
            _ => id,
        }
    }

    fn conjuncts_fit(arena: &Arena, conjuncts: &[ScalarId], site: &Site) -> bool {
        // A single literal is as short as it gets: an empty list is TRUE, and FALSE must be said.
        match conjuncts {
            [] => false,
            [one] => matches!(
                (arena.as_literal(*one), arena.get(*one)),
                (Some(Value::Bool(true)), _) | (_, Scalar::Call(Func::And, _))
            ),
            _ => {
                !conjuncts.iter().any(|p| arena.is_volatile(*p))
                    && shorter(arena, Func::And, conjuncts, site).is_some()
            }
        }
    }

    fn rewrite_conjuncts(
        arena: &mut Arena,
        conjuncts: Vec<ScalarId>,
        site: &Site,
    ) -> Vec<ScalarId> {
        match shorter(arena, Func::And, &conjuncts, site) {
            Some(Shorter::Constant(true)) => Vec::new(),
            Some(Shorter::Constant(false)) => vec![arena.lit_bool(false)],
            Some(Shorter::Operands(operands)) => operands,
            None => conjuncts,
        }
    }
}

enum Shorter {
    Constant(bool),
    Operands(Vec<ScalarId>),
}

/// The operands that decide something, when they are fewer; nested ones of the same kind are flattened.
fn shorter(arena: &Arena, func: Func, args: &[ScalarId], site: &Site) -> Option<Shorter> {
    // The literal that decides all: FALSE for AND, TRUE for OR. The other one decides nothing.
    let decisive = func == Func::Or;
    let mut flat = Vec::with_capacity(args.len());
    flatten(arena, func, args, &mut flat);
    let mut out: Vec<ScalarId> = Vec::with_capacity(flat.len());
    for &operand in &flat {
        match arena.as_literal(operand) {
            Some(Value::Bool(value)) if *value == decisive => {
                return Some(Shorter::Constant(decisive));
            }
            Some(Value::Bool(_)) => {}
            Some(Value::Null) if site.condition && func == Func::And => {
                return Some(Shorter::Constant(false));
            }
            Some(Value::Null) if site.condition => {}
            _ if !out.contains(&operand) => out.push(operand),
            _ => {}
        }
    }
    let dual = if func == Func::And {
        Func::Or
    } else {
        Func::And
    };
    // Between an operand and a later one that absorbs it, none may fail: the first may keep rows from it.
    let exposed = |from: usize, to: usize| (from + 1..to).any(|at| arena.may_fail(out[at]));
    let absorbed = |at: usize| match arena.get(out[at]) {
        Scalar::Call(f, inner) if *f == dual => {
            (0..out.len()).any(|by| by != at && inner.contains(&out[by]) && !exposed(at, by))
        }
        _ => false,
    };
    let kept = (0..out.len()).filter(|at| !absorbed(*at));
    let kept: Vec<ScalarId> = kept.map(|at| out[at]).collect();
    (kept != args).then_some(if kept.is_empty() {
        Shorter::Constant(!decisive)
    } else {
        Shorter::Operands(kept)
    })
}

fn flatten(arena: &Arena, func: Func, args: &[ScalarId], out: &mut Vec<ScalarId>) {
    for &arg in args {
        match arena.get(arg) {
            Scalar::Call(inner, nested) if *inner == func => flatten(arena, func, nested, out),
            _ => out.push(arg),
        }
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Simplify>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!(
        "Operands that decide nothing go away: {}.",
        changes(v, after)
    )
}
