//! Damaged CSV text is read whole or not at all, never with a panic, and what was in the table before stays.
//! `CSV_SEEDS=1000000` reads more texts.

use engine::{Config, Context, Engine, Error};
use std::panic::{AssertUnwindSafe, catch_unwind};
use storage::block_on;
use testkit::Rng;

const SEEDS: u64 = 2_000;

/// Columns of many types, and of one that takes any text.
const TABLES: &str = "
    create table t (
        i integer, b bigint, n numeric(8, 2), f double precision, s text, v varchar(5), d date, ts timestamp, p interval,
        yes boolean not null);
    create table u (i text, b text, n text, f text, s text, v text, d text, ts text, p text, yes text)";

const GOOD: &str = "i,b,n,f,s,v,d,ts,p,yes
1,-9000000000,12.50,0.5,\"a \"\"b\"\", c\nd\",short,2024-02-29,2024-02-29 12:00:00,1 day,true
,,,,,,,,,false
-7,9,0,1e300,plain,é,1999-12-31,1999-12-31 23:59:59.999999,-2 years 3 days 04:05:06,t
";

/// Bytes that mean something to a CSV reader or to none.
const SIGNS: [&[u8]; 16] = [
    b"\"",
    b"\"\"",
    b",",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3",
    b"NULL",
    b"9",
    b"-",
    b";",
    b"\t",
    b"\xef\xbb\xbf",
    b"e",
];

fn damaged(rng: &mut Rng) -> Vec<u8> {
    let mut text = GOOD.as_bytes().to_vec();
    for _ in 0..rng.between(1, 3) {
        let at = rng.below(text.len().max(1)).min(text.len());
        let to = (at + rng.below(20)).min(text.len());
        match rng.below(6) {
            0 => drop(text.drain(at..to)),
            1 => text.truncate(at),
            2 => {
                let part = text[at..to].to_vec();
                let many = if rng.chance(5) { 2_000 } else { 2 };
                text.splice(at..at, part.repeat(many));
            }
            3 if at < text.len() => text[at] = rng.bits() as u8,
            _ => {
                let sign = *rng.pick(&SIGNS);
                let many = if rng.chance(3) { 10_000 } else { 1 };
                text.splice(at..at, sign.repeat(many));
            }
        }
    }
    text
}

fn count(engine: &Engine, table: &str) -> String {
    let sql = format!("select count(*) from {table}");
    let result = block_on(engine.run_all(&sql, &Context::default()));
    engine::csv::write(&result.expect("a count").expect("rows"))
}

#[test]
fn damaged_csv_is_read_whole_or_refused() {
    let seeds = std::env::var("CSV_SEEDS").ok();
    let seeds = seeds.and_then(|n| n.parse().ok()).unwrap_or(SEEDS);
    let engine = block_on(Engine::in_memory(Config::default())).expect("a database");
    let context = Context::default();
    block_on(engine.run_all(TABLES, &context)).expect("tables");
    let (mut taken, mut refused) = (0_u64, 0_u64);
    for table in ["t", "u"] {
        assert!(matches!(
            block_on(engine.insert_csv(table, GOOD.as_bytes())),
            Ok(3)
        ));
    }
    for seed in 0..seeds {
        let text = damaged(&mut Rng::new(seed));
        let table = ["t", "u"][seed as usize % 2];
        let before = count(&engine, table);
        let load = || block_on(engine.insert_csv(table, &text));
        let shown = || String::from_utf8_lossy(&text[..text.len().min(400)]).into_owned();
        let result = catch_unwind(AssertUnwindSafe(load));
        match result.unwrap_or_else(|_| panic!("seed {seed}: a panic by\n{}", shown())) {
            Ok(rows) => {
                taken += 1;
                assert_eq!(count(&engine, table) == before, rows == 0, "seed {seed}");
                let empty = format!("delete from {table}");
                block_on(engine.run_all(&empty, &context)).expect("an empty table");
            }
            Err(error) => {
                refused += 1;
                assert_eq!(
                    count(&engine, table),
                    before,
                    "seed {seed}: a part was read"
                );
                // A constraint is one of the table's, not of a line.
                let line = matches!(error, Error::Csv { line, .. } if line > 0);
                let constraint = error.code().0.starts_with("23");
                assert!(
                    line || constraint,
                    "seed {seed}: no line for {error} by\n{}",
                    shown()
                );
            }
        }
    }
    eprintln!("R14 damaged CSV texts {seeds}: {taken} read whole, {refused} refused, 0 panics");
    assert!(
        taken * 10 > seeds && refused * 4 > seeds,
        "{taken} of {seeds} were read"
    );
}
