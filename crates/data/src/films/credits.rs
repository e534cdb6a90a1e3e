//! Table `cast_info`: who did what in a title.

use super::genres::GENRES;
use super::people::Person;
use super::titles::{Kind, Title};
use super::{Counts, stream, world};
use crate::random::{Random, Zipf};
use types::Batch;

/// A row of `cast_info`.
pub struct Credit {
    title: usize,
    person: usize,
    role: &'static str,
    billing: Option<i32>,
    character: Option<&'static str>,
}

/// The people of one country in the order of their fame.
struct Pool {
    people: Vec<usize>,
    fame: Zipf,
}

/// The crew that a title has with how many percent of certainty; everyone else acts.
const CREW: [(&str, u32); 6] = [
    ("director", 97),
    ("writer", 85),
    ("cinematographer", 55),
    ("composer", 50),
    ("producer", 45),
    ("writer", 30),
];

/// The credits of a data set. How many a title has follows its rank, how many a person has theirs; nine in ten people
/// are from the title's country.
pub fn make(counts: &Counts, titles: &[Title], people: &[Person], seed: u64) -> Vec<Credit> {
    let mut random = Random::new(seed, stream::CREDITS);
    let pools: Vec<Pool> = (0..world::COUNTRIES.len())
        .map(|country| {
            let mut own: Vec<usize> = (0..people.len())
                .filter(|&at| people[at].country == country)
                .collect();
            random.shuffle(&mut own);
            Pool {
                fame: Zipf::new(own.len(), own.len() as u64 / 100 + 2),
                people: own,
            }
        })
        .collect();
    let shares = Zipf::new(titles.len(), titles.len() as u64 / 100);
    let mut credits = Vec::with_capacity(counts.credits as usize);
    for (index, title) in titles.iter().enumerate() {
        let size = shares.share(title.rank, counts.credits);
        // The most obscure titles have lost their credits.
        if title.rank * 25 / titles.len() < 24 {
            cast(
                index,
                title,
                size,
                people,
                &pools,
                &mut random,
                &mut credits,
            );
        }
    }
    credits
}

fn cast(
    index: usize,
    title: &Title,
    size: u64,
    people: &[Person],
    pools: &[Pool],
    random: &mut Random,
    credits: &mut Vec<Credit>,
) {
    let from = credits.len();
    let mut billing = 0;
    let mut crew = CREW
        .iter()
        .filter(|(role, _)| title.kind != Kind::Series || *role != "director");
    for place in 0..size {
        // Every second place goes to the crew until it is complete.
        let role = match (place % 2 == 0).then(|| crew.next()).flatten() {
            Some((role, chance)) if random.percent(*chance) => role,
            _ => "actor",
        };
        let Some(person) = engage(title, people, pools, random, |person| {
            credits[from..]
                .iter()
                .all(|credit| credit.person != person || credit.role != role)
        }) else {
            continue;
        };
        let acts = role == "actor";
        billing += i32::from(acts);
        // Each character once; when the named ones are taken, the rest are extras.
        let character = (acts && random.percent(80))
            .then(|| {
                let genre = random.pick(&title.genres);
                *random.pick(GENRES[*genre].characters)
            })
            .filter(|name| {
                credits[from..]
                    .iter()
                    .all(|credit| credit.character != Some(name))
            });
        credits.push(Credit {
            title: index,
            person,
            role,
            billing: acts.then_some(billing),
            character,
        });
    }
}

/// Somebody who could have worked on the title then and is not on it yet; `None` when nobody is found.
fn engage(
    title: &Title,
    people: &[Person],
    pools: &[Pool],
    random: &mut Random,
    free: impl Fn(usize) -> bool,
) -> Option<usize> {
    for attempt in 0..24 {
        let person =
            if attempt < 18 && random.percent(90) && !pools[title.country].people.is_empty() {
                let pool = &pools[title.country];
                pool.people[pool.fame.draw(random)]
            } else {
                random.below(people.len() as u64) as usize
            };
        if people[person].could_work(title.year) && free(person) {
            return Some(person);
        }
    }
    None
}

/// The rows; the id counts them.
pub fn rows(credits: &[Credit]) -> Vec<Batch> {
    let mut writer = super::writer("cast_info");
    for (index, credit) in credits.iter().enumerate() {
        writer.int(index as i32 + 1);
        writer.int(credit.title as i32 + 1);
        writer.int(credit.person as i32 + 1);
        writer.text(credit.role);
        writer.int(credit.billing);
        writer.text(credit.character);
    }
    writer.finish()
}
