//! Names of people, companies and titles, put together from words.

use super::genres::Genre;
use super::words::{ADJECTIVES, Culture, ENDINGS};
use crate::random::Random;

/// A person's name.
pub fn person(culture: &Culture, random: &mut Random) -> String {
    let given = random.pick(culture.given);
    let family = family(culture, random);
    if culture.initials && random.percent(20) {
        let initial = random.pick(&["A", "B", "C", "E", "F", "H", "J", "L", "M", "P", "R", "T"]);
        format!("{given} {initial}. {family}")
    } else {
        format!("{given} {family}")
    }
}

fn family(culture: &Culture, random: &mut Random) -> String {
    let (beginnings, endings) = culture.family;
    format!("{}{}", random.pick(beginnings), random.pick(endings))
}

/// A company's name: an image ("Paper Moth Pictures") or its founder's family name ("Fenhurst Films").
pub fn company(culture: &Culture, random: &mut Random) -> String {
    let end = random.pick(culture.firm_ends);
    if random.percent(50) {
        format!("{} {end}", random.pick(culture.firms))
    } else {
        format!("{} {end}", family(culture, random))
    }
}

/// A title of a genre.
pub fn title(genre: &Genre, random: &mut Random) -> String {
    let noun = random.pick(genre.nouns);
    let adjective = random.pick(&ADJECTIVES);
    let ending = random.pick(&ENDINGS);
    match random.below(8) {
        0..=1 => format!("The {adjective} {noun}"),
        2..=3 => format!("The {noun} {ending}"),
        4 => format!("{adjective} {noun}"),
        5 => format!("{noun} {ending}"),
        _ => format!("The {adjective} {noun} {ending}"),
    }
}

/// The name of part `part` (2 or more) of a series of films.
pub fn sequel(first: &str, part: usize) -> String {
    const NUMERALS: [&str; 6] = ["", "I", "II", "III", "IV", "V"];
    format!("{first} {}", NUMERALS[part.min(NUMERALS.len() - 1)])
}
