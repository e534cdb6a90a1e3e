//! Rows of joins, from the estimates of their inputs.

use super::column::{self, ColumnEstimate};
use super::derivation::{Derivation, Formula, Input};
use super::selectivity::Estimator;
use crate::memo::{GroupId, Memo};
use plan::{Arena, Func, JoinKind, Scalar, ScalarId};
use types::ColId;

/// The rows of a group as an input of an estimate.
pub fn rows_of(memo: &Memo, group: GroupId) -> Input {
    let id = memo.canon(group).0;
    Input::new(
        format!("rows of G{id}"),
        memo.group(group).raw_rows,
        format!("G{id}"),
    )
}

/// Rows of a join of two groups.
pub fn rows(
    arena: &Arena,
    memo: &Memo,
    kind: JoinKind,
    on: &[ScalarId],
    left: GroupId,
    right: GroupId,
) -> Derivation {
    let column = |col: ColId| {
        column::of_group(memo, left, col).or_else(|| column::of_group(memo, right, col))
    };
    let estimator = Estimator {
        arena,
        column: &column,
    };
    let (l, r) = (rows_of(memo, left), rows_of(memo, right));
    let pairs = |first: Input, second: Input| {
        let mut inputs = vec![first, second];
        inputs.extend(estimator.conjunction(on));
        inputs
    };
    let matching = || {
        let derivation = match_fraction(&estimator, memo, on, left, right);
        Input::derived("fraction of L with a match", derivation)
    };
    match kind {
        JoinKind::Inner => Derivation::new(Formula::Join, pairs(l, r))
            .assuming("join conditions are independent, values are contained"),
        JoinKind::Left => Derivation::new(Formula::LeftJoin, pairs(l, r)),
        JoinKind::Right => Derivation::new(Formula::LeftJoin, pairs(r, l)),
        JoinKind::Full => Derivation::new(Formula::FullJoin, pairs(l, r)),
        JoinKind::Semi => Derivation::new(Formula::SemiJoin, vec![l, matching()]),
        JoinKind::Anti | JoinKind::NullAwareAnti => {
            Derivation::new(Formula::AntiJoin, vec![l, matching()])
        }
        JoinKind::Mark(_) | JoinKind::Single => Derivation::new(Formula::Same, vec![l]),
    }
}

/// The fraction of left rows that have a match on the right.
fn match_fraction(
    estimator: &Estimator<'_>,
    memo: &Memo,
    on: &[ScalarId],
    left: GroupId,
    right: GroupId,
) -> Derivation {
    let arena = estimator.arena;
    let mut values: Option<(f64, f64)> = None;
    let mut rest = Vec::new();
    for &conjunct in on {
        let pair = match arena.get(conjunct) {
            Scalar::Call(Func::Eq | Func::IsNotDistinctFrom, args) => arena
                .as_column(args[0])
                .zip(arena.as_column(args[1]))
                .and_then(|(a, b)| sides(memo, left, right, a, b)),
            _ => None,
        };
        match pair {
            Some((l, r)) => {
                let (x, y) = values.unwrap_or((1.0, 1.0));
                values = Some((x * l.domain.max(1.0), y * r.distinct.max(1.0)));
            }
            None => rest.push(conjunct),
        }
    }
    let selectivity: f64 = estimator
        .conjunction(&rest)
        .iter()
        .map(|i| i.value)
        .product();
    let rows = memo.group(right).raw_rows;
    let further = Input::new("s", selectivity, "further conditions");
    let right_rows = Input::new("|R|", rows, format!("G{}", memo.canon(right).0));
    match values {
        Some((l, r)) => Derivation::new(
            Formula::MatchFraction,
            vec![
                Input::new("ndv(l)", l, "left key columns"),
                Input::new("ndv(r)", r.min(rows.max(1.0)), "right key columns"),
                right_rows,
                further,
            ],
        )
        .assuming("the values of the right side are among those of the left (containment)"),
        None => Derivation::new(Formula::MatchChance, vec![right_rows, further])
            .assuming("matches fall evenly on the left rows"),
    }
}

fn sides(
    memo: &Memo,
    left: GroupId,
    right: GroupId,
    a: ColId,
    b: ColId,
) -> Option<(ColumnEstimate, ColumnEstimate)> {
    if let (Some(l), Some(r)) = (
        column::of_group(memo, left, a),
        column::of_group(memo, right, b),
    ) {
        return Some((l, r));
    }
    Some((
        column::of_group(memo, left, b)?,
        column::of_group(memo, right, a)?,
    ))
}
