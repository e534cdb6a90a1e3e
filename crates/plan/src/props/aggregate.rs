//! The properties of an aggregation.

use super::{Props, never_null};
use crate::{AggFunc, AggItem, Arena, ColSet};
use types::ColId;

pub(super) fn derive_aggregate(
    arena: &Arena,
    keys: &[ColId],
    aggs: &[AggItem],
    input: &Props,
) -> Props {
    let mut props = Props::of_columns(
        keys.iter()
            .copied()
            .chain(aggs.iter().map(|a| a.col))
            .collect(),
    );
    let key_set: ColSet = keys.iter().copied().collect();
    props.not_null = input.not_null.intersection(&key_set);
    for agg in aggs {
        let on_some_rows = !keys.is_empty() && agg.filter.is_none();
        let never_null_arg = agg
            .arg
            .is_some_and(|a| never_null(arena, a, &input.not_null));
        let null_free = !matches!(agg.func, AggFunc::StddevSamp | AggFunc::VarSamp);
        if agg.func.zero_on_empty() || (on_some_rows && never_null_arg && null_free) {
            props.not_null.insert(agg.col);
        }
    }
    props.constants = input
        .constants
        .iter()
        .filter(|(c, _)| key_set.contains(*c))
        .copied()
        .collect();
    props.equal = input
        .equal
        .iter()
        .filter(|(a, b)| key_set.contains(*a) && key_set.contains(*b))
        .copied()
        .collect();
    props.add_key(key_set.clone());
    for key in input.keys.iter().filter(|k| k.is_subset(&key_set)) {
        props.add_key(key.clone());
    }
    if keys.is_empty() {
        props.min_rows = 1;
        props.limit_rows(1);
    } else {
        props.max_rows = input.max_rows;
        props.min_rows = input.min_rows.min(1);
        props.reduce_keys();
    }
    props
}
