//! `EmptyPadding`: L ⟕ ∅ → πL,NULL(L); L ▷ ∅ → L; a mark join with ∅ marks false.
//!
//!     left-join (a.x = b.x)       project (a.x, a.y, b.x = null)
//!     ├── a                   =>  └── a
//!     └── empty
//!
//! No row finds a match: left, right, full and single joins pad every row of the other side with NULLs, anti joins keep every
//! row, a mark is false even when the condition is NULL. Inner and semi joins have no rows then: that is `EmptyPropagate`'s.

use super::is_empty;
use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, ProjectItem, RelId, Side, text};

rule! {
    /// A join that keeps unmatched rows loses an input without rows. See the module.
    EmptyPadding in Empty;
    law: "L ⟕ ∅ = πL,NULL(L); L ▷ ∅ = L",
    source: "definition of the outer and anti joins",
    wrong_when: "the empty input is the side whose rows are kept: then there is nothing to pad",
    example: "SELECT * FROM customer LEFT JOIN (SELECT * FROM orders WHERE 1 = 2) o ON c_custkey = o_custkey",
    pattern: join('J', "outer, anti or mark join", &[any('L'), any('R')]),
    guards: [
        "keeps the other side": "J keeps the rows of one input when the other is empty" => |v| {
            let kept = kept(v);
            v.fact(|| match (is_empty(v.arena, v.rel('L')), is_empty(v.arena, v.rel('R'))) {
                (false, false) => "neither input is empty".into(),
                _ => format!("it is a {}", text::words(v.op('J'))),
            });
            kept.is_some()
        },
    ],
}

/// The side whose rows the join keeps while the other is empty.
fn kept(v: &View<'_>) -> Option<Side> {
    let (kind, ..) = v.join('J');
    let [left, right] = [v.rel('L'), v.rel('R')].map(|input| is_empty(v.arena, input));
    let keeps_left = matches!(
        kind,
        JoinKind::Left
            | JoinKind::Full
            | JoinKind::Single
            | JoinKind::Anti
            | JoinKind::NullAwareAnti
            | JoinKind::Mark(_)
    );
    match (left, right) {
        (_, true) if keeps_left => Some(Side::Left),
        (true, _) if kind.pads_left() => Some(Side::Right),
        _ => None,
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (side, (kind, ..)) = (kept(&cx.view()), cx.join('J'));
    let kept = if side == Some(Side::Right) { 'R' } else { 'L' };
    if let JoinKind::Anti | JoinKind::NullAwareAnti = kind {
        return cx.rel(kept);
    }
    let passed = cx.arena.props(cx.rel(kept)).output.clone();
    let columns = cx.arena.props(cx.rel('J')).columns.clone();
    let items = columns
        .into_iter()
        .map(|col| {
            let expr = match kind {
                _ if passed.contains(col) => cx.arena.col(col),
                JoinKind::Mark(_) => cx.arena.lit_bool(false),
                _ => {
                    let ty = cx.arena.column(col).ty;
                    cx.arena.null(ty)
                }
            };
            ProjectItem { col, expr }
        })
        .collect();
    cx.add_project(items, cx.rel(kept), "J")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let kept = if kept(v) == Some(Side::Right) {
        'R'
    } else {
        'L'
    };
    let what = match v.join('J').0 {
        JoinKind::Anti | JoinKind::NullAwareAnti => "all of them stay",
        JoinKind::Mark(_) => "all of them are marked false",
        _ => "all of them are padded with NULLs",
    };
    format!(
        "The other side of the {} is empty, so no row of {} has a match: {what}.",
        text::words(v.op('J')),
        v.tables(kept)
    )
}
