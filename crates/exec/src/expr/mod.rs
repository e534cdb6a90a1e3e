//! Scalar expressions, compiled over the columns of a batch.
//!
//! - [`compile`]: from plan to compiled form: columns become slots, constants are folded.
//! - [`eval`]: the value of an expression on the rows of a [`Frame`]; [`branch`]: CASE and COALESCE.
//! - [`condition`]: conditions, which narrow the rows that count; [`text_test`], [`in_list`]: tests of one value.
//! - [`frame`], [`operand`]: the rows evaluated on, and the values that come out.

mod branch;
mod compile;
mod condition;
mod eval;
mod frame;
mod in_list;
mod operand;
mod text_test;

pub(crate) use compile::{Compiler, Params};
pub(crate) use condition::Condition;
pub(crate) use eval::{Expr, Node};
pub(crate) use frame::{Frame, Inputs};
pub(crate) use operand::{
    Lane, Operand, both_valid, broadcast, lane_f64, lane_i32, lane_i64, lane_i128, nulls,
};
