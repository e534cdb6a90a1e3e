//! Merge join: both inputs come sorted by the keys, upward with NULLs last. Of the right input a window is kept: the
//! rows from the current key on. Pairs come out in the order of the left rows.

use super::build_side::keys;
use super::nested_loop_join::empty;
use super::pairs::{Outputs, Residual, Types, kept_columns};
use super::sort_key::compare_values;
use super::{Node, Operator};
use crate::context::Context;
use crate::expr::Expr;
use crate::kernels::gather::NO_ROW;
use crate::memory::Reservation;
use crate::store::Store;
use crate::{LocalFuture, Result};
use plan::JoinKind;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Column, DataError};

/// The parts of the join that do not change while it runs.
pub(crate) struct MergeJoinPlan {
    pub(crate) kind: JoinKind,
    pub(crate) left_keys: Vec<Expr>,
    pub(crate) right_keys: Vec<Expr>,
    pub(crate) null_safe: Vec<bool>,
    pub(crate) residual: Option<Residual>,
    pub(crate) outputs: Outputs,
    pub(crate) left_types: Types,
    pub(crate) right_types: Types,
}

/// The operator.
pub(crate) struct MergeJoin {
    plan: MergeJoinPlan,
    left: Node,
    right: Node,
    at: usize,
    run: Option<Run>,
    ready: VecDeque<Batch>,
}

struct Run {
    left: Option<Left>,
    /// Right rows, their columns first, then their keys.
    window: Store,
    /// Right rows that were matched.
    matched: Vec<bool>,
    /// Rows before this one are done with.
    start: usize,
    /// The rows from `start` to here have one key; `start` when that is not known.
    group_end: usize,
    /// Rows before this one came out as unmatched, or were matched.
    drained: usize,
    right_ended: bool,
    left_ended: bool,
    reservation: Reservation,
}

/// A left batch, dense.
struct Left {
    batch: Batch,
    keys: Vec<Arc<Column>>,
    row: usize,
    /// The next right row for this left row; `None`: its group is not found yet.
    next: Option<usize>,
    /// A pair of the current row passed the residual.
    holds: bool,
    /// Pairs not judged yet, each with whether it is the last of its left row.
    left_rows: Vec<u32>,
    right_rows: Vec<u32>,
    last: Vec<bool>,
}

impl MergeJoin {
    pub(crate) fn new(plan: MergeJoinPlan, left: Node, right: Node, at: usize) -> Self {
        Self {
            plan,
            left,
            right,
            at,
            run: None,
            ready: VecDeque::new(),
        }
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        let plan = &self.plan;
        let width = plan.right_types.len() + plan.right_keys.len();
        let run = self.run.get_or_insert_with(|| Run::new(width, cx));
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            if run.left_ended {
                return run.rest(plan, &mut self.right, cx).await;
            }
            if run.left.is_none() {
                match self.left.next(cx).await? {
                    Some(batch) => {
                        let batch = batch.flatten();
                        let keys = keys(&plan.left_keys, &batch, cx)?;
                        run.left = Some(Left::new(batch, keys));
                    }
                    None => run.left_ended = true,
                }
                continue;
            }
            run.collect(plan, &mut self.right, cx).await?;
            run.flush(plan, &mut self.ready, cx)?;
            let most = run.reservation.most();
            cx.counters[self.at].change(|c| c.memory = c.memory.max(most));
            let inner = matches!(
                plan.kind,
                JoinKind::Inner | JoinKind::Semi | JoinKind::Right
            );
            if inner && run.right_ended && run.start >= run.window.rows() {
                // No left row from here on has a match.
                run.left = None;
                run.left_ended = true;
            }
        }
    }
}

impl Left {
    fn new(batch: Batch, keys: Vec<Arc<Column>>) -> Self {
        Self {
            batch,
            keys,
            row: 0,
            next: None,
            holds: false,
            left_rows: Vec::new(),
            right_rows: Vec::new(),
            last: Vec::new(),
        }
    }

    fn push(&mut self, right: u32, last: bool) {
        self.left_rows.push(self.row as u32);
        self.right_rows.push(right);
        self.last.push(last);
    }

    /// The row's key holds a NULL that equals nothing.
    fn has_null(&self, plan: &MergeJoinPlan) -> bool {
        let mut keys = self.keys.iter().zip(&plan.null_safe);
        keys.any(|(key, safe)| !safe && key.is_null(self.row))
    }
}

