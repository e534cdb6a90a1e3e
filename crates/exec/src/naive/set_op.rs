//! UNION, INTERSECT and EXCEPT by counting equal rows.

use super::env::Env;
use super::key::{Key, distinct};
use super::{Naive, NaiveError, Row, position};
use plan::{RelId, SetColumn, SetOpKind};
use std::collections::BTreeMap;

impl Naive<'_> {
    pub(super) fn set_op(
        &self,
        kind: SetOpKind,
        all: bool,
        columns: &[SetColumn],
        inputs: &[RelId],
        env: &Env<'_>,
    ) -> Result<Vec<Row>, NaiveError> {
        let mut branches = Vec::new();
        for (at, input) in inputs.iter().enumerate() {
            branches.push(self.branch(at, *input, columns, env)?);
        }
        if kind == SetOpKind::Union {
            let rows = branches.into_iter().flatten();
            return Ok(if all { rows.collect() } else { distinct(rows) });
        }
        let mut others = branches.into_iter();
        let first = others.next().unwrap_or_default();
        let mut counts: BTreeMap<Key, u64> = BTreeMap::new();
        for row in others.flatten() {
            *counts.entry(Key(row)).or_default() += 1;
        }
        // Each row of the first branch uses up one equal row of the second, with ALL; without, one stands for any number.
        let first = if all { first } else { distinct(first) };
        let mut kept = Vec::new();
        for row in first {
            let paired = match counts.get_mut(&Key(row.clone())) {
                Some(0) | None => false,
                Some(count) => {
                    *count -= u64::from(all);
                    true
                }
            };
            if paired == (kind == SetOpKind::Intersect) {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    /// The rows of a branch with the columns in the order of the output.
    fn branch(
        &self,
        at: usize,
        input: RelId,
        columns: &[SetColumn],
        env: &Env<'_>,
    ) -> Result<Vec<Row>, NaiveError> {
        let own = &self.arena.props(input).columns;
        let positions = columns
            .iter()
            .map(|c| position(own, c.inputs[at]))
            .collect::<Result<Vec<usize>, NaiveError>>()?;
        let rows = self.rows(input, env)?;
        Ok(rows
            .iter()
            .map(|row| positions.iter().map(|p| row[*p].clone()).collect())
            .collect())
    }
}
