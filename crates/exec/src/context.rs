//! What all operators of one run share.

use crate::counters::CounterCell;
use crate::memory::{Memory, Reservation};
use crate::pacer::Pacer;
use crate::{Hooks, Settings, TableSource};
use plan::ScalarId;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use types::Value;

/// What all operators of one run share.
pub(crate) struct Context {
    pub(crate) pacer: Pacer,
    pub(crate) memory: Rc<Memory>,
    pub(crate) tables: Rc<dyn TableSource>,
    /// Values of outer columns for subtrees that run once for each outer row.
    pub(crate) params: RefCell<Vec<Value>>,
    random: Cell<u64>,
    /// The innermost expression that failed.
    pub(crate) fault: Cell<Option<ScalarId>>,
    /// One cell for each operator, in pre-order of the plan.
    pub(crate) counters: Vec<CounterCell>,
}

impl Context {
    pub(crate) fn new(
        tables: Rc<dyn TableSource>,
        settings: &Settings,
        hooks: Rc<dyn Hooks>,
        operators: usize,
        params: usize,
    ) -> Self {
        Self {
            pacer: Pacer::new(hooks, settings.slice_nanos),
            memory: Memory::new(settings.memory_budget),
            tables,
            params: RefCell::new(vec![Value::Null; params]),
            random: Cell::new(settings.seed),
            fault: Cell::new(None),
            counters: (0..operators).map(|_| CounterCell::default()).collect(),
        }
    }

    /// The next random double in [0, 1): SplitMix64 (Steele, Lea and Flood, 2014), upper 53 bits.
    pub(crate) fn random(&self) -> f64 {
        let state = self.random.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.random.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn reservation(&self) -> Reservation {
        Reservation::new(&self.memory)
    }
}
