//! All versions of a plan that a normalization goes through, executed naively and compared.
#![allow(dead_code, reason = "each test file uses a part")]

use exec::naive::{self, NaiveError, Row};
use optimizer::normalize::Pass;
use optimizer::trace::{Recorder, Trace, replay};
use optimizer::{OptimizerError, Options, normalize_by};
use plan::{Arena, Op, RelId, SortKey, text};
use std::cmp::Ordering;
use testkit::{Database, rows};
use types::{DataError, Value};

/// Steps that the naive run of a first plan may take; plans that need more are skipped, and counted.
pub const BUDGET: u64 = 60_000;

/// Steps that a later version may take. No skip is allowed here: a rule must not make a plan that much dearer.
pub const LATER_BUDGET: u64 = 20 * BUDGET;

/// Rows of a plan, or why it has none.
pub type Outcome = Result<Vec<Row>, NaiveError>;

/// The rows of a plan.
pub fn run(arena: &Arena, root: RelId, database: &Database, budget: u64) -> Outcome {
    naive::run(arena, root, &|table| database.rows(table), budget)
}

/// What is wrong, and where.
#[derive(Debug)]
pub struct Wrong {
    /// The rule, or what else is to blame.
    pub culprit: String,
    /// What was found, with plans and data.
    pub report: String,
}

impl Wrong {
    /// A report with the plans and the data.
    pub fn new(
        culprit: &str,
        what: &str,
        arena: &Arena,
        plans: &[RelId],
        database: &Database,
    ) -> Self {
        let plans: Vec<String> = plans.iter().map(|p| text::tree(arena, *p)).collect();
        let data = database.sql().join(";\n");
        Self {
            culprit: culprit.into(),
            report: format!("{what}\n{}\n{data}", plans.join("\n")),
        }
    }
}

/// Normalizes a plan by the passes, on record.
pub fn record(
    passes: &[Pass],
    arena: &mut Arena,
    first: RelId,
    options: &Options,
) -> Result<(RelId, Trace), OptimizerError> {
    let mut recorder = Recorder::new(1);
    let last = normalize_by(passes, arena, first, options, &mut recorder)?;
    Ok((last, recorder.finish(arena)))
}

/// The firings replayed from the first plan give the last one, and each step changes what its firing says and no more.
pub fn check_replay(
    arena: &mut Arena,
    first: RelId,
    last: RelId,
    trace: &Trace,
    database: &Database,
) -> Result<(), Wrong> {
    let replayed = replay(arena, first, trace.replacements());
    if (replayed, trace.plan(0), trace.plan(trace.steps.len() - 1)) != (last, first, last) {
        let what = "the firings replayed give another plan";
        let plans = [first, last, replayed];
        return Err(Wrong::new("replay", what, arena, &plans, database));
    }
    for at in 1..trace.steps.len() {
        let event = &trace.steps[at].replacement;
        let (old, new) = (trace.plan(at - 1), trace.plan(at));
        let expected = replay(arena, old, event);
        if event.is_none() || expected != new {
            let what = "a plan changed otherwise than by its event";
            let plans = [old, expected, new];
            return Err(Wrong::new("replay", what, arena, &plans, database));
        }
    }
    Ok(())
}

/// Every version gives the rows of the first plan, and none fails where that did not.
pub fn check_rows(
    arena: &Arena,
    before: &Outcome,
    trace: &Trace,
    database: &Database,
) -> Result<(), Wrong> {
    let first = trace.plan(0);
    for at in 1..trace.steps.len() {
        let (old, new) = (trace.plan(at - 1), trace.plan(at));
        let rule = trace.steps[at].rule.unwrap_or("no rule");
        let result = compare(arena, before, first, new, database)
            .and_then(|()| check_error(arena, rule, old, new, database));
        if let Err(what) = result {
            let what = format!("{what}\n{}", trace.steps[at].sentence);
            return Err(Wrong::new(rule, &what, arena, &[old, new], database));
        }
    }
    Ok(())
}

/// Rules that put another operator in the place of one that raises an error of its own: the error must not get lost.
const KEEP_ERRORS: [&str; 1] = ["SingleToLeft"];

/// An error that the operator replaced has to raise goes on being raised. (Other rules may evaluate less, and so fail less.)
pub fn check_error(
    arena: &Arena,
    rule: &str,
    old: RelId,
    new: RelId,
    database: &Database,
) -> Result<(), String> {
    if !KEEP_ERRORS.contains(&rule) {
        return Ok(());
    }
    let too_many = Err(NaiveError::Data(DataError::MoreThanOneRow));
    match run(arena, old, database, BUDGET) == too_many
        && run(arena, new, database, LATER_BUDGET).is_ok()
    {
        true => Err("loses the error for a second row".into()),
        false => Ok(()),
    }
}

/// The same rows, in order where the first plan sorts. A plan that failed may do anything.
pub fn compare(
    arena: &Arena,
    before: &Outcome,
    first: RelId,
    version: RelId,
    database: &Database,
) -> Result<(), String> {
    let Ok(before) = before else { return Ok(()) };
    let after = run(arena, version, database, LATER_BUDGET);
    let after = after.map_err(|error| format!("fails: {error}"))?;
    same_rows(arena, first, before, &after)
}

/// The same rows as the first plan's, in order where that sorts.
pub fn same_rows(arena: &Arena, first: RelId, before: &[Row], after: &[Row]) -> Result<(), String> {
    rows::same_bag(before, after)?;
    match arena.op(first) {
        Op::Sort { keys } | Op::TopN { keys, .. } => is_sorted(arena, first, keys, after),
        _ => Ok(()),
    }
}

fn is_sorted(arena: &Arena, node: RelId, keys: &[SortKey], rows: &[Row]) -> Result<(), String> {
    let columns = &arena.props(node).columns;
    let at = |key: &SortKey| columns.iter().position(|c| *c == key.col);
    let order = |a: &Row, b: &Row| {
        let by_key = |key: &SortKey| at(key).map(|at| order(&a[at], &b[at], key));
        let mut orders = keys.iter().filter_map(by_key);
        orders.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    };
    match rows
        .windows(2)
        .find(|pair| order(&pair[0], &pair[1]).is_gt())
    {
        None => Ok(()),
        Some(pair) => Err(format!(
            "{} comes before {}",
            rows::line(&pair[0]),
            rows::line(&pair[1])
        )),
    }
}

fn order(a: &Value, b: &Value, key: &SortKey) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (false, false) => {
            let order = a.compare(b).expect("one column has one type");
            if key.descending {
                order.reverse()
            } else {
                order
            }
        }
        (a, b) if key.nulls_first => b.cmp(&a),
        (a, b) => a.cmp(&b),
    }
}
