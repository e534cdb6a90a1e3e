//! Pairs of a left and a right row: what joins are made of.

use crate::Result;
use crate::context::Context;
use crate::expr::{Condition, Frame, Inputs, nulls};
use crate::kernels::gather::{NO_ROW, gather, gather_padded};
use crate::kernels::select::remaining;
use crate::store::Store;
use std::sync::Arc;
use types::{Batch, Column, DataType};

/// Where an output column of a join comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A column of the left input.
    Left(usize),
    /// A column of the right input.
    Right(usize),
    /// The column of a mark join.
    Mark,
}

/// The columns that come out of a join.
#[derive(Debug, Clone)]
pub(crate) struct Outputs(pub(crate) Vec<Source>);

/// The types of an input's columns.
pub(crate) type Types = Vec<DataType>;

impl Outputs {
    /// The batch of pairs: row `left_rows[i]` of the left columns beside row `right_rows[i]` of the right ones.
    /// [`NO_ROW`] pads with NULLs.
    pub(crate) fn pairs(
        &self,
        left: &[Arc<Column>],
        left_rows: &[u32],
        right: &[Arc<Column>],
        right_rows: &[u32],
    ) -> Batch {
        let (left_way, right_way) = (Way::of(left_rows), Way::of(right_rows));
        let columns = self.0.iter().filter_map(|source| match source {
            Source::Left(at) => Some(left_way.pick(&left[*at], left_rows)),
            Source::Right(at) => Some(right_way.pick(&right[*at], right_rows)),
            Source::Mark => None,
        });
        Batch::new(columns.collect(), left_rows.len())
    }

    /// The left columns of a batch, with a column for the mark.
    pub(crate) fn left_only(&self, batch: &Batch, mark: Option<Arc<Column>>) -> Vec<Arc<Column>> {
        let columns = self.0.iter().filter_map(|source| match source {
            Source::Left(at) => Some(batch.columns[*at].clone()),
            Source::Right(_) => None,
            Source::Mark => mark.clone(),
        });
        columns.collect()
    }
}

/// How rows are picked out of a column.
#[derive(Clone, Copy)]
enum Way {
    /// All rows in order, if there are just as many.
    Identity,
    Gather,
    Padded,
}

impl Way {
    fn of(rows: &[u32]) -> Self {
        if rows.iter().enumerate().all(|(at, row)| at as u32 == *row) {
            Self::Identity
        } else if rows.contains(&NO_ROW) {
            Self::Padded
        } else {
            Self::Gather
        }
    }

    fn pick(self, column: &Arc<Column>, rows: &[u32]) -> Arc<Column> {
        match self {
            Self::Identity if column.len() == rows.len() => column.clone(),
            Self::Padded => Arc::new(gather_padded(column, rows)),
            _ => Arc::new(gather(column, rows)),
        }
    }
}

/// A condition on pairs, over only the columns it reads.
pub(crate) struct Residual {
    pub(crate) condition: Condition,
    /// The columns of the condition's frame.
    pub(crate) columns: Vec<Source>,
    /// Their types.
    pub(crate) types: Types,
}

/// Truth values of a condition on pairs: which are true, and which are neither true nor false.
pub(crate) struct Verdict {
    /// Indexes of the pairs.
    pub(crate) holds: Vec<u32>,
    /// Only filled when asked for.
    pub(crate) unknown: Vec<u32>,
}

impl Residual {
    /// Judges pairs.
    pub(crate) fn judge(
        &self,
        cx: &Context,
        left: (&[Arc<Column>], &[u32]),
        right: (&[Arc<Column>], &[u32]),
        with_unknown: bool,
    ) -> Result<Verdict> {
        let rows = left.1.len();
        let columns: Vec<Arc<Column>> = self
            .columns
            .iter()
            .filter_map(|source| match source {
                Source::Left(at) => Some(Arc::new(gather(&left.0[*at], left.1))),
                Source::Right(at) => Some(Arc::new(gather(&right.0[*at], right.1))),
                Source::Mark => None,
            })
            .collect();
        let frame = Frame::new(cx, Inputs::Columns(&columns), rows, None);
        verdict(&self.condition, &frame, with_unknown)
    }
}

/// Judges the rows of a frame.
pub(crate) fn verdict(
    condition: &Condition,
    frame: &Frame<'_>,
    with_unknown: bool,
) -> Result<Verdict> {
    let holds = condition.select(frame, true)?;
    let mut unknown = Vec::new();
    if with_unknown && holds.len() < frame.len() {
        let open = remaining(&frame.row_indexes(), &holds);
        let fails = condition.select(&frame.with_rows(&open), false)?;
        unknown = remaining(&open, &fails);
    }
    Ok(Verdict { holds, unknown })
}

/// The columns of finished kept rows; columns without rows get the layout of their type.
pub(crate) fn kept_columns(store: &mut Store, types: &Types) -> Vec<Arc<Column>> {
    store.seal();
    types
        .iter()
        .enumerate()
        .map(|(at, ty)| {
            store
                .column(at)
                .cloned()
                .unwrap_or_else(|| Arc::new(nulls(0, *ty)))
        })
        .collect()
}
