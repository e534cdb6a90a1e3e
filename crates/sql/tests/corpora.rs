//! The queries of TPC-H, the Join Order Benchmark and sqllogictest bind, when the corpora are present.

mod common;

use common::{Database, corpus};
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

fn binds_all(name: &str) -> usize {
    let Some(folder) = corpus(name) else {
        eprintln!("skipped: no corpus {name}");
        return 0;
    };
    let schema = fs::read_to_string(folder.join("schema.sql")).expect("a schema");
    let database = Database::with(&schema);
    let queries = files(&folder.join("queries"), "sql");
    for path in &queries {
        let text = fs::read_to_string(path).expect("a query");
        if let Err(error) = database.run(&text) {
            panic!("{}: {}", path.display(), common::refusal(&text, &error));
        }
    }
    queries.len()
}

#[test]
fn tpch_binds() {
    let count = binds_all("tpch");
    assert!(count == 0 || count == 22, "{count} queries");
}

#[test]
fn join_order_benchmark_binds() {
    let count = binds_all("job");
    assert!(count == 0 || count >= 59, "{count} queries");
}

/// The records of a file for PostgreSQL: whether each must be accepted, and its SQL.
fn records(text: &str) -> Vec<(bool, String)> {
    let mut out = Vec::new();
    for block in text.split("\n\n") {
        let mut skipped = false;
        let mut lines = block.lines().filter(|l| !l.starts_with('#'));
        let header = loop {
            match lines.next() {
                None => break None,
                Some(line) if line.starts_with("skipif postgresql") => skipped = true,
                Some(line) if line.starts_with("onlyif") => {
                    skipped |= !line.starts_with("onlyif postgresql");
                }
                Some(line) if line.is_empty() || line.starts_with("hash-threshold") => {}
                Some(line) if line.starts_with("control") => {}
                Some(line) => break Some(line),
            }
        };
        let Some(header) = header.filter(|_| !skipped) else {
            continue;
        };
        if !header.starts_with("query") && !header.starts_with("statement") {
            continue;
        }
        let sql: Vec<&str> = lines.take_while(|l| *l != "----").collect();
        out.push((!header.starts_with("statement error"), sql.join("\n")));
    }
    out
}

#[test]
fn sqllogictest_binds() {
    let Some(folder) = corpus("sqllogictest") else {
        eprintln!("skipped: no corpus sqllogictest");
        return;
    };
    // All of it takes minutes in the dev profile; ALL=1 runs it.
    let all = std::env::var_os("ALL").is_some();
    let step = if all { 1 } else { 12 };
    let (mut accepted, mut failures) = (0, Vec::new());
    for path in files(&folder, "slt").iter().step_by(step) {
        let text = fs::read_to_string(path).expect("a readable file");
        let database = Database::default();
        for (good, sql) in records(&text) {
            match database.run(&sql) {
                Ok(_) => {
                    accepted += 1;
                    if !good && all {
                        eprintln!("left to the engine to refuse: {sql}");
                    }
                }
                Err(error) if good => failures.push(format!(
                    "{}: {sql}\n{}",
                    path.display(),
                    common::refusal(&sql, &error)
                )),
                Err(_) => {}
            }
        }
    }
    eprintln!("{accepted} statements bound");
    let shown: Vec<&String> = failures.iter().take(20).collect();
    assert!(
        failures.is_empty(),
        "{} failures: {shown:#?}",
        failures.len()
    );
}
