//! "Why did this rule not fire here?" for any rule at any node of any plan.

use crate::driver::{Options, exact_below, needed_of_input};
use crate::rule::view::Bindings;
use crate::rule::{Rewrite, Rule, Scope, matcher};
use plan::{Arena, RelId};

/// Why a rule does not fire at the node that a path of input positions leads to: the pattern part or guard that failed in
/// the try that got furthest, in words. `None` when the rule does fire there.
pub fn why_not(
    arena: &mut Arena,
    root: RelId,
    path: &[usize],
    rule: &dyn Rule,
    options: &Options,
) -> Option<String> {
    let name = rule.info().name;
    if options.disabled.contains(name) {
        return Some(format!("{name} is switched off"));
    }
    let mut scope = Scope {
        exact: true,
        needed: arena.props(root).output.clone(),
    };
    let mut node = root;
    for &input in path {
        let Some(&below) = arena.inputs(node).get(input) else {
            return Some("there is no such operator in the plan".into());
        };
        scope.exact = exact_below(arena.op(node), input, scope.exact);
        scope.needed = needed_of_input(arena, node, input, &scope.needed);
        node = below;
    }
    let mut bindings = Bindings::new();
    if let Some(misfit) = matcher::misfit(arena, rule, node, &scope, &mut bindings) {
        return Some(misfit.reason);
    }
    let after = rule.apply(&mut Rewrite::new(arena, &scope, &bindings));
    (after == node).then(|| "there is nothing left to change".into())
}
