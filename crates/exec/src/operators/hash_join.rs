//! Hash join: keeps the rows of one input by key, then looks up the keys of the other input's rows.
//!
//! What a kind keeps beyond matching pairs is kept by flags: of the probe side within its batch, of the build side for
//! the whole run.

use super::build_side::{BuildSide, Lookup, keys};
use super::pairs::{Outputs, Residual, Types};
use super::{Node, Operator};
use crate::context::Context;
use crate::expr::Expr;
use crate::kernels::gather::NO_ROW;
use crate::keys::{KeyTable, NO_KEY};
use crate::{LocalFuture, Result};
use plan::{JoinKind, Side};
use std::collections::VecDeque;
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Column, DataError};

/// The parts of a hash join that do not change while it runs.
pub(crate) struct HashJoinPlan {
    pub(crate) kind: JoinKind,
    /// The side that is kept; the right one for kinds that ask about left rows with NULLs in mind.
    pub(crate) build: Side,
    pub(crate) build_keys: Vec<Expr>,
    pub(crate) probe_keys: Vec<Expr>,
    pub(crate) residual: Option<Residual>,
    pub(crate) outputs: Outputs,
    /// Types of the columns of the build side and of the probe side.
    pub(crate) build_types: Types,
    pub(crate) probe_types: Types,
}

/// The operator.
pub(crate) struct HashJoin {
    plan: HashJoinPlan,
    build: Node,
    probe: Node,
    make_table: Box<dyn Fn() -> KeyTable>,
    state: State,
    at: usize,
}

enum State {
    Start,
    Probe(Box<Run>),
    End,
}

/// The build side's rows, and where the probe side is.
struct Run {
    side: BuildSide,
    /// Build rows that were matched, when the kind asks.
    matched: Vec<bool>,
    probing: Option<Probing>,
    ready: VecDeque<Batch>,
    /// The next build row to come out when the probe side is at its end.
    rest: Option<usize>,
}

/// A batch of the probe side.
struct Probing {
    batch: Batch,
    lookup: Lookup,
    /// Rows with a match, counted among those that count, when the kind asks.
    matched: Vec<bool>,
}

impl HashJoin {
    pub(crate) fn new(
        plan: HashJoinPlan,
        build: Node,
        probe: Node,
        make_table: Box<dyn Fn() -> KeyTable>,
        at: usize,
    ) -> Self {
        Self {
            plan,
            build,
            probe,
            make_table,
            state: State::Start,
            at,
        }
    }

    async fn pull(&mut self, cx: &Context) -> Result<Option<Batch>> {
        if matches!(self.state, State::Start) {
            let plan = &self.plan;
            let (keys, types) = (&plan.build_keys, &plan.build_types);
            let side =
                BuildSide::new((self.make_table)(), keys, types, &mut self.build, cx).await?;
            let memory = side.most_memory();
            cx.counters[self.at].change(|c| c.memory = c.memory.max(memory));
            let matched = vec![false; if plan.keeps_build() { side.rows } else { 0 }];
            let run = Run {
                side,
                matched,
                probing: None,
                ready: VecDeque::new(),
                rest: None,
            };
            // Without build rows these kinds give nothing, whatever the probe side holds.
            let barren = match self.plan.kind {
                JoinKind::Inner => true,
                JoinKind::Semi => true,
                JoinKind::Left | JoinKind::Anti => self.plan.build == Side::Left,
                JoinKind::Right => self.plan.build == Side::Right,
                _ => false,
            };
            self.state = if run.side.rows == 0 && barren {
                State::End
            } else {
                State::Probe(Box::new(run))
            };
        }
        loop {
            let State::Probe(run) = &mut self.state else {
                return Ok(None);
            };
            if let Some(batch) = run.ready.pop_front() {
                return Ok(Some(batch));
            }
            if let Some(from) = run.rest {
                match run.unprobed(&self.plan, from) {
                    Some(batch) => return Ok(Some(batch)),
                    None if run.rest.is_some() => continue,
                    None => {
                        self.state = State::End;
                        return Ok(None);
                    }
                }
            }
            if run.probing.is_some() {
                cx.pacer.tick(BATCH_ROWS).await?;
                run.step(&self.plan, cx)?;
                continue;
            }
            match self.probe.next(cx).await? {
                Some(batch) => {
                    cx.pacer.tick(batch.len()).await?;
                    run.begin(&self.plan, batch, cx)?;
                }
                None if self.plan.keeps_build() => run.rest = Some(0),
                None => self.state = State::End,
            }
        }
    }
}

