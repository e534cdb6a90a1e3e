//! The films: the same bytes every time, keys and references that hold, and the skew and correlation they are made for.

use data::TableData;
use data::films::{self, DEFAULT_SEED, SCHEMA, Size, TABLES};
use std::collections::{BTreeMap, BTreeSet};
use types::{DataType, Value};

/// All rows of a data set by table and column name.
struct Films(Vec<TableData>);

impl Films {
    fn new(size: Size) -> Self {
        Self(films::tables(size, DEFAULT_SEED))
    }

    fn table(&self, name: &str) -> &TableData {
        self.0
            .iter()
            .find(|table| table.name == name)
            .expect("the table is there")
    }

    fn column(&self, table: &str, column: &str) -> Vec<Value> {
        let at = data::schema::columns(SCHEMA, table)
            .iter()
            .position(|(name, _)| *name == column)
            .expect("the column is there");
        let table = self.table(table);
        table
            .batches
            .iter()
            .flat_map(|batch| {
                (0..batch.len()).map(move |row| batch.columns[at].value(row, table.types[at]))
            })
            .collect()
    }

    fn ints(&self, table: &str, column: &str) -> Vec<i64> {
        self.column(table, column)
            .iter()
            .map(|value| value.as_i64().expect("no NULL in this column"))
            .collect()
    }

    fn texts(&self, table: &str, column: &str) -> Vec<String> {
        self.column(table, column)
            .iter()
            .map(Value::to_string)
            .collect()
    }

    /// How many rows each value of a column has, most first.
    fn frequencies(&self, table: &str, column: &str) -> Vec<usize> {
        let mut counts = BTreeMap::new();
        for value in self.ints(table, column) {
            *counts.entry(value).or_insert(0) += 1;
        }
        let mut counts: Vec<usize> = counts.into_values().collect();
        counts.sort_by(|a, b| b.cmp(a));
        counts
    }

