//! The physical operators that can implement a logical one.

use crate::memo::expression::ascending;
use crate::memo::{ANY, JoinSplit, Operator, OrderId, Orders};
use plan::{Arena, JoinKind, Op, PhysJoin, SetOpKind, Side, SortKey};
use types::ColId;

/// A way to run a logical operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read the table's heap.
    TableScan,
    /// Hand out written rows.
    Values,
    /// Narrow batches.
    Filter,
    /// Compute columns.
    Project,
    /// Join through a hash table built on this side.
    HashJoin(Side),
    /// Join inputs sorted on the keys.
    MergeJoin,
    /// Try all pairs.
    NestedLoopJoin,
    /// Run the right side for each left row.
    Apply,
    /// Group in a hash table.
    HashAggregate,
    /// Group a sorted input.
    StreamAggregate,
    /// Sort.
    Sort,
    /// Ask the input for the order: no operator of its own.
    Ordered,
    /// Keep the first rows in a heap.
    TopNHeap,
    /// Ask the input for the order and stop after enough rows.
    OrderedLimit,
    /// Stop after enough rows.
    Limit,
    /// One branch after the other.
    Append,
    /// Count rows of the branches in a hash table.
    HashSetOp,
}

/// Orders required of up to two inputs; inputs beyond have none.
pub type InputOrders = [OrderId; 2];

impl Method {
    /// The orders the inputs must have so that the output has the required one; `None` when the method cannot give it.
    pub fn input_orders(
        self,
        operator: &Operator,
        split: &dyn Fn() -> JoinSplit,
        required: OrderId,
        arena: &Arena,
        orders: &mut Orders,
    ) -> Option<InputOrders> {
        match self {
            Self::MergeJoin => {
                let kind = operator.join?.kind;
                let (left, right) = merge_order(&split(), kind, orders.keys(required))?;
                Some([orders.intern(&left), orders.intern(&right)])
            }
            Self::StreamAggregate => {
                let keys = group_order(&operator.keys, orders.keys(required))?;
                Some([orders.intern(&keys), ANY])
            }
            Self::Sort | Self::TopNHeap => orders
                .satisfies(sort_keys(operator.plain()), required)
                .then_some([ANY, ANY]),
            Self::Ordered | Self::OrderedLimit => {
                let keys = sort_keys(operator.plain());
                if !orders.satisfies(keys, required) {
                    return None;
                }
                Some([orders.intern(keys), ANY])
            }
            Self::Filter => Some([required, ANY]),
            Self::Project if required != ANY => {
                let Some(Op::Project { items }) = operator.plain() else {
                    return None;
                };
                let below: Option<Vec<SortKey>> = orders
                    .keys(required)
                    .iter()
                    .map(|key| {
                        let item = items.iter().find(|i| i.col == key.col)?;
                        let col = arena.as_column(item.expr)?;
                        Some(SortKey { col, ..*key })
                    })
                    .collect();
                Some([orders.intern(&below?), ANY])
            }
            _ => (required == ANY).then_some([ANY, ANY]),
        }
    }

    /// The physical operator that delivers the required order; `None` for [`Method::Ordered`], which is its input.
    pub fn op(
        self,
        op: &Op,
        split: &JoinSplit,
        group_keys: &[ColId],
        required: &[SortKey],
    ) -> Option<Op> {
        Some(match (self, op) {
            (Self::TableScan, Op::Scan(scan)) => Op::TableScan(scan.clone()),
            (Self::Values, Op::Values { columns, rows }) => Op::PhysValues {
                columns: columns.clone(),
                rows: rows.clone(),
            },
            (Self::Filter, Op::Filter { predicates }) => Op::PhysFilter {
                predicates: predicates.clone(),
            },
            (Self::Project, Op::Project { items }) => Op::PhysProject {
                items: items.clone(),
            },
            (Self::HashJoin(build), Op::Join { kind, .. }) => Op::HashJoin {
                join: phys_join(split, *kind),
                build,
            },
            (Self::MergeJoin, Op::Join { kind, .. }) => Op::MergeJoin {
                join: in_merge_order(phys_join(split, *kind), split, required),
            },
            (Self::NestedLoopJoin, Op::Join { kind, on, .. }) => Op::NestedLoopJoin {
                kind: *kind,
                on: on.clone(),
            },
            (Self::Apply, Op::Join { kind, on, .. }) => Op::Apply {
                kind: *kind,
                on: on.clone(),
            },
            (Self::HashAggregate, Op::Aggregate { keys, aggs }) => Op::HashAggregate {
                keys: keys.clone(),
                aggs: aggs.clone(),
            },
            (Self::HashAggregate, Op::Distinct) => Op::HashAggregate {
                keys: group_keys.to_vec(),
                aggs: Vec::new(),
            },
            (Self::StreamAggregate, Op::Aggregate { keys, aggs }) => Op::StreamAggregate {
                keys: keys.clone(),
                aggs: aggs.clone(),
            },
            (Self::StreamAggregate, Op::Distinct) => Op::StreamAggregate {
                keys: group_keys.to_vec(),
                aggs: Vec::new(),
            },
            (Self::Sort, Op::Sort { keys }) => Op::PhysSort { keys: keys.clone() },
            (
                Self::TopNHeap,
                Op::TopN {
                    keys,
                    limit,
                    offset,
                },
            ) => Op::TopNHeap {
                keys: keys.clone(),
                limit: *limit,
                offset: *offset,
            },
            (Self::OrderedLimit, Op::TopN { limit, offset, .. }) => Op::PhysLimit {
                limit: Some(*limit),
                offset: *offset,
            },
            (Self::Limit, Op::Limit { limit, offset }) => Op::PhysLimit {
                limit: *limit,
                offset: *offset,
            },
            // A relation without columns has at most one distinct row.
            (Self::Limit, Op::Distinct) => Op::PhysLimit {
                limit: Some(1),
                offset: 0,
            },
            (Self::Append, Op::SetOp { columns, .. }) => Op::Append {
                columns: columns.clone(),
            },
            (Self::HashSetOp, Op::SetOp { kind, all, columns }) => Op::HashSetOp {
                kind: *kind,
                all: *all,
                columns: columns.clone(),
            },
            _ => return None,
        })
    }

