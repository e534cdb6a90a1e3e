//! A FROM clause with a condition over its columns: what tests by partitioning start from.

use super::scope::Scope;
use super::{Features, Generator};
use crate::{Database, Rng};

/// Rows, and a condition that is true, false or NULL of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// The FROM clause, without the word.
    pub from: String,
    /// Its columns as written in SQL.
    pub columns: Vec<String>,
    /// The condition.
    pub condition: String,
}

/// A random FROM clause and a condition over it.
pub fn partition(rng: &mut Rng, database: &Database, features: Features) -> Partition {
    let mut generator = Generator::new(rng, database, features);
    let (from, columns) = generator.from(&Scope::default());
    let scope = Scope {
        local: columns,
        ..Scope::default()
    };
    let condition = generator.condition(&scope, 2);
    Partition {
        from,
        columns: scope.local.into_iter().map(|c| c.text).collect(),
        condition,
    }
}
