//! A cost is a short sum of terms: how much of which work.

use super::constants::{Constants, Work};
use crate::stats::number;

/// Most terms an operator has.
const MAX_TERMS: usize = 6;

/// An operator's own cost: amounts of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    items: [(Work, f64); MAX_TERMS],
    len: usize,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            items: [(Work::Row, 0.0); MAX_TERMS],
            len: 0,
        }
    }
}

impl Terms {
    /// The same with more work. Nothing of a kind is no term.
    pub fn and(mut self, work: Work, amount: f64) -> Self {
        if amount > 0.0 {
            assert!(self.len < MAX_TERMS, "an operator has few cost terms");
            self.items[self.len] = (work, amount);
            self.len += 1;
        }
        self
    }

    /// The work, kind by kind.
    pub fn items(&self) -> &[(Work, f64)] {
        &self.items[..self.len]
    }

    /// The cost in nanoseconds.
    pub fn total(&self, constants: &Constants) -> f64 {
        self.items()
            .iter()
            .map(|(work, amount)| amount * constants.nanos(*work))
            .sum()
    }

    /// The terms to read.
    pub fn describe(&self, constants: &Constants) -> Vec<CostTerm> {
        self.items()
            .iter()
            .map(|(work, amount)| CostTerm {
                name: work.name(),
                value: amount * constants.nanos(*work),
                unit: "ns",
                formula: format!(
                    "{} {} × {} ns",
                    number(*amount),
                    work.unit(),
                    number(constants.nanos(*work))
                ),
            })
            .collect()
    }
}

/// A term of a cost, to read.
#[derive(Debug, Clone, PartialEq)]
pub struct CostTerm {
    /// The kind of work.
    pub name: &'static str,
    /// Its part of the cost.
    pub value: f64,
    /// The unit of the value.
    pub unit: &'static str,
    /// Amount and constant.
    pub formula: String,
}
