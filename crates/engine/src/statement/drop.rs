//! DROP of tables and views. What others depend on stays, unless CASCADE takes those with it. The caller commits or
//! rolls back.
//!
//! A view is kept as text, so what it depends on is what it takes to bind it: after the drop every other view must
//! still bind.

use crate::{Engine, Error};
use plan::Arena;
use types::TableId;

/// Drops tables; with `cascade` the foreign keys that refer to them and the views that read them go, too.
pub async fn tables(engine: &Engine, dropped: &[TableId], cascade: bool) -> Result<(), Error> {
    let mut names = Vec::new();
    for id in dropped {
        let root = {
            let mut tables = engine.tables.borrow_mut();
            let Some(table) = tables.tables.get(id) else {
                continue;
            };
            let (name, root) = (table.info.name.clone(), table.heap_root());
            let referring = tables
                .tables
                .values_mut()
                .filter(|t| !dropped.contains(&t.info.id));
            for other in referring {
                let keys = &mut other.info.foreign_keys;
                if !cascade && keys.iter().any(|key| key.table == *id) {
                    let message = format!(
                        "cannot drop table \"{name}\" because a foreign key of table \"{}\" refers to it",
                        other.info.name
                    );
                    return Err(Error::DependentObjects { message });
                }
                keys.retain(|key| key.table != *id);
            }
            names.push(name);
            root
        };
        engine.database.drop_heap(root).await?;
        let mut tables = engine.tables.borrow_mut();
        tables.tables.remove(id);
        tables.indexes.retain(|_, table| table != id);
    }
    without_broken_views(engine, &names, cascade)
}

/// Drops views; with `cascade` the views that read them go, too.
pub fn views(engine: &Engine, names: &[String], cascade: bool) -> Result<(), Error> {
    for name in names {
        engine.tables.borrow_mut().views.remove(name);
    }
    without_broken_views(engine, names, cascade)
}

/// Drops the views that no longer bind, or refuses the statement because of one.
fn without_broken_views(engine: &Engine, dropped: &[String], cascade: bool) -> Result<(), Error> {
    while let Some(view) = broken_view(engine)? {
        if !cascade {
            let message = format!(
                "cannot drop \"{}\" because view \"{view}\" depends on it",
                dropped.join("\", \"")
            );
            return Err(Error::DependentObjects { message });
        }
        engine.tables.borrow_mut().views.remove(&view);
    }
    Ok(())
}

/// The first view, in order of name, that does not bind.
fn broken_view(engine: &Engine) -> Result<Option<String>, Error> {
    let snapshot = engine.snapshot();
    let names: Vec<String> = engine.tables.borrow().views.keys().cloned().collect();
    for name in names {
        let query = format!("SELECT * FROM \"{}\"", name.replace('"', "\"\""));
        for parsed in sql::parse(&query)? {
            let mut arena = Arena::new(snapshot.clone());
            if sql::bind_with_views(&mut arena, &parsed, &*snapshot).is_err() {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}
