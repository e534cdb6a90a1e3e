//! The directory of a heap: its columns, its pages and their zone maps, as one byte string in a chain of pages.
//!
//!     u32 columns, then 9 bytes each: type, and two numbers that say more about it
//!     u32 pages, then each: u32 number | u32 rows | u32 live rows | u32 overflow strings
//!                           and each column's zone: u32 NULLs | u8 kind of bounds | bounds
//!
//! Entries keep their places, so appending rows changes the end of the byte string alone.
//!
//! (8) a page has the rows, live rows and overflow strings that its entry says.

use super::zone::{Bounds, ColumnZone};
use super::{Entry, ZoneMap};
use crate::chain::Chain;
use crate::codec::{Reader, Writer};
use crate::error::{Result, StorageError};
use crate::page::{PageId, PageKind};
use crate::pager::Pager;
use types::DataType;

pub(super) fn encode(schema: &[DataType], entries: &[Entry]) -> Vec<u8> {
    let mut out = Writer::default();
    out.u32(schema.len() as u32);
    for &ty in schema {
        encode_type(ty, &mut out);
    }
    out.u32(entries.len() as u32);
    for entry in entries {
        out.u32(entry.id.0);
        out.u32(entry.zones.rows);
        out.u32(entry.live);
        out.u32(entry.overflow);
        for zone in &entry.zones.columns {
            out.u32(zone.nulls);
            zone.bounds.encode(&mut out);
        }
    }
    out.0
}

pub(super) async fn read(
    pager: &Pager,
    root: PageId,
) -> Result<(Chain, Vec<DataType>, Vec<Entry>)> {
    let (chain, bytes) = Chain::read(pager, root, PageKind::Directory).await?;
    let (schema, entries) = decode(&bytes)
        .ok_or_else(|| StorageError::structure(root, "the heap's directory cannot be read"))?;
    Ok((chain, schema, entries))
}

fn decode(bytes: &[u8]) -> Option<(Vec<DataType>, Vec<Entry>)> {
    let mut from = Reader(bytes);
    let columns = from.u32()?;
    let columns = from.room_for(columns, 9)?;
    let schema: Vec<DataType> = (0..columns)
        .map(|_| decode_type(&mut from))
        .collect::<Option<_>>()?;
    let pages = from.u32()?;
    let pages = from.room_for(pages, 16)?;
    let mut entries = Vec::with_capacity(pages);
    for _ in 0..pages {
        let id = PageId(from.u32()?);
        let rows = from.u32()?;
        let (live, overflow) = (from.u32()?, from.u32()?);
        let columns = (0..columns)
            .map(|_| {
                Some(ColumnZone {
                    nulls: from.u32()?,
                    bounds: Bounds::decode(&mut from)?,
                })
            })
            .collect::<Option<_>>()?;
        entries.push(Entry {
            id,
            live,
            overflow,
            zones: ZoneMap { rows, columns },
        });
    }
    Some((schema, entries))
}

fn encode_type(ty: DataType, out: &mut Writer) {
    let (tag, first, second) = match ty {
        DataType::Unknown => (0, 0, 0),
        DataType::Bool => (1, 0, 0),
        DataType::Int16 => (2, 0, 0),
        DataType::Int32 => (3, 0, 0),
        DataType::Int64 => (4, 0, 0),
        DataType::Decimal { precision, scale } => (5, u32::from(precision), u32::from(scale)),
        DataType::Float64 => (6, 0, 0),
        DataType::Text => (7, 0, 0),
        DataType::Varchar(n) => (8, n, 0),
        DataType::Char(n) => (9, n, 0),
        DataType::Date => (10, 0, 0),
        DataType::Timestamp => (11, 0, 0),
        DataType::Interval => (12, 0, 0),
    };
    out.u8(tag);
    out.u32(first);
    out.u32(second);
}

fn decode_type(from: &mut Reader<'_>) -> Option<DataType> {
    let (tag, first, second) = (from.u8()?, from.u32()?, from.u32()?);
    Some(match tag {
        0 => DataType::Unknown,
        1 => DataType::Bool,
        2 => DataType::Int16,
        3 => DataType::Int32,
        4 => DataType::Int64,
        5 => DataType::Decimal {
            precision: u8::try_from(first).ok()?,
            scale: u8::try_from(second).ok()?,
        },
        6 => DataType::Float64,
        7 => DataType::Text,
        8 => DataType::Varchar(first),
        9 => DataType::Char(first),
        10 => DataType::Date,
        11 => DataType::Timestamp,
        12 => DataType::Interval,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_nothing_shorter() {
        let schema = [
            DataType::Unknown,
            DataType::Bool,
            DataType::Int16,
            DataType::Int32,
            DataType::Int64,
            DataType::decimal(38, 7),
            DataType::Float64,
            DataType::Text,
            DataType::Varchar(10),
            DataType::Char(3),
            DataType::Date,
            DataType::Timestamp,
            DataType::Interval,
        ];
        let zones = ZoneMap {
            rows: 9,
            columns: schema.map(ColumnZone::empty).to_vec(),
        };
        let entry = Entry {
            id: PageId(3),
            live: 8,
            overflow: 2,
            zones,
        };
        let bytes = encode(&schema, std::slice::from_ref(&entry));
        assert_eq!(decode(&bytes), Some((schema.to_vec(), vec![entry])));
        assert!((0..bytes.len()).all(|end| decode(&bytes[..end]).is_none()));
    }
}
