//! Where expressions stand in operators, and how a rule about expressions becomes a rule about operators.
//!
//! A rule about expressions fires once for an operator: it rewrites every outermost place of the operator's expressions that fits.

use crate::rule::pattern::op;
use crate::rule::{Pattern, Rewrite, View};
use plan::{Arena, ColSet, Func, Op, OpKind, RelId, Scalar, ScalarId, text};

/// An operator that holds expressions: what all rules of this family match.
pub const HOLDS_EXPRESSIONS: Pattern = op(
    'O',
    &[
        OpKind::Filter,
        OpKind::Project,
        OpKind::Join,
        OpKind::Aggregate,
        OpKind::Scan,
        OpKind::Values,
    ],
    "operator with expressions",
    &[],
);

/// What is known where an expression stands.
#[derive(Debug, Clone)]
pub struct Site {
    /// Only whether it is TRUE matters: NULL is as good as FALSE.
    pub condition: bool,
    /// Columns that are not NULL there.
    pub not_null: ColSet,
}

/// A rule about expressions: about single ones, about the conjuncts of a condition or AND, or both.
pub trait ExpressionRule {
    /// The expression has the rule's form.
    fn fits(_arena: &Arena, _id: ScalarId, _site: &Site) -> bool {
        false
    }
    /// What it becomes.
    fn rewrite(_arena: &mut Arena, id: ScalarId, _site: &Site) -> ScalarId {
        id
    }
    /// Conjuncts have the rule's form.
    fn conjuncts_fit(_arena: &Arena, _conjuncts: &[ScalarId], _site: &Site) -> bool {
        false
    }
    /// What they become.
    fn rewrite_conjuncts(
        _arena: &mut Arena,
        conjuncts: Vec<ScalarId>,
        _site: &Site,
    ) -> Vec<ScalarId> {
        conjuncts
    }
}

/// Guard: some expression of O has the rule's form.
pub fn some_fits<R: ExpressionRule>(v: &View<'_>) -> bool {
    let op = v.op('O');
    let site = site_of(v.arena, v.rel('O'));
    let mut found = None;
    for (exprs, condition) in places(op) {
        let site = Site {
            condition,
            not_null: site.clone(),
        };
        if condition && R::conjuncts_fit(v.arena, exprs, &site) {
            v.fact(|| v.sql_all(exprs));
            return true;
        }
        found = found.or_else(|| {
            exprs
                .iter()
                .find_map(|e| outermost::<R>(v.arena, *e, &site))
        });
    }
    v.fact(|| match found {
        Some(id) => v.sql(id),
        None => "none has".into(),
    });
    found.is_some()
}

/// The rewritten operator; without its filter when nothing of the condition is left.
pub fn rewrite_all<R: ExpressionRule>(cx: &mut Rewrite<'_>) -> RelId {
    let node = cx.rel('O');
    let not_null = site_of(cx.arena, node);
    let mut op = cx.arena.op(node).clone();
    for (exprs, condition) in places_mut(&mut op) {
        let site = Site {
            condition,
            not_null: not_null.clone(),
        };
        match exprs {
            Place::Conjuncts(conjuncts) => {
                let mut out = Vec::with_capacity(conjuncts.len());
                for id in conjuncts.drain(..) {
                    let id = descend::<R>(cx.arena, id, &site);
                    for conjunct in cx.arena.conjuncts(id) {
                        if cx.arena.is_volatile(conjunct) || !out.contains(&conjunct) {
                            out.push(conjunct);
                        }
                    }
                }
                if R::conjuncts_fit(cx.arena, &out, &site) {
                    out = R::rewrite_conjuncts(cx.arena, out, &site);
                }
                *conjuncts = out;
            }
            Place::Expression(id) => *id = descend::<R>(cx.arena, *id, &site),
        }
    }
    let inputs = cx.inputs('O');
    if let Op::Filter { predicates } = &op
        && predicates.is_empty()
    {
        return inputs[0];
    }
    cx.add(op, inputs, "O")
}

/// What changed, as `a becomes b`.
pub fn changes(v: &View<'_>, after: RelId) -> String {
    let (old, new) = (v.op('O').scalars(), v.arena.op(after).scalars());
    let only = |these: &[ScalarId], others: &[ScalarId]| -> Vec<ScalarId> {
        let only = these.iter().filter(|e| !others.contains(e));
        only.copied().collect()
    };
    let (gone, come) = (only(&old, &new), only(&new, &old));
    let list = |some: &[ScalarId]| {
        let some: Vec<String> = some.iter().map(|e| text::scalar(v.arena, *e)).collect();
        some.join(", ")
    };
    match (gone.as_slice(), come.as_slice()) {
        ([], []) => "the condition becomes empty".into(),
        (gone, []) => format!("{} is dropped", list(gone)),
        ([], come) => format!("{} comes to it", list(come)),
        (gone, _) if v.arena.op(after).kind() != v.op('O').kind() => {
            format!("{} always holds and is dropped", list(gone))
        }
        (gone, come) => format!("{} becomes {}", v.sql_all(gone), v.sql_all(come)),
    }
}

