//! Golden scripts: SQL, a line `----`, and the plan or error it gives; blank lines between. `UPDATE=1` rewrites them.

mod common;

use common::{Database, describe, refusal};
use std::fs;
use std::path::{Path, PathBuf};

const SCHEMA: &str = "
    create table a (x int primary key, y int, z text, w numeric(10,2));
    create table b (x int not null, y int, v varchar(10), d date, f double precision);
    create table c (k bigint, s smallint, t timestamp, ok boolean, n char(3));
    create table emp (id int primary key, name text not null, boss int references emp, dept int, salary numeric(12,2));
    create table dept (id int primary key, name text unique);
    create view seniors (id, who) as select id, name from emp where salary > 1000;
";

fn outcome(database: &Database, text: &str) -> String {
    match database.run(text) {
        Ok(Some((arena, bound))) => describe(&arena, &bound),
        Ok(None) => "nothing\n".into(),
        Err(error) => refusal(text, &error),
    }
}

fn rewritten(script: &str) -> String {
    let mut out = String::new();
    for block in script.split("\n\n") {
        let block = block.trim_matches('\n');
        if block.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        let text = block.split("\n----").next().unwrap_or(block);
        let comments: String = text
            .lines()
            .filter(|l| l.starts_with('#'))
            .map(|l| format!("{l}\n"))
            .collect();
        let text: Vec<&str> = text.lines().filter(|l| !l.starts_with('#')).collect();
        let text = text.join("\n");
        out += &comments;
        if !text.is_empty() {
            out += &format!("{text}\n----\n{}", outcome(&Database::with(SCHEMA), &text));
        }
    }
    out
}

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let entries = fs::read_dir(folder).expect("the golden scripts are here");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    paths
}

#[test]
fn operators_and_expressions_know_their_text() {
    let text = "select a.y, sum(x) as total from a join b using (x)\nwhere a.y > 3 and exists (select 1 from c where k = x) group by a.y order by total desc limit 5";
    let database = Database::with(SCHEMA);
    let Ok(Some((arena, sql::Bound::Query(query)))) = database.run(text) else {
        panic!("the query binds");
    };
    let slice = |span: types::Span| &text[span.start as usize..span.end as usize];
    let mut found = Vec::new();
    let mut pending = vec![query.root];
    while let Some(rel) = pending.pop() {
        let at = query.spans.rels[&rel];
        found.push(format!(
            "{}: {}",
            plan::text::verb(arena.op(rel)),
            slice(at)
        ));
        pending.extend(arena.inputs(rel).iter().rev());
    }
    let expected = [
        "limit: 5",
        "sort: total",
        "aggregate: a.y",
        "filter: a.y > 3 and exists (select 1 from c where k = x)",
        "dependent-mark-join: (select 1 from c where k = x)",
        "join: b using (x",
        "scan: a",
        "scan: b",
        "filter: k = x",
        "scan: c",
    ];
    assert_eq!(found, expected);
    let mut places: Vec<&str> = query.spans.scalars.values().map(|at| slice(*at)).collect();
    places.sort_unstable();
    for place in [
        "3",
        "a.y",
        "a.y > 3",
        "k",
        "k = x",
        "sum(x)",
        "exists (select 1 from c where k = x)",
    ] {
        assert!(places.contains(&place), "{place} in {places:?}");
    }
}

#[test]
fn golden_scripts() {
    let mut differing = Vec::new();
    for path in scripts() {
        let script = fs::read_to_string(&path).expect("a readable script");
        let now = rewritten(&script);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &now).expect("a writable script");
        } else if now != script {
            let line = now
                .lines()
                .zip(script.lines())
                .position(|(a, b)| a != b)
                .unwrap_or(0);
            differing.push(format!(
                "{}:{}\n now: {}\n was: {}",
                path.display(),
                line + 1,
                now.lines().nth(line).unwrap_or(""),
                script.lines().nth(line).unwrap_or("")
            ));
        }
    }
    assert!(
        differing.is_empty(),
        "{}\n(UPDATE=1 rewrites)",
        differing.join("\n")
    );
}
