//! Sums. Whole numbers are summed in 64 bits as long as a bound on all sums says that they fit, then in 128.

use super::accumulator::{Groups, keep_last};
use super::seen::Seen;
use crate::Result;
use types::data_type::Layout;
use types::{Column, DataError, DataType, Interval, Value, Vector};

/// A sum for each group.
pub(crate) struct Sum {
    sums: Sums,
    seen: Seen,
    ty: DataType,
}

enum Sums {
    /// No sum's magnitude exceeds the bound, which is below 2^63.
    Narrow {
        sums: Vec<i64>,
        bound: u128,
    },
    Wide(Vec<i128>),
    Float {
        sums: Vec<f64>,
        /// An infinite or undefined value came: an infinite sum is no overflow.
        odd: bool,
    },
    Interval(Vec<Interval>),
}

impl Sum {
    pub(super) fn new(ty: DataType) -> Self {
        let sums = match ty.layout() {
            Layout::F64 => Sums::Float {
                sums: Vec::new(),
                odd: false,
            },
            Layout::Interval => Sums::Interval(Vec::new()),
            _ => Sums::Narrow {
                sums: Vec::new(),
                bound: 0,
            },
        };
        Self {
            sums,
            seen: Seen::default(),
            ty,
        }
    }

    pub(super) fn update(
        &mut self,
        groups: Groups<'_>,
        total: usize,
        column: &Column,
        some: bool,
    ) -> Result<()> {
        self.seen.update(groups, total, column, some);
        self.widen_if_needed(column);
        match (&mut self.sums, &column.data) {
            (Sums::Narrow { sums, .. }, Vector::I32(values)) => {
                sums.resize(total, 0);
                add(groups, column, sums, |sum, row| {
                    *sum += i64::from(values[row])
                });
            }
            (Sums::Narrow { sums, .. }, Vector::I64(values)) => {
                sums.resize(total, 0);
                match (groups, &column.validity) {
                    (Groups::One, None) => sums[0] += values.iter().sum::<i64>(),
                    _ => add(groups, column, sums, |sum, row| *sum += values[row]),
                }
            }
            (Sums::Wide(sums), data) => {
                sums.resize(total, 0);
                let mut failed = false;
                let mut plus = |sum: &mut i128, value: i128| match sum.checked_add(value) {
                    Some(total) => *sum = total,
                    None => failed = true,
                };
                match data {
                    Vector::I32(v) => {
                        add(groups, column, sums, |sum, row| plus(sum, v[row].into()))
                    }
                    Vector::I64(v) => {
                        add(groups, column, sums, |sum, row| plus(sum, v[row].into()))
                    }
                    Vector::I128(v) => add(groups, column, sums, |sum, row| plus(sum, v[row])),
                    other => panic!("a sum of numbers was given {other:?}"),
                }
                if failed {
                    return Err(DataError::out_of_range("numeric").into());
                }
            }
            (Sums::Float { sums, odd }, Vector::F64(values)) => {
                sums.resize(total, 0.0);
                *odd |= !values.iter().all(|v| v.is_finite());
                add(groups, column, sums, |sum, row| *sum += values[row]);
                if !*odd && sums.iter().any(|sum| sum.is_infinite()) {
                    return Err(DataError::out_of_range(DataType::Float64).into());
                }
            }
            (Sums::Interval(sums), Vector::Interval(values)) => {
                sums.resize(total, Interval::default());
                let mut failed = false;
                add(groups, column, sums, |sum, row| {
                    match sum.checked_add(values[row]) {
                        Some(total) => *sum = total,
                        None => failed = true,
                    }
                });
                if failed {
                    let far = "interval out of range".into();
                    return Err(DataError::DatetimeOverflow { text: far }.into());
                }
            }
            (_, other) => panic!("a sum of {} was given {other:?}", self.ty),
        }
        Ok(())
    }

    /// Goes on in 128 bits when 64 might not do.
    fn widen_if_needed(&mut self, column: &Column) {
        let Sums::Narrow { sums, bound } = &mut self.sums else {
            return;
        };
        let spread = match &column.data {
            Vector::I32(_) => Some(31),
            Vector::I64(values) => {
                let all = values.iter().fold(0, |all, v| all | (v ^ (v >> 63)));
                Some(64 - all.leading_zeros())
            }
            _ => None,
        };
        if let Some(bits) = spread {
            // Every value lies in -2^bits ..= 2^bits - 1.
            let more = bound.saturating_add((column.len() as u128) << bits);
            if more < 1 << 63 {
                *bound = more;
                return;
            }
        }
        self.sums = Sums::Wide(sums.iter().map(|v| i128::from(*v)).collect());
    }

    /// The sum of a group as a whole number; `None` for no values. Not for doubles and intervals.
    pub(super) fn whole(&self, group: usize) -> Option<i128> {
        self.seen.get(group).then(|| match &self.sums {
            Sums::Narrow { sums, .. } => i128::from(sums[group]),
            Sums::Wide(sums) => sums[group],
            _ => panic!("a sum of {} is not a whole number", self.ty),
        })
    }

    /// The sum of a group of doubles or intervals; NULL for no values.
    pub(super) fn value(&self, group: usize) -> Value {
        match &self.sums {
            _ if !self.seen.get(group) => Value::Null,
            Sums::Float { sums, .. } => Value::Float64(sums[group]),
            Sums::Interval(sums) => Value::Interval(sums[group]),
            _ => panic!("a sum of {} is a whole number", self.ty),
        }
    }

    /// The sums of all groups when they are whole numbers in 64 bits.
    pub(super) fn narrow(&self, total: usize) -> Option<Column> {
        let Sums::Narrow { sums, .. } = &self.sums else {
            return None;
        };
        let mut values = sums.clone();
        values.resize(total, 0);
        Some(Column::with_validity(
            Vector::I64(values),
            self.seen.validity(total),
        ))
    }

    pub(super) fn bytes(&self) -> usize {
        self.seen.bytes()
            + match &self.sums {
                Sums::Narrow { sums, .. } => sums.capacity() * 8,
                Sums::Wide(sums) => sums.capacity() * 16,
                Sums::Float { sums, .. } => sums.capacity() * 8,
                Sums::Interval(sums) => sums.capacity() * 16,
            }
    }

    pub(super) fn keep_last(&mut self, total: usize) {
        self.seen.keep_last(total);
        match &mut self.sums {
            Sums::Narrow { sums, .. } => keep_last(sums, total),
            Sums::Wide(sums) => keep_last(sums, total),
            Sums::Float { sums, .. } => keep_last(sums, total),
            Sums::Interval(sums) => keep_last(sums, total),
        }
    }
}

/// Calls `f` with the sum of each row's group, for rows that are not NULL.
#[inline]
fn add<T>(groups: Groups<'_>, column: &Column, sums: &mut [T], mut f: impl FnMut(&mut T, usize)) {
    groups.each(column, |group, row| f(&mut sums[group], row));
}
