//! Engine values to the data that crosses.

pub mod memo;
pub mod outcome;
pub mod schema;
pub mod trace;
pub mod utf16;
pub mod values;
