//! The command line.

use crate::Stop;
use lexopt::prelude::*;
use std::path::PathBuf;

/// Everything a call can say; each command looks at its part.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Args {
    /// `sql`, `slt`, `trace` or `bench`.
    pub command: String,
    /// Database file; none: in memory.
    pub db: Option<PathBuf>,
    /// `tpch:SCALE` or `films:SIZE`.
    pub data: Option<String>,
    /// SQL text in a file.
    pub file: Option<PathBuf>,
    /// Statements to run before.
    pub schema: Option<PathBuf>,
    /// Output format.
    pub format: Option<String>,
    /// Trace level.
    pub level: u8,
    /// How often each query is measured.
    pub rounds: u32,
    /// Rules switched off.
    pub disable: Vec<String>,
    /// What stands alone: SQL text or paths.
    pub free: Vec<String>,
}

impl Args {
    /// Reads the arguments.
    pub fn parse(mut parser: lexopt::Parser) -> Result<Self, Stop> {
        let mut args = Self {
            level: 1,
            rounds: 9,
            ..Self::default()
        };
        while let Some(arg) = parser.next()? {
            match arg {
                Long("db") => args.db = Some(parser.value()?.into()),
                Long("data") => args.data = Some(parser.value()?.string()?),
                Long("file") => args.file = Some(parser.value()?.into()),
                Long("schema") => args.schema = Some(parser.value()?.into()),
                Long("format") => args.format = Some(parser.value()?.string()?),
                Long("level") => args.level = parser.value()?.parse()?,
                Long("rounds") => args.rounds = parser.value()?.parse()?,
                Long("disable") => args.disable.push(parser.value()?.string()?),
                Short('h') | Long("help") => args.command = "help".into(),
                Value(word) if args.command.is_empty() => args.command = word.string()?,
                Value(word) => args.free.push(word.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        match args.command.as_str() {
            "" => Err(Stop::Usage("which command?".into())),
            _ if !(1..=3).contains(&args.level) => Err(Stop::Usage("--level is 1, 2 or 3".into())),
            _ if args.rounds == 0 => Err(Stop::Usage("--rounds is at least 1".into())),
            _ => Ok(args),
        }
    }

    /// The SQL text: the one free argument, or the file.
    pub fn sql(&self) -> Result<String, Stop> {
        match (&self.file, self.free.as_slice()) {
            (None, [sql]) => Ok(sql.clone()),
            (Some(path), []) => read(path),
            (None, []) => Err(Stop::Usage("give SQL text or --file".into())),
            _ => Err(Stop::Usage("give one SQL text, or --file, not both".into())),
        }
    }
}

/// A text file.
pub fn read(path: &PathBuf) -> Result<String, Stop> {
    std::fs::read_to_string(path).map_err(|e| Stop::Failed(format!("{}: {e}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_options_in_any_order() {
        let parse = |words: &[&str]| Args::parse(lexopt::Parser::from_args(words));
        let Ok(args) = parse(&[
            "trace",
            "--disable",
            "TopN",
            "select 1",
            "--level=2",
            "--disable=FilterMerge",
        ]) else {
            panic!("a good call")
        };
        assert_eq!((args.command.as_str(), args.level), ("trace", 2));
        assert_eq!(args.disable, ["TopN", "FilterMerge"]);
        assert!(args.sql().is_ok_and(|sql| sql == "select 1"));
        for bad in [&["sql", "--no"][..], &[], &["sql", "--level", "9", "x"]] {
            assert!(matches!(parse(bad), Err(Stop::Usage(_))), "{bad:?}");
        }
    }
}
