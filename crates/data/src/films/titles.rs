//! Tables `title`, `title_genre` and `rating`.

use super::genres::{DOCUMENTARY, GENRES};
use super::people::{FIRST_YEAR, LAST_YEAR};
use super::{Counts, names, stream, world};
use crate::random::Random;
use std::collections::BTreeSet;
use types::Batch;
use types::datetime::days_from_civil;

/// What a title is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Feature,
    Short,
    Series,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Short => "short",
            Self::Series => "series",
        }
    }
}

/// A title.
pub struct Title {
    pub name: String,
    pub kind: Kind,
    pub year: i32,
    pub country: usize,
    /// The main genre first.
    pub genres: Vec<usize>,
    /// Place in the order of fame, 0 the most famous: it has most credits and votes.
    pub rank: usize,
    language: &'static str,
    runtime: Option<i32>,
    premiere: Option<i32>,
    /// In cents.
    budget: Option<i64>,
    /// The index of the title it continues.
    sequel_of: Option<usize>,
    /// 1, or more for a sequel.
    part: usize,
}

/// The titles of a data set.
pub fn make(counts: &Counts, seed: u64) -> Vec<Title> {
    let mut random = Random::new(seed, stream::TITLES);
    let mut ranks: Vec<usize> = (0..counts.titles).collect();
    random.shuffle(&mut ranks);
    let mut names = BTreeSet::new();
    let mut continued = BTreeSet::new();
    let mut titles: Vec<Title> = Vec::with_capacity(counts.titles);
    for rank in ranks {
        let first = pick_first(&titles, &continued, &mut random);
        let title = match first {
            Some(first) => {
                continued.insert(first);
                sequel(&titles, first, rank, &mut random)
            }
            None => {
                let mut title = original(counts, rank, &mut random);
                for _ in 0..4 {
                    if !names.contains(&title.name) {
                        break;
                    }
                    title.name = names::title(&GENRES[title.genres[0]], &mut random);
                }
                title
            }
        };
        names.insert(title.name.clone());
        titles.push(title);
    }
    titles
}

fn original(counts: &Counts, rank: usize, random: &mut Random) -> Title {
    // The larger of two draws: there are more films of late.
    let year = random
        .between(FIRST_YEAR, LAST_YEAR)
        .max(random.between(FIRST_YEAR, LAST_YEAR));
    let country = world::draw(counts.countries, random);
    let genres = pick_genres(counts.genres, country, year, random);
    finish(String::new(), year, country, genres, rank, random)
}

/// Every fifteenth title or so continues an earlier feature, which is not continued yet.
fn pick_first(titles: &[Title], continued: &BTreeSet<usize>, random: &mut Random) -> Option<usize> {
    if titles.len() < 5 || !random.percent(8) {
        return None;
    }
    (0..6)
        .map(|_| random.below(titles.len() as u64) as usize)
        .find(|&at| {
            let title = &titles[at];
            title.kind == Kind::Feature
                && title.year <= LAST_YEAR - 6
                && title.part < 4
                && !continued.contains(&at)
        })
}

fn sequel(titles: &[Title], first: usize, rank: usize, random: &mut Random) -> Title {
    let before = &titles[first];
    let year = before.year + random.between(1, 6);
    let mut title = finish(
        before.name.clone(),
        year,
        before.country,
        before.genres.clone(),
        rank,
        random,
    );
    let base = match before.sequel_of {
        None => before.name.as_str(),
        Some(_) => before
            .name
            .rsplit_once(' ')
            .map_or(before.name.as_str(), |(base, _)| base),
    };
    title.part = before.part + 1;
    title.name = names::sequel(base, title.part);
    title.kind = Kind::Feature;
    title.language = before.language;
    title.runtime = before
        .runtime
        .map(|minutes| minutes + random.between(-5, 15));
    title.sequel_of = Some(first);
    title
}

fn finish(
    name: String,
    year: i32,
    country: usize,
    genres: Vec<usize>,
    rank: usize,
    random: &mut Random,
) -> Title {
    let made_in = &world::COUNTRIES[country];
    let main = &GENRES[genres[0]];
    let kind = pick_kind(year, random);
    let language = made_in.languages[random.weighted(made_in.languages.iter().map(|l| l.1))].0;
    let minutes = match kind {
        Kind::Feature => 96 + main.minutes + (year - 1970) / 8 + random.between(-14, 18),
        Kind::Short => random.between(6, 32),
        Kind::Series => [24, 27, 45, 50, 55][random.below(5) as usize],
    };
    let known = if year < 1950 { 55 } else { 88 };
    let premiere = days_from_civil(year, 1, 1) + random.between(0, 364);
    let budget = i64::from(made_in.budget) * i64::from(random.between(20, 400)) / 100
        * i64::from(10 + (year - FIRST_YEAR))
        / 60;
    let spent = if kind == Kind::Feature { 70 } else { 15 };
    Title {
        name: if name.is_empty() {
            names::title(main, random)
        } else {
            name
        },
        kind,
        year,
        country,
        rank,
        language,
        runtime: random.percent(92).then_some(minutes),
        premiere: random.percent(known).then_some(premiere),
        budget: random.percent(spent).then_some(budget * 100_000),
        sequel_of: None,
        part: 1,
        genres,
    }
}

