//! Edges that equalities imply: a = b and b = c make a = c an edge of the join graph too, so that a and c can be joined before
//! b (Ono and Lohman, "Measuring the Complexity of Join Enumeration in Query Optimization", 1990).
//!
//! Only in blocks of inner joins: there every equality holds for every row of the result. What is implied counts neither in the
//! condition of a join nor in the estimate, see [`classes`](super::classes).

use super::conflict::{Equality, JoinOp};
use super::rel_set::RelSet;
use crate::cost::model;
use plan::{Arena, Func, JoinKind};
use types::ColId;

/// Columns of a class beyond which nothing is added: a clique of ten relations has more pairs than the usual budget.
const MAX_CLASS: usize = 9;

/// A column and its relation.
type End = (ColId, usize);

/// The operators for equalities of columns of different relations that follow from those of `ops` and are not among them.
pub fn implied(arena: &mut Arena, ops: &[JoinOp]) -> Vec<JoinOp> {
    let written: Vec<(End, End)> = ops.iter().filter_map(|op| op.column_equality).collect();
    let mut out = Vec::new();
    for class in classes(&written) {
        if class.len() > MAX_CLASS {
            continue;
        }
        for (at, a) in class.iter().enumerate() {
            for b in &class[at + 1..] {
                let known = written.contains(&(*a, *b)) || written.contains(&(*b, *a));
                if a.1 != b.1 && !known {
                    out.push(equality(arena, *a, *b));
                }
            }
        }
    }
    out
}

/// The columns that are equal to one another, in order of appearance.
fn classes(written: &[(End, End)]) -> Vec<Vec<End>> {
    let mut classes: Vec<Vec<End>> = Vec::new();
    for &(a, b) in written {
        let of = |end: End| classes.iter().position(|class| class.contains(&end));
        match (of(a), of(b)) {
            (None, None) => classes.push(vec![a, b]),
            (Some(class), None) => classes[class].push(b),
            (None, Some(class)) => classes[class].push(a),
            (Some(x), Some(y)) if x != y => {
                let gone = classes.remove(x.max(y));
                classes[x.min(y)].extend(gone);
            }
            _ => {}
        }
    }
    classes
}

fn equality(arena: &mut Arena, a: End, b: End) -> JoinOp {
    let (left, right) = (arena.col(a.0), arena.col(b.0));
    let conjunct = arena.call(Func::Eq, vec![left, right]);
    let (left_reads, right_reads) = (RelSet::single(a.1), RelSet::single(b.1));
    JoinOp {
        // The join on top: below it the two relations are together in any case.
        node: 0,
        kind: JoinKind::Inner,
        conjuncts: vec![conjunct],
        keys: vec![Equality {
            conjunct: 0,
            left,
            right,
            left_reads,
            right_reads,
            null_safe: false,
            columns: Some((a.0, b.0)),
        }],
        reads: left_reads | right_reads,
        left: left_reads,
        right: right_reads,
        rules: Vec::new(),
        column_equality: Some((a, b)),
        selectivity: 1.0,
        may_fail: false,
        weights: vec![model::weight(arena, &[conjunct])],
    }
}
