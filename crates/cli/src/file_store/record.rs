//! One record of a file store: a batch of pages put and deleted.
//!
//!     offset  size  field
//!          0     4  "PREC"
//!          4     4  bytes of the body n
//!          8     8  number of the record, one more than the one before
//!         16     4  CRC-32C of the body
//!         20     4  CRC-32C of the bytes 0..20
//!         24     n  body: u32 pages put | u32 pages deleted
//!                         then each page put: u32 number | u32 length | bytes
//!                         then each page deleted: u32 number

use std::collections::HashMap;
use std::io;
use storage::page::checksum;
use storage::{PageId, WriteBatch};

const MAGIC: &[u8; 4] = b"PREC";
/// Bytes before a record's body.
pub const HEADER: usize = 24;

/// The bytes of a record.
pub fn encode(batch: &WriteBatch, number: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; HEADER];
    bytes.extend((batch.puts.len() as u32).to_le_bytes());
    bytes.extend((batch.deletes.len() as u32).to_le_bytes());
    for (id, page) in &batch.puts {
        bytes.extend(id.0.to_le_bytes());
        bytes.extend((page.len() as u32).to_le_bytes());
        bytes.extend_from_slice(page);
    }
    for id in &batch.deletes {
        bytes.extend(id.0.to_le_bytes());
    }
    let size = u32::try_from(bytes.len() - HEADER)
        .map_err(|_| io::Error::other("more than 4 GiB changed at once"))?;
    let sum = checksum(&bytes[HEADER..]);
    bytes[..4].copy_from_slice(MAGIC);
    bytes[4..8].copy_from_slice(&size.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    bytes[16..20].copy_from_slice(&sum.to_le_bytes());
    let sum = checksum(&bytes[..20]);
    bytes[20..24].copy_from_slice(&sum.to_le_bytes());
    Ok(bytes)
}

/// Length and number of a record, and the checksum of its body; `None` when the header is damaged.
pub fn parse_header(header: &[u8]) -> Option<(u32, u64, u32)> {
    let sound = header.starts_with(MAGIC) && checksum(&header[..20]) == u32_at(header, 20)?;
    let number = u64::from(u32_at(header, 8)?) | u64::from(u32_at(header, 12)?) << 32;
    sound.then_some((u32_at(header, 4)?, number, u32_at(header, 16)?))
}

/// Notes where the pages of a record lie whose body starts at `start` of the file; `None` when the body ends early.
pub fn apply(pages: &mut HashMap<PageId, (u64, u32)>, body: &[u8], start: u64) -> Option<()> {
    let (puts, deletes) = (u32_at(body, 0)?, u32_at(body, 4)?);
    let mut at = 8;
    for _ in 0..puts {
        let (id, len) = (PageId(u32_at(body, at)?), u32_at(body, at + 4)?);
        at += 8;
        body.get(at..at.checked_add(len as usize)?)?;
        pages.insert(id, (start + at as u64, len));
        at += len as usize;
    }
    for _ in 0..deletes {
        pages.remove(&PageId(u32_at(body, at)?));
        at += 4;
    }
    Some(())
}

/// True when a whole record starts behind the first byte: the damage before it is not a torn end.
pub fn whole_record_follows(rest: &[u8]) -> bool {
    (1..rest.len().saturating_sub(HEADER - 1)).any(|at| {
        let record = &rest[at..];
        record.starts_with(MAGIC)
            && parse_header(&record[..HEADER]).is_some_and(|(size, _, sum)| {
                let body = record[HEADER..].get(..size as usize);
                body.is_some_and(|body| checksum(body) == sum)
            })
    })
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}
