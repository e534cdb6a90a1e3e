//! Damaged SQL ends in a plan or an error, never in a panic; an error's place lies in the text.

mod common;

use common::{Database, corpus};
use std::fs;
use std::path::Path;

const SCHEMA: &str = "
    create table a (x int primary key, y int, z text, w numeric(10,2));
    create table b (x int not null, y int, v varchar(10), d date, f double precision);
    create table c (k bigint, s smallint, t timestamp, ok boolean, n char(3));
    create table emp (id int primary key, name text not null, boss int references emp, dept int, salary numeric(12,2));
    create table dept (id int primary key, name text unique);
    create view seniors (id, who) as select id, name from emp where salary > 1000;
";

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Statements of the golden scripts.
fn statements() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("the golden scripts").flatten() {
        let script = fs::read_to_string(entry.path()).expect("a readable script");
        for block in script.split("\n\n") {
            if let Some((sql, _)) = block.split_once("\n----") {
                let lines: Vec<&str> = sql.lines().filter(|l| !l.starts_with('#')).collect();
                out.push(lines.join("\n"));
            }
        }
    }
    out.sort();
    out
}

/// Words, numbers, strings, signs and blanks of a text.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut last = None;
    for c in text.chars() {
        let kind = if c.is_alphanumeric() || c == '_' || c == '.' {
            1
        } else if c.is_whitespace() {
            2
        } else {
            3
        };
        match out.last_mut() {
            Some(piece) if last == Some(kind) && kind != 3 => piece.push(c),
            _ => out.push(c.to_string()),
        }
        last = Some(kind);
    }
    out
}

fn damaged(random: &mut Random, text: &str, others: &[Vec<String>]) -> String {
    let mut parts = pieces(text);
    for _ in 0..1 + random.below(4) {
        let at = random.below(parts.len());
        let donor = &others[random.below(others.len())];
        let from = random.below(donor.len());
        match random.below(6) {
            0 => drop(parts.remove(at)),
            1 => parts.insert(at, donor[from].clone()),
            2 => parts[at] = donor[from].clone(),
            3 => {
                let other = random.below(parts.len());
                parts.swap(at, other);
            }
            4 => {
                let to = (from + 1 + random.below(12)).min(donor.len());
                let run = donor[from..to].iter().cloned();
                parts.splice(at..at, run);
            }
            _ => parts.truncate(at.max(1)),
        }
        if parts.is_empty() {
            break;
        }
    }
    parts.concat()
}

fn rounds() -> usize {
    let given = std::env::var("ROUNDS").ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(6_000)
}

fn check(database: &Database, text: &str) -> bool {
    match database.run(text) {
        Ok(_) => true,
        Err(error) => {
            let span = error.span();
            let place = text.get(span.start as usize..span.end as usize);
            assert!(place.is_some(), "{span:?} in {text}: {error}");
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

#[test]
fn damaged_statements_do_not_panic() {
    let database = Database::with(SCHEMA);
    let statements = statements();
    let parts: Vec<Vec<String>> = statements.iter().map(|s| pieces(s)).collect();
    let mut random = Random(0x51ed_2701_93ac_77f1);
    let mut bound = 0;
    for _ in 0..rounds() {
        let statement = &statements[random.below(statements.len())];
        let text = damaged(&mut random, statement, &parts);
        // DDL is bound, not carried out, so that the schema stays.
        let fresh = text.trim_start().to_ascii_lowercase();
        if fresh.starts_with("drop") || fresh.starts_with("create") {
            check(&Database::with(SCHEMA), &text);
            continue;
        }
        bound += usize::from(check(&database, &text));
    }
    assert!(bound > 100, "{bound} of the damaged statements still bind");
}

#[test]
fn damaged_tpch_queries_do_not_panic() {
    let Some(folder) = corpus("tpch") else {
        eprintln!("skipped: no corpus tpch");
        return;
    };
    let schema = fs::read_to_string(folder.join("schema.sql")).expect("a schema");
    let database = Database::with(&schema);
    let mut queries: Vec<String> = fs::read_dir(folder.join("queries"))
        .expect("queries")
        .flatten()
        .map(|e| fs::read_to_string(e.path()).expect("a query"))
        .collect();
    queries.sort();
    let parts: Vec<Vec<String>> = queries.iter().map(|q| pieces(q)).collect();
    let mut random = Random(0xbf58_476d_1ce4_e5b9);
    for round in 0..rounds() / 4 {
        let query = &queries[round % queries.len()];
        check(&database, &damaged(&mut random, query, &parts));
    }
}
