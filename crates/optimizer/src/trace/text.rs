//! The text form of a trace: the bound plan, each firing as a diff of the subtree it touched, the last plan. It is what
//! golden tests compare and what the hash is taken of.

use super::{OccId, Phase, Rejection, Step, Trace};
use crate::normalize;
use crate::rule::Family;
use plan::{Arena, text as plan_text};
use std::collections::HashSet;
use std::fmt::Write;

/// The whole trace. Level 1: sentences and diffs; level 2 adds the evidence, and once for each operator what guards held
/// back, but for the rules about expressions, which look at every operator that has some; level 3: all of it.
pub fn text(arena: &Arena, trace: &Trace, level: u8) -> String {
    let mut out = String::new();
    let mut told = HashSet::new();
    for (at, step) in trace.steps.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        match step.rule {
            Some(rule) => {
                let _ = writeln!(out, "{at} {rule}");
            }
            None => {
                let _ = writeln!(out, "{at} {}", step.phase.name());
            }
        }
        let _ = writeln!(out, "  {}", step.sentence);
        if level >= 2 {
            for evidence in &step.evidence {
                let _ = writeln!(out, "  * {}: {}", evidence.condition, evidence.fact);
            }
        }
        match step.phase {
            Phase::Normalize => {
                let (before, after) = touched(arena, trace, at);
                out.push_str(&diff(&before, &after));
            }
            Phase::Search => {}
            Phase::Logical | Phase::Physical => {
                let tree = tree(arena, trace, step.root, &HashSet::new());
                for line in tree.lines() {
                    let _ = writeln!(out, "    {line}");
                }
            }
        }
        let held_back = trace
            .rejections
            .iter()
            .filter(|(latest, _)| level >= 2 && *latest == at as u32);
        for (
            _,
            Rejection {
                rule, node, reason, ..
            },
        ) in held_back
        {
            let about_expressions =
                normalize::find(rule).is_some_and(|r| r.info().family == Family::Scalar);
            if level == 2 && (about_expressions || !told.insert((*rule, *node))) {
                continue;
            }
            let operator = plan_text::line(arena, arena.op(*node));
            let _ = writeln!(out, "  ! {rule} at {operator}: {reason}");
        }
    }
    if let Some(firings) = trace.budget_hit {
        let _ = writeln!(out, "\nthe budget of firings was used up after {firings}");
    }
    let normalized = trace
        .steps
        .iter()
        .rev()
        .find(|step| step.phase == Phase::Normalize);
    if let Some(step) = normalized {
        let _ = writeln!(out, "\nnormalized");
        for line in tree(arena, trace, step.root, &HashSet::new()).lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    out
}

/// The hash of a trace's text (FNV-1a, 64 bits): equal runs have equal hashes, on every machine.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The subtree a step replaced and what it became, as text trees. Where a subtree was kept, only its top line is shown,
/// with `…` for what is below. Both are empty for steps that are not firings.
pub fn touched(arena: &Arena, trace: &Trace, step: usize) -> (String, String) {
    let Step {
        before: Some(before),
        after: Some(after),
        ..
    } = &trace.steps[step]
    else {
        return (String::new(), String::new());
    };
    let ids = |root: OccId| trace.preorder(root).into_iter().collect::<HashSet<_>>();
    let kept: HashSet<OccId> = ids(*before).intersection(&ids(*after)).copied().collect();
    (
        tree(arena, trace, *before, &kept),
        tree(arena, trace, *after, &kept),
    )
}

/// A subtree of occurrences as a text tree; below one of `folded` nothing is shown.
pub fn tree(arena: &Arena, trace: &Trace, root: OccId, folded: &HashSet<OccId>) -> String {
    let mut out = String::new();
    let mut stack = vec![(root, String::new(), String::new())];
    while let Some((id, first, rest)) = stack.pop() {
        let occ = trace.occ(id);
        let fold = folded.contains(&id) && !occ.kids.is_empty();
        let _ = writeln!(
            out,
            "{first}{}{}",
            plan_text::line(arena, arena.op(occ.node)),
            if fold { " …" } else { "" }
        );
        if fold {
            continue;
        }
        for (at, kid) in occ.kids.iter().enumerate().rev() {
            let last = at + 1 == occ.kids.len();
            stack.push((
                *kid,
                format!("{rest}{}", if last { "└── " } else { "├── " }),
                format!("{rest}{}", if last { "    " } else { "│   " }),
            ));
        }
    }
    out
}

/// The lines of two texts, common ones once: removed ones marked `-`, added ones `+`.
pub fn diff(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    // common[i][j]: length of the longest common subsequence of old[i..] and new[j..].
    let mut common = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, String::new());
    while i < old.len() || j < new.len() {
        let (sign, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', old[i - 1])
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            ('-', old[i - 1])
        } else {
            j += 1;
            ('+', new[j - 1])
        };
        let _ = writeln!(out, "  {sign} {line}");
    }
    out
}
