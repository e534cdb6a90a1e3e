//! Physical plans, run by the vectorised operators over tables in memory.

use exec::naive::Row;
use exec::{ExecError, Execution, MemoryTables, Settings};
use plan::{Arena, RelId};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use testkit::Database;
use types::{Batch, Column};

/// The rows of a physical plan.
pub fn rows(arena: &Arena, physical: RelId, database: &Database) -> Result<Vec<Row>, ExecError> {
    let tables = Rc::new(tables(database));
    let mut run = Execution::new(arena, physical, tables, Settings::default(), Rc::new(()))?;
    let mut out = Vec::new();
    while let Some(batch) = at_once(run.next())? {
        for row in batch.selected() {
            let columns = batch.columns.iter().zip(run.columns());
            out.push(columns.map(|(c, (_, ty))| c.value(row, *ty)).collect());
        }
    }
    Ok(out)
}

/// Every table in batches of two rows, so that operators meet several.
fn tables(database: &Database) -> MemoryTables {
    let mut memory = MemoryTables::new();
    for info in database.infos() {
        let stored = database.rows(info.id);
        let batch = |rows: &[Row]| {
            let column = |at: usize| {
                let values = rows.iter().map(|row| &row[at]);
                Arc::new(Column::from_values(info.columns[at].ty, values))
            };
            Batch::new((0..info.columns.len()).map(column).collect(), rows.len())
        };
        memory.insert(info.id, stored.chunks(2).map(batch).collect());
    }
    memory
}

/// The value of a future that waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
