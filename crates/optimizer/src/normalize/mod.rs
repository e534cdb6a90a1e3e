//! The rules that always help, one a file, by family, and the passes they run in.

pub mod aggregate;
pub mod columns;
mod dependencies;
pub mod empty;
mod failure;
pub mod filter;
pub mod join;
mod pass;
pub mod scalar;
pub mod sort_limit;
pub mod subquery;

pub use pass::{Pass, RuleSet, When, passes};

use crate::rule::Rule;

/// All normalization rules, by family.
pub fn rules() -> &'static [&'static dyn Rule] {
    RULES
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|r| r.info().name == name)
}

static RULES: &[&dyn Rule] = &[
    &scalar::ConstantFold,
    &scalar::NullPropagate,
    &scalar::BoolSimplify,
    &scalar::NegationPush,
    &scalar::ComparisonCommute,
    &scalar::UnwrapCast,
    &scalar::FactorConjunct,
    &scalar::InNormalize,
    &scalar::BetweenComposition,
    &scalar::RangeConsolidate,
    &scalar::NullTestSimplify,
    &scalar::CaseSimplify,
    &filter::FilterMerge,
    &filter::FilterProjectTranspose,
    &filter::FilterIntoJoin,
    &filter::FilterOuterJoin,
    &filter::JoinConditionPush,
    &filter::FilterAggregateTranspose,
    &filter::FilterSetOpTranspose,
    &filter::FilterSortTranspose,
    &filter::TransitiveConstants,
    &filter::DisjunctionPerTable,
    &filter::FilterIntoScan,
    &columns::ProjectMerge,
    &columns::ProjectRemove,
    &columns::ColumnPrune,
    &join::OuterToInner,
    &join::LeftJoinRemove,
    &join::InnerToSemi,
    &subquery::ExistsToSemi,
    &subquery::NotExistsToAnti,
    &subquery::InToSemi,
    &subquery::MarkToSemiAnti,
    &subquery::NullAwareAnti,
    &subquery::SingleToLeft,
    &subquery::LeftToCross,
    &subquery::ApplyToJoin,
    &subquery::ApplyFilterTranspose,
    &subquery::ApplyProjectTranspose,
    &subquery::ApplyAggregate,
    &subquery::ApplyGroupByTranspose,
    &subquery::ApplyJoinTranspose,
    &subquery::ApplyAggregateByKey,
    &aggregate::AggregateProjectMerge,
    &aggregate::AggregateRemove,
    &aggregate::GroupKeyReduce,
    &aggregate::DistinctRemove,
    &aggregate::DistinctToGroupBy,
    &aggregate::DistinctBelowSemi,
    &aggregate::AggregatePrune,
    &aggregate::CountSimplify,
    &aggregate::UnionToDistinct,
    &aggregate::UnionFlatten,
    &aggregate::IntersectToSemi,
    &aggregate::ExceptToAnti,
    &sort_limit::LimitMerge,
    &sort_limit::LimitRemove,
    &sort_limit::LimitPush,
    &sort_limit::TopN,
    &sort_limit::SortRemove,
    &sort_limit::SortBelowUnordered,
    &sort_limit::SortKeyReduce,
    &empty::EmptyPropagate,
    &empty::EmptyBranch,
    &empty::EmptyPadding,
    &empty::EmptyAggregate,
    &empty::ValuesFold,
];
