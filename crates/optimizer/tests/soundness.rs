//! Every firing on data: random plans and random queries are normalized, and each plan version of the trace is executed naively.
//! All give the same bag of rows, and none fails where the first did not. What is derived of every subplan (keys, NOT NULL,
//! constants, equal columns, row bounds) is checked on its rows.
//!
//! A failure shows the smallest plan found and counts the seeds by rule. `SOUNDNESS_SEEDS=100000` looks longer,
//! `SOUNDNESS_SEED=7` at one seed.

mod facts;
mod plans;

use exec::naive::{self, NaiveError, Row};
use optimizer::trace::{Recorder, Trace, replay};
use optimizer::{Options, normalize, rules};
use plan::{Arena, Op, RelId, SortKey, text};
use plans::Plans;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;
use testkit::database::Shape;
use testkit::query::Features;
use testkit::{Database, Rng, rows};
use types::{SqlState, Value};

/// Steps a naive run may take; plans that need more are skipped.
const BUDGET: u64 = 60_000;

fn run(arena: &Arena, root: RelId, database: &Database) -> Result<Vec<Row>, NaiveError> {
    naive::run(arena, root, &|table| database.rows(table), BUDGET)
}

/// What went wrong, and where.
struct Failure {
    /// The rule, or what else is to blame.
    culprit: String,
    seed: u64,
    report: String,
}

/// What the seeds led to.
#[derive(Default)]
struct Tally {
    plans: usize,
    /// Plans whose execution fails before any rule fires.
    failing: usize,
    firings: BTreeMap<&'static str, usize>,
    failures: Vec<Failure>,
}

impl Tally {
    fn fired(&self, rule: &str) -> usize {
        self.firings.get(rule).copied().unwrap_or(0)
    }

    /// Panics with the smallest failure, if there is one.
    fn assert_sound(&self) {
        let Some(smallest) = self.failures.iter().min_by_key(|f| f.report.len()) else {
            return;
        };
        let mut culprits: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for failure in &self.failures {
            culprits
                .entry(&failure.culprit)
                .or_default()
                .push(failure.seed);
        }
        let list: Vec<String> = culprits
            .iter()
            .map(|(who, seeds)| format!("{who}: {} seeds, first {}", seeds.len(), seeds[0]))
            .collect();
        panic!(
            "{}\n\nsmallest, seed {}, {}: {}",
            list.join("\n"),
            smallest.seed,
            smallest.culprit,
            smallest.report
        );
    }
}

/// Normalizes a plan and compares all versions of it.
fn check_plan(
    arena: &mut Arena,
    first: RelId,
    database: &Database,
    options: &Options,
    tally: &mut Tally,
) -> Result<(), (String, String)> {
    let before = match run(arena, first, database) {
        Err(NaiveError::OverBudget) => return Ok(()),
        result => result,
    };
    tally.plans += 1;
    tally.failing += usize::from(before.is_err());
    let with_data = |arena: &Arena, what: String, plans: &[RelId]| {
        let plans: Vec<String> = plans.iter().map(|p| text::tree(arena, *p)).collect();
        format!(
            "{what}\n{}\n{}",
            plans.join("\n"),
            database.sql().join(";\n")
        )
    };
    let mut recorder = Recorder::new(1);
    let last = match normalize(arena, first, options, &mut recorder) {
        Ok(last) => last,
        Err(error) => {
            return Err((error.to_string(), with_data(arena, String::new(), &[first])));
        }
    };
    let trace = recorder.finish(arena);
    let replayed = replay(arena, first, trace.replacements());
    if replayed != last || trace.plan(trace.steps.len() - 1) != last {
        let what = "the firings replayed give another plan".to_string();
        return Err((
            "replay".into(),
            with_data(arena, what, &[first, last, replayed]),
        ));
    }
    let mut runs_unasked = false;
    for at in 1..trace.steps.len() {
        let rule = trace.steps[at].rule.unwrap_or("no rule");
        *tally.firings.entry(rule).or_default() += 1;
        // The right input of a dependent join is not evaluated when there is no left row; that of another join is, and
        // may fail.
        runs_unasked |= rule == "ApplyToJoin";
        let (old, new) = (trace.plan(at - 1), trace.plan(at));
        if let Err(what) = compare(arena, &before, first, new, database)
            && !(runs_unasked && what.starts_with("fails"))
        {
            let what = format!("{what}\n{}", trace.steps[at].sentence);
            return Err((rule.into(), with_data(arena, what, &[old, new])));
        }
    }
    for version in [first, last] {
        facts::check(arena, version, &|node| run(arena, node, database))
            .map_err(|(node, what)| ("facts".into(), with_data(arena, what, &[node])))?;
    }
    check_words(arena, &trace)
}

