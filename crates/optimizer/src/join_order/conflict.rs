//! Which reorderings of a block's joins keep the answer: conflict detector CD-C of Moerkotte, Fender and Eich, "On the
//! Correct and Complete Enumeration of the Core Search Space" (2013).
//!
//! Each operator gets a *total eligibility set* (the relations it needs, by side) and *conflict rules* `T1 → T2`: when
//! the join has a relation of T1, it must have all of T2. Both come from the operators below it in the original tree:
//! for each that may not change places with it by associativity or asscommutativity, a rule keeps them in order.

use super::block::JoinNode;
use super::rel_set::RelSet;
use crate::cost::model;
use plan::{Arena, ColSet, Func, JoinKind, Scalar, ScalarId, props};
use types::{ColId, DataType};

/// A join operator for enumeration: one conjunct of an inner join, a cross product, or a whole join of another kind.
#[derive(Debug, Clone)]
pub struct JoinOp {
    /// The node of the original tree it comes from.
    pub node: usize,
    /// What it keeps.
    pub kind: JoinKind,
    /// Its condition.
    pub conjuncts: Vec<ScalarId>,
    /// The equalities among them, `l = r` with each side from one input: expressions, null-safety, relations.
    pub keys: Vec<Equality>,
    /// Relations that the condition reads.
    pub reads: RelSet,
    /// The eligibility set's left part.
    pub left: RelSet,
    /// The eligibility set's right part.
    pub right: RelSet,
    /// Conflict rules that the eligibility set does not imply.
    pub rules: Vec<(RelSet, RelSet)>,
    /// For an inner equality of two plain columns of one type: the columns and their relations.
    pub column_equality: Option<((ColId, usize), (ColId, usize))>,
    /// Fraction of row pairs that satisfies the condition.
    pub selectivity: f64,
    /// A conjunct may fail on some rows.
    pub may_fail: bool,
    /// The weight of each conjunct, in simple operations.
    pub weights: Vec<f64>,
}

/// A conjunct that can be a key of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Equality {
    /// Position among the conjuncts.
    pub conjunct: usize,
    /// One side, cast to the common layout.
    pub left: ScalarId,
    /// The other.
    pub right: ScalarId,
    /// Relations of the one side.
    pub left_reads: RelSet,
    /// Relations of the other.
    pub right_reads: RelSet,
    /// NULL equals NULL.
    pub null_safe: bool,
    /// Both sides as columns, when they are plain ones.
    pub columns: Option<(ColId, ColId)>,
}

impl JoinOp {
    /// The conjunct as a key, when it can be one.
    pub fn equality(&self, conjunct: usize) -> Option<&Equality> {
        self.keys.iter().find(|key| key.conjunct == conjunct)
    }

    /// The relations it needs.
    pub fn eligibility(&self) -> RelSet {
        self.left | self.right
    }

    /// True when the conflict rules allow the operator to join relations to `set`.
    pub fn allows(&self, set: RelSet) -> bool {
        self.rules
            .iter()
            .all(|(when, needs)| !when.intersects(set) || needs.is_subset(set))
    }
}

/// Builds the operators of a block. `relations_of` maps columns to relations, `mark` columns to those of their join.
pub fn build(
    arena: &mut Arena,
    nodes: &[JoinNode],
    relations_of: &dyn Fn(&ColSet) -> RelSet,
) -> Vec<JoinOp> {
    let only_inner = nodes.iter().all(|n| n.kind == JoinKind::Inner);
    let marks: Vec<(ColId, RelSet)> = nodes
        .iter()
        .filter_map(|n| match n.kind {
            JoinKind::Mark(col) => Some((col, n.set())),
            _ => None,
        })
        .collect();
    let reads = |columns: &ColSet, within: RelSet| {
        let mut set = relations_of(columns);
        for (col, of) in &marks {
            if columns.contains(*col) {
                set |= *of;
            }
        }
        set & within
    };
    let mut ops: Vec<JoinOp> = Vec::new();
    for (at, node) in nodes.iter().enumerate().rev() {
        if node.kind == JoinKind::Inner {
            for conjunct in &node.on {
                ops.push(operator(arena, at, node, vec![*conjunct], &reads));
            }
            if node.on.is_empty() && !only_inner {
                ops.push(operator(arena, at, node, Vec::new(), &reads));
            }
        } else {
            ops.push(operator(arena, at, node, node.on.clone(), &reads));
        }
    }
    if !only_inner {
        let columns = |set: RelSet, of: &ColSet| reads(of, set);
        for b in 0..ops.len() {
            let rules = conflict_rules(arena, nodes, &ops, b, &columns);
            let op = &mut ops[b];
            op.rules = rules;
            absorb(op, &nodes[op.node]);
        }
    }
    // Whoever joins two columns of an equality class takes them for equal. That is so only of an equality which is applied as
    // soon as both are there: not of one that has to wait for more relations.
    for op in &mut ops {
        if op.eligibility() != op.reads {
            op.column_equality = None;
        }
    }
    ops
}

