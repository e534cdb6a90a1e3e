//! Batches: the rows that flow between operators.

use crate::Column;
use std::sync::Arc;

/// Most rows a batch carries.
pub const BATCH_ROWS: usize = 2_048;

/// Up to [`BATCH_ROWS`] rows, column by column. Only the rows of `selection`, when there is one, belong to the
/// batch: a filter narrows the selection and copies nothing.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The columns, all of `rows` rows.
    pub columns: Vec<Arc<Column>>,
    /// Rows in each column (a batch may have no columns).
    pub rows: usize,
    /// Ascending indexes of the rows that count; `None` means all.
    pub selection: Option<Arc<Vec<u32>>>,
}

impl Batch {
    /// A batch of all rows of the columns.
    pub fn new(columns: Vec<Arc<Column>>, rows: usize) -> Self {
        debug_assert!(columns.iter().all(|c| c.len() == rows));
        Self {
            columns,
            rows,
            selection: None,
        }
    }

    /// Number of rows that count.
    pub fn len(&self) -> usize {
        self.selection.as_ref().map_or(self.rows, |s| s.len())
    }

    /// True when no row counts.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The indexes of the rows that count.
    pub fn selected(&self) -> impl Iterator<Item = usize> + '_ {
        let selection = self.selection.as_deref();
        (0..self.len()).map(move |i| selection.map_or(i, |s| s[i] as usize))
    }

    /// The same rows without a selection: columns copied when there was one.
    pub fn flatten(self) -> Self {
        match self.selection {
            None => self,
            Some(selection) => Self {
                columns: self
                    .columns
                    .iter()
                    .map(|c| Arc::new(c.gather(&selection)))
                    .collect(),
                rows: selection.len(),
                selection: None,
            },
        }
    }
}
