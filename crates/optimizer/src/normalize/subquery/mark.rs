//! How a filter uses the mark of the mark join below it.

use crate::rule::pattern::{any, filter, join};
use crate::rule::{Pattern, Rewrite, View};
use plan::{Func, JoinKind, RelId, Scalar, ScalarId, props};
use types::ColId;

/// A filter over a mark join: what all rules that turn marks into joins match.
pub const FILTER_OVER_MARK: Pattern = filter('F', &[join('M', "mark join", &[any('L'), any('R')])]);

/// What a conjunct asks of the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// That it is true.
    True,
    /// That it is false: NULL does not do.
    False,
    /// That it is not true: NULL does.
    NotTrue,
}

/// The use of a mark as a conjunct.
#[derive(Debug, Clone, Copy)]
pub struct MarkUse {
    /// The conjunct.
    pub conjunct: ScalarId,
    /// What it asks.
    pub asks: Asks,
}

/// The mark when M is a mark join.
pub fn mark(v: &View<'_>) -> Option<ColId> {
    match v.join('M').0 {
        JoinKind::Mark(mark) => Some(mark),
        _ => None,
    }
}

/// The only use of the mark, when that is a conjunct of F.
pub fn only_use(v: &View<'_>) -> Option<MarkUse> {
    let mark = mark(v)?;
    let mut reading = v
        .filter('F')
        .iter()
        .filter(|p| v.arena.columns_of(**p).contains(mark));
    let &conjunct = reading.next()?;
    if reading.next().is_some() || v.scope.needed.contains(mark) {
        return None;
    }
    let asks = asks(v, conjunct, mark)?;
    Some(MarkUse { conjunct, asks })
}

fn asks(v: &View<'_>, conjunct: ScalarId, mark: ColId) -> Option<Asks> {
    match v.arena.get(conjunct) {
        Scalar::Column(col) if *col == mark => Some(Asks::True),
        Scalar::Call(Func::IsTrue, args) if asks(v, args[0], mark)? == Asks::True => {
            Some(Asks::True)
        }
        Scalar::Call(Func::IsFalse, args) if v.arena.as_column(args[0]) == Some(mark) => {
            Some(Asks::False)
        }
        Scalar::Call(Func::Not, args) => match v.arena.get(args[0]) {
            Scalar::Column(col) if *col == mark => Some(Asks::False),
            Scalar::Call(Func::IsTrue, inner) if v.arena.as_column(inner[0]) == Some(mark) => {
                Some(Asks::NotTrue)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Guard: M is a mark join.
pub fn is_mark_join(v: &View<'_>) -> bool {
    v.fact(|| format!("it is a {}", plan::text::words(v.op('M'))));
    mark(v).is_some()
}

/// Guard: the mark is used once, as a conjunct, and asked for one of these.
pub fn asked(v: &View<'_>, allowed: &[Asks]) -> bool {
    let found = only_use(v);
    v.fact(|| match (&found, mark(v)) {
        (Some(found), _) => format!("{} is its only use", v.sql(found.conjunct)),
        (None, Some(mark)) if v.scope.needed.contains(mark) => {
            "the mark is used above the filter".into()
        }
        _ => format!("{} uses it in another way", v.sql_all(v.filter('F'))),
    });
    found.is_some_and(|found| allowed.contains(&found.asks))
}

/// Guard: M is bound from EXISTS, it has no condition.
pub fn no_condition(v: &View<'_>) -> bool {
    let (_, on, _) = v.join('M');
    v.fact(|| match on {
        [] => "any row of the subquery is a match".into(),
        on => format!("a match is where {}", v.sql_all(on)),
    });
    on.is_empty()
}

/// Guard: M is bound from IN or a comparison with a subquery, it has a condition.
pub fn has_condition(v: &View<'_>) -> bool {
    !no_condition(v)
}

/// The condition of M cannot be NULL for any pair of rows.
pub fn two_valued(v: &View<'_>) -> bool {
    let not_null = v.props('L').not_null.union(&v.props('R').not_null);
    v.join('M')
        .1
        .iter()
        .all(|p| props::never_null(v.arena, *p, &not_null))
}

/// The filter without the conjunct over a join of that kind instead of the mark join.
pub fn become_join(cx: &mut Rewrite<'_>, kind: JoinKind) -> RelId {
    let found = only_use(&cx.view()).expect("the guard found it");
    let (_, on, dependent) = cx.join('M');
    let rest: Vec<ScalarId> = cx
        .filter('F')
        .into_iter()
        .filter(|p| *p != found.conjunct)
        .collect();
    let from = if rest.is_empty() { "MF" } else { "M" };
    let join = cx.add_join(kind, on, dependent, [cx.rel('L'), cx.rel('R')], from);
    cx.add_filter(rest, join, "F")
}
