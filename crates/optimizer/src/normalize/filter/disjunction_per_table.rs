//! `DisjunctionPerTable`: L ⋈(l1∧r1)∨(l2∧r2) R → σl1∨l2(L) ⋈(l1∧r1)∨(l2∧r2) σr1∨r2(R).
//!
//!     join ((a.x = 1 and b.y = 2) or (a.x = 3 and b.y = 4))
//!     ├── a
//!     └── b
//!
//!     =>  join (the same)
//!         ├── filter (a.x = 1 or a.x = 3)
//!         │   └── a
//!         └── filter (b.y = 2 or b.y = 4)
//!             └── b
//!
//! No row pair satisfies the disjunction unless each side satisfies its part of some disjunct. The disjunction itself stays. Only
//! when every disjunct says something about the side; parts that are volatile or may fail say nothing. It runs once: the filter
//! it adds is implied by what stays and would be added again.

use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, ColSet, Func, JoinKind, Op, RelId, Scalar, ScalarId};

rule! {
    /// A disjunction over both sides of a join filters each side by its parts. See the module.
    DisjunctionPerTable in Filter;
    law: "L ⋈(l1∧r1)∨(l2∧r2) R = σl1∨l2(L) ⋈(l1∧r1)∨(l2∧r2) σr1∨r2(R)",
    source: "join-dependent predicate duplication: Boncz, Neumann and Erling, TPC-H Analyzed (2013)",
    wrong_when: "one disjunct says nothing about the side: any of its rows may match by it",
    example: "SELECT * FROM nation n1, nation n2 WHERE (n1.n_name = 'FRANCE' AND n2.n_name = 'GERMANY') OR (n1.n_name = 'GERMANY' AND n2.n_name = 'FRANCE')",
    pattern: join('J', "inner or semi join", &[any('L'), any('R')]),
    guards: [
        "drops unmatched rows": "J is an inner or semi join" => |v| {
            let (kind, ..) = v.join('J');
            v.fact(|| format!("it is a {}", plan::text::words(v.op('J'))));
            matches!(kind, JoinKind::Inner | JoinKind::Semi)
        },
        "says something": "a disjunction of J has in every disjunct a part that reads one side only" => |v| {
            let found = [sides(v, 'L'), sides(v, 'R')].concat();
            v.fact(|| match found.first() {
                None => "no such disjunction".into(),
                Some((or, _)) => format!("it is {}", v.sql(*or)),
            });
            !found.is_empty()
        },
    ],
}

/// The disjunctions of the join that bound the side, each with the side's part of every disjunct.
fn sides(v: &View<'_>, side: char) -> Vec<(ScalarId, Vec<Vec<ScalarId>>)> {
    let columns = &v.props(side).output;
    let (_, on, _) = v.join('J');
    on.iter()
        .filter_map(|&or| Some((or, parts(v.arena, or, columns)?)))
        .collect()
}

fn parts(arena: &Arena, or: ScalarId, columns: &ColSet) -> Option<Vec<Vec<ScalarId>>> {
    let Scalar::Call(Func::Or, disjuncts) = arena.get(or) else {
        return None;
    };
    disjuncts
        .iter()
        .map(|disjunct| {
            let part: Vec<ScalarId> = arena
                .conjuncts(*disjunct)
                .into_iter()
                .filter(|p| {
                    let read = arena.columns_of(*p);
                    !read.is_empty()
                        && read.is_subset(columns)
                        && !arena.is_volatile(*p)
                        && !arena.may_fail(*p)
                })
                .collect();
            (!part.is_empty()).then_some(part)
        })
        .collect()
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let found = [sides(&cx.view(), 'L'), sides(&cx.view(), 'R')];
    let (kind, on, dependent) = cx.join('J');
    let mut inputs = [cx.rel('L'), cx.rel('R')];
    for (input, found) in inputs.iter_mut().zip(found) {
        let mut added = Vec::new();
        for (_, parts) in found {
            let parts: Vec<ScalarId> = parts.into_iter().map(|p| cx.arena.and(p)).collect();
            let mut distinct = Vec::new();
            for part in parts {
                if !distinct.contains(&part) {
                    distinct.push(part);
                }
            }
            added.push(match distinct.as_slice() {
                [one] => *one,
                _ => cx.arena.call(Func::Or, distinct),
            });
        }
        if let Op::Filter { predicates } = cx.arena.op(*input) {
            added.retain(|p| !predicates.contains(p));
        }
        *input = cx.add_filter(added, *input, "");
    }
    if inputs == [cx.rel('L'), cx.rel('R')] {
        return cx.rel('J');
    }
    cx.add_join(kind, on, dependent, inputs, "J")
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    let mut added = Vec::new();
    for (side, input) in ['L', 'R'].into_iter().zip(v.arena.inputs(after)) {
        if *input != v.rel(side)
            && let Op::Filter { predicates } = v.arena.op(*input)
        {
            added.push(format!("{} by {}", v.tables(side), v.sql_all(predicates)));
        }
    }
    format!(
        "Whatever disjunct a pair satisfies, each side satisfies its part of one: this filters {} before the join.",
        added.join(", and ")
    )
}
