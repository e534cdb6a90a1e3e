//! Rows as pieces of CSV text.

use crate::rows::{Fields, Rows, Table, rows};
use crate::scale::Scale;
use data::schema;
use std::fmt::{Display, Write};
use types::datetime::date_text;

/// A piece of a table: CSV text (RFC 4180, as PostgreSQL's `COPY … CSV HEADER` reads it) of whole rows, with the column
/// names in its first line.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// The table that the rows belong to.
    pub table: Table,
    /// The text, in UTF-8.
    pub bytes: Vec<u8>,
    /// Rows in the text, the header not counted; at least 1.
    pub rows: u32,
    /// True for the last piece of the table.
    pub last: bool,
    /// How much of all tables is made with this piece, above 0 and at most 1.
    pub progress: f64,
}

/// Makes all tables piece by piece, each table after those that it refers to. It holds one piece at a time.
pub struct Chunks {
    scale: Scale,
    /// The tables that are not begun.
    tables: std::slice::Iter<'static, Table>,
    current: Option<(Table, Rows<CsvFields>)>,
    /// The row that comes after the last piece, when there is one.
    ahead: CsvFields,
    piece: usize,
    done: u64,
    expected: u64,
}

impl Chunks {
    /// Bytes of a piece, but for the row that goes past them.
    pub const PIECE: usize = 1 << 20;

    /// All tables at a scale, in pieces of about [`Self::PIECE`] bytes.
    pub fn new(scale: Scale) -> Self {
        Self::with_piece(scale, Self::PIECE)
    }

    /// The same in pieces of about `piece` bytes, one row at least.
    pub fn with_piece(scale: Scale, piece: usize) -> Self {
        Self {
            scale,
            tables: Table::ALL.iter(),
            current: None,
            ahead: CsvFields::default(),
            piece,
            done: 0,
            expected: Table::ALL
                .iter()
                .map(|table| table.expected_rows(scale))
                .sum(),
        }
    }
}

impl Iterator for Chunks {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        if self.current.is_none() {
            let table = *self.tables.next()?;
            let mut source = rows(table, self.scale);
            source(&mut self.ahead);
            self.current = Some((table, source));
        }
        let (table, source) = self.current.as_mut()?;
        let table = *table;
        let mut fields = CsvFields::header(table, self.piece);
        let mut count = 0;
        // One row is always made ahead, so that the last piece of a table is known as such.
        let last = loop {
            self.ahead.end_row();
            fields.text.push_str(&self.ahead.text);
            self.ahead.text.clear();
            count += 1;
            if !source(&mut self.ahead) {
                break true;
            }
            if fields.text.len() >= self.piece {
                break false;
            }
        };
        if last {
            self.current = None;
        }
        self.done += u64::from(count);
        let finished = last && self.tables.len() == 0;
        Some(Chunk {
            table,
            bytes: fields.text.into_bytes(),
            rows: count,
            last,
            progress: if finished {
                1.0
            } else {
                (self.done as f64 / self.expected as f64).min(0.999)
            },
        })
    }
}

/// Fields as CSV text; each is followed by a comma, of which the row's last becomes a line break.
#[derive(Default)]
struct CsvFields {
    text: String,
}

impl CsvFields {
    fn header(table: Table, piece: usize) -> Self {
        let mut header = Self {
            text: String::with_capacity(piece + 1024),
        };
        for (name, _) in schema::columns(data::tpch::SCHEMA, table.name()) {
            header.text(name);
        }
        header.end_row();
        header
    }

    fn end_row(&mut self) {
        self.text.pop();
        self.text.push('\n');
    }
}

impl Fields for CsvFields {
    fn int(&mut self, value: i32) {
        self.display(value);
    }

    fn hundredths(&mut self, value: i64) {
        let sign = if value < 0 { "-" } else { "" };
        let value = value.unsigned_abs();
        self.display(format_args!("{sign}{}.{:02}", value / 100, value % 100));
    }

    fn date(&mut self, days: i32) {
        self.text.push_str(&date_text(days));
        self.text.push(',');
    }

    fn text(&mut self, value: &str) {
        if value.is_empty() || value.contains([',', '"', '\n', '\r']) {
            self.text.push('"');
            for (at, part) in value.split('"').enumerate() {
                if at > 0 {
                    self.text.push_str("\"\"");
                }
                self.text.push_str(part);
            }
            self.text.push('"');
        } else {
            self.text.push_str(value);
        }
        self.text.push(',');
    }

    /// Everything that comes this way but addresses is free of commas and quotes; those are looked at.
    fn display(&mut self, value: impl Display) {
        let from = self.text.len();
        write!(self.text, "{value}").expect("text can always be appended to a string");
        if self.text[from..].contains([',', '"', '\n', '\r']) {
            let value = self.text.split_off(from);
            self.text(&value);
        } else {
            self.text.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_when_they_must_be() {
        let mut fields = CsvFields::default();
        fields.int(-7);
        fields.hundredths(-5);
        fields.hundredths(123_456);
        fields.date(8_035);
        fields.text("plain text");
        fields.text("a, \"b\"");
        fields.text("");
        fields.display("x,y");
        fields.end_row();
        assert_eq!(
            fields.text,
            "-7,-0.05,1234.56,1992-01-01,plain text,\"a, \"\"b\"\"\",\"\",\"x,y\"\n"
        );
    }
}
