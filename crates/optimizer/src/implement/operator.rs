//! The facts about a logical operator that rules and costs ask for.

use super::rules::{Candidate, RuleSet};
use crate::cost::model;
use crate::implement::RuleId;
use crate::join_order::conflict::same_type;
use crate::memo::{Applied, JoinFacts, JoinSplit, Memo, Operator, OperatorId, Shape, Way};
use plan::{Arena, ColSet, Func, JoinKind, Op, Scalar, ScalarId};
use types::ColId;

/// Describes an operator of the plan. `columns` are its output columns, which DISTINCT compares.
pub fn describe(
    arena: &Arena,
    rules: RuleSet,
    op: Op,
    split: JoinSplit,
    columns: &[ColId],
) -> Operator {
    let keys = match &op {
        Op::Distinct => columns.to_vec(),
        Op::Aggregate { keys, .. } => keys.clone(),
        _ => Vec::new(),
    };
    let join = match &op {
        Op::Join {
            kind, dependent, ..
        } => Some(JoinFacts {
            kind: *kind,
            dependent: *dependent,
            keys: split.keys.len() as u16,
            null_safe: split.null_safe.contains(&true),
            residual: split.residual.len() as u16,
            columns: split.columns.is_some(),
        }),
        _ => None,
    };
    let methods = rules.methods(&Candidate {
        op: join.is_none().then_some(&op),
        join,
        keys: &keys,
        commutes: rules.contains(RuleId::JOIN_COMMUTE),
    });
    Operator {
        weight: model::weight(arena, &op.scalars()),
        residual_weight: model::weight(arena, &split.residual),
        keys,
        join,
        table: match &op {
            Op::Scan(scan) => {
                let table = arena.table(scan.table);
                Some((table.rows as f64, table.pages as f64))
            }
            _ => None,
        },
        methods,
        merge_orders: None,
        shape: Shape::Plain(op, split),
    }
}

/// Interns the join of a block that applies these conjuncts; an operator is described once for all pairs that share it.
pub fn joined(
    memo: &mut Memo,
    rules: RuleSet,
    block: u32,
    kind: JoinKind,
    applied: &[Applied],
) -> OperatorId {
    let ops = &memo.blocks[block as usize].ops;
    let mut code = Vec::with_capacity(applied.len() + 2);
    code.extend(match kind {
        JoinKind::Mark(col) => [u32::MAX, col.0],
        other => [kind_code(other), 0],
    });
    code.extend(applied.iter().map(|a| {
        let conjunct = ops[a.op as usize].conjuncts[a.conjunct as usize];
        conjunct.0 * 3 + a.way as u32
    }));
    if let Some(known) = memo.find_joined(&code) {
        return known;
    }
    let mut facts = JoinFacts {
        kind,
        dependent: false,
        keys: 0,
        null_safe: false,
        residual: 0,
        columns: true,
    };
    let (mut weight, mut residual_weight) = (0.0, 0.0);
    for a in applied {
        let op = &ops[a.op as usize];
        let of_conjunct = op.weights[a.conjunct as usize];
        weight += of_conjunct;
        match op.equality(a.conjunct as usize) {
            Some(key) if a.way != Way::Residual => {
                facts.keys += 1;
                facts.null_safe |= key.null_safe;
                facts.columns &= key.columns.is_some() && !key.null_safe;
            }
            _ => {
                facts.residual += 1;
                residual_weight += of_conjunct;
            }
        }
    }
    facts.columns &= facts.keys > 0;
    let methods = memo.methods_of_join(facts, || {
        rules.methods(&Candidate {
            op: None,
            join: Some(facts),
            keys: &[],
            commutes: rules.contains(RuleId::JOIN_COMMUTE),
        })
    });
    memo.add_joined(
        &code,
        Operator {
            shape: Shape::Joined {
                block,
                kind,
                applied: applied.into(),
            },
            join: Some(facts),
            keys: Vec::new(),
            weight,
            residual_weight,
            table: None,
            methods,
            merge_orders: None,
        },
    )
}

/// A number for each kind of join but marks, which are told apart by their column.
fn kind_code(kind: JoinKind) -> u32 {
    match kind {
        JoinKind::Inner => 0,
        JoinKind::Left => 1,
        JoinKind::Right => 2,
        JoinKind::Full => 3,
        JoinKind::Semi => 4,
        JoinKind::Anti => 5,
        JoinKind::NullAwareAnti => 6,
        JoinKind::Single => 7,
        JoinKind::Mark(_) => 8,
    }
}

/// Splits the condition of a join whose inputs have these columns. A conjunct that may fail is no key behind others: keys are
/// computed for every row, and those before it may keep it from some.
pub fn split(arena: &mut Arena, on: &[ScalarId], left: &ColSet, right: &ColSet) -> JoinSplit {
    let mut split = JoinSplit::default();
    for (at, &conjunct) in on.iter().enumerate() {
        match key(arena, conjunct, left, right) {
            Some((l, r, null_safe)) if at == 0 || !arena.may_fail(conjunct) => {
                split.keys.push((l, r));
                split.null_safe.push(null_safe);
            }
            _ => split.residual.push(conjunct),
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
