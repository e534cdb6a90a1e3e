//! Timelines and rules.

use super::utf16::Utf16;
use crate::dto::trace::{
    Binding, Evidence, Guard, Occurrence, Operator, Origin, Phase, RuleCard, Stage, Step, Trace,
    WhyNot,
};
use engine::Timeline;
use optimizer::trace::text::touched;
use optimizer::trace::{Origin as From, Phase as Part};
use plan::{RelId, text};
use std::collections::HashMap;

/// Everything the optimizer did with a query.
pub fn trace(timeline: &Timeline, sql: &str) -> Trace {
    let mut operators = Operators {
        timeline,
        places: Utf16::new(sql),
        list: Vec::new(),
        known: HashMap::new(),
    };
    let recorded = &timeline.trace;
    let occurrences = recorded
        .occurrences
        .iter()
        .map(|occ| Occurrence {
            operator: operators.index(occ.node),
            kids: occ.kids.iter().map(|o| o.0).collect(),
            from: occ.from.iter().map(|o| o.0).collect(),
            origin: match occ.origin {
                From::Created => Origin::Created,
                From::Spine => Origin::Spine,
                From::Derived => Origin::Derived,
            },
        })
        .collect();
    Trace {
        sql: sql.into(),
        rules: recorded.rules().into_iter().map(str::to_string).collect(),
        operators: operators.list,
        occurrences,
        steps: (0..recorded.steps.len())
            .map(|at| step(timeline, at))
            .collect(),
        memo: Some(super::memo::memo(timeline)),
        physical: super::memo::physical(timeline),
        hash: format!("{:016x}", timeline.hash()),
    }
}

fn step(timeline: &Timeline, at: usize) -> Step {
    let step = &timeline.trace.steps[at];
    let (before_text, after_text) = touched(&timeline.arena, &timeline.trace, at);
    Step {
        phase: match step.phase {
            Part::Logical => Phase::Logical,
            Part::Normalize => Phase::Normalize,
            Part::Search => Phase::Search,
            Part::Physical => Phase::Physical,
        },
        root: step.root.0,
        rule: step.rule.map(str::to_string),
        before: step.before.map(|o| o.0),
        after: step.after.map(|o| o.0),
        bindings: step
            .bindings
            .iter()
            .map(|(letter, occurrence)| Binding {
                name: letter.to_string(),
                occurrence: occurrence.0,
            })
            .collect(),
        evidence: step
            .evidence
            .iter()
            .map(|e| Evidence {
                condition: e.condition.to_string(),
                fact: e.fact.clone(),
            })
            .collect(),
        sentence: step.sentence.clone(),
        before_text,
        after_text,
    }
}

/// Operators in order of first use, each once.
struct Operators<'a> {
    timeline: &'a Timeline,
    places: Utf16<'a>,
    list: Vec<Operator>,
    known: HashMap<RelId, u32>,
}

impl Operators<'_> {
    fn index(&mut self, node: RelId) -> u32 {
        if let Some(index) = self.known.get(&node) {
            return *index;
        }
        let arena = &self.timeline.arena;
        let op = arena.op(node);
        let index = self.list.len() as u32;
        self.list.push(Operator {
            verb: text::verb(op),
            object: text::object(arena, op),
            kind: format!("{:?}", op.kind()),
            physical: op.is_physical(),
            columns: arena
                .props(node)
                .columns
                .iter()
                .map(|c| text::column(arena, *c))
                .collect(),
            span: self
                .timeline
                .spans
                .rels
                .get(&node)
                .map(|span| self.places.span(*span)),
            detail: text::line(arena, op),
        });
        self.known.insert(node, index);
        index
    }
}

/// All rules, of every stage.
pub fn rules() -> Vec<RuleCard> {
    let card = |info: &optimizer::rule::RuleInfo, pattern: String, guards: Vec<Guard>| RuleCard {
        name: info.name.into(),
        family: info.family.name().into(),
        stage: match info.stage {
            optimizer::rule::Stage::Normalize => Stage::Normalize,
            optimizer::rule::Stage::Explore => Stage::Explore,
            optimizer::rule::Stage::Implement => Stage::Implement,
        },
        law: info.law.into(),
        pattern,
        guards,
        source: info.source.into(),
        wrong_when: info.wrong_when.into(),
        example: info.example.into(),
    };
    let normalize = optimizer::rules().iter().map(|rule| {
        let guards = rule.guards().iter().map(|g| Guard {
            name: g.name.into(),
            says: g.says.into(),
        });
        card(rule.info(), rule.pattern().text(), guards.collect())
    });
    let search = optimizer::implement::SEARCH_RULES.iter().map(|rule| {
        let guards = rule.guards.iter().map(|(name, says)| Guard {
            name: (*name).into(),
            says: (*says).into(),
        });
        card(&rule.info, rule.pattern.text(), guards.collect())
    });
    normalize.chain(search).collect()
}

/// Reasons as data.
pub fn why_not(reasons: Vec<(&'static str, String)>, occurrence: u32) -> Vec<WhyNot> {
    let answer = |(rule, reason): (&'static str, String)| WhyNot {
        rule: rule.into(),
        occurrence,
        reason,
    };
    reasons.into_iter().map(answer).collect()
}
