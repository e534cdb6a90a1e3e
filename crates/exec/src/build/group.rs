//! Grouping.

use super::{Builder, Made, positions};
use crate::Result;
use crate::aggregate::AggregationPlan;
use crate::keys::KeyColumn;
use crate::operators::{HashAggregate, Node, StreamAggregate};
use plan::{AggItem, ColSet, RelId, SetColumn};
use std::collections::VecDeque;
use types::ColId;

/// The parts that both ways of grouping have.
struct Parts {
    input: Made,
    /// Slots of the keys.
    keys: Vec<usize>,
    keep: Vec<usize>,
    plan: AggregationPlan,
    columns: Vec<ColId>,
}

impl Builder<'_> {
    /// A grouping column, NULLs equal.
    fn key_column(&self, col: ColId, not_null: &ColSet) -> KeyColumn {
        KeyColumn {
            ty: self.arena.column(col).ty,
            nullable: !not_null.contains(col),
            nulls_equal: true,
        }
    }

    /// A column of a set operation, NULLs equal.
    pub(super) fn set_column(&self, column: &SetColumn, inputs: &[RelId]) -> KeyColumn {
        let mut sides = column.inputs.iter().zip(inputs);
        KeyColumn {
            ty: self.arena.column(column.col).ty,
            nullable: sides.any(|(col, rel)| !self.arena.props(*rel).not_null.contains(*col)),
            nulls_equal: true,
        }
    }

    fn group_parts(
        &mut self,
        input: RelId,
        keys: &[ColId],
        aggs: &[AggItem],
        needed: &ColSet,
    ) -> Result<Parts> {
        let aggs: Vec<AggItem> = aggs
            .iter()
            .filter(|a| needed.contains(a.col))
            .copied()
            .collect();
        let mut read: ColSet = keys.iter().copied().collect();
        for id in aggs.iter().flat_map(|a| a.arg.into_iter().chain(a.filter)) {
            read.extend_with(self.arena.columns_of(id));
        }
        let made = self.make(input, &read)?;
        let props = self.arena.props(input);
        let mut compiler = self.compiler(&made.columns);
        let plan = AggregationPlan::new(self.arena, &aggs, props, &mut compiler)?;
        let keep: Vec<usize> = (0..keys.len())
            .filter(|at| needed.contains(keys[*at]))
            .collect();
        let columns = keep
            .iter()
            .map(|at| keys[*at])
            .chain(aggs.iter().map(|a| a.col));
        Ok(Parts {
            keys: positions(keys, &made.columns)?,
            columns: columns.collect(),
            input: made,
            keep,
            plan,
        })
    }

    pub(super) fn hash_aggregate(
        &mut self,
        input: RelId,
        keys: &[ColId],
        aggs: &[AggItem],
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        let parts = self.group_parts(input, keys, aggs, needed)?;
        let not_null = &self.arena.props(input).not_null;
        let key_columns = keys.iter().map(|key| self.key_column(*key, not_null));
        let operator = HashAggregate {
            key_columns: key_columns.collect(),
            input: parts.input.node,
            keys: parts.keys,
            keep: parts.keep,
            plan: parts.plan,
            at,
            result: None,
        };
        Ok(Made {
            node: Node::new(operator, at),
            columns: parts.columns,
        })
    }

    pub(super) fn stream_aggregate(
        &mut self,
        input: RelId,
        keys: &[ColId],
        aggs: &[AggItem],
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        let parts = self.group_parts(input, keys, aggs, needed)?;
        let operator = StreamAggregate {
            input: parts.input.node,
            keys: parts.keys,
            keep: parts.keep,
            plan: parts.plan,
            at,
            open: None,
            ready: VecDeque::new(),
            ended: false,
        };
        Ok(Made {
            node: Node::new(operator, at),
            columns: parts.columns,
        })
    }
}
