//! `LimitPush`: a limit goes below what makes a row of each row, and a copy of it below what makes at least one.
//!
//!     limit (5)               project (s = a + b)        limit (5 after 2)          limit (5 after 2)
//!     └── project (s = …) =>  └── limit (5)              └── left-join (…)     =>   └── left-join (…)
//!         └── R                   └── R                      ├── A                      ├── limit (7)
//!                                                            └── B                      │   └── A
//!                                                                                       └── B
//!
//! A projection, a mark join and a single join make one row of each row of their (left) input: the limit moves. A left join
//! makes at least one of each left row, UNION ALL of each row of a branch: the first rows, skipped ones included, are enough of
//! them, and the limit above still counts. A limit without ORDER BY may keep any rows; one above a sort is not moved by this
//! rule. Nothing volatile is evaluated less often, and joins that drop or pad rows on both sides are left alone.

use super::order::rows_kept;
use crate::rule::pattern::op;
use crate::rule::{Rewrite, View, rule};
use plan::{JoinKind, Op, OpKind, RelId, SetOpKind, text};

rule! {
    /// A limit goes towards the rows it counts. See the module.
    LimitPush in SortLimit;
    law: "limit(n)(π(R)) = π(limit(n)(R)); limit(n)(A ⟕ B) = limit(n)(limit(n)(A) ⟕ B)",
    source: "Carey and Kossmann, On Saying Enough Already! in SQL (1997)",
    wrong_when: "the operator drops rows: more of its input is needed than the limit says",
    example: "SELECT * FROM customer LEFT JOIN orders ON c_custkey = o_custkey LIMIT 10",
    pattern: op('L', &[OpKind::Limit], "limit", &[
        op('O', &[OpKind::Project, OpKind::Join, OpKind::SetOp], "project, outer join or union-all", &[]),
    ]),
    guards: [
        "keeps rows": "O makes a row of each input row, or at least one" => |v| {
            let push = push(v);
            v.fact(|| format!("it is a {}", text::words(v.op('O'))));
            push.is_some()
        },
        "not volatile": "nothing in O or below is volatile" => |v| {
            let volatile = v.props('O').volatile;
            v.fact(|| match volatile {
                true => "something would be evaluated less often".into(),
                false => "each gives the same answer every time".into(),
            });
            !volatile
        },
        "limits more": "some input may have more rows than are needed" => |v| {
            let targets = targets(v);
            v.fact(|| match targets.len() {
                0 => "each has few enough rows".into(),
                n => format!("{n} may"),
            });
            !targets.is_empty()
        },
    ],
}

enum Push {
    /// The limit moves to the input.
    Move(usize),
    /// The inputs may get a copy.
    Copy(Vec<usize>),
}

fn push(v: &View<'_>) -> Option<Push> {
    Some(match v.op('O') {
        Op::Project { .. } => Push::Move(0),
        Op::Join { kind, .. } => match kind {
            JoinKind::Mark(_) | JoinKind::Single => Push::Move(0),
            JoinKind::Left => Push::Copy(vec![0]),
            JoinKind::Right => Push::Copy(vec![1]),
            _ => return None,
        },
        Op::SetOp {
            kind: SetOpKind::Union,
            all: true,
            ..
        } => Push::Copy((0..v.inputs('O').len()).collect()),
        _ => return None,
    })
}

/// The rows that an input with a copy needs: those kept and those skipped.
fn enough(v: &View<'_>) -> Option<u64> {
    let (limit, offset) = rows_kept(v, 'L');
    limit?.checked_add(offset)
}

/// The inputs that get a limit.
fn targets(v: &View<'_>) -> Vec<usize> {
    match push(v) {
        None => Vec::new(),
        Some(Push::Move(input)) => vec![input],
        Some(Push::Copy(inputs)) => inputs
            .into_iter()
            .filter(|at| {
                let most = v.arena.props(v.inputs('O')[*at]).max_rows;
                enough(v).is_some_and(|enough| most.is_none_or(|n| n > enough))
            })
            .collect(),
    }
}

fn apply(cx: &mut Rewrite<'_>) -> RelId {
    let view = cx.view();
    let targets = targets(&view);
    let (moves, below) = match push(&view) {
        Some(Push::Move(_)) => (true, view.op('L').clone()),
        _ => {
            let limit = enough(&view);
            (false, Op::Limit { limit, offset: 0 })
        }
    };
    let mut inputs = cx.inputs('O');
    for at in targets {
        inputs[at] = cx.add(below.clone(), vec![inputs[at]], "L");
    }
    let op = cx.arena.op(cx.rel('O')).clone();
    let under = cx.add(op, inputs, "O");
    if moves {
        return under;
    }
    let op = cx.arena.op(cx.rel('L')).clone();
    cx.add(op, vec![under], "L")
}

fn sentence(v: &View<'_>, _after: RelId) -> String {
    let verb = text::words(v.op('O'));
    match push(v) {
        Some(Push::Move(_)) => {
            format!("The limit moves below the {verb}, which makes one row of each row.")
        }
        _ => {
            let inputs: Vec<String> = targets(v)
                .iter()
                .map(|at| v.tables_below(v.inputs('O')[*at]))
                .collect();
            format!(
                "{} rows of {} are enough below the {verb}: it drops none of them.",
                enough(v).unwrap_or_default(),
                inputs.join(" and of ")
            )
        }
    }
}
