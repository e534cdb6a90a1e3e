//! Table `person`.

use super::{Counts, names, stream, world};
use crate::random::Random;
use types::Batch;

/// The last year anything happens in.
pub const LAST_YEAR: i32 = 2024;
/// The year of the oldest films.
pub const FIRST_YEAR: i32 = 1921;

/// A person as they are; the table leaves out some of it.
pub struct Person {
    pub name: String,
    pub country: usize,
    pub born: i32,
    pub died: Option<i32>,
    country_known: bool,
    birth_known: bool,
}

impl Person {
    /// Whether they were of an age to work, and alive, in a year.
    pub fn could_work(&self, year: i32) -> bool {
        (self.born + 17..=self.born + 80).contains(&year)
            && self.died.is_none_or(|died| year <= died)
    }
}

/// The people of a data set.
pub fn make(counts: &Counts, seed: u64) -> Vec<Person> {
    let mut random = Random::new(seed, stream::PEOPLE);
    (0..counts.people)
        .map(|_| {
            let country = world::draw(counts.countries, &mut random);
            // The larger of two draws: more people are young, as more films are.
            let born = random.between(1880, 2002).max(random.between(1880, 2002));
            let died = born + random.between(38, 97);
            Person {
                name: names::person(world::COUNTRIES[country].culture, &mut random),
                country,
                born,
                died: (died <= LAST_YEAR).then_some(died),
                country_known: random.percent(90),
                birth_known: random.percent(80),
            }
        })
        .collect()
}

/// The rows; a person's id is their index plus 1.
pub fn rows(people: &[Person]) -> Vec<Batch> {
    let mut writer = super::writer("person");
    for (index, person) in people.iter().enumerate() {
        writer.int(index as i32 + 1);
        writer.text(person.name.as_str());
        writer.text(
            person
                .country_known
                .then(|| world::COUNTRIES[person.country].name),
        );
        writer.int(person.birth_known.then_some(person.born));
        writer.int(person.died.filter(|_| person.birth_known));
    }
    writer.finish()
}
