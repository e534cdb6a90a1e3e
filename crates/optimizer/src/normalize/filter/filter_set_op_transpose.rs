//! `FilterSetOpTranspose`: σp(A ∪ B) → σp(A) ∪ σp(B).
//!
//!     filter (c > 3)        union-all (c)
//!     └── union-all (c)  => ├── filter (a > 3)
//!         ├── A             │   └── A
//!         └── B             └── filter (b > 3)
//!                               └── B
//!
//! The conjunct reads in each branch the columns that make up the result's. Sound for UNION, INTERSECT and EXCEPT, with and
//! without ALL: rows that are equal pass the filter together. Not for volatile conjuncts, which would be evaluated a different
//! number of times, nor for ones that may fail: INTERSECT and EXCEPT show them fewer rows.

use super::placement::{Placement, place};
use crate::rule::pattern::{filter, op};
use crate::rule::{Rewrite, View, rule};
use plan::{ColSet, Op, OpKind, RelId, ScalarId, SetColumn, text};
use std::collections::HashMap;
use types::ColId;

rule! {
    /// A filter over a set operation goes into every branch. See the module.
    FilterSetOpTranspose in Filter;
    law: "σp(A ∪ B) = σp(A) ∪ σp(B); the same for ∩ and −",
    source: "selection commutes with set operations, the relational algebra of textbooks",
    wrong_when: "the condition is volatile or may fail: it would be evaluated on other rows",
    example: "SELECT * FROM (SELECT n_name FROM nation UNION ALL SELECT r_name FROM region) t (name) WHERE name < 'B'",
    pattern: filter('F', &[op('U', &[OpKind::SetOp], "set operation", &[])]),
    guards: [
        "movable conjunct": "some conjunct of F is neither volatile nor able to fail" => |v| {
            let placement = placement(v);
            v.fact(|| match placement.left.as_slice() {
                [] => format!("{} is volatile or may fail", v.sql_all(v.filter('F'))),
                some => format!("{} only reads columns", v.sql_all(some)),
            });
            !placement.left.is_empty()
        },
    ],
}

fn placement(v: &View<'_>) -> Placement {
    place(v.arena, v.filter('F'), &v.props('U').output, &ColSet::new())
}

fn columns(op: &Op) -> &[SetColumn] {
    match op {
        Op::SetOp { columns, .. } => columns,
        _ => panic!("the pattern bound a set operation here"),
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let placement = placement(&cx.view());
    let op = cx.arena.op(cx.rel('U')).clone();
    let branches = cx.inputs('U');
    let mut inputs = Vec::with_capacity(branches.len());
    for (at, branch) in branches.into_iter().enumerate() {
        let map: HashMap<ColId, ScalarId> = columns(&op)
            .iter()
            .map(|c| (c.col, cx.arena.col(c.inputs[at])))
            .collect();
        let predicates = placement
            .left
            .iter()
            .map(|p| cx.arena.substitute(*p, &map))
            .collect();
        inputs.push(cx.add_filter(predicates, branch, "F"));
    }
    let union = cx.add(op, inputs, "U");
    cx.add_filter(placement.stays, union, "F")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The filter {} moves into each of the {} branches of the {}.",
        v.sql_all(&placement(v).left),
        v.inputs('U').len(),
        text::words(v.op('U'))
    )
}
