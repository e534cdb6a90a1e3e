//! The native `planarium` command.
fn main() {}
