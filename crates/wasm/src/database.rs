//! The class `Database`.

use crate::convert;
use crate::dto::outcome::SampleQuery;
use crate::failure::{self, to_js};
use crate::hooks::JsHooks;
use crate::task::Task;
use engine::{Config, Context, Engine, QueryResult, TraceOptions};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use storage::block_on;
use types::SortedMap;
use wasm_bindgen::prelude::*;

/// The engine and the results that JavaScript may still ask rows of.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    results: RefCell<SortedMap<u32, QueryResult>>,
    next_result: Cell<u32>,
}

impl Shared {
    /// Keeps a result and gives its id.
    pub(crate) fn keep(&self, result: QueryResult) -> u32 {
        let id = self.next_result.get();
        self.next_result.set(id + 1);
        self.results.borrow_mut().insert(id, result);
        id
    }
}

/// A database in memory. Methods throw `Failure` objects.
#[wasm_bindgen]
pub struct Database {
    shared: Rc<Shared>,
}

fn options(disabled: Option<Vec<String>>) -> Result<TraceOptions, JsValue> {
    let disabled = disabled.unwrap_or_default();
    if let Some(name) = disabled
        .iter()
        .find(|name| !engine::rule_names().contains(&name.as_str()))
    {
        return Err(failure::usage(format!("there is no rule {name}")));
    }
    let mut options = TraceOptions {
        level: 1,
        ..TraceOptions::default()
    };
    // Collecting them into a set would sort them first, with a sort of its own in the module.
    options.disabled.extend(disabled);
    Ok(options)
}

#[wasm_bindgen]
impl Database {
    /// An empty database: bytes a page has (a power of two from 512 to 262,144), frames of the buffer pool.
    #[wasm_bindgen(constructor)]
    pub fn new(page_size: Option<u32>, frames: Option<u32>) -> Result<Database, JsValue> {
        let mut config = Config::default();
        if let Some(bytes) = page_size {
            if !storage::is_page_size(bytes as usize) {
                return Err(failure::usage(
                    "the page size is a power of two from 512 to 262144",
                ));
            }
            config.page_size = bytes as usize;
        }
        if let Some(frames) = frames {
            config.frames = frames.max(16) as usize;
        }
        let engine = block_on(Engine::in_memory(config)).map_err(|e| failure::js(&e, ""))?;
        let shared = Shared {
            engine,
            results: RefCell::default(),
            next_result: Cell::new(1),
        };
        Ok(Self {
            shared: Rc::new(shared),
        })
    }

    /// Starts a script; the `Task` runs it in slices.
    pub fn start(&self, sql: String, disabled_rules: Option<Vec<String>>) -> Result<Task, JsValue> {
        Ok(Task::new(
            self.shared.clone(),
            sql,
            options(disabled_rules)?,
        ))
    }

    /// Runs a script to its end without yielding and gives the rows of its last query: `{ columns, rows }`. Integers and
    /// doubles are numbers (bigint beyond 2^53), booleans booleans, NULL null, everything else text.
    pub fn query(&self, sql: &str) -> Result<JsValue, JsValue> {
        let context = Context::with_hooks(Rc::new(JsHooks::new()));
        let engine = &self.shared.engine;
        let mut last = None;
        let done = &mut |result: engine::StatementResult| last = result.rows.or(last.take());
        run_through(engine.run(sql, &context, done)).map_err(|e| failure::js(&e, sql))?;
        Ok(convert::values::answer(last.as_ref()))
    }

    /// Optimizes the last query of a script and gives the `Trace`; runs nothing.
    pub fn trace(
        &self,
        sql: &str,
        disabled_rules: Option<Vec<String>>,
    ) -> Result<JsValue, JsValue> {
        let context = Context {
            optimizer: options(disabled_rules)?,
            ..Context::default()
        };
        let timeline = self
            .shared
            .engine
            .trace(sql, &context)
            .map_err(|e| failure::js(&e, sql))?;
        let timeline = timeline.ok_or_else(|| failure::usage("there is no query in the text"))?;
        Ok(to_js(&convert::trace::trace(&timeline, sql)))
    }

    /// The text form of the trace, as `planarium trace` prints it.
    #[wasm_bindgen(js_name = traceText)]
    pub fn trace_text(&self, sql: &str, level: u8) -> Result<String, JsValue> {
        let mut context = Context::default();
        context.optimizer.level = level;
        let timeline = self
            .shared
            .engine
            .trace(sql, &context)
            .map_err(|e| failure::js(&e, sql))?;
        let timeline = timeline.ok_or_else(|| failure::usage("there is no query in the text"))?;
        Ok(timeline.text(level))
    }

