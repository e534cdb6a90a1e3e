//! The Join Order Benchmark's queries, up to nine tables, against the answers that lie beside the project, on rows that
//! its generator makes. Skipped with a word where the corpus or Python is missing.

use engine::{Config, Context, Engine, QueryResult};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

fn corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/job");
    path.is_dir().then_some(path)
}

/// The corpus's rows for 2,000 titles as CSV files; `None` without Python.
fn generate(corpus: &Path, folder: &Path) -> Option<()> {
    let output = Command::new("python3")
        .arg(corpus.join("generate.py"))
        .args(["--titles", "2000", "--out"])
        .arg(folder)
        .output()
        .ok()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "generate.py: {errors}");
    Some(())
}

/// The result as the answers spell it: rows of fields between tabs.
fn text(result: &QueryResult) -> String {
    let mut lines = Vec::new();
    for batch in &result.batches {
        for row in batch.selected() {
            let fields = batch.columns.iter().zip(&result.columns);
            let fields: Vec<String> = fields
                .map(|(column, (_, ty))| column.value(row, *ty).to_string())
                .collect();
            lines.push(fields.join("\t"));
        }
    }
    lines.join("\n")
}

async fn loaded(corpus: &Path, folder: &Path) -> Engine {
    let engine = Engine::in_memory(Config::default())
        .await
        .expect("a database");
    let schema = std::fs::read_to_string(corpus.join("schema.sql")).expect("the schema");
    let context = Context::default();
    engine.run_all(&schema, &context).await.expect("the tables");
    let indexes = std::fs::read_to_string(corpus.join("fkindexes.sql")).expect("the indexes");
    engine.run_all(&indexes, &context).await.expect("indexes");
    for table in engine.tables() {
        // The files have no line of names.
        let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        let file = folder.join(format!("{}.csv", table.name));
        let rows = std::fs::read_to_string(file).expect("its rows");
        let text = format!("{}\n{rows}", names.join(","));
        let loaded = engine.insert_csv(&table.name, text.as_bytes()).await;
        loaded.unwrap_or_else(|e| panic!("{}: {e}", table.name));
    }
    engine
        .run_all("ANALYZE", &context)
        .await
        .expect("statistics");
    engine
}

#[test]
fn all_queries_give_the_known_answers() {
    let Some(corpus) = corpus() else {
        eprintln!("skipped: the Join Order Benchmark is not beside the project");
        return;
    };
    let folder = std::env::temp_dir().join(format!("planarium-job-{}", std::process::id()));
    if generate(&corpus, &folder).is_none() {
        eprintln!("skipped: there is no python3 to make the rows");
        return;
    }
    let engine = storage::block_on(loaded(&corpus, &folder));
    let _ = std::fs::remove_dir_all(&folder);
    let answers = std::fs::read_to_string(corpus.join("answers-2000.tsv")).expect("the answers");
    let (mut run, mut wrong, mut times) = (0, Vec::new(), Vec::new());
    for line in answers.lines() {
        let (name, expected) = line.split_once('\t').expect("a name and an answer");
        let file = corpus.join(format!("queries/{name}.sql"));
        let sql = std::fs::read_to_string(&file).expect("a query");
        run += 1;
        let start = Instant::now();
        match storage::block_on(engine.run_all(&sql, &Context::default())) {
            Ok(Some(result)) if text(&result) == expected => {}
            Ok(Some(result)) => {
                wrong.push(format!("{name}: {}, expected {expected}", text(&result)))
            }
            Ok(None) => wrong.push(format!("{name}: no rows")),
            Err(error) => wrong.push(format!("{name}: {}: {error}", error.code())),
        }
        times.push((start.elapsed(), name));
    }
    times.sort();
    let total: Duration = times.iter().map(|t| t.0).sum();
    eprintln!(
        "{run} queries in {total:.1?}, the slowest: {:.1?}",
        times.iter().rev().take(5).collect::<Vec<_>>()
    );
    assert!(
        wrong.is_empty(),
        "{} of {run}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(run, 59);
}
