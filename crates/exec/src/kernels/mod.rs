//! Tight loops over typed slices. Kernels see dense rows only; a kernel that cannot vouch for its result on some row
//! (overflow, division by zero, a rare representation) gives `None`, and the caller evaluates row by row by the rules
//! of [`plan::eval`], which either finds the error or the result.

pub(crate) mod arith;
pub(crate) mod cast;
pub(crate) mod compare;
pub(crate) mod datetime;
pub(crate) mod gather;
pub(crate) mod like;
pub(crate) mod rowwise;
pub(crate) mod select;
pub(crate) mod text;
pub(crate) mod zip;
