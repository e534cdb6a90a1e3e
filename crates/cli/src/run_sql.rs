//! `planarium sql`.

use crate::args::Args;
use crate::{Stop, dataset, output};

/// Runs a script and prints the rows of each query, the tag of each command.
pub async fn run(args: &Args) -> Result<(), Stop> {
    let format = args.format.as_deref().unwrap_or("table");
    if !["table", "csv", "json"].contains(&format) {
        return Err(Stop::Usage(format!(
            "--format is table, csv or json, not {format}"
        )));
    }
    let text = args.sql()?;
    let context = dataset::context(args)?;
    let engine = dataset::open(args).await?;
    let mut show = |result: engine::StatementResult| match (&result.rows, format) {
        (Some(rows), "csv") => {
            let text = engine::csv::write(rows);
            output::print(text.strip_suffix('\n').unwrap_or(&text));
        }
        (Some(rows), "json") => output::print(&output::as_json(rows)),
        (Some(rows), _) => output::print(&output::as_table(rows)),
        (None, "table") => output::print(&result.tag),
        (None, _) => {}
    };
    engine
        .run(&text, &context, &mut show)
        .await
        .map_err(|e| dataset::failed(&e, &text))
}
