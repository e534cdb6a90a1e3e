//! `ValuesFold`: a projection of one constant row is a constant row.
//!
//!     project (y = x + 1)   =>   values (1 row)
//!     └── values (1 row)
//!
//! The expressions read the row's instead of its columns. For one row only, so that nothing is computed more often than before;
//! volatile expressions read several times hold it back.

use crate::rule::pattern::{op, project};
use crate::rule::{Rewrite, View, rule};
use plan::{Op, OpKind, RelId, ScalarId};
use std::collections::HashMap;
use types::ColId;

rule! {
    /// A projection of one constant row becomes a constant row. See the module.
    ValuesFold in Empty;
    law: "πe({r}) = {e(r)}",
    source: "constant folding, of relations",
    wrong_when: "the row holds a volatile expression that is read several times",
    example: "SELECT 1 + 1",
    pattern: project('P', &[op('V', &[OpKind::Values], "values", &[])]),
    guards: [
        "one row": "V has one row" => |v| {
            let count = match v.op('V') {
                Op::Values { rows, .. } => rows.len(),
                _ => 0,
            };
            v.fact(|| format!("it has {count}"));
            count == 1
        },
        "not volatile": "V holds nothing volatile" => |v| {
            let volatile = v.props('V').volatile;
            v.fact(|| if volatile { "it does".into() } else { "its values are always the same".into() });
            !volatile
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let Op::Values { columns, rows } = cx.arena.op(cx.rel('V')).clone() else {
        return cx.rel('P');
    };
    let map: HashMap<ColId, ScalarId> = columns
        .into_iter()
        .zip(rows.into_iter().flatten())
        .collect();
    let items = cx.project('P');
    let columns = items.iter().map(|i| i.col).collect();
    let row = items
        .iter()
        .map(|i| cx.arena.substitute(i.expr, &map))
        .collect();
    let op = Op::Values {
        columns,
        rows: vec![row],
    };
    cx.add(op, Vec::new(), "VP")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The projection of a single row of constants is such a row itself: {}.",
        plan::text::object(v.arena, v.op('P'))
    )
}
