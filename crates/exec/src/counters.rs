//! What each operator did: the numbers behind EXPLAIN ANALYZE and the figures on the page.

use std::cell::Cell;

/// What one operator of a plan did in a run, its inputs included in the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Rows it gave, over all loops.
    pub rows: u64,
    /// Batches it gave, over all loops.
    pub batches: u64,
    /// Times it was started; 0 when nobody asked it for rows.
    pub loops: u64,
    /// Loops that came to their end; fewer when somebody above needed no more rows.
    pub ended: u64,
    /// Nanoseconds in it and its inputs, pauses left out; 0 without a clock.
    pub nanos: u64,
    /// The most bytes it held at once in hash tables, sort buffers and kept rows.
    pub memory: usize,
    /// Pages it read itself.
    pub pages_read: u64,
    /// Pages it passed over because of their zone maps.
    pub pages_pruned: u64,
}

/// The same while running.
#[derive(Default)]
pub(crate) struct CounterCell(Cell<Counters>);

impl CounterCell {
    pub(crate) fn get(&self) -> Counters {
        self.0.get()
    }

    #[inline]
    pub(crate) fn change(&self, change: impl FnOnce(&mut Counters)) {
        let mut counters = self.0.get();
        change(&mut counters);
        self.0.set(counters);
    }
}
