//! Who watches the normalizer.

use crate::rule::view::Binding;
use crate::rule::{Derivation, Rule, Scope};
use plan::{Arena, RelId};

/// A rule firing, as it happens.
pub struct Firing<'a> {
    /// The rule.
    pub rule: &'static dyn Rule,
    /// Input positions from the plan's root to the match.
    pub path: &'a [usize],
    /// The subtree matched.
    pub before: RelId,
    /// What replaces it.
    pub after: RelId,
    /// What the pattern's letters bound.
    pub bindings: &'a [Binding],
    /// What the rule said of where its nodes came from.
    pub lineage: &'a [Derivation],
    /// What the rule knew of the operators above.
    pub scope: &'a Scope,
}

/// A rule whose pattern matched but whose guard did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The rule.
    pub rule: &'static str,
    /// Input positions from the plan's root to the match.
    pub path: Vec<usize>,
    /// The node matched.
    pub node: RelId,
    /// The guard that failed, in words.
    pub reason: String,
}

/// Watches the normalizer. Methods default to nothing; `()` is the silent observer.
pub trait Observer {
    /// How much it wants to know: 0 nothing, 1 firings, 2 rejections too.
    fn level(&self) -> u8 {
        0
    }
    /// The plan that normalization starts from.
    fn begin(&mut self, _arena: &Arena, _root: RelId) {}
    /// A pass begins.
    fn pass(&mut self, _name: &'static str) {}
    /// A rule fired.
    fn fired(&mut self, _arena: &Arena, _firing: &Firing<'_>) {}
    /// A guard held a rule back.
    fn rejected(&mut self, _rejection: &Rejection) {}
    /// The budget was used up after so many firings: the plan stays as it is.
    fn budget_hit(&mut self, _firings: usize) {}
}

impl Observer for () {}
