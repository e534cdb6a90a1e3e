//! The memory budget of a query: what its hash tables, sort buffers and kept rows may take together.

use crate::{ExecError, Result};
use std::cell::Cell;
use std::rc::Rc;

/// Bytes in use by a query's operators, and the most they may use.
pub(crate) struct Memory {
    used: Cell<usize>,
    peak: Cell<usize>,
    budget: usize,
}

impl Memory {
    pub(crate) fn new(budget: usize) -> Rc<Self> {
        Rc::new(Self {
            used: Cell::new(0),
            peak: Cell::new(0),
            budget,
        })
    }

    pub(crate) fn peak(&self) -> usize {
        self.peak.get()
    }

    pub(crate) fn exhausted(&self) -> ExecError {
        ExecError::OutOfMemory {
            budget: self.budget,
        }
    }
}

/// The share of one operator; given back when dropped.
pub(crate) struct Reservation {
    memory: Rc<Memory>,
    bytes: usize,
    most: usize,
}

impl Reservation {
    pub(crate) fn new(memory: &Rc<Memory>) -> Self {
        Self {
            memory: memory.clone(),
            bytes: 0,
            most: 0,
        }
    }

    /// Says how many bytes the operator holds now; an error when that is more than the budget has left.
    pub(crate) fn set(&mut self, bytes: usize) -> Result<()> {
        let others = self.memory.used.get() - self.bytes;
        if bytes > self.bytes && others.saturating_add(bytes) > self.memory.budget {
            return Err(self.memory.exhausted());
        }
        self.bytes = bytes;
        self.most = self.most.max(bytes);
        self.memory.used.set(others + bytes);
        self.memory
            .peak
            .set(self.memory.peak.get().max(others + bytes));
        Ok(())
    }

    /// The most bytes held at once.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// The error for an allocation that failed.
    pub(crate) fn exhausted(&self) -> ExecError {
        self.memory.exhausted()
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.memory.used.set(self.memory.used.get() - self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_come_back() {
        let memory = Memory::new(100);
        let mut a = Reservation::new(&memory);
        let mut b = Reservation::new(&memory);
        assert_eq!(a.set(60), Ok(()));
        assert_eq!(b.set(41), Err(ExecError::OutOfMemory { budget: 100 }));
        assert_eq!(b.set(40), Ok(()));
        assert_eq!(a.set(10), Ok(()));
        drop(b);
        assert_eq!((a.set(100), memory.peak(), a.most()), (Ok(()), 100, 100));
    }
}
