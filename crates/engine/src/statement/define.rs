//! CREATE of tables, views and indexes, ANALYZE. The caller commits or rolls back.

use crate::analyze::analyze as gather;
use crate::catalog::Table;
use crate::query::{self, Phases};
use crate::{Context, Engine, Error, load};
use plan::{Arena, ForeignKey, KeyInfo, TableInfo};
use std::sync::Arc;
use types::TableId;

/// Makes a table; the number of rows when they came from a query.
pub async fn create_table(
    engine: &Engine,
    arena: &mut Arena,
    create: sql::CreateTable,
    context: &Context,
    phases: &mut Phases,
) -> Result<Option<u64>, Error> {
    if create.if_not_exists && engine.tables.borrow().has_relation(&create.name) {
        return Ok(None);
    }
    let rows = match &create.source {
        Some(source) => Some(
            query::run(engine, arena, source, context, phases)
                .await?
                .batches,
        ),
        None => None,
    };
    let id = add_table(engine, create).await?;
    match rows {
        Some(batches) => load::append(&engine.tables, id, &batches).await.map(Some),
        None => Ok(None),
    }
}

/// Makes a table without rows.
pub async fn add_table(engine: &Engine, create: sql::CreateTable) -> Result<TableId, Error> {
    if engine.tables.borrow().has_relation(&create.name) {
        return Err(Error::TableExists { name: create.name });
    }
    let types: Vec<_> = create.columns.iter().map(|c| c.ty).collect();
    let heap = engine.database.create_heap(&types).await?;
    let mut tables = engine.tables.borrow_mut();
    let id = TableId(tables.next_table);
    tables.next_table += 1;
    let foreign_keys = create
        .foreign_keys
        .into_iter()
        .map(|key| ForeignKey {
            name: key.name,
            columns: key.columns,
            table: key.table.unwrap_or(id),
            referenced: key.referenced,
        })
        .collect();
    let unique = create.keys.iter().map(|_| None).collect();
    let info = TableInfo {
        id,
        name: create.name,
        columns: create.columns,
        keys: create.keys,
        foreign_keys,
        rows: 0,
        pages: 0,
    };
    tables.tables.insert(
        id,
        Table {
            info,
            heap,
            stats: None,
            unique,
        },
    );
    Ok(id)
}

/// Keeps a view's text.
pub fn create_view(engine: &Engine, view: sql::CreateView) -> Result<(), Error> {
    let mut tables = engine.tables.borrow_mut();
    let replaced = view.or_replace && tables.views.contains_key(&view.name);
    if tables.has_relation(&view.name) && !replaced {
        return Err(Error::TableExists { name: view.name });
    }
    tables.views.insert(
        view.name,
        sql::View {
            columns: view.columns,
            sql: view.sql,
        },
    );
    Ok(())
}

/// Gathers statistics of the tables.
pub async fn analyze(engine: &Engine, ids: &[TableId]) -> Result<(), Error> {
    let version = {
        let mut tables = engine.tables.borrow_mut();
        tables.stats_version += 1;
        tables.stats_version
    };
    for id in ids {
        let (heap, types) = {
            let tables = engine.tables.borrow();
            let Some(table) = tables.tables.get(id) else {
                continue;
            };
            (table.heap.clone(), table.types())
        };
        let stats = Arc::new(gather(&heap, &types, version).await?);
        if let Some(table) = engine.tables.borrow_mut().tables.get_mut(id) {
            table.stats = Some(stats);
        }
    }
    Ok(())
}

/// Remembers an index; a unique one becomes a key of its table once its rows are known to satisfy it.
pub async fn create_index(engine: &Engine, create: sql::CreateIndex) -> Result<(), Error> {
    {
        let mut tables = engine.tables.borrow_mut();
        if tables.has_relation(&create.name) {
            return if create.if_not_exists {
                Ok(())
            } else {
                Err(Error::TableExists { name: create.name })
            };
        }
        tables.indexes.insert(create.name.clone(), create.table);
        if !create.unique {
            return Ok(());
        }
        let Some(entry) = tables.tables.get_mut(&create.table) else {
            return Ok(());
        };
        let columns = create.columns.iter().map(|(column, _)| *column).collect();
        entry.info.keys.push(KeyInfo {
            name: create.name,
            columns,
            primary: false,
        });
        entry.unique.push(None);
    }
    load::build_indexes(&engine.tables, create.table).await
}

/// Forgets indexes, and the keys that unique ones made.
pub fn drop_indexes(engine: &Engine, names: &[String], if_exists: bool) -> Result<(), Error> {
    let mut tables = engine.tables.borrow_mut();
    for name in names {
        let Some(table) = tables.indexes.remove(name) else {
            let of_key = tables
                .tables
                .values()
                .any(|t| t.info.keys.iter().any(|key| key.name == *name));
            if of_key {
                let message = format!(
                    "cannot drop index \"{name}\" because a constraint of that name requires it"
                );
                return Err(Error::DependentObjects { message });
            }
            if if_exists {
                continue;
            }
            return Err(Error::NoSuchIndex { name: name.clone() });
        };
        if let Some(entry) = tables.tables.get_mut(&table)
            && let Some(at) = entry
                .info
                .keys
                .iter()
                .position(|k| k.name == *name && !k.primary)
        {
            entry.info.keys.remove(at);
            entry.unique.remove(at);
        }
    }
    Ok(())
}
