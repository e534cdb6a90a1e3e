//! Indexes: from encoded keys ([`types::key`]) to the places of rows.
//!
//! - [`index`]: [`Index`], what every index can do; its errors.
//! - [`hash`]: [`HashIndex`], unique keys in memory.

pub mod hash;
pub mod index;

pub use hash::HashIndex;
pub use index::{Index, IndexError};
