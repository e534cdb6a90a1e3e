//! Rows as column batches.

use crate::rows::{Fields, Rows, Table, rows};
use crate::scale::Scale;
use data::{RowWriter, schema};
use std::fmt::{Display, Write};
use types::Batch;

/// The rows of a table in batches of at most [`types::BATCH_ROWS`], column types as in [`data::tpch::SCHEMA`].
pub fn batches(table: Table, scale: Scale) -> impl Iterator<Item = Batch> {
    let mut source: Rows<BatchFields> = rows(table, scale);
    let mut fields = Some(BatchFields {
        rows: RowWriter::new(&schema::types(data::tpch::SCHEMA, table.name())),
        scratch: String::new(),
    });
    std::iter::from_fn(move || {
        while let Some(open) = &mut fields {
            if let Some(batch) = open.rows.take() {
                return Some(batch);
            }
            if !source(open) {
                return fields.take()?.rows.finish().pop();
            }
        }
        None
    })
}

/// Makes all tables, each after those that it refers to.
pub fn generate(scale: Scale, sink: &mut dyn FnMut(Table, Batch)) {
    for table in Table::ALL {
        batches(table, scale).for_each(|batch| sink(table, batch));
    }
}

struct BatchFields {
    rows: RowWriter,
    scratch: String,
}

impl Fields for BatchFields {
    fn int(&mut self, value: i32) {
        self.rows.int(value);
    }

    fn hundredths(&mut self, value: i64) {
        self.rows.long(value);
    }

    fn date(&mut self, days: i32) {
        self.rows.int(days);
    }

    fn text(&mut self, value: &str) {
        self.rows.text(value);
    }

    fn display(&mut self, value: impl Display) {
        self.scratch.clear();
        write!(self.scratch, "{value}").expect("text can always be appended to a string");
        self.rows.text(self.scratch.as_str());
    }
}
