//! Cardinality estimation. Every estimate is a [`Derivation`]: formula, inputs with their sources, assumption.
//!
//! - [`derivation`]: formulas and derivations.
//! - [`column`]: what is estimated of a column, and how that changes from group to group.
//! - [`histogram`]: fractions of a column in a range or equal to a value.
//! - [`selectivity`]: the fraction of rows for which a predicate is true.
//! - [`rows`]: rows of each operator's output.
//! - [`join`]: selectivities of joins, matching fractions of semi joins.

pub mod column;
pub mod derivation;
pub mod histogram;
pub mod join;
pub mod rows;
pub mod selectivity;

pub use column::ColumnEstimate;
pub use derivation::{Derivation, Formula, Input, number};
pub use selectivity::Estimator;
