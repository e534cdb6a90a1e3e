//! Prepares a join block: its operators, their selectivities, its hypergraph.

use super::fill::Filler;
use crate::implement::RuleId;
use crate::join_order::block::{Block, JoinTree};
use crate::join_order::classes::{self, Member};
use crate::join_order::{Edge, Graph, JoinOp, RelSet};
use crate::join_order::{conflict, transitive};
use crate::memo::GroupId;
use crate::search::{Search, SearchObserver};
use crate::stats::{ColumnEstimate, Estimator, column};
use plan::{Arena, ColSet, JoinKind, Op};
use types::{ColId, SortedMap};

/// Enumerates a block over the groups of its relations. Returns the group of the whole block.
pub fn block(
    search: &mut Search,
    arena: &mut Arena,
    tree: JoinTree,
    relations: Vec<GroupId>,
    observer: &mut dyn SearchObserver,
) -> GroupId {
    let block = prepare(search, arena, &tree, relations);
    let all = RelSet::first(block.relations.len());
    let at = search.memo.blocks.len() as u32;
    search.memo.blocks.push(block);
    Filler::new(search, arena, at).fill(observer);
    search.memo.blocks[at as usize].groups[&all]
}

/// Everything enumeration needs to know of a block.
fn prepare(search: &Search, arena: &mut Arena, tree: &JoinTree, relations: Vec<GroupId>) -> Block {
    let memo = &search.memo;
    let outputs: Vec<ColSet> = tree
        .relations
        .iter()
        .map(|r| arena.props(*r).output.clone())
        .collect();
    let relations_of = |columns: &ColSet| -> RelSet {
        outputs
            .iter()
            .enumerate()
            .filter(|(_, output)| output.intersects(columns))
            .map(|(at, _)| at)
            .collect()
    };
    let only_inner = tree.nodes.iter().all(|n| n.kind == JoinKind::Inner);
    let mut ops = conflict::build(arena, &tree.nodes, &relations_of);
    let written = ops.len();
    if only_inner && search.rules.contains(RuleId::TRANSITIVE_EDGES) {
        ops.extend(transitive::implied(arena, &ops));
    }
    let column = |col: ColId| -> Option<ColumnEstimate> {
        let relation = outputs.iter().position(|o| o.contains(col))?;
        column::of_group(memo, relations[relation], col)
    };
    let estimator = Estimator {
        arena,
        column: &column,
    };
    for op in &mut ops {
        if op.kind == JoinKind::Inner {
            let parts = estimator.conjunction(&op.conjuncts);
            op.selectivity = parts.iter().map(|i| i.value).product();
        }
    }
    let member = |col: ColId, relation: usize| {
        let estimate = column::of_group(memo, relations[relation], col);
        let (distinct, domain, nulls) =
            estimate.map_or((1.0, 1.0, 0.0), |c| (c.distinct, c.domain, c.nulls));
        Member {
            col,
            relation,
            distinct,
            domain,
            nulls,
        }
    };
    let classes = classes::build(&ops, member);
    let corrections = corrections(search, arena, tree, &relations, &ops);
    let graph_of = |ops: &[JoinOp]| {
        let edges = ops.iter().map(|op| Edge {
            left: op.left,
            right: op.right,
        });
        let mut graph = Graph::new(relations.len(), edges);
        if only_inner {
            connect(&mut graph);
        }
        graph
    };
    let graph = graph_of(&ops);
    let written_graph = (ops.len() > written).then(|| graph_of(&ops[..written]));
    Block {
        groups: relations
            .iter()
            .enumerate()
            .map(|(at, group)| (RelSet::single(at), *group))
            .collect(),
        eligibility: ops.iter().map(JoinOp::eligibility).collect(),
        nodes: tree.nodes.clone(),
        relations,
        outputs,
        ops,
        classes,
        corrections,
        written,
        graph,
        written_graph,
    }
}

/// Components more than this are only chained: every order of them would be too many.
const MAX_COMPONENTS: usize = 8;

/// Adds edges for cross products between components, whole against whole, until the graph is connected: cross
/// products come last.
fn connect(graph: &mut Graph) {
    loop {
        let components = graph.components();
        if components.len() < 2 {
            return;
        }
        for (at, right) in components.iter().enumerate().skip(1) {
            let from = if components.len() > MAX_COMPONENTS {
                at - 1
            } else {
                0
            };
            for left in &components[from..at] {
                graph.add(Edge {
                    left: *left,
                    right: *right,
                });
            }
        }
    }
}

/// Pairs of relations joined on a key of several columns: multiplying the selectivities of the single equalities would
/// take them for independent, while a row matches at most one.
fn corrections(
    search: &Search,
    arena: &Arena,
    tree: &JoinTree,
    relations: &[GroupId],
    ops: &[JoinOp],
) -> Vec<(usize, usize, f64)> {
    type Ends = Vec<((ColId, usize), (ColId, usize))>;
    let mut between: SortedMap<(usize, usize), Ends> = SortedMap::new();
    for op in ops {
        if let Some((a, b)) = op.column_equality {
            let (a, b) = if a.1 < b.1 { (a, b) } else { (b, a) };
            between
                .get_or_insert_with((a.1, b.1), Ends::default)
                .push((a, b));
        }
    }
    let domain = |(col, relation): (ColId, usize)| {
        column::of_group(&search.memo, relations[relation], col).map_or(1.0, |c| c.domain)
    };
    let rows = |relation: usize| match arena.op(tree.relations[relation]) {
        Op::Scan(scan) => arena.table(scan.table).rows as f64,
        _ => search.memo.group(relations[relation]).raw_rows,
    };
    let mut corrections = Vec::new();
    for ((low, high), ends) in between {
        let mut best = 1.0f64;
        for (side, relation) in [(0, low), (1, high)] {
            let of_side = |end: &((ColId, usize), (ColId, usize))| {
                if side == 0 { end.0.0 } else { end.1.0 }
            };
            for key in &arena.props(tree.relations[relation]).keys {
                let used: Ends = ends
                    .iter()
                    .filter(|end| key.contains(of_side(end)))
                    .copied()
                    .collect();
                let covered: ColSet = used.iter().map(of_side).collect();
                if key.len() < 2 || covered != *key {
                    continue;
                }
                let product: f64 = used
                    .iter()
                    .map(|(a, b)| 1.0 / domain(*a).max(domain(*b)).max(1.0))
                    .product();
                best = best.max(1.0 / rows(relation).max(1.0) / product);
            }
        }
        if best > 1.0 && best.is_finite() {
            corrections.push((low, high, best));
        }
    }
    corrections
}
