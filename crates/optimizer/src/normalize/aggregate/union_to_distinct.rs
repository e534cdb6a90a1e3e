//! `UnionToDistinct`: A ∪ B → δ(A ⊎ B), where ⊎ is UNION ALL.
//!
//!     union (c)              distinct
//!     ├── union (d)     =>   └── union-all (c)
//!     │   ├── A                  ├── union-all (d)
//!     │   └── B                  │   ├── A
//!     └── C                      │   └── B
//!                                └── C
//!
//! UNION is UNION ALL without duplicates. A branch need not remove its own: the DISTINCT on top removes them all, so a UNION or
//! DISTINCT directly in a branch loses its own.

use super::set_op::{parts, set_op};
use crate::rule::pattern::op;
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Op, OpKind, RelId, SetOpKind, text};

rule! {
    /// UNION becomes UNION ALL below DISTINCT. See the module.
    UnionToDistinct in Aggregate;
    law: "A ∪ B = δ(A ⊎ B); δ(δ(A) ⊎ B) = δ(A ⊎ B)",
    source: "Garcia-Molina, Ullman and Widom, Database Systems: The Complete Book (2008)",
    wrong_when: "the union is UNION ALL already: its duplicates count",
    example: "SELECT c_nationkey FROM customer UNION SELECT s_nationkey FROM supplier",
    pattern: op('U', &[OpKind::SetOp], "union", &[]),
    guards: [
        "union without ALL": "U is UNION without ALL" => |v| {
            let (kind, all, _) = set_op(v, 'U');
            v.fact(|| format!("it is a {}", text::words(v.op('U'))));
            kind == SetOpKind::Union && !all
        },
    ],
}

/// The branch with duplicates left in, where it removes them on top.
fn with_duplicates(arena: &Arena, branch: RelId) -> RelId {
    let mut branch = branch;
    loop {
        let duplicates_only = match arena.op(branch) {
            Op::Distinct => true,
            Op::Aggregate { keys, aggs } => !keys.is_empty() && aggs.is_empty(),
            _ => false,
        };
        if !duplicates_only {
            return branch;
        }
        branch = arena.inputs(branch)[0];
    }
}

/// The union as a UNION ALL, the unions among its branches too.
fn union_all(cx: &mut Rewrite<'_>, union: RelId) -> RelId {
    let Op::SetOp { columns, .. } = cx.arena.op(union).clone() else {
        return union;
    };
    let mut inputs = cx.arena.inputs(union).to_vec();
    for input in &mut inputs {
        *input = with_duplicates(cx.arena, *input);
        if let Some((SetOpKind::Union, _, _)) = parts(cx.arena.op(*input)) {
            *input = union_all(cx, *input);
        }
    }
    let op = Op::SetOp {
        kind: SetOpKind::Union,
        all: true,
        columns,
    };
    let all = cx.arena.rel(op, inputs);
    cx.derive_from(all, vec![union]);
    all
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let union = union_all(cx, cx.rel('U'));
    cx.add(Op::Distinct, vec![union], "")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "UNION of {} becomes UNION ALL, and one DISTINCT on top removes the duplicates.",
        v.tables('U')
    )
}
