//! A script that runs in slices, so that the worker can take messages in between.

use crate::convert;
use crate::database::Shared;
use crate::dto::outcome::Outcome;
use crate::failure::{self, to_js};
use crate::hooks::JsHooks;
use engine::{Context, Error, StatementResult};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use wasm_bindgen::prelude::*;

type Running = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// A running script. Call `step` until it returns the outcome.
#[wasm_bindgen]
pub struct Task {
    text: String,
    shared: Rc<Shared>,
    hooks: Rc<JsHooks>,
    finished: Rc<RefCell<Vec<StatementResult>>>,
    running: Option<Running>,
}

impl Task {
    /// Prepares the script; nothing runs yet.
    pub(crate) fn new(shared: Rc<Shared>, text: String, options: engine::TraceOptions) -> Self {
        let hooks = Rc::new(JsHooks::new());
        let mut context = Context::with_hooks(hooks.clone());
        context.optimizer = options;
        let finished: Rc<RefCell<Vec<StatementResult>>> = Rc::default();
        let (engine, sql, sink) = (shared.engine.clone(), text.clone(), finished.clone());
        let running = Box::pin(async move {
            engine
                .run(&sql, &context, &mut |result| sink.borrow_mut().push(result))
                .await
        });
        Self {
            text,
            shared,
            hooks,
            finished,
            running: Some(running),
        }
    }
}

#[wasm_bindgen]
impl Task {
    /// Runs for about so many milliseconds. Returns an `Outcome` when the script has ended, undefined when it goes on.
    pub fn step(&mut self, budget_ms: f64) -> Result<JsValue, JsValue> {
        let Some(running) = &mut self.running else {
            return Err(failure::usage("the task has ended"));
        };
        let start = self.hooks.now();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let result = loop {
            match running.as_mut().poll(&mut context) {
                Poll::Ready(result) => break result,
                Poll::Pending if self.hooks.now() - start >= budget_ms => {
                    return Ok(JsValue::UNDEFINED);
                }
                Poll::Pending => {}
            }
        };
        self.running = None;
        let finished = std::mem::take(&mut *self.finished.borrow_mut());
        let statements = convert::outcome::statements(finished, &self.text, &self.shared);
        let failure = result.err().map(|error| failure::of(&error, &self.text));
        Ok(to_js(&Outcome {
            statements,
            failure,
        }))
    }

    /// Asks the script to stop: the next steps end it with failure 57014.
    pub fn cancel(&self) {
        self.hooks.cancel();
    }
}
