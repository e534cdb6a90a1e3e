//! Columns that a block's inner equalities make equal.
//!
//! An equality that follows from others must not count twice: neither in the condition of a join, where one equality a
//! class and pair is enough, nor in the estimate. With d the distinct counts of the joined members of a class, the
//! equalities among them keep `min(d) / product(d)` of the cross product, in whatever order they are joined.

use super::conflict::JoinOp;
use super::rel_set::RelSet;
use types::ColId;

/// A column of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The column.
    pub col: ColId,
    /// The relation that has it.
    pub relation: usize,
    /// Distinct values in the relation.
    pub distinct: f64,
    /// Distinct values before predicates on other columns.
    pub domain: f64,
    /// Fraction NULL.
    pub nulls: f64,
}

/// Columns connected by equalities.
#[derive(Debug, Clone, PartialEq)]
pub struct EqualClass {
    /// The columns.
    pub members: Vec<Member>,
    /// Relations with a member.
    pub relations: RelSet,
    /// The equalities: operator of the block and the two members.
    pub edges: Vec<(usize, usize, usize)>,
    /// Every two members of different relations have an equality, so all members of a joined set are equal.
    pub complete: bool,
}

/// A merge of two clusters of equal columns by a join.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassStep {
    /// The equality kept.
    pub op: usize,
    /// Distinct values on one side.
    pub left: f64,
    /// Distinct values on the other.
    pub right: f64,
    /// Fraction of the one side's values that is not NULL, if that was not asked before.
    pub left_present: f64,
    /// The same of the other side.
    pub right_present: f64,
}

impl ClassStep {
    /// The fraction of pairs it keeps.
    pub fn selectivity(&self) -> f64 {
        self.left_present * self.right_present / self.left.max(self.right).max(1.0)
    }
}

/// The classes of a block's inner equalities between plain columns.
pub fn build(ops: &[JoinOp], member: impl Fn(ColId, usize) -> Member) -> Vec<EqualClass> {
    let mut classes: Vec<EqualClass> = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        let Some((a, b)) = op.column_equality else {
            continue;
        };
        let find = |classes: &[EqualClass], col: ColId| {
            classes
                .iter()
                .position(|c| c.members.iter().any(|m| m.col == col))
        };
        let (left, right) = (find(&classes, a.0), find(&classes, b.0));
        let into = match (left, right) {
            (Some(x), Some(y)) if x != y => {
                let gone = classes.remove(x.max(y));
                let kept = x.min(y);
                let shift = classes[kept].members.len();
                classes[kept].members.extend(gone.members);
                let moved = gone
                    .edges
                    .iter()
                    .map(|(o, a, b)| (*o, a + shift, b + shift));
                classes[kept].edges.extend(moved);
                kept
            }
            (Some(x), _) | (None, Some(x)) => x,
            (None, None) => {
                classes.push(EqualClass {
                    members: Vec::new(),
                    relations: RelSet::EMPTY,
                    edges: Vec::new(),
                    complete: false,
                });
                classes.len() - 1
            }
        };
        let class = &mut classes[into];
        let mut place = |(col, relation): (ColId, usize)| {
            class
                .members
                .iter()
                .position(|m| m.col == col)
                .unwrap_or_else(|| {
                    class.members.push(member(col, relation));
                    class.members.len() - 1
                })
        };
        let (a, b) = (place(a), place(b));
        class.edges.push((at, a, b));
    }
    for class in &mut classes {
        class.relations = class.members.iter().map(|m| m.relation).collect();
        class.complete = class.relations.len() == class.members.len()
            && (0..class.members.len()).all(|a| {
                (0..a).all(|b| {
                    class
                        .edges
                        .iter()
                        .any(|(_, x, y)| (*x, *y) == (a, b) || (*x, *y) == (b, a))
                })
            });
    }
    classes
}

impl EqualClass {
    /// What joining `left` and `right` makes equal: one step for each two clusters that become one, in order of the
    /// equalities. `crossing` tells which operators the join applies.
    pub fn steps(
        &self,
        left: RelSet,
        right: RelSet,
        crossing: &dyn Fn(usize) -> bool,
        each: &mut dyn FnMut(ClassStep),
    ) {
        if !self.relations.intersects(left) || !self.relations.intersects(right) {
            return;
        }
        if self.complete {
            let Some((op, _, _)) = self.edges.iter().find(|(op, ..)| crossing(*op)) else {
                return;
            };
            let side = |set: RelSet| {
                let mut members = self.members.iter().filter(|m| set.contains(m.relation));
                let first = members.next().map_or((1.0, 0.0), |m| (m.domain, m.nulls));
                let mut least = first.0;
                let mut present = 1.0 - first.1;
                for member in members {
                    least = least.min(member.domain);
                    present = 1.0;
                }
                (least, present)
            };
            let ((l, left_present), (r, right_present)) = (side(left), side(right));
            each(ClassStep {
                op: *op,
                left: l,
                right: r,
                left_present,
                right_present,
            });
            return;
        }
        self.clustered_steps(left, right, crossing, each);
    }

    fn clustered_steps(
        &self,
        left: RelSet,
        right: RelSet,
        crossing: &dyn Fn(usize) -> bool,
        each: &mut dyn FnMut(ClassStep),
    ) {
        let mut cluster: Vec<usize> = (0..self.members.len()).collect();
        let mut join = |a: usize, b: usize| -> Option<(usize, usize)> {
            let (a, b) = (cluster[a], cluster[b]);
            if a == b {
                return None;
            }
            for c in &mut cluster {
                if *c == b {
                    *c = a;
                }
            }
            Some((a, b))
        };
        let mut least: Vec<f64> = self.members.iter().map(|m| m.domain).collect();
        let mut present: Vec<f64> = self.members.iter().map(|m| 1.0 - m.nulls).collect();
        for inside in [true, false] {
            for (op, a, b) in &self.edges {
                let ends = RelSet::single(self.members[*a].relation)
                    | RelSet::single(self.members[*b].relation);
                let within = ends.is_subset(left) || ends.is_subset(right);
                let applies = if inside {
                    within
                } else {
                    !within && crossing(*op)
                };
                if !applies {
                    continue;
                }
                let Some((a, b)) = join(*a, *b) else {
                    continue;
                };
                if !inside {
                    each(ClassStep {
                        op: *op,
                        left: least[a],
                        right: least[b],
                        left_present: present[a],
                        right_present: present[b],
                    });
                }
                least[a] = least[a].min(least[b]);
                present[a] = 1.0;
            }
        }
    }
}
