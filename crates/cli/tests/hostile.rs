//! Bad input by the command: a code and a place within a second, exit status 1; a wrong call is exit status 2.

use std::process::Command;
use std::time::{Duration, Instant};

fn run(args: &[&str]) -> (i32, String, Duration) {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_planarium"))
        .args(args)
        .output()
        .expect("the command starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text, start.elapsed())
}

/// Runs a script from a file: some are longer than a command line may be.
fn run_script(name: &str, sql: &str) -> (i32, String, Duration) {
    let path = std::env::temp_dir().join(format!(
        "planarium-hostile-{}-{name}.sql",
        std::process::id()
    ));
    std::fs::write(&path, sql).expect("a temporary file");
    let result = run(&[
        "sql",
        "--data",
        "films:small",
        "--file",
        path.to_str().expect("UTF-8"),
    ]);
    let _ = std::fs::remove_file(&path);
    result
}

#[test]
fn every_bad_statement_is_a_clear_error() {
    let cases = [
        ("syntax", "SELECT 1 +".to_string(), "42601"),
        ("column", "SELECT nope FROM title".into(), "42703"),
        ("table", "SELECT 1 FROM nope".into(), "42P01"),
        ("type", "SELECT 1 + true".into(), "42883"),
        ("zero", "SELECT id / 0 FROM title".into(), "22012"),
        ("long", format!("SELECT '{}'", "x".repeat(1 << 20)), "54"),
        (
            "deep",
            format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
            "54",
        ),
        ("chain", format!("SELECT 1{}", " + 1".repeat(100_000)), "54"),
        ("cast", format!("SELECT 1{}", "::int".repeat(5_000)), "54"),
        (
            "not",
            format!("SELECT {} true", "NOT ".repeat(20_000)),
            "54",
        ),
        ("minus", format!("SELECT {}1", "- ".repeat(20_000)), "54"),
        ("union", vec!["SELECT 1"; 20_000].join(" UNION ALL "), "54"),
        (
            "case",
            format!(
                "SELECT {}1{}",
                "CASE WHEN true THEN ".repeat(3_000),
                " END".repeat(3_000)
            ),
            "54",
        ),
    ];
    for (name, sql, code) in cases {
        let (status, text, time) = run_script(name, &sql);
        assert_eq!(status, 1, "{name}: {text}");
        assert!(text.contains(&format!("ERROR {code}")), "{name}: {text}");
        assert!(
            name == "zero" || text.contains("LINE 1:"),
            "{name} names no place: {text}"
        );
        assert!(time < Duration::from_secs(5), "{name} took {time:?}");
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