fn operator(
    arena: &mut Arena,
    at: usize,
    node: &JoinNode,
    conjuncts: Vec<ScalarId>,
    reads: &dyn Fn(&ColSet, RelSet) -> RelSet,
) -> JoinOp {
    let mut all = RelSet::EMPTY;
    let mut keys = Vec::new();
    for (position, conjunct) in conjuncts.iter().enumerate() {
        all |= reads(arena.columns_of(*conjunct), node.set());
        if let Some(equality) = equality(arena, position, *conjunct, node, reads) {
            keys.push(equality);
        }
    }
    let may_fail = conjuncts.iter().any(|c| arena.may_fail(*c));
    let column_equality = match (node.kind, keys.as_slice()) {
        (JoinKind::Inner, [key]) if !key.null_safe => {
            match (arena.as_column(key.left), arena.as_column(key.right)) {
                (Some(a), Some(b)) if exact(arena.column(a).ty) => {
                    Some(((a, key.left_reads.least()), (b, key.right_reads.least())))
                }
                _ => None,
            }
        }
        _ => None,
    };
    // A condition that reads nothing of a side, or that may fail, stays above all of it.
    let part = |side: RelSet| {
        let read = all & side;
        if read.is_empty() || (may_fail && keys.len() < conjuncts.len()) {
            side
        } else {
            read
        }
    };
    JoinOp {
        node: at,
        kind: node.kind,
        left: part(node.left_set),
        right: part(node.right_set),
        reads: all,
        weights: conjuncts
            .iter()
            .map(|c| model::weight(arena, &[*c]))
            .collect(),
        conjuncts,
        keys,
        rules: Vec::new(),
        column_equality,
        selectivity: 1.0,
        may_fail,
    }
}

/// Types whose equal values are the same value: equality of these is transitive.
fn exact(ty: DataType) -> bool {
    !matches!(ty, DataType::Float64 | DataType::Unknown)
}

/// A conjunct `l = r` whose sides read different relations.
fn equality(
    arena: &mut Arena,
    position: usize,
    conjunct: ScalarId,
    node: &JoinNode,
    reads: &dyn Fn(&ColSet, RelSet) -> RelSet,
) -> Option<Equality> {
    let (func, left, right) = match arena.get(conjunct) {
        Scalar::Call(func @ (Func::Eq | Func::IsNotDistinctFrom), args) => {
            (*func, args[0], args[1])
        }
        _ => return None,
    };
    let left_reads = reads(arena.columns_of(left), node.set());
    let right_reads = reads(arena.columns_of(right), node.set());
    if left_reads.is_empty() || right_reads.is_empty() || left_reads.intersects(right_reads) {
        return None;
    }
    let (left, right) = same_type(arena, left, right)?;
    Some(Equality {
        conjunct: position,
        left,
        right,
        left_reads,
        right_reads,
        null_safe: func == Func::IsNotDistinctFrom,
        columns: arena.as_column(left).zip(arena.as_column(right)),
    })
}

/// Both sides in one type, so that equal values hash equally.
pub fn same_type(
    arena: &mut Arena,
    left: ScalarId,
    right: ScalarId,
) -> Option<(ScalarId, ScalarId)> {
    let (l, r) = (arena.ty(left), arena.ty(right));
    if l == r || (l.is_text() && r.is_text()) {
        return Some((left, right));
    }
    if l.layout() == r.layout() && l.scale() == r.scale() && l.is_numeric() && r.is_numeric() {
        return Some((left, right));
    }
    let ty = plan::typing::common_type(l, r)?;
    Some((arena.cast(left, ty), arena.cast(right, ty)))
}

