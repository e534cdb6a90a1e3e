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

/// The query of that name, films first.
pub fn find(id: &str) -> Option<&'static SampleQuery> {
    FILMS.iter().chain(TPCH).find(|query| query.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_query_has_its_own_id_and_words() {
        let all: Vec<_> = FILMS.iter().chain(TPCH).collect();
        let ids: BTreeSet<_> = all.iter().map(|query| query.id).collect();
        assert_eq!(ids.len(), all.len());
        for query in all {
            assert!(
                query
                    .id
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
            assert!(
                query.sql.ends_with(";\n") && query.sql.matches(';').count() == 1,
                "{}",
                query.id
            );
            assert!(
                query.teaches.ends_with('.') && query.teaches.len() <= 140,
                "{}",
                query.id
            );
            assert_eq!(find(query.id), Some(query));
        }
        let numbers: Vec<String> = (1..=22).map(|number| format!("q{number}")).collect();
        assert!(TPCH.iter().map(|query| query.id).eq(numbers));
    }
}
