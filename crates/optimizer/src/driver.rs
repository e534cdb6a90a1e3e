//! Runs the passes to a fixpoint.
//!
//! A pass goes through the plan from the top: at a node its rules are tried in order until none fires, then its inputs
//! are gone through, and when one of them changed the node is tried again. Nodes are immutable, so a node in which
//! nothing fires is never looked at again in that pass. Passes run in order, in rounds, until a round changes nothing.
//!
//! Every firing is guarded: the replacement has the same columns (but for ones that no operator above uses, when the rule
//! says that it looks up) and uses no column that the replaced subtree did not have. A plan that comes back after a round ends
//! the run with an error that names the cycle.

use crate::error::OptimizerError;
use crate::normalize::{Pass, RuleSet, When, passes};
use crate::rule::matcher;
use crate::rule::view::Bindings;
use crate::rule::{Rewrite, Rule, Scope};
use crate::trace::{Firing, Observer, Rejection};
use plan::{Arena, ColSet, JoinKind, Op, RelId, text};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What a run of the normalizer may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Names of rules that must not fire.
    pub disabled: BTreeSet<String>,
    /// Most firings in one run; when they are used up the plan is left as it is, and the observer is told.
    pub budget: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            disabled: BTreeSet::new(),
            budget: 20_000,
        }
    }
}

impl Options {
    /// All rules but the ones named.
    pub fn without<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            disabled: names.into_iter().map(str::to_string).collect(),
            ..Self::default()
        }
    }
}

