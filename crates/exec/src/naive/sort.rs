//! ORDER BY and LIMIT.

use super::key::compare;
use super::{NaiveError, Row, position};
use plan::SortKey;
use std::cmp::Ordering;
use types::ColId;

/// The rows sorted; rows equal on all keys keep their order.
pub fn sorted(rows: &[Row], columns: &[ColId], keys: &[SortKey]) -> Result<Vec<Row>, NaiveError> {
    let keys = keys
        .iter()
        .map(|key| Ok((position(columns, key.col)?, key)))
        .collect::<Result<Vec<(usize, &SortKey)>, NaiveError>>()?;
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| {
        keys.iter()
            .map(|(at, key)| order(&a[*at], &b[*at], key))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(rows)
}

fn order(a: &types::Value, b: &types::Value, key: &SortKey) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (false, false) if key.descending => compare(b, a),
        (false, false) => compare(a, b),
        (a, b) if key.nulls_first => b.cmp(&a),
        (a, b) => a.cmp(&b),
    }
}

/// The rows after `offset`, at most `limit`.
pub fn limited(rows: Vec<Row>, limit: Option<u64>, offset: u64) -> Vec<Row> {
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    rows.into_iter()
        .skip(count(offset))
        .take(count(limit.unwrap_or(u64::MAX)))
        .collect()
}
