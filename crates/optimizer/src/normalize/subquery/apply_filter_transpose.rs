//! `ApplyFilterTranspose`: L dependent-⋈q σp(R) → L dependent-⋈q∧p R for the conjuncts p that read columns of L.
//!
//!     dependent-semi-join              dependent-semi-join (b.x = a.x)
//!     ├── a                        =>  ├── a
//!     └── filter (b.x = a.x)           └── b
//!         └── b
//!
//! A pair whose right row fails the filter was no match before and is none after. It holds for every kind of join; where the
//! join tells NULL from FALSE (mark, null-aware anti), a conjunct that could be NULL goes in as `p IS TRUE`.

use super::correlation::{harmless, is_dependent, outer_columns, split};
use crate::rule::pattern::{any, filter, join};
use crate::rule::{Rewrite, View, rule};
use plan::{Func, JoinKind, RelId, ScalarId, props};

rule! {
    /// A correlated filter becomes a condition of the dependent join. See the module.
    ApplyFilterTranspose in Subquery;
    law: "L dependent-⋈q σp(R) = L dependent-⋈q∧p R",
    source: "Galindo-Legaria and Joshi (2001); Neumann and Kemper, Unnesting Arbitrary Queries (2015)",
    wrong_when: "the condition may fail: it would be evaluated on pairs that other conditions excluded before",
    example: "SELECT * FROM orders WHERE EXISTS (SELECT * FROM lineitem WHERE l_orderkey = o_orderkey)",
    pattern: join('D', "dependent join", &[any('L'), filter('F', &[any('R')])]),
    guards: [
        "dependent": "D is marked as dependent" => is_dependent,
        "correlated": "some conjunct of F reads a column of L" => |v| {
            let (correlated, _) = split(v, v.filter('F'));
            v.fact(|| match correlated.as_slice() {
                [] => format!("{} reads none", v.sql_all(v.filter('F'))),
                some => format!("{} reads {}", v.sql_all(some), v.names(&outer_columns(v, 'F'))),
            });
            !correlated.is_empty()
        },
        "harmless": "no conjunct of F or D is volatile or may fail" => |v| {
            let (_, on, _) = v.join('D');
            harmless(v, &[v.filter('F'), on].concat())
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (mut correlated, rest) = split(&cx.view(), &cx.filter('F'));
    let (kind, on, dependent) = cx.join('D');
    if matches!(kind, JoinKind::Mark(_) | JoinKind::NullAwareAnti) {
        let v = cx.view();
        let not_null = v.props('L').not_null.union(&v.props('R').not_null);
        let unsure = |p: &ScalarId| !props::never_null(v.arena, *p, &not_null);
        let unsure: Vec<bool> = correlated.iter().map(unsure).collect();
        for (p, unsure) in correlated.iter_mut().zip(unsure) {
            if unsure {
                *p = cx.arena.call(Func::IsTrue, vec![*p]);
            }
        }
    }
    for p in on {
        if !correlated.contains(&p) {
            correlated.push(p);
        }
    }
    let from = if rest.is_empty() { "DF" } else { "D" };
    let right = cx.add_filter(rest, cx.rel('R'), "F");
    cx.add_join(kind, correlated, dependent, [cx.rel('L'), right], from)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (correlated, _) = split(v, v.filter('F'));
    let (compares, becomes) = match correlated.len() {
        1 => ("compares", "it becomes a condition"),
        _ => ("compare", "they become conditions"),
    };
    format!(
        "{} {compares} {} with {}: {becomes} of the join, and the subquery depends less on its outer row.",
        v.sql_all(&correlated),
        v.tables('R'),
        v.tables('L')
    )
}
