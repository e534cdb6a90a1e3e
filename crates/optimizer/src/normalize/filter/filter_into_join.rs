//! `FilterIntoJoin`: σp(L ⋈q R) → σl(L) ⋈q∧b σr(R), where l are the conjuncts of p that read only L, r those that read
//! only R, and b those that read both.
//!
//!     filter (a.y > 3 and a.x = b.x)       join (a.x = b.x)
//!     └── cross-join                  =>   ├── filter (a.y > 3)
//!         ├── a                            │   └── a
//!         └── b                            └── b
//!
//! A cross join with a condition is an inner join. Sound for inner joins only: outer joins pad rows with NULLs after
//! their condition, `FilterOuterJoin` knows which side may be filtered. A conjunct that is volatile or may fail stays where
//! it is: below the join it would meet other rows.

use super::placement::{Placement, place};
use crate::rule::{Family, Guard, Pattern, Rewrite, Rule, RuleInfo, Stage, View};
use plan::{JoinKind, OpKind, RelId};

/// A filter over an inner join goes to where its columns come from. See the module.
pub struct FilterIntoJoin;

static INFO: RuleInfo = RuleInfo {
    name: "FilterIntoJoin",
    family: Family::Filter,
    stage: Stage::Normalize,
    law: "σl∧r∧b(L ⋈q R) = σl(L) ⋈q∧b σr(R)",
    source: "selection push-down, the relational algebra of textbooks",
    wrong_when: "the join pads a side with NULLs: rows that the filter would remove after the join would come back padded",
    example: "SELECT * FROM customer, orders WHERE c_custkey = o_custkey AND c_acctbal > 0",
};

static PATTERN: Pattern = Pattern::Op {
    letter: 'F',
    kinds: &[OpKind::Filter],
    says: "filter",
    inputs: &[Pattern::Op {
        letter: 'J',
        kinds: &[OpKind::Join],
        says: "inner join",
        inputs: &[Pattern::Any('L'), Pattern::Any('R')],
    }],
};

static GUARDS: &[Guard] = &[
    Guard {
        name: "inner join",
        says: "J is an inner or cross join",
        holds: |v| {
            let (kind, on, _) = v.join('J');
            v.fact(|| match (kind, on.is_empty()) {
                (JoinKind::Inner, true) => "it is a cross join".into(),
                (JoinKind::Inner, false) => "it is an inner join".into(),
                _ => format!("it is a {}", plan::text::verb(v.op('J'))),
            });
            kind == JoinKind::Inner
        },
    },
    Guard {
        name: "movable conjunct",
        says: "some conjunct of F is neither volatile nor able to fail",
        holds: |v| {
            let placement = placement(v);
            v.fact(|| placement.describe(v));
            placement.moves()
        },
    },
];

fn placement(v: &View<'_>) -> Placement {
    let (_, _, dependent) = v.join('J');
    // A dependent right side reads columns of the left; its own filters may read them too.
    let left = &v.props('L').output;
    let mut right = v.props('R').output.clone();
    if dependent {
        right = right.difference(left);
    }
    place(v.arena, v.filter('F'), left, &right)
}

impl Rule for FilterIntoJoin {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn pattern(&self) -> &'static Pattern {
        &PATTERN
    }

    fn guards(&self) -> &'static [Guard] {
        GUARDS
    }

    fn apply(&self, cx: &mut Rewrite<'_>) -> RelId {
        let placement = placement(&cx.view());
        let (kind, mut on, dependent) = cx.join('J');
        let merged = !placement.both.is_empty();
        for conjunct in placement.both {
            if !on.contains(&conjunct) {
                on.push(conjunct);
            }
        }
        let left = cx.add_filter(placement.left, cx.rel('L'), "F");
        let right = cx.add_filter(placement.right, cx.rel('R'), "F");
        let from = if merged { "JF" } else { "J" };
        let join = cx.add_join(kind, on, dependent, [left, right], from);
        cx.add_filter(placement.stays, join, "F")
    }

    fn sentence(&self, v: &View<'_>, _after: RelId) -> String {
        placement(v).sentence(v, &v.tables('L'), &v.tables('R'))
    }
}
