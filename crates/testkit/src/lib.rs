//! What tests of several crates share; nothing of it ships.
//!
//! - [`golden`]: scripts of directives, inputs and expected outputs, rewritten by `UPDATE=1`.
//! - [`rng`]: seeded random numbers.
//! - [`database`]: random tables with few distinct values, NULLs, duplicates and keys; a catalog over them.
//! - [`query`]: random SQL over such tables, valid for PostgreSQL.
//! - [`rows`]: comparing results as bags or sequences.
//! - [`facts`]: derived properties of plans against executed data.

pub mod database;
pub mod facts;
pub mod golden;
pub mod query;
pub mod rng;
pub mod rows;

pub use database::Database;
pub use rng::Rng;
