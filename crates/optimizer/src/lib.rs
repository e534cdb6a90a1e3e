//! From a bound plan to a physical one, with every step on record.
//!
//! - [`rule`]: what a rule is: names, law, pattern, guards, rewrite; the one matcher that also answers "why not?".
//! - [`normalize`]: the rules that always help, one a file, by family, and the passes they run in.
//! - [`driver`]: runs the passes to a fixpoint, guards every firing, names the cycle of a loop.
//! - [`trace`]: what happened: occurrences, plan versions, steps, replay, text form.
//! - [`why`]: why a rule did not fire at a node.
//! - [`search`]: from the normalized plan to the cheapest physical one: [`memo`], join orders ([`join_order`],
//!   [`explore`]), physical operators ([`implement`]), row estimates ([`stats`]), costs ([`cost`]).
//! - [`error`]: how optimizing can fail.

pub mod cost;
pub mod driver;
pub mod error;
pub mod explore;
pub mod implement;
pub mod join_order;
pub mod memo;
pub mod normalize;
pub mod rule;
pub mod search;
pub mod stats;
pub mod trace;
pub mod why;

pub use driver::{Options, normalize, normalize_by};
pub use error::OptimizerError;
pub use normalize::rules;
pub use trace::{Observer, Recorder, Trace};
pub use why::why_not;
