//! The observer that builds a [`Trace`].

use super::lineage::{Old, Replaced};
use super::observer::{Firing, Observer, Rejection};
use super::{Occ, OccId, Origin, Phase, Replacement, Step, Trace};
use crate::memo::text::nanos;
use crate::rule::matcher;
use crate::rule::view::{View, path_of};
use plan::{Arena, RelId, text};

/// Builds the trace of a run.
///
/// While rules fire, the driver does not build the operators above a firing until it returns to them, so an occurrence
/// on the spine shows its operator through the node it was copied from; [`Recorder::finish`] gives each its own node.
#[derive(Debug, Default)]
pub struct Recorder {
    level: u8,
    pass: &'static str,
    trace: Trace,
}

impl Recorder {
    /// A recorder of firings (level 1), or of what guards held back too (level 2).
    pub fn new(level: u8) -> Self {
        Self {
            level: level.max(1),
            ..Self::default()
        }
    }

    fn root(&self) -> OccId {
        self.trace.steps.last().expect("begin came first").root
    }

    fn push(&mut self, occ: Occ) -> OccId {
        self.trace.occurrences.push(occ);
        OccId(self.trace.occurrences.len() as u32 - 1)
    }

    /// The step being made.
    fn now(&self) -> u32 {
        self.trace.steps.len() as u32
    }

    /// New occurrences of a whole plan.
    fn plant(&mut self, arena: &Arena, node: RelId) -> OccId {
        let kids = arena.inputs(node).to_vec();
        let kids = kids.into_iter().map(|k| self.plant(arena, k)).collect();
        let born = self.now();
        self.push(Occ {
            node,
            kids,
            from: Vec::new(),
            origin: Origin::Created,
            born,
        })
    }

    /// Gives the occurrences of a subtree the nodes that the driver has for them.
    fn settle(&mut self, arena: &Arena, id: OccId, node: RelId) {
        self.trace.occurrences[id.0 as usize].node = node;
        for (at, &input) in arena.inputs(node).iter().enumerate() {
            let kid = self.trace.occ(id).kids[at];
            self.settle(arena, kid, input);
        }
    }

    /// Adds the steps of the search and of the physical plan it found. `sources` gives, for each physical operator in
    /// pre-order, the nodes of the normalized plan it implements; none for one that the search put in, such as a sort. `cost` is
    /// what it is estimated to take, in nanoseconds.
    pub fn extracted(
        &mut self,
        arena: &Arena,
        normalized: RelId,
        physical: RelId,
        sources: &dyn Fn(usize) -> Vec<RelId>,
        summary: String,
        cost: f64,
    ) {
        let root = self.root();
        self.settle(arena, root, normalized);
        self.trace.steps.push(Step {
            phase: Phase::Search,
            pass: "",
            root,
            rule: None,
            before: None,
            after: None,
            bindings: Vec::new(),
            evidence: Vec::new(),
            sentence: summary,
            replacement: None,
        });
        let old = Old::of(&self.trace, root);
        let mut position = 0;
        let root = self.plant_physical(arena, physical, &old, sources, &mut position);
        let verb = text::words(arena.op(physical));
        self.trace.steps.push(Step {
            phase: Phase::Physical,
            pass: "",
            root,
            rule: None,
            before: None,
            after: None,
            bindings: Vec::new(),
            evidence: Vec::new(),
            sentence: format!(
                "The cheapest plan takes {} by estimate: {}, {verb} on top.",
                nanos(cost),
                text::counted(position as u64, "operator")
            ),
            replacement: None,
        });
    }

    fn plant_physical(
        &mut self,
        arena: &Arena,
        node: RelId,
        old: &Old,
        sources: &dyn Fn(usize) -> Vec<RelId>,
        position: &mut usize,
    ) -> OccId {
        let mut from: Vec<OccId> = Vec::new();
        for source in sources(*position) {
            from.extend(old.first(source).filter(|occ| !from.contains(occ)));
        }
        *position += 1;
        let kids = arena
            .inputs(node)
            .iter()
            .map(|input| self.plant_physical(arena, *input, old, sources, position))
            .collect();
        let origin = if from.is_empty() {
            Origin::Created
        } else {
            Origin::Derived
        };
        let born = self.now();
        self.push(Occ {
            node,
            kids,
            from,
            origin,
            born,
        })
    }

    /// The finished trace. Interns the plans between the firings, so it comes after everything else that adds nodes.
    pub fn finish(self, arena: &mut Arena) -> Trace {
        let mut trace = self.trace;
        for at in 0..trace.occurrences.len() {
            let occ = &trace.occurrences[at];
            let inputs: Vec<RelId> = occ.kids.iter().map(|kid| trace.occ(*kid).node).collect();
            if arena.inputs(occ.node) != inputs {
                let op = arena.op(occ.node).clone();
                trace.occurrences[at].node = arena.rel(op, inputs);
            }
        }
        trace
    }
}

impl Observer for Recorder {
    fn level(&self) -> u8 {
        self.level
    }

    fn begin(&mut self, arena: &Arena, root: RelId) {
        let occ = self.plant(arena, root);
        self.trace.steps.push(Step {
            phase: Phase::Logical,
            pass: "",
            root: occ,
            rule: None,
            before: None,
            after: None,
            bindings: Vec::new(),
            evidence: Vec::new(),
            sentence: "The plan as the query says it.".into(),
            replacement: None,
        });
    }

    fn pass(&mut self, name: &'static str) {
        self.pass = name;
    }

    fn fired(&mut self, arena: &Arena, firing: &Firing<'_>) {
        let mut spine = vec![self.root()];
        for &input in firing.path {
            let above = *spine.last().expect("the root at least");
            spine.push(self.trace.occ(above).kids[input]);
        }
        let before = spine.pop().expect("the root at least");
        self.settle(arena, before, firing.before);
        let bindings: Vec<(char, OccId)> = (0..firing.bindings.len())
            .map(|at| {
                let mut id = before;
                for input in path_of(firing.bindings, at) {
                    id = self.trace.occ(id).kids[input];
                }
                (firing.bindings[at].letter, id)
            })
            .collect();
        let born = self.now();
        let after = Replaced::new(arena, &mut self.trace, born, before, &bindings, firing)
            .occurrence(firing.after);
        let mut root = after;
        for (&above, &input) in spine.iter().zip(firing.path).rev() {
            let mut copy = self.trace.occ(above).clone();
            copy.kids[input] = root;
            copy.from = vec![above];
            copy.origin = Origin::Spine;
            copy.born = born;
            root = self.push(copy);
        }
        let view = View::new(arena, firing.scope, firing.bindings, None);
        self.trace.steps.push(Step {
            phase: Phase::Normalize,
            pass: self.pass,
            root,
            rule: Some(firing.rule.info().name),
            before: Some(before),
            after: Some(after),
            bindings,
            evidence: matcher::evidence(arena, firing.rule, firing.scope, firing.bindings),
            sentence: firing.rule.sentence(&view, firing.after),
            replacement: Some(Replacement {
                path: firing.path.to_vec(),
                before: firing.before,
                after: firing.after,
            }),
        });
    }

    fn rejected(&mut self, rejection: &Rejection) {
        let latest = self.now() - 1;
        self.trace.rejections.push((latest, rejection.clone()));
    }

    fn budget_hit(&mut self, firings: usize) {
        self.trace.budget_hit = Some(firings);
    }
}
