//! Implementation rules: which physical operators may run a logical one.
//!
//! - [`rules`]: the rules, by family. A rule is data (name, law, pattern, guards in words) and one function that checks
//!   the guards and names the methods.
//! - [`method`]: the physical operators, the orders they need and give.
//! - [`operator`]: the facts about a logical operator that rules and costs ask for.

pub mod method;
pub mod operator;
pub mod rules;

pub use method::Method;
pub use operator::{describe, joined};
pub use rules::{RuleId, RuleSet, SEARCH_RULES, SearchRule};
