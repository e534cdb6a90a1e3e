//! The order of rows: a 64-bit prefix of each row's key decides most comparisons, the columns the rest.

use crate::kernels::compare::float_key;
use crate::store::Store;
use std::cmp::Ordering;
use std::sync::Arc;
use types::{Column, Vector};

/// A column that rows are sorted by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SortColumn {
    /// Its slot in the input.
    pub(crate) slot: usize,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

/// A row to be sorted: the start of its key as a number, and its place among the kept rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) prefix: u64,
    pub(super) row: u32,
}

/// The order of two values that are not NULL, of columns of one type.
pub(super) fn compare_values(a: &Column, i: usize, b: &Column, j: usize) -> Ordering {
    match (&a.data, &b.data) {
        (Vector::Bool(x), Vector::Bool(y)) => x[i].cmp(&y[j]),
        (Vector::I32(x), Vector::I32(y)) => x[i].cmp(&y[j]),
        (Vector::I64(x), Vector::I64(y)) => x[i].cmp(&y[j]),
        (Vector::I128(x), Vector::I128(y)) => x[i].cmp(&y[j]),
        (Vector::I64(x), Vector::I128(y)) => i128::from(x[i]).cmp(&y[j]),
        (Vector::I128(x), Vector::I64(y)) => x[i].cmp(&i128::from(y[j])),
        (Vector::F64(x), Vector::F64(y)) => float_key(x[i]).cmp(&float_key(y[j])),
        (Vector::Interval(x), Vector::Interval(y)) => x[i].compare(y[j]),
        (x, y) => x.str_bytes(i).cmp(y.str_bytes(j)),
    }
}

/// The order of two rows of kept columns; rows that tie keep their places.
pub(super) fn compare_rows(order: &[SortColumn], columns: &Store, a: u32, b: u32) -> Ordering {
    for key in order {
        let Some(column) = columns.column(key.slot) else {
            continue;
        };
        let (i, j) = (a as usize, b as usize);
        let ordering = match (column.is_null(i), column.is_null(j)) {
            (true, true) => Ordering::Equal,
            (true, false) if key.nulls_first => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, true) if key.nulls_first => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let ordering = compare_values(column, i, column, j);
                if key.descending {
                    ordering.reverse()
                } else {
                    ordering
                }
            }
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    a.cmp(&b)
}

/// The order of two entries.
#[inline]
pub(super) fn compare_entries(
    order: &[SortColumn],
    columns: &Store,
    a: Entry,
    b: Entry,
) -> Ordering {
    a.prefix
        .cmp(&b.prefix)
        .then_with(|| compare_rows(order, columns, a.row, b.row))
}

/// Sorts entries. One function for all operators, so that the sort is in the module once.
#[inline(never)]
pub(super) fn sort_entries(entries: &mut [Entry], order: &[SortColumn], columns: &Store) {
    entries.sort_unstable_by(|a, b| compare_entries(order, columns, *a, *b));
}

/// For each row a number that orders rows as the first key column does, as far as 64 bits tell.
pub(super) fn prefixes(order: &[SortColumn], columns: &[Arc<Column>], rows: usize) -> Vec<u64> {
    let Some(key) = order.first() else {
        return vec![0; rows];
    };
    let column = &columns[key.slot];
    let signed = |v: i64| (v as u64) ^ (1 << 63);
    let mut out: Vec<u64> = match &column.data {
        Vector::Bool(v) => v.iter().map(|b| u64::from(*b) << 32).collect(),
        Vector::I32(v) => v.iter().map(|x| signed(i64::from(*x) << 32)).collect(),
        Vector::I64(v) => v.iter().map(|x| signed(*x)).collect(),
        // Narrow and wide vectors of one column must agree: wide values are cut to what fits.
        Vector::I128(v) => v
            .iter()
            .map(|x| signed((*x).clamp(i64::MIN.into(), i64::MAX.into()) as i64))
            .collect(),
        Vector::F64(v) => v.iter().map(|x| signed(float_key(*x))).collect(),
        Vector::Interval(v) => v
            .iter()
            .map(|x| {
                signed((x.total_micros() >> 32).clamp(i64::MIN.into(), i64::MAX.into()) as i64)
            })
            .collect(),
        Vector::Dict { codes, values } => {
            let heads: Vec<u64> = (0..values.len()).map(|at| head(values.bytes(at))).collect();
            codes.iter().map(|code| heads[*code as usize]).collect()
        }
        Vector::Str(v) => (0..v.len()).map(|row| head(v.bytes(row))).collect(),
    };
    if key.descending {
        out.iter_mut().for_each(|prefix| *prefix = !*prefix);
    }
    // Values between the ends, so that NULLs have the ends for themselves.
    out.iter_mut()
        .for_each(|prefix| *prefix = (*prefix >> 1).clamp(1, (u64::MAX >> 1) - 1));
    if column.validity.is_some() {
        let null = if key.nulls_first { 0 } else { u64::MAX };
        for (row, prefix) in out.iter_mut().enumerate() {
            if column.is_null(row) {
                *prefix = null;
            }
        }
    }
    out
}

/// The first eight bytes as a number.
fn head(bytes: &[u8]) -> u64 {
    let mut head = [0; 8];
    let len = bytes.len().min(8);
    head[..len].copy_from_slice(&bytes[..len]);
    u64::from_be_bytes(head)
}
