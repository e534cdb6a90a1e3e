//! Plans may change, answers may not: the queries of all rule scripts are executed naively on small tables, every plan version of
//! their traces, and their last plan again with each rule switched off.

mod common;

use common::{bind, normalized, schema};
use exec::naive::{self, Row};
use optimizer::{Options, rules};
use plan::{Arena, Catalog, RelId};
use std::rc::Rc;
use testkit::golden::{self, Case};
use testkit::{Database, rows};
use types::{DataType, Decimal, Value};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");

/// Rows that repeat values, lack partners and hold NULLs wherever the schema allows; TPC-H's tables are empty.
fn rows_of(table: &str) -> Vec<Vec<&'static str>> {
    let text = match table {
        "a" => "1 10 0 p, 2 20 1 -, - 10 2 q, 2 30 - p, 3 0 5 abc, 2 20 1 -, - - - -, 5 4 4 q",
        "b" => "2 5 0 p, 2 10 - q, - 20 1 -, 7 10 3 p, 3 5 5 q, 3 4 0 abc, 5 4 1 -",
        "c" => "1 1 1 p, 2 10 - q, - 4 0 -, 5 0 4 abc",
        "k" => "1 1 10 p, 2 2 - -, 3 1 10 q, 4 2 30 p, 5 3 0 abc",
        "m" => "1 2 10 p, 2 2 - q, 3 5 30 -, 5 7 10 p",
        "r" => "1 1 1.50 9131, 1 2 -0.50 9500, 2 1 0.00 9131, 4 3 10.00 -",
        "t" => "- 1 1 0.5, - 1 2 1.0, 3 - 2 -0.5, 4 2 - -, - 1 2 1.0",
        _ => "",
    };
    let row = |row: &'static str| row.split_whitespace().collect();
    text.split(',')
        .map(row)
        .filter(|row: &Vec<_>| !row.is_empty())
        .collect()
}

fn value(text: &str, ty: DataType) -> Value {
    match (text, ty) {
        ("-", _) => Value::Null,
        (_, DataType::Int32) => Value::Int32(text.parse().expect("an integer")),
        (_, DataType::Date) => Value::Date(text.parse().expect("days")),
        (_, DataType::Float64) => Value::Float64(text.parse().expect("a number")),
        (_, DataType::Decimal { scale, .. }) => {
            let hundredths: f64 = text.parse::<f64>().expect("a number") * 100.0;
            Value::Decimal(Decimal::new(hundredths as i128, scale))
        }
        _ => Value::text(text),
    }
}

fn database() -> Database {
    let schema = schema();
    let tables = schema.tables().into_iter().map(|id| {
        let info = schema.table(id).expect("a listed table").clone();
        let cells = rows_of(&info.name).into_iter().map(|row| {
            let types = info.columns.iter().map(|c| c.ty);
            row.iter()
                .zip(types)
                .map(|(text, ty)| value(text, ty))
                .collect()
        });
        let cells = cells.collect();
        (info, cells)
    });
    Database::new(tables.collect())
}

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

/// All cases of all scripts.
fn cases() -> Vec<Case> {
    let mut paths: Vec<_> = std::fs::read_dir(FOLDER)
        .expect("the folder of scripts")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let of = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(path).expect("a script");
        golden::cases(&name, &text).unwrap_or_else(|error| panic!("{error}"))
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_plan_version_of_a_script_gives_the_same_answer() {
    let database = database();
    let catalog: Rc<dyn Catalog> = Rc::new(database.clone());
    let mut wrong = Vec::new();
    for case in cases() {
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
    for case in cases() {
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
