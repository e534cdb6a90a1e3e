//! The harness has teeth: it refutes broken rules.
//!
//! Guards are data, so that each can be dropped from each rule. And some rules are broken by hand, where the condition is in
//! the rewrite rather than in a guard. A broken rule runs on random plans and queries until it changes rows, fails where
//! the plan did not, loses columns, or fires for ever. What may go unnoticed is listed with the reason, and the list is checked too.

mod broken;
mod plans;
mod versions;

use broken::{Without, mutants};
use exec::naive::NaiveError;
use optimizer::normalize::{Pass, passes};
use optimizer::rule::Rule;
use optimizer::{OptimizerError, Options, rules};
use plan::{Arena, RelId};
use plans::Plans;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use testkit::database::Shape;
use testkit::query::Features;
use testkit::{Database, Rng};
use versions::{BUDGET, check_error, compare, record, run};

/// Seeds tried until a broken rule is refuted; most take a few dozen.
const SEEDS: u64 = 20_000;

/// Seeds tried with a guard that need not be refuted.
const SEEDS_OF_UNREFUTED: u64 = 100;

/// Why dropping a guard may go unnoticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// The rewrite looks for the same itself and changes nothing where it is not so.
    Asked,
    /// It is about volatile functions, and random plans have none: their rows could not be compared.
    Volatile,
    /// What the guard excludes is no wrong plan, for this reason.
    Sound(&'static str),
}
use Why::{Asked, Sound, Volatile};

/// Rewrites of expressions look at every expression of the operator; without a guard they still tidy its conjuncts.
const TIDIES: Why = Sound("equal conjuncts are merged and nested ANDs opened");
const SAME_LAW: Why = Sound("a mark asked for TRUE is a semi join, with a condition or without");

/// Guards whose removal need not be refuted.
const UNREFUTED: &[(&str, &str, Why)] = &[
    ("ConstantFold", "constant", TIDIES),
    ("NullPropagate", "strict over NULL", TIDIES),
    ("BoolSimplify", "idle operand", Asked),
    ("NegationPush", "negation", TIDIES),
    ("ComparisonCommute", "literal first", TIDIES),
    ("UnwrapCast", "lossless cast", TIDIES),
    ("FactorConjunct", "common conjunct", TIDIES),
    ("InNormalize", "equalities", TIDIES),
    ("BetweenComposition", "two bounds", TIDIES),
    ("RangeConsolidate", "several ranges", TIDIES),
    ("NullTestSimplify", "never NULL", TIDIES),
    ("CaseSimplify", "decided branch", TIDIES),
    ("FilterProjectTranspose", "stable expressions", Asked),
    ("FilterIntoJoin", "movable conjunct", Asked),
    ("FilterOuterJoin", "reads that side", Asked),
    ("JoinConditionPush", "side without padding", Asked),
    ("JoinConditionPush", "reads that side", Asked),
    ("FilterAggregateTranspose", "reads groups", Asked),
    ("FilterSetOpTranspose", "movable conjunct", Asked),
    ("FilterSortTranspose", "not volatile", Volatile),
    ("DisjunctionPerTable", "says something", Asked),
    ("FilterIntoScan", "reads the table", Asked),
    (
        "ProjectMerge",
        "nothing computed twice",
        Sound("computing twice is dearer, not wrong, but for what is volatile"),
    ),
    ("ColumnPrune", "unused column", Asked),
    ("OuterToInner", "outer join", Asked),
    ("ExistsToSemi", "mark join", Asked),
    ("ExistsToSemi", "exists", SAME_LAW),
    ("NotExistsToAnti", "mark join", Asked),
    ("InToSemi", "mark join", Asked),
    ("InToSemi", "in", SAME_LAW),
    ("MarkToSemiAnti", "mark join", Asked),
    (
        "MarkToSemiAnti",
        "in",
        Sound("without a condition the mark is never NULL"),
    ),
    ("NullAwareAnti", "mark join", Asked),
    (
        "NullAwareAnti",
        "in",
        Sound("without a condition the mark is never NULL"),
    ),
    (
        "NullAwareAnti",
        "NULL matters",
        Sound("where nothing is NULL both kinds of anti join are the same"),
    ),
    ("ApplyToJoin", "dependent", Asked),
    ("ApplyFilterTranspose", "dependent", Asked),
    ("ApplyFilterTranspose", "correlated", TIDIES),
    (
        "ApplyProjectTranspose",
        "dependent",
        Sound("the law holds for every join; only dependent ones gain by it"),
    ),
    ("ApplyProjectTranspose", "not volatile", Volatile),
    ("ApplyAggregate", "dependent", Asked),
    ("ApplyJoinTranspose", "in a subquery", Asked),
    ("ApplyJoinTranspose", "correlated", Asked),
    ("ApplyAggregateByKey", "dependent", Asked),
    ("ApplyAggregateByKey", "correlated", Asked),
    ("AggregateProjectMerge", "not volatile", Volatile),
    ("GroupKeyReduce", "determined", Asked),
    ("CountSimplify", "simpler form", Asked),
    ("LimitMerge", "offsets add up", Asked),
    ("LimitPush", "keeps rows", Asked),
    ("LimitPush", "not volatile", Volatile),
    ("LimitPush", "limits more", Asked),
    (
        "TopN",
        "bounded",
        Sound("a heap without bound keeps all rows, in order"),
    ),
    ("SortKeyReduce", "determined", Asked),
    ("EmptyPropagate", "not volatile", Volatile),
    ("ValuesFold", "not volatile", Volatile),
];

