//! What guards and sentences see of a match: the arena, what the letters bound, and what lies above.

use plan::{AggItem, Arena, ColSet, JoinKind, Op, ProjectItem, Props, RelId, ScalarId, Scan, text};
use std::cell::RefCell;
use types::ColId;

/// What a rule may know of the operators above the one it matched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The node's columns, all of them and in this order, are those of the plan's result or of a DISTINCT.
    pub exact: bool,
    /// The columns that operators above use; never fewer than what a correct plan must keep.
    pub needed: ColSet,
}

/// What a letter of the pattern bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The pattern's letter.
    pub letter: char,
    /// The node.
    pub node: RelId,
    /// Position in the list of bindings of the node it is an input of; its own position for the root.
    pub parent: usize,
    /// Which input of the parent it is.
    pub input: usize,
}

/// Everything a match bound, the matched root first.
pub type Bindings = Vec<Binding>;

/// The path of a binding from the matched root: input positions.
pub fn path_of(bindings: &[Binding], at: usize) -> Vec<usize> {
    let mut path = Vec::new();
    let mut at = at;
    while at != 0 {
        path.push(bindings[at].input);
        at = bindings[at].parent;
    }
    path.reverse();
    path
}

/// A match, to read.
pub struct View<'a> {
    /// Every node there is.
    pub arena: &'a Arena,
    /// What lies above.
    pub scope: &'a Scope,
    bindings: &'a [Binding],
    fact: Option<&'a RefCell<String>>,
}

impl<'a> View<'a> {
    /// A view of a match; facts are written to `fact` when somebody wants to read them.
    pub fn new(
        arena: &'a Arena,
        scope: &'a Scope,
        bindings: &'a [Binding],
        fact: Option<&'a RefCell<String>>,
    ) -> Self {
        Self {
            arena,
            scope,
            bindings,
            fact,
        }
    }

    /// Notes the fact that decided a guard. The words are only made when somebody reads them.
    pub fn fact(&self, words: impl FnOnce() -> String) {
        if let Some(fact) = self.fact {
            *fact.borrow_mut() = words();
        }
    }

    /// The node a letter bound.
    pub fn rel(&self, letter: char) -> RelId {
        find(self.bindings, letter)
    }

    /// All bindings.
    pub fn bindings(&self) -> &'a [Binding] {
        self.bindings
    }

    /// The operator a letter bound.
    pub fn op(&self, letter: char) -> &'a Op {
        self.arena.op(self.rel(letter))
    }

    /// The properties of what a letter bound.
    pub fn props(&self, letter: char) -> &'a Props {
        self.arena.props(self.rel(letter))
    }

    /// The inputs of what a letter bound.
    pub fn inputs(&self, letter: char) -> &'a [RelId] {
        self.arena.inputs(self.rel(letter))
    }

    /// The conjuncts of the filter a letter bound.
    pub fn filter(&self, letter: char) -> &'a [ScalarId] {
        filter_of(self.op(letter))
    }

    /// Kind, condition and dependence of the join a letter bound.
    pub fn join(&self, letter: char) -> (JoinKind, &'a [ScalarId], bool) {
        join_of(self.op(letter))
    }

    /// The items of the projection a letter bound.
    pub fn project(&self, letter: char) -> &'a [ProjectItem] {
        project_of(self.op(letter))
    }

    /// Keys and aggregates of the aggregation a letter bound.
    pub fn aggregate(&self, letter: char) -> (&'a [ColId], &'a [AggItem]) {
        aggregate_of(self.op(letter))
    }

    /// The scan a letter bound.
    pub fn scan(&self, letter: char) -> &'a Scan {
        scan_of(self.op(letter))
    }

    /// An expression in SQL's spelling.
    pub fn sql(&self, id: ScalarId) -> String {
        text::scalar(self.arena, id)
    }

    /// Conjuncts in SQL's spelling.
    pub fn sql_all(&self, conjuncts: &[ScalarId]) -> String {
        text::conjunction(self.arena, conjuncts)
    }

    /// Columns by name, joined by commas.
    pub fn names(&self, columns: &ColSet) -> String {
        let names: Vec<String> = columns
            .iter()
            .map(|c| text::column(self.arena, c))
            .collect();
        names.join(", ")
    }

    /// The table aliases below what a letter bound, as `orders and lineitem`.
    pub fn tables(&self, letter: char) -> String {
        self.tables_below(self.rel(letter))
    }

    /// The table aliases below a node; the operator's verb when it reads no table.
    pub fn tables_below(&self, node: RelId) -> String {
        let mut names: Vec<&str> = Vec::new();
        let mut stack = vec![node];
        while let Some(node) = stack.pop() {
            if let Op::Scan(scan) = self.arena.op(node) {
                names.push(&scan.alias);
            }
            stack.extend(self.arena.inputs(node).iter().rev());
        }
        match names.as_slice() {
            [] => format!("the {}", text::verb(self.arena.op(node))),
            [one] => (*one).to_string(),
            [a, b] => format!("{a} and {b}"),
            [first, .., last] if names.len() > 4 => {
                format!("{first} … {last} ({} tables)", names.len())
            }
            [some @ .., last] => format!("{} and {last}", some.join(", ")),
        }
    }
}

/// The node a letter bound.
pub fn find(bindings: &[Binding], letter: char) -> RelId {
    bindings
        .iter()
        .find(|b| b.letter == letter)
        .expect("a rule uses only the letters of its pattern")
        .node
}

/// The conjuncts of a filter.
pub fn filter_of(op: &Op) -> &[ScalarId] {
    match op {
        Op::Filter { predicates } => predicates,
        _ => panic!("the pattern bound a filter here"),
    }
}

/// Kind, condition and dependence of a join.
pub fn join_of(op: &Op) -> (JoinKind, &[ScalarId], bool) {
    match op {
        Op::Join {
            kind,
            on,
            dependent,
        } => (*kind, on, *dependent),
        _ => panic!("the pattern bound a join here"),
    }
}

/// The items of a projection.
pub fn project_of(op: &Op) -> &[ProjectItem] {
    match op {
        Op::Project { items } => items,
        _ => panic!("the pattern bound a projection here"),
    }
}

/// Keys and aggregates of an aggregation.
pub fn aggregate_of(op: &Op) -> (&[ColId], &[AggItem]) {
    match op {
        Op::Aggregate { keys, aggs } => (keys, aggs),
        _ => panic!("the pattern bound an aggregation here"),
    }
}

/// A scan.
pub fn scan_of(op: &Op) -> &Scan {
    match op {
        Op::Scan(scan) => scan,
        _ => panic!("the pattern bound a scan here"),
    }
}
