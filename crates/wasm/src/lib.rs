//! The engine's crossing into JavaScript: handles, conversions, errors. No behaviour of its own.
//!
//! - [`database`]: the class `Database`. - [`task`]: the class `Task`, a script that runs in slices.
//! - [`dto`]: the data that crosses, declared once for Rust and TypeScript. - [`convert`]: engine values to that data.
//! - [`hooks`]: clock and cancel flag. - [`failure`]: what methods throw.

pub mod convert;
pub mod database;
pub mod dto;
pub mod failure;
pub mod hooks;
pub mod task;

pub use database::Database;
pub use task::Task;

/// Sends panics to the console with a message, instead of a bare trap. Called once by the module's start.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