/// A sentence is a sentence, whatever the plan.
fn check_words(arena: &Arena, trace: &Trace) -> Result<(), (String, String)> {
    for (at, step) in trace.steps.iter().enumerate() {
        let words = &step.sentence;
        if words.len() < 10 || !words.ends_with('.') || words.contains("  ") {
            let tree = text::tree(arena, trace.plan(at));
            let rule = step.rule.unwrap_or("no rule");
            return Err((rule.into(), format!("says {words:?}\n{tree}")));
        }
    }
    Ok(())
}

fn compare(
    arena: &Arena,
    before: &Result<Vec<Row>, NaiveError>,
    first: RelId,
    version: RelId,
    database: &Database,
) -> Result<(), String> {
    let Ok(before) = before else { return Ok(()) };
    let after = match run(arena, version, database) {
        Err(NaiveError::OverBudget) => return Ok(()),
        result => result.map_err(|error| format!("fails: {error}"))?,
    };
    rows::same_bag(before, &after)?;
    match arena.op(first) {
        Op::Sort { keys } | Op::TopN { keys, .. } => is_sorted(arena, first, keys, &after),
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

/// Where plans come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Built at random.
    Plans,
    /// The same with limits over rows without an order.
    BareLimits,
    /// Random SQL, bound.
    Queries,
}

/// A random plan over a database; none for a query that cannot be bound yet.
fn plan(source: Source, rng: Rng, database: &Database) -> Option<(Arena, RelId)> {
    let arena = Arena::new(Rc::new(database.clone()));
    if source == Source::Queries {
        return query(rng, arena, database);
    }
    let mut plans = Plans::new(rng, arena, database);
    plans.bare_limits = source == Source::BareLimits;
    let first = plans.plan(4);
    Some((plans.arena, first))
}

fn query(mut rng: Rng, mut arena: Arena, database: &Database) -> Option<(Arena, RelId)> {
    let query = testkit::query::random(&mut rng, database, Features::default());
    let parsed = sql::parse(&query.sql).unwrap_or_else(|e| panic!("{e}: {}", query.sql));
    match sql::bind(&mut arena, &parsed[0]) {
        Ok(sql::Bound::Query(bound)) => Some((arena, bound.root)),
        Ok(_) => panic!("not a query: {}", query.sql),
        Err(error) if error.code() == SqlState::FEATURE_NOT_SUPPORTED => None,
        Err(error) => panic!("{error}: {}", query.sql),
    }
}

/// Checks plans of so many seeds with the rules that `options` leaves on.
fn check(seeds: u64, source: Source, options: &Options) -> Tally {
    let number = |name| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let seeds = match number("SOUNDNESS_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SOUNDNESS_SEEDS").unwrap_or(seeds),
    };
    let mut tally = Tally::default();
    for seed in seeds {
        let mut rng = Rng::new(seed);
        let shape = Shape {
            tables: 3,
            columns: 3,
            rows: 5,
        };
        let database = Database::random(&mut rng, shape);
        let Some((mut arena, first)) = plan(source, rng, &database) else {
            continue;
        };
        let result = check_plan(&mut arena, first, &database, options, &mut tally);
        if let Err((culprit, report)) = result {
            tally.failures.push(Failure {
                culprit,
                seed,
                report,
            });
        }
    }
    tally
}

fn only(names: &[&str]) -> Options {
    let others = rules()
        .iter()
        .map(|rule| rule.info().name)
        .filter(|name| !names.contains(name));
    Options::without(others)
}

#[test]
fn all_versions_of_a_plan_give_the_same_rows() {
    let tally = check(1_500, Source::Plans, &Options::default());
    eprintln!("{} plans, {} fail", tally.plans, tally.failing);
    eprintln!("{:?}", tally.firings);
    tally.assert_sound();
    assert!(tally.plans > 1_000 && tally.failing * 4 < tally.plans);
}

#[test]
fn all_versions_of_a_query_give_the_same_rows() {
    let tally = check(1_000, Source::Queries, &Options::default());
    eprintln!("{} queries, {} fail", tally.plans, tally.failing);
    eprintln!("{:?}", tally.firings);
    tally.assert_sound();
    assert!(tally.plans > 700);
}

#[test]
fn each_rule_alone_keeps_the_rows() {
    let mut all = Tally::default();
    for rule in rules() {
        let name = rule.info().name;
        let tally = check(120, Source::Plans, &only(&[name]));
        eprintln!("{name}: {}", tally.fired(name));
        all.failures.extend(tally.failures);
    }
    all.assert_sound();
}

/// Without an order any rows may be kept; these rules keep the ones that come first.
#[test]
fn limits_without_order_move_with_their_rows() {
    let rules = ["LimitMerge", "LimitRemove", "LimitPush"];
    let tally = check(600, Source::BareLimits, &only(&rules));
    tally.assert_sound();
    for rule in rules {
        assert!(
            tally.fired(rule) > 10,
            "{rule} fired {} times",
            tally.fired(rule)
        );
    }
}
