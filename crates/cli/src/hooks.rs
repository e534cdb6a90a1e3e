//! The clock of the machine.

use std::time::Instant;

/// Time since the start of the program; never cancels, never pauses.
pub struct NativeHooks {
    start: Instant,
}

impl NativeHooks {
    /// Starts the clock.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl exec::Hooks for NativeHooks {
    fn now_nanos(&self) -> u64 {
        // 0 means that there is no clock.
        self.start.elapsed().as_nanos() as u64 + 1
    }
}
