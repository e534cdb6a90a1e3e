//! The native `planarium` command.
//!
//!     planarium sql   [--db FILE] [--data tpch:SCALE|films:SIZE] [--file F.sql | 'SQL'] [--format table|csv|json]
//!     planarium slt   [--db FILE] PATH...
//!     planarium trace [--db FILE] [--data …] [--schema F.sql] [--format text|json] [--level 1|2|3] [--disable RULE]... 'SQL'
//!     planarium bench [--db FILE] [--data …] [--schema F.sql] [--rounds N] [PATH...]
//!
//! Exit status: 0 fine, 1 the SQL failed, 2 the call was wrong.

mod args;
mod dataset;
mod file_store;
mod hooks;
mod output;
mod run_bench;
mod run_sql;
mod run_trace;
mod slt;

use std::process::ExitCode;

const USAGE: &str = "usage:
  planarium sql   [--db FILE] [--data tpch:SCALE|films:SIZE] [--file F.sql | 'SQL'] [--format table|csv|json]
  planarium slt   [--db FILE] PATH...
  planarium trace [--db FILE] [--data tpch:SCALE|films:SIZE] [--schema F.sql] [--format text|json]
                  [--level 1|2|3] [--disable RULE]... 'SQL'
  planarium bench [--db FILE] [--data tpch:SCALE|films:SIZE] [--schema F.sql] [--rounds N] [PATH...]";

/// Why a command ended early.
pub enum Stop {
    /// The call was wrong: exit status 2.
    Usage(String),
    /// The SQL, or a file it needs, failed: exit status 1.
    Failed(String),
}

impl From<lexopt::Error> for Stop {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Usage(message)) => {
            eprintln!("planarium: {message}\n{USAGE}");
            ExitCode::from(2)
        }
        Err(Stop::Failed(message)) => {
            eprintln!("{message}");
            ExitCode::from(1)
        }
    }
}

fn command() -> Result<(), Stop> {
    let args = args::Args::parse(lexopt::Parser::from_env())?;
    match args.command.as_str() {
        "sql" => storage::block_on(run_sql::run(&args)),
        "trace" => storage::block_on(run_trace::run(&args)),
        "bench" => storage::block_on(run_bench::run(&args)),
        "slt" => slt::command::run(&args),
        "help" => {
            output::print(USAGE);
            Ok(())
        }
        other => Err(Stop::Usage(format!("there is no command {other}"))),
    }
}
