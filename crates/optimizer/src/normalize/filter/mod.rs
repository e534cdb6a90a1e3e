//! Filters move towards the tables they read.

mod filter_into_join;
mod filter_merge;
mod filter_project_transpose;
mod placement;

pub use filter_into_join::FilterIntoJoin;
pub use filter_merge::FilterMerge;
pub use filter_project_transpose::FilterProjectTranspose;
