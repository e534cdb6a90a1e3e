//! The rules that always help, one a file, by family, and the passes they run in.

pub mod columns;
pub mod filter;
mod pass;
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
    &columns::ProjectMerge,
    &columns::ProjectRemove,
    &columns::ColumnPrune,
];
