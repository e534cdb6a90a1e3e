//! The properties of UNION, INTERSECT and EXCEPT.

use super::Props;
use crate::{ColSet, SetColumn, SetOpKind};

pub(super) fn derive_set_op(
    kind: SetOpKind,
    all: bool,
    columns: &[SetColumn],
    inputs: &[&Props],
) -> Props {
    let mut props = Props::of_columns(columns.iter().map(|c| c.col).collect());
    for column in columns {
        let mut sides = inputs
            .iter()
            .zip(&column.inputs)
            .map(|(input, col)| input.not_null.contains(*col));
        let not_null = match kind {
            SetOpKind::Union => sides.all(|n| n),
            SetOpKind::Intersect => sides.any(|n| n),
            SetOpKind::Except => sides.next().unwrap_or(false),
        };
        if not_null {
            props.not_null.insert(column.col);
        }
    }
    if !all {
        props.add_key(props.output.clone());
    }
    let (first, rest) = (inputs[0], &inputs[1..]);
    props.max_rows = match kind {
        SetOpKind::Union => inputs
            .iter()
            .try_fold(0u64, |sum, i| sum.checked_add(i.max_rows?)),
        SetOpKind::Intersect => rest
            .iter()
            .fold(first.max_rows, |n, i| match (n, i.max_rows) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            }),
        SetOpKind::Except => first.max_rows,
    };
    if kind == SetOpKind::Union {
        let sum = inputs
            .iter()
            .map(|i| i.min_rows)
            .fold(0u64, u64::saturating_add);
        props.min_rows = if all { sum } else { sum.min(1) };
    } else {
        // Rows of the first branch, each at most as often as there.
        for key in &first.keys {
            let mapped: Option<ColSet> = key
                .iter()
                .map(|col| columns.iter().find(|c| c.inputs[0] == col).map(|c| c.col))
                .collect();
            if let Some(key) = mapped {
                props.add_key(key);
            }
        }
    }
    if let Some(most) = props.max_rows {
        props.limit_rows(most);
    }
    props
}
