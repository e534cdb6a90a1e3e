//! Giving way: counts work, and when a slice of time is over pauses and looks whether the query was cancelled.

use crate::{ExecError, Hooks, Result};
use std::cell::Cell;
use std::rc::Rc;

/// Row steps between two looks at the clock and the cancel flag: well under a millisecond of simple work.
const QUANTUM: usize = 1 << 15;
/// Without a clock a slice is so many quanta.
const QUANTA: u32 = 64;

/// Counts row steps. A *row step* is one row treated by one operator, or one pair of rows compared.
pub(crate) struct Pacer {
    hooks: Rc<dyn Hooks>,
    slice_nanos: u64,
    /// Row steps since the last look at the clock.
    work: Cell<usize>,
    slice_start: Cell<u64>,
    quanta: Cell<u32>,
    /// Time spent in pauses, which is nobody's running time.
    paused: Cell<u64>,
}

impl Pacer {
    pub(crate) fn new(hooks: Rc<dyn Hooks>, slice_nanos: u64) -> Self {
        let now = hooks.now_nanos();
        Self {
            hooks,
            slice_nanos,
            work: Cell::new(0),
            slice_start: Cell::new(now),
            quanta: Cell::new(0),
            paused: Cell::new(0),
        }
    }

    /// The clock without the pauses.
    pub(crate) fn running_nanos(&self) -> u64 {
        self.hooks.now_nanos().saturating_sub(self.paused.get())
    }

    /// Counts work; true when it is time to [`breathe`](Self::breathe).
    #[inline]
    pub(crate) fn due(&self, row_steps: usize) -> bool {
        let work = self.work.get() + row_steps + 1;
        self.work.set(work);
        work >= QUANTUM
    }

    /// Counts work and gives way when it is time to.
    #[inline]
    pub(crate) async fn tick(&self, row_steps: usize) -> Result<()> {
        if self.due(row_steps) {
            return self.breathe().await;
        }
        Ok(())
    }

    /// Pauses when the slice is over; an error when the query was cancelled.
    pub(crate) async fn breathe(&self) -> Result<()> {
        self.work.set(0);
        self.check()?;
        let now = self.hooks.now_nanos();
        self.quanta.set(self.quanta.get() + 1);
        let over = if now == 0 {
            self.quanta.get() >= QUANTA
        } else {
            now.saturating_sub(self.slice_start.get()) >= self.slice_nanos
        };
        if over {
            self.hooks.pause().await;
            let after = self.hooks.now_nanos();
            self.paused
                .set(self.paused.get() + after.saturating_sub(now));
            self.slice_start.set(after);
            self.quanta.set(0);
            self.check()?;
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        if self.hooks.canceled() {
            return Err(ExecError::Canceled);
        }
        Ok(())
    }
}
