//! TPC-H rows from the `tpchgen` crate, whose bytes equal those of the benchmark's own dbgen.
//!
//! The first row takes a while (about a second natively, two to three in a browser): tpchgen first writes the 300 MB
//! of text that all comments are cut from. So in a page this is a wasm module of its own, in a worker that ends when the
//! rows are made.
//!
//! - [`scale`]: how many rows.
//! - [`rows`]: the tables and their rows, field by field.
//! - [`batches`]: rows as column batches, for a native program.
//! - [`csv`]: rows as pieces of CSV text, for crossing into JavaScript.
//! - `wasm`: the wasm module: the class `Generator`, the schema and the sample queries.

pub mod batches;
pub mod csv;
pub mod rows;
pub mod scale;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use batches::{batches, generate};
pub use csv::{Chunk, Chunks};
pub use rows::Table;
pub use scale::Scale;
