//! `InNormalize`: a disjunction of equalities is IN; the list of IN is sorted and has no duplicates.
//!
//!     x = 3 OR x = 1     =>   x IN (1, 3)
//!     x IN (2, 1, 2)     =>   x IN (1, 2)
//!     x IN (7)           =>   x = 7
//!
//! One test against a list replaces several comparisons. IN is three-valued exactly as the disjunction is; a NULL in the list
//! keeps IN from being FALSE and is dropped only in a condition, where NULL and FALSE are the same.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId};
use std::cmp::Ordering;
use types::Value;

rule! {
    /// Disjunctions of equalities become IN, lists of IN are sorted. See the module.
    InNormalize in Scalar;
    law: "x = a ∨ x = b = (x ∈ {a, b})",
    source: "canonical forms, as in every optimizer",
    wrong_when: "x is volatile: it would be computed once instead of for each comparison",
    example: "SELECT * FROM lineitem WHERE l_shipmode = 'MAIL' OR l_shipmode = 'AIR' OR l_shipmode = 'MAIL'",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "equalities": "some OR of O compares one expression with several literals, or some list is unsorted or has one element" => some_fits::<ToIn>,
    ],
}

struct ToIn;

/// The expression and the literals it may equal.
fn members(arena: &Arena, id: ScalarId) -> Option<(ScalarId, &[ScalarId])> {
    let Scalar::Call(Func::Eq | Func::In, args) = arena.get(id) else {
        return None;
    };
    let (subject, list) = args.split_first()?;
    let literals = list.iter().all(|l| arena.as_literal(*l).is_some());
    (literals && arena.as_literal(*subject).is_none() && !arena.is_volatile(*subject))
        .then_some((*subject, list))
}

/// Sorted, without duplicates, and in a condition without NULL.
fn normal(arena: &Arena, list: &[ScalarId], condition: bool) -> Vec<ScalarId> {
    let value = |id: &ScalarId| arena.as_literal(*id).cloned().unwrap_or(Value::Null);
    let mut out = list.to_vec();
    if condition && out.iter().any(|l| !value(l).is_null()) {
        out.retain(|l| !value(l).is_null());
    }
    // NULL compares with nothing: it goes last.
    out.sort_by(|a, b| {
        let (a, b) = (value(a), value(b));
        a.compare(&b).unwrap_or(a.is_null().cmp(&b.is_null()))
    });
    out.dedup_by(|a, b| {
        let (a, b) = (value(a), value(b));
        a.compare(&b) == Some(Ordering::Equal) || (a.is_null() && b.is_null())
    });
    out
}

/// The disjuncts with those about one expression merged; `None` when nothing merges.
fn merged(arena: &Arena, disjuncts: &[ScalarId]) -> Option<Vec<(ScalarId, Vec<ScalarId>)>> {
    // (subject, members); a disjunct that is no membership has none.
    let mut out: Vec<(ScalarId, Vec<ScalarId>)> = Vec::new();
    let mut shrinks = false;
    for &disjunct in disjuncts {
        match members(arena, disjunct) {
            Some((subject, list)) => {
                let same = out
                    .iter_mut()
                    .find(|(s, members)| *s == subject && !members.is_empty());
                if let Some((_, members)) = same {
                    members.extend(list);
                    shrinks = true;
                } else {
                    out.push((subject, list.to_vec()));
                }
            }
            None => out.push((disjunct, Vec::new())),
        }
    }
    shrinks.then_some(out)
}

impl ExpressionRule for ToIn {
    fn fits(arena: &Arena, id: ScalarId, site: &Site) -> bool {
        match arena.get(id) {
            Scalar::Call(Func::Or, args) => merged(arena, args).is_some(),
            Scalar::Call(Func::In, _) => members(arena, id).is_some_and(|(_, list)| {
                list.len() == 1 || normal(arena, list, site.condition) != list
            }),
            _ => false,
        }
    }

    fn rewrite(arena: &mut Arena, id: ScalarId, site: &Site) -> ScalarId {
        let or = match arena.get(id) {
            Scalar::Call(Func::Or, args) => merged(arena, args),
            _ => None,
        };
        let Some(merged) = or else {
            let Some((subject, list)) = members(arena, id) else {
                return id;
            };
            let list = normal(arena, list, site.condition);
            return membership(arena, subject, list);
        };
        let mut disjuncts = Vec::with_capacity(merged.len());
        for (subject, list) in merged {
            disjuncts.push(if list.is_empty() {
                subject
            } else {
                let list = normal(arena, &list, site.condition);
                membership(arena, subject, list)
            });
        }
        match disjuncts.as_slice() {
            [one] => *one,
            _ => arena.call(Func::Or, disjuncts),
        }
    }
}

fn membership(arena: &mut Arena, subject: ScalarId, list: Vec<ScalarId>) -> ScalarId {
    match list.as_slice() {
        [one] => arena.call(Func::Eq, vec![subject, *one]),
        _ => {
            let mut args = vec![subject];
            args.extend(list);
            arena.call(Func::In, args)
        }
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<ToIn>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!("Equalities become one sorted list: {}.", changes(v, after))
}
