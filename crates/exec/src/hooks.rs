//! What the surroundings lend to a running query: a clock, a cancel flag, and the chance to give way.

use std::future::Future;
use std::pin::Pin;

/// A future on this thread.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What a running query asks of its surroundings. Every method has a default, so `()` is the surroundings of tests:
/// no clock, no cancelling, no giving way.
pub trait Hooks {
    /// Nanoseconds on a clock that never goes back; always 0 when there is no clock.
    fn now_nanos(&self) -> u64 {
        0
    }

    /// True once the query shall stop; asked every few ten thousand row steps.
    fn canceled(&self) -> bool {
        false
    }

    /// Called when the query has run for a slice of time: resolves when it may go on. A worker lets its event loop
    /// take messages meanwhile.
    fn pause(&self) -> LocalFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Hooks for () {}
