//! The facts about a logical operator that rules and costs ask for.

use super::rules::{Candidate, RuleSet};
use crate::cost::model;
use crate::implement::RuleId;
use crate::join_order::conflict::same_type;
use crate::memo::{JoinSplit, Operator};
use plan::{Arena, ColSet, Func, Op, Scalar, ScalarId};
use types::ColId;

/// Describes an operator. `columns` are its output columns, which DISTINCT compares.
pub fn describe(
    arena: &Arena,
    rules: RuleSet,
    op: Op,
    split: JoinSplit,
    columns: &[ColId],
) -> Operator {
    let mut operator = Operator {
        weight: model::weight(arena, &op.scalars()),
        residual_weight: model::weight(arena, &split.residual),
        keys: match &op {
            Op::Distinct => columns.to_vec(),
            Op::Aggregate { keys, .. } => keys.clone(),
            _ => Vec::new(),
        },
        table: match &op {
            Op::Scan(scan) => {
                let table = arena.table(scan.table);
                Some((table.rows as f64, table.pages as f64))
            }
            _ => None,
        },
        methods: Vec::new(),
        op,
        split,
    };
    let candidate = Candidate {
        operator: &operator,
        arena,
        commutes: rules.contains(RuleId::JOIN_COMMUTE),
    };
    let methods = rules
        .iter()
        .flat_map(|id| {
            let methods = (id.rule().methods)(&candidate);
            methods.into_iter().map(move |method| (id, method))
        })
        .collect();
    operator.methods = methods;
    operator
}

/// Splits the condition of a join whose inputs have these columns.
pub fn split(arena: &mut Arena, on: &[ScalarId], left: &ColSet, right: &ColSet) -> JoinSplit {
    let mut split = JoinSplit::default();
    for &conjunct in on {
        match key(arena, conjunct, left, right) {
            Some((l, r, null_safe)) => {
                split.keys.push((l, r));
                split.null_safe.push(null_safe);
            }
            None => split.residual.push(conjunct),
        }
    }
    split.columns = key_columns(arena, &split);
    split
}

fn key(
    arena: &mut Arena,
    conjunct: ScalarId,
    left: &ColSet,
    right: &ColSet,
) -> Option<(ScalarId, ScalarId, bool)> {
    let (func, a, b) = match arena.get(conjunct) {
        Scalar::Call(func @ (Func::Eq | Func::IsNotDistinctFrom), args) => {
            (*func, args[0], args[1])
        }
        _ => return None,
    };
    let (of_a, of_b) = (arena.columns_of(a), arena.columns_of(b));
    if of_a.is_empty() || of_b.is_empty() {
        return None;
    }
    let (l, r) = if of_a.is_subset(left) && of_b.is_subset(right) {
        (a, b)
    } else if of_a.is_subset(right) && of_b.is_subset(left) {
        (b, a)
    } else {
        return None;
    };
    let (l, r) = same_type(arena, l, r)?;
    Some((l, r, func == Func::IsNotDistinctFrom))
}

/// The keys as columns, when all are plain columns and none is null-safe.
pub fn key_columns(arena: &Arena, split: &JoinSplit) -> Option<Vec<(ColId, ColId)>> {
    if split.keys.is_empty() || split.null_safe.contains(&true) {
        return None;
    }
    split
        .keys
        .iter()
        .map(|(l, r)| arena.as_column(*l).zip(arena.as_column(*r)))
        .collect()
}
