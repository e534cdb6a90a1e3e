//! Primary and unique keys kept in hash indexes, built from the heap when first needed.

use index::HashIndex;
use storage::RowId;
use types::{Batch, DataType, key};

/// A unique index over some columns of a table. Keys with a NULL are not in it: NULLs never equal.
pub struct UniqueIndex {
    columns: Vec<u32>,
    types: Vec<DataType>,
    index: HashIndex,
}

impl UniqueIndex {
    /// An empty index over the columns at these positions, of these types.
    pub fn new(columns: Vec<u32>, types: Vec<DataType>) -> Self {
        Self {
            columns,
            types,
            index: HashIndex::new(),
        }
    }

    /// The positions of its columns.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The encoded key of a row of a batch whose columns are all of the table's; `None` when part of it is NULL.
    pub fn key(&self, batch: &Batch, row: usize) -> Option<Vec<u8>> {
        self.encode(batch, row, |at| self.columns[at] as usize)
    }

    /// The same for a batch that holds just the key's columns.
    pub fn key_of_columns(&self, batch: &Batch, row: usize) -> Option<Vec<u8>> {
        self.encode(batch, row, |at| at)
    }

    fn encode(
        &self,
        batch: &Batch,
        row: usize,
        column: impl Fn(usize) -> usize,
    ) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(9 * self.columns.len());
        for (at, ty) in self.types.iter().enumerate() {
            let value = batch.columns[column(at)].value(row, *ty);
            if value.is_null() {
                return None;
            }
            key::encode(&value, false, false, &mut out);
        }
        Some(out)
    }

    /// True when the key is there.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.index.get(key).is_some()
    }

    /// Adds a key; false when it is there already.
    pub fn insert(&mut self, key: &[u8], row: RowId) -> bool {
        self.index.insert(key, row).is_ok()
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &[u8]) {
        self.index.remove(key);
    }
}
