//! The vocabulary every layer shares: SQL data types and values, column vectors and batches, ids, spans,
//! error codes and the order-preserving key encoding. This crate depends on nothing.
//!
//! - [`data_type`]: [`DataType`], PostgreSQL's names for types.
//! - [`value`]: [`Value`], one SQL value; comparison, text form and parsing per type.
//! - [`decimal`], [`datetime`], [`interval`]: arithmetic and text of those types.
//! - [`vector`], [`strings`], [`bitmap`], [`batch`]: columns of values for vectorised execution.
//! - [`ids`], [`span`], [`error`]: names for things, places in SQL text, SQLSTATE codes.
//! - [`key`]: bytes that sort as the values do. - [`sorted_map`]: a small map in the order of its keys.
//! - [`small_sort`]: sorting a handful.

pub mod batch;
pub mod bitmap;
pub mod data_type;
pub mod datetime;
pub mod decimal;
pub mod error;
pub mod ids;
pub mod interval;
pub mod key;
pub mod small_sort;
pub mod sorted_map;
pub mod span;
pub mod strings;
pub mod value;
pub mod vector;

pub use batch::{BATCH_ROWS, Batch};
pub use bitmap::Bitmap;
pub use data_type::DataType;
pub use decimal::Decimal;
pub use error::{DataError, SqlState};
pub use ids::{ColId, TableId};
pub use interval::Interval;
pub use small_sort::insertion_sort_by;
pub use sorted_map::SortedMap;
pub use span::Span;
pub use strings::StrVec;
pub use value::Value;
pub use vector::{Column, Vector};