fn conflict_rules(
    arena: &Arena,
    nodes: &[JoinNode],
    ops: &[JoinOp],
    b: usize,
    columns: &dyn Fn(RelSet, &ColSet) -> RelSet,
) -> Vec<(RelSet, RelSet)> {
    let upper = &nodes[ops[b].node];
    let rejects = |op: usize, of: RelSet| {
        ops[op]
            .conjuncts
            .iter()
            .any(|c| !columns(of, &props::null_rejected(arena, *c)).is_empty())
    };
    let mut rules = Vec::new();
    for (a, lower_op) in ops.iter().enumerate() {
        let lower = &nodes[lower_op.node];
        // The part of a side that the lower condition reads, or all of it when that is none.
        let read = |side: RelSet| {
            let part = side & lower_op.reads;
            if part.is_empty() { side } else { part }
        };
        let (low_left, low_right) = (lower.left_set, lower.right_set);
        let (ka, kb) = (lower_op.kind, ops[b].kind);
        if lower_op.node == ops[b].node {
            continue;
        }
        if lower.set().is_subset(upper.left_set) {
            if !assoc(ka, kb, &|first| {
                let ok = !first || rejects(a, low_right);
                ok && rejects(b, low_right)
            }) {
                rules.push((low_right, read(low_left)));
            }
            if !left_asscom(ka, kb, &|first, second| {
                (!first || rejects(a, low_left)) && (!second || rejects(b, low_left))
            }) {
                rules.push((low_left, read(low_right)));
            }
        } else if lower.set().is_subset(upper.right_set) {
            if !assoc(kb, ka, &|first| {
                let ok = !first || rejects(b, low_left);
                ok && rejects(a, low_left)
            }) {
                rules.push((low_left, read(low_right)));
            }
            if !right_asscom(kb, ka, &|| rejects(b, low_right) && rejects(a, low_right)) {
                rules.push((low_right, read(low_left)));
            }
        }
    }
    rules
}

/// Grows the eligibility set by the rules it triggers, and drops rules that it then implies.
fn absorb(op: &mut JoinOp, node: &JoinNode) {
    let mut set = op.eligibility();
    loop {
        let grown = op
            .rules
            .iter()
            .filter(|(when, _)| when.intersects(set))
            .fold(set, |set, (_, needs)| set | *needs);
        if grown == set {
            break;
        }
        set = grown;
    }
    op.rules.retain(|(_, needs)| !needs.is_subset(set));
    op.left = set & node.left_set;
    op.right = set & node.right_set;
}

/// The classes of joins that the operator tables tell apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Inner,
    /// Keeps each left row at most once: semi, anti.
    Semi,
    /// Keeps each left row, adds columns of the right.
    Left,
    /// Keeps each left row exactly once, adds one column.
    Mark,
    Full,
}

fn class(kind: JoinKind) -> Class {
    match kind {
        JoinKind::Inner => Class::Inner,
        JoinKind::Semi | JoinKind::Anti | JoinKind::NullAwareAnti => Class::Semi,
        JoinKind::Left | JoinKind::Right | JoinKind::Single => Class::Left,
        JoinKind::Mark(_) => Class::Mark,
        JoinKind::Full => Class::Full,
    }
}

/// `(e1 a e2) b e3 = e1 a (e2 b e3)`, with b's condition over e2 and e3. `rejects(both)` tells whether b's condition, and
/// a's too for `both`, is not true on NULLs of e2.
fn assoc(a: JoinKind, b: JoinKind, rejects: &dyn Fn(bool) -> bool) -> bool {
    match (class(a), class(b)) {
        (Class::Inner, Class::Full) => false,
        (Class::Inner, _) => true,
        (Class::Left, Class::Left) => rejects(false),
        (Class::Full, Class::Left | Class::Full) => rejects(true),
        _ => false,
    }
}

/// `(e1 a e2) b e3 = (e1 b e3) a e2`, with b's condition over e1 and e3. `rejects(of_a, of_b)` tells whether the named
/// conditions are not true on NULLs of e1.
fn left_asscom(a: JoinKind, b: JoinKind, rejects: &dyn Fn(bool, bool) -> bool) -> bool {
    match (class(a), class(b)) {
        (Class::Full, Class::Full) => rejects(true, true),
        (Class::Left, Class::Full) => rejects(true, false),
        (Class::Full, Class::Left) => rejects(false, true),
        (Class::Full, _) | (_, Class::Full) => false,
        _ => true,
    }
}

/// `e1 a (e2 b e3) = e2 b (e1 a e3)`, with a's condition over e1 and e3. `rejects` tells whether both conditions are not
/// true on NULLs of e3.
fn right_asscom(a: JoinKind, b: JoinKind, rejects: &dyn Fn() -> bool) -> bool {
    match (class(a), class(b)) {
        (Class::Inner, Class::Inner) => true,
        (Class::Full, Class::Full) => rejects(),
        _ => false,
    }
}
