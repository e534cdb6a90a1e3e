//! What happened to a plan, step by step.
//!
//! Every plan version is a tree of *occurrences*. An [`Occ`] in a version is either the very one of the version before
//! (kept), or it names the occurrences it came from: one (moved, changed), several (merged), one that others name too
//! (split, copied), none (created). What no occurrence of the next version keeps or names was dropped. The page draws
//! motion from this alone.
//!
//! - [`observer`]: who watches; `()` watches nothing and costs nothing.
//! - [`recorder`]: the observer that builds a [`Trace`].
//! - [`lineage`]: occurrences of a rewritten subtree.
//! - [`replay`]: the last plan from the first and the firings alone.
//! - [`mod@text`]: the text form, each firing as a diff, and its hash.

pub mod lineage;
pub mod observer;
pub mod recorder;
pub mod replay;
pub mod text;

pub use observer::{Firing, Observer, Rejection};
pub use recorder::Recorder;
pub use replay::replay;
pub use text::{hash, text};

use crate::rule::matcher::Evidence;
use plan::RelId;

/// An occurrence of an operator in plan versions: index into [`Trace::occurrences`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OccId(pub u32);

/// How an occurrence came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// From nothing before it.
    Created,
    /// A copy of the one before because something below it changed: it stays in place.
    Spine,
    /// From the occurrences it names.
    Derived,
}

/// An occurrence of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occ {
    /// The operator over its inputs.
    pub node: RelId,
    /// The occurrences of its inputs.
    pub kids: Vec<OccId>,
    /// The occurrences of the version before that it came from.
    pub from: Vec<OccId>,
    /// How it came to be.
    pub origin: Origin,
    /// The step that made it: index into [`Trace::steps`].
    pub born: u32,
}

/// Which part of the way a step belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The plan as bound.
    Logical,
    /// A firing of a normalization rule.
    Normalize,
    /// The search for the cheapest plan, as one step.
    Search,
    /// The physical plan.
    Physical,
}

impl Phase {
    /// The phase's name in traces and on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logical => "logical",
            Self::Normalize => "normalize",
            Self::Search => "search",
            Self::Physical => "physical",
        }
    }
}

/// The replacement of a subtree: all that replaying needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// Input positions from the root to the subtree.
    pub path: Vec<usize>,
    /// The subtree replaced.
    pub before: RelId,
    /// What it became.
    pub after: RelId,
}

/// A step: one plan version, and what led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which part of the way.
    pub phase: Phase,
    /// The pass it belongs to; empty outside of normalization.
    pub pass: &'static str,
    /// The plan's root after the step.
    pub root: OccId,
    /// The rule that fired; `None` for the bound plan, the search, and the physical plan.
    pub rule: Option<&'static str>,
    /// Where the rule matched, in the plan before.
    pub before: Option<OccId>,
    /// What stands there now, in this step's plan.
    pub after: Option<OccId>,
    /// The pattern's letters on occurrences of the plan before.
    pub bindings: Vec<(char, OccId)>,
    /// Why the rule was allowed to fire: each guard with the fact that decided it.
    pub evidence: Vec<Evidence>,
    /// What happened, in one sentence.
    pub sentence: String,
    /// The change, when a rule fired.
    pub replacement: Option<Replacement>,
}

/// Everything that happened to a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// All occurrences of all versions; an occurrence's inputs come before it.
    pub occurrences: Vec<Occ>,
    /// All versions in order; the first is the bound plan.
    pub steps: Vec<Step>,
    /// Rules that matched but were held back by a guard, with the step that was the latest then; only at level 2.
    pub rejections: Vec<(u32, Rejection)>,
    /// The budget of firings was used up after this many.
    pub budget_hit: Option<usize>,
}

impl Trace {
    /// An occurrence.
    pub fn occ(&self, id: OccId) -> &Occ {
        &self.occurrences[id.0 as usize]
    }

    /// Names of the rules that fired, each once, in order of their first firing.
    pub fn rules(&self) -> Vec<&'static str> {
        let mut out = Vec::new();
        for rule in self.steps.iter().filter_map(|s| s.rule) {
            if !out.contains(&rule) {
                out.push(rule);
            }
        }
        out
    }

    /// The occurrences of a plan version in pre-order, given its root.
    pub fn preorder(&self, root: OccId) -> Vec<OccId> {
        let mut out = Vec::new();
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            out.push(id);
            stack.extend(self.occ(id).kids.iter().rev());
        }
        out
    }

    /// The input positions from a plan version's root to one of its occurrences.
    pub fn path(&self, root: OccId, to: OccId) -> Option<Vec<usize>> {
        let mut stack = vec![(root, Vec::new())];
        while let Some((id, path)) = stack.pop() {
            if id == to {
                return Some(path);
            }
            for (at, kid) in self.occ(id).kids.iter().enumerate().rev() {
                let mut path = path.clone();
                path.push(at);
                stack.push((*kid, path));
            }
        }
        None
    }

    /// The replacements of all firings, in order.
    pub fn replacements(&self) -> impl Iterator<Item = &Replacement> {
        self.steps.iter().filter_map(|s| s.replacement.as_ref())
    }

    /// The plan of a step.
    pub fn plan(&self, step: usize) -> RelId {
        self.occ(self.steps[step].root).node
    }
}
