//! Sample data in the engine's tables.

use crate::statement::define;
use crate::{Engine, Error, load};
use data::{films, schema};
use plan::ColumnInfo;
use types::TableId;

/// Makes the film tables, fills them and gathers their statistics; all of it or nothing.
pub async fn load_films(engine: &Engine, size: films::Size, seed: u64) -> Result<(), Error> {
    let made = make_films(engine, size, seed).await;
    engine.finish(made).await
}

async fn make_films(engine: &Engine, size: films::Size, seed: u64) -> Result<(), Error> {
    let ids = create_tables(engine, films::SCHEMA).await?;
    for (id, table) in ids.iter().zip(films::tables(size, seed)) {
        load::append(&engine.tables, *id, &table.batches).await?;
    }
    define::analyze(engine, &ids).await
}

/// Makes the tables of a schema of the sample data, as running its text does, without the way through the parser.
async fn create_tables(engine: &Engine, text: &str) -> Result<Vec<TableId>, Error> {
    let mut ids = Vec::new();
    for table in schema::tables(text) {
        let mut create = sql::CreateTable::new(table.name.into());
        create.columns = (table.columns.iter())
            .map(|column| ColumnInfo {
                name: column.name.into(),
                ty: column.ty,
                nullable: !column.not_null,
            })
            .collect();
        if !table.primary_key.is_empty() {
            create.add_key(None, ordinals(&create.columns, &table.primary_key), true);
        }
        for key in &table.foreign_keys {
            let columns = ordinals(&create.columns, &key.columns);
            if key.table == table.name {
                let referenced = ordinals(&create.columns, &key.referenced);
                create.add_foreign_key(None, columns, None, referenced);
            } else {
                let other = engine.find(key.table)?;
                let referenced = {
                    let tables = engine.tables.borrow();
                    ordinals(&tables.tables[&other].info.columns, &key.referenced)
                };
                create.add_foreign_key(None, columns, Some(other), referenced);
            }
        }
        ids.push(define::add_table(engine, create).await?);
    }
    Ok(ids)
}

/// The positions of the columns of these names.
fn ordinals(columns: &[ColumnInfo], names: &[&str]) -> Vec<u32> {
    let position = |name: &&str| columns.iter().position(|c| c.name == *name);
    (names.iter().filter_map(position))
        .map(|at| at as u32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Context};
    use storage::block_on;

    #[test]
    fn a_schema_makes_the_tables_that_its_text_makes() {
        for text in [films::SCHEMA, data::tpch::SCHEMA] {
            let new = || block_on(Engine::in_memory(Config::default())).unwrap();
            let (read, parsed) = (new(), new());
            block_on(create_tables(&read, text)).unwrap();
            block_on(parsed.run_all(text, &Context::default())).unwrap();
            assert_eq!(read.tables(), parsed.tables());
            assert_eq!(read.tables().len(), 8);
        }
    }

    #[test]
    fn films_that_cannot_be_made_leave_nothing() {
        let engine = block_on(Engine::in_memory(Config::default())).unwrap();
        let context = Context::default();
        block_on(engine.run_all("create table rating (x integer)", &context)).unwrap();
        let error = block_on(load_films(&engine, films::Size::Small, 1)).unwrap_err();
        assert!(matches!(error, Error::TableExists { name } if name == "rating"));
        let names: Vec<String> = engine.tables().into_iter().map(|t| t.name).collect();
        assert_eq!(names, ["rating"]);
    }
}