/// How a broken rule was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Refuted {
    /// The rows changed, or their order where it shows.
    Rows,
    /// A plan fails that did not, or no longer fails where it must.
    Fails,
    /// The guard around every firing: columns are missing.
    Columns,
    /// It fires for ever.
    Loop,
    /// The rewrite stops: it needs what the guard found.
    Stops,
}

/// The usual passes with this rule in place of the sound one of its name; with no other rules when `alone`.
fn passes_with(rule: &'static dyn Rule, alone: bool) -> Vec<Pass> {
    let name = rule.info().name;
    let of_pass = |pass: &Pass| {
        let rules = pass.rules.iter().copied();
        let rules: Vec<&'static dyn Rule> = rules
            .filter(|r| !alone || r.info().name == name)
            .map(|r| if r.info().name == name { rule } else { r })
            .collect();
        Pass {
            rules: rules.leak(),
            ..*pass
        }
    };
    passes().iter().map(of_pass).collect()
}

/// What a broken rule does to a plan, when that can be told.
fn judge(
    passes: &[Pass],
    rule: &str,
    arena: &mut Arena,
    first: RelId,
    database: &Database,
) -> Option<Refuted> {
    let options = Options {
        budget: 400,
        ..Options::default()
    };
    let done = catch_unwind(AssertUnwindSafe(|| record(passes, arena, first, &options)));
    let trace = match done {
        Err(_) => return Some(Refuted::Stops),
        Ok(Err(OptimizerError::Loop { .. })) => return Some(Refuted::Loop),
        Ok(Err(_)) => return Some(Refuted::Columns),
        Ok(Ok((_, trace))) if trace.budget_hit.is_some() => return Some(Refuted::Loop),
        Ok(Ok((_, trace))) => trace,
    };
    if !trace.rules().contains(&rule) {
        return None;
    }
    let before = run(arena, first, database, BUDGET);
    if before == Err(NaiveError::OverBudget) {
        return None;
    }
    let fired = (1..trace.steps.len()).filter(|at| trace.steps[*at].rule == Some(rule));
    for at in fired {
        let (old, new) = (trace.plan(at - 1), trace.plan(at));
        let found = compare(arena, &before, first, new, database)
            .and_then(|()| check_error(arena, rule, old, new, database));
        if let Err(what) = found {
            return Some(
                match what.starts_with("fails") || what.starts_with("loses") {
                    true => Refuted::Fails,
                    false => Refuted::Rows,
                },
            );
        }
    }
    None
}

/// Where the plans of a seed come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Random SQL, normalized by all rules, the broken one among them.
    Query,
    /// A random plan, normalized by the broken rule alone.
    Plan,
    /// The same with the shapes that rules look for.
    Shapes,
    /// Limits over rows without an order, and the broken rule alone.
    BareLimits,
}

