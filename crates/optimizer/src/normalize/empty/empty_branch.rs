//! `EmptyBranch`: A ⊎ ∅ → A; A − ∅ → A.
//!
//!     union-all (c)            union-all (c)
//!     ├── A                    ├── A
//!     ├── empty           =>   └── B
//!     └── B
//!
//! A branch without rows adds none to a union and takes none away from the first branch of EXCEPT. The only branch left is
//! renamed by a projection, below a DISTINCT when the operation removed duplicates. INTERSECT with an empty branch and EXCEPT
//! from one have no rows: that is `EmptyPropagate`'s.

use super::is_empty;
use crate::normalize::aggregate::set_op::set_op;
use crate::rule::pattern::op;
use crate::rule::{Rewrite, View, rule};
use plan::{Op, OpKind, ProjectItem, RelId, SetColumn, SetOpKind, text};

rule! {
    /// Branches without rows leave a set operation. See the module.
    EmptyBranch in Empty;
    law: "A ⊎ ∅ = A; A ∪ ∅ = δ(A); A − ∅ = δ(A)",
    source: "the empty relation, the relational algebra of textbooks",
    wrong_when: "the operation is INTERSECT, or the empty branch the first of EXCEPT: then there are no rows",
    example: "SELECT n_name FROM nation UNION ALL SELECT r_name FROM region WHERE 1 = 2",
    pattern: op('U', &[OpKind::SetOp], "union or except", &[]),
    guards: [
        "empty branch": "a branch of U has no rows, and the others decide the result" => |v| {
            let (kind, ..) = set_op(v, 'U');
            let empty = v.inputs('U').iter().filter(|b| is_empty(v.arena, **b)).count();
            v.fact(|| match (empty, kind) {
                (0, _) => "every branch may have rows".into(),
                _ => format!("{empty} of {} branches of the {}", v.inputs('U').len(), text::words(v.op('U'))),
            });
            match kind {
                SetOpKind::Union => empty > 0 && empty < v.inputs('U').len(),
                SetOpKind::Except => empty == 1 && is_empty(v.arena, v.inputs('U')[1]),
                SetOpKind::Intersect => false,
            }
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (kind, all, columns) = set_op(&cx.view(), 'U');
    let columns = columns.to_vec();
    let inputs = cx.inputs('U');
    let rest: Vec<usize> = (0..inputs.len())
        .filter(|at| !is_empty(cx.arena, inputs[*at]))
        .collect();
    let [only] = rest.as_slice() else {
        let columns = columns
            .into_iter()
            .map(|c| SetColumn {
                col: c.col,
                inputs: rest.iter().map(|at| c.inputs[*at]).collect(),
            })
            .collect();
        let inputs = rest.iter().map(|at| inputs[*at]).collect();
        return cx.add(Op::SetOp { kind, all, columns }, inputs, "U");
    };
    let items = columns
        .into_iter()
        .map(|c| ProjectItem {
            col: c.col,
            expr: cx.arena.col(c.inputs[*only]),
        })
        .collect();
    let renamed = cx.add_project(items, inputs[*only], "U");
    match all {
        true => renamed,
        false => cx.add(Op::Distinct, vec![renamed], "U"),
    }
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let left: Vec<String> = v
        .inputs('U')
        .iter()
        .filter(|b| !is_empty(v.arena, **b))
        .map(|b| v.tables_below(*b))
        .collect();
    format!(
        "Branches without rows leave the {}: what remains is {}.",
        text::words(v.op('U')),
        left.join(", ")
    )
}
