//! Each rule of the search has a script in tests/search_rules, as those of normalization have: a case in which it fires, one in
//! which it must not, and why.
//!
//! `search expect=Rule` normalizes a query, searches, and checks that the rule put an expression into the memo (whether it won
//! or not); `expect-not=Rule` that it put none. The cheapest plan is printed. `budget=1` bounds the pairs of a join block.

mod common;
mod script;

use common::{normalized, schema};
use optimizer::Options;
use optimizer::implement::SEARCH_RULES;
use optimizer::search::{SearchOptions, Silent, optimize};
use std::collections::BTreeSet;
use std::rc::Rc;
use testkit::golden::{self, Case};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/search_rules");

/// Rows of every table: enough that no join is best tried pair by pair.
const ROWS: u64 = 10_000;

fn run(case: &Case) -> String {
    assert_eq!(case.directive, "search", "{}", case.place);
    let catalog = Rc::new(schema().with_rows(ROWS));
    let mut run = normalized(catalog, &case.input, &Options::default(), 1);
    let mut options = SearchOptions::default();
    if let Some(budget) = case.arg("budget") {
        options.pair_budget = budget.parse().expect("a number");
    }
    let found = optimize(&mut run.arena, run.last, &options, &mut Silent)
        .unwrap_or_else(|e| panic!("{}: {e}", case.place));
    let memo = &found.memo;
    let expressions = memo
        .groups()
        .flat_map(|(_, group)| group.logical.iter().chain(&group.physical));
    let fired: BTreeSet<&str> = expressions
        .filter_map(|id| Some(memo.expr(*id).rule?.name()))
        .collect();
    let tree = plan::text::tree(&run.arena, found.physical);
    script::expect(case, &fired, &tree);
    tree
}

#[test]
fn scripts_hold() {
    golden::check_folder(FOLDER, "txt", &mut run);
}

#[test]
fn every_rule_has_a_case_that_fires_one_that_must_not_and_the_sentence_why() {
    script::check(FOLDER, SEARCH_RULES.iter().map(|rule| rule.info.name));
}
