//! `ExceptToAnti`: A − B → δ(A ▷ B) on equality of all columns, NULLs being equal.
//!
//!     except (c)           distinct
//!     ├── A (a)       =>   └── anti-join (c is not distinct from b)
//!     └── B (b)                ├── project (c = a)
//!                              │   └── A
//!                              └── B
//!
//! A row of A stays when B has no equal one. NULLs are equal here, unlike in NOT IN. EXCEPT ALL counts: each row of B takes one
//! away. That is the same only when the rows of A differ anyway.

use super::set_op::{as_join, counting, counts_once, set_op};
use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, OpKind, RelId, SetOpKind, text};

rule! {
    /// EXCEPT becomes an anti join. See the module.
    ExceptToAnti in Aggregate;
    law: "A − B = δ(A ▷ B), null-safe equality on all columns",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "NULLs are compared by plain equality, or ALL counts duplicates",
    example: "SELECT c_nationkey FROM customer EXCEPT SELECT s_nationkey FROM supplier",
    pattern: op('E', &[OpKind::SetOp], "except", &[any('A'), any('B')]),
    guards: [
        "except": "E is EXCEPT" => |v| {
            v.fact(|| format!("it is a {}", text::words(v.op('E'))));
            set_op(v, 'E').0 == SetOpKind::Except
        },
        "nothing counted": "E has no ALL, or the rows of A differ" => |v| {
            v.fact(|| counting(v, 'E'));
            counts_once(v, 'E')
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    as_join(cx, 'E', JoinKind::Anti)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "EXCEPT becomes an anti join: a row of {} stays when {} has no equal one, NULLs being equal.",
        v.tables('A'),
        v.tables('B')
    )
}
