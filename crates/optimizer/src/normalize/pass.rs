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
        name: "filters",
        when: When::Always,
        rules: &[
            &filter::FilterMerge,
            &filter::FilterProjectTranspose,
            &filter::FilterIntoJoin,
        ],
    },
    Pass {
        name: "columns",
        when: When::Always,
        rules: &[&columns::ProjectRemove],
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
