//! `RangeConsolidate`: several ranges of one expression are one interval, or nothing.
//!
//!     x > 3 AND x > 5            =>   x > 5
//!     x = 4 AND x BETWEEN 1 AND 9  =>   x = 4
//!     x > 5 AND x < 2            =>   FALSE
//!
//! The conjuncts that compare an expression with literals bound it from below and above; bounds that others imply go away. In a
//! condition only: where NULL counts, `x > 5 AND x < 2` is NULL for a NULL x. Lists of IN lose members outside of the bounds.

use super::sites::{ExpressionRule, HOLDS_EXPRESSIONS, Site, changes, rewrite_all, some_fits};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, RelId, Scalar, ScalarId};
use std::cmp::Ordering;
use types::Value;

rule! {
    /// Ranges of one expression become one interval, or FALSE. See the module.
    RangeConsolidate in Scalar;
    law: "x > a ∧ x > b = x > max(a, b); x > a ∧ x < b = FALSE when b ≤ a",
    source: "Chakravarthy, Grant and Minker, Logic-Based Approach to Semantic Query Optimization (1990)",
    wrong_when: "NULL and FALSE differ, as in a SELECT list; or x is volatile",
    example: "SELECT * FROM orders WHERE o_totalprice > 100 AND o_totalprice > 200 AND o_totalprice < 1000",
    pattern: HOLDS_EXPRESSIONS,
    guards: [
        "several ranges": "O bounds one expression by literals in ways that imply or exclude each other" => some_fits::<Consolidate>,
    ],
}

struct Consolidate;

/// A bound: the literal, and whether it belongs to the range.
#[derive(Clone)]
struct Bound {
    literal: ScalarId,
    value: Value,
    inclusive: bool,
}

/// All that the conjuncts say of one expression.
struct Range {
    subject: ScalarId,
    /// Position of the first conjunct about it.
    at: usize,
    /// How many conjuncts are about it.
    count: usize,
    lower: Option<Bound>,
    upper: Option<Bound>,
    members: Option<Vec<ScalarId>>,
}

impl Consolidate {
    /// The expression and its bounds, when the conjunct compares a stable expression with literals that are not NULL.
    fn subject(arena: &Arena, conjunct: ScalarId) -> Option<(Func, ScalarId, &[ScalarId])> {
        let Scalar::Call(func, args) = arena.get(conjunct) else {
            return None;
        };
        let (subject, literals) = args.split_first()?;
        let ranged = matches!(
            func,
            Func::Eq | Func::Lt | Func::Le | Func::Gt | Func::Ge | Func::Between | Func::In
        );
        let plain = |l: &ScalarId| arena.as_literal(*l).is_some_and(|v| !v.is_null());
        (ranged
            && literals.iter().all(plain)
            && arena.as_literal(*subject).is_none()
            && !arena.is_volatile(*subject))
        .then_some((*func, *subject, literals))
    }

    fn ranges(arena: &Arena, conjuncts: &[ScalarId]) -> Vec<Range> {
        let mut ranges: Vec<Range> = Vec::new();
        for (at, conjunct) in conjuncts.iter().enumerate() {
            let Some((func, subject, literals)) = Self::subject(arena, *conjunct) else {
                continue;
            };
            let position = ranges.iter().position(|r| r.subject == subject);
            let position = position.unwrap_or_else(|| {
                ranges.push(Range {
                    subject,
                    at,
                    count: 0,
                    lower: None,
                    upper: None,
                    members: None,
                });
                ranges.len() - 1
            });
            ranges[position].take(arena, func, literals);
        }
        ranges.retain(|r| r.count > 1 || r.is_empty(arena));
        ranges
    }
}

impl Range {
    fn take(&mut self, arena: &Arena, func: Func, literals: &[ScalarId]) {
        self.count += 1;
        let bound = |at: usize, inclusive: bool| Bound {
            literal: literals[at],
            value: arena
                .as_literal(literals[at])
                .cloned()
                .unwrap_or(Value::Null),
            inclusive,
        };
        match func {
            Func::Gt => self.above(bound(0, false)),
            Func::Ge => self.above(bound(0, true)),
            Func::Lt => self.below(bound(0, false)),
            Func::Le => self.below(bound(0, true)),
            Func::Between => {
                self.above(bound(0, true));
                self.below(bound(1, true));
            }
            _ => {
                let value = |l: &ScalarId| arena.as_literal(*l);
                let equal = |a: &ScalarId, b: &ScalarId| match (value(a), value(b)) {
                    (Some(a), Some(b)) => a.compare(b) == Some(Ordering::Equal),
                    _ => false,
                };
                self.members = Some(match self.members.take() {
                    None => literals.to_vec(),
                    Some(mut members) => {
                        members.retain(|m| literals.iter().any(|l| equal(m, l)));
                        members
                    }
                });
            }
        }
    }

