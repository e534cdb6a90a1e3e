//! Grouping, DISTINCT and set operations: what cannot change groups goes, and set operations become joins and groups.

mod aggregate_project_merge;
mod aggregate_prune;
mod aggregate_remove;
mod count_simplify;
mod distinct_below_semi;
mod distinct_remove;
mod distinct_to_group_by;
mod except_to_anti;
mod group_key_reduce;
mod intersect_to_semi;
pub(in crate::normalize) mod set_op;
mod union_flatten;
mod union_to_distinct;

pub use aggregate_project_merge::AggregateProjectMerge;
pub use aggregate_prune::AggregatePrune;
pub use aggregate_remove::AggregateRemove;
pub use count_simplify::CountSimplify;
pub use distinct_below_semi::DistinctBelowSemi;
pub use distinct_remove::DistinctRemove;
pub use distinct_to_group_by::DistinctToGroupBy;
pub use except_to_anti::ExceptToAnti;
pub use group_key_reduce::GroupKeyReduce;
pub use intersect_to_semi::IntersectToSemi;
pub use union_flatten::UnionFlatten;
pub use union_to_distinct::UnionToDistinct;
