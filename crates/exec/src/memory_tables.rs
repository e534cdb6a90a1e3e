//! Tables kept as batches in memory: for tests, and for rows that never touch pages.

use crate::{CursorStep, ExecError, Result, ScanRequest, TableCursor, TableSource};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use types::{Batch, Column, TableId, Vector};

/// Table rows out of batches. Row ids count rows from 0.
#[derive(Default, Clone)]
pub struct MemoryTables {
    tables: HashMap<TableId, Rc<Vec<Batch>>>,
}

impl MemoryTables {
    /// No tables yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a table, or replaces the rows it had. Each batch has all columns of the table.
    pub fn insert(&mut self, table: TableId, batches: Vec<Batch>) {
        self.tables.insert(table, Rc::new(batches));
    }
}

impl TableSource for MemoryTables {
    fn scan(&self, table: TableId, request: ScanRequest) -> Result<Box<dyn TableCursor>> {
        let batches = self
            .tables
            .get(&table)
            .cloned()
            .ok_or_else(|| ExecError::Internal(format!("table {} has no rows", table.0)))?;
        Ok(Box::new(MemoryCursor {
            batches,
            columns: request.columns,
            next: 0,
            first_row: 0,
        }))
    }
}

struct MemoryCursor {
    batches: Rc<Vec<Batch>>,
    columns: Vec<u32>,
    next: usize,
    first_row: i64,
}

impl TableCursor for MemoryCursor {
    fn step(&mut self) -> Result<CursorStep> {
        let Some(batch) = self.batches.get(self.next) else {
            return Ok(CursorStep::End);
        };
        self.next += 1;
        let first = self.first_row;
        self.first_row += batch.rows as i64;
        let columns = self
            .columns
            .iter()
            .map(|column| {
                if *column == plan::ROW_ID {
                    let ids = (first..first + batch.rows as i64).collect();
                    Arc::new(Column::new(Vector::I64(ids)))
                } else {
                    batch.columns[*column as usize].clone()
                }
            })
            .collect();
        Ok(CursorStep::Batch(Batch {
            columns,
            rows: batch.rows,
            selection: batch.selection.clone(),
        }))
    }
}
