//! `InnerToSemi`: a join that only tests for a match, below an aggregation that ignores duplicates, is a semi join.
//!
//!     aggregate (by a.y)            aggregate (by a.y)
//!     └── join (a.x = b.x)      =>  └── semi-join (a.x = b.x)
//!         ├── a                         ├── a
//!         └── b                         └── b
//!
//! The inner join repeats a row of a for each match; the semi join keeps it once. Grouping, MIN, MAX and DISTINCT aggregates see no
//! difference, SUM and COUNT would. Either side may be the one that is only tested; when it is the left one the sides change
//! places, and the right one is evaluated even where the left one is empty.

use crate::normalize::failure::can_fail;
use crate::rule::pattern::{aggregate, any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{ColSet, JoinKind, RelId, text};

rule! {
    /// A join that only tests for a match becomes a semi join. See the module.
    InnerToSemi in Join;
    law: "γ(πL(L ⋈p R)) = γ(L ⋉p R) when γ ignores duplicates",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "an aggregate counts duplicates, as SUM and COUNT do",
    example: "SELECT max(c_acctbal) FROM customer, orders WHERE c_custkey = o_custkey",
    pattern: aggregate('A', &[join('J', "inner join", &[any('L'), any('R')])]),
    guards: [
        "inner join": "J is an inner join" => |v| {
            v.fact(|| format!("it is a {}", text::words(v.op('J'))));
            v.join('J').0 == JoinKind::Inner && !v.join('J').2
        },
        "ignores duplicates": "A has grouping columns or aggregates, and none that duplicates change" => |v| {
            let (keys, aggs) = v.aggregate('A');
            let culprit = aggs.iter().find(|a| !a.distinct && !a.func.ignores_duplicates());
            v.fact(|| match culprit {
                Some(agg) => format!("{} counts them", text::aggregate(v.arena, agg)),
                None => "grouping, MIN, MAX and DISTINCT do not".into(),
            });
            culprit.is_none() && !(keys.is_empty() && aggs.is_empty())
        },
        "one side unused": "A reads columns of only one side of J, and the other is not volatile" => |v| {
            let unused = unused(v);
            v.fact(|| match unused {
                Some(side) => format!("it reads nothing of {}", v.tables(side)),
                None => "it reads both sides".into(),
            });
            unused.is_some_and(|side| !v.props(side).volatile)
        },
        "order of sides": "the sides keep their order, or R cannot fail" => |v| {
            let first = unused(v) == Some('L') && can_fail(v.arena, v.rel('R'));
            v.fact(|| match first {
                true => format!("{} may fail, and is not evaluated now where {} is empty", v.tables('R'), v.tables('L')),
                false => "nothing is evaluated that was not before".into(),
            });
            !first
        },
    ],
}

fn used(v: &View<'_>) -> ColSet {
    let (keys, _) = v.aggregate('A');
    let mut used: ColSet = keys.iter().copied().collect();
    for scalar in v.op('A').scalars() {
        used.extend_with(v.arena.columns_of(scalar));
    }
    used
}

/// The side nothing of which is read.
fn unused(v: &View<'_>) -> Option<char> {
    let used = used(v);
    ['R', 'L']
        .into_iter()
        .find(|side| !used.intersects(&v.props(*side).output))
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let unused = unused(&cx.view());
    let (_, on, _) = cx.join('J');
    let inputs = match unused {
        Some('L') => [cx.rel('R'), cx.rel('L')],
        _ => [cx.rel('L'), cx.rel('R')],
    };
    let join = cx.add_join(JoinKind::Semi, on, false, inputs, "J");
    let op = cx.arena.op(cx.rel('A')).clone();
    cx.add(op, vec![join], "A")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let (tested, kept) = match unused(v) {
        Some('L') => ('L', 'R'),
        _ => ('R', 'L'),
    };
    format!(
        "The aggregation ignores duplicates and reads nothing of {}: whether a row of {} has a match is all that counts.",
        v.tables(tested),
        v.tables(kept)
    )
}
