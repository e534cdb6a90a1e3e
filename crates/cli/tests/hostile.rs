//! Bad input: a code and a place within a second, and the next query works; by the command exit status 1, and 2 for a
//! wrong call.

use engine::{Config, Context, Engine};
use std::process::Command;
use std::time::{Duration, Instant};

/// Statements that are refused or fail: a name, the text, the beginning of the SQLSTATE.
fn bad() -> Vec<(&'static str, String, &'static str)> {
    vec![
        ("syntax", "SELECT 1 +".into(), "42601"),
        ("reserved", "SELECT FROM WHERE".into(), "42601"),
        ("column", "SELECT nope FROM title".into(), "42703"),
        ("table", "SELECT 1 FROM nope".into(), "42P01"),
        ("type", "SELECT 1 + true".into(), "42883"),
        ("zero", "SELECT id / 0 FROM title".into(), "22012"),
        (
            "zero below a join",
            "SELECT t.id FROM title t JOIN title u ON t.id % (u.id - u.id) = 1".into(),
            "22012",
        ),
        (
            "cast of a row",
            "SELECT CAST(name AS integer) FROM title".into(),
            "22P02",
        ),
        (
            "two rows",
            "SELECT (SELECT id FROM title) FROM title".into(),
            "21000",
        ),
        ("long", format!("SELECT '{}'", "x".repeat(1 << 20)), "54001"),
        (
            "unterminated",
            format!("SELECT '{}", "x".repeat(900_000)),
            "42601",
        ),
        (
            "tokens",
            format!("SELECT 1{}", ", 1".repeat(100_000)),
            "54001",
        ),
        (
            "deep",
            format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
            "54001",
        ),
        ("open", format!("SELECT {}", "(".repeat(100_000)), "54001"),
        (
            "subqueries",
            format!("SELECT {}1{}", "(SELECT ".repeat(5_000), ")".repeat(5_000)),
            "54001",
        ),
        (
            "chain",
            format!("SELECT 1{}", " + 1".repeat(100_000)),
            "54001",
        ),
        (
            "shorter chain",
            format!("SELECT 1{}", " + 1".repeat(5_000)),
            "54001",
        ),
        (
            "cast",
            format!("SELECT 1{}", "::int".repeat(5_000)),
            "54001",
        ),
        (
            "not",
            format!("SELECT {} true", "NOT ".repeat(20_000)),
            "54001",
        ),
        ("minus", format!("SELECT {}1", "- ".repeat(20_000)), "54001"),
        (
            "union",
            vec!["SELECT 1"; 20_000].join(" UNION ALL "),
            "54001",
        ),
        (
            "joins",
            format!("SELECT 1 FROM title{}", " CROSS JOIN title".repeat(5_000)),
            "54001",
        ),
        (
            "case",
            format!(
                "SELECT {}1{}",
                "CASE WHEN true THEN ".repeat(3_000),
                " END".repeat(3_000)
            ),
            "54001",
        ),
        ("name", format!("SELECT {}", "n".repeat(500_000)), "42622"),
        (
            "columns",
            format!("SELECT {}1", "1, ".repeat(5_000)),
            "54011",
        ),
    ]
}

/// Statements at the limits that have an answer: a name, the text, the first row.
fn large() -> Vec<(&'static str, String, String)> {
    let text = "x".repeat((1 << 20) - 100);
    vec![
        (
            "long",
            format!("SELECT length('{text}')"),
            text.len().to_string(),
        ),
        (
            "list",
            format!(
                "SELECT count(*) FROM title WHERE id IN (0{})",
                ", 0".repeat(40_000)
            ),
            "0".into(),
        ),
        (
            "chain",
            format!("SELECT 1{}", " + 1".repeat(450)),
            "451".into(),
        ),
        (
            "conjunction",
            format!("SELECT 1 WHERE true{}", " AND 1 = 1".repeat(400)),
            "1".into(),
        ),
        (
            "deep",
            format!("SELECT {}1{}", "(".repeat(90), ")".repeat(90)),
            "1".into(),
        ),
        (
            "rows",
            format!(
                "SELECT count(*) FROM (VALUES (1){}) AS v (x)",
                ", (1)".repeat(20_000)
            ),
            "20001".into(),
        ),
    ]
}

