//! `OuterToInner`: padding that a condition above rejects need not be made.
//!
//!     filter (b.y > 3)            filter (b.y > 3)
//!     └── left-join (a.x = b.x)   └── join (a.x = b.x)
//!         ├── a              =>       ├── a
//!         └── b                       └── b
//!
//! A padded row has NULL for b.y, and `NULL > 3` lets no row pass: so no row without match survives. A full join becomes a left
//! or right join when one side's padding is rejected, an inner join when both are. The condition may be that of a join above, as
//! long as that join drops the rows of this input that do not satisfy it.

use crate::rule::pattern::{any, join};
use crate::rule::{Pattern, Rewrite, View, rule};
use plan::{ColSet, JoinKind, Op, OpKind, RelId, props, text};

rule! {
    /// An outer join whose padding is rejected above is an inner join. See the module.
    OuterToInner in Join;
    law: "σp(L ⟕ R) = σp(L ⋈ R) when p is not TRUE on padded rows",
    source: "Galindo-Legaria and Rosenthal, Outerjoin Simplification and Reordering for Query Optimization (1997)",
    wrong_when: "the condition is TRUE for NULLs, as b.y IS NULL is",
    example: "SELECT * FROM customer LEFT JOIN orders ON c_custkey = o_custkey WHERE o_totalprice > 100",
    pattern: Pattern::Over {
        letter: 'P',
        kinds: &[OpKind::Filter, OpKind::Join],
        says: "filter or join",
        some_input: &OUTER,
    },
    guards: [
        "outer join": "J is a left, right or full join" => |v| {
            let (kind, ..) = v.join('J');
            v.fact(|| format!("it is a {}", text::words(v.op('J'))));
            matches!(kind, JoinKind::Left | JoinKind::Right | JoinKind::Full)
        },
        "drops failing rows": "P drops the rows of J that its condition is not TRUE for" => |v| {
            let drops = drops(v);
            v.fact(|| match drops {
                true => format!("a {} does", text::words(v.op('P'))),
                false => format!("a {} keeps them", text::words(v.op('P'))),
            });
            drops
        },
        "rejects padding": "the condition of P is not TRUE for rows that J pads" => |v| {
            let rejected = rejected(v).intersection(&v.props('J').output);
            let becomes = becomes(v);
            v.fact(|| match becomes {
                Some(_) => format!("it is not when {} is NULL", v.names(&padded(v).intersection(&rejected))),
                None => "it may be TRUE for NULLs".into(),
            });
            becomes.is_some()
        },
    ],
}

static OUTER: Pattern = join('J', "outer join", &[any('L'), any('R')]);

fn drops(v: &View<'_>) -> bool {
    let Op::Join { kind, .. } = v.op('P') else {
        return true;
    };
    let is_left = v.bindings().iter().any(|b| b.letter == 'J' && b.input == 0);
    match kind {
        JoinKind::Inner | JoinKind::Semi => true,
        JoinKind::Left | JoinKind::Anti | JoinKind::Single => !is_left,
        JoinKind::Right => is_left,
        JoinKind::Full | JoinKind::NullAwareAnti | JoinKind::Mark(_) => false,
    }
}

/// Columns that the condition above does not let be NULL.
fn rejected(v: &View<'_>) -> ColSet {
    v.op('P').scalars().iter().fold(ColSet::new(), |set, p| {
        set.union(&props::null_rejected(v.arena, *p))
    })
}

/// Columns that the outer join pads.
fn padded(v: &View<'_>) -> ColSet {
    let (kind, ..) = v.join('J');
    let mut padded = ColSet::new();
    if kind.pads_left() {
        padded.extend_with(&v.props('L').output);
    }
    if kind.pads_right() {
        padded.extend_with(&v.props('R').output);
    }
    padded
}

fn becomes(v: &View<'_>) -> Option<JoinKind> {
    let rejected = rejected(v);
    let left = rejected.intersects(&v.props('L').output);
    let right = rejected.intersects(&v.props('R').output);
    match (v.join('J').0, left, right) {
        (JoinKind::Left, _, true) | (JoinKind::Right, true, _) | (JoinKind::Full, true, true) => {
            Some(JoinKind::Inner)
        }
        (JoinKind::Full, true, false) => Some(JoinKind::Left),
        (JoinKind::Full, false, true) => Some(JoinKind::Right),
        _ => None,
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let kind = becomes(&cx.view()).expect("the guard found it");
    let (_, on, dependent) = cx.join('J');
    let join = cx.add_join(kind, on, dependent, [cx.rel('L'), cx.rel('R')], "J");
    let op = cx.arena.op(cx.rel('P')).clone();
    let mut inputs = cx.inputs('P');
    let at = cx
        .view()
        .bindings()
        .iter()
        .find(|b| b.letter == 'J')
        .map_or(0, |b| b.input);
    inputs[at] = join;
    cx.add(op, inputs, "P")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let kind = match becomes(v) {
        Some(JoinKind::Inner) => "an inner join",
        Some(JoinKind::Left) => "a left join",
        _ => "a right join",
    };
    let columns = rejected(v).intersection(&padded(v));
    format!(
        "Rows padded with NULLs fail the condition on {} above: the {} of {} and {} is {kind}.",
        v.names(&columns),
        text::words(v.op('J')),
        v.tables('L'),
        v.tables('R')
    )
}