/// Shorts are the fashion of the first decades, and series come with television.
fn pick_kind(year: i32, random: &mut Random) -> Kind {
    let (short, series) = match year {
        ..1932 => (45, 0),
        1932..1952 => (14, 0),
        1952..1985 => (5, 12),
        1985..2010 => (7, 22),
        _ => (9, 34),
    };
    match random.below(100) as i32 {
        at if at < short => Kind::Short,
        at if at < short + series => Kind::Series,
        _ => Kind::Feature,
    }
}

/// One genre by country and year, and up to two that go with it.
fn pick_genres(count: usize, country: usize, year: i32, random: &mut Random) -> Vec<usize> {
    let country = &world::COUNTRIES[country];
    let weights = GENRES[..count].iter().enumerate().map(|(index, genre)| {
        let heyday = (genre.heyday.0..=genre.heyday.1).contains(&year);
        let liked = if country.likes(index) { 3 } else { 1 };
        genre.weight * liked * if heyday { 3 } else { 1 }
    });
    let main = random.weighted(weights);
    let mut genres = vec![main];
    for chance in [65, 30] {
        if random.percent(chance) {
            let other = *random.pick(GENRES[main].goes_with);
            if other < count && !genres.contains(&other) {
                genres.push(other);
            }
        }
    }
    genres
}

/// The rows of `title`; a title's id is its index plus 1.
pub fn rows(titles: &[Title]) -> Vec<Batch> {
    let mut writer = super::writer("title");
    for (index, title) in titles.iter().enumerate() {
        writer.int(index as i32 + 1);
        writer.text(title.name.as_str());
        writer.text(title.kind.name());
        writer.int(title.year);
        writer.text(world::COUNTRIES[title.country].name);
        writer.text(title.language);
        writer.boolean(title.in_colour());
        writer.int(title.runtime);
        writer.int(title.premiere);
        writer.long(title.budget);
        writer.int(title.sequel_of.map(|first| first as i32 + 1));
    }
    writer.finish()
}

impl Title {
    /// Black and white until the fifties, colour from the seventies on, and the old look for the odd drama since.
    fn in_colour(&self) -> bool {
        let year = self.year + (self.rank % 23) as i32;
        year > 1968 && !(self.genres[0] == super::genres::DRAMA && self.rank % 19 == 7)
    }
}

/// The rows of `title_genre`.
pub fn genre_rows(titles: &[Title]) -> Vec<Batch> {
    let mut writer = super::writer("title_genre");
    for (index, title) in titles.iter().enumerate() {
        for genre in &title.genres {
            writer.int(index as i32 + 1);
            writer.int(*genre as i32 + 1);
        }
    }
    writer.finish()
}

/// The rows of `rating`: famous titles have many votes, obscure ones few or none; the score depends on the genre.
pub fn rating_rows(titles: &[Title], seed: u64) -> Vec<Batch> {
    let mut random = Random::new(seed, stream::RATINGS);
    let mut writer = super::writer("rating");
    for (index, title) in titles.iter().enumerate() {
        let obscure = title.rank * 10 / titles.len() >= 6;
        let (seen, luck) = (
            random.percent(if obscure { 68 } else { 97 }),
            random.between(-14, 14),
        );
        let votes = 900_000 / (title.rank as i32 + 2) * random.between(70, 130) / 100;
        if !seen {
            continue;
        }
        let mut score = 62 + GENRES[title.genres[0]].score + luck;
        // Sequels disappoint, and the famous are famous for a reason.
        score -= 5 * (title.part as i32 - 1);
        score += if title.rank * 20 < titles.len() { 8 } else { 0 };
        if title.genres[0] == DOCUMENTARY && title.kind == Kind::Short {
            score += 2;
        }
        writer.int(index as i32 + 1);
        writer.int(votes.max(5 + (title.rank % 11) as i32));
        writer.long(i64::from(score.clamp(10, 99)));
    }
    writer.finish()
}
