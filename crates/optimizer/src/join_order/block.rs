//! A join block: a maximal tree of joins whose order may change, over relations that are anything else.

use super::classes::EqualClass;
use super::conflict::JoinOp;
use super::graph::Graph;
use super::rel_set::{MAX_RELATIONS, RelSet};
use crate::memo::GroupId;
use crate::memo::hashing::WordMap;
use plan::{Arena, ColSet, JoinKind, Op, RelId, ScalarId, props};
use std::collections::VecDeque;
use types::ColId;

/// A place in the block's original join tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// A relation.
    Relation(usize),
    /// A join.
    Node(usize),
}

/// A join of the original tree. A right join is held as the left join of its exchanged inputs.
#[derive(Debug, Clone)]
pub struct JoinNode {
    /// What it keeps.
    pub kind: JoinKind,
    /// Its condition.
    pub on: Vec<ScalarId>,
    /// Its left input.
    pub left: Tree,
    /// Its right input.
    pub right: Tree,
    /// Relations below on the left.
    pub left_set: RelSet,
    /// Relations below on the right.
    pub right_set: RelSet,
    /// The node of the plan.
    pub origin: RelId,
}

impl JoinNode {
    /// All relations below.
    pub fn set(&self) -> RelSet {
        self.left_set | self.right_set
    }
}

/// The joins and relations of a block, as the plan has them.
#[derive(Debug, Clone)]
pub struct JoinTree {
    /// What is joined, left to right.
    pub relations: Vec<RelId>,
    /// The joins; inputs have greater numbers than the joins above them.
    pub nodes: Vec<JoinNode>,
}

/// A join block in the memo.
#[derive(Debug, Clone)]
pub struct Block {
    /// The group of each relation.
    pub relations: Vec<GroupId>,
    /// The output columns of each relation.
    pub outputs: Vec<ColSet>,
    /// The original joins.
    pub nodes: Vec<JoinNode>,
    /// Its joins for enumeration, those that are written first.
    pub ops: Vec<JoinOp>,
    /// How many are written; the others are implied.
    pub written: usize,
    /// The relations each of them needs.
    pub eligibility: Vec<RelSet>,
    /// Columns made equal.
    pub classes: Vec<EqualClass>,
    /// Pairs of relations joined on a key of several columns: what the product of their selectivities is off by.
    pub corrections: Vec<(usize, usize, f64)>,
    /// The hypergraph.
    pub graph: Graph,
    /// The same without the implied edges, when there are some.
    pub written_graph: Option<Graph>,
    /// The group of each set joined so far.
    pub groups: WordMap<RelSet, GroupId>,
}

impl Block {
    /// The relation among `set` that has the column.
    pub fn relation_of(&self, set: RelSet, col: ColId) -> Option<usize> {
        set.iter().find(|r| self.outputs[*r].contains(col))
    }

    /// The least distinct count and domain among columns of `set` that equal the column.
    pub fn least_equal(&self, col: ColId, set: RelSet) -> Option<(f64, f64)> {
        let class = self
            .classes
            .iter()
            .find(|class| class.members.iter().any(|m| m.col == col))?;
        class
            .members
            .iter()
            .filter(|m| set.contains(m.relation))
            .map(|m| (m.distinct, m.domain))
            .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))
    }

    /// The relations whose columns these are.
    pub fn relations_of(&self, columns: &ColSet) -> RelSet {
        self.outputs
            .iter()
            .enumerate()
            .filter(|(_, output)| output.intersects(columns))
            .map(|(at, _)| at)
            .collect()
    }
}

/// True for a join whose order may change: not dependent, nothing volatile, no error that depends on its place.
pub fn is_block_join(arena: &Arena, rel: RelId) -> bool {
    let Op::Join {
        kind,
        on,
        dependent: false,
    } = arena.op(rel)
    else {
        return false;
    };
    let [left, right] = arena.inputs(rel) else {
        return false;
    };
    if on.iter().any(|c| arena.is_volatile(*c)) {
        return false;
    }
    // A single join fails on a second match: it may only move when there can be none.
    *kind != JoinKind::Single
        || props::matches_at_most_once(arena, on, arena.props(*left), arena.props(*right))
}

