//! What the module offers to JavaScript: the class `Generator`, and the texts that go with its rows.

use crate::{Chunk, Chunks, Scale};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** A piece of a TPC-H table. */
export interface Chunk {
  table: string
  /** CSV text in UTF-8: column names in the first line, then whole rows. Its buffer may be transferred. */
  bytes: Uint8Array
  /** Rows in this piece. */
  rows: number
  /** Whether this is the table's last piece. */
  last: boolean
  /** How much of all tables is made with this piece: above 0, 1 with the last one. */
  progress: number
}

/** A sample query and what to watch in it. */
export interface SampleQuery {
  id: string
  title: string
  teaches: string
  sql: string
}
";

#[wasm_bindgen]
extern "C" {
    /// A `Chunk` as TypeScript declares it.
    #[wasm_bindgen(typescript_type = "Chunk | undefined")]
    pub type MaybeChunk;

    /// The samples as TypeScript declares them.
    #[wasm_bindgen(typescript_type = "SampleQuery[]")]
    pub type Samples;
}

/// The CREATE TABLE statements of TPC-H.
#[wasm_bindgen]
pub fn schema() -> String {
    data::tpch::SCHEMA.into()
}

/// The sample queries over TPC-H.
#[wasm_bindgen]
pub fn samples() -> Samples {
    let sample = |query: &data::samples::SampleQuery| {
        object(&[
            ("id", query.id.into()),
            ("title", query.title.into()),
            ("teaches", query.teaches.into()),
            ("sql", query.sql.into()),
        ])
    };
    let samples: Array = data::samples::TPCH.iter().map(sample).collect();
    JsValue::from(samples).unchecked_into()
}

/// Makes all eight tables piece by piece, each table after those that it refers to.
#[wasm_bindgen]
pub struct Generator {
    chunks: Chunks,
}

#[wasm_bindgen]
impl Generator {
    /// A generator for a scale from 0.001 to 100; throws for every other one.
    #[wasm_bindgen(constructor)]
    pub fn new(scale: f64) -> Result<Generator, JsError> {
        Ok(Self {
            chunks: Chunks::new(Scale::new(scale)?),
        })
    }

    /// The next piece of about a megabyte, or nothing after the last one. The first call takes seconds, all others
    /// milliseconds.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> MaybeChunk {
        match self.chunks.next() {
            Some(chunk) => chunk_object(&chunk).unchecked_into(),
            None => JsValue::UNDEFINED.unchecked_into(),
        }
    }
}

fn chunk_object(chunk: &Chunk) -> JsValue {
    object(&[
        ("table", JsValue::from(chunk.table.name())),
        ("bytes", Uint8Array::from(&chunk.bytes[..]).into()),
        ("rows", chunk.rows.into()),
        ("last", chunk.last.into()),
        ("progress", chunk.progress.into()),
    ])
}

fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        Reflect::set(&object, &(*name).into(), value).expect("a new object takes every property");
    }
    object.into()
}
