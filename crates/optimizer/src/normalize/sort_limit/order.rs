//! What the rules on sorts and limits share.

use crate::rule::{Rewrite, View};
use plan::{Arena, Op, RelId, SortKey, text};

/// Limit and offset of the limit or top-n a letter bound.
pub fn rows_kept(v: &View<'_>, letter: char) -> (Option<u64>, u64) {
    match v.op(letter) {
        Op::Limit { limit, offset } => (*limit, *offset),
        Op::TopN { limit, offset, .. } => (Some(*limit), *offset),
        _ => panic!("the pattern bound a limit here"),
    }
}

/// The keys of the sort or top-n a letter bound.
pub fn sort_keys<'a>(v: &View<'a>, letter: char) -> &'a [SortKey] {
    keys_of(v.op(letter)).expect("the pattern bound a sort here")
}

/// The keys when the operator sorts.
pub fn keys_of(op: &Op) -> Option<&[SortKey]> {
    match op {
        Op::Sort { keys } | Op::TopN { keys, .. } => Some(keys),
        _ => None,
    }
}

/// The same sort or top-n by other keys; without keys what is left of it: nothing, or a limit.
pub fn sorted_by(cx: &mut Rewrite<'_>, letter: char, keys: Vec<SortKey>) -> RelId {
    let input = cx.inputs(letter)[0];
    let op = match cx.arena.op(cx.rel(letter)) {
        Op::Sort { .. } if keys.is_empty() => return input,
        Op::Sort { .. } => Op::Sort { keys },
        Op::TopN { limit, offset, .. } if keys.is_empty() => Op::Limit {
            limit: Some(*limit),
            offset: *offset,
        },
        Op::TopN { limit, offset, .. } => Op::TopN {
            keys,
            limit: *limit,
            offset: *offset,
        },
        _ => panic!("the pattern bound a sort here"),
    };
    cx.add(op, vec![input], &letter.to_string())
}

/// The keys by which the rows of a plan come sorted: those of a sort below operators that keep the order.
pub fn provided(arena: &Arena, node: RelId) -> &[SortKey] {
    let mut node = node;
    loop {
        let op = arena.op(node);
        match op {
            Op::Sort { keys } | Op::TopN { keys, .. } => return keys,
            Op::Filter { .. } | Op::Limit { .. } | Op::Project { .. } => {
                node = arena.inputs(node)[0];
            }
            _ => return &[],
        }
    }
}

/// A sort key in SQL's spelling.
pub fn key_text(arena: &Arena, key: &SortKey) -> String {
    let direction = if key.descending { " desc" } else { "" };
    format!("{}{direction}", text::column(arena, key.col))
}

/// Sort keys in SQL's spelling.
pub fn keys_text(arena: &Arena, keys: &[SortKey]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| key_text(arena, key)).collect();
    keys.join(", ")
}
