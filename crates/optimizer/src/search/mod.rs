//! The search: a normalized plan goes into the memo, join orders are enumerated, physical operators are costed top-down
//! with bounds, and the cheapest plan comes out.
//!
//! - [`copy_in`]: the plan becomes groups; joins become blocks.
//! - [`task`]: the task stack: optimize a group for an order, cost a candidate.
//! - [`extract`]: the winner as a plan of physical operators.
//! - [`observer`]: who watches.
//! - [`text`]: memo and winning plan as text.
//! - [`error`]: how it can fail.

pub mod copy_in;
pub mod error;
pub mod extract;
pub mod observer;
pub mod options;
pub mod task;
pub mod text;

#[cfg(test)]
mod tests;

pub use error::SearchError;
pub use extract::PhysicalInfo;
pub use observer::{SearchObserver, Silent};
pub use options::SearchOptions;
pub use task::Task;

use crate::implement::RuleSet;
use crate::memo::{ANY, GroupId, Memo, MemoView};
use crate::stats::Derivation;
use plan::{Arena, RelId};

/// What a search did, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Pairs of relation sets put into the memo.
    pub pairs: u64,
    /// Pairs that a conflict rule forbade.
    pub rejected: u64,
    /// Logical expressions added again.
    pub duplicates: u64,
    /// Tasks run.
    pub tasks: u64,
    /// Physical expressions costed in full.
    pub costed: u64,
    /// Physical expressions given up at a bound.
    pub pruned: u64,
}

/// A search under way; [`Search::step`] runs one task.
pub struct Search {
    pub(crate) memo: Memo,
    pub(crate) rules: RuleSet,
    pub(crate) options: SearchOptions,
    pub(crate) counters: Counters,
    pub(crate) fallback: Option<String>,
    pub(crate) tasks: Vec<Task>,
    source: RelId,
}

/// The result of a search.
pub struct Searched {
    /// The cheapest plan, of physical operators only.
    pub physical: RelId,
    /// Its operators in pre-order.
    pub nodes: Vec<PhysicalInfo>,
    /// The memo, to look at.
    pub memo: Memo,
    /// Pairs of relation sets put into the memo.
    pub pairs: u64,
    /// Why join enumeration fell back to another algorithm, if it did.
    pub fallback: Option<String>,
    /// The search in numbers.
    pub counters: Counters,
}

impl Searched {
    /// Estimated cost of the whole plan in nanoseconds.
    pub fn cost(&self) -> f64 {
        self.nodes.first().map_or(0.0, |n| n.cost)
    }

    /// How the row estimate of an operator came about.
    pub fn derivation(&self, arena: &Arena, node: usize) -> Derivation {
        self.memo.derivation(arena, self.nodes[node].group)
    }

    /// The memo as text lists, winners marked.
    pub fn view(&self, arena: &Arena) -> MemoView {
        self.memo.view(arena, self.pairs, self.fallback.clone())
    }
}

/// Finds the cheapest physical plan of a normalized logical one. Fails only when disabled rules leave an operator
/// without a way to run it.
pub fn optimize(
    arena: &mut Arena,
    root: RelId,
    options: &SearchOptions,
    observer: &mut dyn SearchObserver,
) -> Result<Searched, SearchError> {
    let mut search = Search::start(arena, root, options, observer);
    while search.step(arena, observer) {}
    search.finish(arena, observer)
}

impl Search {
    /// Puts a plan into the memo, with all join orders, and the first task on the stack.
    pub fn start(
        arena: &mut Arena,
        root: RelId,
        options: &SearchOptions,
        observer: &mut dyn SearchObserver,
    ) -> Self {
        let mut search = Self {
            memo: Memo::new(options.constants),
            rules: RuleSet::without(&options.disabled),
            options: options.clone(),
            counters: Counters::default(),
            fallback: None,
            tasks: Vec::new(),
            source: root,
        };
        let group = search.copy_in(arena, root, observer);
        search.memo.root = group;
        search.memo.root_order = if options.required.is_empty() {
            ANY
        } else {
            search.memo.orders.intern(&options.required)
        };
        let context = search.memo.make_context(group, search.memo.root_order);
        search.push(
            Task::Optimize {
                context,
                limit: f64::INFINITY,
            },
            observer,
        );
        search
    }

    /// The memo so far.
    pub fn memo(&self) -> &Memo {
        &self.memo
    }

    /// The tasks that wait, the next one last.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Takes the cheapest plan out once no task is left.
    pub fn finish(
        mut self,
        arena: &mut Arena,
        observer: &mut dyn SearchObserver,
    ) -> Result<Searched, SearchError> {
        let (physical, nodes) = self.extract(arena, self.source)?;
        observer.plan_extracted(&self.memo, physical);
        Ok(Searched {
            physical,
            nodes,
            pairs: self.counters.pairs,
            fallback: self.fallback.take(),
            counters: self.counters,
            memo: self.memo,
        })
    }

    /// The group of the whole plan.
    pub fn root(&self) -> GroupId {
        self.memo.root
    }
}
