//! Aggregate functions: accumulators for many groups at once, column by column.
//!
//! - [`plan`](mod@plan): what a query's aggregates need; an average is a sum and a count, and equal needs are met once.
//! - [`state`]: the running state of all aggregates of an operator.
//! - [`count`], [`sum`], [`extreme`], [`moments`]: the accumulators.

mod accumulator;
mod count;
mod extreme;
mod moments;
mod plan;
mod seen;
mod state;
mod sum;

pub(crate) use accumulator::Groups;
pub(crate) use plan::AggregationPlan;
pub(crate) use state::Aggregation;
