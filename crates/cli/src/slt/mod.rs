//! sqllogictest files: scripts of statements and queries with expected answers, as SQLite's corpus has them.
//!
//! - [`record`]: the file format.
//! - [`render`]: values as the files spell them.
//! - [`md5`]: long results are compared by digest.
//! - [`command`]: the command line's side.

pub mod command;
pub mod md5;
pub mod record;
pub mod render;

use record::{Expected, Kind, Record, Sort};
use std::fmt;
use std::path::{Path, PathBuf};
use types::{DataType, Value};

/// The name that `skipif` and `onlyif` know the engine by: answers are PostgreSQL's.
pub const ENGINE: &str = "postgresql";

/// The result of a query; a statement without rows has no types.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// One type a column, also when there are no rows.
    pub types: Vec<DataType>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// Whatever runs SQL: an engine with an empty database at the start of a file.
pub trait Runner {
    /// Runs one statement; an error is its message, with its code.
    fn run(&mut self, sql: &str) -> Result<Rows, String>;
}

/// A record whose answer was not the expected one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// File and line.
    pub place: String,
    /// The SQL text.
    pub sql: String,
    /// What is wrong, in words.
    pub reason: String,
}

/// What came of one file or of several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Records with the expected answer.
    pub passed: usize,
    /// Records not meant for this engine.
    pub skipped: usize,
    /// All other records.
    pub failures: Vec<Failure>,
}

impl Report {
    /// Counts another report in.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.failures.len();
        write!(
            f,
            "{} passed, {failed} failed, {} skipped",
            self.passed, self.skipped
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}\n    {}",
            self.place,
            self.reason,
            self.sql.replace('\n', "\n    ")
        )
    }
}

/// Runs the records of a file's text; `name` is for places in failures.
pub fn run(name: &str, text: &str, runner: &mut dyn Runner) -> Report {
    let mut report = Report::default();
    for record in record::parse(text) {
        if record.skipped {
            report.skipped += 1;
            continue;
        }
        match outcome(&record, runner) {
            Ok(()) => report.passed += 1,
            Err(reason) => report.failures.push(Failure {
                place: format!("{name}:{}", record.line),
                sql: record.sql,
                reason,
            }),
        }
    }
    report
}

/// The `.slt` and `.test` files among the paths, folders searched through, in order of name.
pub fn files(paths: &[PathBuf]) -> std::io::Result<Vec<PathBuf>> {
    fn walk(path: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
        let mut entries = std::fs::read_dir(path)?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<std::io::Result<Vec<PathBuf>>>()?;
        entries.sort();
        for entry in entries {
            if entry.is_dir() {
                walk(&entry, out)?;
            } else if entry.extension().is_some_and(|e| e == "slt" || e == "test") {
                out.push(entry);
            }
        }
        Ok(())
    }
    let mut out = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => walk(path, &mut out)?,
            false => out.push(path.clone()),
        }
    }
    Ok(out)
}

fn outcome(record: &Record, runner: &mut dyn Runner) -> Result<(), String> {
    if let Kind::Unknown = record.kind {
        return Err("this directive is not known".into());
    }
    let result = runner.run(&record.sql);
    match (&record.kind, result) {
        (Kind::Unknown | Kind::Ok, Ok(_)) => Ok(()),
        (Kind::Error(_), Ok(_)) => Err("an error was expected, but it ran".into()),
        (Kind::Error(part), Err(message)) if message.contains(part.as_str()) => Ok(()),
        (_, Err(message)) => Err(message),
        (
            Kind::Query {
                columns,
                sort,
                rowwise,
                expected,
            },
            Ok(result),
        ) => {
            if result.types.len() != *columns {
                return Err(format!(
                    "{columns} columns expected, {} found",
                    result.types.len()
                ));
            }
            compare(expected, &values(result, *sort, *rowwise))
        }
    }
}

/// The result as the lines that files list: a value a line, or a row a line.
fn values(result: Rows, sort: Sort, rowwise: bool) -> Vec<String> {
    let mut rows: Vec<Vec<String>> = result
        .rows
        .iter()
        .map(|row| row.iter().map(render::value).collect())
        .collect();
    if sort == Sort::Rows {
        rows.sort();
    }
    let mut lines: Vec<String> = match rowwise {
        true => rows.into_iter().map(|row| row.join(" ")).collect(),
        false => rows.into_iter().flatten().collect(),
    };
    if sort == Sort::Values {
        lines.sort();
    }
    lines
}

