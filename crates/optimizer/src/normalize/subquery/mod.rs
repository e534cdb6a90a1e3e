//! Subqueries come bound as joins, dependent ones when they are correlated; here they become ordinary joins.

mod apply_aggregate;
mod apply_aggregate_by_key;
mod apply_filter_transpose;
mod apply_group_by_transpose;
mod apply_join_transpose;
mod apply_project_transpose;
mod apply_to_join;
mod correlation;
mod exists_to_semi;
mod in_to_semi;
mod left_to_cross;
mod mark;
mod mark_to_semi_anti;
mod not_exists_to_anti;
mod null_aware_anti;
mod single_to_left;

pub use apply_aggregate::ApplyAggregate;
pub use apply_aggregate_by_key::ApplyAggregateByKey;
pub use apply_filter_transpose::ApplyFilterTranspose;
pub use apply_group_by_transpose::ApplyGroupByTranspose;
pub use apply_join_transpose::ApplyJoinTranspose;
pub use apply_project_transpose::ApplyProjectTranspose;
pub use apply_to_join::ApplyToJoin;
pub use exists_to_semi::ExistsToSemi;
pub use in_to_semi::InToSemi;
pub use left_to_cross::LeftToCross;
pub use mark_to_semi_anti::MarkToSemiAnti;
pub use not_exists_to_anti::NotExistsToAnti;
pub use null_aware_anti::NullAwareAnti;
pub use single_to_left::SingleToLeft;
