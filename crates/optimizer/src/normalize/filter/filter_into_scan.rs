//! `FilterIntoScan`: σp(scan T) → scan T where p.
//!
//!     filter (a.y > 3)   =>   scan a where a.y > 3
//!     └── scan a
//!
//! The scan checks the conjuncts while it reads, and may skip pages whose least and greatest values exclude a match. The
//! conjuncts keep their order, so one that may fail still sees only rows that passed those before it. Volatile ones stay
//! above: skipping pages would change how often they are evaluated. So do ones that read an outer query's columns: a scan
//! knows only its own.

use crate::rule::pattern::{filter, op};
use crate::rule::{Rewrite, View, rule};
use plan::{Op, OpKind, RelId, ScalarId};

rule! {
    /// A filter directly over a scan becomes part of it. See the module.
    FilterIntoScan in Filter;
    law: "σp(scan T) = scan T where p",
    source: "sargable predicates: Selinger et al., Access Path Selection in a Relational Database Management System (1979)",
    wrong_when: "a conjunct is volatile: pages that are skipped would change how often it is evaluated",
    example: "SELECT * FROM orders WHERE o_orderdate >= DATE '1995-01-01'",
    pattern: filter('F', &[op('S', &[OpKind::Scan], "scan", &[])]),
    guards: [
        "reads the table": "the first conjunct of F is not volatile and reads only columns of S" => |v| {
            let (inside, outside) = split(v);
            v.fact(|| match (inside.as_slice(), outside.as_slice()) {
                ([], [first, ..]) => format!("{} is volatile or reads an outer query", v.sql(*first)),
                (inside, _) => format!("{} reads only {}", v.sql_all(inside), v.scan('S').alias),
            });
            !inside.is_empty()
        },
    ],
}

/// The conjuncts that the scan can take, and the rest. After one that stays, ones that may fail stay too: they might rely on it.
fn split(v: &View<'_>) -> (Vec<ScalarId>, Vec<ScalarId>) {
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for &conjunct in v.filter('F') {
        let fits = !v.arena.is_volatile(conjunct)
            && v.arena.columns_of(conjunct).is_subset(&v.props('S').output)
            && (outside.is_empty() || !v.arena.may_fail(conjunct));
        if fits { &mut inside } else { &mut outside }.push(conjunct);
    }
    (inside, outside)
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let (inside, outside) = split(&cx.view());
    let mut scan = cx.view().scan('S').clone();
    for conjunct in inside {
        if !scan.filters.contains(&conjunct) {
            scan.filters.push(conjunct);
        }
    }
    let scan = cx.add(Op::Scan(scan), vec![], "SF");
    cx.add_filter(outside, scan, "F")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The scan of {} checks {} while it reads.",
        v.scan('S').alias,
        v.sql_all(&split(v).0)
    )
}