async fn films() -> Engine {
    let engine = Engine::in_memory(Config::default())
        .await
        .expect("a database");
    let seed = data::films::DEFAULT_SEED;
    let size = "small".parse().expect("a size of the films");
    engine::datasets::load_films(&engine, size, seed)
        .await
        .expect("the films");
    engine
}

/// The first value of the answer, or the code, and whether it names a place in the text.
fn ask(engine: &Engine, sql: &str) -> (Result<String, (String, bool)>, Duration) {
    let start = Instant::now();
    let answer = storage::block_on(engine.run_all(sql, &Context::default()));
    let time = start.elapsed();
    let answer = match answer {
        Ok(Some(result)) => Ok(match result.batches.first() {
            Some(batch) => batch.columns[0].value(0, result.columns[0].1).to_string(),
            None => "no row".into(),
        }),
        Ok(None) => Ok("no rows".into()),
        Err(error) => {
            let place = error
                .span()
                .and_then(|s| sql.get(s.start as usize..s.end as usize));
            Err((format!("{} {error}", error.code()), place.is_some()))
        }
    };
    (answer, time)
}

#[test]
fn bad_statements_are_clear_errors_within_a_second() {
    let engine = storage::block_on(films());
    let mut slowest = (Duration::ZERO, "");
    for (name, sql, code) in bad() {
        let (answer, time) = ask(&engine, &sql);
        let (error, placed) = answer.expect_err(name);
        assert!(error.starts_with(code), "{name}: {error}, expected {code}");
        assert!(placed, "{name} names no place: {error}");
        assert!(
            error.len() < 300,
            "{name}: {} bytes of message",
            error.len()
        );
        assert!(time < Duration::from_secs(1), "{name} took {time:?}");
        slowest = slowest.max((time, name));
        assert_eq!(
            ask(&engine, "SELECT 6 * 7").0,
            Ok("42".into()),
            "after {name}"
        );
    }
    eprintln!("the slowest of the bad: {slowest:?}");
}

#[test]
fn large_statements_have_their_answer_within_a_second() {
    let engine = storage::block_on(films());
    let mut slowest = (Duration::ZERO, "");
    for (name, sql, expected) in large() {
        let (answer, time) = ask(&engine, &sql);
        assert_eq!(answer, Ok(expected), "{name}");
        assert!(time < Duration::from_secs(1), "{name} took {time:?}");
        slowest = slowest.max((time, name));
    }
    eprintln!("the slowest of the large: {slowest:?}");
}

fn run(args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_planarium"))
        .args(args)
        .output()
        .expect("the command starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text)
}

#[test]
fn the_command_shows_code_line_and_mark_and_fails() {
    for (name, sql, code) in bad() {
        // From a file: some are longer than a command line may be.
        let file = format!("planarium-hostile-{}.sql", std::process::id());
        let path = std::env::temp_dir().join(file);
        std::fs::write(&path, &sql).expect("a temporary file");
        let file = path.to_str().expect("UTF-8");
        let (status, text) = run(&["sql", "--data", "films:small", "--file", file]);
        let _ = std::fs::remove_file(&path);
        assert_eq!(status, 1, "{name}: {text}");
        assert!(text.contains(&format!("ERROR {code}")), "{name}: {text}");
        assert!(text.contains("LINE 1: "), "{name} shows no line: {text}");
        let marked = text.lines().any(|line| line.trim_start().starts_with('^'));
        assert!(marked, "{name} has no mark: {text}");
        assert!(
            text.lines().all(|line| line.len() < 300),
            "{name} shows a line too long to read: {text}"
        );
    }
}

#[test]
fn a_wrong_call_has_exit_status_two() {
    for args in [
        &["nope"][..],
        &["sql"],
        &["sql", "--data", "mars:1", "select 1"],
        &["sql", "--format", "x", "select 1"],
    ] {
        assert_eq!(run(args).0, 2, "{args:?}");
    }
    assert_eq!(run(&["sql", "select 1"]).0, 0);
}
