//! The properties of each operator from those of its inputs.

use super::aggregate::derive_aggregate;
use super::join::{derive_join, derive_phys_join};
use super::set_op::derive_set_op;
use super::{Props, never_null};
use crate::{Arena, ColSet, Op, ProjectItem, ScalarId, Scan, SetOpKind};
use types::{ColId, Value};

/// Derives the properties of an operator from those of its inputs.
pub fn derive(arena: &Arena, op: &Op, inputs: &[&Props]) -> Props {
    let mut props = match op {
        Op::Scan(scan) | Op::TableScan(scan) => derive_scan(arena, scan),
        Op::Values { columns, rows } | Op::PhysValues { columns, rows } => {
            derive_values(arena, columns, rows)
        }
        Op::Filter { predicates } | Op::PhysFilter { predicates } => {
            let mut props = inputs[0].clone();
            props.min_rows = 0;
            props.assume(arena, predicates);
            if never_true(arena, predicates) {
                props.limit_rows(0);
            }
            props
        }
        Op::Project { items } | Op::PhysProject { items } => {
            derive_project(arena, items, inputs[0])
        }
        Op::Join {
            kind,
            on,
            dependent,
        } => derive_join(arena, *kind, on, inputs[0], inputs[1], *dependent),
        Op::NestedLoopJoin { kind, on } => {
            derive_join(arena, *kind, on, inputs[0], inputs[1], false)
        }
        Op::Apply { kind, on } => derive_join(arena, *kind, on, inputs[0], inputs[1], true),
        Op::HashJoin { join, .. } | Op::MergeJoin { join } => {
            derive_phys_join(arena, join, inputs[0], inputs[1])
        }
        Op::Aggregate { keys, aggs }
        | Op::HashAggregate { keys, aggs }
        | Op::StreamAggregate { keys, aggs } => derive_aggregate(arena, keys, aggs, inputs[0]),
        Op::Distinct => {
            let mut props = inputs[0].clone();
            props.min_rows = props.min_rows.min(1);
            props.add_key(props.output.clone());
            props
        }
        Op::Sort { .. } | Op::PhysSort { .. } => inputs[0].clone(),
        Op::Limit { limit, offset } | Op::PhysLimit { limit, offset } => {
            derive_limit(*limit, *offset, inputs[0])
        }
        Op::TopN { limit, offset, .. } | Op::TopNHeap { limit, offset, .. } => {
            derive_limit(Some(*limit), *offset, inputs[0])
        }
        Op::SetOp { kind, all, columns } | Op::HashSetOp { kind, all, columns } => {
            derive_set_op(*kind, *all, columns, inputs)
        }
        Op::Append { columns } => derive_set_op(SetOpKind::Union, true, columns, inputs),
    };
    props.free = inputs
        .iter()
        .fold(ColSet::new(), |set, input| set.union(&input.free));
    let mut made = inputs
        .iter()
        .fold(ColSet::new(), |set, input| set.union(&input.output));
    if let Op::Scan(scan) | Op::TableScan(scan) = op {
        made.extend(scan.columns.iter().map(|c| c.col));
    }
    for scalar in op.scalars() {
        props.free.extend_with(arena.columns_of(scalar));
        props.volatile |= arena.is_volatile(scalar);
    }
    props.free = props.free.difference(&made);
    props.volatile |= inputs.iter().any(|input| input.volatile);
    props
}

/// A conjunct is the literal FALSE or NULL.
pub(super) fn never_true(arena: &Arena, conjuncts: &[ScalarId]) -> bool {
    conjuncts
        .iter()
        .any(|p| matches!(arena.as_literal(*p), Some(Value::Bool(false) | Value::Null)))
}

fn derive_scan(arena: &Arena, scan: &Scan) -> Props {
    let table = arena.table(scan.table);
    let mut props = Props::of_columns(scan.columns.iter().map(|c| c.col).collect());
    props.not_null = scan
        .columns
        .iter()
        .filter(|c| !table.nullable(c.ordinal))
        .map(|c| c.col)
        .collect();
    for key in &table.keys {
        // Nullable unique columns may repeat NULLs, which count as equal here.
        let columns: Option<ColSet> = key
            .columns
            .iter()
            .map(|at| {
                scan.columns
                    .iter()
                    .find(|c| c.ordinal == *at && !table.nullable(*at))
                    .map(|c| c.col)
            })
            .collect();
        if let Some(columns) = columns {
            props.add_key(columns);
        }
    }
    props.assume(arena, &scan.filters);
    if never_true(arena, &scan.filters) {
        props.limit_rows(0);
    }
    props
}

fn derive_values(arena: &Arena, columns: &[ColId], rows: &[Vec<ScalarId>]) -> Props {
    let mut props = Props::of_columns(columns.to_vec());
    let none = ColSet::new();
    for (at, col) in columns.iter().enumerate() {
        if rows.iter().all(|row| never_null(arena, row[at], &none)) {
            props.not_null.insert(*col);
        }
    }
    props.min_rows = rows.len() as u64;
    props.limit_rows(rows.len() as u64);
    props
}

fn derive_project(arena: &Arena, items: &[ProjectItem], input: &Props) -> Props {
    let mut props = Props::of_columns(items.iter().map(|i| i.col).collect());
    // An input column may be passed on under several names; the first stands for it in keys.
    let renamed = |col: ColId| {
        items
            .iter()
            .find(|i| arena.as_column(i.expr) == Some(col))
            .map(|i| i.col)
    };
    for item in items {
        if never_null(arena, item.expr, &input.not_null) {
            props.not_null.insert(item.col);
        }
        match arena.as_column(item.expr) {
            Some(col) => {
                if let Some(value) = input.constant(col) {
                    props.constants.push((item.col, value));
                }
            }
            None => props.add_constant(arena, item.col, item.expr),
        }
    }
    for key in &input.keys {
        let key: Option<ColSet> = key.iter().map(renamed).collect();
        if let Some(key) = key {
            props.add_key(key);
        }
    }
    for (a, b) in &input.equal {
        if let (Some(a), Some(b)) = (renamed(*a), renamed(*b)) {
            props.equal.push((a, b));
        }
    }
    (props.min_rows, props.max_rows) = (input.min_rows, input.max_rows);
    if input.at_most_one_row() {
        props.keys = vec![ColSet::new()];
    }
    props
}

fn derive_limit(limit: Option<u64>, offset: u64, input: &Props) -> Props {
    let mut props = input.clone();
    props.min_rows = input
        .min_rows
        .saturating_sub(offset)
        .min(limit.unwrap_or(u64::MAX));
    let most = input
        .max_rows
        .map_or(u64::MAX, |n| n.saturating_sub(offset))
        .min(limit.unwrap_or(u64::MAX));
    if most < u64::MAX {
        props.limit_rows(most);
    }
    props
}