/// Rewrites a bound plan by the rules that always help, until none fires. The observer sees every firing; with the silent
/// observer `()` nothing is recorded, and the plan is the same.
pub fn normalize(
    arena: &mut Arena,
    root: RelId,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<RelId, OptimizerError> {
    normalize_by(passes(), arena, root, options, observer)
}

/// The same by other passes than the usual ones.
pub fn normalize_by(
    passes: &[Pass],
    arena: &mut Arena,
    root: RelId,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<RelId, OptimizerError> {
    observer.begin(arena, root);
    let mut run = Run {
        level: observer.level(),
        arena,
        observer,
        budget: options.budget,
        fired: Vec::new(),
        bindings: Bindings::new(),
        path: Vec::new(),
        stable: HashSet::new(),
        pass: 0,
    };
    let passes: Vec<(Pass, RuleSet)> = passes
        .iter()
        .map(|pass| (*pass, RuleSet::new(pass, &options.disabled)))
        .collect();
    let first = root;
    let mut root = root;
    // Plans after a round. Not the first plan: the passes of the first round add what is implied, and a plan in which it stands
    // already comes back without them.
    let mut roots = HashMap::new();
    for round in 0.. {
        let before = root;
        for (at, (pass, rules)) in passes.iter().enumerate() {
            let due = match pass.when {
                When::Always => true,
                When::First => round == 0,
            };
            if rules.is_empty() || !due {
                continue;
            }
            run.pass = at;
            run.observer.pass(pass.name);
            let scope = Scope {
                exact: true,
                needed: run.arena.props(root).output.clone(),
            };
            root = run.node(root, rules, &scope)?;
            if run.budget == 0 {
                run.observer.budget_hit(run.fired.len());
                return Ok(root);
            }
        }
        if root == before {
            break;
        }
        if let Some(since) = roots.insert(root, run.fired.len()) {
            return Err(run.cycle(since));
        }
    }
    debug_assert_eq!(
        run.arena.props(first).columns,
        run.arena.props(root).columns,
        "normalization keeps the columns of the result"
    );
    Ok(root)
}

/// A pass, a node, whether its columns matter exactly, and the columns needed above when some rule looks up.
type Looked = (usize, RelId, bool, Option<ColSet>);

/// A run of the normalizer.
struct Run<'a> {
    arena: &'a mut Arena,
    observer: &'a mut dyn Observer,
    /// How much the observer wants to know; 0: nothing.
    level: u8,
    /// Firings left.
    budget: usize,
    /// Names of the rules that fired, in order.
    fired: Vec<&'static str>,
    /// The match at hand.
    bindings: Bindings,
    /// Input positions from the root to the node at hand.
    path: Vec<usize>,
    /// Nodes in which no rule of a pass fires.
    stable: HashSet<Looked>,
    /// The pass at hand.
    pass: usize,
}

impl Run<'_> {
    fn node(
        &mut self,
        node: RelId,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<RelId, OptimizerError> {
        let mut node = node;
        let mut seen = vec![(node, self.fired.len())];
        loop {
            let key = self.stable_key(node, rules, scope);
            if self.budget == 0 || self.stable.contains(&key) {
                return Ok(node);
            }
            let next = match self.fire(node, rules, scope)? {
                Some(after) => after,
                None => {
                    let next = self.inputs(node, rules, scope)?;
                    if next == node {
                        self.stable.insert(key);
                        return Ok(node);
                    }
                    next
                }
            };
            if let Some((_, since)) = seen.iter().find(|(earlier, _)| *earlier == next) {
                return Err(self.cycle(*since));
            }
            seen.push((next, self.fired.len()));
            node = next;
        }
    }

    fn stable_key(&self, node: RelId, rules: &RuleSet, scope: &Scope) -> Looked {
        let needed = rules
            .looks_up
            .then(|| scope.needed.intersection(&self.arena.props(node).output));
        (self.pass, node, scope.exact, needed)
    }

    /// Goes through the inputs; the node over what they became.
    fn inputs(
        &mut self,
        node: RelId,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<RelId, OptimizerError> {
        let mut inputs = self.arena.inputs(node).to_vec();
        for at in 0..inputs.len() {
            let below = Scope {
                exact: exact_below(self.arena.op(node), at, scope.exact),
                needed: if rules.looks_up {
                    needed_of_input(self.arena, node, at, &scope.needed)
                } else {
                    ColSet::new()
                },
            };
            self.path.push(at);
            let after = self.node(inputs[at], rules, &below)?;
            self.path.pop();
            if after != inputs[at] {
                // What one input needs may depend on the other: look at the whole node again.
                inputs[at] = after;
                let op = self.arena.op(node).clone();
                return Ok(self.arena.rel(op, inputs));
            }
        }
        Ok(node)
    }

    /// Tries the rules at a node; the replacement of the first that fires.
    fn fire(
        &mut self,
        node: RelId,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<Option<RelId>, OptimizerError> {
        let kind = self.arena.op(node).kind();
        for &rule in rules.at(kind) {
            if !matcher::fits(self.arena, rule, node, scope, &mut self.bindings) {
                if self.level >= 2 {
                    self.reject(rule, node, scope);
                }
                continue;
            }
            let mut rewrite = Rewrite::new(self.arena, scope, &self.bindings);
            let after = rule.apply(&mut rewrite);
            let lineage = rewrite.into_lineage();
            if after == node {
                continue;
            }
            self.check(rule, node, after, scope)?;
            self.fired.push(rule.info().name);
            self.budget -= 1;
            if self.level > 0 {
                self.observer.fired(
                    self.arena,
                    &Firing {
                        rule,
                        path: &self.path,
                        before: node,
                        after,
                        bindings: &self.bindings,
                        lineage: &lineage,
                        scope,
                    },
                );
            }
            return Ok(Some(after));
        }
        Ok(None)
    }

    fn reject(&mut self, rule: &'static dyn Rule, node: RelId, scope: &Scope) {
        let mut bindings = Bindings::new();
        let misfit = matcher::misfit(self.arena, rule, node, scope, &mut bindings);
        if let Some(misfit) = misfit.filter(|m| m.guard.is_some()) {
            self.observer.rejected(&Rejection {
                rule: rule.info().name,
                path: self.path.clone(),
                node,
                reason: misfit.reason,
            });
        }
    }

    /// The guard around every rule.
    fn check(
        &self,
        rule: &dyn Rule,
        before: RelId,
        after: RelId,
        scope: &Scope,
    ) -> Result<(), OptimizerError> {
        let (old, new) = (self.arena.props(before), self.arena.props(after));
        let broken = |what: String| {
            Err(OptimizerError::BrokenRule {
                rule: rule.info().name.to_string(),
                broken: what,
            })
        };
        let names = |set: &ColSet| {
            let names: Vec<String> = set.iter().map(|c| text::column(self.arena, c)).collect();
            names.join(", ")
        };
        let added = new.output.difference(&old.output);
        if !added.is_empty() && (scope.exact || !rule.looks_up()) {
            return broken(format!("added the columns {}", names(&added)));
        }
        let must = if rule.looks_up() {
            old.output.intersection(&scope.needed)
        } else {
            old.output.clone()
        };
        let lost = must.difference(&new.output);
        if !lost.is_empty() {
            return broken(format!("lost the columns {}", names(&lost)));
        }
        if scope.exact && old.columns != new.columns {
            return broken("changed the order of the result's columns".into());
        }
        let dangling = new.free.difference(&old.free);
        if !dangling.is_empty() {
            return broken(format!("uses the unknown columns {}", names(&dangling)));
        }
        Ok(())
    }

    fn cycle(&self, since: usize) -> OptimizerError {
        OptimizerError::Loop {
            cycle: self.fired[since..].iter().map(|r| r.to_string()).collect(),
        }
    }
}

/// Whether an input's columns matter exactly ([`Scope::exact`]), given whether the operator's own do.
pub fn exact_below(op: &Op, input: usize, exact: bool) -> bool {
    match op {
        Op::Filter { .. } | Op::Sort { .. } | Op::Limit { .. } | Op::TopN { .. } => exact,
        Op::Distinct => true,
        Op::Join { kind, .. } => exact && (input == 0 || kind.keeps_right()),
        _ => false,
    }
}

/// The columns of a node's input that the node or operators above it use.
pub fn needed_of_input(arena: &Arena, node: RelId, at: usize, needed: &ColSet) -> ColSet {
    let inputs = arena.inputs(node);
    let output = &arena.props(inputs[at]).output;
    let mut used = ColSet::new();
    for scalar in arena.op(node).scalars() {
        used.extend_with(arena.columns_of(scalar));
    }
    match arena.op(node) {
        Op::Project { .. } => {}
        Op::Aggregate { keys, .. } => used.extend(keys.iter().copied()),
        Op::Distinct => used.extend_with(output),
        Op::Sort { keys } | Op::TopN { keys, .. } => {
            used.extend_with(needed);
            used.extend(keys.iter().map(|k| k.col));
        }
        Op::SetOp { columns, .. } => used.extend(columns.iter().map(|c| c.inputs[at])),
        Op::Join {
            dependent, kind, ..
        } => {
            if at == 0 || kind.keeps_right() {
                used.extend_with(needed);
            }
            if *dependent && at == 0 {
                used.extend_with(&arena.props(inputs[1]).free);
            }
            if let JoinKind::Mark(mark) = kind {
                used.remove(*mark);
            }
        }
        _ => used.extend_with(needed),
    }
    used.intersection(output)
}
