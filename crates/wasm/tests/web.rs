//! The crossing, in a browser: what JavaScript sends arrives, what it gets back has the declared shape.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Reflect};
use wasm::Database;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn get(object: &JsValue, path: &str) -> JsValue {
    path.split('.')
        .fold(object.clone(), |at, name| match name.parse::<u32>() {
            Ok(index) => Array::from(&at).get(index),
            Err(_) => Reflect::get(&at, &JsValue::from_str(name)).expect("an object"),
        })
}

fn text(object: &JsValue, path: &str) -> String {
    get(object, path)
        .as_string()
        .unwrap_or_else(|| panic!("{path} is no text"))
}

fn number(object: &JsValue, path: &str) -> f64 {
    get(object, path)
        .as_f64()
        .unwrap_or_else(|| panic!("{path} is no number"))
}

fn length(object: &JsValue, path: &str) -> u32 {
    Array::from(&get(object, path)).length()
}

fn database() -> Database {
    Database::new(None, None).expect("a database opens")
}

fn films() -> Database {
    let database = database();
    database.load_films("small", 1).expect("films load");
    database
}

/// Runs a script to its end in slices.
fn run(database: &Database, sql: &str) -> JsValue {
    let mut task = database.start(sql.into(), None).expect("a script starts");
    loop {
        let outcome = task.step(10.0).expect("a step");
        if !outcome.is_undefined() {
            return outcome;
        }
    }
}

#[wasm_bindgen_test]
fn opens_and_answers() {
    let answer = database()
        .query("SELECT 1 AS one, 'ß𝄞' AS word, NULL AS nothing, 1.50 AS price")
        .expect("answers");
    assert_eq!(text(&answer, "columns.0.name"), "one");
    assert_eq!(text(&answer, "columns.0.type"), "integer");
    assert_eq!(number(&answer, "rows.0.0"), 1.0);
    assert_eq!(text(&answer, "rows.0.1"), "ß𝄞");
    assert!(get(&answer, "rows.0.2").is_null());
    assert_eq!(text(&answer, "rows.0.3"), "1.50");
}

#[wasm_bindgen_test]
fn refuses_a_bad_page_size() {
    let error = Database::new(Some(1_000), None)
        .err()
        .expect("1000 is no power of two");
    assert_eq!(text(&error, "code"), "22023");
}

#[wasm_bindgen_test]
fn tables_keep_rows_between_calls() {
    let database = database();
    database
        .query("CREATE TABLE t (a int PRIMARY KEY, b text)")
        .expect("creates");
    database
        .query("INSERT INTO t VALUES (1, 'x'), (2, NULL)")
        .expect("inserts");
    let answer = database
        .query("SELECT b FROM t ORDER BY a")
        .expect("answers");
    assert_eq!(length(&answer, "rows"), 2);
    assert!(get(&answer, "rows.1.0").is_null());
}

#[wasm_bindgen_test]
fn an_unknown_column_has_code_and_place_in_utf16() {
    let error = films()
        .query("SELECT '𝄞', nope FROM title")
        .expect_err("no such column");
    assert_eq!(text(&error, "code"), "42703");
    // The sign before it takes two code units.
    assert_eq!(number(&error, "span.start"), 13.0);
    assert_eq!(number(&error, "span.end"), 17.0);
}

#[wasm_bindgen_test]
fn a_syntax_error_has_code_and_place() {
    let error = database().query("SELECT 1 +").expect_err("no statement");
    assert_eq!(text(&error, "code"), "42601");
    assert!(!get(&error, "span").is_null());
}

#[wasm_bindgen_test]
fn hostile_statements_are_refused_and_the_next_one_works() {
    let database = database();
    let parentheses = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let chain = format!("SELECT 1{}", " + 1".repeat(100_000));
    let long = format!("SELECT '{}'", "x".repeat(1 << 20));
    for sql in [parentheses, chain, long] {
        match database.query(&sql) {
            Ok(answer) => assert_eq!(length(&answer, "rows"), 1),
            Err(error) => assert_eq!(&text(&error, "code")[..2], "54"),
        }
        let next = database
            .query("SELECT 2 AS two")
            .expect("the next query works");
        assert_eq!(number(&next, "rows.0.0"), 2.0);
    }
}

#[wasm_bindgen_test]
fn a_script_keeps_what_came_before_its_failure() {
    let database = database();
    let outcome = run(
        &database,
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); SELECT 1 / 0; SELECT 3",
    );
    assert_eq!(length(&outcome, "statements"), 2);
    assert_eq!(text(&outcome, "statements.1.tag"), "INSERT 0 1");
    assert_eq!(text(&outcome, "failure.code"), "22012");
    let answer = database.query("SELECT count(*) FROM t").expect("answers");
    assert_eq!(number(&answer, "rows.0.0"), 1.0);
}

