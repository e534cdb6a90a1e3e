//! Plans may change, answers may not: the queries of all rule scripts are executed naively on small tables, every plan version of
//! their traces, and their last plan again with each rule switched off.

mod common;
mod filled;

use common::{bind, normalized};
use exec::naive::{self, Row};
use filled::database;
use optimizer::{Options, rules};
use plan::{Arena, Catalog, RelId};
use std::rc::Rc;
use testkit::golden::{self, Case};
use testkit::{Database, rows};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");

fn run(arena: &Arena, root: RelId, database: &Database) -> Result<Vec<Row>, String> {
    naive::run(arena, root, &|table| database.rows(table), 500_000).map_err(|e| e.to_string())
}

/// The same rows; as many, where a LIMIT without an order keeps any. A query that failed may do anything.
fn compare(
    case: &Case,
    expected: &Result<Vec<Row>, String>,
    found: Result<Vec<Row>, String>,
) -> Result<(), String> {
    let Ok(expected) = expected else {
        return Ok(());
    };
    let found = found?;
    match case.has("any-rows") {
        true if expected.len() == found.len() => Ok(()),
        true => Err(format!(
            "{} rows instead of {}",
            found.len(),
            expected.len()
        )),
        false => rows::same_bag(expected, &found),
    }
}

#[test]
fn every_plan_version_of_a_script_gives_the_same_answer() {
    let database = database();
    let catalog: Rc<dyn Catalog> = Rc::new(database.clone());
    let mut wrong = Vec::new();
    for case in golden::cases_of_folder(FOLDER, "txt") {
        let done = normalized(catalog.clone(), &case.input, &Options::default(), 1);
        let expected = run(&done.arena, done.first, &database);
        for (at, step) in done.trace.steps.iter().enumerate() {
            let found = run(&done.arena, done.trace.plan(at), &database);
            if let Err(what) = compare(&case, &expected, found) {
                let rule = step.rule.unwrap_or("no rule");
                wrong.push(format!("{}: {rule} changed the answer: {what}", case.place));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn answers_are_the_same_with_any_rule_switched_off() {
    let database = database();
    let catalog: Rc<dyn Catalog> = Rc::new(database.clone());
    let mut wrong = Vec::new();
    for case in golden::cases_of_folder(FOLDER, "txt") {
        let (mut arena, first) = bind(catalog.clone(), &case.input);
        let expected = run(&arena, first, &database);
        for rule in rules() {
            let name = rule.info().name;
            let options = Options::without([name]);
            let result = optimizer::normalize(&mut arena, first, &options, &mut ())
                .map_err(|error| error.to_string())
                .and_then(|last| compare(&case, &expected, run(&arena, last, &database)));
            if let Err(what) = result {
                wrong.push(format!("{} without {name}: {what}", case.place));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