/// The node below projections that only drop or reorder columns.
fn below_projections(arena: &Arena, rel: RelId) -> RelId {
    let mut at = rel;
    while let Op::Project { items } = arena.op(at)
        && items.iter().all(|i| arena.as_column(i.expr) == Some(i.col))
    {
        at = arena.inputs(at)[0];
    }
    at
}

/// The join tree of the block with this root. Level by level, so that a block past the greatest size leaves the
/// deepest joins to blocks of their own.
pub fn collect(arena: &Arena, root: RelId) -> JoinTree {
    /// Where a collected tree is hung in.
    type Slot = Option<(usize, bool)>;
    let mut nodes: Vec<JoinNode> = Vec::new();
    let mut leaves: Vec<RelId> = Vec::new();
    let mut queue: VecDeque<(RelId, Slot)> = VecDeque::from([(root, None)]);
    while let Some((rel, slot)) = queue.pop_front() {
        let inner = below_projections(arena, rel);
        let room = leaves.len() + queue.len() + 2 <= MAX_RELATIONS;
        let tree = if room && is_block_join(arena, inner) {
            let Op::Join { kind, on, .. } = arena.op(inner) else {
                unreachable!("a block join is a join");
            };
            let (mut left, mut right) = (arena.inputs(inner)[0], arena.inputs(inner)[1]);
            let mut kind = *kind;
            if kind == JoinKind::Right {
                (left, right, kind) = (right, left, JoinKind::Left);
            }
            let at = nodes.len();
            nodes.push(JoinNode {
                kind,
                on: on.clone(),
                left: Tree::Relation(0),
                right: Tree::Relation(0),
                left_set: RelSet::EMPTY,
                right_set: RelSet::EMPTY,
                origin: inner,
            });
            queue.push_back((left, Some((at, true))));
            queue.push_back((right, Some((at, false))));
            Tree::Node(at)
        } else {
            leaves.push(rel);
            Tree::Relation(leaves.len() - 1)
        };
        match slot {
            Some((at, true)) => nodes[at].left = tree,
            Some((at, false)) => nodes[at].right = tree,
            None => {}
        }
    }
    number_left_to_right(nodes, leaves)
}

/// Numbers the relations as the plan reads, and fills in the sets.
fn number_left_to_right(mut nodes: Vec<JoinNode>, leaves: Vec<RelId>) -> JoinTree {
    let mut relations = Vec::with_capacity(leaves.len());
    let mut number = vec![0; leaves.len()];
    let mut stack = vec![if nodes.is_empty() {
        Tree::Relation(0)
    } else {
        Tree::Node(0)
    }];
    while let Some(tree) = stack.pop() {
        match tree {
            Tree::Relation(leaf) => {
                number[leaf] = relations.len();
                relations.push(leaves[leaf]);
            }
            Tree::Node(at) => {
                stack.push(nodes[at].right);
                stack.push(nodes[at].left);
            }
        }
    }
    for at in (0..nodes.len()).rev() {
        for left in [true, false] {
            let tree = if left {
                nodes[at].left
            } else {
                nodes[at].right
            };
            let (tree, set) = match tree {
                Tree::Relation(leaf) => {
                    let relation = number[leaf];
                    (Tree::Relation(relation), RelSet::single(relation))
                }
                Tree::Node(below) => (tree, nodes[below].set()),
            };
            if left {
                (nodes[at].left, nodes[at].left_set) = (tree, set);
            } else {
                (nodes[at].right, nodes[at].right_set) = (tree, set);
            }
        }
    }
    JoinTree { relations, nodes }
}