impl HashJoinPlan {
    /// Build rows come out at the end: those that were not matched, or for a semi join those that were.
    fn keeps_build(&self) -> bool {
        match self.kind {
            JoinKind::Full => true,
            JoinKind::Left | JoinKind::Semi | JoinKind::Anti => self.build == Side::Left,
            JoinKind::Right => self.build == Side::Right,
            _ => false,
        }
    }

    /// Probe rows without match come out, padded.
    fn pads_probe(&self) -> bool {
        match self.kind {
            JoinKind::Full => true,
            JoinKind::Left | JoinKind::Single => self.build == Side::Right,
            JoinKind::Right => self.build == Side::Left,
            _ => false,
        }
    }

    /// Probe rows come out by whether they have a match.
    fn asks_for_match(&self) -> bool {
        self.build == Side::Right && matches!(self.kind, JoinKind::Semi | JoinKind::Anti)
    }

    /// Pairs come out.
    fn gives_pairs(&self) -> bool {
        self.kind.keeps_right()
    }

    fn pairs(
        &self,
        probe: &[Arc<Column>],
        probe_rows: &[u32],
        build: &[Arc<Column>],
        build_rows: &[u32],
    ) -> Batch {
        match self.build {
            Side::Right => self.outputs.pairs(probe, probe_rows, build, build_rows),
            Side::Left => self.outputs.pairs(build, build_rows, probe, probe_rows),
        }
    }
}

impl Run {
    /// Looks up the keys of a probe batch.
    fn begin(&mut self, plan: &HashJoinPlan, batch: Batch, cx: &Context) -> Result<()> {
        let keys = keys(&plan.probe_keys, &batch, cx)?;
        let lookup = self.side.look_up(&keys, batch.len());
        if plan.asks_for_match() && plan.residual.is_none() {
            let wanted = plan.kind == JoinKind::Semi;
            let rows: Vec<u32> = batch
                .selected()
                .zip(&lookup.ids)
                .filter(|(_, id)| (**id != NO_KEY) == wanted)
                .map(|(row, _)| row as u32)
                .collect();
            self.give_left(plan, &batch, rows);
            return Ok(());
        }
        let needs_flags = plan.pads_probe() || plan.asks_for_match();
        self.probing = Some(Probing {
            matched: vec![false; if needs_flags { lookup.ids.len() } else { 0 }],
            batch,
            lookup,
        });
        Ok(())
    }

