//! Execution: vectorised operators over column batches, and the naive execution of any logical plan.
//!
//! - [`execution`]: [`Execution`], one run of a physical plan: batches out, counters per operator.
//! - [`source`]: [`TableSource`], where table rows come from; [`heap_tables`] and [`memory_tables`] are such sources.
//! - [`hooks`]: what the surroundings lend: clock, cancel flag, giving way.
//! - [`naive`]: any logical plan row by row, to prove everything else against.
//! - [`counters`], [`error`]: what operators did, and why a run failed.

pub mod counters;
pub mod error;
pub mod execution;
pub mod heap_tables;
pub mod hooks;
pub mod memory_tables;
pub mod naive;
pub mod source;

mod aggregate;
mod build;
mod context;
mod expr;
mod kernels;
mod keys;
mod memory;
mod operators;
mod pacer;
mod store;

pub use counters::Counters;
pub use error::{ExecError, Result};
pub use execution::{Execution, Settings};
pub use heap_tables::HeapTables;
pub use hooks::{Hooks, LocalFuture};
pub use memory_tables::MemoryTables;
pub use source::{ColumnRange, CursorStep, ScanRequest, TableCursor, TableSource};