#[wasm_bindgen_test]
fn a_long_query_is_cancelled() {
    let database = films();
    let sql = "SELECT count(*) FROM cast_info a, cast_info b, cast_info c, cast_info d WHERE a.id + b.id + c.id > d.id";
    let mut task = database.start(sql.into(), None).expect("starts");
    assert!(
        task.step(5.0).expect("a step").is_undefined(),
        "the query must be too long for one step"
    );
    task.cancel();
    let mut outcome = JsValue::UNDEFINED;
    for _ in 0..100 {
        outcome = task.step(5.0).expect("a step");
        if !outcome.is_undefined() {
            break;
        }
    }
    assert_eq!(text(&outcome, "failure.code"), "57014");
    let next = database
        .query("SELECT 1 AS one")
        .expect("the next query works");
    assert_eq!(number(&next, "rows.0.0"), 1.0);
}

#[wasm_bindgen_test]
fn a_task_that_ended_says_so() {
    let database = database();
    let mut task = database.start("SELECT 1".into(), None).expect("starts");
    while task.step(10.0).expect("a step").is_undefined() {}
    assert_eq!(
        text(&task.step(10.0).expect_err("it has ended"), "code"),
        "22023"
    );
}

#[wasm_bindgen_test]
fn rows_come_in_windows() {
    let database = films();
    let outcome = run(&database, "SELECT id FROM title ORDER BY id");
    let result = number(&outcome, "statements.0.result") as u32;
    let rows = number(&outcome, "statements.0.rowCount");
    assert_eq!(rows, 30.0);
    let window = database.rows(result, 28, 10).expect("rows");
    assert_eq!(length(&window, "rows"), 2);
    assert!(
        database
            .result_csv(result)
            .expect("csv")
            .starts_with("id\n1\n")
    );
    database.drop_result(result);
    assert!(database.rows(result, 0, 1).is_err());
}

#[wasm_bindgen_test]
fn csv_loads_all_rows_or_none() {
    let database = database();
    database
        .query("CREATE TABLE t (a int PRIMARY KEY, b text)")
        .expect("creates");
    assert_eq!(
        database
            .insert_csv("t", b"b,a\nx,1\n\"y, z\",2\n")
            .expect("loads"),
        2.0
    );
    let error = database
        .insert_csv("t", b"a,b\n3,u\n1,v\n")
        .expect_err("key 1 is there");
    assert_eq!(text(&error, "code"), "23505");
    let answer = database
        .query("SELECT count(*), max(b) FROM t")
        .expect("answers");
    assert_eq!(number(&answer, "rows.0.0"), 2.0);
    assert_eq!(text(&answer, "rows.0.1"), "y, z");
}

#[wasm_bindgen_test]
fn a_trace_holds_every_step() {
    let database = films();
    let sql = "SELECT t.name FROM title t LEFT JOIN rating r ON r.title_id = t.id WHERE r.votes > 10 AND 1 = 1";
    let trace = database.trace(sql, None).expect("a trace");
    assert_eq!(text(&trace, "steps.0.phase"), "logical");
    let steps = length(&trace, "steps");
    assert_eq!(
        text(&trace, &format!("steps.{}.phase", steps - 1)),
        "physical"
    );
    assert!(
        length(&trace, "rules") > 0
            && length(&trace, "memo.groups") > 0
            && length(&trace, "physical") > 0
    );
    let again = database.trace(sql, None).expect("a trace");
    assert_eq!(text(&trace, "hash"), text(&again, "hash"));
}

#[wasm_bindgen_test]
fn a_rule_can_be_switched_off() {
    let database = films();
    let sql = "SELECT id FROM title WHERE id > 1 + 2";
    let fired = |disabled: Option<Vec<String>>| {
        let trace = database.trace(sql, disabled).expect("a trace");
        Array::from(&get(&trace, "rules"))
            .iter()
            .any(|r| r.as_string().as_deref() == Some("ConstantFold"))
    };
    assert!(fired(None));
    assert!(!fired(Some(vec!["ConstantFold".into()])));
    assert_eq!(
        text(
            &database
                .trace(sql, Some(vec!["Nope".into()]))
                .expect_err("no such rule"),
            "code"
        ),
        "22023"
    );
}

#[wasm_bindgen_test]
fn schema_rules_and_samples_have_their_shapes() {
    let database = films();
    let schema = database.schema();
    assert!(length(&schema, "0.columns") > 0);
    assert!(number(&schema, "0.rows") > 0.0);
    let rules = database.rules();
    assert!(Array::from(&rules).length() >= 24);
    assert!(!text(&rules, "0.law").is_empty());
    let samples = database.samples();
    assert_eq!(
        Array::from(&samples).length() as usize,
        data::samples::FILMS.len()
    );
    assert_eq!(text(&samples, "0.sql"), data::samples::FILMS[0].sql);
}

#[wasm_bindgen_test]
fn memory_is_reused_after_a_database_is_freed() {
    let make = || {
        let database = database();
        database.load_films("medium", 1).expect("films load");
        let bytes = database.memory_bytes();
        drop(database);
        bytes
    };
    let first = make();
    let later = (0..6).map(|_| make()).fold(first, f64::max);
    assert!(
        later <= first * 1.5 + 4e6,
        "memory grew from {first} to {later}"
    );
}
