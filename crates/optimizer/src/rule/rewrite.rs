//! What a rewrite works with: the match, the arena to build in, and the lineage of what it builds.

use super::view::{self, Binding, Scope, View};
use plan::{AggItem, Arena, JoinKind, Op, ProjectItem, RelId, ScalarId};
use types::ColId;

/// Where a node that a rule made came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// The node made.
    pub node: RelId,
    /// The nodes of the replaced subtree it came from.
    pub from: Vec<RelId>,
}

/// A match to rewrite.
pub struct Rewrite<'a> {
    /// Where new nodes are interned.
    pub arena: &'a mut Arena,
    /// What lies above.
    pub scope: &'a Scope,
    bindings: &'a [Binding],
    lineage: Vec<Derivation>,
}

impl<'a> Rewrite<'a> {
    /// A rewrite of a match.
    pub fn new(arena: &'a mut Arena, scope: &'a Scope, bindings: &'a [Binding]) -> Self {
        Self {
            arena,
            scope,
            bindings,
            lineage: Vec::new(),
        }
    }

    /// The lineage declared.
    pub fn into_lineage(self) -> Vec<Derivation> {
        self.lineage
    }

    /// The same match, to read.
    pub fn view(&self) -> View<'_> {
        View::new(self.arena, self.scope, self.bindings, None)
    }

    /// The node a letter bound.
    pub fn rel(&self, letter: char) -> RelId {
        view::find(self.bindings, letter)
    }

    /// The conjuncts of the filter a letter bound.
    pub fn filter(&self, letter: char) -> Vec<ScalarId> {
        view::filter_of(self.arena.op(self.rel(letter))).to_vec()
    }

    /// Kind, condition and dependence of the join a letter bound.
    pub fn join(&self, letter: char) -> (JoinKind, Vec<ScalarId>, bool) {
        let (kind, on, dependent) = view::join_of(self.arena.op(self.rel(letter)));
        (kind, on.to_vec(), dependent)
    }

    /// The items of the projection a letter bound.
    pub fn project(&self, letter: char) -> Vec<ProjectItem> {
        view::project_of(self.arena.op(self.rel(letter))).to_vec()
    }

    /// Keys and aggregates of the aggregation a letter bound.
    pub fn aggregate(&self, letter: char) -> (Vec<ColId>, Vec<AggItem>) {
        let (keys, aggs) = view::aggregate_of(self.arena.op(self.rel(letter)));
        (keys.to_vec(), aggs.to_vec())
    }

    /// The inputs of what a letter bound.
    pub fn inputs(&self, letter: char) -> Vec<RelId> {
        self.arena.inputs(self.rel(letter)).to_vec()
    }

    /// Interns a node that came from the letters' nodes (`"FJ"`: from F and J merged); no letters: it is new.
    pub fn add(&mut self, op: Op, inputs: Vec<RelId>, from: &str) -> RelId {
        let node = self.arena.rel(op, inputs);
        self.derive(node, from);
        node
    }

    /// Says that a node came from the letters' nodes. Without a word about it, a node counts as derived from the bound
    /// node of its kind that the rewrite replaced, if there is one, else as created.
    pub fn derive(&mut self, node: RelId, from: &str) {
        let from = from.chars().map(|letter| self.rel(letter)).collect();
        self.derive_from(node, from);
    }

    /// The same with nodes below the bound ones.
    pub fn derive_from(&mut self, node: RelId, from: Vec<RelId>) {
        self.lineage.push(Derivation { node, from });
    }

    /// A filter with the conjuncts over the input, or the input itself when there are none.
    pub fn add_filter(&mut self, predicates: Vec<ScalarId>, input: RelId, from: &str) -> RelId {
        if predicates.is_empty() {
            return input;
        }
        self.add(Op::Filter { predicates }, vec![input], from)
    }

    /// A join.
    pub fn add_join(
        &mut self,
        kind: JoinKind,
        on: Vec<ScalarId>,
        dependent: bool,
        [left, right]: [RelId; 2],
        from: &str,
    ) -> RelId {
        self.add(
            Op::Join {
                kind,
                on,
                dependent,
            },
            vec![left, right],
            from,
        )
    }

    /// A projection.
    pub fn add_project(&mut self, items: Vec<ProjectItem>, input: RelId, from: &str) -> RelId {
        self.add(Op::Project { items }, vec![input], from)
    }

    /// Projection items that pass columns on.
    pub fn passed_on(&mut self, columns: &[ColId]) -> Vec<ProjectItem> {
        columns
            .iter()
            .map(|&col| ProjectItem {
                col,
                expr: self.arena.col(col),
            })
            .collect()
    }
}
