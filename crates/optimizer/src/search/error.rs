//! How a search can fail.

/// No physical plan was found: only possible when implementation rules are disabled.
pub type SearchError = crate::error::OptimizerError;
