//! Tables and their statistics.

dto! {
    /// A common value and its fraction of all rows.
    pub struct CommonValue {
        pub value: String,
        pub fraction: f64,
    }
    /// What ANALYZE found of a column.
    pub struct ColumnStats {
        pub distinct: f64,
        pub null_fraction: f64,
        pub min: Option<String>,
        pub max: Option<String>,
        pub most_common: Vec<CommonValue>,
        /// Bounds of an equi-depth histogram.
        pub histogram: Vec<String>,
    }
    /// A column of a table.
    pub struct ColumnSchema {
        pub name: String,
        pub r#type: String,
        pub nullable: bool,
        pub stats: Option<ColumnStats>,
    }
    /// A primary or unique key.
    pub struct KeySchema {
        pub name: String,
        pub columns: Vec<String>,
        pub primary: bool,
    }
    /// A foreign key.
    pub struct ForeignKeySchema {
        pub columns: Vec<String>,
        pub table: String,
        pub referenced: Vec<String>,
    }
    /// A table.
    pub struct TableSchema {
        pub name: String,
        pub columns: Vec<ColumnSchema>,
        pub keys: Vec<KeySchema>,
        pub foreign_keys: Vec<ForeignKeySchema>,
        pub rows: f64,
        pub pages: f64,
        pub analyzed: bool,
    }
}