impl Run {
    fn new(width: usize, cx: &Context) -> Self {
        Self {
            left: None,
            window: Store::new(width),
            matched: Vec::new(),
            start: 0,
            group_end: 0,
            drained: 0,
            right_ended: false,
            left_ended: false,
            reservation: cx.reservation(),
        }
    }

    /// Takes the next right rows into the window; false at their end.
    async fn extend(
        &mut self,
        plan: &MergeJoinPlan,
        right: &mut Node,
        cx: &Context,
    ) -> Result<bool> {
        if self.right_ended {
            return Ok(false);
        }
        let Some(batch) = right.next(cx).await? else {
            self.right_ended = true;
            return Ok(false);
        };
        cx.pacer.tick(batch.len()).await?;
        let mut batch = batch.flatten();
        let keys = keys(&plan.right_keys, &batch, cx)?;
        batch.columns.extend(keys);
        self.window.append_batch(&batch, &self.reservation)?;
        self.matched.resize(self.window.rows(), false);
        self.reservation
            .set(self.window.bytes() + self.matched.len())?;
        Ok(true)
    }

    /// The order of a right row's key and the left row's: NULL is greatest, and equals NULL.
    fn compare(&self, plan: &MergeJoinPlan, right: usize, left: &Left) -> Ordering {
        for (at, key) in left.keys.iter().enumerate() {
            let Some(column) = self.window.column(plan.right_types.len() + at) else {
                continue;
            };
            let ordering = match (column.is_null(right), key.is_null(left.row)) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_values(column, right, key, left.row),
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    }

    /// Finds pairs until a batch is full or the left batch is through.
    async fn collect(
        &mut self,
        plan: &MergeJoinPlan,
        right: &mut Node,
        cx: &Context,
    ) -> Result<()> {
        let Some(mut left) = self.left.take() else {
            return Ok(());
        };
        while left.row < left.batch.rows && left.left_rows.len() < BATCH_ROWS {
            cx.pacer.tick(1).await?;
            let next = match left.next {
                Some(next) => next,
                None => {
                    if !self.find_group(plan, &left, right, cx).await? {
                        left.push(NO_ROW, true);
                        left.row += 1;
                        continue;
                    }
                    self.start
                }
            };
            let room = BATCH_ROWS - left.left_rows.len();
            let to = self.group_end.min(next + room);
            for row in next..to {
                left.push(row as u32, row + 1 == self.group_end);
            }
            if to == self.group_end {
                left.next = None;
                left.row += 1;
            } else {
                left.next = Some(to);
            }
        }
        self.left = Some(left);
        Ok(())
    }

    /// Moves the window to the rows with the left row's key; false when there are none.
    async fn find_group(
        &mut self,
        plan: &MergeJoinPlan,
        left: &Left,
        right: &mut Node,
        cx: &Context,
    ) -> Result<bool> {
        if left.has_null(plan) {
            return Ok(false);
        }
        loop {
            if self.start >= self.window.rows() {
                if !self.extend(plan, right, cx).await? {
                    return Ok(false);
                }
                continue;
            }
            match self.compare(plan, self.start, left) {
                Ordering::Greater => return Ok(false),
                Ordering::Less => {
                    cx.pacer.tick(1).await?;
                    self.start = self.group_end.max(self.start + 1);
                    self.group_end = self.start;
                }
                Ordering::Equal => break,
            }
        }
        if self.group_end > self.start {
            return Ok(true);
        }
        let mut end = self.start + 1;
        loop {
            if end == self.window.rows() && !self.extend(plan, right, cx).await? {
                break;
            }
            if self.compare(plan, end, left).is_ne() {
                break;
            }
            cx.pacer.tick(1).await?;
            end += 1;
        }
        self.group_end = end;
        Ok(true)
    }

    /// Judges the pairs found and gives what comes out of them.
    fn flush(
        &mut self,
        plan: &MergeJoinPlan,
        ready: &mut VecDeque<Batch>,
        cx: &Context,
    ) -> Result<()> {
        let Some(mut left) = self.left.take() else {
            return Ok(());
        };
        let columns = kept_columns(&mut self.window, &plan.right_types);
        let verdict = self.judge(plan, &left, &columns, cx)?;
        let (mut left_rows, mut right_rows) = (Vec::new(), Vec::new());
        for (pair, holds) in verdict.into_iter().enumerate() {
            let (row, right) = (left.left_rows[pair], left.right_rows[pair]);
            if holds {
                if plan.kind == JoinKind::Single && left.holds {
                    return Err(DataError::MoreThanOneRow.into());
                }
                left.holds = true;
                self.matched[right as usize] = true;
                if plan.kind.keeps_right() {
                    left_rows.push(row);
                    right_rows.push(right);
                }
            }
            if left.last[pair] {
                let pads = plan.kind.pads_right() && !left.holds;
                let keeps = (plan.kind == JoinKind::Semi && left.holds)
                    || (plan.kind == JoinKind::Anti && !left.holds);
                if pads || keeps {
                    left_rows.push(row);
                    right_rows.push(NO_ROW);
                }
                left.holds = false;
            }
        }
        if !left_rows.is_empty() {
            let batch = &left.batch.columns;
            ready.push_back(plan.outputs.pairs(batch, &left_rows, &columns, &right_rows));
        }
        left.left_rows.clear();
        left.right_rows.clear();
        left.last.clear();
        drop(columns);
        if left.row < left.batch.rows {
            self.left = Some(left);
        }
        self.drain(plan, self.start, ready);
        Ok(())
    }

    /// Which pairs hold.
    fn judge(
        &self,
        plan: &MergeJoinPlan,
        left: &Left,
        columns: &[Arc<Column>],
        cx: &Context,
    ) -> Result<Vec<bool>> {
        let mut holds: Vec<bool> = left.right_rows.iter().map(|row| *row != NO_ROW).collect();
        let Some(residual) = &plan.residual else {
            return Ok(holds);
        };
        let pairs: Vec<usize> = (0..holds.len()).filter(|pair| holds[*pair]).collect();
        let left_rows: Vec<u32> = pairs.iter().map(|pair| left.left_rows[*pair]).collect();
        let right_rows: Vec<u32> = pairs.iter().map(|pair| left.right_rows[*pair]).collect();
        if pairs.is_empty() {
            return Ok(holds);
        }
        let batch = (&left.batch.columns[..], &left_rows[..]);
        let verdict = residual.judge(cx, batch, (columns, &right_rows), false)?;
        holds.fill(false);
        for pair in verdict.holds {
            holds[pairs[pair as usize]] = true;
        }
        Ok(holds)
    }

    /// Gives right rows before `to` that nothing matched, if the kind asks, and forgets them once they are many.
    fn drain(&mut self, plan: &MergeJoinPlan, to: usize, ready: &mut VecDeque<Batch>) {
        // A group begun by a left row stays.
        if plan.kind.pads_left() && self.drained < to {
            let rows: Vec<u32> = (self.drained..to)
                .filter(|row| !self.matched[*row])
                .map(|row| row as u32)
                .collect();
            let left = empty(&plan.left_types);
            let columns = kept_columns(&mut self.window, &plan.right_types);
            for rows in rows.chunks(BATCH_ROWS) {
                let padding = vec![NO_ROW; rows.len()];
                ready.push_back(plan.outputs.pairs(&left, &padding, &columns, rows));
            }
        }
        self.drained = self.drained.max(to);
        if to >= 4 * BATCH_ROWS && to * 2 >= self.window.rows() {
            let rows: Vec<u32> = (to as u32..self.window.rows() as u32).collect();
            self.window.keep(&rows);
            self.matched.drain(..to);
            if let Some(next) = self.left.as_mut().and_then(|left| left.next.as_mut()) {
                *next -= to;
            }
            self.group_end -= to;
            self.start -= to;
            self.drained -= to;
        }
    }

    /// The right rows that no left row matched, once the left input is at its end.
    async fn rest(
        &mut self,
        plan: &MergeJoinPlan,
        right: &mut Node,
        cx: &Context,
    ) -> Result<Option<Batch>> {
        if !plan.kind.pads_left() {
            return Ok(None);
        }
        let mut ready = VecDeque::new();
        loop {
            let to = self.window.rows().min(self.drained + BATCH_ROWS);
            if to == self.drained && !self.extend(plan, right, cx).await? {
                return Ok(None);
            }
            self.start = to.max(self.start);
            self.group_end = self.start;
            self.drain(plan, to, &mut ready);
            if let Some(batch) = ready.pop_front() {
                return Ok(Some(batch));
            }
        }
    }
}

impl Operator for MergeJoin {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.run = None;
        self.ready.clear();
        self.left.reset();
        self.right.reset();
    }
}
