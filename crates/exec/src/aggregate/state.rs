//! The running state of all aggregates of an operator.

use super::accumulator::{Accumulator, Groups};
use super::plan::{AggregationPlan, Need, Output};
use crate::Result;
use crate::expr::{Frame, Operand};
use crate::kernels::gather::gather;
use crate::kernels::rowwise;
use crate::keys::{KeyColumn, KeyTable};
use crate::memory::Reservation;
use plan::AggFunc;
use std::sync::Arc;
use types::decimal::POW10;
use types::{Column, DataError, DataType, Decimal, Value, Vector};

/// The running state of all aggregates of an operator.
pub(crate) struct Aggregation {
    accumulators: Vec<Accumulator>,
    /// For each accumulator of DISTINCT values, the pairs of group and value that came.
    distinct: Vec<Option<KeyTable>>,
}

impl Aggregation {
    pub(crate) fn new(plan: &AggregationPlan) -> Self {
        let ty = |need: &Need| need.arg.map(|arg| plan.args[arg].ty);
        Self {
            accumulators: plan
                .needs
                .iter()
                .map(|need| Accumulator::new(need.func, ty(need)))
                .collect(),
            distinct: plan
                .needs
                .iter()
                .map(|need| {
                    let column = |ty, nullable| KeyColumn {
                        ty,
                        nullable,
                        nulls_equal: false,
                    };
                    let ty = ty(need).filter(|_| need.distinct)?;
                    Some(KeyTable::new(&[
                        column(DataType::Int32, false),
                        column(ty, true),
                    ]))
                })
                .collect(),
        }
    }

    /// True when an aggregate takes DISTINCT values, whose tables refer to groups by number.
    pub(crate) fn has_distinct(&self) -> bool {
        self.distinct.iter().any(Option::is_some)
    }

    pub(crate) fn bytes(&self) -> usize {
        let tables = self.distinct.iter().flatten().map(KeyTable::bytes);
        self.accumulators
            .iter()
            .map(Accumulator::bytes)
            .sum::<usize>()
            + tables.sum::<usize>()
    }

    /// Takes in the rows of a frame; `groups` gives each row's group, of which there are `total` by now.
    pub(crate) fn update(
        &mut self,
        plan: &AggregationPlan,
        frame: &Frame<'_>,
        groups: Groups<'_>,
        total: usize,
        reservation: &Reservation,
    ) -> Result<()> {
        for at in 0..plan.needs.len() {
            let need = plan.needs[at];
            let Some(filter) = need.filter else {
                self.update_one(plan, at, frame, groups, (total, false), reservation)?;
                continue;
            };
            let rows = plan.filters[filter].select(frame, true)?;
            if rows.is_empty() {
                continue;
            }
            let filtered = frame.with_rows(&rows);
            let ids = match groups {
                Groups::One => None,
                Groups::Ids(ids) => Some(
                    positions(frame, &rows)
                        .map(|row| ids[row])
                        .collect::<Vec<u32>>(),
                ),
            };
            let groups = ids.as_deref().map_or(Groups::One, Groups::Ids);
            self.update_one(plan, at, &filtered, groups, (total, true), reservation)?;
        }
        Ok(())
    }

