//! SQL text to logical plans, in PostgreSQL's dialect.
//!
//! [`parse`] splits a script into statements and parses each; [`bind`] resolves one statement's names and types
//! against the catalog of a [`plan::Arena`] and gives a [`Bound`] statement. Every error is a [`SqlError`] with a
//! SQLSTATE and its place in the text.
//!
//! - [`lex`], [`limits`]: a cheap pass over the text, before any recursion, that refuses what is too large or too deep.
//! - [`parsing`]: the adapter of `sqlparser`, whose types do not leave this crate; [`position`], [`place`]: byte offsets
//!   for what it parsed.
//! - [`statement`]: what a bound statement is.
//! - [`binder`], [`scope`]: the state of binding; names in scope.
//! - [`query`], [`select`], [`from`], [`join`], [`table`], [`grouping`], [`order`], [`output`], [`set_op`],
//!   [`subquery`]: the clauses of queries.
//! - [`expr`], [`predicate`], [`operator`], [`coerce`], [`literal`], [`data_type`], [`function`], [`aggregate`]:
//!   expressions and their types.
//! - [`ddl`], [`dml`], [`command`]: the statements that are not queries.

mod error;
mod statement;

pub use error::SqlError;
pub use statement::{
    Bound, BoundQuery, CreateIndex, CreateTable, CreateView, Delete, Explain, ExplainFormat,
    ForeignKeyDef, Insert, Spans, Transaction, Update,
};
