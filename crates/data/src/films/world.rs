//! The countries that make films: what they speak, like and spend.

use super::genres::{
    ANIMATION, COMEDY, CRIME, DOCUMENTARY, DRAMA, HORROR, MUSICAL, MYSTERY, ROMANCE,
    SCIENCE_FICTION, WAR, WESTERN,
};
use super::words::{Culture, ENGLISH, FRENCH, GERMAN, ITALIAN, JAPANESE, PORTUGUESE, SWEDISH};
use crate::random::Random;

/// A country that makes films.
pub struct Country {
    pub name: &'static str,
    /// How many of all titles, relative to the others.
    pub weight: u32,
    /// Languages of its films, with weights.
    pub languages: &'static [(&'static str, u32)],
    /// Where its people's and companies' names come from.
    pub culture: &'static Culture,
    /// Genres that it makes more of, as indexes into the list of genres.
    pub likes: &'static [usize],
    /// A usual budget in thousands.
    pub budget: u32,
}

impl Country {
    /// Whether a genre is among those it makes more of.
    pub fn likes(&self, genre: usize) -> bool {
        self.likes.contains(&genre)
    }
}

/// One of the first `count` countries drawn by weight, as an index into [`COUNTRIES`].
pub fn draw(count: usize, random: &mut Random) -> usize {
    random.weighted(COUNTRIES[..count].iter().map(|country| country.weight))
}

/// The countries, most productive first; a small data set takes the first few.
pub const COUNTRIES: [Country; 12] = [
    Country {
        name: "United States",
        weight: 34,
        languages: &[("English", 94), ("Spanish", 6)],
        culture: &ENGLISH,
        likes: &[SCIENCE_FICTION, HORROR],
        budget: 9_000,
    },
    Country {
        name: "France",
        weight: 14,
        languages: &[("French", 95), ("English", 5)],
        culture: &FRENCH,
        likes: &[DRAMA, ROMANCE],
        budget: 3_000,
    },
    Country {
        name: "Japan",
        weight: 12,
        languages: &[("Japanese", 99), ("English", 1)],
        culture: &JAPANESE,
        likes: &[ANIMATION, HORROR],
        budget: 2_500,
    },
    Country {
        name: "United Kingdom",
        weight: 12,
        languages: &[("English", 97), ("Welsh", 3)],
        culture: &ENGLISH,
        likes: &[CRIME, DRAMA],
        budget: 4_000,
    },
    Country {
        name: "Italy",
        weight: 9,
        languages: &[("Italian", 93), ("English", 7)],
        culture: &ITALIAN,
        likes: &[WESTERN, COMEDY],
        budget: 1_800,
    },
    Country {
        name: "Germany",
        weight: 7,
        languages: &[("German", 94), ("English", 6)],
        culture: &GERMAN,
        likes: &[WAR, DOCUMENTARY],
        budget: 2_200,
    },
    Country {
        name: "Sweden",
        weight: 4,
        languages: &[("Swedish", 90), ("English", 10)],
        culture: &SWEDISH,
        likes: &[CRIME, DRAMA],
        budget: 1_200,
    },
    Country {
        name: "Canada",
        weight: 3,
        languages: &[("English", 65), ("French", 35)],
        culture: &ENGLISH,
        likes: &[ANIMATION, DOCUMENTARY],
        budget: 2_000,
    },
    Country {
        name: "Brazil",
        weight: 3,
        languages: &[("Portuguese", 99), ("English", 1)],
        culture: &PORTUGUESE,
        likes: &[MUSICAL, COMEDY],
        budget: 900,
    },
    Country {
        name: "Belgium",
        weight: 2,
        languages: &[("French", 55), ("Dutch", 45)],
        culture: &FRENCH,
        likes: &[COMEDY, DOCUMENTARY],
        budget: 1_000,
    },
    Country {
        name: "Austria",
        weight: 1,
        languages: &[("German", 97), ("English", 3)],
        culture: &GERMAN,
        likes: &[MUSICAL, ROMANCE],
        budget: 900,
    },
    Country {
        name: "Portugal",
        weight: 1,
        languages: &[("Portuguese", 96), ("French", 4)],
        culture: &PORTUGUESE,
        likes: &[DRAMA, MYSTERY],
        budget: 700,
    },
];
