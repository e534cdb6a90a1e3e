//! What crosses into JavaScript: plain data, each type declared once and printed as TypeScript from here.
//!
//! `tests/bindings.rs` compares the printed declarations with `www/src/engine/types.gen.ts`, so drift fails the tests.

#[macro_use]
mod declare;
pub mod outcome;
pub mod schema;
pub mod trace;

pub use declare::{Declared, Ts, declarations};
