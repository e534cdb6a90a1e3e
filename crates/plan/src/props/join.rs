//! The properties of joins.

use super::Props;
use super::derive::never_true;
use crate::{Arena, ColSet, Func, JoinKind, PhysJoin, Scalar, ScalarId};

pub(super) fn derive_join(
    arena: &Arena,
    kind: JoinKind,
    on: &[ScalarId],
    left: &Props,
    right: &Props,
    dependent: bool,
) -> Props {
    let mut columns = left.columns.clone();
    if kind.keeps_right() {
        columns.extend(&right.columns);
    }
    if let JoinKind::Mark(mark) = kind {
        columns.push(mark);
    }
    let mut props = Props::of_columns(columns);
    if let JoinKind::Semi | JoinKind::Anti | JoinKind::NullAwareAnti | JoinKind::Mark(_) = kind {
        props.not_null = left.not_null.clone();
        props.keys = left.keys.clone();
        props.constants = left.constants.clone();
        props.equal = left.equal.clone();
        props.max_rows = left.max_rows;
        if matches!(kind, JoinKind::Mark(_)) {
            props.min_rows = left.min_rows;
        }
        if kind == JoinKind::Semi {
            props.assume(arena, on);
            if right.max_rows == Some(0) || never_true(arena, on) {
                props.limit_rows(0);
            }
        }
        return props;
    }
    if !kind.pads_left() {
        props.not_null.extend_with(&left.not_null);
        props.constants.extend(&left.constants);
        props.equal.extend(&left.equal);
    }
    if !kind.pads_right() {
        props.not_null.extend_with(&right.not_null);
        props.constants.extend(&right.constants);
        props.equal.extend(&right.equal);
    }
    let right_unique = matches_at_most_once(arena, on, left, right);
    // What is at most one row, or has a key, for each left row of a dependent join may well repeat for the next one.
    let left_unique = !dependent && matches_at_most_once(arena, on, right, left);
    // Each left row has at most one match: a left key stays a key (unless unmatched right rows add NULL-padded ones).
    if (right_unique || kind == JoinKind::Single) && !kind.pads_left() {
        left.keys.iter().for_each(|key| props.add_key(key.clone()));
    }
    if left_unique && !kind.pads_right() {
        right.keys.iter().for_each(|key| props.add_key(key.clone()));
    }
    if kind != JoinKind::Full {
        for a in &left.keys {
            for b in &right.keys {
                props.add_key(a.union(b));
            }
        }
    }
    let product = left
        .max_rows
        .zip(right.max_rows)
        .and_then(|(l, r)| l.max(1).checked_mul(r.max(1)));
    let (no_left, no_right) = (left.max_rows == Some(0), right.max_rows == Some(0));
    props.max_rows = match kind {
        JoinKind::Inner if no_left || no_right || never_true(arena, on) => Some(0),
        JoinKind::Left if no_left => Some(0),
        JoinKind::Right if no_right => Some(0),
        JoinKind::Single => left.max_rows,
        JoinKind::Left | JoinKind::Inner if right_unique => left.max_rows,
        JoinKind::Inner | JoinKind::Right if left_unique => right.max_rows,
        JoinKind::Full => left
            .max_rows
            .zip(right.max_rows)
            .map(|(l, r)| l.saturating_mul(r).max(l.saturating_add(r))),
        _ => product,
    };
    props.min_rows = match kind {
        JoinKind::Left | JoinKind::Single => left.min_rows,
        JoinKind::Right => right.min_rows,
        JoinKind::Full => left.min_rows.max(right.min_rows),
        JoinKind::Inner if on.is_empty() => left.min_rows.saturating_mul(right.min_rows),
        _ => 0,
    };
    if let Some(most) = props.max_rows {
        props.limit_rows(most);
    }
    if kind == JoinKind::Inner {
        props.assume(arena, on);
    }
    props
}

/// True when no row of `outer` matches two rows of `inner`: the equalities of the condition cover a key of `inner`.
pub fn matches_at_most_once(arena: &Arena, on: &[ScalarId], outer: &Props, inner: &Props) -> bool {
    let fixed = outer.output.union(&outer.free).union(&inner.free);
    let mut bound = ColSet::new();
    for &conjunct in on {
        if let Scalar::Call(Func::Eq | Func::IsNotDistinctFrom, args) = arena.get(conjunct) {
            for (this, other) in [(args[0], args[1]), (args[1], args[0])] {
                if let Some(col) = arena.as_column(this)
                    && inner.output.contains(col)
                    && !arena.columns_of(other).intersects(&inner.output)
                    && arena.columns_of(other).is_subset(&fixed)
                {
                    bound.insert(col);
                }
            }
        }
    }
    inner.has_key_in(&bound)
}

pub(super) fn derive_phys_join(
    arena: &Arena,
    join: &PhysJoin,
    left: &Props,
    right: &Props,
) -> Props {
    // Key pairs are equalities that are not interned as conjuncts; the facts they add belong to the memo group already.
    derive_join(arena, join.kind, &join.residual, left, right, false)
}
