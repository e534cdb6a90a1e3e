//! Costs: sums of named terms, in nanoseconds.
//!
//! - [`constants`]: what a unit of each kind of work costs.
//! - [`terms`]: an operator's own cost as amounts of work.
//! - [`model`]: the work of each physical operator.

pub mod constants;
pub mod model;
pub mod terms;

pub use constants::{ALL_WORK, Constants, Work};
pub use terms::{CostTerm, Terms};
