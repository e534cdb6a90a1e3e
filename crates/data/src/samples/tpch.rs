//! Queries over TPC-H.
use super::SampleQuery;
/// x
pub const TPCH: &[SampleQuery] = &[];
