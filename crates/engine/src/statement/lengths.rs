//! Rows on their way into `varchar(n)` and `char(n)` columns: what is too long by more than blanks is refused, blanks
//! past the length are cut, and `char(n)` keeps no blanks at its end.

use crate::{Engine, Error};
use std::sync::Arc;
use types::{Batch, Column, DataType, TableId, Value};

/// The batches, whose columns are those of the table, with every text as its column keeps it.
pub fn fitted(engine: &Engine, table: TableId, batches: Vec<Batch>) -> Result<Vec<Batch>, Error> {
    let types = match engine.tables.borrow().tables.get(&table) {
        Some(entry) => entry.types(),
        None => return Ok(batches),
    };
    let limited: Vec<(usize, DataType)> = types
        .into_iter()
        .enumerate()
        .filter(|(_, ty)| matches!(ty, DataType::Varchar(_) | DataType::Char(_)))
        .collect();
    batches
        .into_iter()
        .map(|batch| {
            let mut batch = batch.flatten();
            for (at, ty) in &limited {
                if let Some(column) = changed(&batch.columns[*at], *ty)? {
                    batch.columns[*at] = Arc::new(column);
                }
            }
            Ok(batch)
        })
        .collect()
}

/// The column with its texts cut, when there is anything to cut.
fn changed(column: &Column, ty: DataType) -> Result<Option<Column>, Error> {
    let (DataType::Varchar(length) | DataType::Char(length)) = ty else {
        return Ok(None);
    };
    let blanks = matches!(ty, DataType::Char(_));
    let fits = |row: usize| {
        // No more bytes than characters allowed is surely no more characters.
        let text = column.data.str_bytes(row);
        column.is_null(row) || (text.len() <= length as usize && !(blanks && text.ends_with(b" ")))
    };
    if (0..column.len()).all(fits) {
        return Ok(None);
    }
    let mut values = Vec::with_capacity(column.len());
    for row in 0..column.len() {
        values.push(match column.value(row, DataType::Text) {
            Value::Text(text) => Value::parse(&text, ty)?,
            other => other,
        });
    }
    Ok(Some(Column::from_values(ty, &values)))
}