    /// FNV-1a over the text of every field, NULL told apart from every text.
    fn hash(&self) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut byte = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        for table in &self.0 {
            table.name.bytes().for_each(&mut byte);
            for batch in &table.batches {
                for row in 0..batch.len() {
                    for (column, ty) in batch.columns.iter().zip(&table.types) {
                        match column.value(row, *ty) {
                            Value::Null => byte(0xff),
                            value => value.to_string().bytes().for_each(&mut byte),
                        }
                        byte(0xfe);
                    }
                }
            }
        }
        hash
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

/// The share of a column's rows that its most frequent tenth of `among` values holds.
fn top_tenth(frequencies: &[usize], among: usize) -> f64 {
    let top: usize = frequencies[..among / 10].iter().sum();
    top as f64 / frequencies.iter().sum::<usize>() as f64
}

#[test]
fn same_seed_same_bytes() {
    let hashes = Size::ALL.map(|size| format!("{:016x}", Films::new(size).hash()));
    assert_eq!(
        hashes,
        ["51df3c83eea1e4f6", "3547f1adecbcc34f", "fee0705bc429b20d"],
        "the films changed: every saved link shows other rows now"
    );
    let other = Films(films::tables(Size::Small, DEFAULT_SEED + 1));
    assert_ne!(other.hash(), Films::new(Size::Small).hash());
}

#[test]
fn sizes_are_as_announced() {
    for (size, titles, rows) in [
        (Size::Small, 30, 300..450),
        (Size::Medium, 2_000, 27_000..34_000),
        (Size::Large, 20_000, 270_000..340_000),
    ] {
        let films = Films::new(size);
        assert_eq!(films.table("title").rows(), titles);
        let all: usize = films.0.iter().map(TableData::rows).sum();
        assert!(rows.contains(&all), "{size:?}: {all} rows");
        assert_eq!(size.name().parse(), Ok(size));
    }
    assert!("huge".parse::<Size>().is_err());
}

#[test]
fn tables_match_the_schema() {
    let names = data::schema::tables(SCHEMA).into_iter().map(|t| t.name);
    assert!(names.eq(TABLES));
    for table in Films::new(Size::Medium).0 {
        let types = data::schema::types(SCHEMA, table.name);
        assert_eq!(table.types, types);
        for batch in &table.batches {
            assert_eq!(batch.columns.len(), types.len());
            for (column, ty) in batch.columns.iter().zip(&types) {
                for row in 0..batch.len() {
                    if let (DataType::Varchar(most), Value::Text(text)) =
                        (ty, column.value(row, *ty))
                    {
                        assert!(text.chars().count() <= *most as usize, "{text}");
                        assert!(!text.is_empty());
                    }
                }
            }
        }
    }
}

#[test]
fn keys_are_unique() {
    for size in Size::ALL {
        let films = Films::new(size);
        for (table, key) in [
            ("genre", &["id"][..]),
            ("company", &["id"]),
            ("person", &["id"]),
            ("title", &["id"]),
            ("title_genre", &["title_id", "genre_id"]),
            ("title_company", &["title_id", "company_id", "task"]),
            ("cast_info", &["id"]),
            ("rating", &["title_id"]),
        ] {
            let columns: Vec<_> = key.iter().map(|name| films.texts(table, name)).collect();
            let rows = films.table(table).rows();
            let keys: BTreeSet<Vec<&str>> = (0..rows)
                .map(|row| columns.iter().map(|column| column[row].as_str()).collect())
                .collect();
            assert_eq!(keys.len(), rows, "{table} in {size:?}");
        }
    }
}

#[test]
fn references_hold() {
    for size in Size::ALL {
        let films = Films::new(size);
        for (table, column, target) in [
            ("title", "sequel_of", "title"),
            ("title_genre", "title_id", "title"),
            ("title_genre", "genre_id", "genre"),
            ("title_company", "title_id", "title"),
            ("title_company", "company_id", "company"),
            ("cast_info", "title_id", "title"),
            ("cast_info", "person_id", "person"),
            ("rating", "title_id", "title"),
        ] {
            let keys: BTreeSet<i64> = films.ints(target, "id").into_iter().collect();
            let references = films.column(table, column);
            assert!(
                references
                    .iter()
                    .filter_map(Value::as_i64)
                    .all(|key| keys.contains(&key)),
                "{table}.{column} in {size:?}"
            );
        }
        // A sequel comes after what it continues, in the table as in time, so that rows can be loaded in order.
        let years = films.ints("title", "year");
        let mut sequels = 0;
        for (at, first) in films.column("title", "sequel_of").iter().enumerate() {
            if let Some(first) = first.as_i64() {
                assert!((first as usize) <= at && years[first as usize - 1] < years[at]);
                sequels += 1;
            }
        }
        assert!(sequels > 0, "{size:?}");
    }
}

#[test]
fn columns_that_may_be_null_sometimes_are() {
    let films = Films::new(Size::Small);
    for (table, column) in [
        ("company", "founded"),
        ("person", "country"),
        ("person", "birth_year"),
        ("person", "death_year"),
        ("title", "runtime"),
        ("title", "premiere"),
        ("title", "budget"),
        ("title", "sequel_of"),
        ("cast_info", "billing"),
        ("cast_info", "character_name"),
    ] {
        let values = films.column(table, column);
        let nulls = values.iter().filter(|value| value.is_null()).count();
        assert!(nulls > 0 && nulls < values.len(), "{table}.{column}");
    }
    assert!(films.table("rating").rows() < films.table("title").rows());
}

#[test]
fn few_titles_people_and_companies_take_most_rows() {
    for size in Size::ALL {
        let films = Films::new(size);
        let credits = films.frequencies("cast_info", "title_id");
        let share = top_tenth(&credits, films.table("title").rows());
        // Thirty titles have too few people to fill the greatest casts.
        let least = if size == Size::Small { 0.35 } else { 0.4 };
        assert!(share > least, "{size:?}: {share}");
        if size != Size::Small {
            let people = films.frequencies("cast_info", "person_id");
            let share = top_tenth(&people, films.table("person").rows());
            assert!(share > 0.4, "{size:?} people: {share}");
            let companies = films.frequencies("title_company", "company_id");
            let share = top_tenth(&companies, films.table("company").rows());
            assert!(share > 0.4, "{size:?} companies: {share}");
        }
    }
}

#[test]
fn country_language_and_companies_go_together() {
    let films = Films::new(Size::Medium);
    let countries = films.texts("title", "country");
    let languages = films.texts("title", "language");
    let titles = countries.len() as f64;
    let share = |of: &dyn Fn(usize) -> bool| {
        (0..countries.len()).filter(|&at| of(at)).count() as f64 / titles
    };

    // Independence would multiply the two shares; the truth is several times as much.
    let together = share(&|at| countries[at] == "Japan" && languages[at] == "Japanese");
    let apart = share(&|at| countries[at] == "Japan") * share(&|at| languages[at] == "Japanese");
    assert!(together > 5.0 * apart, "{together} against {apart}");

    let company_countries = films.texts("company", "country");
    let same = films
        .ints("title_company", "title_id")
        .iter()
        .zip(films.ints("title_company", "company_id"))
        .filter(|(title, company)| {
            countries[**title as usize - 1] == company_countries[*company as usize - 1]
        })
        .count() as f64
        / films.table("title_company").rows() as f64;
    let by_chance: f64 = countries
        .iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|country| {
            let companies = company_countries.iter().filter(|c| *c == country).count();
            share(&|at| countries[at] == *country) * companies as f64
                / company_countries.len() as f64
        })
        .sum();
    assert!(same > 0.8 && by_chance < 0.3, "{same} against {by_chance}");
}

