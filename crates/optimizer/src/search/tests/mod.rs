//! Tests of the search: plans are built by hand over a small catalog and run by an evaluator that knows neither memo
//! nor costs.

mod blocks;
mod evaluate;
mod fixture;
mod memo;
mod operators;
mod orders;
mod reordering;
mod statistics;
