//! `planarium bench`: how long each phase of each query takes, here and now. It judges nothing.

use crate::args::{Args, read};
use crate::{Stop, dataset, output};
use engine::{Context, Engine, Phases};
use std::path::{Path, PathBuf};

/// The columns of the table: a phase's name and how to read it, in milliseconds.
const PHASES: [(&str, fn(&Phases) -> f64); 6] = [
    ("parse", |p| p.parse),
    ("bind", |p| p.bind),
    ("normalize", |p| p.normalize),
    ("search", |p| p.search),
    ("execute", |p| p.execute),
    ("total", |p| p.total),
];

/// Runs each query so many rounds, by turns, and prints medians; then the median, the 95th percentile and the worst over
/// all queries.
pub async fn run(args: &Args) -> Result<(), Stop> {
    let queries = queries(args)?;
    let context = dataset::context(args)?;
    let engine = dataset::open(args).await?;
    let mut runs: Vec<Vec<Phases>> = vec![Vec::new(); queries.len()];
    let mut rows = vec![0; queries.len()];
    for _ in 0..args.rounds {
        for (at, (_, text)) in queries.iter().enumerate() {
            let (count, phases) = measure(&engine, text, &context).await?;
            rows[at] = count;
            runs[at].push(phases);
        }
    }
    let titles = PHASES.map(|(name, _)| format!("{name:>10}")).concat();
    output::print(&format!("milliseconds, median of {}", args.rounds));
    output::print(&format!("{:<16}{:>9}{titles}", "query", "rows"));
    let mut medians: [Vec<f64>; PHASES.len()] = Default::default();
    for (at, (name, _)) in queries.iter().enumerate() {
        let mut line = format!("{name:<16}{:>9}", rows[at]);
        for (phase, (_, of)) in PHASES.iter().enumerate() {
            let median = percentile(runs[at].iter().map(of).collect(), 0.5);
            line += &format!("{median:>10.3}");
            medians[phase].push(median);
        }
        output::print(&line);
    }
    for (name, part) in [("median", 0.5), ("95 %", 0.95), ("worst", 1.0)] {
        let cells = medians
            .iter()
            .map(|of_phase| format!("{:>10.3}", percentile(of_phase.clone(), part)));
        output::print(&format!("{name:<25}{}", cells.collect::<String>()));
    }
    Ok(())
}

/// Rows of the last query of a text, and the time all its statements took.
async fn measure(engine: &Engine, text: &str, context: &Context) -> Result<(usize, Phases), Stop> {
    let (mut rows, mut sum) = (0, Phases::default());
    let mut add = |result: engine::StatementResult| {
        if let Some(found) = &result.rows {
            rows = found.row_count();
        }
        sum.parse += result.phases.parse;
        sum.bind += result.phases.bind;
        sum.normalize += result.phases.normalize;
        sum.search += result.phases.search;
        sum.execute += result.phases.execute;
        sum.total += result.phases.total;
    };
    engine
        .run(text, context, &mut add)
        .await
        .map_err(|e| dataset::failed(&e, text))?;
    Ok((rows, sum))
}

/// Names and texts: of the files named, of all files in the folders named, or else of the data set's sample queries.
fn queries(args: &Args) -> Result<Vec<(String, String)>, Stop> {
    let mut queries = Vec::new();
    for path in &args.free {
        for file in sql_files(Path::new(path))? {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            queries.push((name.into_owned(), read(&file)?));
        }
    }
    if args.free.is_empty() {
        let samples = match args.data.as_deref().and_then(|d| d.split(':').next()) {
            Some("films") => data::samples::FILMS,
            Some("tpch") => data::samples::TPCH,
            _ => return Err(Stop::Usage("name files of queries, or --data".into())),
        };
        queries.extend(samples.iter().map(|s| (s.id.into(), s.sql.into())));
    }
    match queries.is_empty() {
        true => Err(Stop::Failed("no .sql file was found".into())),
        false => Ok(queries),
    }
}

fn sql_files(path: &Path) -> Result<Vec<PathBuf>, Stop> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let failed = |e: std::io::Error| Stop::Failed(format!("{}: {e}", path.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension().is_some_and(|e| e == "sql") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// The value below which that part of the values lies.
fn percentile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len().saturating_sub(1) as f64 * part).round() as usize;
    values.get(at).copied().unwrap_or(0.0)
}
