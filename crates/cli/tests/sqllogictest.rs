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

/// Runs the files by `planarium slt`, some rules switched off: records passed and skipped. A failure lists places and
/// reasons.
fn run(files: &[PathBuf], off: &[&str]) -> (usize, usize) {
    let output = Command::new(env!("CARGO_BIN_EXE_planarium"))
        .arg("slt")
        .args(off.iter().flat_map(|rule| ["--disable", rule]))
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

/// The files of the public corpus; `None`, said so, when it is not beside the project.
fn corpus() -> Option<Vec<PathBuf>> {
    let folder = beside("../shared/corpora/sqllogictest");
    if !folder.is_dir() {
        eprintln!("skipped: the sqllogictest corpus is not beside the project");
        return None;
    }
    Some(scripts(&folder))
}

/// Runs a job for each half of the files, two at a time: files know nothing of each other.
fn halves(files: &[PathBuf], job: impl Fn(&[PathBuf]) -> (usize, usize) + Sync) -> (usize, usize) {
    let (left, right) = files.split_at(files.len() / 2);
    std::thread::scope(|scope| {
        let left = scope.spawn(|| job(left));
        let (right, skipped) = job(right);
        let left = left.join().unwrap_or_else(|p| std::panic::resume_unwind(p));
        (left.0 + right, left.1 + skipped)
    })
}

#[test]
fn own_scripts_pass() {
    let files = scripts(&beside("tests/slt"));
    assert!(files.len() >= 12, "{files:?}");
    let (passed, skipped) = run(&files, &[]);
    eprintln!(
        "own scripts: {passed} records passed in {} files",
        files.len()
    );
    assert!(passed > 1_000, "only {passed} records ran");
    assert_eq!(skipped, 0, "a script of ours is for this engine");
}

#[test]
fn the_corpus_passes() {
    let Some(files) = corpus() else { return };
    let (passed, skipped) = halves(&files, |files| run(files, &[]));
    eprintln!(
        "R1 records passed {passed}: 0 failed, {skipped} for other databases, {} files",
        files.len()
    );
    assert_eq!((passed, skipped), (167_884, 1_018));
}

/// Rules that are the only way to run some operator: without them such a query is refused.
const ONLY_WAY: [&str; 11] = [
    "Append",
    "Apply",
    "Filter",
    "HashAggregate",
    "HashSetOp",
    "Limit",
    "NestedLoop",
    "Project",
    "Scan",
    "SortEnforcer",
    "Values",
];

/// One of eight files with every normalization rule off, and with one rule off, another one each file. In some of the others a
/// record fails without rules, which rightly spare it a division by zero.
#[test]
fn the_corpus_passes_with_rules_off() {
    let Some(files) = corpus() else { return };
    let files: Vec<PathBuf> = files.into_iter().step_by(8).collect();
    let all: Vec<&str> = optimizer::rules()
        .iter()
        .map(|rule| rule.info().name)
        .collect();
    let (without, _) = halves(&files, |files| run(files, &all));
    let names = engine::rule_names();
    let removable = names.iter().filter(|name| !ONLY_WAY.contains(name));
    let removable: Vec<&str> = removable.copied().collect();
    // By the file's place in the list: the same on every machine.
    let rule_of = |file: &PathBuf| {
        let at = files.iter().position(|f| f == file).unwrap_or_default();
        removable[at % removable.len()]
    };
    let (passed, _) = halves(&files, |files| {
        let each = files
            .iter()
            .map(|file| run(std::slice::from_ref(file), &[rule_of(file)]));
        each.fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    });
    assert_eq!(without, passed);
    eprintln!(
        "R2 records passed {}: 0 differ, all rules off and one rule off, {} files",
        without + passed,
        files.len()
    );
}
