//! Queries over the films.
use super::SampleQuery;
/// x
pub const FILMS: &[SampleQuery] = &[];
