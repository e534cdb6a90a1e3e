//! Functional dependencies: which columns have one value only for given values of others.
//!
//! They are read off the operators below a plan. A row of the plan stems from a row of each input, so it can be thought of
//! with the columns of all inputs, also those that a projection dropped: what determines what among them still does. Three
//! operators end that: an aggregation merges rows (only its grouping columns keep their values), a set operation mixes
//! branches, and a dependent join computes its right input anew for each left row.
//!
//! An outer join pads with NULLs. Padded rows agree on everything, so a dependency survives when the columns it starts from
//! cannot all be NULL in a row that is not padding.
//!
//! Values are the same here when SQL says that they are equal, NULLs included: enough for grouping and sorting.
//! See Paulley, Exploiting Functional Dependence in Query Optimization (2000).

use plan::{Arena, ColSet, JoinKind, Op, ProjectItem, Props, RelId};
use types::DataType;

/// Rows that agree on `from` agree on `to`.
struct Dependency {
    from: ColSet,
    to: ColSet,
}

/// The dependencies known of a plan's rows.
pub struct Dependencies(Vec<Dependency>);

impl Dependencies {
    /// What the operators of a plan say.
    pub fn of(arena: &Arena, node: RelId) -> Self {
        Self(walk(arena, node, &ColSet::new()))
    }

    /// All columns that the given ones determine, themselves included.
    pub fn determined_by(&self, columns: &ColSet) -> ColSet {
        closure(&self.0, columns)
    }
}

fn closure(dependencies: &[Dependency], columns: &ColSet) -> ColSet {
    let mut known = columns.clone();
    loop {
        let before = known.len();
        for dependency in dependencies {
            if dependency.from.is_subset(&known) {
                known.extend_with(&dependency.to);
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

/// `varying`: columns of outer rows that differ among the rows of the plan asked about.
fn walk(arena: &Arena, node: RelId, varying: &ColSet) -> Vec<Dependency> {
    let (op, inputs) = (arena.op(node), arena.inputs(node));
    let mut found = match op {
        Op::Filter { .. } | Op::Distinct | Op::Sort { .. } | Op::Limit { .. } | Op::TopN { .. } => {
            walk(arena, inputs[0], varying)
        }
        Op::Project { items } => {
            let mut found = walk(arena, inputs[0], varying);
            for item in items {
                add_item(arena, item, arena.props(inputs[0]), varying, &mut found);
            }
            found
        }
        Op::Join {
            kind, dependent, ..
        } => of_join(arena, *kind, *dependent, inputs, varying),
        Op::Aggregate { keys, .. } => {
            let keys: ColSet = keys.iter().copied().collect();
            let below = walk(arena, inputs[0], varying);
            below
                .iter()
                .filter(|d| d.from.is_subset(&keys))
                .map(|d| Dependency {
                    from: d.from.clone(),
                    to: closure(&below, &d.from).intersection(&keys),
                })
                .collect()
        }
        _ => Vec::new(),
    };
    add_facts(arena.props(node), varying, &mut found);
    found
}

fn of_join(
    arena: &Arena,
    kind: JoinKind,
    dependent: bool,
    inputs: &[RelId],
    varying: &ColSet,
) -> Vec<Dependency> {
    let survivors = |mut found: Vec<Dependency>, input: RelId, padded: bool| {
        let not_null = &arena.props(input).not_null;
        found.retain(|d| !padded || d.from.intersects(not_null));
        found
    };
    let left = walk(arena, inputs[0], varying);
    let mut found = survivors(left, inputs[0], kind.pads_left());
    if kind.keeps_right() {
        let varying = match dependent {
            true => varying.union(&arena.props(inputs[0]).output),
            false => varying.clone(),
        };
        let right = walk(arena, inputs[1], &varying);
        found.extend(survivors(right, inputs[1], kind.pads_right()));
    }
    found
}

/// What a projection's item adds: the column and its copy determine each other, arguments determine a result.
fn add_item(
    arena: &Arena,
    item: &ProjectItem,
    input: &Props,
    varying: &ColSet,
    found: &mut Vec<Dependency>,
) {
    let reads = arena.columns_of(item.expr);
    if arena.is_volatile(item.expr) || reads.intersects(varying) {
        return;
    }
    let copy = arena.as_column(item.expr);
    // Equal doubles (0 and -0) and equal intervals (a month and 30 days) may give functions different results.
    let told_apart = |ty| matches!(ty, DataType::Float64 | DataType::Interval);
    if copy.is_none() && reads.iter().any(|c| told_apart(arena.column(c).ty)) {
        return;
    }
    let from = reads.intersection(&input.output);
    let to: ColSet = [item.col].into_iter().collect();
    if copy.is_some() {
        found.push(Dependency {
            from: to.clone(),
            to: from.clone(),
        });
    }
    found.push(Dependency { from, to });
}

/// What the derived properties say: keys determine all columns, constants are determined by nothing, equal columns by
/// each other.
fn add_facts(props: &Props, varying: &ColSet, found: &mut Vec<Dependency>) {
    if !props.free.intersects(varying) {
        found.extend(props.keys.iter().map(|key| Dependency {
            from: key.clone(),
            to: props.output.clone(),
        }));
    }
    found.push(Dependency {
        from: ColSet::new(),
        to: props.constants.iter().map(|(col, _)| *col).collect(),
    });
    for (a, b) in &props.equal {
        for (from, to) in [(*a, *b), (*b, *a)] {
            found.push(Dependency {
                from: [from].into_iter().collect(),
                to: [to].into_iter().collect(),
            });
        }
    }
}