    fn above(&mut self, bound: Bound) {
        let tighter = match &self.lower {
            None => true,
            Some(old) => match bound.value.compare(&old.value) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => old.inclusive && !bound.inclusive,
                _ => false,
            },
        };
        if tighter {
            self.lower = Some(bound);
        }
    }

    fn below(&mut self, bound: Bound) {
        let tighter = match &self.upper {
            None => true,
            Some(old) => match bound.value.compare(&old.value) {
                Some(Ordering::Less) => true,
                Some(Ordering::Equal) => old.inclusive && !bound.inclusive,
                _ => false,
            },
        };
        if tighter {
            self.upper = Some(bound);
        }
    }

    fn admits(&self, value: &Value) -> bool {
        let above = self
            .lower
            .as_ref()
            .is_none_or(|b| match value.compare(&b.value) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => b.inclusive,
                _ => false,
            });
        let below = self
            .upper
            .as_ref()
            .is_none_or(|b| match value.compare(&b.value) {
                Some(Ordering::Less) => true,
                Some(Ordering::Equal) => b.inclusive,
                _ => false,
            });
        above && below
    }

    fn admitted(&self, arena: &Arena) -> Option<Vec<ScalarId>> {
        let members = self.members.as_ref()?;
        let admits = |m: &&ScalarId| arena.as_literal(**m).is_some_and(|v| self.admits(v));
        Some(members.iter().filter(admits).copied().collect())
    }

    fn is_empty(&self, arena: &Arena) -> bool {
        if let Some(members) = self.admitted(arena) {
            return members.is_empty();
        }
        match (&self.lower, &self.upper) {
            (Some(lower), Some(upper)) => match lower.value.compare(&upper.value) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => !(lower.inclusive && upper.inclusive),
                _ => false,
            },
            _ => false,
        }
    }

    /// The fewest conjuncts that say the same.
    fn conjuncts(&self, arena: &mut Arena) -> Vec<ScalarId> {
        if self.is_empty(arena) {
            return vec![arena.lit_bool(false)];
        }
        if let Some(members) = self.admitted(arena) {
            return vec![match members.as_slice() {
                [one] => arena.call(Func::Eq, vec![self.subject, *one]),
                _ => {
                    let mut args = vec![self.subject];
                    args.extend(members);
                    arena.call(Func::In, args)
                }
            }];
        }
        if let (Some(lower), Some(upper)) = (&self.lower, &self.upper)
            && lower.inclusive
            && upper.inclusive
        {
            if lower.value.compare(&upper.value) == Some(Ordering::Equal) {
                return vec![arena.call(Func::Eq, vec![self.subject, lower.literal])];
            }
            let args = vec![self.subject, lower.literal, upper.literal];
            return vec![arena.call(Func::Between, args)];
        }
        let mut out = Vec::new();
        if let Some(lower) = &self.lower {
            let func = if lower.inclusive { Func::Ge } else { Func::Gt };
            out.push(arena.call(func, vec![self.subject, lower.literal]));
        }
        if let Some(upper) = &self.upper {
            let func = if upper.inclusive { Func::Le } else { Func::Lt };
            out.push(arena.call(func, vec![self.subject, upper.literal]));
        }
        out
    }

    /// How many conjuncts it takes to say the same.
    fn size(&self, arena: &Arena) -> usize {
        if self.is_empty(arena) || self.members.is_some() {
            return 1;
        }
        match (&self.lower, &self.upper) {
            (Some(lower), Some(upper)) if !(lower.inclusive && upper.inclusive) => 2,
            _ => 1,
        }
    }
}

impl ExpressionRule for Consolidate {
    fn conjuncts_fit(arena: &Arena, conjuncts: &[ScalarId], site: &Site) -> bool {
        site.condition
            && Self::ranges(arena, conjuncts)
                .iter()
                .any(|r| r.count > r.size(arena) || r.is_empty(arena))
    }

    fn rewrite_conjuncts(
        arena: &mut Arena,
        conjuncts: Vec<ScalarId>,
        _site: &Site,
    ) -> Vec<ScalarId> {
        let ranges = Self::ranges(arena, &conjuncts);
        let mut out = Vec::with_capacity(conjuncts.len());
        for (at, conjunct) in conjuncts.iter().enumerate() {
            let subject = Self::subject(arena, *conjunct).map(|(_, subject, _)| subject);
            match ranges.iter().find(|r| Some(r.subject) == subject) {
                None => out.push(*conjunct),
                Some(range) if range.at == at => out.extend(range.conjuncts(arena)),
                Some(_) => {}
            }
        }
        out
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    rewrite_all::<Consolidate>(cx)
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!("Several bounds are one interval: {}.", changes(v, after))
}
