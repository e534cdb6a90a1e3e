//! Rows on their way into pages: columns checked against the schema, long strings already in overflow pages.

use super::page::OVERFLOW;
use crate::error::{Result, StorageError};
use crate::hashing::Fast;
use crate::page::PageId;
use std::collections::HashMap;
use std::sync::Arc;
use types::data_type::Layout;
use types::{Batch, Column, DataType, Vector};

/// Rows to write.
pub(super) struct Source {
    pub(super) rows: usize,
    pub(super) columns: Vec<SourceColumn>,
}

/// One column of them.
pub(super) struct SourceColumn {
    pub(super) column: Arc<Column>,
    /// Rows whose string lies in overflow pages: the first page, and the string's length.
    pub(super) overflow: HashMap<u32, (PageId, u32), Fast>,
}

/// A string to write.
pub(super) enum Text<'a> {
    /// Into the page.
    Inline(&'a [u8]),
    /// It is in overflow pages already.
    Overflow(PageId, u32),
}

impl Source {
    /// The rows of a batch that count; fails unless they fit the schema.
    pub(super) fn new(batch: &Batch, schema: &[DataType]) -> Result<Self> {
        let mismatch = |message: String| Err(StorageError::SchemaMismatch { message });
        if batch.columns.len() != schema.len() {
            return mismatch(format!(
                "a heap of {} columns was given {}",
                schema.len(),
                batch.columns.len()
            ));
        }
        let batch = batch.clone().flatten();
        let mut columns = Vec::with_capacity(schema.len());
        for (at, (column, ty)) in batch.columns.into_iter().zip(schema).enumerate() {
            if column.len() != batch.rows {
                return mismatch(format!(
                    "column {at} has {} rows, its batch {}",
                    column.len(),
                    batch.rows
                ));
            }
            if !fits(&column, *ty) {
                return mismatch(format!("column {at} does not hold values of type {ty}"));
            }
            columns.push(SourceColumn::new(column));
        }
        Ok(Self {
            rows: batch.rows,
            columns,
        })
    }
}

/// True when the column's vector can be written to a column of the type.
fn fits(column: &Column, ty: DataType) -> bool {
    match (&column.data, ty.layout()) {
        (Vector::I128(values), Layout::I64) => values
            .iter()
            .enumerate()
            .all(|(row, &value)| column.is_null(row) || i64::try_from(value).is_ok()),
        (Vector::Str(_) | Vector::Dict { .. }, Layout::Str) => {
            (0..column.len()).all(|row| column.data.str_bytes(row).len() < OVERFLOW as usize)
        }
        (Vector::Bool(_), Layout::Bool)
        | (Vector::I32(_), Layout::I32)
        | (Vector::I64(_), Layout::I64 | Layout::I128)
        | (Vector::I128(_), Layout::I128)
        | (Vector::F64(_), Layout::F64)
        | (Vector::Interval(_), Layout::Interval) => true,
        _ => false,
    }
}

impl SourceColumn {
    pub(super) fn new(column: Arc<Column>) -> Self {
        Self {
            column,
            overflow: HashMap::default(),
        }
    }

    /// The string of a row; `None` for NULL. The column holds strings.
    #[inline]
    pub(super) fn text(&self, row: usize) -> Option<Text<'_>> {
        if self.column.is_null(row) {
            return None;
        }
        if !self.overflow.is_empty()
            && let Some(&(first, len)) = self.overflow.get(&(row as u32))
        {
            return Some(Text::Overflow(first, len));
        }
        Some(Text::Inline(self.column.data.str_bytes(row)))
    }
}
