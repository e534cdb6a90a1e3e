//! The one matcher: used to fire rules and to say why one did not.

use super::pattern::Pattern;
use super::view::{Binding, Bindings, Scope, View};
use super::{Guard, Rule};
use plan::{Arena, RelId, text};
use std::cell::RefCell;

/// A guard that held, and the fact that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The condition, in the rule's words.
    pub condition: String,
    /// What was found.
    pub fact: String,
}

/// The part of a rule that did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// How far the match got: pattern parts and guards passed.
    pub passed: usize,
    /// Position of the guard that failed; `None`: a part of the pattern.
    pub guard: Option<usize>,
    /// What did not fit, in words.
    pub reason: String,
}

/// A part of the pattern still to bind, and those after it.
struct Goals<'g> {
    pattern: &'static Pattern,
    node: RelId,
    parent: usize,
    input: usize,
    rest: Option<&'g Goals<'g>>,
}

/// What a search for a match carries along.
struct Search<'s> {
    arena: &'s Arena,
    bindings: &'s mut Bindings,
    /// Decides on each complete way to bind the pattern.
    accept: &'s mut (dyn FnMut(&[Binding]) -> bool + 's),
    /// Told of the parts of the pattern that did not fit.
    misfit: Option<&'s mut (dyn FnMut(Misfit) + 's)>,
}

/// Finds the first way to fit the pattern for which every guard holds, and leaves it in `bindings`.
pub fn fits(
    arena: &Arena,
    rule: &dyn Rule,
    node: RelId,
    scope: &Scope,
    bindings: &mut Bindings,
) -> bool {
    let guards = rule.guards();
    search(arena, rule.pattern(), node, bindings, None, &mut |found| {
        let view = View::new(arena, scope, found, None);
        guards.iter().all(|guard| (guard.holds)(&view))
    })
}

/// Why a rule does not fit: the misfit of the try that got furthest. `None` when it does fit; then `bindings` says how.
pub fn misfit(
    arena: &Arena,
    rule: &dyn Rule,
    node: RelId,
    scope: &Scope,
    bindings: &mut Bindings,
) -> Option<Misfit> {
    let guards = rule.guards();
    let best: RefCell<Option<Misfit>> = RefCell::new(None);
    let note = |misfit: Misfit| {
        let mut best = best.borrow_mut();
        if best.as_ref().is_none_or(|b| misfit.passed > b.passed) {
            *best = Some(misfit);
        }
    };
    let found = search(
        arena,
        rule.pattern(),
        node,
        bindings,
        Some(&mut |misfit| note(misfit)),
        &mut |found| {
            for (at, guard) in guards.iter().enumerate() {
                let (holds, fact) = ask(guard, arena, scope, found);
                if !holds {
                    note(Misfit {
                        passed: found.len() + at,
                        guard: Some(at),
                        reason: reason(guard, &fact),
                    });
                    return false;
                }
            }
            true
        },
    );
    if found { None } else { best.into_inner() }
}

/// The guards of a match that held, with their facts.
pub fn evidence(arena: &Arena, rule: &dyn Rule, scope: &Scope, found: &[Binding]) -> Vec<Evidence> {
    let tell = |guard: &Guard| Evidence {
        condition: guard.says.to_string(),
        fact: ask(guard, arena, scope, found).1,
    };
    rule.guards().iter().map(tell).collect()
}

fn ask(guard: &Guard, arena: &Arena, scope: &Scope, found: &[Binding]) -> (bool, String) {
    let fact = RefCell::new(String::new());
    let holds = (guard.holds)(&View::new(arena, scope, found, Some(&fact)));
    (holds, fact.into_inner())
}

fn reason(guard: &Guard, fact: &str) -> String {
    if fact.is_empty() {
        format!("it is not so that {}", guard.says)
    } else {
        format!("it is not so that {}: {fact}", guard.says)
    }
}

fn search<'s>(
    arena: &'s Arena,
    pattern: &'static Pattern,
    node: RelId,
    bindings: &'s mut Bindings,
    misfit: Option<&'s mut (dyn FnMut(Misfit) + 's)>,
    accept: &'s mut (dyn FnMut(&[Binding]) -> bool + 's),
) -> bool {
    bindings.clear();
    let mut search = Search {
        arena,
        bindings,
        accept,
        misfit,
    };
    search.solve(Some(&Goals {
        pattern,
        node,
        parent: 0,
        input: 0,
        rest: None,
    }))
}

impl Search<'_> {
    fn solve(&mut self, goals: Option<&Goals<'_>>) -> bool {
        let Some(goal) = goals else {
            return (self.accept)(self.bindings);
        };
        let op = self.arena.op(goal.node);
        let kinds = goal.pattern.root_kinds();
        if !kinds.is_empty() && !kinds.contains(&op.kind()) {
            let passed = self.bindings.len();
            if let Some(note) = &mut self.misfit {
                let place = match passed {
                    0 => "here".to_string(),
                    _ => format!("below {}", self.bindings[goal.parent].letter),
                };
                note(Misfit {
                    passed,
                    guard: None,
                    reason: format!(
                        "the pattern needs a {} {place}, and there is a {}",
                        goal.pattern.says(),
                        text::verb(op)
                    ),
                });
            }
            return false;
        }
        let at = self.bindings.len();
        self.bindings.push(Binding {
            letter: goal.pattern.letter(),
            node: goal.node,
            parent: goal.parent,
            input: goal.input,
        });
        let found = match goal.pattern {
            Pattern::Any(_) => self.solve(goal.rest),
            Pattern::Op { inputs, .. } => self.solve_inputs(goal, inputs, at),
            Pattern::Over { some_input, .. } => {
                (0..self.arena.inputs(goal.node).len()).any(|input| {
                    self.solve(Some(&Goals {
                        pattern: some_input,
                        node: self.arena.inputs(goal.node)[input],
                        parent: at,
                        input,
                        rest: goal.rest,
                    }))
                })
            }
        };
        if !found {
            self.bindings.truncate(at);
        }
        found
    }

    /// Puts the patterns of a node's inputs before the goals that remain, the first input's first.
    fn solve_inputs(
        &mut self,
        goal: &Goals<'_>,
        inputs: &'static [Pattern],
        parent: usize,
    ) -> bool {
        let nodes = self.arena.inputs(goal.node);
        if nodes.len() < inputs.len() {
            return false;
        }
        let goal_for = |input: usize| (&inputs[input], nodes[input]);
        match inputs.len() {
            0 => self.solve(goal.rest),
            1 => {
                let (pattern, node) = goal_for(0);
                self.solve(Some(&Goals {
                    pattern,
                    node,
                    parent,
                    input: 0,
                    rest: goal.rest,
                }))
            }
            _ => {
                let (pattern, node) = goal_for(1);
                let second = Goals {
                    pattern,
                    node,
                    parent,
                    input: 1,
                    rest: goal.rest,
                };
                let (pattern, node) = goal_for(0);
                self.solve(Some(&Goals {
                    pattern,
                    node,
                    parent,
                    input: 0,
                    rest: Some(&second),
                }))
            }
        }
    }
}
