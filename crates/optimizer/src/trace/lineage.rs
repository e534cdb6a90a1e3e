//! Occurrences of a rewritten subtree.
//!
//! A subtree of the replacement that is equal to one of the replaced subtree is that one, kept: each old occurrence is
//! kept at most once, in pre-order; where an equal subtree occurs more often than before, the surplus is a copy. Any other node
//! comes from what the rule declared, else from the bound node of its kind that is not kept elsewhere, else from nothing.

use super::observer::Firing;
use super::{Occ, OccId, Origin, Trace};
use crate::rule::Derivation;
use plan::{Arena, RelId};
use std::collections::{HashMap, HashSet};

/// The occurrences of a plan or subtree by their nodes.
pub struct Old {
    by_node: HashMap<RelId, Vec<OccId>>,
}

impl Old {
    /// All occurrences below a root.
    pub fn of(trace: &Trace, root: OccId) -> Self {
        let mut by_node: HashMap<RelId, Vec<OccId>> = HashMap::new();
        for id in trace.preorder(root) {
            by_node.entry(trace.occ(id).node).or_default().push(id);
        }
        Self { by_node }
    }

    /// The first occurrence of a node, in pre-order.
    pub fn first(&self, node: RelId) -> Option<OccId> {
        self.by_node.get(&node).map(|ids| ids[0])
    }
}

/// Makes the occurrences of a replacement.
pub struct Replaced<'a> {
    arena: &'a Arena,
    trace: &'a mut Trace,
    born: u32,
    old: Old,
    kept: HashSet<OccId>,
    bindings: &'a [(char, OccId)],
    lineage: &'a [Derivation],
    /// Nodes of the replacement: a bound node among them is kept and is nobody's source by default.
    new_nodes: HashSet<RelId>,
}

impl<'a> Replaced<'a> {
    /// For the replacement of the subtree at `before`.
    pub fn new(
        arena: &'a Arena,
        trace: &'a mut Trace,
        born: u32,
        before: OccId,
        bindings: &'a [(char, OccId)],
        firing: &Firing<'a>,
    ) -> Self {
        let mut new_nodes = HashSet::new();
        let mut stack = vec![firing.after];
        while let Some(node) = stack.pop() {
            if new_nodes.insert(node) {
                stack.extend(arena.inputs(node));
            }
        }
        let old = Old::of(trace, before);
        Self {
            arena,
            trace,
            born,
            old,
            kept: HashSet::new(),
            bindings,
            lineage: firing.lineage,
            new_nodes,
        }
    }

    /// The occurrence of a node of the replacement.
    pub fn occurrence(&mut self, node: RelId) -> OccId {
        if let Some(ids) = self.old.by_node.get(&node) {
            if let Some(&free) = ids.iter().find(|id| !self.kept.contains(id)) {
                self.kept.extend(self.trace.preorder(free));
                return free;
            }
            return self.copy(ids[0]);
        }
        let inputs = self.arena.inputs(node).to_vec();
        let kids = inputs.into_iter().map(|n| self.occurrence(n)).collect();
        let from = self.sources(node);
        self.push(node, kids, from)
    }

    fn copy(&mut self, id: OccId) -> OccId {
        let Occ { node, kids, .. } = self.trace.occ(id).clone();
        let kids = kids.into_iter().map(|kid| self.copy(kid)).collect();
        self.push(node, kids, vec![id])
    }

    fn push(&mut self, node: RelId, kids: Vec<OccId>, from: Vec<OccId>) -> OccId {
        self.trace.occurrences.push(Occ {
            node,
            kids,
            origin: if from.is_empty() {
                Origin::Created
            } else {
                Origin::Derived
            },
            from,
            born: self.born,
        });
        OccId(self.trace.occurrences.len() as u32 - 1)
    }

    fn sources(&self, node: RelId) -> Vec<OccId> {
        let mut declared = self.lineage.iter().filter(|d| d.node == node).peekable();
        if declared.peek().is_some() {
            let mut from = Vec::new();
            for source in declared.flat_map(|d| &d.from) {
                let occ = self
                    .bindings
                    .iter()
                    .map(|(_, occ)| *occ)
                    .find(|occ| self.trace.occ(*occ).node == *source)
                    .or_else(|| self.old.first(*source));
                from.extend(occ.filter(|occ| !from.contains(occ)));
            }
            return from;
        }
        let kind = self.arena.op(node).kind();
        self.bindings
            .iter()
            .map(|(_, occ)| *occ)
            .find(|occ| {
                let source = self.trace.occ(*occ).node;
                self.arena.op(source).kind() == kind && !self.new_nodes.contains(&source)
            })
            .into_iter()
            .collect()
    }
}
