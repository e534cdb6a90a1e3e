//! Zone maps: what a page can hold, so that scans pass over it.
//!
//! (5) bounds may be too wide, never too narrow: a deleted row still counts.

use std::cmp::Ordering;
use types::value::compare_floats;
use types::{Batch, DataType, Decimal, Value};

/// The least and the greatest value of a column in a page, NULLs aside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bounds {
    /// No value but NULL so far.
    Empty,
    /// Booleans (0 and 1), integers, dates in days, timestamps in microseconds, decimals unscaled.
    Int(i64, i64),
    /// Wide decimals, unscaled.
    Wide(i128, i128),
    /// Floats; NaN is the greatest.
    Float(f64, f64),
    /// Text: the first eight bytes as a big-endian number, zeros after shorter strings. A string s can only be there
    /// when `prefix(s)` lies in the bounds.
    Prefix(u64, u64),
    /// Not kept for this type: anything can be there.
    Unknown,
}

/// What one column of a page can hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnZone {
    /// The column's bounds.
    pub bounds: Bounds,
    /// At most so many NULLs; 0 is certain.
    pub nulls: u32,
}

/// What a heap page can hold.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneMap {
    /// Rows in the page, deleted ones among them.
    pub rows: u32,
    /// One zone a column.
    pub columns: Vec<ColumnZone>,
}

/// The first eight bytes of a string as [`Bounds::Prefix`] has them.
#[inline]
pub fn prefix(bytes: &[u8]) -> u64 {
    let mut head = [0; 8];
    let len = bytes.len().min(8);
    head[..len].copy_from_slice(&bytes[..len]);
    u64::from_be_bytes(head)
}