    /// The next pairs of the current probe batch.
    fn step(&mut self, plan: &HashJoinPlan, cx: &Context) -> Result<()> {
        let Some(mut probing) = self.probing.take() else {
            return Ok(());
        };
        // Without a residual, padded rows come out in their place.
        let pad_now = plan.pads_probe() && plan.residual.is_none();
        let (mut positions, mut build_rows) = self.side.candidates(&mut probing.lookup, pad_now);
        let selection = probing.batch.selection.clone();
        let raw = |positions: &[u32]| match &selection {
            Some(selection) => positions.iter().map(|at| selection[*at as usize]).collect(),
            None => positions.to_vec(),
        };
        let mut probe_rows: Vec<u32> = raw(&positions);
        if let Some(residual) = &plan.residual
            && !positions.is_empty()
        {
            let probe = (&probing.batch.columns[..], &probe_rows[..]);
            let build = (&self.side.columns[..], &build_rows[..]);
            let verdict = match plan.build {
                Side::Right => residual.judge(cx, probe, build, false)?,
                Side::Left => residual.judge(cx, build, probe, false)?,
            };
            let keep = |rows: &[u32]| -> Vec<u32> {
                verdict.holds.iter().map(|at| rows[*at as usize]).collect()
            };
            (positions, build_rows, probe_rows) =
                (keep(&positions), keep(&build_rows), keep(&probe_rows));
        }
        if plan.kind == JoinKind::Single && !(self.side.unique && plan.residual.is_none()) {
            // Flags tell a second match, also across the pieces of a batch.
            for (position, build) in positions.iter().zip(&build_rows) {
                if *build != NO_ROW
                    && std::mem::replace(&mut probing.matched[*position as usize], true)
                {
                    return Err(DataError::MoreThanOneRow.into());
                }
            }
        } else if !probing.matched.is_empty() {
            positions
                .iter()
                .for_each(|at| probing.matched[*at as usize] = true);
        }
        if !self.matched.is_empty() {
            for row in build_rows.iter().filter(|row| **row != NO_ROW) {
                self.matched[*row as usize] = true;
            }
        }
        if plan.gives_pairs() && !positions.is_empty() {
            let columns = &probing.batch.columns;
            let batch = plan.pairs(columns, &probe_rows, &self.side.columns, &build_rows);
            self.ready.push_back(batch);
        }
        if !probing.lookup.is_done() {
            self.probing = Some(probing);
            return Ok(());
        }
        let unmatched_or = |wanted: bool| -> Vec<u32> {
            let matched = probing.matched.iter().enumerate();
            matched
                .filter(|(_, matched)| **matched == wanted)
                .map(|(at, _)| at as u32)
                .collect()
        };
        if plan.asks_for_match() {
            let rows = raw(&unmatched_or(plan.kind == JoinKind::Semi));
            self.give_left(plan, &probing.batch, rows);
        } else if plan.pads_probe() && plan.residual.is_some() {
            let rows = raw(&unmatched_or(false));
            if !rows.is_empty() {
                let padding = vec![NO_ROW; rows.len()];
                let columns = &probing.batch.columns;
                let batch = plan.pairs(columns, &rows, &self.side.columns, &padding);
                self.ready.push_back(batch);
            }
        }
        Ok(())
    }

    /// Gives probe rows as they are: the left rows of a semi or anti join.
    fn give_left(&mut self, plan: &HashJoinPlan, batch: &Batch, rows: Vec<u32>) {
        if rows.is_empty() {
            return;
        }
        let mut out = Batch {
            columns: plan.outputs.left_only(batch, None),
            rows: batch.rows,
            selection: batch.selection.clone(),
        };
        if rows.len() < batch.len() {
            out.selection = Some(Arc::new(rows));
        }
        self.ready.push_back(out);
    }

    /// Build rows from `from` on that come out at the end.
    fn unprobed(&mut self, plan: &HashJoinPlan, from: usize) -> Option<Batch> {
        let wanted = plan.kind == JoinKind::Semi;
        let mut rows = Vec::new();
        let mut at = from;
        while at < self.side.rows && rows.len() < BATCH_ROWS {
            if self.matched[at] == wanted {
                rows.push(at as u32);
            }
            at += 1;
        }
        self.rest = (at < self.side.rows).then_some(at);
        if rows.is_empty() {
            return None;
        }
        // One more look is needed to see that there are none left.
        self.rest = Some(at);
        let padding = vec![NO_ROW; rows.len()];
        let empty: Vec<Arc<Column>> = plan
            .probe_types
            .iter()
            .map(|ty| Arc::new(crate::expr::nulls(0, *ty)))
            .collect();
        Some(plan.pairs(&empty, &padding, &self.side.columns, &rows))
    }
}

impl Operator for HashJoin {
    fn next<'a>(&'a mut self, cx: &'a Context) -> LocalFuture<'a, Result<Option<Batch>>> {
        Box::pin(self.pull(cx))
    }

    fn reset(&mut self) {
        self.state = State::Start;
        self.build.reset();
        self.probe.reset();
    }
}
