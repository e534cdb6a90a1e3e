//! DPhyp (Moerkotte and Neumann, "Dynamic Programming Strikes Back", 2008): every pair of connected, disjoint sets of
//! relations with an edge between them, each once, in an order in which the parts of a pair come before it.
//!
//! Sets grow from their least relation upward; whatever lies below the start is excluded, so no set is grown from two
//! starts and no pair is met from both of its sides.

use super::graph::Graph;
use super::rel_set::RelSet;
use crate::memo::hashing::WordSet;

/// What becomes of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Some join operator may connect the two: their union can be used further.
    Joined,
    /// No join operator may.
    Rejected,
    /// Enough pairs were seen.
    Stop,
}

/// Sets looked at for each pair of the budget, at most: hyperedges can make many sets that join nothing.
const SETS_A_PAIR: usize = 64;

/// Enumerates all pairs of the graph. Returns false when `visit` said stop, or when the work is out of proportion to a
/// budget of pairs.
pub fn enumerate(
    graph: &Graph,
    budget: usize,
    visit: &mut dyn FnMut(RelSet, RelSet) -> Verdict,
) -> bool {
    let mut run = Run {
        graph,
        joined: (0..graph.relations).map(RelSet::single).collect(),
        visit,
        steps: budget.saturating_add(1_000).saturating_mul(SETS_A_PAIR),
        stopped: false,
    };
    for start in (0..graph.relations).rev() {
        let set = RelSet::single(start);
        run.emit_set(set);
        run.grow_left(set, RelSet::up_to(start));
        if run.stopped {
            return false;
        }
    }
    true
}

struct Run<'r> {
    graph: &'r Graph,
    /// Sets that can be joined.
    joined: WordSet<RelSet>,
    visit: &'r mut dyn FnMut(RelSet, RelSet) -> Verdict,
    /// Sets that may still be looked at.
    steps: usize,
    stopped: bool,
}

impl Run<'_> {
    /// Grows a left side by every nonempty set of its neighbours.
    fn grow_left(&mut self, left: RelSet, excluded: RelSet) {
        let around = self.graph.neighbours(left, excluded);
        for more in around.subsets() {
            if self.out_of_steps() {
                return;
            }
            if self.joined.contains(&(left | more)) {
                self.emit_set(left | more);
            }
        }
        for more in around.subsets() {
            if self.stopped {
                return;
            }
            self.grow_left(left | more, excluded | around);
        }
    }

    /// Finds the right sides of a left side: each starts at a neighbour above the left side's least relation.
    fn emit_set(&mut self, left: RelSet) {
        let excluded = left | RelSet::up_to(left.least());
        let around = self.graph.neighbours(left, excluded);
        for start in (0..self.graph.relations).rev() {
            if !around.contains(start) {
                continue;
            }
            let right = RelSet::single(start);
            if self.graph.connects(left, right) {
                self.emit_pair(left, right);
            }
            // Neighbours below the start are starts of their own.
            self.grow_right(left, right, excluded | (around & RelSet::up_to(start)));
            if self.stopped {
                return;
            }
        }
    }

    fn grow_right(&mut self, left: RelSet, right: RelSet, excluded: RelSet) {
        let around = self.graph.neighbours(right, excluded | left);
        for more in around.subsets() {
            if self.out_of_steps() {
                return;
            }
            let grown = right | more;
            if self.joined.contains(&grown) && self.graph.connects(left, grown) {
                self.emit_pair(left, grown);
            }
        }
        for more in around.subsets() {
            if self.stopped {
                return;
            }
            self.grow_right(left, right | more, excluded | around);
        }
    }

    fn out_of_steps(&mut self) -> bool {
        match self.steps.checked_sub(1) {
            Some(left) => self.steps = left,
            None => self.stopped = true,
        }
        self.stopped
    }

    fn emit_pair(&mut self, left: RelSet, right: RelSet) {
        match (self.visit)(left, right) {
            Verdict::Joined => {
                self.joined.insert(left | right);
            }
            Verdict::Rejected => {}
            Verdict::Stop => self.stopped = true,
        }
    }
}
