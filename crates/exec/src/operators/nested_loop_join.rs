//! Nested loop join: every left row against every right row. The right rows are kept in memory.
//!
//! Of a left batch and a piece of the right rows, the smaller side is walked row by row, and the condition runs over the
//! other one as a vector with the row's values as constants.

use super::pairs::{Outputs, Residual, Types, verdict};
use super::{Node, Operator};
use crate::context::Context;
use crate::expr::{Frame, Inputs, Operand, nulls};
use crate::kernels::gather::NO_ROW;
use crate::memory::Reservation;
use crate::store::Store;
use crate::{LocalFuture, Result};
use plan::JoinKind;
use std::collections::VecDeque;
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Bitmap, Column, DataError, Vector};

/// The parts of the join that do not change while it runs.
pub(crate) struct NestedLoopPlan {
    pub(crate) kind: JoinKind,
    /// `None`: every pair matches.
    pub(crate) condition: Option<Residual>,
    pub(crate) outputs: Outputs,
    pub(crate) left_types: Types,
    pub(crate) right_types: Types,
}

/// The operator.
pub(crate) struct NestedLoopJoin {
    plan: NestedLoopPlan,
    left: Node,
    right: Node,
    at: usize,
    state: Option<Run>,
}

struct Run {
    /// The right rows, in pieces of a batch.
    pieces: Vec<Batch>,
    /// For each piece the rows that were matched, when the kind asks.
    right_matched: Vec<Vec<bool>>,
    left: Option<Left>,
    ready: VecDeque<Batch>,
    /// The left side is at its end; the next piece whose unmatched rows come out.
    rest: Option<usize>,
    _reservation: Reservation,
}

/// A left batch, dense.
struct Left {
    batch: Batch,
    flags: Flags,
    /// The piece it meets, and the row of the walked side that is next.
    piece: usize,
    walked: usize,
    /// Pairs found and not given yet, all with the current piece.
    left_rows: Vec<u32>,
    right_rows: Vec<u32>,
}

/// What was found of each left row of a batch.
pub(super) struct Flags {
    pub(super) holds: Vec<bool>,
    pub(super) unknown: Vec<bool>,
}

impl Flags {
    pub(super) fn new(rows: usize) -> Self {
        Self {
            holds: vec![false; rows],
            unknown: vec![false; rows],
        }
    }

    /// What the flags alone decide: the left rows that come out of a semi, anti or mark join, or padded out of an
    /// outer one.
    pub(super) fn settle(
        self,
        kind: JoinKind,
        batch: &Batch,
        outputs: &Outputs,
        right_types: &Types,
    ) -> Option<Batch> {
        let rows_where = |wanted: &dyn Fn(usize) -> bool| -> Vec<u32> {
            (0..batch.rows as u32)
                .filter(|row| wanted(*row as usize))
                .collect()
        };
        let rows = match kind {
            JoinKind::Inner | JoinKind::Right => return None,
            JoinKind::Mark(_) => {
                let validity = (0..batch.rows).map(|row| self.holds[row] || !self.unknown[row]);
                let validity: Bitmap = validity.collect();
                let mark = Column::with_validity(Vector::Bool(self.holds), Some(validity));
                let columns = outputs.left_only(batch, Some(Arc::new(mark)));
                return Some(Batch::new(columns, batch.rows));
            }
            JoinKind::Semi => rows_where(&|row| self.holds[row]),
            JoinKind::Anti | JoinKind::Left | JoinKind::Full | JoinKind::Single => {
                rows_where(&|row| !self.holds[row])
            }
            JoinKind::NullAwareAnti => rows_where(&|row| !self.holds[row] && !self.unknown[row]),
        };
        if rows.is_empty() {
            return None;
        }
        if kind.keeps_right() {
            let padding = vec![NO_ROW; rows.len()];
            return Some(outputs.pairs(&batch.columns, &rows, &empty(right_types), &padding));
        }
        let all = rows.len() == batch.rows;
        Some(Batch {
            columns: outputs.left_only(batch, None),
            rows: batch.rows,
            selection: (!all).then(|| Arc::new(rows)),
        })
    }
}

