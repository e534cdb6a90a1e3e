//! A thousand random queries, each checked in full: the recorded firings replayed from the first plan give the last plan
//! exactly; no plan changes without an event; and all plans of the trace, executed naively, return the same rows.

mod common;
mod versions;

use common::bind;
use exec::naive::NaiveError;
use optimizer::normalize::passes;
use optimizer::{Options, normalize};
use std::rc::Rc;
use testkit::database::Shape;
use testkit::query::{self, Features};
use testkit::{Database, Rng};
use versions::{BUDGET, check_replay, check_rows, record, run};

/// Queries that must be checked to the end.
const QUERIES: usize = 1_000;

/// Queries that may be passed over because their first plan takes too many steps to execute naively.
const TOO_DEAR: usize = 20;

#[test]
fn replay_is_exact_every_change_has_an_event_and_all_plans_give_the_same_rows() {
    let (mut checked, mut too_dear, mut versions, mut not_empty) = (0, 0, 0, 0);
    for seed in 0.. {
        if checked == QUERIES {
            break;
        }
        let mut rng = Rng::new(seed);
        let database = Database::random(&mut rng, Shape::default());
        let query = query::random(&mut rng, &database, Features::default());
        let place = || format!("seed {seed}: {}", query.sql);
        let (mut arena, first) = bind(Rc::new(database.clone()), &query.sql);
        let before = match run(&arena, first, &database, BUDGET) {
            Err(NaiveError::OverBudget) => {
                too_dear += 1;
                continue;
            }
            Err(error) => panic!("{error}, {}", place()),
            Ok(rows) => rows,
        };
        let silent = {
            let (mut arena, first) = bind(Rc::new(database.clone()), &query.sql);
            normalize(&mut arena, first, &Options::default(), &mut ())
        };
        let (last, trace) = record(passes(), &mut arena, first, &Options::default())
            .unwrap_or_else(|error| panic!("{error}, {}", place()));
        assert_eq!(silent, Ok(last), "recording changed the plan, {}", place());
        not_empty += usize::from(!before.is_empty());
        let result = check_replay(&mut arena, first, last, &trace, &database)
            .and_then(|()| check_rows(&arena, &Ok(before), &trace, &database));
        if let Err(wrong) = result {
            panic!("{}, {}\n{}", wrong.culprit, place(), wrong.report);
        }
        versions += trace.steps.len();
        checked += 1;
    }
    eprintln!("{checked} queries, {versions} plans; {not_empty} give rows; {too_dear} passed over");
    assert!(too_dear <= TOO_DEAR, "{too_dear} queries passed over");
    assert!(versions > 8 * QUERIES, "only {versions} plans");
    assert!(
        2 * not_empty > QUERIES,
        "only {not_empty} queries give rows"
    );
}