#[test]
fn genre_decides_score_and_runtime() {
    let films = Films::new(Size::Medium);
    let genres = films.texts("genre", "name");
    let mut main_genre = BTreeMap::new();
    let of = films.ints("title_genre", "genre_id");
    for (title, genre) in films.ints("title_genre", "title_id").iter().zip(of) {
        main_genre
            .entry(*title)
            .or_insert(genres[genre as usize - 1].as_str());
    }
    let scores = films.column("rating", "score");
    let score = |genre: &str| {
        mean(
            films
                .ints("rating", "title_id")
                .iter()
                .zip(&scores)
                .filter(|(title, _)| main_genre[title] == genre)
                .map(|(_, score)| score.as_f64().expect("a score is a number")),
        )
    };
    assert!(score("Documentary") > score("Horror") + 1.5);

    let kinds = films.texts("title", "kind");
    let runtimes = films.column("title", "runtime");
    let minutes = |genre: &str| {
        mean(
            (0..kinds.len())
                .filter(|&at| kinds[at] == "feature" && main_genre[&(at as i64 + 1)] == genre)
                .filter_map(|at| runtimes[at].as_f64()),
        )
    };
    assert!(minutes("War") > minutes("Animation") + 20.0);
}

#[test]
fn year_decides_kind_and_colour() {
    let films = Films::new(Size::Medium);
    let years = films.ints("title", "year");
    let kinds = films.texts("title", "kind");
    let share = |kind: &str, from: i64, to: i64| {
        let then: Vec<usize> = (0..years.len())
            .filter(|&at| (from..to).contains(&years[at]))
            .collect();
        then.iter().filter(|&&at| kinds[at] == kind).count() as f64 / then.len() as f64
    };
    assert_eq!(share("series", 0, 1952), 0.0);
    assert!(share("series", 2010, 2025) > 0.25);
    assert!(share("short", 0, 1932) > 3.0 * share("short", 1932, 2025));
    for (year, colour) in years.iter().zip(films.column("title", "in_colour")) {
        assert!(*year >= 1947 || colour == Value::Bool(false));
    }
}