/// Columns of the types without rows.
pub(super) fn empty(types: &Types) -> Vec<Arc<Column>> {
    types.iter().map(|ty| Arc::new(nulls(0, *ty))).collect()
}

impl NestedLoopJoin {
    pub(crate) fn new(plan: NestedLoopPlan, left: Node, right: Node, at: usize) -> Self {
        Self {
            plan,
            left,
            right,
            at,
            state: None,
        }
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if self.state.is_none() {
            self.state = Some(self.keep_right(cx).await?);
        }
        let Some(run) = &mut self.state else {
            return Ok(None);
        };
        let plan = &self.plan;
        loop {
            if let Some(batch) = run.ready.pop_front() {
                return Ok(Some(batch));
            }
            if let Some(piece) = run.rest {
                if piece >= run.right_matched.len() {
                    return Ok(None);
                }
                run.rest = Some(piece + 1);
                run.unmatched(plan, piece);
                continue;
            }
            if run.left.is_some() {
                run.advance(plan, cx).await?;
                continue;
            }
            let barren = run.pieces.is_empty()
                && matches!(
                    plan.kind,
                    JoinKind::Inner | JoinKind::Semi | JoinKind::Right
                );
            if barren {
                return Ok(None);
            }
            match self.left.next(cx).await? {
                Some(batch) => {
                    let batch = batch.flatten();
                    run.left = Some(Left {
                        flags: Flags::new(batch.rows),
                        batch,
                        piece: 0,
                        walked: 0,
                        left_rows: Vec::new(),
                        right_rows: Vec::new(),
                    });
                }
                None => run.rest = Some(0),
            }
        }
    }

    async fn keep_right(&mut self, cx: &Context) -> Result<Run> {
        let mut reservation = cx.reservation();
        let mut store = Store::new(self.plan.right_types.len());
        // Narrow batches are joined to full ones.
        while let Some(batch) = self.right.next(cx).await? {
            cx.pacer.tick(batch.len()).await?;
            store.append_batch(&batch, &reservation)?;
            reservation.set(store.bytes() * 2)?;
        }
        store.seal();
        let mut pieces = Vec::new();
        for from in (0..store.rows()).step_by(BATCH_ROWS) {
            pieces.push(store.slice(from, BATCH_ROWS));
        }
        let keeps = matches!(self.plan.kind, JoinKind::Right | JoinKind::Full);
        let flags = |piece: &Batch| vec![false; piece.rows];
        cx.counters[self.at].change(|c| c.memory = c.memory.max(reservation.most()));
        Ok(Run {
            right_matched: if keeps {
                pieces.iter().map(flags).collect()
            } else {
                Vec::new()
            },
            pieces,
            left: None,
            ready: VecDeque::new(),
            rest: None,
            _reservation: reservation,
        })
    }
}

impl Run {
    /// Goes on with the left batch until some pairs come out or it is through.
    async fn advance(&mut self, plan: &NestedLoopPlan, cx: &Context) -> Result<()> {
        let Some(mut left) = self.left.take() else {
            return Ok(());
        };
        while let Some(piece) = self.pieces.get(left.piece) {
            let walk_left = left.batch.rows <= piece.rows;
            let walked_rows = left.batch.rows.min(piece.rows);
            while left.walked < walked_rows && left.left_rows.len() < BATCH_ROWS {
                let row = left.walked;
                left.walked += 1;
                let vector_rows = if walk_left {
                    piece.rows
                } else {
                    left.batch.rows
                };
                cx.pacer.tick(vector_rows).await?;
                let matched = self.right_matched.get_mut(left.piece);
                left.meet(plan, piece, row, walk_left, matched, cx)?;
            }
            if !left.left_rows.is_empty() {
                let more = left
                    .left_rows
                    .split_off(left.left_rows.len().min(BATCH_ROWS));
                let more_right = left
                    .right_rows
                    .split_off(left.right_rows.len().min(BATCH_ROWS));
                let (columns, right) = (&left.batch.columns, &piece.columns);
                let batch = plan
                    .outputs
                    .pairs(columns, &left.left_rows, right, &left.right_rows);
                (left.left_rows, left.right_rows) = (more, more_right);
                self.ready.push_back(batch);
                self.left = Some(left);
                return Ok(());
            }
            if left.walked >= walked_rows {
                left.piece += 1;
                left.walked = 0;
            }
        }
        let settled = left
            .flags
            .settle(plan.kind, &left.batch, &plan.outputs, &plan.right_types);
        self.ready.extend(settled);
        Ok(())
    }

