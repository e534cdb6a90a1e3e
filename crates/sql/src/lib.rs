//! SQL text to logical plans, in PostgreSQL's dialect.
//!
//! [`parse`] splits a script into statements and parses each; [`bind`] resolves one statement's names and types
//! against the catalog of a [`plan::Arena`] and gives a [`Bound`] statement. Every error is a [`SqlError`] with a
//! SQLSTATE and its place in the text.
//!
//! - `lex`, `limits`, `nesting`: a cheap pass over the text, before any recursion, that refuses what is too large or too deep.
//! - `parsing`: the adapter of `sqlparser`, whose types do not leave this crate; `grammar`: which
//!   statements there are; `position`, `place`: byte offsets for
//!   what it parsed; `continued`, `respelt`: tokens brought to what it knows.
//! - `statement`: what a bound statement is; `error`: why there is none.
//! - `binder`, `scope`: the state of binding; names in scope.
//! - `query`, `select`, `join`, `table`, `grouping`, `order`, `output`, `set_op`, `subquery`: the clauses of queries.
//! - `expr`, `predicate`, `operator`, `coerce`, `literal`, `data_type`, `function`, `concat`, `aggregate`: expressions and types.
//! - `command`, `ddl`, `constraint`, `dml`: statements by kind, and those that are not queries.

mod aggregate;
mod binder;
mod brackets;
mod coerce;
mod command;
mod concat;
mod constraint;
mod continued;
mod data_type;
mod ddl;
mod dml;
mod error;
mod expr;
mod function;
mod function_names;
mod grammar;
mod grouping;
mod join;
mod lex;
mod limits;
mod literal;
mod nesting;
mod operator;
mod order;
mod output;
mod parsing;
mod place;
mod position;
mod predicate;
mod query;
mod reserved;
mod respelt;
mod scope;
mod select;
mod set_op;
mod statement;
mod subquery;
mod table;
mod update;

pub use binder::{NoViews, View, Views, bind, bind_with_views};
pub use error::SqlError;
pub use parsing::{Parsed, parse};
pub use statement::{
    Bound, BoundQuery, CreateIndex, CreateTable, CreateView, Delete, Explain, ExplainFormat,
    ForeignKeyDef, Insert, Spans, Transaction, Update,
};
