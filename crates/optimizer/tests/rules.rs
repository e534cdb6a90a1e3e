//! Each rule has a script of its own in tests/rules: a case in which it fires, one in which it must not, and why.
//!
//! `norm expect=Rule` and `norm expect-not=Rule` normalize a query, check which rules fired, and print the plan.
//! `UPDATE=1` rewrites the plans, never the expectations.

mod common;
mod script;

use common::{normalized, schema};
use optimizer::{Options, rules};
use std::collections::BTreeSet;
use std::rc::Rc;
use testkit::golden::{self, Case};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");

fn run(case: &Case) -> String {
    assert_eq!(case.directive, "norm", "{}: unknown directive", case.place);
    let run = normalized(Rc::new(schema()), &case.input, &Options::default(), 1);
    let fired = run.trace.rules().into_iter().collect();
    let tree = plan::text::tree(&run.arena, run.last);
    script::expect(case, &fired, &tree);
    tree
}

#[test]
fn scripts_hold() {
    golden::check_folder(FOLDER, "txt", &mut run);
}

#[test]
fn every_rule_has_a_case_that_fires_one_that_must_not_and_the_sentence_why() {
    script::check(FOLDER, rules().iter().map(|rule| rule.info().name));
}

#[test]
fn rules_say_what_they_are() {
    let mut names = BTreeSet::new();
    for rule in rules() {
        let info = rule.info();
        assert!(names.insert(info.name), "{} twice", info.name);
        for text in [info.law, info.source, info.wrong_when, info.example] {
            assert!(!text.is_empty(), "{}", info.name);
        }
        for guard in rule.guards() {
            assert!(
                !guard.name.is_empty() && !guard.says.is_empty(),
                "{}",
                info.name
            );
        }
        assert!(rule.pattern().text().lines().count() > 0);
    }
}

/// The example of a rule's card is a query in which it fires.
#[test]
fn examples_fire() {
    let catalog = Rc::new(schema());
    let mut silent = Vec::new();
    for rule in rules() {
        let info = rule.info();
        let run = normalized(catalog.clone(), info.example, &Options::default(), 1);
        if !run.trace.rules().contains(&info.name) {
            silent.push(info.name);
        }
    }
    assert!(
        silent.is_empty(),
        "these do not fire in their own example: {silent:?}"
    );
}
