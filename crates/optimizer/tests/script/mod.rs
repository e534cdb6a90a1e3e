//! What the cases of rule scripts expect, and what every folder of them has to have.

use std::collections::BTreeSet;
use testkit::golden::{self, Case};

/// The rules that a case expects fired, and those that it does not expect did not.
pub fn expect(case: &Case, fired: &BTreeSet<&str>, tree: &str) {
    for rule in case.all("expect") {
        assert!(
            fired.contains(rule),
            "{}: {rule} did not fire, these did: {fired:?}\n{tree}",
            case.place
        );
    }
    for rule in case.all("expect-not") {
        assert!(
            !fired.contains(rule),
            "{}: {rule} fired\n{tree}",
            case.place
        );
    }
}

/// Each rule has a script `<Rule>.txt` with a case in which it must fire, and one in which it must not, with a sentence above
/// that says why; and each script has its rule.
pub fn check(folder: &str, rules: impl Iterator<Item = &'static str>) {
    let rules: BTreeSet<&str> = rules.collect();
    let mut missing = Vec::new();
    for rule in &rules {
        let text = std::fs::read_to_string(format!("{folder}/{rule}.txt")).unwrap_or_default();
        let cases = golden::cases(rule, &text).unwrap_or_else(|error| panic!("{error}"));
        if !cases
            .iter()
            .any(|case| case.all("expect").any(|r| r == *rule))
        {
            missing.push(format!("{rule}: no case in which it fires"));
        }
        let mut refused = 0;
        for case in &cases {
            if !case.has("expect-not") {
                continue;
            }
            refused += usize::from(case.all("expect-not").any(|r| r == *rule));
            if !is_sentence(above(&text, &case.place)) {
                missing.push(format!("{}: no sentence why it must not fire", case.place));
            }
        }
        if refused == 0 {
            missing.push(format!("{rule}: no case in which it must not fire"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    for entry in std::fs::read_dir(folder).expect("the folder of scripts") {
        let file = entry.expect("a script").file_name();
        let file = file.to_string_lossy();
        let rule = file.strip_suffix(".txt").unwrap_or(&file);
        assert!(rules.contains(rule), "{file} names no rule");
    }
}

/// The line above the directive of a case.
fn above<'t>(text: &'t str, place: &str) -> &'t str {
    let line = place.rsplit_once(':').expect("file and line").1;
    let line: usize = line.parse().expect("a line number");
    text.lines().nth(line.wrapping_sub(2)).unwrap_or_default()
}

fn is_sentence(line: &str) -> bool {
    line.strip_prefix("# ")
        .is_some_and(|words| words.contains(' ') && (words.ends_with('.') || words.ends_with(".)")))
}
