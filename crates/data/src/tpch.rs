//! The schema of TPC-H (TPC Benchmark H, Standard Specification, section 1.4). Fixed-length text is `varchar`, since the
//! generator does not pad it.

/// `CREATE TABLE` statements with primary and foreign keys, in an order in which the tables can be loaded.
pub const SCHEMA: &str = include_str!("tpch/schema.sql");

/// The tables in the order of [`SCHEMA`].
pub const TABLES: [&str; 8] = [
    "region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn every_table_has_its_columns() {
        let widths = TABLES.map(|table| schema::columns(SCHEMA, table).len());
        assert_eq!(widths, [3, 4, 7, 8, 9, 5, 9, 16]);
        assert!(schema::tables(SCHEMA).iter().map(|t| t.name).eq(TABLES));
    }
}
