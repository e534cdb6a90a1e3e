//! INSERT, DELETE, UPDATE, TRUNCATE. The caller commits or rolls back.

use super::lengths;
use crate::query::{self, Phases};
use crate::{Context, Engine, Error, load};
use plan::Arena;
use std::collections::HashSet;
use storage::RowId;
use types::{Batch, DataType, TableId, Value};

/// Rows of a query into a table.
pub async fn insert(
    engine: &Engine,
    arena: &mut Arena,
    insert: &sql::Insert,
    context: &Context,
    phases: &mut Phases,
) -> Result<u64, Error> {
    let result = query::run(engine, arena, &insert.source, context, phases).await?;
    let batches = lengths::fitted(engine, insert.table, result.batches)?;
    load::append(&engine.tables, insert.table, &batches).await
}

/// The rows whose ids a query gives.
pub async fn delete(
    engine: &Engine,
    arena: &mut Arena,
    delete: &sql::Delete,
    context: &Context,
    phases: &mut Phases,
) -> Result<u64, Error> {
    let result = query::run(engine, arena, &delete.rows, context, phases).await?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for batch in &result.batches {
        for row in batch.selected() {
            if let Some(id) = row_id(batch, row).filter(|id| seen.insert(*id)) {
                rows.push(RowId::unpack(id));
            }
        }
    }
    load::delete(&engine.tables, delete.table, &rows).await
}

/// Deletes the rows and appends their new versions.
pub async fn update(
    engine: &Engine,
    arena: &mut Arena,
    update: &sql::Update,
    context: &Context,
    phases: &mut Phases,
) -> Result<u64, Error> {
    let result = query::run(engine, arena, &update.rows, context, phases).await?;
    let mut seen = HashSet::new();
    let (mut rows, mut batches) = (Vec::new(), Vec::new());
    for batch in result.batches {
        let mut kept: Vec<u32> = Vec::new();
        for row in batch.selected() {
            if let Some(id) = row_id(&batch, row).filter(|id| seen.insert(*id)) {
                rows.push(RowId::unpack(id));
                kept.push(row as u32);
            }
        }
        let columns = batch.columns[1..]
            .iter()
            .map(|c| c.gather(&kept).into())
            .collect();
        batches.push(Batch::new(columns, kept.len()));
    }
    let batches = lengths::fitted(engine, update.table, batches)?;
    // The old rows go first, so that a row may keep its key.
    let count = load::delete(&engine.tables, update.table, &rows).await?;
    load::append(&engine.tables, update.table, &batches).await?;
    Ok(count)
}

fn row_id(batch: &Batch, row: usize) -> Option<i64> {
    match batch.columns[0].value(row, DataType::Int64) {
        Value::Int64(id) => Some(id),
        _ => None,
    }
}

/// All rows of the tables.
pub async fn truncate(engine: &Engine, tables: &[TableId]) -> Result<(), Error> {
    for table in tables {
        let heap = engine.tables.borrow().tables[table].heap.clone();
        heap.truncate().await?;
        let mut tables = engine.tables.borrow_mut();
        if let Some(entry) = tables.tables.get_mut(table) {
            entry.unique.iter_mut().for_each(|index| *index = None);
        }
    }
    Ok(())
}
