//! Properties of the trace, on random queries: replay gives the last plan, every occurrence is accounted for, and recording
//! changes nothing.

mod common;

use common::{bind, bind_supported};
use optimizer::trace::{self, Occ, OccId, Origin, Phase, Trace};
use optimizer::{Options, Recorder, normalize, rules, why_not};
use plan::{Arena, Catalog, RelId, text};
use std::collections::HashSet;
use std::rc::Rc;
use testkit::database::Shape;
use testkit::query::{self, Features};
use testkit::{Database, Rng};

const SEEDS: u64 = 300;

/// Runs `check` on the plans of random queries.
fn for_each_query(seeds: u64, mut check: impl FnMut(u64, Arena, RelId, &str)) {
    let mut checked = 0;
    for seed in 0..seeds {
        let mut rng = Rng::new(seed);
        let database = Database::random(&mut rng, Shape::default());
        let query = query::random(&mut rng, &database, Features::default());
        let catalog: Rc<dyn Catalog> = Rc::new(database);
        let Some((arena, root)) = bind_supported(catalog, &query.sql) else {
            continue;
        };
        checked += 1;
        check(seed, arena, root, &query.sql);
    }
    assert!(
        checked * 10 >= seeds * 9,
        "only {checked} of {seeds} queries are supported"
    );
}

fn record(arena: &mut Arena, root: RelId, level: u8) -> (RelId, Trace) {
    let mut recorder = Recorder::new(level);
    let last = normalize(arena, root, &Options::default(), &mut recorder)
        .unwrap_or_else(|e| panic!("{e}\n{}", text::tree(arena, root)));
    (last, recorder.finish(arena))
}

#[test]
fn replaying_the_firings_gives_the_last_plan() {
    for_each_query(SEEDS, |seed, mut arena, root, sql| {
        let (last, trace) = record(&mut arena, root, 1);
        let replayed = trace::replay(&mut arena, root, trace.replacements());
        assert_eq!(replayed, last, "seed {seed}: {sql}");
        assert_eq!(trace.plan(0), root, "seed {seed}: {sql}");
        assert_eq!(
            trace.plan(trace.steps.len() - 1),
            last,
            "seed {seed}: {sql}"
        );
    });
}

#[test]
fn every_version_is_the_one_before_with_one_replacement() {
    for_each_query(SEEDS, |seed, mut arena, root, sql| {
        let (_, trace) = record(&mut arena, root, 1);
        for at in 1..trace.steps.len() {
            let firing = trace.steps[at].replacement.iter();
            let version = trace::replay(&mut arena, trace.plan(at - 1), firing);
            assert_eq!(version, trace.plan(at), "seed {seed}, step {at}: {sql}");
        }
    });
}

#[test]
fn every_occurrence_is_kept_derived_or_created() {
    for_each_query(SEEDS, |seed, mut arena, root, sql| {
        let (_, trace) = record(&mut arena, root, 1);
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

#[test]
fn normalizing_twice_changes_nothing_more() {
    let mut again = 0;
    for_each_query(SEEDS, |_, mut arena, root, _| {
        let (last, _) = record(&mut arena, root, 1);
        let (_, second) = record(&mut arena, last, 1);
        again += usize::from(second.steps.len() > 1);
    });
    // Rules of the first round may find more in a plan that is normalized already; the others may not.
    assert!(
        again * 20 <= SEEDS as usize,
        "{again} of {SEEDS} plans went on changing"
    );
}

#[test]
fn equal_runs_have_equal_traces() {
    for_each_query(60, |seed, mut arena, root, sql| {
        let (_, first) = record(&mut arena, root, 1);
        let (mut arena2, root2) = bind(arena.catalog().clone(), sql);
        let (_, second) = record(&mut arena2, root2, 1);
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
        let (_, trace) = record(&mut arena, root, 1);
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
