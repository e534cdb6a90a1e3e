//! Rows gathered into column batches.

use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Bitmap, Column, DataType, Vector};

/// A table's rows, ready to be loaded.
#[derive(Debug, Clone)]
pub struct TableData {
    /// The table's name, as in the schema.
    pub name: &'static str,
    /// The columns' types, in the order of the schema.
    pub types: Vec<DataType>,
    /// The rows in batches of at most [`BATCH_ROWS`].
    pub batches: Vec<Batch>,
}

impl TableData {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(Batch::len).sum()
    }
}

/// Takes fields in the order of the columns and hands out full batches. Every row must have all its fields, each
/// of its column's layout.
#[derive(Debug)]
pub struct RowWriter {
    types: Vec<DataType>,
    vectors: Vec<Vector>,
    validity: Vec<Bitmap>,
    /// The column of the next field.
    at: usize,
    rows: usize,
    full: Vec<Batch>,
}

impl RowWriter {
    /// A writer of rows of these types, of which there is at least one.
    pub fn new(types: &[DataType]) -> Self {
        let mut writer = Self {
            types: types.to_vec(),
            vectors: Vec::new(),
            validity: Vec::new(),
            at: 0,
            rows: 0,
            full: Vec::new(),
        };
        writer.start();
        writer
    }

    fn start(&mut self) {
        self.vectors = self
            .types
            .iter()
            .map(|ty| Vector::with_capacity(ty.layout(), 0))
            .collect();
        self.validity = vec![Bitmap::default(); self.types.len()];
        self.rows = 0;
    }

    fn next(&mut self, valid: bool) {
        self.validity[self.at].push(valid);
        self.at += 1;
        if self.at == self.types.len() {
            self.at = 0;
            self.rows += 1;
            if self.rows == BATCH_ROWS {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        if self.rows == 0 {
            return;
        }
        let rows = self.rows;
        let columns = std::mem::take(&mut self.vectors)
            .into_iter()
            .zip(std::mem::take(&mut self.validity))
            .map(|(mut data, validity)| {
                if let Vector::Str(texts) = &mut data {
                    texts.seal();
                }
                Arc::new(Column::with_validity(data, Some(validity)))
            })
            .collect();
        self.full.push(Batch::new(columns, rows));
        self.start();
    }

    /// A smallint, integer or date (days since 1970-01-01).
    pub fn int(&mut self, value: impl Into<Option<i32>>) {
        let value = value.into();
        match &mut self.vectors[self.at] {
            Vector::I32(column) => column.push(value.unwrap_or(0)),
            other => panic!("an integer does not fit a column of {other:?}"),
        }
        self.next(value.is_some());
    }

    /// A bigint, or the digits of a decimal of at most 18 digits at its column's scale.
    pub fn long(&mut self, value: impl Into<Option<i64>>) {
        let value = value.into();
        match &mut self.vectors[self.at] {
            Vector::I64(column) => column.push(value.unwrap_or(0)),
            other => panic!("a decimal does not fit a column of {other:?}"),
        }
        self.next(value.is_some());
    }

    /// A text.
    pub fn text<'a>(&mut self, value: impl Into<Option<&'a str>>) {
        let value = value.into();
        match &mut self.vectors[self.at] {
            Vector::Str(column) => column.push(value.unwrap_or("")),
            other => panic!("a text does not fit a column of {other:?}"),
        }
        self.next(value.is_some());
    }

    /// A boolean.
    pub fn boolean(&mut self, value: impl Into<Option<bool>>) {
        let value = value.into();
        match &mut self.vectors[self.at] {
            Vector::Bool(column) => column.push(value.unwrap_or(false)),
            other => panic!("a boolean does not fit a column of {other:?}"),
        }
        self.next(value.is_some());
    }

    /// The next full batch that was not taken yet.
    pub fn take(&mut self) -> Option<Batch> {
        (!self.full.is_empty()).then(|| self.full.remove(0))
    }

    /// All batches that were not taken, the last one perhaps short.
    pub fn finish(mut self) -> Vec<Batch> {
        debug_assert_eq!(self.at, 0, "the last row has all its fields");
        self.cut();
        self.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Value;

    #[test]
    fn rows_come_back_in_batches() {
        let types = [DataType::Int32, DataType::Text, DataType::decimal(9, 2)];
        let mut writer = RowWriter::new(&types);
        for row in 0..5_000 {
            writer.int(row);
            writer.text((row % 2 == 0).then_some("even"));
            writer.long(i64::from(row));
        }
        let mut batches: Vec<_> = std::iter::from_fn(|| writer.take()).collect();
        assert_eq!(batches.len(), 2);
        batches.extend(writer.finish());
        assert_eq!(
            batches.iter().map(Batch::len).collect::<Vec<_>>(),
            [2_048, 2_048, 904]
        );
        let field = |batch: usize, at: usize, row| batches[batch].columns[at].value(row, types[at]);
        assert_eq!(field(1, 0, 5), Value::Int32(2_053));
        assert_eq!(field(1, 1, 5), Value::Null);
        assert_eq!(field(1, 1, 6), Value::text("even"));
        assert_eq!(field(2, 2, 0).to_string(), "40.96");
    }
}
