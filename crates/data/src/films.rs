//! A classroom set of films: eight tables in the shape people know from film databases. Every title, person and
//! company is invented.
//!
//! It is made so that an optimizer's usual assumptions fail in ways one can look at:
//! - *Skew*: how many people a title credits, and how often a person or company is credited, follow Zipf's law.
//! - *Correlation*: a title's country decides its language, companies and people; its genre its score, runtime and
//!   the characters; its year its kind, colour and premiere.
//! - *Gaps*: runtimes, premieres, budgets, birth years and more may be NULL; some titles have no cast and no rating.
//!
//! The same size and seed give the same bytes on every platform.

mod companies;
mod credits;
mod genres;
mod names;
mod people;
mod titles;
mod words;
mod world;

use crate::{TableData, schema};
use std::str::FromStr;

/// `CREATE TABLE` statements with primary and foreign keys, in an order in which the tables can be loaded.
pub const SCHEMA: &str = include_str!("films/schema.sql");

/// The tables in the order of [`SCHEMA`].
pub const TABLES: [&str; 8] = [
    "genre",
    "company",
    "person",
    "title",
    "title_genre",
    "title_company",
    "cast_info",
    "rating",
];

/// The seed to use when nobody asks for another.
pub const DEFAULT_SEED: u64 = 1;

/// How many films.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// 30 titles, some 340 rows in all: every row can be shown.
    Small,
    /// 2,000 titles, some 30,000 rows.
    Medium,
    /// 20,000 titles, some 300,000 rows.
    Large,
}

impl Size {
    /// The sizes, smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The size's name, which [`FromStr`] reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    fn counts(self) -> Counts {
        match self {
            Self::Small => Counts {
                countries: 5,
                genres: 8,
                companies: 14,
                people: 48,
                titles: 30,
                credits: 150,
            },
            Self::Medium => Counts::full(2_000),
            Self::Large => Counts::full(20_000),
        }
    }
}

impl FromStr for Size {
    type Err = UnknownSize;

    fn from_str(name: &str) -> Result<Self, UnknownSize> {
        Self::ALL
            .into_iter()
            .find(|size| size.name() == name)
            .ok_or(UnknownSize)
    }
}

/// A name that is no [`Size`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSize;

impl std::fmt::Display for UnknownSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the size of the films data set is small, medium or large")
    }
}

impl std::error::Error for UnknownSize {}

/// What a size means, row counts before chance.
struct Counts {
    countries: usize,
    genres: usize,
    companies: usize,
    people: usize,
    titles: usize,
    credits: u64,
}

impl Counts {
    fn full(titles: usize) -> Self {
        Self {
            countries: world::COUNTRIES.len(),
            genres: genres::GENRES.len(),
            companies: titles / 8,
            people: titles * 2,
            titles,
            credits: titles as u64 * 8,
        }
    }
}

/// All tables, in the order of [`SCHEMA`].
pub fn tables(size: Size, seed: u64) -> Vec<TableData> {
    let counts = size.counts();
    let companies = companies::make(&counts, seed);
    let people = people::make(&counts, seed);
    let titles = titles::make(&counts, seed);
    let credits = credits::make(&counts, &titles, &people, seed);
    let tables = [
        genres::rows(counts.genres),
        companies::rows(&companies),
        people::rows(&people),
        titles::rows(&titles),
        titles::genre_rows(&titles),
        companies::title_rows(&companies, &titles, seed),
        credits::rows(&credits),
        titles::rating_rows(&titles, seed),
    ];
    TABLES
        .into_iter()
        .zip(tables)
        .map(|(name, batches)| TableData {
            name,
            types: schema::types(SCHEMA, name),
            batches,
        })
        .collect()
}

/// A writer of rows of one of the tables.
fn writer(table: &str) -> crate::RowWriter {
    crate::RowWriter::new(&schema::types(SCHEMA, table))
}

/// One sequence of random numbers for each use of the seed.
mod stream {
    pub const COMPANIES: u64 = 1;
    pub const PEOPLE: u64 = 2;
    pub const TITLES: u64 = 3;
    pub const CREDITS: u64 = 4;
    pub const TITLE_COMPANIES: u64 = 5;
    pub const RATINGS: u64 = 6;
}