/// Columns not NULL where the operator's expressions are evaluated.
fn site_of(arena: &Arena, node: RelId) -> ColSet {
    let mut not_null = ColSet::new();
    for input in arena.inputs(node) {
        not_null.extend_with(&arena.props(*input).not_null);
    }
    if let Op::Scan(scan) = arena.op(node) {
        // What the scan's own filters make NOT NULL is not so before they are checked.
        let table = arena.table(scan.table);
        not_null.extend(
            scan.columns
                .iter()
                .filter(|c| !table.nullable(c.ordinal))
                .map(|c| c.col),
        );
    }
    not_null
}

/// The operator's expressions: lists of conjuncts (true) and plain expressions (false).
fn places(op: &Op) -> Vec<(&[ScalarId], bool)> {
    match op {
        Op::Filter { predicates } => vec![(predicates, true)],
        // Where a join tells NULL from FALSE its condition is no place where they are the same.
        Op::Join { kind, on, .. } => vec![(on, !tells_null(*kind))],
        Op::Scan(scan) => vec![(&scan.filters, true)],
        Op::Project { items } => items
            .iter()
            .map(|i| (std::slice::from_ref(&i.expr), false))
            .collect(),
        Op::Aggregate { aggs, .. } => aggs
            .iter()
            .flat_map(|a| {
                let arg = a.arg.iter().map(|e| (std::slice::from_ref(e), false));
                arg.chain(a.filter.iter().map(|e| (std::slice::from_ref(e), false)))
            })
            .collect(),
        Op::Values { rows, .. } => rows.iter().map(|row| (row.as_slice(), false)).collect(),
        _ => Vec::new(),
    }
}

fn tells_null(kind: plan::JoinKind) -> bool {
    matches!(
        kind,
        plan::JoinKind::Mark(_) | plan::JoinKind::NullAwareAnti
    )
}

enum Place<'a> {
    Conjuncts(&'a mut Vec<ScalarId>),
    Expression(&'a mut ScalarId),
}

fn places_mut(op: &mut Op) -> Vec<(Place<'_>, bool)> {
    match op {
        Op::Filter { predicates } => vec![(Place::Conjuncts(predicates), true)],
        Op::Join { kind, on, .. } => {
            if tells_null(*kind) {
                on.iter_mut()
                    .map(|e| (Place::Expression(e), false))
                    .collect()
            } else {
                vec![(Place::Conjuncts(on), true)]
            }
        }
        Op::Scan(scan) => vec![(Place::Conjuncts(&mut scan.filters), true)],
        Op::Project { items } => items
            .iter_mut()
            .map(|i| (Place::Expression(&mut i.expr), false))
            .collect(),
        Op::Aggregate { aggs, .. } => aggs
            .iter_mut()
            .flat_map(|a| a.arg.iter_mut().chain(a.filter.iter_mut()))
            .map(|e| (Place::Expression(e), false))
            .collect(),
        Op::Values { rows, .. } => rows
            .iter_mut()
            .flatten()
            .map(|e| (Place::Expression(e), false))
            .collect(),
        _ => Vec::new(),
    }
}

/// The site of an expression's parts: AND and OR pass on that only TRUE matters, so do the conditions of CASE.
fn below(arena: &Arena, id: ScalarId, at: usize, site: &Site) -> Site {
    let condition = match arena.get(id) {
        Scalar::Call(Func::And | Func::Or, _) => site.condition,
        Scalar::Case { branches, .. } => at < 2 * branches.len() && at.is_multiple_of(2),
        _ => false,
    };
    Site {
        condition,
        not_null: site.not_null.clone(),
    }
}

fn fits_here<R: ExpressionRule>(arena: &Arena, id: ScalarId, site: &Site) -> bool {
    if R::fits(arena, id, site) {
        return true;
    }
    matches!(arena.get(id), Scalar::Call(Func::And, args) if R::conjuncts_fit(arena, args, site))
}

fn outermost<R: ExpressionRule>(arena: &Arena, id: ScalarId, site: &Site) -> Option<ScalarId> {
    if fits_here::<R>(arena, id, site) {
        return Some(id);
    }
    let children = arena.get(id).children();
    children
        .iter()
        .enumerate()
        .find_map(|(at, c)| outermost::<R>(arena, *c, &below(arena, id, at, site)))
}

fn descend<R: ExpressionRule>(arena: &mut Arena, id: ScalarId, site: &Site) -> ScalarId {
    if R::fits(arena, id, site) {
        return R::rewrite(arena, id, site);
    }
    if let Scalar::Call(Func::And, args) = arena.get(id).clone()
        && R::conjuncts_fit(arena, &args, site)
    {
        let conjuncts = R::rewrite_conjuncts(arena, args, site);
        return arena.and(conjuncts);
    }
    let node = arena.get(id).clone();
    let children = node.children();
    let rebuilt: Vec<ScalarId> = children
        .iter()
        .enumerate()
        .map(|(at, c)| {
            let site = below(arena, id, at, site);
            descend::<R>(arena, *c, &site)
        })
        .collect();
    if rebuilt == children {
        id
    } else {
        arena.scalar(node.with_children(&rebuilt))
    }
}