fn compare(expected: &Expected, found: &[String]) -> Result<(), String> {
    match expected {
        Expected::Digest { count, md5 } => {
            let mut text = String::new();
            for line in found {
                text.push_str(line);
                text.push('\n');
            }
            let digest = md5::hex(text.as_bytes());
            if found.len() == *count && digest == *md5 {
                return Ok(());
            }
            let start = found.iter().take(8).map(String::as_str).collect::<Vec<_>>();
            Err(format!(
                "{count} values of digest {md5} expected, {} of digest {digest} found: {} …",
                found.len(),
                start.join(" ")
            ))
        }
        Expected::Lines(lines) if lines == found => Ok(()),
        Expected::Lines(lines) => {
            let at = lines.iter().zip(found).take_while(|(a, b)| a == b).count();
            let line =
                |lines: &[String]| lines.get(at).map_or("nothing".into(), |l| format!("'{l}'"));
            Err(format!(
                "line {} of the result: {} expected, {} found ({} lines expected, {} found)",
                at + 1,
                line(lines),
                line(found),
                lines.len(),
                found.len()
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows a few statements by heart.
    struct Parrot;

    impl Runner for Parrot {
        fn run(&mut self, sql: &str) -> Result<Rows, String> {
            let ints = |rows: &[&[i32]]| Rows {
                types: vec![DataType::Int32; rows.first().map_or(1, |r| r.len())],
                rows: rows
                    .iter()
                    .map(|r| r.iter().map(|v| Value::Int32(*v)).collect())
                    .collect(),
            };
            match sql {
                "create" => Ok(ints(&[])),
                "two" => Ok(ints(&[&[10, 1], &[9, 2]])),
                "nine" => Ok(ints(&[
                    &[1],
                    &[2],
                    &[3],
                    &[4],
                    &[5],
                    &[6],
                    &[7],
                    &[8],
                    &[9],
                ])),
                other => Err(format!("42601: cannot parse {other}")),
            }
        }
    }

    const FILE: &str = "\
control resultmode valuewise

hash-threshold 8

statement ok
create

statement error 42601
nonsense

statement error
create

query II nosort
two
----
10
1
9
2

query II rowsort label-1
two
----
10
1
9
2

query II valuesort
two
----
1
10
2
9

query I rowsort
two
----
10

query I nosort
nine
----
9 values hashing to 22e400a2ddbb013acf2a5852d6ab69fc

query I nosort
nine
----
9 values hashing to 22e400a2ddbb013acf2a5852d6ab69fd

skipif postgresql # it says something else
query I nosort
nonsense
----
1

onlyif sqlite
statement ok
nonsense

skipif mysql
statement ok
create

control resultmode rowwise

query II nosort
two
----
10 1
9 3

halt

statement ok
nonsense
";

    #[test]
    fn records_pass_fail_and_are_skipped() {
        let report = run("f.slt", FILE, &mut Parrot);
        let failures: Vec<String> = report
            .failures
            .iter()
            .map(|f| format!("{} {}", f.place, f.reason))
            .collect();
        assert_eq!(
            failures,
            [
                "f.slt:11 an error was expected, but it ran",
                "f.slt:38 1 columns expected, 2 found",
                "f.slt:48 9 values of digest 22e400a2ddbb013acf2a5852d6ab69fd expected, 9 of digest \
                 22e400a2ddbb013acf2a5852d6ab69fc found: 1 2 3 4 5 6 7 8 …",
                "f.slt:69 line 2 of the result: '9 3' expected, '9 2' found (2 lines expected, 2 found)",
            ]
        );
        assert_eq!(report.to_string(), "7 passed, 4 failed, 2 skipped");
    }

    #[test]
    fn the_corpus_is_read_as_its_readme_counts_it() {
        let corpus =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/sqllogictest");
        if !corpus.is_dir() {
            eprintln!("skipped: there is no corpus at {}", corpus.display());
            return;
        }
        let files = files(&[corpus]).expect("a folder that can be read");
        let (mut statements, mut queries, mut skipped) = (0, 0, 0);
        for file in &files {
            let text = std::fs::read_to_string(file).expect("a text file");
            for record in record::parse(&text) {
                assert_ne!(
                    record.kind,
                    Kind::Unknown,
                    "{}:{}",
                    file.display(),
                    record.line
                );
                match record.kind {
                    _ if record.skipped => skipped += 1,
                    Kind::Query { .. } => queries += 1,
                    _ => statements += 1,
                }
            }
        }
        assert_eq!(
            (files.len(), statements, queries, skipped),
            (216, 21_963, 145_921, 1_018)
        );
    }
}
