//! TPC-H queries normalize as they should.

mod common;

use common::{normalized, schema};
use optimizer::Options;
use std::rc::Rc;

#[test]
fn queries_are_unnested() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpora/tpch");
    let catalog = Rc::new(schema());
    let mut found = 0;
    for number in 1..=22 {
        let Some(text) = query(folder, number) else {
            continue;
        };
        found += 1;
        let run = normalized(catalog.clone(), &text, &Options::default(), 1);
        let tree = plan::text::tree(&run.arena, run.last);
        if std::env::var("SHOW").is_ok() {
            eprintln!("Q{number}: {} firings\n{tree}", run.trace.steps.len() - 1);
        }
        assert!(
            !tree.contains("dependent"),
            "Q{number} stays dependent\n{tree}"
        );
    }
    if found == 0 {
        eprintln!("skipped: no TPC-H corpus");
    }
}

fn query(folder: &str, number: u32) -> Option<String> {
    ["queries/q{:02}.sql"].iter().find_map(|name| {
        let name = name
            .replace("{:02}", &format!("{number:02}"))
            .replace("{}", &number.to_string());
        std::fs::read_to_string(format!("{folder}/{name}")).ok()
    })
}
