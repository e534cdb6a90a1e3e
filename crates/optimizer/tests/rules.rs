//! Each rule has a script of its own in tests/rules: a case in which it fires, one in which it must not, and why.
//!
//! `norm expect=Rule` and `norm expect-not=Rule` normalize a query, check which rules fired, and print the plan.
//! `UPDATE=1` rewrites the plans, never the expectations.

mod common;

use common::{normalized, schema};
use optimizer::{Options, rules};
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use testkit::golden::{self, Case};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");

fn run(case: &Case) -> String {
    assert_eq!(case.directive, "norm", "{}: unknown directive", case.place);
    let run = normalized(Rc::new(schema()), &case.input, &Options::default(), 1);
    let fired = run.trace.rules();
    let tree = plan::text::tree(&run.arena, run.last);
    for rule in case.all("expect") {
        assert!(
            fired.contains(&rule),
            "{}: {rule} did not fire, these did: {fired:?}\n{tree}",
            case.place
        );
    }
    for rule in case.all("expect-not") {
        assert!(
            !fired.contains(&rule),
            "{}: {rule} fired\n{tree}",
            case.place
        );
    }
    tree
}

#[test]
fn scripts_hold() {
    golden::check_folder(FOLDER, "txt", &mut run);
}

#[test]
fn every_rule_has_a_script_with_both_cases() {
    let mut missing = Vec::new();
    for rule in rules() {
        let name = rule.info().name;
        let path = format!("{FOLDER}/{name}.txt");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if !text.contains(&format!("expect={name}\n"))
            || !text.contains(&format!("expect-not={name}\n"))
        {
            missing.push(name);
        }
    }
    assert!(
        missing.is_empty(),
        "no case that fires, or none that must not: {missing:?}"
    );
}

#[test]
fn every_script_has_its_rule() {
    let names: BTreeSet<String> = rules()
        .iter()
        .map(|r| format!("{}.txt", r.info().name))
        .collect();
    for entry in std::fs::read_dir(Path::new(FOLDER)).expect("the folder of scripts") {
        let file = entry
            .expect("a script")
            .file_name()
            .to_string_lossy()
            .to_string();
        assert!(names.contains(&file), "{file} names no rule");
    }
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
