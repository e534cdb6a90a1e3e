//! `AggregateProjectMerge`: γ(πc(R)) → γ(R) when γ reads only columns that π passes on.
//!
//!     aggregate (by a.y)            aggregate (by a.y)
//!     └── project (a.y)         =>  └── join (a.x = b.x)
//!         └── join (a.x = b.x)          ├── a
//!             ├── a                     └── b
//!             └── b
//!
//! A projection makes one row of each row, and what an aggregation does not read changes neither its groups nor its values. Without
//! the projection between them, rules for an aggregation over a join see both. An expression that P computes and nobody reads is
//! no longer computed, so it must not be volatile.

use crate::rule::pattern::{aggregate, any, project};
use crate::rule::{Rewrite, View, rule};
use plan::{ColSet, RelId};

rule! {
    /// An aggregation reads through a projection that only passes columns on. See the module.
    AggregateProjectMerge in Aggregate;
    law: "γ(πc(R)) = γ(R) when γ reads only columns of R that π passes on",
    source: "generalized projection and grouping: Gupta, Harinarayan and Quass, Aggregate-Query Processing in Data Warehousing Environments (1995)",
    wrong_when: "the aggregation reads a column that the projection computes: R does not have it",
    example: "SELECT DISTINCT c_name FROM customer JOIN orders ON c_custkey = o_custkey",
    pattern: aggregate('A', &[project('P', &[any('R')])]),
    guards: [
        "passed on": "every column that A reads is one of R, passed on by P" => |v| {
            let read = read(v);
            let computed = v.project('P').iter().find(|i| {
                read.contains(i.col) && v.arena.as_column(i.expr) != Some(i.col)
            });
            v.fact(|| match computed {
                Some(item) => format!("it reads {}, which P computes", v.sql(item.expr)),
                None if read.is_empty() => "it counts rows only".into(),
                None => format!("it reads {}", v.names(&read)),
            });
            computed.is_none()
        },
        "not volatile": "P computes nothing volatile" => |v| {
            let volatile = v.project('P').iter().find(|i| v.arena.is_volatile(i.expr));
            v.fact(|| match volatile {
                Some(item) => format!("{} is volatile", v.sql(item.expr)),
                None => "each gives the same answer every time".into(),
            });
            volatile.is_none()
        },
    ],
}

/// The columns of its input that A reads.
fn read(v: &View<'_>) -> ColSet {
    let (keys, _) = v.aggregate('A');
    let mut read: ColSet = keys.iter().copied().collect();
    for scalar in v.op('A').scalars() {
        read.extend_with(v.arena.columns_of(scalar));
    }
    read.intersection(&v.props('P').output)
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let op = cx.arena.op(cx.rel('A')).clone();
    cx.add(op, vec![cx.rel('R')], "AP")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The aggregation reads the columns of {} directly: the projection between them only passes columns on.",
        v.tables('R')
    )
}
