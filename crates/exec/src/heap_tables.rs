//! Tables kept in storage heaps.

use crate::{
    ColumnRange, CursorStep, ExecError, LocalFuture, Result, ScanRequest, TableCursor, TableSource,
};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use storage::{Heap, HeapBatch, HeapScan, RowId, ScanOptions, ScanStep};
use types::{Batch, Column, TableId, Vector};

/// Table rows out of storage heaps.
#[derive(Default, Clone)]
pub struct HeapTables {
    heaps: HashMap<TableId, Rc<Heap>>,
}

impl HeapTables {
    /// No tables yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a table, or replaces the heap it had.
    pub fn insert(&mut self, table: TableId, heap: Rc<Heap>) {
        self.heaps.insert(table, heap);
    }
}

impl TableSource for HeapTables {
    fn scan(&self, table: TableId, request: ScanRequest) -> Result<Box<dyn TableCursor>> {
        let heap = self
            .heaps
            .get(&table)
            .ok_or_else(|| ExecError::Internal(format!("table {} has no heap", table.0)))?;
        let row_id_at = request.columns.iter().position(|c| *c == plan::ROW_ID);
        let ranges = request.ranges;
        let scan = heap.scan(ScanOptions {
            columns: request
                .columns
                .iter()
                .filter(|c| **c != plan::ROW_ID)
                .map(|c| *c as usize)
                .collect(),
            row_ids: row_id_at.is_some(),
            keep: (!ranges.is_empty())
                .then(|| Rc::new(move |zones: &storage::ZoneMap| keeps(&ranges, zones)) as _),
        });
        Ok(Box::new(HeapCursor { scan, row_id_at }))
    }
}

/// A page is worth reading when each range meets its column's bounds.
fn keeps(ranges: &[ColumnRange], zones: &storage::ZoneMap) -> bool {
    ranges.iter().all(|range| {
        zones
            .columns
            .get(range.ordinal as usize)
            .is_none_or(|zone| {
                zone.bounds
                    .may_hold_between(range.low.as_ref(), range.high.as_ref(), range.ty)
            })
    })
}

struct HeapCursor {
    scan: HeapScan,
    row_id_at: Option<usize>,
}

impl HeapCursor {
    fn batch(&self, rows: HeapBatch) -> Batch {
        let mut batch = rows.batch;
        if let (Some(at), Some(ids)) = (self.row_id_at, rows.row_ids) {
            let packed = ids.into_iter().map(RowId::pack).collect();
            let column = Arc::new(Column::new(Vector::I64(packed)));
            batch.columns.insert(at, column);
        }
        batch
    }
}

impl TableCursor for HeapCursor {
    fn step(&mut self) -> Result<CursorStep> {
        Ok(match self.scan.step()? {
            ScanStep::Batch(rows) => CursorStep::Batch(self.batch(rows)),
            ScanStep::Wait => CursorStep::Wait,
            ScanStep::End => CursorStep::End,
        })
    }

    fn fetch(&mut self) -> LocalFuture<'_, Result<()>> {
        Box::pin(async move { Ok(self.scan.fetch().await?) })
    }

    fn pages(&self) -> (u64, u64) {
        (self.scan.pages_read(), self.scan.pages_pruned())
    }
}
