//! Properties of the trace, on random queries: every occurrence is accounted for, recording changes nothing, and normalization
//! ends in a fixpoint. (That replay is exact: `thousand_queries.rs`.)

mod common;

use common::bind;
use optimizer::normalize::{When, passes};
use optimizer::trace::{self, Occ, OccId, Origin, Phase, Trace};
use optimizer::{Options, Recorder, normalize, rules, why_not};
use plan::{Arena, Catalog, RelId, text};
use std::collections::HashSet;
use std::rc::Rc;
use testkit::database::Shape;
use testkit::query::{self, Features};
use testkit::{Database, Rng};

const SEEDS: u64 = 300;

/// The plan of the random query of a seed, and its text.
fn query_of(seed: u64) -> (Arena, RelId, String) {
    let mut rng = Rng::new(seed);
    let database = Database::random(&mut rng, Shape::default());
    let query = query::random(&mut rng, &database, Features::default());
    let catalog: Rc<dyn Catalog> = Rc::new(database);
    let (arena, root) = bind(catalog, &query.sql);
    (arena, root, query.sql)
}

/// Runs `check` on the plans of random queries.
fn for_each_query(seeds: u64, mut check: impl FnMut(u64, Arena, RelId, &str)) {
    for seed in 0..seeds {
        let (arena, root, sql) = query_of(seed);
        check(seed, arena, root, &sql);
    }
}

fn record(arena: &mut Arena, root: RelId, options: &Options) -> (RelId, Trace) {
    let mut recorder = Recorder::new(1);
    let last = normalize(arena, root, options, &mut recorder)
        .unwrap_or_else(|e| panic!("{e}\n{}", text::tree(arena, root)));
    (last, recorder.finish(arena))
}

#[test]
fn every_occurrence_is_kept_derived_or_created() {
    for_each_query(SEEDS, |seed, mut arena, root, sql| {
        let (_, trace) = record(&mut arena, root, &Options::default());
        let mut before: HashSet<OccId> = HashSet::new();
        for (at, step) in trace.steps.iter().enumerate() {
            let order = trace.preorder(step.root);
            let now: HashSet<OccId> = order.iter().copied().collect();
            let place = || format!("seed {seed}, step {at}: {sql}");
            assert_eq!(
                now.len(),
                order.len(),
                "an occurrence is in one place, {}",
                place()
            );
            for id in &order {
                check_occurrence(&arena, &trace, *id, &before, at as u32, &place);
            }
            for (letter, id) in &step.bindings {
                assert!(
                    before.contains(id),
                    "{letter} is in the plan before, {}",
                    place()
                );
            }
            if let (Some(from), Some(to)) = (step.before, step.after) {
                assert!(before.contains(&from) && now.contains(&to), "{}", place());
                assert_eq!(step.phase, Phase::Normalize);
                assert!(!step.sentence.is_empty(), "{}", place());
            }
            before = now;
        }
    });
}

fn check_occurrence(
    arena: &Arena,
    trace: &Trace,
    id: OccId,
    before: &HashSet<OccId>,
    step: u32,
    place: &dyn Fn() -> String,
) {
    let Occ {
        node,
        kids,
        from,
        origin,
        born,
    } = trace.occ(id);
    let inputs: Vec<RelId> = kids.iter().map(|k| trace.occ(*k).node).collect();
    assert_eq!(
        arena.inputs(*node),
        inputs,
        "kids are the inputs, {}",
        place()
    );
    if before.contains(&id) {
        assert!(*born < step, "kept, {}", place());
        return;
    }
    assert_eq!(*born, step, "new, {}", place());
    for source in from {
        assert!(
            before.contains(source),
            "from the version before, {}",
            place()
        );
    }
    match origin {
        Origin::Created => assert!(from.is_empty(), "{}", place()),
        Origin::Spine => {
            assert_eq!(from.len(), 1, "{}", place());
            let source = trace.occ(from[0]);
            assert_eq!(arena.op(source.node), arena.op(*node), "{}", place());
        }
        Origin::Derived => assert!(!from.is_empty(), "{}", place()),
    }
}

#[test]
fn recording_changes_nothing() {
    for_each_query(SEEDS, |seed, mut arena, root, sql| {
        let (mut quiet, root_again) = bind(arena.catalog().clone(), sql);
        let unrecorded = normalize(&mut quiet, root_again, &Options::default(), &mut ())
            .unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        let mut recorder = Recorder::new(2);
        let recorded = normalize(&mut arena, root, &Options::default(), &mut recorder)
            .unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        // Not only the same plan: the same ids, so that whatever comes next goes the same way.
        assert_eq!(unrecorded, recorded, "seed {seed}: {sql}");
        assert_eq!(quiet.rel_count(), arena.rel_count(), "seed {seed}: {sql}");
        assert_eq!(
            text::tree(&quiet, unrecorded),
            text::tree(&arena, recorded),
            "seed {seed}: {sql}"
        );
    });
}

