//! The passes: which rules run together, and in what order.

use super::*;
use plan::OpKind;
use std::collections::BTreeSet;

/// Rules that run together to a fixpoint.
#[derive(Clone, Copy)]
pub struct Pass {
    /// Its name in traces and on the page.
    pub name: &'static str,
    /// When it runs.
    pub when: When,
    /// In the order they are tried at a node.
    pub rules: &'static [&'static dyn Rule],
}

/// When a pass runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// In every round.
    Always,
    /// In the first round only: its rules add what they would add again.
    First,
}

/// The passes of a round, in order.
pub fn passes() -> &'static [Pass] {
    PASSES
}

static PASSES: &[Pass] = &[
    Pass {
        name: "simplify",
        when: When::Always,
        rules: &[
            &scalar::ConstantFold,
            &scalar::NullPropagate,
            &scalar::BoolSimplify,
            &scalar::NegationPush,
            &scalar::ComparisonCommute,
            &scalar::UnwrapCast,
            &scalar::NullTestSimplify,
            &scalar::CaseSimplify,
            &scalar::FactorConjunct,
            &scalar::InNormalize,
            &scalar::BetweenComposition,
            &scalar::RangeConsolidate,
            &filter::FilterMerge,
            &columns::ProjectMerge,
            &empty::EmptyPropagate,
            &empty::EmptyBranch,
            &empty::EmptyPadding,
            &empty::EmptyAggregate,
            &empty::ValuesFold,
        ],
    },
    Pass {
        name: "unnest",
        when: When::Always,
        rules: &[
            &filter::FilterOuterJoin,
            &subquery::ExistsToSemi,
            &subquery::NotExistsToAnti,
            &subquery::InToSemi,
            &subquery::MarkToSemiAnti,
            &subquery::NullAwareAnti,
            &subquery::ApplyToJoin,
            &subquery::SingleToLeft,
            &subquery::LeftToCross,
            &subquery::ApplyFilterTranspose,
            &subquery::ApplyProjectTranspose,
            &subquery::ApplyAggregate,
            &subquery::ApplyGroupByTranspose,
            &subquery::ApplyJoinTranspose,
            &subquery::ApplyAggregateByKey,
            &aggregate::DistinctBelowSemi,
            &sort_limit::SortBelowUnordered,
            &filter::FilterMerge,
            &columns::ProjectMerge,
        ],
    },
    Pass {
        name: "push filters",
        when: When::Always,
        rules: &[
            &filter::FilterMerge,
            &filter::FilterProjectTranspose,
            &filter::FilterIntoJoin,
            &filter::FilterOuterJoin,
            &filter::FilterAggregateTranspose,
            &filter::FilterSetOpTranspose,
            &filter::FilterSortTranspose,
            &filter::JoinConditionPush,
            &join::OuterToInner,
        ],
    },
    Pass {
        name: "derive filters",
        when: When::First,
        rules: &[&filter::TransitiveConstants, &filter::DisjunctionPerTable],
    },
    Pass {
        name: "push derived filters",
        when: When::First,
        rules: &[
            &filter::FilterMerge,
            &filter::FilterProjectTranspose,
            &filter::FilterIntoJoin,
            &filter::FilterOuterJoin,
            &filter::FilterAggregateTranspose,
            &filter::FilterSetOpTranspose,
            &filter::FilterSortTranspose,
            &filter::JoinConditionPush,
            &join::OuterToInner,
        ],
    },
    Pass {
        name: "groups and sets",
        when: When::Always,
        rules: &[
            &aggregate::UnionToDistinct,
            &aggregate::UnionFlatten,
            &aggregate::IntersectToSemi,
            &aggregate::ExceptToAnti,
            &aggregate::DistinctRemove,
            &aggregate::DistinctToGroupBy,
            &aggregate::DistinctBelowSemi,
            &aggregate::AggregateProjectMerge,
            &aggregate::AggregatePrune,
            &aggregate::CountSimplify,
            &aggregate::AggregateRemove,
            &aggregate::GroupKeyReduce,
            &join::InnerToSemi,
        ],
    },
    Pass {
        name: "order and limits",
        when: When::Always,
        rules: &[
            &sort_limit::LimitRemove,
            &sort_limit::LimitMerge,
            &sort_limit::LimitPush,
            &sort_limit::SortRemove,
            &sort_limit::SortKeyReduce,
            &sort_limit::TopN,
            &sort_limit::SortBelowUnordered,
        ],
    },
    Pass {
        name: "columns",
        when: When::Always,
        rules: &[
            &join::LeftJoinRemove,
            &columns::ColumnPrune,
            &columns::ProjectMerge,
            &columns::ProjectRemove,
        ],
    },
    Pass {
        name: "scans",
        when: When::Always,
        rules: &[&filter::FilterIntoScan],
    },
];

/// The rules of a pass that are switched on, by the kind of operator they match.
pub struct RuleSet {
    by_kind: Vec<Vec<&'static dyn Rule>>,
    /// Some rule looks at the operators above.
    pub looks_up: bool,
}

impl RuleSet {
    /// The rules of a pass that are not disabled.
    pub fn new(pass: &Pass, disabled: &BTreeSet<String>) -> Self {
        let mut set = Self {
            by_kind: vec![Vec::new(); OpKind::TableScan as usize],
            looks_up: false,
        };
        for &rule in pass.rules {
            if disabled.contains(rule.info().name) {
                continue;
            }
            set.looks_up |= rule.looks_up();
            let kinds = rule.pattern().root_kinds();
            for (kind, rules) in set.by_kind.iter_mut().enumerate() {
                if kinds.is_empty() || kinds.iter().any(|k| *k as usize == kind) {
                    rules.push(rule);
                }
            }
        }
        set
    }

    /// No rule is switched on.
    pub fn is_empty(&self) -> bool {
        self.by_kind.iter().all(Vec::is_empty)
    }

    /// The rules that match operators of a kind; none for physical ones.
    pub fn at(&self, kind: OpKind) -> &[&'static dyn Rule] {
        self.by_kind.get(kind as usize).map_or(&[], Vec::as_slice)
    }
}
