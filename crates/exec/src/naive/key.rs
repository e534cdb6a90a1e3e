//! Rows under the equality that grouping, DISTINCT and set operations use: NULL equals NULL, -0 equals 0, an interval
//! of a month equals one of 30 days.

use super::Row;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use types::Value;

/// A row that is ordered and equal as SQL has it, NULL first.
#[derive(Debug, Clone)]
pub struct Key(pub Row);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let pairs = self.0.iter().zip(&other.0);
        pairs
            .map(|(a, b)| compare(a, b))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| self.0.len().cmp(&other.0.len()))
    }
}

/// The order of two values of one column, NULL first.
pub fn compare(a: &Value, b: &Value) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (false, false) => a
            .compare(b)
            .expect("the values of one column are of one type"),
        (a, b) => b.cmp(&a),
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

/// The first of each set of equal rows, in order.
pub fn distinct(rows: impl IntoIterator<Item = Row>) -> Vec<Row> {
    let mut seen = BTreeSet::new();
    rows.into_iter()
        .filter(|row| seen.insert(Key(row.clone())))
        .collect()
}
