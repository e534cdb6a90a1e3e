//! Least, greatest, any value; AND and OR of booleans, which are least and greatest.

use super::accumulator::{Groups, keep_last};
use crate::kernels::compare::float_key;
use plan::AggFunc;
use types::data_type::Layout;
use types::{Bitmap, Column, DataType, Interval, StrVec, Vector};

/// The best value of each group so far.
pub(crate) struct Extreme {
    better: Better,
    best: Best,
    /// Groups that have a best value.
    seen: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Better {
    Less,
    Greater,
    /// The first value stays.
    Never,
}

enum Best {
    Bool(Vec<bool>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    I128(Vec<i128>),
    F64(Vec<f64>),
    Interval(Vec<Interval>),
    Text(Vec<Option<Box<[u8]>>>, usize),
}

impl Extreme {
    pub(super) fn new(func: AggFunc, ty: DataType) -> Self {
        let better = match func {
            AggFunc::Min | AggFunc::BoolAnd => Better::Less,
            AggFunc::Max | AggFunc::BoolOr => Better::Greater,
            _ => Better::Never,
        };
        let best = match ty.layout() {
            Layout::Bool => Best::Bool(Vec::new()),
            Layout::I32 => Best::I32(Vec::new()),
            Layout::I64 => Best::I64(Vec::new()),
            Layout::I128 => Best::I128(Vec::new()),
            Layout::F64 => Best::F64(Vec::new()),
            Layout::Interval => Best::Interval(Vec::new()),
            Layout::Str => Best::Text(Vec::new(), 0),
        };
        Self {
            better,
            best,
            seen: Vec::new(),
        }
    }

    pub(super) fn update(&mut self, groups: Groups<'_>, total: usize, column: &Column) {
        self.seen.resize(total, false);
        let (seen, better) = (&mut self.seen, self.better);
        match (&mut self.best, &column.data) {
            (Best::Bool(best), Vector::Bool(v)) => {
                take(
                    groups,
                    total,
                    column,
                    seen,
                    best,
                    better,
                    |row| v[row],
                    |x| x,
                );
            }
            (Best::I32(best), Vector::I32(v)) => {
                take(
                    groups,
                    total,
                    column,
                    seen,
                    best,
                    better,
                    |row| v[row],
                    |x| x,
                );
            }
            (Best::I64(best), Vector::I64(v)) => {
                take(
                    groups,
                    total,
                    column,
                    seen,
                    best,
                    better,
                    |row| v[row],
                    |x| x,
                );
            }
            (Best::I64(best), Vector::I128(v)) => {
                take(
                    groups,
                    total,
                    column,
                    seen,
                    best,
                    better,
                    |row| v[row] as i64,
                    |x| x,
                );
            }
            (Best::I128(best), Vector::I64(v)) => {
                let wide = |row: usize| i128::from(v[row]);
                take(groups, total, column, seen, best, better, wide, |x| x);
            }
            (Best::I128(best), Vector::I128(v)) => {
                take(
                    groups,
                    total,
                    column,
                    seen,
                    best,
                    better,
                    |row| v[row],
                    |x| x,
                );
            }
            (Best::F64(best), Vector::F64(v)) => {
                take(
                    groups,
                    total,
                    column,
                    seen,
                    best,
                    better,
                    |row| v[row],
                    float_key,
                );
            }
            (Best::Interval(best), Vector::Interval(v)) => {
                let key = |x: Interval| x.total_micros();
                take(groups, total, column, seen, best, better, |row| v[row], key);
            }
            (Best::Text(best, bytes), data) => {
                best.resize(total, None);
                groups.each(column, |group, row| {
                    let text = data.str_bytes(row);
                    let replaces = match (&best[group], better) {
                        (None, _) => true,
                        (Some(_), Better::Never) => false,
                        (Some(old), Better::Less) => text < &old[..],
                        (Some(old), Better::Greater) => text > &old[..],
                    };
                    if replaces {
                        *bytes += text.len();
                        best[group] = Some(text.into());
                        seen[group] = true;
                    }
                });
            }
            (_, other) => panic!("a least or greatest value was asked of {other:?}"),
        }
    }

    /// The best value of each group.
    pub(super) fn finish(&mut self, total: usize) -> Column {
        fn filled<T: Copy + Default>(best: &mut Vec<T>, total: usize) -> Vec<T> {
            best.resize(total, T::default());
            best.clone()
        }
        let data = match &mut self.best {
            Best::Bool(best) => Vector::Bool(filled(best, total)),
            Best::I32(best) => Vector::I32(filled(best, total)),
            Best::I64(best) => Vector::I64(filled(best, total)),
            Best::F64(best) => Vector::F64(filled(best, total)),
            Best::Interval(best) => Vector::Interval(filled(best, total)),
            Best::I128(best) => {
                let wide = filled(best, total);
                let narrow: Option<Vec<i64>> =
                    wide.iter().map(|v| i64::try_from(*v).ok()).collect();
                narrow.map_or(Vector::I128(wide), Vector::I64)
            }
            Best::Text(best, _) => {
                let mut out = StrVec::with_capacity(total);
                for group in 0..total {
                    let text = best.get(group).and_then(Option::as_deref);
                    out.push_bytes(text.unwrap_or_default());
                }
                out.seal();
                Vector::Str(out)
            }
        };
        let seen = |group: usize| self.seen.get(group).copied().unwrap_or(false);
        let validity: Bitmap = (0..total).map(seen).collect();
        Column::with_validity(data, Some(validity))
    }

    pub(super) fn bytes(&self) -> usize {
        self.seen.capacity()
            + match &self.best {
                Best::Bool(best) => best.capacity(),
                Best::I32(best) => best.capacity() * 4,
                Best::I64(best) => best.capacity() * 8,
                Best::I128(best) => best.capacity() * 16,
                Best::F64(best) => best.capacity() * 8,
                Best::Interval(best) => best.capacity() * 16,
                Best::Text(best, bytes) => best.capacity() * 16 + bytes,
            }
    }

    pub(super) fn keep_last(&mut self, total: usize) {
        keep_last(&mut self.seen, total);
        match &mut self.best {
            Best::Bool(best) => keep_last(best, total),
            Best::I32(best) => keep_last(best, total),
            Best::I64(best) => keep_last(best, total),
            Best::I128(best) => keep_last(best, total),
            Best::F64(best) => keep_last(best, total),
            Best::Interval(best) => keep_last(best, total),
            Best::Text(best, _) => keep_last(best, total),
        }
    }
}

/// Replaces the best value of each row's group where the row's is better by its key.
#[allow(
    clippy::too_many_arguments,
    reason = "one loop for all types, called from one place"
)]
#[inline]
fn take<T: Copy + Default, K: PartialOrd>(
    groups: Groups<'_>,
    total: usize,
    column: &Column,
    seen: &mut [bool],
    best: &mut Vec<T>,
    better: Better,
    value: impl Fn(usize) -> T,
    key: impl Fn(T) -> K,
) {
    best.resize(total, T::default());
    let best = &mut best[..];
    // One loop for the three: which way to compare is a branch that always goes the same way.
    groups.each(column, |group, row| {
        let value = value(row);
        let replaces = !seen[group]
            || match better {
                Better::Less => key(value) < key(best[group]),
                Better::Greater => key(value) > key(best[group]),
                Better::Never => false,
            };
        if replaces {
            best[group] = value;
            seen[group] = true;
        }
    });
}
