//! The join operator of a pair of relation sets, and the rows it gives.

use super::block::Block;
use super::classes::ClassStep;
use super::rel_set::RelSet;
use crate::memo::Memo;
use crate::stats::{Derivation, Formula, Input, join, number};
use plan::{Arena, JoinKind, text};

/// Two sets that one join operator connects, the operator's left side first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The left relations.
    pub left: RelSet,
    /// The right relations.
    pub right: RelSet,
    /// What the join keeps.
    pub kind: JoinKind,
}

/// What multiplies the cross product of an inner pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Factor {
    /// A conjunct by itself.
    Predicate(usize),
    /// An equality class.
    Class(ClassStep),
    /// The correction for a key of several columns between two relations.
    Key(usize, usize, f64),
}

/// Finds the operators that joining `a` and `b` applies: those whose relations are together for the first time.
/// `None` when a conflict rule forbids one of them here, or when a join that is not inner meets any other.
pub fn crossing(block: &Block, a: RelSet, b: RelSet, ops: &mut Vec<usize>) -> Option<Pair> {
    ops.clear();
    let set = a | b;
    let mut special = None;
    for (at, eligibility) in block.eligibility.iter().enumerate() {
        if !eligibility.is_subset(set) || eligibility.is_subset(a) || eligibility.is_subset(b) {
            continue;
        }
        let op = &block.ops[at];
        if !op.allows(set) {
            return None;
        }
        if op.kind != JoinKind::Inner {
            special = Some(at);
        }
        ops.push(at);
    }
    let Some(at) = special else {
        return Some(Pair {
            left: a,
            right: b,
            kind: JoinKind::Inner,
        });
    };
    let op = &block.ops[at];
    let (left, right) = if op.left.is_subset(a) && op.right.is_subset(b) {
        (a, b)
    } else if op.left.is_subset(b) && op.right.is_subset(a) {
        (b, a)
    } else {
        return None;
    };
    (ops.len() == 1).then_some(Pair {
        left,
        right,
        kind: op.kind,
    })
}

/// The factors of an inner pair.
pub fn factors(
    block: &Block,
    left: RelSet,
    right: RelSet,
    ops: &[usize],
    each: &mut dyn FnMut(Factor),
) {
    for &op in ops {
        if block.ops[op].column_equality.is_none() {
            each(Factor::Predicate(op));
        }
    }
    let crossing = |op: usize| ops.contains(&op);
    for class in &block.classes {
        class.steps(left, right, &crossing, &mut |step| {
            each(Factor::Class(step));
        });
    }
    for (a, b, factor) in &block.corrections {
        let apart =
            (left.contains(*a) && right.contains(*b)) || (left.contains(*b) && right.contains(*a));
        if apart {
            each(Factor::Key(*a, *b, *factor));
        }
    }
}

/// Rows of the pair, before rounding up to one.
pub fn rows(arena: &Arena, memo: &Memo, block: &Block, pair: Pair, ops: &[usize]) -> f64 {
    let group = |set: RelSet| block.groups[&set];
    let (left, right) = (group(pair.left), group(pair.right));
    if pair.kind == JoinKind::Inner {
        let mut rows = memo.group(left).raw_rows * memo.group(right).raw_rows;
        factors(block, pair.left, pair.right, ops, &mut |factor| {
            rows *= match factor {
                Factor::Predicate(op) => block.ops[op].selectivity,
                Factor::Class(step) => step.selectivity(),
                Factor::Key(_, _, factor) => factor,
            };
        });
        return rows.min(f64::MAX.sqrt());
    }
    let on = &block.ops[ops[0]].conjuncts;
    join::rows(arena, memo, pair.kind, on, left, right).result
}

/// The same as a derivation.
pub fn derive(arena: &Arena, memo: &Memo, block: &Block, pair: Pair, ops: &[usize]) -> Derivation {
    let (left, right) = (block.groups[&pair.left], block.groups[&pair.right]);
    if pair.kind != JoinKind::Inner {
        let on = &block.ops[ops[0]].conjuncts;
        return join::rows(arena, memo, pair.kind, on, left, right);
    }
    let mut inputs = vec![join::rows_of(memo, left), join::rows_of(memo, right)];
    factors(block, pair.left, pair.right, ops, &mut |factor| {
        inputs.push(match factor {
            Factor::Predicate(op) => {
                let op = &block.ops[op];
                Input::new(
                    format!("s({})", text::conjunction(arena, &op.conjuncts)),
                    op.selectivity,
                    "estimated for the condition",
                )
            }
            Factor::Class(step) => {
                let op = &block.ops[step.op];
                let side = |name: &str, present: f64, ndv: f64| {
                    [
                        Input::new(format!("nulls({name})"), 1.0 - present, "of the column"),
                        Input::new(format!("ndv({name})"), ndv, "least of the equal columns"),
                    ]
                };
                let [left_nulls, left] = side("l", step.left_present, step.left);
                let [right_nulls, right] = side("r", step.right_present, step.right);
                Input::derived(
                    format!("s({})", text::conjunction(arena, &op.conjuncts)),
                    Derivation::new(
                        Formula::JoinEq,
                        vec![left_nulls, right_nulls, left, right],
                    )
                    .assuming("the values of one column are among those of the other (containment)"),
                )
            }
            Factor::Key(a, b, factor) => Input::new(
                "key correction",
                factor,
                format!(
                    "the equalities of {} and {} are on a whole key: its columns are not independent",
                    name_of(memo, block, a),
                    name_of(memo, block, b),
                ),
            ),
        });
    });
    let derivation = Derivation::new(Formula::Join, inputs);
    if ops.len() > 1 {
        derivation.assuming("join conditions are independent, values are contained")
    } else {
        derivation.assuming("values of one side are contained in the other's")
    }
}

fn name_of(memo: &Memo, block: &Block, relation: usize) -> String {
    let group = block.relations[relation];
    format!(
        "G{} ({} rows)",
        memo.canon(group).0,
        number(memo.group(group).rows)
    )
}

/// The conjuncts that the join of a pair needs, as operator and position: one equality for each step of an equality
/// class, everything else. Conjuncts that may fail come last.
pub fn conjuncts(block: &Block, pair: Pair, ops: &[usize], each: &mut dyn FnMut(usize, usize)) {
    let mut give = |op: usize| (0..block.ops[op].conjuncts.len()).for_each(|c| each(op, c));
    if pair.kind != JoinKind::Inner {
        ops.iter().for_each(|op| give(*op));
        return;
    }
    let mut kept: Vec<usize> = Vec::with_capacity(ops.len());
    factors(
        block,
        pair.left,
        pair.right,
        ops,
        &mut |factor| match factor {
            Factor::Predicate(op) => kept.push(op),
            Factor::Class(step) => kept.push(step.op),
            Factor::Key(..) => {}
        },
    );
    if kept.len() > 1 {
        let order = |op: &usize| (block.ops[*op].may_fail, *op);
        types::insertion_sort_by(&mut kept, |a, b| order(a).cmp(&order(b)));
    }
    kept.into_iter().for_each(give);
}
