//! `FilterSortTranspose`: σp(sort(R)) → sort(σp(R)); the same below DISTINCT.
//!
//!     filter (p)       sort
//!     └── sort     =>  └── filter (p)
//!         └── R            └── R
//!
//! Sorting fewer rows is cheaper and keeps the order. Equal rows pass the filter together, so DISTINCT may come after it. Not
//! below a limit: the limit counts rows that the filter would remove.

use crate::rule::pattern::{any, filter, op};
use crate::rule::{Rewrite, View, rule};
use plan::{OpKind, RelId, text};

rule! {
    /// A filter goes below a sort or DISTINCT. See the module.
    FilterSortTranspose in Filter;
    law: "σp(sort(R)) = sort(σp(R)); σp(δ(R)) = δ(σp(R))",
    source: "selection commutes with sorting and duplicate removal, the relational algebra of textbooks",
    wrong_when: "there is a limit in between: it counts rows that the filter would remove before",
    example: "SELECT * FROM (SELECT DISTINCT o_custkey, o_orderstatus FROM orders) t WHERE o_custkey < 10",
    pattern: filter('F', &[op('S', &[OpKind::Sort, OpKind::Distinct], "sort or distinct", &[any('R')])]),
    guards: [
        "not volatile": "no conjunct of F is volatile" => |v| {
            let volatile = v.filter('F').iter().find(|p| v.arena.is_volatile(**p));
            v.fact(|| match volatile {
                Some(p) => format!("{} is volatile", v.sql(*p)),
                None => "each gives the same answer every time".into(),
            });
            volatile.is_none()
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let op = cx.arena.op(cx.rel('S')).clone();
    let below = cx.add_filter(cx.filter('F'), cx.rel('R'), "F");
    cx.add(op, vec![below], "S")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "The filter {} moves below the {}, which then has fewer rows to handle.",
        v.sql_all(v.filter('F')),
        text::words(v.op('S'))
    )
}
