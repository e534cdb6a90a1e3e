//! Tables `company` and `title_company`.

use super::titles::Title;
use super::{Counts, names, stream, world};
use crate::random::{Random, Zipf};
use std::collections::BTreeSet;
use types::Batch;

/// A company.
pub struct Company {
    name: String,
    country: usize,
    founded: Option<i32>,
}

/// The companies of a data set; every country has at least one, when there are as many companies as countries.
pub fn make(counts: &Counts, seed: u64) -> Vec<Company> {
    let mut random = Random::new(seed, stream::COMPANIES);
    let mut taken = BTreeSet::new();
    (0..counts.companies)
        .map(|index| {
            let country = if index < counts.countries {
                index
            } else {
                world::draw(counts.countries, &mut random)
            };
            let culture = world::COUNTRIES[country].culture;
            let mut name = names::company(culture, &mut random);
            for _ in 0..4 {
                if taken.insert(name.clone()) {
                    break;
                }
                name = names::company(culture, &mut random);
            }
            Company {
                name,
                country,
                founded: random.percent(85).then(|| random.between(1905, 2015)),
            }
        })
        .collect()
}

/// The rows of `company`; a company's id is its index plus 1.
pub fn rows(companies: &[Company]) -> Vec<Batch> {
    let mut writer = super::writer("company");
    for (index, company) in companies.iter().enumerate() {
        writer.int(index as i32 + 1);
        writer.text(company.name.as_str());
        writer.text(world::COUNTRIES[company.country].name);
        writer.int(company.founded);
    }
    writer.finish()
}

/// The rows of `title_company`: who produced and who distributed a title. Most are from the title's own country, and a
/// country's first companies take most of its titles.
pub fn title_rows(companies: &[Company], titles: &[Title], seed: u64) -> Vec<Batch> {
    let mut random = Random::new(seed, stream::TITLE_COMPANIES);
    let by_country: Vec<Vec<usize>> = (0..world::COUNTRIES.len())
        .map(|country| {
            let mut own: Vec<usize> = (0..companies.len())
                .filter(|&at| companies[at].country == country)
                .collect();
            random.shuffle(&mut own);
            own
        })
        .collect();
    let ranks: Vec<Zipf> = by_country
        .iter()
        .map(|own| Zipf::new(own.len(), 1))
        .collect();
    let mut writer = super::writer("title_company");
    for (index, title) in titles.iter().enumerate() {
        let mut taken: Vec<(usize, &str)> = Vec::new();
        for (task, chances) in [("production", [96, 28]), ("distribution", [62, 14])] {
            for chance in chances {
                if !random.percent(chance) {
                    continue;
                }
                let company = if random.percent(88) {
                    by_country[title.country][ranks[title.country].draw(&mut random)]
                } else {
                    random.below(companies.len() as u64) as usize
                };
                if !taken.contains(&(company, task)) {
                    taken.push((company, task));
                }
            }
        }
        for (company, task) in taken {
            writer.int(index as i32 + 1);
            writer.int(company as i32 + 1);
            writer.text(task);
        }
    }
    writer.finish()
}
