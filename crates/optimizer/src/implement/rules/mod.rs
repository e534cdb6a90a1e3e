//! The rules of the search stage, in one list: what explores and what implements.

pub mod aggregate;
pub mod join;
pub mod limit;
pub mod scan;
pub mod set;

use super::Method;
use crate::explore;
use crate::memo::{JoinFacts, Methods};
use crate::rule::{Pattern, RuleInfo};
use plan::Op;
use types::ColId;

/// A rule of the search: data, and for implementation rules the check of its guards.
pub struct SearchRule {
    /// What it says of itself.
    pub info: RuleInfo,
    /// The operators it applies to.
    pub pattern: &'static Pattern,
    /// Its side conditions: name and condition in words.
    pub guards: &'static [(&'static str, &'static str)],
    /// The methods it offers for an operator; none when the pattern or a guard does not fit.
    pub methods: fn(&Candidate<'_>) -> Vec<Method>,
}

/// What an implementation rule looks at.
pub struct Candidate<'a> {
    /// The operator, unless it is a join.
    pub op: Option<&'a Op>,
    /// The join, if it is one.
    pub join: Option<JoinFacts>,
    /// Grouping columns, or those that DISTINCT compares.
    pub keys: &'a [ColId],
    /// Inner joins come in both orders, so building on one side is enough.
    pub commutes: bool,
}

/// A rule of the search by its position in [`SEARCH_RULES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub u8);

/// Every rule of the search.
pub static SEARCH_RULES: &[&SearchRule] = &[
    &explore::JOIN_COMMUTE,
    &explore::DPHYP_ENUMERATE,
    &explore::GREEDY_OPERATOR_ORDERING,
    &scan::SCAN,
    &scan::VALUES,
    &scan::FILTER,
    &scan::PROJECT,
    &join::HASH_JOIN,
    &join::HASH_SEMI_JOIN,
    &join::HASH_MARK_JOIN,
    &join::HASH_SINGLE_JOIN,
    &join::MERGE_JOIN,
    &join::NESTED_LOOP,
    &join::APPLY,
    &aggregate::HASH_AGGREGATE,
    &aggregate::STREAM_AGGREGATE,
    &limit::SORT_ENFORCER,
    &limit::SORT_BY_INPUT_ORDER,
    &limit::TOP_N_HEAP,
    &limit::TOP_N_BY_INPUT_ORDER,
    &limit::LIMIT,
    &set::APPEND,
    &set::HASH_SET_OP,
    &explore::TRANSITIVE_EDGES,
];

impl RuleId {
    /// Exchanges the inputs of an inner join.
    pub const JOIN_COMMUTE: Self = Self(0);
    /// Enumerates join orders.
    pub const DPHYP_ENUMERATE: Self = Self(1);
    /// The named fallback for large blocks.
    pub const GREEDY_OPERATOR_ORDERING: Self = Self(2);
    /// Sorts any plan of a group.
    pub const SORT_ENFORCER: Self = Self(16);
    /// Joins along implied equalities.
    pub const TRANSITIVE_EDGES: Self = Self(23);

    /// The rule.
    pub fn rule(self) -> &'static SearchRule {
        SEARCH_RULES[self.0 as usize]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.rule().info.name
    }
}

/// A set of rules that are switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSet(u64);

impl RuleSet {
    /// All but the rules of these names.
    pub fn without(disabled: &[String]) -> Self {
        let on = SEARCH_RULES
            .iter()
            .enumerate()
            .filter(|(_, rule)| !disabled.iter().any(|name| name == rule.info.name))
            .fold(0, |set, (at, _)| set | 1 << at);
        Self(on)
    }

    /// True when the rule is switched on.
    pub fn contains(self, rule: RuleId) -> bool {
        self.0 >> rule.0 & 1 == 1
    }

    /// What the rules that are switched on offer.
    pub fn methods(self, candidate: &Candidate<'_>) -> Methods {
        self.iter()
            .flat_map(|id| {
                let methods = (id.rule().methods)(candidate);
                methods.into_iter().map(move |method| (id, method))
            })
            .collect()
    }

    /// The rules that are switched on, in order.
    pub fn iter(self) -> impl Iterator<Item = RuleId> {
        (0..SEARCH_RULES.len() as u8)
            .map(RuleId)
            .filter(move |id| self.contains(*id))
    }
}

/// The answer of rules that implement nothing.
pub fn none(_: &Candidate<'_>) -> Vec<Method> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Stage;

    #[test]
    fn every_rule_is_complete_and_named_once() {
        for (at, rule) in SEARCH_RULES.iter().enumerate() {
            let info = &rule.info;
            assert!(!info.law.is_empty() && !info.source.is_empty() && !info.example.is_empty());
            assert!(info.stage != Stage::Normalize, "{}", info.name);
            assert!(SEARCH_RULES[..at].iter().all(|r| r.info.name != info.name));
        }
        assert_eq!(RuleId::SORT_ENFORCER.name(), "SortEnforcer");
        assert_eq!(RuleId::DPHYP_ENUMERATE.name(), "DPhypEnumerate");
        assert_eq!(RuleId::TRANSITIVE_EDGES.name(), "TransitiveEdges");
        assert!(SEARCH_RULES.len() <= 64);
    }

    #[test]
    fn disabled_rules_are_off() {
        let set = RuleSet::without(&["MergeJoin".to_string()]);
        assert_eq!(set.iter().count(), SEARCH_RULES.len() - 1);
        assert!(set.iter().all(|r| r.name() != "MergeJoin"));
    }
}