    fn update_one(
        &mut self,
        plan: &AggregationPlan,
        at: usize,
        frame: &Frame<'_>,
        groups: Groups<'_>,
        (total, some): (usize, bool),
        reservation: &Reservation,
    ) -> Result<()> {
        let accumulator = &mut self.accumulators[at];
        let Some(arg) = plan.needs[at].arg.map(|arg| &plan.args[arg]) else {
            accumulator.count_rows(groups, total, frame.len());
            return Ok(());
        };
        let column = arg.eval(frame)?.into_column(frame.len(), arg.ty);
        let Some(table) = &mut self.distinct[at] else {
            return accumulator.update(groups, total, &column, some);
        };
        // Only pairs of group and value that did not come before.
        let ids = match groups {
            Groups::One => vec![0; column.len()],
            Groups::Ids(ids) => ids.iter().map(|id| *id as i32).collect(),
        };
        let ids = Arc::new(Column::new(Vector::I32(ids)));
        let (mut next, mut keys) = (table.len() as u32, Vec::new());
        table.insert(&[ids, column.clone()], column.len(), &mut keys, reservation)?;
        let mut fresh = Vec::new();
        for (row, key) in keys.iter().enumerate() {
            if *key == next {
                fresh.push(row as u32);
                next += 1;
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let ids = match groups {
            Groups::One => None,
            Groups::Ids(ids) => Some(
                fresh
                    .iter()
                    .map(|row| ids[*row as usize])
                    .collect::<Vec<u32>>(),
            ),
        };
        let groups = ids.as_deref().map_or(Groups::One, Groups::Ids);
        accumulator.update(groups, total, &gather(&column, &fresh), true)
    }

    /// The output columns of `total` groups.
    pub(crate) fn finish(
        &mut self,
        plan: &AggregationPlan,
        total: usize,
    ) -> Result<Vec<Arc<Column>>> {
        plan.outputs
            .iter()
            .map(|output| self.output(output, total))
            .collect()
    }

    fn output(&mut self, output: &Output, total: usize) -> Result<Arc<Column>> {
        let count = |accumulators: &[Accumulator], group: usize| match &accumulators[output.count] {
            Accumulator::Count(count) => count.get(group),
            _ => 0,
        };
        let column = match output.func {
            AggFunc::CountStar | AggFunc::Count => {
                let counts = (0..total).map(|group| count(&self.accumulators, group));
                Column::new(Vector::I64(counts.collect()))
            }
            AggFunc::Sum => return self.sum(output, total),
            AggFunc::Avg => {
                let Accumulator::Sum(sum) = &self.accumulators[output.need] else {
                    panic!("an average is kept as a sum");
                };
                let averages = rowwise::build(total, output.ty, |group| {
                    let rows = count(&self.accumulators, group);
                    match (output.ty, output.arg_ty) {
                        (DataType::Decimal { precision, scale }, arg_ty) => {
                            let own_scale = arg_ty.map_or(0, DataType::scale);
                            sum.whole(group).map_or(Ok(Value::Null), |total| {
                                average((total, own_scale), rows, precision, scale)
                            })
                        }
                        _ => match sum.value(group) {
                            Value::Float64(total) => Ok(Value::Float64(total / rows as f64)),
                            Value::Interval(total) => {
                                plan::eval::datetime::divide(total, rows).map(Value::Interval)
                            }
                            _ => Ok(Value::Null),
                        },
                    }
                })?;
                return Ok(averages.into_column(total, output.ty));
            }
            func => match &mut self.accumulators[output.need] {
                Accumulator::Extreme(extreme) => extreme.finish(total),
                Accumulator::Moments(moments) => moments.finish(func, total),
                _ => panic!("{func:?} is kept as another function"),
            },
        };
        Ok(Arc::new(column))
    }

    fn sum(&self, output: &Output, total: usize) -> Result<Arc<Column>> {
        let Accumulator::Sum(sum) = &self.accumulators[output.need] else {
            panic!("a sum is kept as a sum");
        };
        if let Some(column) = sum.narrow(total) {
            return Ok(Arc::new(column));
        }
        let out_of_range = || DataError::out_of_range(output.ty);
        let sums: Operand = rowwise::build(total, output.ty, |group| match output.ty {
            DataType::Decimal { precision, scale } => {
                sum.whole(group).map_or(Ok(Value::Null), |v| {
                    Decimal::new(v, scale)
                        .fit(precision, scale)
                        .map(Value::Decimal)
                })
            }
            DataType::Int64 => sum.whole(group).map_or(Ok(Value::Null), |v| {
                i64::try_from(v)
                    .map(Value::Int64)
                    .map_err(|_| out_of_range())
            }),
            _ => Ok(sum.value(group)),
        })?;
        Ok(sums.into_column(total, output.ty))
    }

    /// Forgets all groups but the last of `total`, which becomes group 0. Not with DISTINCT.
    pub(crate) fn keep_last(&mut self, total: usize) {
        self.accumulators
            .iter_mut()
            .for_each(|a| a.keep_last(total));
    }
}

/// A sum over a count, rounded half away from zero at the result's scale.
fn average(
    (total, own_scale): (i128, u8),
    rows: i64,
    precision: u8,
    scale: u8,
) -> std::result::Result<Value, DataError> {
    let factor = scale
        .checked_sub(own_scale)
        .map(|up| POW10[usize::from(up)]);
    if let (Ok(narrow), Some(factor)) = (i64::try_from(total), factor)
        && let Some(dividend) = i128::from(narrow).checked_mul(factor)
    {
        let (rows, half) = (i128::from(rows), i128::from(rows) / 2);
        // Half away from zero: for an odd count nothing lies half way.
        let quotient = if dividend < 0 {
            dividend - half
        } else {
            dividend + half
        } / rows;
        return Decimal::new(quotient, scale)
            .fit(precision, scale)
            .map(Value::Decimal);
    }
    let (total, rows) = (Decimal::new(total, own_scale), Decimal::new(rows.into(), 0));
    plan::eval::decimal::div(total, rows, precision, scale).map(Value::Decimal)
}

/// The positions of rows, given as indexes into the frame's columns, among the rows that count; both ascend.
fn positions<'a>(frame: &Frame<'a>, rows: &'a [u32]) -> impl Iterator<Item = usize> + 'a {
    let selection = frame.selection();
    let mut at = 0;
    rows.iter().map(move |row| match selection {
        None => *row as usize,
        Some(selection) => {
            while selection[at] != *row {
                at += 1;
            }
            at
        }
    })
}
