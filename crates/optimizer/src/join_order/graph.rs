//! Join hypergraphs: which sets of relations a join operator connects.

use super::rel_set::RelSet;

/// A hyperedge between two disjoint sets of relations. With one relation on both sides it is a simple edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edge {
    /// One end.
    pub left: RelSet,
    /// The other.
    pub right: RelSet,
}

/// A hypergraph over relations 0 to n - 1.
#[derive(Debug, Clone)]
pub struct Graph {
    /// Number of relations.
    pub relations: usize,
    /// Neighbours of each relation over simple edges.
    simple: Vec<RelSet>,
    /// The other edges, both ways.
    hyper: Vec<Edge>,
}

impl Graph {
    /// The graph with these edges; repeated and empty ones do not count.
    pub fn new(relations: usize, edges: impl IntoIterator<Item = Edge>) -> Self {
        let mut graph = Self {
            relations,
            simple: vec![RelSet::EMPTY; relations],
            hyper: Vec::new(),
        };
        edges.into_iter().for_each(|edge| graph.add(edge));
        graph
    }

    /// Adds an edge.
    pub fn add(&mut self, edge: Edge) {
        let Edge { left, right } = edge;
        if left.is_empty() || right.is_empty() {
            return;
        }
        if left.len() == 1 && right.len() == 1 {
            self.simple[left.least()] |= right;
            self.simple[right.least()] |= left;
        } else if !self.hyper.contains(&edge) {
            self.hyper.push(edge);
            self.hyper.push(Edge {
                left: right,
                right: left,
            });
        }
    }

    /// The hyperedges that are not simple.
    pub fn hyperedges(&self) -> impl Iterator<Item = Edge> + '_ {
        self.hyper.iter().step_by(2).copied()
    }

    /// Relations that `set` can grow by, outside `excluded`: simple neighbours, and the least relation of the far end
    /// of each hyperedge whose near end the set holds (DPhyp, section 2.3).
    pub fn neighbours(&self, set: RelSet, excluded: RelSet) -> RelSet {
        let outside = excluded | set;
        let mut found = set
            .iter()
            .fold(RelSet::EMPTY, |found, r| found | self.simple[r])
            - outside;
        if self.hyper.is_empty() {
            return found;
        }
        let simple = found;
        for edge in &self.hyper {
            // A far end that holds a neighbour already is reached by growing through that one.
            if edge.left.is_subset(set)
                && !edge.right.intersects(outside)
                && !edge.right.intersects(simple)
            {
                found |= edge.right.least_set();
            }
        }
        found
    }

    /// True when an edge goes from inside `left` to inside `right`.
    pub fn connects(&self, left: RelSet, right: RelSet) -> bool {
        let (few, many) = if left.len() <= right.len() {
            (left, right)
        } else {
            (right, left)
        };
        few.iter().any(|r| self.simple[r].intersects(many))
            || self
                .hyper
                .iter()
                .any(|e| e.left.is_subset(left) && e.right.is_subset(right))
    }

    /// Sets of relations that can be joined without a cross product, as far as edges alone tell.
    pub fn components(&self) -> Vec<RelSet> {
        let mut sets: Vec<RelSet> = Vec::new();
        let mut rest = RelSet::first(self.relations);
        while !rest.is_empty() {
            let mut set = rest.least_set();
            loop {
                let more = set.iter().fold(set, |found, r| found | self.simple[r]);
                if more == set {
                    break;
                }
                set = more;
            }
            rest = rest - set;
            sets.push(set);
        }
        // A hyperedge joins two components when each holds one of its ends.
        while let Some((a, b)) = self.joined_by_hyperedge(&sets) {
            let gone = sets.swap_remove(a.max(b));
            sets[a.min(b)] |= gone;
        }
        types::insertion_sort_by(&mut sets, RelSet::cmp);
        sets
    }

    fn joined_by_hyperedge(&self, sets: &[RelSet]) -> Option<(usize, usize)> {
        self.hyper.iter().find_map(|edge| {
            let a = sets.iter().position(|s| edge.left.is_subset(*s))?;
            let b = sets.iter().position(|s| edge.right.is_subset(*s))?;
            (a != b).then_some((a, b))
        })
    }
}
