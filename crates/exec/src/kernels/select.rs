//! Narrowing the rows that count: loops that write the indexes of the rows that stay, without branches.

use types::Bitmap;

/// The rows of `selection` (`None`: all) whose value passes `keep` and is not NULL.
#[inline]
pub(crate) fn select<T: Copy>(
    values: &[T],
    validity: Option<&Bitmap>,
    selection: Option<&[u32]>,
    keep: impl Fn(T) -> bool,
) -> Vec<u32> {
    let mut out = match selection {
        None => {
            let mut out = vec![0; values.len()];
            let mut kept = 0;
            for (row, value) in values.iter().enumerate() {
                out[kept] = row as u32;
                kept += usize::from(keep(*value));
            }
            out.truncate(kept);
            out
        }
        Some(rows) => {
            let mut out = vec![0; rows.len()];
            let mut kept = 0;
            for &row in rows {
                out[kept] = row;
                kept += usize::from(keep(values[row as usize]));
            }
            out.truncate(kept);
            out
        }
    };
    if let Some(validity) = validity {
        out.retain(|row| validity.get(*row as usize));
    }
    out
}

/// The rows of `selection` (`None`: the first `rows`) that pass `keep`.
pub(crate) fn select_rows(
    rows: usize,
    selection: Option<&[u32]>,
    keep: impl Fn(usize) -> bool,
) -> Vec<u32> {
    match selection {
        None => (0..rows as u32).filter(|row| keep(*row as usize)).collect(),
        Some(selected) => {
            let selected = selected.iter().copied();
            selected.filter(|row| keep(*row as usize)).collect()
        }
    }
}

/// A range of whole numbers, both ends included, or what lies outside of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) low: i64,
    pub(crate) high: i64,
    pub(crate) outside: bool,
}

impl Range {
    /// The numbers x with `x func value`.
    pub(crate) fn of(func: plan::Func, value: i64) -> Self {
        use plan::Func::{Ge, Gt, Le, Lt, Ne};
        let (low, high, outside) = match func {
            Ne => (value, value, true),
            Lt if value == i64::MIN => return Self::nothing(),
            Lt => (i64::MIN, value - 1, false),
            Le => (i64::MIN, value, false),
            Gt if value == i64::MAX => return Self::nothing(),
            Gt => (value + 1, i64::MAX, false),
            Ge => (value, i64::MAX, false),
            _ => (value, value, false),
        };
        Self { low, high, outside }
    }

    pub(crate) fn between(low: i64, high: i64) -> Self {
        Self {
            low,
            high,
            outside: false,
        }
    }

    fn nothing() -> Self {
        Self::between(1, 0)
    }

    pub(crate) fn inverted(self) -> Self {
        Self {
            outside: !self.outside,
            ..self
        }
    }

    /// The rows whose value lies in the range. One subtraction and one unsigned comparison test both ends.
    pub(crate) fn select_i64(
        self,
        values: &[i64],
        validity: Option<&Bitmap>,
        selection: Option<&[u32]>,
    ) -> Vec<u32> {
        if self.low > self.high {
            return select(values, validity, selection, |_| self.outside);
        }
        let width = self.high.wrapping_sub(self.low) as u64;
        select(values, validity, selection, |v| {
            (v.wrapping_sub(self.low) as u64 <= width) != self.outside
        })
    }

    pub(crate) fn select_i32(
        self,
        values: &[i32],
        validity: Option<&Bitmap>,
        selection: Option<&[u32]>,
    ) -> Vec<u32> {
        let low = self.low.max(i64::from(i32::MIN));
        let high = self.high.min(i64::from(i32::MAX));
        if low > high {
            return select(values, validity, selection, |_| self.outside);
        }
        let (low, width) = (low as i32, (high - low) as u32);
        select(values, validity, selection, |v| {
            (v.wrapping_sub(low) as u32 <= width) != self.outside
        })
    }
}

/// The rows of `selection` that `taken` lacks; both ascend and `taken` is part of `selection`.
pub(crate) fn remaining(selection: &[u32], taken: &[u32]) -> Vec<u32> {
    let mut taken = taken.iter().copied().peekable();
    selection
        .iter()
        .copied()
        .filter(|row| taken.next_if_eq(row).is_none())
        .collect()
}

/// The rows of either list, ascending; the lists ascend and share no row.
pub(crate) fn merged(a: Vec<u32>, b: Vec<u32>) -> Vec<u32> {
    if a.is_empty() {
        return b;
    }
    if b.is_empty() {
        return a;
    }
    let (mut out, mut b) = (
        Vec::with_capacity(a.len() + b.len()),
        b.into_iter().peekable(),
    );
    for row in a {
        while let Some(other) = b.next_if(|other| *other < row) {
            out.push(other);
        }
        out.push(row);
    }
    out.extend(b);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use plan::Func;

    #[test]
    fn ranges_are_the_comparisons() {
        let values = [
            i64::MIN,
            i64::MIN + 1,
            -5,
            -1,
            0,
            1,
            7,
            i64::MAX - 1,
            i64::MAX,
        ];
        let narrow = values.map(|v| v.clamp(i32::MIN.into(), i32::MAX.into()) as i32);
        for func in [Func::Eq, Func::Ne, Func::Lt, Func::Le, Func::Gt, Func::Ge] {
            for constant in values {
                let range = Range::of(func, constant);
                let expected = |v: i64| super::super::compare::holds(func, v.cmp(&constant));
                let rows = |keep: &dyn Fn(usize) -> bool| select_rows(values.len(), None, keep);
                assert_eq!(
                    range.select_i64(&values, None, None),
                    rows(&|row| expected(values[row])),
                    "{func:?} {constant}"
                );
                assert_eq!(
                    range.inverted().select_i64(&values, None, None),
                    rows(&|row| !expected(values[row]))
                );
                assert_eq!(
                    range.select_i32(&narrow, None, None),
                    rows(&|row| expected(narrow[row].into())),
                    "{func:?} {constant}"
                );
            }
        }
    }

    #[test]
    fn lists_of_rows_add_up() {
        let all = [1, 2, 5, 7, 9];
        assert_eq!(remaining(&all, &[2, 9]), [1, 5, 7]);
        assert_eq!(merged(vec![1, 5, 7], vec![2, 9]), all);
        assert_eq!(merged(vec![], vec![2]), [2]);
    }
}