    /// Why rules did not fire at an occurrence of the plan after a step: `WhyNot[]`, for one rule or for all.
    #[wasm_bindgen(js_name = whyNot)]
    pub fn why_not(
        &self,
        sql: &str,
        step: u32,
        occurrence: u32,
        rule: Option<String>,
        disabled_rules: Option<Vec<String>>,
    ) -> Result<JsValue, JsValue> {
        let context = Context {
            optimizer: options(disabled_rules)?,
            ..Context::default()
        };
        let timeline = self
            .shared
            .engine
            .trace(sql, &context)
            .map_err(|e| failure::js(&e, sql))?;
        let mut timeline =
            timeline.ok_or_else(|| failure::usage("there is no query in the text"))?;
        let answers = timeline.why_not(
            step as usize,
            occurrence,
            rule.as_deref(),
            &context.optimizer,
        );
        Ok(to_js(&convert::trace::why_not(answers, occurrence)))
    }

    /// Rows `start..start + count` of a result, as text: a `RowsWindow`.
    pub fn rows(&self, result: u32, start: u32, count: u32) -> Result<JsValue, JsValue> {
        let results = self.shared.results.borrow();
        let result = results
            .get(&result)
            .ok_or_else(|| failure::usage("the result is gone"))?;
        Ok(to_js(&convert::outcome::window(
            result,
            start as usize,
            count as usize,
        )))
    }

    /// A result as CSV with a header line.
    #[wasm_bindgen(js_name = resultCsv)]
    pub fn result_csv(&self, result: u32) -> Result<String, JsValue> {
        let results = self.shared.results.borrow();
        let result = results
            .get(&result)
            .ok_or_else(|| failure::usage("the result is gone"))?;
        Ok(engine::csv::write(result))
    }

    /// Forgets a result.
    #[wasm_bindgen(js_name = dropResult)]
    pub fn drop_result(&self, result: u32) {
        self.shared.results.borrow_mut().remove(&result);
    }

    /// Loads CSV text with a header line into a table, all rows or none; returns their number.
    #[wasm_bindgen(js_name = insertCsv)]
    pub fn insert_csv(&self, table: &str, text: &[u8]) -> Result<f64, JsValue> {
        let rows = block_on(self.shared.engine.insert_csv(table, text))
            .map_err(|e| failure::js(&e, ""))?;
        Ok(rows as f64)
    }

    /// All tables: `TableSchema[]`.
    pub fn schema(&self) -> JsValue {
        to_js(&convert::schema::tables(&self.shared.engine))
    }

    /// All rules: `RuleCard[]`.
    pub fn rules(&self) -> JsValue {
        to_js(&convert::trace::rules())
    }

    /// The sample queries over the films: `SampleQuery[]`. Those over TPC-H come with its generator.
    pub fn samples(&self) -> JsValue {
        let sample = |s: &data::samples::SampleQuery| SampleQuery {
            id: s.id.into(),
            title: s.title.into(),
            teaches: s.teaches.into(),
            sql: s.sql.into(),
        };
        to_js(&data::samples::FILMS.iter().map(sample).collect::<Vec<_>>())
    }

    /// Makes the film tables: `small`, `medium` or `large`.
    #[wasm_bindgen(js_name = loadFilms)]
    pub fn load_films(&self, size: &str, seed: u32) -> Result<(), JsValue> {
        let size = size
            .parse()
            .map_err(|_| failure::usage("films come as small, medium or large"))?;
        let loaded = engine::datasets::load_films(&self.shared.engine, size, seed.into());
        block_on(loaded).map_err(|e| failure::js(&e, ""))
    }

    /// Bytes of the module's memory, which never shrinks.
    #[wasm_bindgen(js_name = memoryBytes)]
    pub fn memory_bytes(&self) -> f64 {
        memory_bytes()
    }
}

#[cfg(target_arch = "wasm32")]
fn memory_bytes() -> f64 {
    core::arch::wasm32::memory_size(0) as f64 * 65_536.0
}

#[cfg(not(target_arch = "wasm32"))]
fn memory_bytes() -> f64 {
    0.0
}

/// Drives a future over a store that never waits: pending means only that a slice ended.
fn run_through<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
