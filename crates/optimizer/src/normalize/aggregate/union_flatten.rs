//! `UnionFlatten`: (A ⊎ B) ⊎ C → ⊎(A, B, C), where ⊎ is UNION ALL.
//!
//!     union-all (c)               union-all (c)
//!     ├── union-all (d)           ├── A
//!     │   ├── A            =>     ├── B
//!     │   └── B                   └── C
//!     └── C
//!
//! UNION ALL is associative, the order of branches is kept. A UNION among the branches is not flattened: it removes duplicates that
//! UNION ALL keeps.

use super::set_op::parts;
use crate::rule::pattern::{Pattern, op};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Op, OpKind, RelId, SetColumn, SetOpKind, text};
use types::ColId;

static BRANCH: Pattern = op('V', &[OpKind::SetOp], "union-all", &[]);

rule! {
    /// A UNION ALL among the branches of another gives it its branches. See the module.
    UnionFlatten in Aggregate;
    law: "(A ⊎ B) ⊎ C = ⊎(A, B, C)",
    source: "associativity of bag union, the relational algebra of textbooks",
    wrong_when: "the inner one is UNION: it removes duplicates that UNION ALL keeps",
    example: "SELECT n_name FROM nation UNION ALL SELECT * FROM (SELECT r_name FROM region UNION ALL SELECT c_name FROM customer) t",
    pattern: Pattern::Over {
        letter: 'U',
        kinds: &[OpKind::SetOp],
        says: "union-all",
        some_input: &BRANCH,
    },
    guards: [
        "both UNION ALL": "U and V are UNION ALL" => |v| {
            v.fact(|| format!("they are a {} and a {}", text::words(v.op('U')), text::words(v.op('V'))));
            is_union_all(v.op('U')) && is_union_all(v.op('V'))
        },
    ],
}

fn is_union_all(op: &Op) -> bool {
    matches!(parts(op), Some((SetOpKind::Union, true, _)))
}

/// A branch of the flat union: a plan, and its columns in the order of the output.
type Branch = (RelId, Vec<ColId>);

/// The branches below, UNION ALLs among them opened up, given the columns asked of the node.
fn open(
    arena: &Arena,
    node: RelId,
    wanted: &[ColId],
    unions: &mut Vec<RelId>,
    out: &mut Vec<Branch>,
) {
    let Some((SetOpKind::Union, true, columns)) = parts(arena.op(node)) else {
        out.push((node, wanted.to_vec()));
        return;
    };
    unions.push(node);
    let column = |col: &ColId| -> &SetColumn {
        columns
            .iter()
            .find(|c| c.col == *col)
            .expect("a union reads columns that its branches have")
    };
    for (at, input) in arena.inputs(node).iter().enumerate() {
        let of_input: Vec<ColId> = wanted.iter().map(|col| column(col).inputs[at]).collect();
        open(arena, *input, &of_input, unions, out);
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (mut unions, mut branches) = (Vec::new(), Vec::new());
    let columns = cx.arena.props(cx.rel('U')).columns.clone();
    open(cx.arena, cx.rel('U'), &columns, &mut unions, &mut branches);
    let columns = columns
        .into_iter()
        .enumerate()
        .map(|(at, col)| SetColumn {
            col,
            inputs: branches.iter().map(|(_, columns)| columns[at]).collect(),
        })
        .collect();
    let op = Op::SetOp {
        kind: SetOpKind::Union,
        all: true,
        columns,
    };
    let inputs = branches.into_iter().map(|(node, _)| node).collect();
    let union = cx.arena.rel(op, inputs);
    cx.derive_from(union, unions);
    union
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    format!(
        "UNION ALLs within one another become one with {} branches.",
        v.arena.inputs(after).len()
    )
}
