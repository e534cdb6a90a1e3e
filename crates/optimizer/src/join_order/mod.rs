//! Join orders: a block of joins as a hypergraph, its conflict-free pairs, and their enumeration.
//!
//! - [`rel_set`]: sets of relations as bit sets.
//! - [`block`]: which joins of a plan make a block, and what the enumeration knows of it.
//! - [`conflict`]: which reorderings keep the answer (conflict detector CD-C).
//! - [`classes`]: columns that the block's equalities make equal.
//! - [`graph`]: the hypergraph.
//! - [`dphyp`]: every pair of sets once, by dynamic programming.
//! - [`greedy`]: one good order, when there are too many pairs.
//! - [`pair`]: the join operator of a pair, and the rows it gives.
//! - [`transitive`]: edges that the equalities imply.

pub mod block;
pub mod classes;
pub mod conflict;
pub mod dphyp;
pub mod graph;
pub mod greedy;
pub mod pair;
pub mod rel_set;
pub mod transitive;

#[cfg(test)]
mod tests;

pub use block::{Block, JoinNode, Tree};
pub use classes::EqualClass;
pub use conflict::JoinOp;
pub use graph::{Edge, Graph};
pub use pair::Pair;
pub use rel_set::{MAX_RELATIONS, RelSet};
