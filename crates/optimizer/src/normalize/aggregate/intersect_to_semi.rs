//! `IntersectToSemi`: A ∩ B → δ(A ⋉ B) on equality of all columns, NULLs being equal.
//!
//!     intersect (c)        distinct
//!     ├── A (a)       =>   └── semi-join (c is not distinct from b)
//!     └── B (b)                ├── project (c = a)
//!                              │   └── A
//!                              └── B
//!
//! A row of A stays when B has an equal one. INTERSECT ALL counts: a row stays as often as it occurs in both. That is the same
//! only when the rows of A differ anyway. Where a side is never NULL the equality is a plain one.

use super::set_op::{as_join, counting, counts_once, set_op};
use crate::rule::pattern::{any, op};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, OpKind, RelId, SetOpKind, text};

rule! {
    /// INTERSECT becomes a semi join. See the module.
    IntersectToSemi in Aggregate;
    law: "A ∩ B = δ(A ⋉ B), null-safe equality on all columns",
    source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
    wrong_when: "NULLs are compared by plain equality, or ALL counts duplicates",
    example: "SELECT c_nationkey FROM customer INTERSECT SELECT s_nationkey FROM supplier",
    pattern: op('I', &[OpKind::SetOp], "intersect", &[any('A'), any('B')]),
    guards: [
        "intersect": "I is INTERSECT" => |v| {
            v.fact(|| format!("it is a {}", text::words(v.op('I'))));
            set_op(v, 'I').0 == SetOpKind::Intersect
        },
        "nothing counted": "I has no ALL, or the rows of A differ" => |v| {
            v.fact(|| counting(v, 'I'));
            counts_once(v, 'I')
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    as_join(cx, 'I', JoinKind::Semi)
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "INTERSECT becomes a semi join: a row of {} stays when {} has an equal one, NULLs being equal.",
        v.tables('A'),
        v.tables('B')
    )
}
