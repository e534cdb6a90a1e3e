//! Rows into tables: NOT NULL and key checks, then the heap, then the indexes.

use crate::Error;
use crate::catalog::{Table, Tables, UniqueIndex};
use std::cell::RefCell;
use std::collections::HashSet;
use storage::{RowId, ScanOptions};
use types::{Batch, TableId};

/// Appends batches that have all columns of the table, in order and of their types. Every row is checked before the
/// first is stored; the caller rolls back on an error of the store.
pub async fn append(
    tables: &RefCell<Tables>,
    table: TableId,
    batches: &[Batch],
) -> Result<u64, Error> {
    check_not_null(&tables.borrow(), table, batches)?;
    build_indexes(tables, table).await?;
    check_unique(&tables.borrow(), table, batches)?;
    let heap = known(&tables.borrow(), table).heap.clone();
    let mut rows = 0;
    for batch in batches {
        let places = heap.append(batch).await?;
        let mut tables = tables.borrow_mut();
        let entry = tables
            .tables
            .get_mut(&table)
            .expect("the statement's table stays while it runs");
        for index in entry.unique.iter_mut().flatten() {
            for (row, place) in batch.selected().zip(&places) {
                if let Some(key) = index.key(batch, row) {
                    index.insert(&key, *place);
                }
            }
        }
        rows += places.len() as u64;
    }
    Ok(rows)
}

/// Deletes rows, and their keys from the indexes.
pub async fn delete(
    tables: &RefCell<Tables>,
    table: TableId,
    rows: &[RowId],
) -> Result<u64, Error> {
    let heap = known(&tables.borrow(), table).heap.clone();
    // Keys are read before the rows are gone.
    let keys: Vec<Vec<u32>> = known(&tables.borrow(), table)
        .unique
        .iter()
        .flatten()
        .map(|i| i.columns().to_vec())
        .collect();
    let mut dropped = Vec::new();
    for columns in &keys {
        let columns: Vec<usize> = columns.iter().map(|c| *c as usize).collect();
        dropped.push(heap.get(rows, &columns).await?);
    }
    let count = heap.delete(rows).await? as u64;
    let mut tables = tables.borrow_mut();
    let entry = tables
        .tables
        .get_mut(&table)
        .expect("the statement's table stays while it runs");
    for (index, batch) in entry.unique.iter_mut().flatten().zip(&dropped) {
        for row in batch.selected() {
            if let Some(key) = index.key_of_columns(batch, row) {
                index.remove(&key);
            }
        }
    }
    Ok(count)
}

fn known(tables: &Tables, table: TableId) -> &Table {
    tables
        .tables
        .get(&table)
        .expect("a bound statement names a table of its snapshot")
}

fn check_not_null(tables: &Tables, table: TableId, batches: &[Batch]) -> Result<(), Error> {
    let info = &known(tables, table).info;
    for (at, column) in info.columns.iter().enumerate().filter(|(_, c)| !c.nullable) {
        if batches
            .iter()
            .any(|b| b.selected().any(|row| b.columns[at].is_null(row)))
        {
            return Err(Error::NotNull {
                table: info.name.clone(),
                column: column.name.clone(),
            });
        }
    }
    Ok(())
}

fn check_unique(tables: &Tables, table: TableId, batches: &[Batch]) -> Result<(), Error> {
    let entry = known(tables, table);
    for (key, index) in entry.info.keys.iter().zip(&entry.unique) {
        let index = index.as_ref().expect("indexes were built before the check");
        let mut fresh: HashSet<Vec<u8>> = HashSet::new();
        for batch in batches {
            for row in batch.selected() {
                let Some(bytes) = index.key(batch, row) else {
                    continue;
                };
                if index.contains(&bytes) || !fresh.insert(bytes) {
                    let columns = key
                        .columns
                        .iter()
                        .map(|c| entry.info.columns[*c as usize].name.as_str());
                    let values = key.columns.iter().map(|c| {
                        let column = *c as usize;
                        batch.columns[column]
                            .value(row, entry.info.columns[column].ty)
                            .to_string()
                    });
                    let key_text = format!(
                        "({})=({})",
                        columns.collect::<Vec<_>>().join(", "),
                        values.collect::<Vec<_>>().join(", ")
                    );
                    return Err(Error::DuplicateKey {
                        constraint: key.name.clone(),
                        key: key_text,
                    });
                }
            }
        }
    }
    Ok(())
}

/// Builds the key indexes that are not there: for a new key, after opening a database, or after a rollback.
pub async fn build_indexes(tables: &RefCell<Tables>, table: TableId) -> Result<(), Error> {
    let (heap, missing) = {
        let tables = tables.borrow();
        let entry = known(&tables, table);
        let missing: Vec<(usize, Vec<u32>)> = (entry.info.keys.iter().enumerate())
            .filter(|(at, _)| entry.unique[*at].is_none())
            .map(|(at, key)| (at, key.columns.clone()))
            .collect();
        (entry.heap.clone(), missing)
    };
    for (at, columns) in missing {
        let types = columns.iter().map(|c| heap.schema()[*c as usize]).collect();
        let mut index = UniqueIndex::new(columns.clone(), types);
        let columns = columns.iter().map(|c| *c as usize).collect();
        let mut scan = heap.scan(ScanOptions {
            columns,
            row_ids: true,
            ..ScanOptions::default()
        });
        while let Some(found) = scan.next().await? {
            let places = found.row_ids.as_deref().unwrap_or_default();
            for row in found.batch.selected() {
                if let Some(key) = index.key_of_columns(&found.batch, row)
                    && !index.insert(&key, places[row])
                {
                    return Err(existing_duplicate(&tables.borrow(), table, at));
                }
            }
        }
        let mut tables = tables.borrow_mut();
        let entry = tables
            .tables
            .get_mut(&table)
            .expect("the statement's table stays while it runs");
        entry.unique[at] = Some(index);
    }
    Ok(())
}

/// Rows that were there before the key already repeat it.
fn existing_duplicate(tables: &Tables, table: TableId, at: usize) -> Error {
    let info = &known(tables, table).info;
    let key = &info.keys[at];
    let columns: Vec<&str> = key
        .columns
        .iter()
        .map(|c| info.columns[*c as usize].name.as_str())
        .collect();
    Error::DuplicateKey {
        constraint: key.name.clone(),
        key: format!("({})", columns.join(", ")),
    }
}
