//! Results of statements.

use super::utf16::Utf16;
use crate::database::Shared;
use crate::dto::outcome::{ColumnHeader, OperatorActual, RowsWindow, StatementOutcome, Timing};
use engine::{QueryResult, StatementResult};

/// Statement results; rows stay in the database until they are asked for.
pub(crate) fn statements(
    finished: Vec<StatementResult>,
    text: &str,
    shared: &Shared,
) -> Vec<StatementOutcome> {
    let places = Utf16::new(text);
    let statement = |result: StatementResult| {
        let phases = result.phases;
        let timing = Timing {
            parse: phases.parse,
            bind: phases.bind,
            normalize: phases.normalize,
            search: phases.search,
            execute: phases.execute,
            total: phases.total,
        };
        let mut out = StatementOutcome {
            tag: result.tag,
            span: places.span(result.span),
            columns: Vec::new(),
            result: None,
            row_count: 0.0,
            timing,
            actuals: Vec::new(),
        };
        if let Some(rows) = result.rows {
            out.columns = headers(&rows);
            out.row_count = rows.row_count() as f64;
            out.actuals = rows.actuals.iter().map(actual).collect();
            out.result = Some(shared.keep(rows));
        }
        out
    };
    finished.into_iter().map(statement).collect()
}

/// Column names and types.
pub fn headers(result: &QueryResult) -> Vec<ColumnHeader> {
    let header = |(name, ty): &(String, types::DataType)| ColumnHeader {
        name: name.clone(),
        r#type: ty.to_string(),
    };
    result.columns.iter().map(header).collect()
}

fn actual(counters: &exec::Counters) -> OperatorActual {
    OperatorActual {
        rows: counters.rows as f64,
        batches: counters.batches as f64,
        loops: counters.loops as f64,
        ended: counters.ended as f64,
        ms: counters.nanos as f64 / 1e6,
        bytes: counters.memory as f64,
    }
}

/// Some rows as text.
pub fn window(result: &QueryResult, start: usize, count: usize) -> RowsWindow {
    let mut skip = start;
    let mut rows = Vec::new();
    for batch in &result.batches {
        if rows.len() >= count {
            break;
        }
        if skip >= batch.len() {
            skip -= batch.len();
            continue;
        }
        for row in batch.selected().skip(skip).take(count - rows.len()) {
            let values = batch
                .columns
                .iter()
                .zip(&result.columns)
                .map(|(column, (_, ty))| {
                    (!column.is_null(row)).then(|| column.value(row, *ty).to_string())
                });
            rows.push(values.collect());
        }
        skip = 0;
    }
    RowsWindow {
        start: start as f64,
        rows,
    }
}
