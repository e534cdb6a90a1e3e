//! Clock, cancel flag and giving way, from JavaScript.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen::{JsCast, JsValue};

/// The surroundings of a run in the browser. A pause makes the future pending once; whoever polls it decides when to go on.
#[derive(Default)]
pub struct JsHooks {
    canceled: Cell<bool>,
    performance: Option<web_sys::Performance>,
}

impl JsHooks {
    /// Hooks on the clock of this window or worker.
    pub fn new() -> Self {
        let performance =
            js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("performance"));
        Self {
            canceled: Cell::new(false),
            performance: performance.ok().and_then(|p| p.dyn_into().ok()),
        }
    }

    /// Asks the run to stop.
    pub fn cancel(&self) {
        self.canceled.set(true);
    }

    /// Milliseconds on the clock.
    pub fn now(&self) -> f64 {
        self.performance
            .as_ref()
            .map_or(0.0, web_sys::Performance::now)
    }
}

impl exec::Hooks for JsHooks {
    fn now_nanos(&self) -> u64 {
        (self.now() * 1e6) as u64
    }

    fn canceled(&self) -> bool {
        self.canceled.get()
    }

    fn pause(&self) -> exec::LocalFuture<'_, ()> {
        Box::pin(PendingOnce(false))
    }
}

struct PendingOnce(bool);

impl Future for PendingOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        Poll::Pending
    }
}
