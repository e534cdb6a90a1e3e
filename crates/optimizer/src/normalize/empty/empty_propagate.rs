//! `EmptyPropagate`: what can have no rows becomes the empty relation.
//!
//!     join (a.x = b.x)
//!     ├── filter (false)   =>   empty
//!     │   └── a
//!     └── b
//!
//! A filter that is never true has no rows, nor has LIMIT 0, nor an inner or semi join with such an input, nor what computes,
//! sorts, groups by columns or filters over it. (Aggregation without grouping columns makes a row of nothing, outer joins
//! pad: `EmptyAggregate`, `EmptyPadding`.) Nothing volatile may be inside: it would no longer be evaluated.

use crate::rule::pattern::op;
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, Op, OpKind, RelId, text};

rule! {
    /// A plan without rows is replaced by the empty relation. See the module.
    EmptyPropagate in Empty;
    law: "σfalse(R) = ∅; ∅ ⋈ R = ∅; π(∅) = ∅; γk(∅) = ∅",
    source: "the empty relation, the relational algebra of textbooks",
    wrong_when: "the operator makes rows of nothing: an outer join pads the other side, a global aggregate has one row",
    example: "SELECT * FROM orders, lineitem WHERE o_orderkey = l_orderkey AND 1 = 2",
    pattern: op(
        'O',
        &[
            OpKind::Scan,
            OpKind::Filter,
            OpKind::Project,
            OpKind::Join,
            OpKind::Aggregate,
            OpKind::Distinct,
            OpKind::Sort,
            OpKind::Limit,
            OpKind::TopN,
            OpKind::SetOp,
        ],
        "operator",
        &[],
    ),
    guards: [
        "no rows": "O has no rows" => |v| {
            let none = v.props('O').max_rows == Some(0);
            v.fact(|| match none {
                true => cause(v),
                false => "it may have some".into(),
            });
            none
        },
        "not volatile": "nothing in O is volatile" => |v| {
            let volatile = v.props('O').volatile;
            v.fact(|| match volatile {
                true => "something would no longer be evaluated".into(),
                false => "leaving it out cannot be told".into(),
            });
            !volatile
        },
    ],
}

/// Why there are no rows: the lowest operator that has none.
fn cause(v: &View<'_>) -> String {
    let mut node = v.rel('O');
    let none = |node: &RelId| v.arena.props(*node).max_rows == Some(0);
    while let Some(below) = v.arena.inputs(node).iter().find(|input| none(input)) {
        node = *below;
    }
    match v.arena.op(node) {
        Op::Filter { predicates } => {
            format!("the condition {} is never true", v.sql_all(predicates))
        }
        Op::Scan(scan) => format!("the condition {} is never true", v.sql_all(&scan.filters)),
        Op::Join {
            kind: JoinKind::Inner | JoinKind::Semi,
            on,
            ..
        } if !on.is_empty() => format!("the condition {} is never true", v.sql_all(on)),
        Op::Limit { limit: Some(0), .. } | Op::TopN { limit: 0, .. } => {
            "a limit of 0 keeps no row".into()
        }
        Op::Limit { .. } | Op::TopN { .. } => "all rows are skipped".into(),
        Op::Values { .. } => "an input is empty".into(),
        op => format!("the {} has no rows", text::words(op)),
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let columns = cx.arena.props(cx.rel('O')).columns.clone();
    let op = Op::Values {
        columns,
        rows: Vec::new(),
    };
    cx.add(op, vec![], "O")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!("The {} has no rows: {}.", text::words(v.op('O')), cause(v))
}