    /// How often an input runs, given the rows of the left input.
    pub fn runs(self, input: usize, left_rows: f64) -> f64 {
        if self == Self::Apply && input == 1 {
            left_rows.max(1.0)
        } else {
            1.0
        }
    }
}

/// The keys of a sort or top-n.
fn sort_keys(op: Option<&Op>) -> &[SortKey] {
    match op {
        Some(Op::Sort { keys } | Op::TopN { keys, .. }) => keys,
        _ => &[],
    }
}

fn phys_join(split: &JoinSplit, kind: JoinKind) -> PhysJoin {
    PhysJoin {
        kind,
        keys: split.keys.clone(),
        null_safe: split.null_safe.clone(),
        residual: split.residual.clone(),
    }
}

/// The positions of a merge join's keys in the order that gives the required one.
fn merge_positions(
    columns: &[(ColId, ColId)],
    kind: JoinKind,
    required: &[SortKey],
) -> Option<Vec<usize>> {
    let mut positions = Vec::with_capacity(columns.len());
    for key in required {
        if key.descending || key.nulls_first {
            return None;
        }
        let at = columns
            .iter()
            .position(|(l, r)| *l == key.col || (kind == JoinKind::Inner && *r == key.col))?;
        if !positions.contains(&at) {
            positions.push(at);
        }
    }
    let rest: Vec<usize> = (0..columns.len())
        .filter(|at| !positions.contains(at))
        .collect();
    positions.extend(rest);
    Some(positions)
}

/// The sort keys a merge join needs of both inputs.
fn merge_order(
    split: &JoinSplit,
    kind: JoinKind,
    required: &[SortKey],
) -> Option<(Vec<SortKey>, Vec<SortKey>)> {
    let columns = split.columns.as_ref()?;
    let positions = merge_positions(columns, kind, required)?;
    Some((
        ascending(positions.iter().map(|at| columns[*at].0)),
        ascending(positions.iter().map(|at| columns[*at].1)),
    ))
}

/// The join with its keys in the order its inputs are sorted.
fn in_merge_order(join: PhysJoin, split: &JoinSplit, required: &[SortKey]) -> PhysJoin {
    let positions = split
        .columns
        .as_ref()
        .and_then(|columns| merge_positions(columns, join.kind, required));
    match positions {
        Some(positions) => PhysJoin {
            keys: positions.iter().map(|at| join.keys[*at]).collect(),
            null_safe: positions.iter().map(|at| join.null_safe[*at]).collect(),
            ..join
        },
        None => join,
    }
}

/// The order of grouping columns that gives the required one: those first, then the others.
fn group_order(keys: &[ColId], required: &[SortKey]) -> Option<Vec<SortKey>> {
    if required.iter().any(|key| !keys.contains(&key.col)) {
        return None;
    }
    let mut order = required.to_vec();
    let rest = keys
        .iter()
        .copied()
        .filter(|key| required.iter().all(|r| r.col != *key));
    order.extend(ascending(rest));
    Some(order)
}

/// True for UNION ALL, which needs no hash table.
pub fn is_append(op: &Op) -> bool {
    matches!(
        op,
        Op::SetOp {
            kind: SetOpKind::Union,
            all: true,
            ..
        }
    )
}
