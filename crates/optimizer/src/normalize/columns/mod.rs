//! Columns that nobody reads go away, projections meet and vanish.

mod column_prune;
mod project_merge;
mod project_remove;

pub use column_prune::ColumnPrune;
pub use project_merge::ProjectMerge;
pub use project_remove::ProjectRemove;
