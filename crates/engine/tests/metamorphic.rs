//! Answers that must agree with each other, whatever they are. No other database is asked.
//!
//! - Ternary logic partitioning (Rigger and Su, "Finding Bugs in Database Systems via Query Partitioning", 2020): the rows of
//!   a FROM clause are those of which a condition is true, those of which it is false, and those of which it is NULL; and the
//!   same for DISTINCT rows, for groups, and for what an aggregate makes of the three parts.
//! - Non-optimizing reference (Rigger and Su, "Detecting Optimization Bugs in Database Engines via Non-Optimizing Reference
//!   Engine Construction", 2020): as many rows pass a WHERE as there are rows of which the condition, selected, is true.
//!
//! Tables are random; every other time they are analyzed, so that plans differ. `METAMORPHIC_SEEDS=5000` looks longer.

use engine::{Config, Context, Engine};
use storage::block_on;
use testkit::database::Shape;
use testkit::query::{Features, Partition, partition};
use testkit::{Database, Rng, rows};
use types::Value;

const SEEDS: u64 = 400;

type Rows = Vec<Vec<Value>>;

/// An engine with the tables of a random database.
struct Case {
    engine: Engine,
    context: Context,
    partition: Partition,
    tables: String,
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let shape = Shape {
            rows: 4 + 4 * (seed % 4) as usize,
            ..Shape::default()
        };
        let database = Database::random(&mut rng, shape);
        let partition = partition(&mut rng, &database, Features::default());
        let mut statements = database.sql();
        if seed.is_multiple_of(2) {
            statements.push("ANALYZE".into());
        }
        let tables = statements.join(";\n");
        let engine = block_on(Engine::in_memory(Config::default())).expect("a database");
        let context = Context::default();
        block_on(engine.run_all(&tables, &context)).unwrap_or_else(|e| panic!("{e}\n{tables}"));
        Self {
            engine,
            context,
            partition,
            tables,
        }
    }

    fn rows(&self, sql: &str) -> Result<Rows, String> {
        let result = block_on(self.engine.run_all(sql, &self.context));
        let result = result.map_err(|e| format!("{}: {e}\n{sql}", e.code()))?;
        let result = result.ok_or("no query")?;
        let mut out = Vec::new();
        for batch in &result.batches {
            out.extend(batch.selected().map(|row| {
                let columns = batch.columns.iter().zip(&result.columns);
                columns.map(|(c, (_, ty))| c.value(row, *ty)).collect()
            }));
        }
        Ok(out)
    }

    /// `SELECT what FROM … WHERE … rest` for each of the three parts.
    fn parts(&self, what: &str, rest: &str) -> [String; 3] {
        let Partition {
            from, condition, ..
        } = &self.partition;
        ["", "NOT ", "IS NULL"].map(|part| {
            let test = match part {
                "IS NULL" => format!("({condition}) IS NULL"),
                not => format!("{not}({condition})"),
            };
            format!("SELECT {what} FROM {from} WHERE {test}{rest}")
        })
    }

    /// The rows of the three parts together are those of the whole.
    fn by_rows(&self) -> Result<(), String> {
        let columns = self.partition.columns.join(", ");
        let whole = self.rows(&format!("SELECT {columns} FROM {}", self.partition.from))?;
        let mut parts = Vec::new();
        for part in self.parts(&columns, "") {
            parts.extend(self.rows(&part)?);
        }
        rows::same_bag(&whole, &parts)?;
        // The same in one statement: the parts meet in one plan.
        let union = self.parts(&columns, "").join(" UNION ALL ");
        rows::same_bag(&whole, &self.rows(&union)?)
    }

    /// The distinct rows of the whole are those of the union of the parts.
    fn by_distinct(&self) -> Result<(), String> {
        let columns = self.partition.columns[..self.partition.columns.len().min(2)].join(", ");
        let from = &self.partition.from;
        let whole = self.rows(&format!("SELECT DISTINCT {columns} FROM {from}"))?;
        let parts = self.parts(&format!("DISTINCT {columns}"), "");
        rows::same_bag(&whole, &self.rows(&parts.join(" UNION "))?)
    }

    /// Counts, sums of counts and extremes of the whole, made of those of the parts, in groups and without.
    fn by_aggregate(&self) -> Result<(), String> {
        let from = &self.partition.from;
        let key = &self.partition.columns[0];
        let last = &self.partition.columns[self.partition.columns.len() - 1];
        // As text: booleans have no least value.
        let made = format!(
            "count(*) AS n, count({last}) AS c, min(CAST({last} AS text)) AS lo, max(CAST({last} AS text)) AS hi"
        );
        let merged = "sum(n), sum(c), min(lo), max(hi)";
        for (by, select) in [("", ""), (" GROUP BY k", "k, ")] {
            let (group, selected) = match by {
                "" => (String::new(), String::new()),
                _ => (format!(" GROUP BY {key}"), format!("{key} AS k, ")),
            };
            let whole = format!("SELECT {selected}{made} FROM {from}{group}");
            let parts = self.parts(&format!("{selected}{made}"), &group);
            let parts = parts.join(" UNION ALL ");
            let merged = format!("SELECT {select}{merged} FROM ({parts}) AS p{by}");
            rows::same_bag(&self.rows(&whole)?, &self.rows(&merged)?)
                .map_err(|wrong| format!("{whole}\n{merged}\n{wrong}"))?;
        }
        Ok(())
    }

    /// As many rows pass as there are rows of which the condition is true.
    fn by_reference(&self) -> Result<(), String> {
        let Partition {
            from, condition, ..
        } = &self.partition;
        let passed = format!("SELECT count(*) FROM {from} WHERE {condition}");
        let counted = format!(
            "SELECT coalesce(sum(CASE WHEN passes THEN 1 ELSE 0 END), 0) FROM (SELECT {condition} AS passes FROM {from}) AS t"
        );
        rows::same_bag(&self.rows(&passed)?, &self.rows(&counted)?)
    }
}

#[test]
fn answers_agree_with_each_other() {
    type Check = (&'static str, fn(&Case) -> Result<(), String>);
    const CHECKS: [Check; 4] = [
        ("rows", Case::by_rows),
        ("distinct rows", Case::by_distinct),
        ("aggregates", Case::by_aggregate),
        ("reference", Case::by_reference),
    ];
    let seeds = std::env::var("METAMORPHIC_SEEDS").ok();
    let seeds = seeds.and_then(|n| n.parse().ok()).unwrap_or(SEEDS);
    let (mut checked, mut refused, mut wrong) = (0_u64, 0_u64, Vec::new());
    for seed in 0..seeds {
        let case = Case::new(seed);
        for (name, check) in CHECKS {
            match check(&case) {
                Ok(()) => checked += 1,
                // What the README lists as refused.
                Err(why) if why.starts_with("0A000") => refused += 1,
                Err(why) => {
                    let Partition {
                        from, condition, ..
                    } = &case.partition;
                    wrong.push(format!(
                        "seed {seed}, {name}: {why}\nFROM {from}\nWHERE {condition}\n{};",
                        case.tables
                    ));
                }
            }
        }
    }
    wrong.sort_by_key(String::len);
    eprintln!("R3 answers {checked}: {} unexplained", wrong.len());
    if let Some(smallest) = wrong.first() {
        panic!(
            "{} of {checked} disagree, the smallest:\n{smallest}",
            wrong.len()
        );
    }
    assert!(refused * 50 <= checked, "{refused} refused");
}
