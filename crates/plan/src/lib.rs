//! Plans: scalar expressions and relational operators, logical and physical, interned in one append-only [`Arena`].
//!
//! - [`func`], [`scalar`]: functions and scalar expressions.
//! - [`op`]: relational operators. An operator does not hold its inputs; a [`Rel`] is an operator over inputs, and a
//!   memo expression is the same operator over groups.
//! - [`arena`]: nodes are immutable and hash-consed, ids are never reused, so every plan of a run can be drawn again.
//! - [`col_set`], [`props`]: sets of columns; derived logical properties (columns, keys, NOT NULL, row bounds).
//! - [`catalog`], [`stats`]: what planning may ask of the database.
//! - [`typing`]: the result types of functions.
//! - [`eval`]: what functions and casts mean, one row at a time; constant folding.
//! - [`text`]: the text form of expressions and plans, used by EXPLAIN, traces, golden scripts and the page.

pub mod arena;
pub mod catalog;
pub mod col_set;
pub mod eval;
pub mod func;
pub mod op;
pub mod props;
pub mod scalar;
pub mod stats;
pub mod text;
pub mod typing;

pub use arena::{Arena, ColumnMeta, Rel, RelId, ScalarId};
pub use catalog::{Catalog, ColumnInfo, ForeignKey, KeyInfo, TableInfo};
pub use col_set::ColSet;
pub use func::{AggFunc, Func};
pub use op::{
    AggItem, JoinKind, Op, OpKind, PhysJoin, ProjectItem, ROW_ID, Scan, ScanColumn, SetColumn,
    SetOpKind, Side, SortKey,
};
pub use props::Props;
pub use scalar::Scalar;
pub use stats::{ColumnStats, TableStats};
