//! From a bound plan to a physical one, with every step on record.
//!
//! - [`rule`]: what a rule is: names, law, pattern, guards, rewrite; the one matcher that also answers "why not?".
//! - [`normalize`]: the rules that always help, one a file, by family, and the passes they run in.
//! - [`driver`]: runs the passes to a fixpoint, guards every firing, names the cycle of a loop.
//! - [`trace`]: what happened: occurrences, plan versions, steps, replay, text form.
//! - [`why`]: why a rule did not fire at a node.
//! - [`error`]: how optimizing can fail.

pub mod driver;
pub mod error;
pub mod normalize;
pub mod rule;
pub mod trace;
pub mod why;

pub use driver::{Options, normalize};
pub use error::OptimizerError;
pub use normalize::rules;
pub use trace::{Observer, Recorder, Trace};
pub use why::why_not;
