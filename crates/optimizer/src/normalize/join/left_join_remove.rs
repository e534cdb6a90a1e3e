//! `LeftJoinRemove`: a left join that adds nothing anybody reads goes away.
//!
//!     project (a.y)                  project (a.y)
//!     └── left-join (a.x = b.x)  =>  └── a
//!         ├── a
//!         └── b (x is a key)
//!
//! A left join keeps every left row; with at most one match it keeps it once; and when no column of the right side is used above,
//! it keeps it as it is. A mark join keeps each row once in any case. What the right side computes is not computed any more, so it
//! must not be volatile.

use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, RelId, props, text};

rule! {
    /// A left join whose right side nobody reads goes away. See the module.
    LeftJoinRemove in Join looks_up;
    law: "πL(L ⟕p R) = L when p holds for at most one row of R",
    source: "join elimination: Ott and Horländer, Removing Redundant Join Operations in Queries Involving Views (1985)",
    wrong_when: "a row may have several matches: it would come out several times",
    example: "SELECT o_orderkey FROM orders LEFT JOIN customer ON o_custkey = c_custkey",
    pattern: join('J', "left or mark join", &[any('L'), any('R')]),
    guards: [
        "keeps left rows": "J is a left, single or mark join" => |v| {
            v.fact(|| format!("it is a {}", text::words(v.op('J'))));
            matches!(v.join('J').0, JoinKind::Left | JoinKind::Single | JoinKind::Mark(_))
        },
        "unused": "nothing above uses what J adds to the columns of L" => |v| {
            let added = v.props('J').output.difference(&v.props('L').output);
            let used = added.intersection(&v.scope.needed);
            v.fact(|| match used.is_empty() {
                true => format!("{} is not used", v.names(&added)),
                false => format!("{} is used", v.names(&used)),
            });
            used.is_empty()
        },
        "at most one match": "a row of L has at most one match, and R is not volatile" => |v| {
            let (kind, on, _) = v.join('J');
            let mark = matches!(kind, JoinKind::Mark(_));
            let one = mark
                || v.props('R').at_most_one_row()
                || props::matches_at_most_once(v.arena, on, v.props('L'), v.props('R'));
            v.fact(|| match (one, v.props('R').volatile) {
                (_, true) => "it calls a volatile function".into(),
                (true, _) if mark => "a mark join keeps each row once".into(),
                (true, _) if on.is_empty() => format!("{} gives one row", v.tables('R')),
                (true, _) => format!("{} equates a key of {}", v.sql_all(on), v.tables('R')),
                _ => format!("{} may hold for several rows of {}", v.sql_all(on), v.tables('R')),
            });
            one && !v.props('R').volatile
        },
    ],
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    cx.rel('L')
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    format!(
        "Nothing above reads {}, and every row of {} would come out just once: the {} goes away.",
        v.tables('R'),
        v.tables('L'),
        text::words(v.op('J'))
    )
}