/// Rules that run in the first round only: they add conjuncts that others imply.
fn only_in_the_first_round() -> Vec<&'static str> {
    let names = |when: When| -> Vec<&'static str> {
        let passes = passes().iter().filter(|pass| pass.when == when);
        passes
            .flat_map(|pass| pass.rules)
            .map(|rule| rule.info().name)
            .collect()
    };
    let always = names(When::Always);
    let first = names(When::First).into_iter();
    first.filter(|name| !always.contains(name)).collect()
}

/// A normalized plan is a fixpoint of every rule but those of the first round. What these add is implied by what stays. Pushed
/// down and simplified it does not always look like what they added (`s = 5` becomes `a + b = 5` below a projection), so that
/// they would add it again, round after round: that is why they run once, and why a second normalization may begin with them.
#[test]
fn a_normalized_plan_is_a_fixpoint() {
    let first_round = only_in_the_first_round();
    assert_eq!(first_round, ["TransitiveConstants", "DisjunctionPerTable"]);
    let others = Options::without(first_round.iter().copied());
    for_each_query(2 * SEEDS, |seed, mut arena, root, sql| {
        let (last, _) = record(&mut arena, root, &Options::default());
        let (again, trace) = record(&mut arena, last, &others);
        assert_eq!(trace.rules(), [""; 0], "seed {seed}: {sql}");
        assert_eq!(again, last, "seed {seed}: {sql}");
        // With all rules, what goes on begins with an implied conjunct.
        let (_, trace) = record(&mut arena, last, &Options::default());
        if let Some(begin) = trace.rules().first() {
            assert!(first_round.contains(begin), "seed {seed}: {sql}");
        }
    });
}

/// Plans in which all that the first round adds stands already, in another form: they come back after a round, and that is no loop.
#[test]
fn a_plan_that_comes_back_after_the_first_round_is_no_loop() {
    for seed in [702, 2_593] {
        let (mut arena, root, sql) = query_of(seed);
        let (last, _) = record(&mut arena, root, &Options::default());
        let (again, trace) = record(&mut arena, last, &Options::default());
        assert!(trace.steps.len() > 1, "seed {seed}: {sql}");
        assert_eq!(again, last, "seed {seed}: {sql}");
    }
}

#[test]
fn equal_runs_have_equal_traces() {
    for_each_query(60, |seed, mut arena, root, sql| {
        let (_, first) = record(&mut arena, root, &Options::default());
        let (mut arena2, root2) = bind(arena.catalog().clone(), sql);
        let (_, second) = record(&mut arena2, root2, &Options::default());
        assert_eq!(first, second, "seed {seed}: {sql}");
        assert_eq!(
            trace::text(&arena, &first, 2),
            trace::text(&arena2, &second, 2)
        );
    });
}

#[test]
fn why_not_agrees_with_the_driver() {
    for_each_query(60, |seed, mut arena, root, sql| {
        let (_, trace) = record(&mut arena, root, &Options::default());
        for at in 1..trace.steps.len() {
            let step = &trace.steps[at];
            let (Some(name), Some(replacement)) = (step.rule, &step.replacement) else {
                continue;
            };
            let rule = rules()
                .iter()
                .find(|r| r.info().name == name)
                .expect("it fired");
            let before = trace.plan(at - 1);
            let reason = why_not(
                &mut arena,
                before,
                &replacement.path,
                *rule,
                &Options::default(),
            );
            assert_eq!(reason, None, "seed {seed}: {name} did fire, {sql}");
            let off = Options::without([name]);
            let reason = why_not(&mut arena, before, &replacement.path, *rule, &off);
            assert!(reason.is_some_and(|r| r.contains("switched off")));
        }
    });
}

#[test]
fn any_rule_can_be_switched_off() {
    for_each_query(12, |seed, arena, _, sql| {
        for rule in rules() {
            let name = rule.info().name;
            let (mut arena, root) = bind(arena.catalog().clone(), sql);
            let mut recorder = Recorder::new(1);
            let options = Options::without([name]);
            normalize(&mut arena, root, &options, &mut recorder)
                .unwrap_or_else(|e| panic!("seed {seed} without {name}: {e}\n{sql}"));
            let trace = recorder.finish(&mut arena);
            assert!(
                !trace.rules().contains(&name),
                "seed {seed}: {name} fired, {sql}"
            );
        }
    });
}
