//! The catalog as bytes: little-endian integers, length-prefixed texts, one format version in front.
//!
//!     u32 version | u32 next table id | u32 statistics version
//!     u32 tables  | per table: id, name, heap root, columns (name, type, nullable), keys, foreign keys, statistics
//!     u32 views   | per view: name, columns, query
//!     u32 indexes | per index: name, table id

use super::{Table, Tables};
use crate::Error;
use plan::{ColumnInfo, ColumnStats, ForeignKey, KeyInfo, TableInfo, TableStats};
use std::sync::Arc;
use storage::{Database, PageId};
use types::{DataType, Decimal, Interval, TableId, Value};

const VERSION: u32 = 1;

/// Writes the catalog.
pub fn encode(tables: &Tables) -> Vec<u8> {
    let mut out = Writer(Vec::new());
    out.u32(VERSION);
    out.u32(tables.next_table);
    out.u32(tables.stats_version);
    out.list(tables.tables.values(), |out, table| {
        out.u32(table.info.id.0);
        out.text(&table.info.name);
        out.u32(table.heap_root().0);
        out.list(&table.info.columns, |out, column| {
            out.text(&column.name);
            out.data_type(column.ty);
            out.byte(column.nullable.into());
        });
        out.list(&table.info.keys, |out, key| {
            out.text(&key.name);
            out.list(&key.columns, |out, c| out.u32(*c));
            out.byte(key.primary.into());
        });
        out.list(&table.info.foreign_keys, |out, key| {
            out.text(&key.name);
            out.list(&key.columns, |out, c| out.u32(*c));
            out.u32(key.table.0);
            out.list(&key.referenced, |out, c| out.u32(*c));
        });
        out.list(&table.stats, |out, stats| out.stats(stats));
    });
    out.list(&tables.views, |out, (name, view)| {
        out.text(name);
        out.list(&view.columns, |out, c| out.text(c));
        out.text(&view.sql);
    });
    out.list(&tables.indexes, |out, (name, table)| {
        out.text(name);
        out.u32(table.0);
    });
    out.0
}

/// Reads the catalog; no bytes are the catalog of a new database.
pub async fn decode(bytes: &[u8], database: &Database) -> Result<Tables, Error> {
    if bytes.is_empty() {
        return Ok(Tables::default());
    }
    let mut read = Reader(bytes);
    let version = read.u32()?;
    if version != VERSION {
        return Err(Error::FormatVersion {
            found: version,
            expected: VERSION,
        });
    }
    let mut out = Tables {
        next_table: read.u32()?,
        stats_version: read.u32()?,
        ..Tables::default()
    };
    for _ in 0..read.u32()? {
        let table = read.table(database).await?;
        out.tables.insert(table.info.id, table);
    }
    for _ in 0..read.u32()? {
        let name = read.text()?;
        let view = sql::View {
            columns: read.list(Reader::text)?,
            sql: read.text()?,
        };
        out.views.insert(name, view);
    }
    for _ in 0..read.u32()? {
        out.indexes.insert(read.text()?, TableId(read.u32()?));
    }
    Ok(out)
}

struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    fn f64(&mut self, value: f64) {
        self.u64(value.to_bits());
    }

    fn text(&mut self, text: &str) {
        self.u32(text.len() as u32);
        self.0.extend(text.as_bytes());
    }

    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut put: impl FnMut(&mut Self, T)) {
        let at = self.0.len();
        self.u32(0);
        let mut count = 0u32;
        for item in items {
            put(self, item);
            count += 1;
        }
        self.0[at..at + 4].copy_from_slice(&count.to_le_bytes());
    }

    fn data_type(&mut self, ty: DataType) {
        let (tag, a, b) = match ty {
            DataType::Unknown => (0, 0, 0),
            DataType::Bool => (1, 0, 0),
            DataType::Int16 => (2, 0, 0),
            DataType::Int32 => (3, 0, 0),
            DataType::Int64 => (4, 0, 0),
            DataType::Decimal { precision, scale } => (5, precision.into(), scale.into()),
            DataType::Float64 => (6, 0, 0),
            DataType::Text => (7, 0, 0),
            DataType::Varchar(n) => (8, n, 0),
            DataType::Char(n) => (9, n, 0),
            DataType::Date => (10, 0, 0),
            DataType::Timestamp => (11, 0, 0),
            DataType::Interval => (12, 0, 0),
        };
        self.byte(tag);
        self.u32(a);
        self.u32(b);
    }

    fn value(&mut self, value: &Value) {
        self.data_type(value.data_type());
        match value {
            Value::Null => {}
            Value::Bool(v) => self.byte((*v).into()),
            Value::Int16(v) => self.u64(i64::from(*v) as u64),
            Value::Int32(v) | Value::Date(v) => self.u64(i64::from(*v) as u64),
            Value::Int64(v) | Value::Timestamp(v) => self.u64(*v as u64),
            Value::Decimal(v) => {
                self.0.extend(v.unscaled.to_le_bytes());
                self.byte(v.scale);
            }
            Value::Float64(v) => self.f64(*v),
            Value::Text(v) => self.text(v),
            Value::Interval(v) => {
                self.u32(v.months as u32);
                self.u32(v.days as u32);
                self.u64(v.micros as u64);
            }
        }
    }

    fn stats(&mut self, stats: &TableStats) {
        self.f64(stats.rows);
        self.f64(stats.pages);
        self.u32(stats.version);
        self.list(&stats.columns, |out, column| {
            out.f64(column.null_fraction);
            out.f64(column.distinct);
            out.value(column.min.as_ref().unwrap_or(&Value::Null));
            out.value(column.max.as_ref().unwrap_or(&Value::Null));
            out.list(&column.most_common, |out, (value, fraction)| {
                out.value(value);
                out.f64(*fraction);
            });
            out.list(&column.histogram, |out, value| out.value(value));
            out.f64(column.width);
        });
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(Error::DamagedCatalog)?;
        self.0 = rest;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take::<1>()?[0])
    }

    fn u32(&mut self) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    fn u64(&mut self) -> Result<u64, Error> {
        Ok(u64::from_le_bytes(self.take()?))
    }

    fn i64(&mut self) -> Result<i64, Error> {
        Ok(self.u64()? as i64)
    }

    fn f64(&mut self) -> Result<f64, Error> {
        Ok(f64::from_bits(self.u64()?))
    }

    fn text(&mut self) -> Result<String, Error> {
        let len = self.u32()? as usize;
        let (head, rest) = self.0.split_at_checked(len).ok_or(Error::DamagedCatalog)?;
        self.0 = rest;
        String::from_utf8(head.to_vec()).map_err(|_| Error::DamagedCatalog)
    }

    fn list<T>(
        &mut self,
        mut get: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        (0..self.u32()?).map(|_| get(self)).collect()
    }

    fn data_type(&mut self) -> Result<DataType, Error> {
        let (tag, a, b) = (self.byte()?, self.u32()?, self.u32()?);
        Ok(match tag {
            0 => DataType::Unknown,
            1 => DataType::Bool,
            2 => DataType::Int16,
            3 => DataType::Int32,
            4 => DataType::Int64,
            5 => DataType::decimal(a, b),
            6 => DataType::Float64,
            7 => DataType::Text,
            8 => DataType::Varchar(a),
            9 => DataType::Char(a),
            10 => DataType::Date,
            11 => DataType::Timestamp,
            12 => DataType::Interval,
            _ => return Err(Error::DamagedCatalog),
        })
    }

    fn value(&mut self) -> Result<Value, Error> {
        let narrow = |v: i64| i32::try_from(v).map_err(|_| Error::DamagedCatalog);
        Ok(match self.data_type()? {
            DataType::Unknown => Value::Null,
            DataType::Bool => Value::Bool(self.byte()? != 0),
            DataType::Int16 => Value::Int16(narrow(self.i64()?)? as i16),
            DataType::Int32 => Value::Int32(narrow(self.i64()?)?),
            DataType::Date => Value::Date(narrow(self.i64()?)?),
            DataType::Int64 => Value::Int64(self.i64()?),
            DataType::Timestamp => Value::Timestamp(self.i64()?),
            DataType::Decimal { .. } => {
                let unscaled = i128::from_le_bytes(self.take()?);
                Value::Decimal(Decimal::new(unscaled, self.byte()?.min(38)))
            }
            DataType::Float64 => Value::Float64(self.f64()?),
            DataType::Text | DataType::Varchar(_) | DataType::Char(_) => Value::text(self.text()?),
            DataType::Interval => Value::Interval(Interval {
                months: self.u32()? as i32,
                days: self.u32()? as i32,
                micros: self.i64()?,
            }),
        })
    }

    fn optional(&mut self) -> Result<Option<Value>, Error> {
        Ok(Some(self.value()?).filter(|v| !v.is_null()))
    }

    fn stats(&mut self) -> Result<TableStats, Error> {
        let (rows, pages, version) = (self.f64()?, self.f64()?, self.u32()?);
        let columns = self.list(|read| {
            Ok(ColumnStats {
                null_fraction: read.f64()?,
                distinct: read.f64()?,
                min: read.optional()?,
                max: read.optional()?,
                most_common: read.list(|read| Ok((read.value()?, read.f64()?)))?,
                histogram: read.list(Reader::value)?,
                width: read.f64()?,
            })
        })?;
        Ok(TableStats {
            rows,
            pages,
            version,
            columns,
        })
    }

    async fn table(&mut self, database: &Database) -> Result<Table, Error> {
        let (id, name, root) = (TableId(self.u32()?), self.text()?, PageId(self.u32()?));
        let columns = self.list(|read| {
            Ok(ColumnInfo {
                name: read.text()?,
                ty: read.data_type()?,
                nullable: read.byte()? != 0,
            })
        })?;
        let keys = self.list(|read| {
            Ok(KeyInfo {
                name: read.text()?,
                columns: read.list(Reader::u32)?,
                primary: read.byte()? != 0,
            })
        })?;
        let foreign_keys = self.list(|read| {
            Ok(ForeignKey {
                name: read.text()?,
                columns: read.list(Reader::u32)?,
                table: TableId(read.u32()?),
                referenced: read.list(Reader::u32)?,
            })
        })?;
        let stats = self.list(Reader::stats)?.pop().map(Arc::new);
        let info = TableInfo {
            id,
            name,
            columns,
            keys,
            foreign_keys,
            rows: 0,
            pages: 0,
        };
        let unique = info.keys.iter().map(|_| None).collect();
        Ok(Table {
            info,
            heap: database.heap(root).await?,
            stats,
            unique,
        })
    }
}
