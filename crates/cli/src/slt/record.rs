//! The file format: records apart by empty lines, comments behind `#`.
//!
//!     skipif mysql                       for other engines than this one
//!     query IT rowsort label-7           a letter a column; nosort, rowsort or valuesort
//!     SELECT a, b FROM t
//!     ----
//!     1                                  a value a line, or `N values hashing to MD5`
//!     one

/// A statement or query with what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Line of its directive, from 1.
    pub line: usize,
    /// The SQL text.
    pub sql: String,
    /// What is expected.
    pub kind: Kind,
    /// A `skipif` or `onlyif` says that it is not for this engine.
    pub skipped: bool,
}

/// What is expected of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `statement ok`, and `statement count` whatever the count.
    Ok,
    /// `statement error` or `query error`: the error holds this text.
    Error(String),
    /// `query`.
    Query {
        /// Number of result columns.
        columns: usize,
        /// How the result is sorted before it is compared.
        sort: Sort,
        /// The lines expected are rows rather than values.
        rowwise: bool,
        /// The lines.
        expected: Expected,
    },
    /// A directive that this reader does not know.
    Unknown,
}

/// How results are sorted before they are compared, as texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Not at all.
    None,
    /// By rows.
    Rows,
    /// All values by themselves.
    Values,
}

/// The expected result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Line by line.
    Lines(Vec<String>),
    /// By number and MD5 digest of the values, each ended by a newline.
    Digest {
        /// Number of values.
        count: usize,
        /// The digest in hexadecimal.
        md5: String,
    },
}

/// The records of a file up to its end or `halt`.
pub fn parse(text: &str) -> Vec<Record> {
    let mut lines = text.lines().enumerate();
    let mut records = Vec::new();
    let (mut skipped, mut rowwise) = (false, false);
    while let Some((number, line)) = lines.next() {
        let words: Vec<&str> = line
            .split_whitespace()
            .take_while(|w| !w.starts_with('#'))
            .collect();
        let kind = match words.as_slice() {
            [] | ["hash-threshold" | "subtest", ..] => continue,
            ["halt", ..] if skipped => {
                skipped = false;
                continue;
            }
            ["halt", ..] => break,
            ["skipif", engine, ..] => {
                skipped |= *engine == super::ENGINE;
                continue;
            }
            ["onlyif", engine, ..] => {
                skipped |= *engine != super::ENGINE;
                continue;
            }
            ["control", "resultmode", mode, ..] => {
                rowwise = *mode == "rowwise";
                continue;
            }
            ["control", ..] => continue,
            ["statement", "ok" | "count", ..] => Kind::Ok,
            ["statement" | "query", "error", part @ ..] => Kind::Error(part.join(" ")),
            ["query", types, modifiers @ ..] => Kind::Query {
                columns: types.len(),
                sort: match modifiers.first() {
                    Some(&"rowsort") => Sort::Rows,
                    Some(&"valuesort") => Sort::Values,
                    _ => Sort::None,
                },
                rowwise,
                expected: Expected::Lines(Vec::new()),
            },
            _ => Kind::Unknown,
        };
        let mut sql = Vec::new();
        let mut answer = None;
        for (_, line) in lines.by_ref().take_while(|(_, l)| !l.trim().is_empty()) {
            match &mut answer {
                None if line == "----" => answer = Some(Vec::new()),
                None => sql.push(line),
                Some(answer) => answer.push(line.trim_end().to_string()),
            }
        }
        let kind = match kind {
            Kind::Query {
                columns,
                sort,
                rowwise,
                ..
            } => Kind::Query {
                columns,
                sort,
                rowwise,
                expected: expected(answer.unwrap_or_default()),
            },
            other => other,
        };
        records.push(Record {
            line: number + 1,
            sql: sql.join("\n"),
            kind,
            skipped: std::mem::take(&mut skipped),
        });
    }
    records
}

fn expected(lines: Vec<String>) -> Expected {
    if let [line] = lines.as_slice()
        && let Some((count, md5)) = line.split_once(" values hashing to ")
        && let Ok(count) = count.parse()
    {
        return Expected::Digest {
            count,
            md5: md5.to_string(),
        };
    }
    Expected::Lines(lines)
}
