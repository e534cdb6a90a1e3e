//! CSV text into column batches: commas, doubled quotes, quoted line breaks; an empty unquoted field is NULL (RFC 4180).

use crate::{Error, QueryResult};
use std::borrow::Cow;
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Bitmap, Column, DataType, SqlState, Value, Vector};

/// Most bytes one field may have.
const MAX_FIELD: usize = 16 << 20;

/// Reads CSV bytes row by row into batches of the given types.
pub struct CsvReader<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    /// For each field of a row, the column it fills; `None` reads and drops it.
    targets: Vec<Option<usize>>,
    types: Vec<DataType>,
}

/// One field: its text, and whether it was quoted.
struct Field<'a> {
    text: Cow<'a, [u8]>,
    quoted: bool,
    /// The row ends after this field.
    last: bool,
}

impl<'a> CsvReader<'a> {
    /// A reader of rows whose fields are all columns in order.
    pub fn new(bytes: &'a [u8], types: Vec<DataType>) -> Self {
        let targets = (0..types.len()).map(Some).collect();
        Self {
            bytes,
            at: 0,
            line: 1,
            targets,
            types,
        }
    }

    /// A reader that takes the columns' order from a header line; names are matched without regard to case.
    pub fn with_header(
        bytes: &'a [u8],
        names: &[String],
        types: Vec<DataType>,
    ) -> Result<Self, Error> {
        let mut reader = Self::new(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes), types);
        let mut targets = Vec::new();
        loop {
            let field = reader.field()?;
            let name = String::from_utf8_lossy(&field.text).trim().to_string();
            let target = names.iter().position(|n| n.eq_ignore_ascii_case(&name));
            if target.is_none() || targets.contains(&target) {
                let message = format!(
                    "the header names column \"{name}\", which the table does not have (or twice)"
                );
                return Err(Error::Csv {
                    line: 1,
                    message,
                    code: SqlState::UNDEFINED_COLUMN,
                });
            }
            targets.push(target);
            if field.last {
                break;
            }
        }
        reader.targets = targets;
        Ok(reader)
    }

    fn error(&self, message: impl Into<String>) -> Error {
        Error::Csv {
            line: self.line,
            message: message.into(),
            code: SqlState::BAD_COPY_FORMAT,
        }
    }

    fn field(&mut self) -> Result<Field<'a>, Error> {
        let rest = &self.bytes[self.at..];
        if rest.first() != Some(&b'"') {
            let len = rest
                .iter()
                .position(|b| matches!(b, b',' | b'\n'))
                .unwrap_or(rest.len());
            let last = rest.get(len) != Some(&b',');
            self.at += (len + 1).min(rest.len());
            let mut text = &rest[..len];
            if last {
                text = text.strip_suffix(b"\r").unwrap_or(text);
                self.line += 1;
            }
            return Ok(Field {
                text: Cow::Borrowed(text),
                quoted: false,
                last,
            });
        }
        let mut text = Vec::new();
        let mut at = 1;
        loop {
            let part = &rest[at..];
            let Some(quote) = part.iter().position(|b| *b == b'"') else {
                return Err(self.error("a quoted field is not closed"));
            };
            text.extend_from_slice(&part[..quote]);
            at += quote + 1;
            if rest.get(at) != Some(&b'"') {
                break;
            }
            text.push(b'"');
            at += 1;
            if text.len() > MAX_FIELD {
                return Err(self.error("a field is longer than 16 MiB"));
            }
        }
        self.line += text.iter().filter(|b| **b == b'\n').count() as u64;
        let tail = &rest[at..];
        let (skip, last) = match tail {
            [b',', ..] => (1, false),
            [b'\r', b'\n', ..] => (2, true),
            [b'\n', ..] => (1, true),
            [] | [b'\r'] => (tail.len(), true),
            _ => return Err(self.error("text follows a closing quote")),
        };
        self.at += at + skip;
        self.line += u64::from(last);
        Ok(Field {
            text: Cow::Owned(text),
            quoted: true,
            last,
        })
    }

    /// The next batch; `None` at the end. Columns that no field fills are NULL.
    pub fn next_batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut vectors: Vec<Vector> = self
            .types
            .iter()
            .map(|t| Vector::with_capacity(t.layout(), BATCH_ROWS))
            .collect();
        let mut validity = vec![Bitmap::default(); self.types.len()];
        let mut rows = 0;
        while rows < BATCH_ROWS && self.at < self.bytes.len() {
            let line = self.line;
            for at in 0..self.targets.len() {
                let field = self.field()?;
                if field.last != (at + 1 == self.targets.len()) {
                    let blank = at == 0 && field.last && field.text.is_empty() && !field.quoted;
                    if blank && self.targets.len() > 1 {
                        break;
                    }
                    let message = format!("the row does not have {} fields", self.targets.len());
                    return Err(Error::Csv {
                        line,
                        message,
                        code: SqlState::BAD_COPY_FORMAT,
                    });
                }
                if let Some(column) = self.targets[at] {
                    let null = field.text.is_empty() && !field.quoted;
                    validity[column].push(!null);
                    let text = if null { None } else { Some(&*field.text) };
                    push(&mut vectors[column], text, self.types[column]).map_err(|e| {
                        Error::Csv {
                            line,
                            message: e.to_string(),
                            code: e.code(),
                        }
                    })?;
                }
            }
            if validity.iter().any(|v| v.len() > rows) {
                rows += 1;
            }
            for (vector, bits) in vectors
                .iter_mut()
                .zip(&mut validity)
                .filter(|(_, bits)| bits.len() < rows)
            {
                vector.push(&Value::Null);
                bits.push(false);
            }
        }
        if rows == 0 {
            return Ok(None);
        }
        let column = |(data, bits)| Arc::new(Column::with_validity(data, Some(bits)));
        Ok(Some(Batch::new(
            vectors.into_iter().zip(validity).map(column).collect(),
            rows,
        )))
    }
}

