//! `ApplyJoinTranspose`: what correlates a join inside a subquery goes above it.
//!
//!     join (b.y = c.y and c.x = a.x)       filter (b.z = a.z and c.x = a.x)
//!     ├── filter (b.z = a.z)           =>  └── join (b.y = c.y)
//!     │   └── b                                ├── b
//!     └── c                                    └── c
//!
//! Here a is an outer query. An inner join's conjuncts, and filters on its inputs, may as well be checked on its rows; so may
//! filters on the left input of a join that keeps left rows as they are. Nothing that goes up may fail or be volatile: it
//! is evaluated on other rows there. At the top of the subquery `ApplyFilterTranspose` takes over.

use super::correlation::harmless;
use crate::normalize::failure::can_fail;
use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, ColSet, JoinKind, Op, RelId, ScalarId};

rule! {
    /// Correlated conditions of a join inside a subquery go above it. See the module.
    ApplyJoinTranspose in Subquery;
    law: "σc(B) ⋈p∧c' C = σc∧c'(B ⋈p C), c and c' read outer columns",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "the condition filters an input that the join pads or only tests for matches",
    example: "SELECT * FROM customer WHERE EXISTS (SELECT * FROM orders JOIN lineitem ON o_orderkey = l_orderkey AND o_custkey = c_custkey)",
    pattern: join('J', "join", &[any('L'), any('R')]),
    guards: [
        "in a subquery": "J reads columns of an outer query" => |v| {
            let free = &v.props('J').free;
            v.fact(|| if free.is_empty() { "it reads none".into() } else { format!("it reads {}", v.names(free)) });
            !free.is_empty()
        },
        "correlated": "a condition of J, or a filter on an input whose rows J keeps, reads them" => |v| {
            let found = correlated(v);
            v.fact(|| if found.all().is_empty() { "there is none".into() } else { v.sql_all(&found.all()) });
            !found.all().is_empty()
        },
        "harmless": "none of these is volatile or may fail, and neither is what J checks or stands beside them" => |v| {
            harmless(v, &[correlated(v).all(), checked(v)].concat())
        },
        "right side": "no filter leaves L, or R cannot fail: it is not evaluated where L is empty" => |v| {
            let newly = !correlated(v).left.is_empty() && can_fail(v.arena, v.rel('R'));
            v.fact(|| match newly {
                true => format!("{} may fail", v.tables('R')),
                false => "nothing is evaluated that could newly fail".into(),
            });
            !newly
        },
    ],
}

/// What J checks, and the filters that conjuncts leave: the rest of them then meets more rows.
fn checked(v: &View<'_>) -> Vec<ScalarId> {
    let found = correlated(v);
    let mut all = v.join('J').1.to_vec();
    for (side, up) in [('L', &found.left), ('R', &found.right)] {
        if let Op::Filter { predicates } = v.op(side)
            && !up.is_empty()
        {
            all.extend(predicates);
        }
    }
    all
}

#[derive(Default)]
struct Correlated {
    on: Vec<ScalarId>,
    left: Vec<ScalarId>,
    right: Vec<ScalarId>,
}

impl Correlated {
    fn all(&self) -> Vec<ScalarId> {
        [&self.left[..], &self.right, &self.on].concat()
    }
}

fn correlated(v: &View<'_>) -> Correlated {
    let (kind, on, _) = v.join('J');
    let free = &v.props('J').free;
    let mut found = Correlated::default();
    if kind == JoinKind::Inner {
        found.on = reading(v.arena, on, free);
        found.right = filters(v.arena, v.rel('R'), free);
    }
    if !matches!(kind, JoinKind::Right | JoinKind::Full) {
        found.left = filters(v.arena, v.rel('L'), free);
    }
    found
}

fn reading(arena: &Arena, conjuncts: &[ScalarId], free: &ColSet) -> Vec<ScalarId> {
    conjuncts
        .iter()
        .copied()
        .filter(|p| arena.columns_of(*p).intersects(free))
        .collect()
}

fn filters(arena: &Arena, input: RelId, free: &ColSet) -> Vec<ScalarId> {
    match arena.op(input) {
        Op::Filter { predicates } => reading(arena, predicates, free),
        _ => Vec::new(),
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let found = correlated(&cx.view());
    let (kind, on, dependent) = cx.join('J');
    let mut inputs = [cx.rel('L'), cx.rel('R')];
    let mut from = vec![cx.rel('J')];
    for (input, up) in inputs.iter_mut().zip([&found.left, &found.right]) {
        if up.is_empty() {
            continue;
        }
        let Op::Filter { predicates } = cx.arena.op(*input).clone() else {
            continue;
        };
        let below = cx.arena.inputs(*input)[0];
        let rest: Vec<ScalarId> = predicates.into_iter().filter(|p| !up.contains(p)).collect();
        from.push(*input);
        *input = cx.add_filter(rest, below, "");
    }
    let on = on.into_iter().filter(|p| !found.on.contains(p)).collect();
    let join = cx.add_join(kind, on, dependent, inputs, "J");
    let filter = cx.add_filter(found.all(), join, "");
    cx.derive_from(
        filter,
        if from.len() > 1 {
            from[1..].to_vec()
        } else {
            from
        },
    );
    filter
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "{} reads the outer query: it moves above the join, towards the dependent join that provides it.",
        v.sql_all(&correlated(v).all())
    )
}
