//! Logical properties derived from below: output columns, free columns, keys, NOT NULL, equalities, row bounds.
//! Every expression of one memo group has the same ones. A fact is only claimed when it holds on every database that
//! satisfies the catalog's constraints.

mod aggregate;
mod derive;
mod join;
mod nulls;
mod set_op;

pub use derive::derive;
pub use join::matches_at_most_once;
pub use nulls::{never_null, null_rejected, strict_columns};

use crate::{Arena, ColSet, Func, Scalar, ScalarId};
use types::{ColId, DataType};

/// What holds of every result of a relational expression.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Props {
    /// Output columns, in order.
    pub columns: Vec<ColId>,
    /// The same as a set.
    pub output: ColSet,
    /// Columns it uses but does not make: those of an outer query.
    pub free: ColSet,
    /// Columns never NULL.
    pub not_null: ColSet,
    /// Sets of columns on which no two rows agree, NULLs counting as equal. The empty set: at most one row.
    pub keys: Vec<ColSet>,
    /// Columns equal to a constant on every row, with the literal.
    pub constants: Vec<(ColId, ScalarId)>,
    /// Pairs of columns that are equal and not NULL on every row.
    pub equal: Vec<(ColId, ColId)>,
    /// Rows at least.
    pub min_rows: u64,
    /// Rows at most; `None`: not known.
    pub max_rows: Option<u64>,
    /// An expression somewhere inside is volatile.
    pub volatile: bool,
}

/// Most keys kept of one expression: more help no rule.
const MAX_KEYS: usize = 8;

impl Props {
    /// Nothing is known but the columns.
    fn of_columns(columns: Vec<ColId>) -> Self {
        Self {
            output: columns.iter().copied().collect(),
            columns,
            ..Self::default()
        }
    }

    /// True when the columns hold a key: no two rows agree on all of them.
    pub fn has_key_in(&self, columns: &ColSet) -> bool {
        self.keys.iter().any(|key| key.is_subset(columns))
    }

    /// True for at most one row.
    pub fn at_most_one_row(&self) -> bool {
        self.max_rows.is_some_and(|n| n <= 1)
    }

    /// The constant a column is known to equal.
    pub fn constant(&self, col: ColId) -> Option<ScalarId> {
        self.constants
            .iter()
            .find(|(c, _)| *c == col)
            .map(|(_, v)| *v)
    }

    /// The columns known to equal `col`, itself included.
    pub fn equal_to(&self, col: ColId) -> ColSet {
        let mut set: ColSet = [col].into_iter().collect();
        loop {
            let before = set.len();
            for (a, b) in &self.equal {
                if set.contains(*a) || set.contains(*b) {
                    set.insert(*a);
                    set.insert(*b);
                }
            }
            if set.len() == before {
                return set;
            }
        }
    }

    fn add_key(&mut self, key: ColSet) {
        if self.keys.iter().any(|k| k.is_subset(&key)) {
            return;
        }
        self.keys.retain(|k| !key.is_subset(k));
        if self.keys.len() < MAX_KEYS {
            self.keys.push(key);
        }
    }

    fn limit_rows(&mut self, most: u64) {
        self.max_rows = Some(self.max_rows.map_or(most, |n| n.min(most)));
        self.min_rows = self.min_rows.min(most);
        if most <= 1 {
            self.keys = vec![ColSet::new()];
        }
    }

    /// Facts that a true conjunction adds: strict predicates make columns NOT NULL, equalities bind columns.
    fn assume(&mut self, arena: &Arena, conjuncts: &[ScalarId]) {
        for &conjunct in conjuncts {
            for col in null_rejected(arena, conjunct).iter() {
                if self.output.contains(col) {
                    self.not_null.insert(col);
                }
            }
            if let Scalar::Call(Func::Eq, args) = arena.get(conjunct) {
                match (arena.as_column(args[0]), arena.as_column(args[1])) {
                    (Some(a), Some(b))
                        if a != b && self.output.contains(a) && self.output.contains(b) =>
                    {
                        if !self.equal.contains(&(a, b)) {
                            self.equal.push((a, b));
                        }
                    }
                    (Some(a), None) if self.output.contains(a) => {
                        self.add_constant(arena, a, args[1])
                    }
                    (None, Some(b)) if self.output.contains(b) => {
                        self.add_constant(arena, b, args[0])
                    }
                    _ => {}
                }
            }
        }
    }

    fn add_constant(&mut self, arena: &Arena, col: ColId, value: ScalarId) {
        // A double equal to 0 may be -0, which is another value: equality does not make it the constant.
        if arena.column(col).ty != DataType::Float64
            && arena.as_literal(value).is_some_and(|v| !v.is_null())
            && self.constant(col).is_none()
        {
            self.constants.push((col, value));
            self.reduce_keys();
        }
    }

    /// A constant column adds nothing to a key.
    fn reduce_keys(&mut self) {
        if self.constants.is_empty() {
            return;
        }
        let constant: ColSet = self.constants.iter().map(|(c, _)| *c).collect();
        for key in std::mem::take(&mut self.keys) {
            let key = key.difference(&constant);
            if key.is_empty() {
                self.limit_rows(1);
            }
            self.add_key(key);
        }
    }
}
