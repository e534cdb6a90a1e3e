//! One accumulator: a value for each group, updated batch by batch.

use super::count::Count;
use super::extreme::Extreme;
use super::moments::Moments;
use super::sum::Sum;
use crate::Result;
use plan::AggFunc;
use types::{Column, DataType};

/// The group of each row.
#[derive(Clone, Copy)]
pub(crate) enum Groups<'a> {
    /// All rows belong to group 0.
    One,
    /// The group of each row.
    Ids(&'a [u32]),
}

impl Groups<'_> {
    /// Calls `f` with the group and the index of each row that is not NULL.
    #[inline]
    pub(super) fn each(self, column: &Column, mut f: impl FnMut(usize, usize)) {
        match (self, &column.validity) {
            (Groups::One, None) => (0..column.len()).for_each(|row| f(0, row)),
            (Groups::One, Some(validity)) => validity.ones().for_each(|row| f(0, row)),
            (Groups::Ids(ids), None) => {
                ids.iter()
                    .enumerate()
                    .for_each(|(row, id)| f(*id as usize, row));
            }
            (Groups::Ids(ids), Some(validity)) => {
                validity.ones().for_each(|row| f(ids[row] as usize, row));
            }
        }
    }
}

/// An accumulator.
pub(crate) enum Accumulator {
    Count(Count),
    Sum(Sum),
    Extreme(Extreme),
    Moments(Moments),
}

impl Accumulator {
    /// The accumulator of a function that is not composed of others; `ty` is the argument's type.
    pub(super) fn new(func: AggFunc, ty: Option<DataType>) -> Self {
        let ty = ty.unwrap_or(DataType::Int64);
        match func {
            AggFunc::CountStar | AggFunc::Count => Self::Count(Count::default()),
            AggFunc::Sum | AggFunc::Avg => Self::Sum(Sum::new(ty)),
            AggFunc::Min
            | AggFunc::Max
            | AggFunc::BoolAnd
            | AggFunc::BoolOr
            | AggFunc::AnyValue => Self::Extreme(Extreme::new(func, ty)),
            AggFunc::StddevSamp | AggFunc::VarSamp | AggFunc::StddevPop | AggFunc::VarPop => {
                Self::Moments(Moments::new(ty))
            }
        }
    }

    /// Takes in rows. `total` is the number of groups by now; `some`: a group of the batch may have no row among these.
    pub(super) fn update(
        &mut self,
        groups: Groups<'_>,
        total: usize,
        column: &Column,
        some: bool,
    ) -> Result<()> {
        match self {
            Self::Count(count) => count.update(groups, total, column),
            Self::Sum(sum) => sum.update(groups, total, column, some)?,
            Self::Extreme(extreme) => extreme.update(groups, total, column),
            Self::Moments(moments) => moments.update(groups, total, column),
        }
        Ok(())
    }

    /// Takes in rows of which only the number matters.
    pub(super) fn count_rows(&mut self, groups: Groups<'_>, total: usize, rows: usize) {
        if let Self::Count(count) = self {
            count.count_rows(groups, total, rows);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Count(count) => count.bytes(),
            Self::Sum(sum) => sum.bytes(),
            Self::Extreme(extreme) => extreme.bytes(),
            Self::Moments(moments) => moments.bytes(),
        }
    }

    /// Forgets all groups but the last of `total`, which becomes group 0.
    pub(super) fn keep_last(&mut self, total: usize) {
        match self {
            Self::Count(count) => count.keep_last(total),
            Self::Sum(sum) => sum.keep_last(total),
            Self::Extreme(extreme) => extreme.keep_last(total),
            Self::Moments(moments) => moments.keep_last(total),
        }
    }
}

/// Keeps only element `total - 1`, as element 0; elements not there yet have the default value.
pub(super) fn keep_last<T: Default>(values: &mut Vec<T>, total: usize) {
    let last = match total.checked_sub(1) {
        Some(at) if at < values.len() => values.swap_remove(at),
        _ => T::default(),
    };
    values.clear();
    values.push(last);
}
