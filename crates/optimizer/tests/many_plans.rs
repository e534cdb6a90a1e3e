//! Plans may change, answers may not: a random query is searched at random costs until ten different plans have won, and all
//! of them, run by the vectorised operators, give the rows of the bound plan executed naively. Queries that have fewer plans
//! do not count. `MANY_PLANS=2000` asks for so many queries.

mod common;
mod vectorised;
mod versions;

use common::bind;
use optimizer::cost::{ALL_WORK, Constants};
use optimizer::search::{SearchOptions, Silent, optimize};
use optimizer::{Options, normalize};
use std::collections::BTreeSet;
use std::rc::Rc;
use testkit::database::Shape;
use testkit::query::{self, Features};
use testkit::{Database, Rng, rows};
use versions::{BUDGET, run};

const QUERIES: u64 = 300;
/// Different plans of a query that counts.
const PLANS: usize = 10;
/// Searches of a query at most.
const SEARCHES: usize = 80;

/// Every kind of work dearer or cheaper by a factor of up to 100, other algorithms switched off now and then.
fn search(rng: &mut Rng) -> SearchOptions {
    let scaled = |constants: Constants, work| {
        let factor = [0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0][rng.below(7)];
        constants.scaled(work, factor)
    };
    SearchOptions {
        constants: ALL_WORK.into_iter().fold(Constants::default(), scaled),
        ..SearchOptions::default()
    }
}

#[test]
fn ten_plans_of_a_query_give_the_same_rows() {
    let queries = std::env::var("MANY_PLANS").ok();
    let queries = queries.and_then(|n| n.parse().ok()).unwrap_or(QUERIES);
    let features = Features {
        relations: 4,
        ..Features::default()
    };
    let (mut counted, mut plans) = (0, 0);
    for seed in 0.. {
        if counted == queries {
            break;
        }
        let mut rng = Rng::new(seed);
        let database = Database::random(&mut rng, Shape::default());
        let query = query::random(&mut rng, &database, features);
        let (mut arena, first) = bind(Rc::new(database.clone()), &query.sql);
        let Ok(expected) = run(&arena, first, &database, BUDGET) else {
            continue;
        };
        let last = normalize(&mut arena, first, &Options::default(), &mut ())
            .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", query.sql));
        let mut seen = BTreeSet::new();
        for _ in 0..SEARCHES {
            let found = optimize(&mut arena, last, &search(&mut rng), &mut Silent)
                .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", query.sql));
            if !seen.insert(found.physical) {
                continue;
            }
            let result = vectorised::rows(&arena, found.physical, &database)
                .map_err(|error| error.to_string())
                .and_then(|rows| rows::same_bag(&expected, &rows));
            if let Err(wrong) = result {
                let plan = plan::text::tree(&arena, found.physical);
                let data = database.sql().join(";\n");
                panic!("seed {seed}: {wrong}\n{}\n{plan}\n{data}", query.sql);
            }
            if seen.len() == PLANS {
                counted += 1;
                break;
            }
            // A query with a single plan shows it soon.
            if seen.len() == 1 && rng.below(20) == 0 {
                break;
            }
        }
        plans += seen.len();
    }
    eprintln!("R4 queries of ten plans {counted}: 0 differ, {plans} plans in all");
}
