//! Sample queries, each with the one thing to watch while its plan is made.

mod films;
mod tpch;

pub use films::FILMS;
pub use tpch::TPCH;

/// A query of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleQuery {
    /// A short name that stays the same, for links: `q5`, `not-in-null`.
    pub id: &'static str,
    /// What the query asks, as a menu shows it.
    pub title: &'static str,
    /// What it teaches: the rule or decision to watch, in one line.
    pub teaches: &'static str,
    /// The query.
    pub sql: &'static str,
}
