//! Filters move towards the tables they read, and say there what else they imply.

mod disjunction_per_table;
mod filter_aggregate_transpose;
mod filter_into_join;
mod filter_into_scan;
mod filter_merge;
mod filter_outer_join;
mod filter_project_transpose;
mod filter_set_op_transpose;
mod filter_sort_transpose;
mod join_condition_push;
mod placement;
mod transitive_constants;

pub use disjunction_per_table::DisjunctionPerTable;
pub use filter_aggregate_transpose::FilterAggregateTranspose;
pub use filter_into_join::FilterIntoJoin;
pub use filter_into_scan::FilterIntoScan;
pub use filter_merge::FilterMerge;
pub use filter_outer_join::FilterOuterJoin;
pub use filter_project_transpose::FilterProjectTranspose;
pub use filter_set_op_transpose::FilterSetOpTranspose;
pub use filter_sort_transpose::FilterSortTranspose;
pub use join_condition_push::JoinConditionPush;
pub use transitive_constants::TransitiveConstants;
