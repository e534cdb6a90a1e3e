//! Statistics of tables and columns, as ANALYZE gathers them.

use types::Value;

/// Statistics of a table at the time of ANALYZE.
#[derive(Debug, Clone, PartialEq)]
pub struct TableStats {
    /// Rows.
    pub rows: f64,
    /// Heap pages.
    pub pages: f64,
    /// Counts ANALYZE runs: which snapshot an estimate used.
    pub version: u32,
    /// One entry a column.
    pub columns: Vec<ColumnStats>,
}

/// Statistics of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnStats {
    /// Fraction of rows that are NULL, 0 to 1.
    pub null_fraction: f64,
    /// Distinct values, NULL not counted.
    pub distinct: f64,
    /// Least value.
    pub min: Option<Value>,
    /// Greatest value.
    pub max: Option<Value>,
    /// Most common values and their fractions of all rows, most common first.
    pub most_common: Vec<(Value, f64)>,
    /// Bounds of an equi-depth histogram over the values that are not most common: n + 1 bounds of n buckets.
    pub histogram: Vec<Value>,
    /// Mean width of a value in bytes.
    pub width: f64,
}
