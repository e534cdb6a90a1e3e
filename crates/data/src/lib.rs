//! Sample data made from a seed, and the queries that go with it.
//!
//! - [`films`]: a classroom set of films in three sizes, skewed and correlated on purpose; every row is invented.
//! - [`tpch`]: the TPC-H schema (its rows come from the crate of that name).
//! - [`samples`]: queries over both, each with the one thing to watch for.
//! - [`schema`]: tables, columns and keys read from the schema texts.
//! - [`table`]: rows gathered into column batches.
//! - [`random`]: random numbers in integers only, so that native and wasm make the same bytes.

pub mod films;
pub mod random;
pub mod samples;
pub mod schema;
pub mod table;
pub mod tpch;

pub use table::{RowWriter, TableData};
