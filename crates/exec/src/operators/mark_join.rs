//! The joins that ask about each left row with NULLs in mind: the mark join (IN as a value) and the null-aware anti
//! join (NOT IN). For each left row the condition's values over all right rows are joined by OR: true, else NULL, else
//! false.
//!
//! Right rows with equal keys are found by hash. The condition can be NULL only where a key is: for a left row with a
//! NULL in its key that is against every right row, for the others against the right rows with a NULL in theirs. These
//! pairs are judged by the whole condition; for a single key without further conditions their NULL needs no judging.

use super::build_side::{BuildSide, Lookup, keys};
use super::pairs::{Outputs, Residual, Types};
use super::{Node, Operator};
use crate::context::Context;
use crate::expr::Expr;
use crate::keys::KeyTable;
use crate::{LocalFuture, Result};
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Bitmap, Column, Vector};

/// The parts of the join that do not change while it runs.
pub(crate) struct MarkJoinPlan {
    /// Rows for which the value is false come out, without it; else all rows come out with it.
    pub(crate) anti: bool,
    pub(crate) left_keys: Vec<Expr>,
    pub(crate) right_keys: Vec<Expr>,
    pub(crate) null_safe: Vec<bool>,
    /// The conditions beside the keys.
    pub(crate) residual: Option<Residual>,
    /// The whole condition, keys included.
    pub(crate) whole: Residual,
    pub(crate) outputs: Outputs,
    pub(crate) right_types: Types,
}

/// The operator.
pub(crate) struct MarkJoin {
    plan: MarkJoinPlan,
    left: Node,
    right: Node,
    make_table: Box<dyn Fn() -> KeyTable>,
    side: Option<BuildSide>,
    at: usize,
}

/// The value of each left row so far.
struct Marks {
    holds: Vec<bool>,
    unknown: Vec<bool>,
}

impl MarkJoin {
    pub(crate) fn new(
        plan: MarkJoinPlan,
        left: Node,
        right: Node,
        make_table: Box<dyn Fn() -> KeyTable>,
        at: usize,
    ) -> Self {
        Self {
            plan,
            left,
            right,
            make_table,
            side: None,
            at,
        }
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        let plan = &self.plan;
        if self.side.is_none() {
            let (exprs, types) = (&plan.right_keys, &plan.right_types);
            let side =
                BuildSide::new((self.make_table)(), exprs, types, &mut self.right, cx).await?;
            let memory = side.most_memory();
            cx.counters[self.at].change(|c| c.memory = c.memory.max(memory));
            self.side = Some(side);
        }
        let Some(side) = &mut self.side else {
            return Ok(None);
        };
        while let Some(batch) = self.left.next(cx).await? {
            cx.pacer.tick(batch.len()).await?;
            let marks = marks(plan, side, &batch, cx).await?;
            if plan.anti {
                let rows: Vec<u32> = batch
                    .selected()
                    .enumerate()
                    .filter(|(at, _)| !marks.holds[*at] && !marks.unknown[*at])
                    .map(|(_, row)| row as u32)
                    .collect();
                if rows.is_empty() {
                    continue;
                }
                return Ok(Some(Batch {
                    columns: plan.outputs.left_only(&batch, None),
                    rows: batch.rows,
                    selection: Some(Arc::new(rows)),
                }));
            }
            let batch = batch.flatten();
            let validity = (0..batch.rows).map(|at| marks.holds[at] || !marks.unknown[at]);
            let validity: Bitmap = validity.collect();
            let mark = Column::with_validity(Vector::Bool(marks.holds), Some(validity));
            let columns = plan.outputs.left_only(&batch, Some(Arc::new(mark)));
            return Ok(Some(Batch::new(columns, batch.rows)));
        }
        Ok(None)
    }
}

/// The value of each row of a left batch.
async fn marks(
    plan: &MarkJoinPlan,
    side: &mut BuildSide,
    batch: &Batch,
    cx: &Context,
) -> Result<Marks> {
    let rows = batch.len();
    let mut marks = Marks {
        holds: vec![false; rows],
        unknown: vec![false; rows],
    };
    if side.rows == 0 {
        return Ok(marks);
    }
    let keys = keys(&plan.left_keys, batch, cx)?;
    let mut lookup = side.look_up(&keys, rows);
    find_equal(plan, side, batch, &mut lookup, &mut marks, cx).await?;

    let has_null = |at: usize| {
        let mut keys = keys.iter().zip(&plan.null_safe);
        keys.any(|(key, safe)| !safe && key.is_null(at))
    };
    let simple = plan.left_keys.len() == 1 && plan.residual.is_none();
    let (mut positions, mut right_rows) = (Vec::new(), Vec::new());
    for at in 0..rows {
        if marks.holds[at] {
            continue;
        }
        let null = has_null(at);
        if simple {
            marks.unknown[at] |= null || !side.null_rows.is_empty();
            continue;
        }
        let all;
        let against: &mut dyn Iterator<Item = u32> = if null {
            all = 0..side.rows as u32;
            &mut all.into_iter()
        } else {
            &mut side.null_rows.iter().copied()
        };
        for row in against {
            positions.push(at as u32);
            right_rows.push(row);
            if positions.len() == BATCH_ROWS {
                cx.pacer.tick(BATCH_ROWS).await?;
                judge(
                    &plan.whole,
                    side,
                    batch,
                    (&positions, &right_rows),
                    &mut marks,
                    cx,
                )?;
                positions.clear();
                right_rows.clear();
                if marks.unknown[at] || marks.holds[at] {
                    break;
                }
            }
        }
    }
    if !positions.is_empty() {
        judge(
            &plan.whole,
            side,
            batch,
            (&positions, &right_rows),
            &mut marks,
            cx,
        )?;
    }
    Ok(marks)
}

/// Pairs with equal keys.
async fn find_equal(
    plan: &MarkJoinPlan,
    side: &BuildSide,
    batch: &Batch,
    lookup: &mut Lookup,
    marks: &mut Marks,
    cx: &Context,
) -> Result<()> {
    let Some(residual) = &plan.residual else {
        for (holds, id) in marks.holds.iter_mut().zip(&lookup.ids) {
            *holds = *id != crate::keys::NO_KEY;
        }
        return Ok(());
    };
    while !lookup.is_done() {
        cx.pacer.tick(BATCH_ROWS).await?;
        let (positions, right_rows) = side.candidates(lookup, false);
        judge(residual, side, batch, (&positions, &right_rows), marks, cx)?;
    }
    Ok(())
}

fn judge(
    condition: &Residual,
    side: &BuildSide,
    batch: &Batch,
    (positions, right_rows): (&[u32], &[u32]),
    marks: &mut Marks,
    cx: &Context,
) -> Result<()> {
    if positions.is_empty() {
        return Ok(());
    }
    let left_rows: Vec<u32> = match &batch.selection {
        Some(selection) => positions.iter().map(|at| selection[*at as usize]).collect(),
        None => positions.to_vec(),
    };
    let left = (&batch.columns[..], &left_rows[..]);
    let verdict = condition.judge(cx, left, (&side.columns, right_rows), true)?;
    for pair in verdict.holds {
        marks.holds[positions[pair as usize] as usize] = true;
    }
    for pair in verdict.unknown {
        marks.unknown[positions[pair as usize] as usize] = true;
    }
    Ok(())
}

impl Operator for MarkJoin {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.side = None;
        self.left.reset();
        self.right.reset();
    }
}
