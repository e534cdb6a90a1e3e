//! Columns that nobody reads go away, projections meet and vanish.

mod project_remove;

pub use project_remove::ProjectRemove;
