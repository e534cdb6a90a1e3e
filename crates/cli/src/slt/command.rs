//! `planarium slt`.

use super::{Report, Rows, Runner, files, run as run_text};
use crate::args::{Args, read};
use crate::{Stop, dataset, output};
use engine::{Context, Engine};
use std::path::PathBuf;
use types::{Batch, DataType, Value};

/// Failures printed of one file; a broken engine would otherwise print megabytes.
const SHOWN: usize = 20;

/// Runs the files and folders named, each file in a fresh database in memory (or all in that of `--db`), prints the
/// records that fail and, last, how many passed, failed and were skipped.
pub fn run(args: &Args) -> Result<(), Stop> {
    let paths: Vec<PathBuf> = args.free.iter().map(PathBuf::from).collect();
    if paths.is_empty() {
        return Err(Stop::Usage("slt wants files or folders".into()));
    }
    let files = files(&paths).map_err(|e| Stop::Failed(e.to_string()))?;
    let mut total = Report::default();
    for file in &files {
        let text = read(file)?;
        let mut session = Session {
            engine: storage::block_on(dataset::open(args))?,
            context: dataset::context(args)?,
        };
        let report = run_text(&file.display().to_string(), &text, &mut session);
        for failure in report.failures.iter().take(SHOWN) {
            output::print(&failure.to_string());
        }
        if report.failures.len() > SHOWN {
            let more = report.failures.len() - SHOWN;
            output::print(&format!("{}: {more} more failures", file.display()));
        }
        total.add(report);
    }
    output::print(&total.to_string());
    match total.failures.len() {
        0 => Ok(()),
        n => Err(Stop::Failed(format!("{n} records failed"))),
    }
}

/// A database in which the records of a file run one after the other.
struct Session {
    engine: Engine,
    context: Context,
}

impl Runner for Session {
    fn run(&mut self, sql: &str) -> Result<Rows, String> {
        let mut rows = Rows {
            types: Vec::new(),
            rows: Vec::new(),
        };
        let mut keep = |result: engine::StatementResult| {
            if let Some(result) = result.rows {
                rows.types = result.columns.iter().map(|(_, ty)| *ty).collect();
                rows.rows = values(&result.batches, &rows.types);
            }
        };
        storage::block_on(self.engine.run(sql, &self.context, &mut keep))
            .map_err(|error| format!("{}: {error}", error.code()))?;
        Ok(rows)
    }
}

fn values(batches: &[Batch], types: &[DataType]) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for batch in batches {
        rows.extend(batch.selected().map(|row| {
            let columns = batch.columns.iter().zip(types);
            columns.map(|(c, ty)| c.value(row, *ty)).collect()
        }));
    }
    rows
}
