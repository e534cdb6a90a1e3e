//! TPC-H at scale 0.01 against the published answers, when they lie beside the project; each query once more with
//! normalization switched off would take too long here and is part of the soundness tests on small data.

use std::path::{Path, PathBuf};
use std::process::Command;

fn corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/tpch");
    path.is_dir().then_some(path)
}

fn planarium(args: &[&str]) -> Result<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_planarium"))
        .args(args)
        .output()
        .expect("the command starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        Err(text(output.stderr))
    }
}

/// Fields of CSV text; the answers quote fields only where they must.
fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            c => out.last_mut().expect("never empty").push(c),
        }
    }
    out
}

/// Equal texts, or numbers equal to a relative 1e-6.
fn agrees(got: &str, expected: &str) -> bool {
    got == expected
        || matches!((got.parse::<f64>(), expected.parse::<f64>()), (Ok(a), Ok(b))
            if (a - b).abs() <= 1e-6 * a.abs().max(b.abs()))
}

/// The rows, in order but for ties: rows are compared as sorted lists when the order alone differs.
fn compare(got: &str, expected: &str) -> Result<(), String> {
    let rows = |text: &str| {
        text.strip_suffix('\n')
            .unwrap_or(text)
            .split('\n')
            .skip(1)
            .map(fields)
            .collect::<Vec<_>>()
    };
    let (mut got, mut expected) = (rows(got), rows(expected));
    if got.len() != expected.len() {
        return Err(format!("{} rows, expected {}", got.len(), expected.len()));
    }
    let same = |a: &[String], b: &[String]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agrees(a, b))
    };
    if !got.iter().zip(&expected).all(|(a, b)| same(a, b)) {
        got.sort();
        expected.sort();
    }
    match got.iter().zip(&expected).find(|(a, b)| !same(a, b)) {
        None => Ok(()),
        Some((a, b)) => Err(format!("row {a:?}, expected {b:?}")),
    }
}

#[test]
fn all_queries_give_the_published_answers() {
    let Some(corpus) = corpus() else {
        eprintln!("skipped: the TPC-H answers are not beside the project");
        return;
    };
    let folder = std::env::temp_dir().join(format!("planarium-tpch-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let db = folder.join("tpch.db");
    let db = db.to_str().expect("UTF-8");
    planarium(&["sql", "--db", db, "--data", "tpch:0.01", "select 1"]).expect("the data loads");
    let mut wrong = Vec::new();
    for query in 1..=22 {
        let file = corpus.join(format!("queries/q{query:02}.sql"));
        let expected =
            std::fs::read_to_string(corpus.join(format!("answers/sf0.01/q{query:02}.csv")))
                .expect("an answer");
        let file = file.to_str().expect("UTF-8");
        let answer = planarium(&["sql", "--db", db, "--format", "csv", "--file", file]);
        if let Err(message) = answer.and_then(|got| compare(&got, &expected)) {
            wrong.push(format!("q{query}: {message}"));
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
