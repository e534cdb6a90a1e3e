//! Tables and their statistics.

use crate::dto::schema::{
    ColumnSchema, ColumnStats, CommonValue, ForeignKeySchema, KeySchema, TableSchema,
};
use engine::Engine;
use plan::Catalog;

/// All tables, in order of creation.
pub fn tables(engine: &Engine) -> Vec<TableSchema> {
    let snapshot = engine.snapshot();
    snapshot
        .tables()
        .into_iter()
        .filter_map(|id| table(&*snapshot, id))
        .collect()
}

fn table(catalog: &dyn Catalog, id: types::TableId) -> Option<TableSchema> {
    let info = catalog.table(id)?;
    let stats = catalog.stats(id);
    let name = |at: &u32| info.columns[*at as usize].name.clone();
    let columns = info
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| ColumnSchema {
            name: column.name.clone(),
            r#type: column.ty.to_string(),
            nullable: column.nullable,
            stats: stats.as_ref().map(|s| column_stats(&s.columns[at])),
        });
    let foreign = info.foreign_keys.iter().filter_map(|key| {
        let other = catalog.table(key.table)?;
        Some(ForeignKeySchema {
            columns: key.columns.iter().map(name).collect(),
            table: other.name.clone(),
            referenced: key
                .referenced
                .iter()
                .map(|at| other.columns[*at as usize].name.clone())
                .collect(),
        })
    });
    Some(TableSchema {
        name: info.name.clone(),
        columns: columns.collect(),
        keys: info
            .keys
            .iter()
            .map(|key| KeySchema {
                name: key.name.clone(),
                columns: key.columns.iter().map(name).collect(),
                primary: key.primary,
            })
            .collect(),
        foreign_keys: foreign.collect(),
        rows: info.rows as f64,
        pages: info.pages as f64,
        analyzed: stats.is_some(),
    })
}

fn column_stats(stats: &plan::ColumnStats) -> ColumnStats {
    ColumnStats {
        distinct: stats.distinct,
        null_fraction: stats.null_fraction,
        min: stats.min.as_ref().map(ToString::to_string),
        max: stats.max.as_ref().map(ToString::to_string),
        most_common: stats
            .most_common
            .iter()
            .map(|(value, fraction)| CommonValue {
                value: value.to_string(),
                fraction: *fraction,
            })
            .collect(),
        histogram: stats.histogram.iter().map(ToString::to_string).collect(),
    }
}
