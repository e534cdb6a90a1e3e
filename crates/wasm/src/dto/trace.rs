//! The trace: every plan version, what each step did, the memo and the plan that won.

use crate::dto::outcome::Span;

word! {
    /// The part of the way a step belongs to.
    pub enum Phase {
        /// The plan as bound.
        Logical = "logical",
        /// A rule fired.
        Normalize = "normalize",
        /// The memo was searched.
        Search = "search",
        /// The plan that won.
        Physical = "physical",
    }
}

word! {
    /// Where an occurrence came from.
    pub enum Origin {
        /// Made by the step.
        Created = "created",
        /// Copied only because something below it changed; it stays in place.
        Spine = "spine",
        /// Made from the occurrences that `from` names.
        Derived = "derived",
    }
}

word! {
    /// When a rule runs.
    pub enum Stage {
        /// Always better, to a fixpoint.
        Normalize = "normalize",
        /// Adds equal logical expressions to the memo.
        Explore = "explore",
        /// Adds physical expressions to the memo.
        Implement = "implement",
    }
}

dto! {
    /// A guard of a rule.
    pub struct Guard {
        pub name: String,
        pub says: String,
    }
    /// A rule of the optimizer.
    pub struct RuleCard {
        pub name: String,
        pub family: String,
        pub stage: Stage,
        /// The algebraic law.
        pub law: String,
        /// The pattern as a text tree.
        pub pattern: String,
        pub guards: Vec<Guard>,
        /// The paper or system it comes from.
        pub source: String,
        /// When it would change the answer, were a guard dropped.
        pub wrong_when: String,
        pub example: String,
    }
    /// An operator over its inputs; equal ones have one index.
    pub struct Operator {
        pub verb: String,
        pub object: String,
        pub kind: String,
        pub physical: bool,
        pub columns: Vec<String>,
        pub span: Option<Span>,
        /// The operator in one line.
        pub detail: String,
    }
    /// An operator in one plan version or several: what the stage draws. An id that two versions share was not touched.
    pub struct Occurrence {
        /// Index into `operators`.
        pub operator: u32,
        pub kids: Vec<u32>,
        /// Occurrences of the version before that it came from.
        pub from: Vec<u32>,
        pub origin: Origin,
    }
    /// A pattern letter on the occurrence it matched.
    pub struct Binding {
        pub name: String,
        pub occurrence: u32,
    }
    /// A side condition, and the fact that satisfied it.
    pub struct Evidence {
        pub condition: String,
        pub fact: String,
    }
    /// One step: the plan after it, and what happened.
    pub struct Step {
        pub phase: Phase,
        /// Occurrence: the plan's root after the step.
        pub root: u32,
        /// Null for the bound plan, the search and the plan that won.
        pub rule: Option<String>,
        /// Where the rule matched, in the plan before.
        pub before: Option<u32>,
        /// What it made, in the plan after.
        pub after: Option<u32>,
        pub bindings: Vec<Binding>,
        pub evidence: Vec<Evidence>,
        pub sentence: String,
        pub before_text: String,
        pub after_text: String,
    }
    /// A named term of a cost.
    pub struct CostTerm {
        pub name: String,
        pub value: f64,
        pub unit: String,
        pub formula: String,
    }
    /// A number an estimate used, and where it is from.
    pub struct DerivationInput {
        pub name: String,
        pub value: f64,
        pub source: String,
    }
    /// How a row estimate came about.
    pub struct Derivation {
        pub formula: String,
        pub inputs: Vec<DerivationInput>,
        pub result: f64,
        pub assumption: Option<String>,
    }
    /// An expression of a group.
    pub struct GroupExpression {
        pub id: u32,
        pub verb: String,
        pub object: String,
        pub groups: Vec<u32>,
        pub physical: bool,
        pub rule: Option<String>,
        /// The order it was costed for; empty for none.
        pub order: String,
        /// Cost of the expression with its inputs; null for logical ones and those given up early.
        pub cost: Option<f64>,
        pub terms: Vec<CostTerm>,
        pub winner: bool,
        pub pruned: bool,
        pub note: String,
    }
    /// Expressions that give the same rows.
    pub struct Group {
        pub id: u32,
        pub label: String,
        pub rows: f64,
        pub derivation: Derivation,
        pub expressions: Vec<GroupExpression>,
    }
    /// The memo after the search.
    pub struct Memo {
        pub root: u32,
        pub groups: Vec<Group>,
        /// Join pairs enumerated.
        pub pairs: f64,
        pub expressions: f64,
        /// The named fallback, when the search fell back.
        pub fallback: Option<String>,
    }
    /// An operator of the plan that won, in pre-order.
    pub struct PhysicalNode {
        pub occurrence: u32,
        pub rows: f64,
        pub cost: f64,
        pub own_cost: f64,
        pub terms: Vec<CostTerm>,
        pub derivation: Derivation,
        pub group: u32,
    }
    /// Everything the optimizer did with a query.
    pub struct Trace {
        pub sql: String,
        /// Names of the rules that fired.
        pub rules: Vec<String>,
        pub operators: Vec<Operator>,
        pub occurrences: Vec<Occurrence>,
        pub steps: Vec<Step>,
        pub memo: Option<Memo>,
        pub physical: Vec<PhysicalNode>,
        /// FNV-1a hash of the trace's text form: equal traces have equal hashes.
        pub hash: String,
    }
    /// Why a rule did not fire at an occurrence.
    pub struct WhyNot {
        pub rule: String,
        pub occurrence: u32,
        /// The first part of the pattern, or the first guard, that failed.
        pub reason: String,
    }
}
