//! `ColumnPrune`: a column that no operator above uses is not made.
//!
//!     project (a.x)               project (a.x)
//!     └── scan a (x, y, z)    =>  └── scan a (x)
//!
//! Scans read fewer columns, projections and aggregations compute fewer, VALUES and UNION ALL carry fewer. Not below
//! DISTINCT, UNION and the like, which compare whole rows. Grouping columns stay: they make the groups. Volatile expressions
//! stay: how often they are evaluated would change.

use crate::rule::pattern::op;
use crate::rule::{Rewrite, View, rule};
use plan::{ColSet, Op, OpKind, RelId, SetOpKind, text};

rule! {
    /// Columns that nothing above uses are not made. See the module.
    ColumnPrune in Columns looks_up;
    law: "πc(op(R)) = πc(op'(R)) when op' makes at least c",
    source: "projection push-down, the relational algebra of textbooks",
    wrong_when: "an operator in between compares whole rows, as DISTINCT and UNION do",
    example: "SELECT n_name FROM nation",
    pattern: op(
        'O',
        &[OpKind::Scan, OpKind::Values, OpKind::Project, OpKind::Aggregate, OpKind::SetOp],
        "operator that makes columns",
        &[],
    ),
    guards: [
        "unused column": "O makes a column that no operator above uses" => |v| {
            let unused = unused(v);
            v.fact(|| if unused.is_empty() {
                "each of its columns is used above".into()
            } else {
                format!("nothing above uses {}", v.names(&unused))
            });
            !unused.is_empty()
        },
    ],
}

/// The columns that may go.
fn unused(v: &View<'_>) -> ColSet {
    let op = v.op('O');
    let candidates: ColSet = match op {
        Op::Scan(scan) => {
            let filtered = scan
                .filters
                .iter()
                .fold(ColSet::new(), |set, f| set.union(v.arena.columns_of(*f)));
            let read: ColSet = scan.columns.iter().map(|c| c.col).collect();
            read.difference(&filtered)
        }
        Op::Values { columns, rows } => columns
            .iter()
            .enumerate()
            .filter(|(at, _)| !rows.iter().any(|row| v.arena.is_volatile(row[*at])))
            .map(|(_, col)| *col)
            .collect(),
        Op::Project { items } => items
            .iter()
            .filter(|i| !v.arena.is_volatile(i.expr))
            .map(|i| i.col)
            .collect(),
        Op::Aggregate { aggs, .. } => aggs
            .iter()
            .filter(|a| {
                !a.arg
                    .into_iter()
                    .chain(a.filter)
                    .any(|e| v.arena.is_volatile(e))
            })
            .map(|a| a.col)
            .collect(),
        Op::SetOp {
            kind: SetOpKind::Union,
            all: true,
            columns,
        } => columns.iter().map(|c| c.col).collect(),
        _ => ColSet::new(),
    };
    candidates.difference(&v.scope.needed)
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let unused = unused(&cx.view());
    let mut op = cx.arena.op(cx.rel('O')).clone();
    match &mut op {
        Op::Scan(scan) => scan.columns.retain(|c| !unused.contains(c.col)),
        Op::Values { columns, rows } => {
            for row in rows {
                let mut at = 0;
                row.retain(|_| {
                    at += 1;
                    !unused.contains(columns[at - 1])
                });
            }
            columns.retain(|c| !unused.contains(*c));
        }
        Op::Project { items } => items.retain(|i| !unused.contains(i.col)),
        Op::Aggregate { aggs, .. } => aggs.retain(|a| !unused.contains(a.col)),
        Op::SetOp { columns, .. } => columns.retain(|c| !unused.contains(c.col)),
        _ => {}
    }
    let inputs = cx.inputs('O');
    cx.add(op, inputs, "O")
}

fn sentence(v: &View<'_>, after: RelId) -> String {
    let (unused, kept) = (unused(v), v.arena.props(after).columns.len());
    let total = v.props('O').columns.len();
    let what = match v.op('O') {
        Op::Scan(scan) => {
            return format!(
                "The scan of {} reads {kept} of {total} columns: nothing above uses {}.",
                scan.alias,
                v.names(&unused)
            );
        }
        op => text::words(op),
    };
    format!(
        "The {what} no longer makes {}: nothing above uses it.",
        v.names(&unused)
    )
}