fn push(vector: &mut Vector, bytes: Option<&[u8]>, ty: DataType) -> Result<(), types::DataError> {
    let Some(bytes) = bytes else {
        vector.push(&Value::Null);
        return Ok(());
    };
    if let (Vector::I32(v), DataType::Int32) = (&mut *vector, ty)
        && let Some(small) = small_integer(bytes)
    {
        v.push(small);
        return Ok(());
    }
    let text =
        std::str::from_utf8(bytes).map_err(|_| types::DataError::invalid_text(ty, "not UTF-8"))?;
    match (&mut *vector, ty) {
        (Vector::Str(v), DataType::Text) => v.push(text),
        _ => vector.push(&Value::parse(text, ty)?),
    }
    Ok(())
}

/// An integer of at most nine digits.
fn small_integer(bytes: &[u8]) -> Option<i32> {
    if bytes.is_empty() || bytes.len() > 9 {
        return None;
    }
    bytes.iter().try_fold(0, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0'))
    })
}

/// One field of CSV output: quoted when it must be; a leading `= + - @` is guarded against spreadsheet formulas when
/// the value is text.
pub fn field(text: &str, is_text: bool) -> String {
    let formula = is_text && text.starts_with(['=', '+', '-', '@']);
    if formula || text.is_empty() || text.contains([',', '"', '\n', '\r']) {
        format!(
            "\"{}{}\"",
            if formula { "'" } else { "" },
            text.replace('"', "\"\"")
        )
    } else {
        text.to_string()
    }
}

/// A result as CSV: header line and rows, NULL as an empty field.
pub fn write(result: &QueryResult) -> String {
    let header: Vec<String> = result
        .columns
        .iter()
        .map(|(name, _)| field(name, true))
        .collect();
    let mut out = header.join(",") + "\n";
    for batch in &result.batches {
        for row in batch.selected() {
            for (at, (column, (_, ty))) in batch.columns.iter().zip(&result.columns).enumerate() {
                if at > 0 {
                    out.push(',');
                }
                if !column.is_null(row) {
                    out += &field(&column.value(row, *ty).to_string(), ty.is_text());
                }
            }
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, types: &[DataType]) -> Result<Vec<Vec<Value>>, Error> {
        let mut reader = CsvReader::new(text.as_bytes(), types.to_vec());
        let mut rows = Vec::new();
        while let Some(batch) = reader.next_batch()? {
            for row in batch.selected() {
                rows.push(
                    batch
                        .columns
                        .iter()
                        .zip(types)
                        .map(|(c, t)| c.value(row, *t))
                        .collect(),
                );
            }
        }
        Ok(rows)
    }

    #[test]
    fn reads_quotes_nulls_and_line_breaks() {
        let rows = read(
            "1,\"a \"\"b\"\"\nc\"\r\n,\"\"\n3,plain",
            &[DataType::Int32, DataType::Text],
        )
        .expect("reads");
        let expected = [
            vec![Value::Int32(1), Value::text("a \"b\"\nc")],
            vec![Value::Null, Value::text("")],
            vec![Value::Int32(3), Value::text("plain")],
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn names_the_line_of_an_error() {
        for (text, line, code) in [
            ("1,2\n3\n", 2, "22P04"),
            ("1,2\nx,1\n", 2, "22P02"),
            ("1,\"2\n", 1, "22P04"),
        ] {
            match read(text, &[DataType::Int32, DataType::Int32]) {
                Err(Error::Csv {
                    line: at,
                    code: found,
                    ..
                }) => assert_eq!((at, found.0), (line, code), "{text:?}"),
                other => panic!("{text:?} gave {other:?}"),
            }
        }
    }

    #[test]
    fn a_header_may_reorder_columns_and_leave_some_out() {
        let names = ["a".to_string(), "b".into(), "c".into()];
        let types = vec![DataType::Int32; 3];
        let mut reader =
            CsvReader::with_header(b"C,a\n1,2\n", &names, types).expect("a good header");
        let batch = reader.next_batch().ok().flatten().expect("one batch");
        let row: Vec<Value> = batch
            .columns
            .iter()
            .map(|c| c.value(0, DataType::Int32))
            .collect();
        assert_eq!(row, [Value::Int32(2), Value::Null, Value::Int32(1)]);
        assert!(CsvReader::with_header(b"zzz\n", &names, vec![DataType::Int32; 3]).is_err());
    }
}
