//! The answers of SQL: the project's own scripts under `tests/slt`, whose answers PostgreSQL 15 gave, and, when it lies
//! beside the project, the public sqllogictest corpus: every record.

use std::path::{Path, PathBuf};
use std::process::Command;

fn beside(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The files that end in `.slt`, folders searched through, in order of name.
fn scripts(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder that can be read");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| match path.is_dir() {
            true => scripts(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|e| e == "slt"))
        .collect()
}

/// Runs the files by `planarium slt`: records passed and skipped. A failure lists places and reasons.
fn run(files: &[PathBuf]) -> (usize, usize) {
    let output = Command::new(env!("CARGO_BIN_EXE_planarium"))
        .arg("slt")
        .args(files)
        .output()
        .expect("the command starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    let counts: Vec<usize> = text
        .lines()
        .last()
        .expect("a line of counts")
        .split(", ")
        .filter_map(|part| part.split(' ').next()?.parse().ok())
        .collect();
    let [passed, failed, skipped] = counts[..] else {
        panic!("no counts in the last line of {text}");
    };
    assert_eq!(failed, 0, "{text}");
    (passed, skipped)
}

#[test]
fn own_scripts_pass() {
    let files = scripts(&beside("tests/slt"));
    assert!(files.len() >= 12, "{files:?}");
    let (passed, skipped) = run(&files);
    eprintln!(
        "own scripts: {passed} records passed in {} files",
        files.len()
    );
    assert!(passed > 1_000, "only {passed} records ran");
    assert_eq!(skipped, 0, "a script of ours is for this engine");
}

#[test]
fn the_corpus_passes() {
    let corpus = beside("../shared/corpora/sqllogictest");
    if !corpus.is_dir() {
        eprintln!("skipped: the sqllogictest corpus is not beside the project");
        return;
    }
    let files = scripts(&corpus);
    // Two at a time: files know nothing of each other.
    let (left, right) = files.split_at(files.len() / 2);
    let (a, b) = std::thread::scope(|scope| {
        let left = scope.spawn(|| run(left));
        let right = run(right);
        (
            left.join().unwrap_or_else(|p| std::panic::resume_unwind(p)),
            right,
        )
    });
    let (passed, skipped) = (a.0 + b.0, a.1 + b.1);
    eprintln!(
        "corpus: {passed} records passed, {skipped} skipped, in {} files",
        files.len()
    );
    assert_eq!((passed, skipped), (167_884, 1_018));
}
