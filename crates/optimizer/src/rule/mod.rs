//! What a rule is. A rule is data first: [`RuleInfo`] (name, law, source, …), a [`Pattern`] and named [`Guard`]s, which
//! one shared [`matcher`] checks; then a rewrite. The rule cards, the drawn pattern, the evidence of a firing and the
//! answer to "why did it not fire here?" all come from these.

mod declare;
pub mod matcher;
pub mod pattern;
pub mod rewrite;
pub mod view;

pub(crate) use declare::rule;
pub use pattern::Pattern;
pub use rewrite::{Derivation, Rewrite};
pub use view::{Scope, View};

use plan::RelId;

/// Which stage of optimization a rule belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Always better: applied to a fixpoint.
    Normalize,
    /// Adds equivalent logical expressions to the memo.
    Explore,
    /// Adds physical expressions to the memo.
    Implement,
}

impl Stage {
    /// The stage's name in traces and on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normalize => "normalize",
            Self::Explore => "explore",
            Self::Implement => "implement",
        }
    }
}

/// The group a rule is listed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants are their own names")]
pub enum Family {
    Scalar,
    Filter,
    Columns,
    Join,
    Subquery,
    Aggregate,
    SortLimit,
    Empty,
    Implementation,
}

impl Family {
    /// The family's name in traces and on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Filter => "filter",
            Self::Columns => "columns",
            Self::Join => "join",
            Self::Subquery => "subquery",
            Self::Aggregate => "aggregate",
            Self::SortLimit => "sort and limit",
            Self::Empty => "empty",
            Self::Implementation => "implementation",
        }
    }
}

/// What a rule says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its name: one spelling in code, scripts, traces and on the page.
    pub name: &'static str,
    /// The group it is listed under.
    pub family: Family,
    /// The stage it runs in.
    pub stage: Stage,
    /// The algebraic law it applies.
    pub law: &'static str,
    /// Where the law comes from.
    pub source: &'static str,
    /// When applying it would change the answer.
    pub wrong_when: &'static str,
    /// A query in which it fires.
    pub example: &'static str,
}

/// A side condition of a rule: named data with a check.
pub struct Guard {
    /// A short name, such as `reads one side`.
    pub name: &'static str,
    /// The condition in words, with the pattern's letters.
    pub says: &'static str,
    /// Whether it holds for what the pattern bound; tells the deciding fact through [`View::fact`].
    pub holds: fn(&View<'_>) -> bool,
}

/// A normalization rule.
pub trait Rule: Sync {
    /// What it says of itself.
    fn info(&self) -> &'static RuleInfo;
    /// The operators it applies to, with letters.
    fn pattern(&self) -> &'static Pattern;
    /// The side conditions, in the order they are checked.
    fn guards(&self) -> &'static [Guard];
    /// True when a guard or the rewrite looks at the [`Scope`]: at what the operators above need.
    fn looks_up(&self) -> bool {
        false
    }
    /// The replacement of the matched operator. Called when pattern and guards hold; giving the matched node itself back
    /// means that there was nothing to change.
    fn apply(&self, rewrite: &mut Rewrite<'_>) -> RelId;
    /// What the firing did, in one concrete sentence.
    fn sentence(&self, view: &View<'_>, after: RelId) -> String;
}
