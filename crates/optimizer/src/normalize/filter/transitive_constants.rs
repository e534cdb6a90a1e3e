//! `TransitiveConstants`: a = b and b = 5 imply a = 5.
//!
//!     join (a.x = b.x)           join (a.x = b.x)
//!     ├── a                      ├── filter (a.x = 5)
//!     └── filter (b.x = 5)   =>  │   └── a
//!         └── b                  └── filter (b.x = 5)
//!                                    └── b
//!
//! Every match has a.x = b.x = 5, so rows of a with another x, or with NULL, have none. Where a is a join itself, on a.x = d.x, the
//! same goes for d.x: it is filtered too. For an input whose unmatched rows the join
//! shows (the left one of a left join, …) the filter would remove rows of the result; it is then left alone.

use crate::rule::pattern::{any, join};
use crate::rule::{Rewrite, View, rule};
use plan::{Arena, Func, JoinKind, Props, RelId, Scalar, ScalarId, Side};
use types::ColId;

rule! {
    /// A constant on one side of an equality holds on the other side too. See the module.
    TransitiveConstants in Filter;
    law: "L ⋈a=b σb=c(R) = σa=c(L) ⋈a=b σb=c(R)",
    source: "transitive closure of predicates, as in Ceri and Gottlob, Translating SQL into Relational Algebra (1985)",
    wrong_when: "the side that would be filtered is preserved by the join: its unmatched rows belong to the result",
    example: "SELECT * FROM orders, lineitem WHERE o_orderkey = l_orderkey AND o_orderkey = 7",
    pattern: join('J', "join", &[any('L'), any('R')]),
    guards: [
        "equal to a constant": "J equates a column of one side with one known constant on the other, and the first side may be filtered" => |v| {
            let found = implied(v);
            v.fact(|| match &found {
                None => "no such column".into(),
                Some(found) => format!(
                    "{} = {} and {} is {} on the other side",
                    plan::text::column(v.arena, found.col),
                    plan::text::column(v.arena, found.other),
                    plan::text::column(v.arena, found.other),
                    v.sql(found.value)
                ),
            });
            found.is_some()
        },
    ],
}

struct Implied {
    side: Side,
    col: ColId,
    /// Columns of the same side known to equal it, without a constant yet.
    equal: Vec<ColId>,
    other: ColId,
    value: ScalarId,
}

fn implied(v: &View<'_>) -> Option<Implied> {
    let (kind, on, _) = v.join('J');
    let (left, right) = match kind {
        JoinKind::Inner | JoinKind::Semi => (true, true),
        JoinKind::Left | JoinKind::Anti | JoinKind::Single => (false, true),
        JoinKind::Right => (true, false),
        JoinKind::Full | JoinKind::NullAwareAnti | JoinKind::Mark(_) => (false, false),
    };
    let (l, r) = (v.props('L'), v.props('R'));
    for &conjunct in on {
        let Scalar::Call(Func::Eq, args) = v.arena.get(conjunct) else {
            continue;
        };
        let (Some(a), Some(b)) = (v.arena.as_column(args[0]), v.arena.as_column(args[1])) else {
            continue;
        };
        for (col, other) in [(a, b), (b, a)] {
            for (side, here, there, allowed) in
                [(Side::Left, l, r, left), (Side::Right, r, l, right)]
            {
                if let Some(value) = known(v.arena, col, other, here, there)
                    && allowed
                {
                    let open =
                        |c: &ColId| *c != col && known(v.arena, *c, other, here, there).is_some();
                    return Some(Implied {
                        side,
                        col,
                        equal: here.equal_to(col).iter().filter(open).collect(),
                        other,
                        value,
                    });
                }
            }
        }
    }
    None
}

/// The constant that `other` has in `there` and `col`, of the same type, does not have yet in `here`.
fn known(arena: &Arena, col: ColId, other: ColId, here: &Props, there: &Props) -> Option<ScalarId> {
    let same_type = arena.column(col).ty == arena.column(other).ty;
    let open = here.output.contains(col) && here.constant(col).is_none();
    if same_type && open {
        there.constant(other)
    } else {
        None
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let found = implied(&cx.view()).expect("the guard found it");
    let (kind, on, dependent) = cx.join('J');
    let filter = [found.col]
        .into_iter()
        .chain(found.equal)
        .map(|col| {
            let col = cx.arena.col(col);
            cx.arena.call(Func::Eq, vec![col, found.value])
        })
        .collect();
    let mut inputs = [cx.rel('L'), cx.rel('R')];
    let at = usize::from(found.side == Side::Right);
    inputs[at] = cx.add_filter(filter, inputs[at], "");
    cx.add_join(kind, on, dependent, inputs, "J")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let Some(found) = implied(v) else {
        return String::new();
    };
    let name = |col| plan::text::column(v.arena, col);
    let mut out = format!(
        "{0} equals {1}, and {1} is {2}: rows with another {0} find no match and are filtered out before the join",
        name(found.col),
        name(found.other),
        v.sql(found.value)
    );
    if !found.equal.is_empty() {
        let equal = v.names(&found.equal.iter().copied().collect());
        out += &format!(
            "; so are those with another {equal}, as that equals {}",
            name(found.col)
        );
    }
    out + "."
}
