//! Queries are valid: checked by shape here, and by a PostgreSQL server when `PLANARIUM_PG` names one.

use super::{Features, random};
use crate::database::Shape;
use crate::{Database, Rng};
use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn seeds_repeat_and_cover_the_grammar() {
    let words = [
        " JOIN ",
        "LEFT JOIN",
        "RIGHT JOIN",
        "FULL JOIN",
        "CROSS JOIN",
        "USING (",
        "GROUP BY",
        "HAVING",
        "DISTINCT ",
        "EXISTS (",
        "NOT EXISTS (",
        " IN (SELECT",
        " NOT IN (SELECT",
        "(SELECT",
        "UNION",
        "INTERSECT",
        "EXCEPT",
        " ALL ",
        "ORDER BY",
        "LIMIT",
        "OFFSET",
        "WITH cte",
        "CASE WHEN",
        "COALESCE",
        "NULLIF",
        "LIKE",
        "BETWEEN",
        "IS NULL",
        "DISTINCT FROM",
        "COUNT(*)",
        "SUM(",
        "AVG(",
        "FILTER",
        "CAST(NULL",
        "NULLS FIRST",
    ];
    let mut seen = vec![0; words.len()];
    let mut longest = 0;
    for seed in 0..2_000 {
        let make = || {
            let mut rng = Rng::new(seed);
            let database = Database::random(&mut rng, Shape::default());
            random(&mut rng, &database, Features::default())
        };
        let query = make();
        assert_eq!(query, make(), "seed {seed}");
        let parens = |c| query.sql.matches(c).count();
        assert_eq!(parens('('), parens(')'), "seed {seed}: {}", query.sql);
        for (at, word) in words.iter().enumerate() {
            seen[at] += usize::from(query.sql.contains(word));
        }
        longest = longest.max(query.sql.len());
    }
    for (word, count) in words.iter().zip(seen) {
        assert!(count >= 5, "{word} occurs in {count} of 2,000 queries");
    }
    assert!(longest < 20_000, "{longest}");
}

#[test]
fn features_can_be_left_out() {
    let plain = Features {
        depth: 0,
        relations: 1,
        outer_joins: false,
        grouping: false,
        subqueries: false,
        derived_tables: false,
        set_operations: false,
        order: false,
    };
    for seed in 0..200 {
        let mut rng = Rng::new(seed);
        let database = Database::random(&mut rng, Shape::default());
        let query = random(&mut rng, &database, plain);
        for word in ["JOIN", "GROUP", "(SELECT", "UNION", "ORDER", "COUNT("] {
            assert!(!query.sql.contains(word), "seed {seed}: {}", query.sql);
        }
        assert!(!query.ordered);
    }
}

#[test]
fn postgresql_runs_them() {
    let Ok(options) = std::env::var("PLANARIUM_PG") else {
        return;
    };
    let queries: u64 = 500;
    let mut script = String::from("SET client_min_messages = error; SET jit = off;\n");
    for seed in 0..queries {
        let mut rng = Rng::new(seed);
        let database = Database::random(&mut rng, Shape::default());
        let query = random(&mut rng, &database, Features::default());
        script +=
            "DROP SCHEMA IF EXISTS fuzz CASCADE; CREATE SCHEMA fuzz; SET search_path = fuzz;\n";
        for statement in database.sql() {
            script += &format!("{statement};\n");
        }
        script += &format!("\\echo seed {seed}\n{};\n", query.sql);
    }
    let mut psql = Command::new("psql")
        .args(options.split_whitespace())
        .args(["-X", "-q", "-A", "-t"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psql runs");
    let mut input = psql.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(script.as_bytes()));
    let output = psql.wait_with_output().expect("psql ends");
    writer
        .join()
        .expect("the writer ends")
        .expect("psql reads all");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{errors}");
}
