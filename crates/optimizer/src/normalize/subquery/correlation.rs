//! What the right input of a dependent join (D, with left input L) uses of the left one.

use crate::rule::{Rewrite, View};
use plan::{Arena, ColSet, Func, JoinKind, ProjectItem, RelId, Scalar, ScalarId, text};
use types::ColId;

/// Guard: D is dependent.
pub fn is_dependent(v: &View<'_>) -> bool {
    let (.., dependent) = v.join('D');
    v.fact(|| format!("it is a {}", text::words(v.op('D'))));
    dependent
}

/// The columns of L.
pub fn of_left(v: &View<'_>) -> ColSet {
    v.props('L').output.clone()
}

/// The columns of L that what a letter bound uses.
pub fn outer_columns(v: &View<'_>, letter: char) -> ColSet {
    v.props(letter).free.intersection(&v.props('L').output)
}

/// The conjuncts that read columns of L, and the others.
pub fn split(v: &View<'_>, conjuncts: &[ScalarId]) -> (Vec<ScalarId>, Vec<ScalarId>) {
    split_by(v, conjuncts, &v.props('L').output)
}

fn split_by(
    v: &View<'_>,
    conjuncts: &[ScalarId],
    outer: &ColSet,
) -> (Vec<ScalarId>, Vec<ScalarId>) {
    conjuncts
        .iter()
        .partition(|p| v.arena.columns_of(**p).intersects(outer))
}

/// Guard: the conjuncts of the filter F can be evaluated in any order: none is volatile or may fail.
pub fn harmless(v: &View<'_>, conjuncts: &[ScalarId]) -> bool {
    let culprit = conjuncts
        .iter()
        .find(|p| v.arena.is_volatile(**p) || v.arena.may_fail(**p));
    v.fact(|| match culprit {
        Some(p) => format!("{} is volatile or may fail", v.sql(*p)),
        None => "none is volatile or can fail".into(),
    });
    culprit.is_none()
}

/// An equality between an expression of the inner columns and one of the outer columns.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// Reads only inner columns.
    pub inner: ScalarId,
    /// Reads no inner column.
    pub outer: ScalarId,
}

/// The conjunct as a link, when it is one.
pub fn link(arena: &Arena, conjunct: ScalarId, inner: &ColSet) -> Option<Link> {
    let Scalar::Call(Func::Eq, args) = arena.get(conjunct) else {
        return None;
    };
    let reads = |id: ScalarId| {
        let columns = arena.columns_of(id);
        (
            columns.intersects(inner),
            columns.is_subset(inner) && !columns.is_empty(),
        )
    };
    match (reads(args[0]), reads(args[1])) {
        ((_, true), (false, _)) => Some(Link {
            inner: args[0],
            outer: args[1],
        }),
        ((false, _), (_, true)) => Some(Link {
            inner: args[1],
            outer: args[0],
        }),
        _ => None,
    }
}

/// The correlated conjuncts of F as links, when all are; and the conjuncts that read no outer column.
pub fn links(v: &View<'_>, outer: &ColSet) -> Option<(Vec<Link>, Vec<ScalarId>)> {
    let (correlated, rest) = split_by(v, v.filter('F'), outer);
    let inner = &v.props('R').output;
    let links: Option<Vec<Link>> = correlated
        .iter()
        .map(|p| link(v.arena, *p, inner))
        .collect();
    Some((links?, rest))
}

/// Guard: F correlates by equalities only, and nothing below or beside it does.
pub fn linked_by_equality(v: &View<'_>, outer: &ColSet) -> bool {
    let below = v.props('R').free.intersection(outer);
    let found = links(v, outer).filter(|(links, _)| !links.is_empty());
    v.fact(|| match &found {
        _ if !below.is_empty() => format!("{} is used further below", v.names(&below)),
        None => format!(
            "{} is not an equality of an inner with an outer expression",
            v.sql_all(&split_by(v, v.filter('F'), outer).0)
        ),
        Some((links, _)) => {
            let text: Vec<String> = links
                .iter()
                .map(|l| format!("{} = {}", v.sql(l.inner), v.sql(l.outer)))
                .collect();
            text.join(" and ")
        }
    });
    below.is_empty() && found.is_some()
}

/// The expressions as columns of the input: those that are none yet are computed by a projection over it.
pub fn as_columns(cx: &mut Rewrite<'_>, exprs: &[ScalarId], input: RelId) -> (Vec<ColId>, RelId) {
    let mut computed: Vec<ProjectItem> = Vec::new();
    let columns = exprs
        .iter()
        .map(|&expr| {
            if let Some(col) = cx.arena.as_column(expr) {
                return col;
            }
            if let Some(item) = computed.iter().find(|i| i.expr == expr) {
                return item.col;
            }
            let (name, ty) = (text::scalar(cx.arena, expr), cx.arena.ty(expr));
            let col = cx.arena.new_computed(name, ty);
            computed.push(ProjectItem { col, expr });
            col
        })
        .collect();
    if computed.is_empty() {
        return (columns, input);
    }
    let passed = cx.arena.props(input).columns.clone();
    let mut items = cx.passed_on(&passed);
    items.extend(computed);
    (columns, cx.add_project(items, input, ""))
}

/// Guard: A reads no outer column itself, computes nothing volatile, and its arguments cannot fail.
pub fn plain_aggregates(v: &View<'_>, outer: &ColSet) -> bool {
    let (_, aggs) = v.aggregate('A');
    let culprit = aggs
        .iter()
        .flat_map(|a| a.arg.into_iter().chain(a.filter))
        .find(|e| {
            v.arena.columns_of(*e).intersects(outer)
                || v.arena.is_volatile(*e)
                || v.arena.may_fail(*e)
        });
    v.fact(|| match culprit {
        Some(e) => format!("{} does, is volatile or may fail", v.sql(e)),
        None => "its arguments are expressions of inner columns that cannot fail".into(),
    });
    culprit.is_none()
}

/// Guard: D asks for a value for each row of L and has no condition: a cross, left or single join.
pub fn wants_one_row(v: &View<'_>) -> bool {
    let (kind, on, _) = v.join('D');
    v.fact(|| {
        if on.is_empty() {
            format!("it is a {}", text::words(v.op('D')))
        } else {
            format!("it has the condition {}", v.sql_all(on))
        }
    });
    on.is_empty() && matches!(kind, JoinKind::Inner | JoinKind::Left | JoinKind::Single)
}
