//! What the rules on set operations share.

use crate::rule::{Rewrite, View};
use plan::{Func, JoinKind, Op, ProjectItem, RelId, SetColumn, SetOpKind};
use types::ColId;

/// Kind, ALL, and columns of the set operation a letter bound.
pub fn set_op<'a>(v: &View<'a>, letter: char) -> (SetOpKind, bool, &'a [SetColumn]) {
    parts(v.op(letter)).expect("the pattern bound a set operation here")
}

/// Kind, ALL, and columns when the operator is a set operation.
pub fn parts(op: &Op) -> Option<(SetOpKind, bool, &[SetColumn])> {
    match op {
        Op::SetOp { kind, all, columns } => Some((*kind, *all, columns)),
        _ => None,
    }
}

/// The rows of the first branch count once each: without ALL, or because they differ anyway.
pub fn counts_once(v: &View<'_>, letter: char) -> bool {
    let (_, all, columns) = set_op(v, letter);
    !all || v
        .arena
        .props(v.inputs(letter)[0])
        .has_key_in(&columns.iter().map(|c| c.inputs[0]).collect())
}

/// The fact behind [`counts_once`].
pub fn counting(v: &View<'_>, letter: char) -> String {
    match (set_op(v, letter).1, counts_once(v, letter)) {
        (false, _) => "it is without ALL".into(),
        (true, true) => "no two rows of the first branch are equal".into(),
        (true, false) => "with ALL it counts equal rows of both branches".into(),
    }
}

/// A set operation as a join of its first branch with its second on null-safe equality of all columns; duplicates of the
/// first branch are removed on top unless there are none.
pub fn as_join(cx: &mut Rewrite<'_>, letter: char, kind: JoinKind) -> RelId {
    let (_, all, columns) = set_op(&cx.view(), letter);
    let columns = columns.to_vec();
    let inputs = cx.inputs(letter);
    let props = [0, 1].map(|at: usize| cx.arena.props(inputs[at]).clone());
    let mut items = Vec::with_capacity(columns.len());
    let mut on = Vec::with_capacity(columns.len());
    for column in &columns {
        items.push(ProjectItem {
            col: column.col,
            expr: cx.arena.col(column.inputs[0]),
        });
        let never_null = (0..2).any(|at| props[at].not_null.contains(column.inputs[at]));
        let sides = [column.col, column.inputs[1]].map(|col: ColId| cx.arena.col(col));
        // With a side that is never NULL, plain equality is true for the same pairs.
        let equality = match never_null {
            true => Func::Eq,
            false => Func::IsNotDistinctFrom,
        };
        on.push(cx.arena.call(equality, sides.to_vec()));
    }
    let left = cx.add_project(items, inputs[0], "");
    let join = cx.add_join(kind, on, false, [left, inputs[1]], &letter.to_string());
    match all {
        true => join,
        false => cx.add(Op::Distinct, vec![join], &letter.to_string()),
    }
}