    /// Gives the rows of a right piece that nothing matched.
    fn unmatched(&mut self, plan: &NestedLoopPlan, piece: usize) {
        let matched = self.right_matched[piece].iter().enumerate();
        let rows: Vec<u32> = matched
            .filter(|(_, matched)| !**matched)
            .map(|(row, _)| row as u32)
            .collect();
        if !rows.is_empty() {
            let padding = vec![NO_ROW; rows.len()];
            let left = empty(&plan.left_types);
            let columns = &self.pieces[piece].columns;
            self.ready
                .push_back(plan.outputs.pairs(&left, &padding, columns, &rows));
        }
    }
}

impl Left {
    /// One row of the walked side against all rows of the other.
    fn meet(
        &mut self,
        plan: &NestedLoopPlan,
        piece: &Batch,
        row: usize,
        walk_left: bool,
        right_matched: Option<&mut Vec<bool>>,
        cx: &Context,
    ) -> Result<()> {
        let three_valued = matches!(plan.kind, JoinKind::Mark(_) | JoinKind::NullAwareAnti);
        let gives_pairs = plan.kind.keeps_right();
        if walk_left && !gives_pairs && self.flags.holds[row] {
            return Ok(());
        }
        let vector_rows = if walk_left {
            piece.rows
        } else {
            self.batch.rows
        };
        let (holds, unknown) = match &plan.condition {
            None => ((0..vector_rows as u32).collect(), Vec::new()),
            Some(condition) => {
                let operands = condition.operands(&self.batch, piece, row, walk_left);
                let frame = Frame::new(cx, Inputs::Operands(&operands), vector_rows, None);
                let verdict = verdict(&condition.condition, &frame, three_valued)?;
                (verdict.holds, verdict.unknown)
            }
        };
        if plan.kind == JoinKind::Single {
            let second = if walk_left {
                holds.len() > 1 || (holds.len() == 1 && self.flags.holds[row])
            } else {
                holds.iter().any(|left| self.flags.holds[*left as usize])
            };
            if second {
                return Err(DataError::MoreThanOneRow.into());
            }
        }
        if walk_left {
            self.flags.holds[row] |= !holds.is_empty();
            self.flags.unknown[row] |= !unknown.is_empty();
        } else {
            holds
                .iter()
                .for_each(|left| self.flags.holds[*left as usize] = true);
            unknown
                .iter()
                .for_each(|left| self.flags.unknown[*left as usize] = true);
        }
        if let Some(matched) = right_matched {
            if walk_left {
                holds
                    .iter()
                    .for_each(|right| matched[*right as usize] = true);
            } else {
                matched[row] |= !holds.is_empty();
            }
        }
        if gives_pairs {
            let same = std::iter::repeat_n(row as u32, holds.len());
            if walk_left {
                self.left_rows.extend(same);
                self.right_rows.extend(holds);
            } else {
                self.right_rows.extend(same);
                self.left_rows.extend(holds);
            }
        }
        Ok(())
    }
}

impl Residual {
    /// The operands of the condition where one row of a side, as constants, meets all rows of the other.
    pub(super) fn operands(
        &self,
        left: &Batch,
        right: &Batch,
        row: usize,
        walk_left: bool,
    ) -> Vec<Operand> {
        use super::Source;
        let operand = |batch: &Batch, at: usize, walked: bool, ty| {
            let column = &batch.columns[at];
            if walked {
                Operand::Const(column.value(row, ty))
            } else {
                Operand::Column(column.clone())
            }
        };
        self.columns
            .iter()
            .zip(&self.types)
            .filter_map(|(source, ty)| match source {
                Source::Left(at) => Some(operand(left, *at, walk_left, *ty)),
                Source::Right(at) => Some(operand(right, *at, !walk_left, *ty)),
                Source::Mark => None,
            })
            .collect()
    }
}

impl Operator for NestedLoopJoin {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.state = None;
        self.left.reset();
        self.right.reset();
    }
}
