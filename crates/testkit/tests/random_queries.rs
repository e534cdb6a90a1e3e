//! Random queries bound and executed naively: what plans claim of their results holds, and, when `PLANARIUM_PG` holds
//! psql's connection options, the answers are PostgreSQL's: of 1,000 queries, or of `PG_QUERIES`.

use exec::naive;
use plan::Arena;
use sql::Bound;
use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::rc::Rc;
use testkit::query::{Features, Query, random};
use testkit::{Database, Rng, database::Shape, facts, rows};
use types::{ColId, DataType, Decimal, SqlState, Value};

const BUDGET: u64 = 1_000_000;

struct Case {
    seed: u64,
    database: Rc<Database>,
    query: Query,
}

fn case(seed: u64) -> Case {
    let mut rng = Rng::new(seed);
    let database = Rc::new(Database::random(&mut rng, Shape::default()));
    let query = random(&mut rng, &database, Features::default());
    Case {
        seed,
        database,
        query,
    }
}

/// The bound query, or `None` where the binder says that it does not support it.
fn bind(case: &Case, arena: &mut Arena) -> Option<sql::BoundQuery> {
    let text = &case.query.sql;
    let parsed = sql::parse(text).unwrap_or_else(|e| panic!("seed {}: {e}\n{text}", case.seed));
    match sql::bind(arena, &parsed[0]) {
        Ok(Bound::Query(query)) => Some(query),
        Ok(_) => panic!("seed {}: not a query\n{text}", case.seed),
        Err(error) if error.code() == SqlState::FEATURE_NOT_SUPPORTED => None,
        Err(error) => panic!("seed {}: {error}\n{text}", case.seed),
    }
}

#[test]
fn what_plans_claim_of_their_rows_holds() {
    let (mut checked, mut refused) = (0, 0);
    for seed in 0..400 {
        let case = case(seed);
        let mut arena = Arena::new(case.database.clone());
        let Some(query) = bind(&case, &mut arena) else {
            refused += 1;
            continue;
        };
        for node in facts::nodes(&arena, query.root) {
            if !arena.props(node).free.is_empty() {
                continue;
            }
            match naive::run(&arena, node, &|table| case.database.rows(table), BUDGET) {
                Ok(rows) => {
                    if let Err(claim) = facts::check(&arena, node, &rows) {
                        let plan = plan::text::tree(&arena, node);
                        panic!("seed {seed}: {claim}\n{plan}\n{}", case.query.sql);
                    }
                    checked += 1;
                }
                Err(naive::NaiveError::OverBudget) => {}
                Err(error) => panic!("seed {seed}: {error}\n{}", case.query.sql),
            }
        }
    }
    assert!(checked > 2_000, "{checked} nodes checked");
    assert!(refused < 20, "{refused} of 400 queries refused");
}

#[test]
fn answers_are_those_of_postgresql() {
    let Ok(options) = std::env::var("PLANARIUM_PG") else {
        return;
    };
    let count = std::env::var("PG_QUERIES").ok();
    let count = count.and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let cases: Vec<Case> = (10_000..10_000 + count).map(case).collect();
    let theirs = postgresql(&options, &cases);
    let (mut compared_queries, mut wrong) = (0, Vec::new());
    for case in &cases {
        let mut arena = Arena::new(case.database.clone());
        let Some(query) = bind(case, &mut arena) else {
            continue;
        };
        let stored = |table| case.database.rows(table);
        let made = match naive::run(&arena, query.root, &stored, BUDGET) {
            Ok(rows) => rows,
            Err(naive::NaiveError::OverBudget) => continue,
            Err(error) => panic!("seed {}: {error}\n{}", case.seed, case.query.sql),
        };
        let columns: Vec<ColId> = query.columns.iter().map(|(_, col)| *col).collect();
        let position = |col| {
            arena
                .props(query.root)
                .columns
                .iter()
                .position(|c| *c == col)
        };
        let positions: Vec<usize> = columns.iter().filter_map(|col| position(*col)).collect();
        let ours: Vec<Vec<Value>> = made
            .iter()
            .map(|row| positions.iter().map(|at| comparable(&row[*at])).collect())
            .collect();
        let types: Vec<DataType> = columns.iter().map(|col| arena.column(*col).ty).collect();
        let theirs = read(&theirs[&case.seed], &types);
        let compared = match case.query.ordered {
            true => rows::same_sequence(&theirs, &ours),
            false => rows::same_bag(&theirs, &ours),
        };
        compared_queries += 1;
        if let Err(difference) = compared {
            wrong.push(format!(
                "seed {}: {difference}\n{}",
                case.seed, case.query.sql
            ));
        }
    }
    eprintln!(
        "R5 queries {compared_queries}: {} differ from PostgreSQL",
        wrong.len()
    );
    assert!(
        wrong.is_empty(),
        "{} differences\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// Long fractions are compared to ten digits: PostgreSQL chooses the scale of a quotient by its size.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Decimal(d) if d.scale > 10 => {
            Value::Decimal(d.rescale(10).expect("fewer digits fit"))
        }
        other => other.clone(),
    }
}

/// What psql prints for each case's query, by seed.
fn postgresql(options: &str, cases: &[Case]) -> HashMap<u64, String> {
    let mut script =
        String::from("SET client_min_messages = error; SET jit = off;\n\\pset null '<NULL>'\n");
    for case in cases {
        script += "BEGIN; CREATE SCHEMA random_queries; SET search_path = random_queries;\n";
        for statement in case.database.sql() {
            script += &format!("{statement};\n");
        }
        script += &format!("\\echo @@@{}\n{};\nROLLBACK;\n", case.seed, case.query.sql);
    }
    let mut psql = Command::new("psql")
        .args(options.split_whitespace())
        .args(["-X", "-q", "-A", "-t", "-F", "\u{1f}"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("psql runs");
    let mut input = psql.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(script.as_bytes()));
    let output = psql.wait_with_output().expect("psql ends");
    writer
        .join()
        .expect("the writer ends")
        .expect("psql reads all");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut answers = HashMap::new();
    for block in text.split("@@@").skip(1) {
        let (seed, answer) = block.split_once('\n').unwrap_or((block, ""));
        answers.insert(seed.trim().parse().expect("a seed"), answer.to_string());
    }
    answers
}

/// Rows of values of the types; what does not read as such becomes text, which then differs.
fn read(answer: &str, types: &[DataType]) -> Vec<Vec<Value>> {
    let value = |(text, ty): (&str, &DataType)| match ty {
        _ if text == "<NULL>" => Value::Null,
        DataType::Decimal { .. } => Decimal::parse(text)
            .map_or_else(|| Value::text(text), |d| comparable(&Value::Decimal(d))),
        _ => Value::parse(text, *ty).unwrap_or_else(|_| Value::text(text)),
    };
    let row = |line: &str| line.split('\u{1f}').zip(types).map(value).collect();
    answer.lines().map(row).collect()
}
