//! Apply: runs the right input anew for each left row, whose columns it reads as parameters.

use super::nested_loop_join::Flags;
use super::pairs::{Outputs, Residual, Types, kept_columns, verdict};
use super::{Node, Operator};
use crate::context::Context;
use crate::expr::{Frame, Inputs};
use crate::kernels::gather::NO_ROW;
use crate::memory::Reservation;
use crate::store::Store;
use crate::{LocalFuture, Result};
use plan::JoinKind;
use std::collections::VecDeque;
use types::{BATCH_ROWS, Batch, DataError, DataType};

/// The parts of the operator that do not change while it runs.
pub(crate) struct ApplyPlan {
    pub(crate) kind: JoinKind,
    /// `None`: every pair matches.
    pub(crate) condition: Option<Residual>,
    pub(crate) outputs: Outputs,
    pub(crate) right_types: Types,
    /// The parameters set for each left row: number, left column, type.
    pub(crate) params: Vec<(usize, usize, DataType)>,
}

/// The operator.
pub(crate) struct Apply {
    plan: ApplyPlan,
    left: Node,
    right: Node,
    current: Option<Current>,
    ready: VecDeque<Batch>,
    reservation: Option<Reservation>,
}

/// A left batch, dense.
struct Current {
    batch: Batch,
    flags: Flags,
    /// The left row being run.
    row: usize,
    /// Its run has begun.
    running: bool,
    /// Pairs found and not given yet: left rows, and right rows as they are kept.
    left_rows: Vec<u32>,
    right_rows: Vec<u32>,
    kept: Store,
}

impl Apply {
    pub(crate) fn new(plan: ApplyPlan, left: Node, right: Node) -> Self {
        Self {
            plan,
            left,
            right,
            current: None,
            ready: VecDeque::new(),
            reservation: None,
        }
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            if self.current.is_some() {
                self.advance(cx).await?;
                continue;
            }
            let Some(batch) = self.left.next(cx).await? else {
                return Ok(None);
            };
            let batch = batch.flatten();
            self.current = Some(Current {
                flags: Flags::new(batch.rows),
                batch,
                row: 0,
                running: false,
                left_rows: Vec::new(),
                right_rows: Vec::new(),
                kept: Store::new(self.plan.right_types.len()),
            });
        }
    }

    /// Runs left rows until a batch is full or the left batch is through.
    async fn advance(&mut self, cx: &Context) -> Result<()> {
        let plan = &self.plan;
        let Some(mut current) = self.current.take() else {
            return Ok(());
        };
        let reservation = self.reservation.get_or_insert_with(|| cx.reservation());
        while current.row < current.batch.rows && current.left_rows.len() < BATCH_ROWS {
            if !current.running {
                cx.pacer.tick(64).await?;
                let mut params = cx.params.borrow_mut();
                for (param, column, ty) in &plan.params {
                    params[*param] = current.batch.columns[*column].value(current.row, *ty);
                }
                drop(params);
                self.right.reset();
                current.running = true;
            }
            match self.right.next(cx).await? {
                Some(rows) => {
                    if current.meet(plan, rows.flatten(), reservation, cx)? {
                        // The rest of the right rows changes nothing.
                        current.row += 1;
                        current.running = false;
                    }
                }
                None => {
                    current.pad(plan.kind);
                    current.row += 1;
                    current.running = false;
                }
            }
        }
        reservation.set(current.kept.bytes())?;
        if !current.left_rows.is_empty() {
            let right = kept_columns(&mut current.kept, &plan.right_types);
            let columns = &current.batch.columns;
            for (left_rows, right_rows) in current
                .left_rows
                .chunks(BATCH_ROWS)
                .zip(current.right_rows.chunks(BATCH_ROWS))
            {
                let batch = plan.outputs.pairs(columns, left_rows, &right, right_rows);
                self.ready.push_back(batch);
            }
            current.left_rows.clear();
            current.right_rows.clear();
            current.kept = Store::new(plan.right_types.len());
        }
        if current.row < current.batch.rows {
            self.current = Some(current);
        } else if !plan.kind.keeps_right() {
            let settled =
                current
                    .flags
                    .settle(plan.kind, &current.batch, &plan.outputs, &plan.right_types);
            self.ready.extend(settled);
        }
        Ok(())
    }
}

impl Current {
    /// The current left row meets some right rows; true when no others need to come.
    fn meet(
        &mut self,
        plan: &ApplyPlan,
        right: Batch,
        reservation: &mut Reservation,
        cx: &Context,
    ) -> Result<bool> {
        let three_valued = matches!(plan.kind, JoinKind::Mark(_) | JoinKind::NullAwareAnti);
        let (holds, unknown) = match &plan.condition {
            None => ((0..right.rows as u32).collect(), Vec::new()),
            Some(condition) => {
                let operands = condition.operands(&self.batch, &right, self.row, true);
                let frame = Frame::new(cx, Inputs::Operands(&operands), right.rows, None);
                let verdict = verdict(&condition.condition, &frame, three_valued)?;
                (verdict.holds, verdict.unknown)
            }
        };
        let row = self.row;
        if plan.kind == JoinKind::Single && holds.len() + usize::from(self.flags.holds[row]) > 1 {
            return Err(DataError::MoreThanOneRow.into());
        }
        self.flags.holds[row] |= !holds.is_empty();
        self.flags.unknown[row] |= !unknown.is_empty();
        if !plan.kind.keeps_right() {
            return Ok(self.flags.holds[row]);
        }
        let first = self.kept.rows() as u32;
        self.kept
            .append(&right.columns, holds.len(), Some(&holds), reservation)?;
        self.left_rows
            .extend(std::iter::repeat_n(row as u32, holds.len()));
        self.right_rows.extend(first..first + holds.len() as u32);
        if self.left_rows.len() > BATCH_ROWS {
            reservation.set(self.kept.bytes())?;
        }
        Ok(false)
    }

    /// The current left row met all right rows.
    fn pad(&mut self, kind: JoinKind) {
        if kind.pads_right() && !self.flags.holds[self.row] {
            self.left_rows.push(self.row as u32);
            self.right_rows.push(NO_ROW);
        }
    }
}

impl Operator for Apply {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.current = None;
        self.ready.clear();
        self.left.reset();
        self.right.reset();
    }
}