/// Runs a broken rule until it is refuted: how, and at what seed.
fn refute(rule: &'static dyn Rule, seeds: u64) -> Option<(Refuted, u64)> {
    let (alone, among_all) = (passes_with(rule, true), passes_with(rule, false));
    let name = rule.info().name;
    let mut sources = vec![Source::Shapes, Source::Plan, Source::Query];
    if ["LimitMerge", "LimitRemove", "LimitPush"].contains(&name) {
        // These keep the rows that come first; other rules may keep other rows of a limit without order.
        sources = vec![Source::BareLimits];
    }
    for seed in 0..seeds {
        for source in &sources {
            let mut rng = Rng::new(seed);
            let shape = Shape {
                tables: 3,
                columns: 3,
                rows: 5,
            };
            let database = Database::random(&mut rng, shape);
            let mut arena = Arena::new(Rc::new(database.clone()));
            let found = if *source == Source::Query {
                let query = testkit::query::random(&mut rng, &database, Features::default());
                let parsed = sql::parse(&query.sql).expect("a random query parses");
                let bound = sql::bind(&mut arena, &parsed[0]).expect("a random query is bound");
                let sql::Bound::Query(bound) = bound else {
                    panic!("not a query: {}", query.sql);
                };
                judge(&among_all, name, &mut arena, bound.root, &database)
            } else {
                let mut plans = Plans::new(rng, arena, &database);
                plans.bare_limits = *source == Source::BareLimits;
                plans.shapes = *source != Source::Plan;
                let first = plans.plan(4);
                judge(&alone, name, &mut plans.arena, first, &database)
            };
            if let Some(found) = found {
                return Some((found, seed));
            }
        }
    }
    None
}

/// What the broken rules came to.
#[derive(Default)]
struct Score {
    tally: BTreeMap<Refuted, usize>,
    problems: Vec<String>,
}

impl Score {
    fn refuted(&mut self, what: &str, how: Refuted, seed: u64) {
        eprintln!("{what}: {how:?}, seed {seed}");
        *self.tally.entry(how).or_default() += 1;
    }
}

fn quietly<T>(run: impl FnOnce() -> T) -> T {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let out = run();
    std::panic::set_hook(hook);
    out
}

#[test]
fn a_rule_without_one_of_its_guards_is_refuted() {
    let only = std::env::var("TEETH_RULE").ok();
    let mut score = Score::default();
    let mut listed: BTreeMap<&str, usize> = BTreeMap::new();
    quietly(|| {
        let mut all = rules()
            .iter()
            .flat_map(|r| r.guards().iter().map(|g| (*r, g)));
        for (rule, guard) in &mut all {
            let name = rule.info().name;
            if only.as_ref().is_some_and(|only| only != name) {
                continue;
            }
            let what = format!("{name} without {:?}", guard.name);
            let broken = Without::new(rule, guard);
            let entry = UNREFUTED.iter().find(|u| (u.0, u.1) == (name, guard.name));
            let Some((.., why)) = entry else {
                match refute(broken, SEEDS) {
                    Some((how, seed)) => score.refuted(&what, how, seed),
                    None => score.problems.push(format!(
                        "{what} is not refuted, {} firings freed",
                        broken.freed()
                    )),
                }
                continue;
            };
            let why_not = match why {
                Asked => "asked again by the rewrite",
                Volatile => "volatile",
                Sound(_) => "sound without",
            };
            *listed.entry(why_not).or_default() += 1;
            if let Some((how, seed)) = refute(broken, SEEDS_OF_UNREFUTED) {
                score.problems.push(format!(
                    "{what} is refuted: {how:?}, seed {seed}; take it off the list"
                ));
            }
            if *why == Asked && broken.freed() > 0 {
                score
                    .problems
                    .push(format!("{what} fires where the guard held it back"));
            }
        }
    });
    let refuted: usize = score.tally.values().sum();
    eprintln!(
        "{refuted} refuted: {:?}; need not be: {listed:?}",
        score.tally
    );
    assert!(score.problems.is_empty(), "{}", score.problems.join("\n"));
}

#[test]
fn rules_broken_by_hand_are_refuted() {
    let mut score = Score::default();
    quietly(|| {
        for mutant in mutants() {
            let what = format!("{}, {}", mutant.name(), mutant.broken);
            match refute(mutant, SEEDS) {
                Some((how, seed)) => score.refuted(&what, how, seed),
                None => score.problems.push(what),
            }
        }
    });
    assert!(
        score.problems.is_empty(),
        "not refuted: {}",
        score.problems.join("\n")
    );
}
