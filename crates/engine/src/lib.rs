//! The engine: a database one can run SQL on, and watch.
//!
//! - [`session`]: [`Engine`], which runs scripts statement by statement; [`Context`], what a run may use of the outside.
//! - [`query`]: the way of a query from bound plan to rows.
//! - [`statement`]: the statements that change something, and EXPLAIN.
//! - [`timeline`]: everything the optimizer did with a query, for pictures and golden texts.
//! - [`catalog`]: tables, views, key indexes, statistics; their bytes.
//! - [`load`], [`csv`]: rows into tables; CSV text.
//! - [`analyze`]: statistics from all rows.
//! - [`datasets`]: sample data in the engine's tables.
//! - `place`: where in the SQL text an expression that failed came from.
//! - [`error`]: why a statement failed.

pub mod analyze;
pub mod catalog;
pub mod csv;
pub mod datasets;
pub mod error;
pub mod load;
mod place;
pub mod query;
pub mod session;
pub mod statement;
pub mod timeline;

pub use catalog::Snapshot;
pub use error::Error;
pub use query::{Phases, QueryResult};
pub use session::{Config, Context, Engine, StatementResult};
pub use timeline::{Timeline, TraceOptions, rule_names};
