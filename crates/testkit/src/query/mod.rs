//! Random SQL queries over given tables: valid for PostgreSQL, free of run-time errors, and with one right answer (a
//! LIMIT stands only over a complete order). Every part of the grammar is meant to meet NULLs, empty inputs and
//! duplicates of the tables.
//!
//! - [`scope`]: columns that an expression may refer to.
//! - [`expression`]: typed expressions and three-valued conditions.
//! - [`from`](mod@from): tables, derived tables and joins.
//! - [`select`]: SELECT, grouping, set operations, order, limits.
//! - [`partition`](mod@partition): a FROM clause and a condition that divides its rows.

mod expression;
mod from;
mod partition;
mod scope;
mod select;
#[cfg(test)]
mod tests;

use crate::{Database, Rng};
use scope::Column;

pub use partition::{Partition, partition};

/// What generated queries may contain.
#[derive(Debug, Clone, Copy)]
pub struct Features {
    /// Levels of subqueries and derived tables inside each other.
    pub depth: u32,
    /// Relations in one FROM at most, at least 1.
    pub relations: usize,
    /// LEFT, RIGHT and FULL joins.
    pub outer_joins: bool,
    /// GROUP BY, HAVING, aggregates, DISTINCT.
    pub grouping: bool,
    /// EXISTS, IN and scalar subqueries, correlated ones too.
    pub subqueries: bool,
    /// Derived tables and WITH.
    pub derived_tables: bool,
    /// UNION, INTERSECT, EXCEPT, with and without ALL.
    pub set_operations: bool,
    /// ORDER BY, LIMIT, OFFSET.
    pub order: bool,
}

impl Default for Features {
    /// Everything, two levels deep, at most three relations a FROM.
    fn default() -> Self {
        Self {
            depth: 2,
            relations: 3,
            outer_joins: true,
            grouping: true,
            subqueries: true,
            derived_tables: true,
            set_operations: true,
            order: true,
        }
    }
}

/// A generated query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The SQL text, without a semicolon.
    pub sql: String,
    /// The outermost ORDER BY names every column: the sequence of rows is determined, not only the bag.
    pub ordered: bool,
}

/// A random query over the tables of a database.
pub fn random(rng: &mut Rng, database: &Database, features: Features) -> Query {
    Generator::new(rng, database, features).statement()
}

struct Generator<'a> {
    rng: &'a mut Rng,
    database: &'a Database,
    features: Features,
    /// Aliases given so far: every alias of a query is another one, so that no name is ambiguous or hidden.
    names: u32,
    /// WITH queries: name and columns.
    ctes: Vec<(String, Vec<Column>)>,
}

impl<'a> Generator<'a> {
    fn new(rng: &'a mut Rng, database: &'a Database, features: Features) -> Self {
        Self {
            rng,
            database,
            features,
            names: 0,
            ctes: Vec::new(),
        }
    }

    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }
}
