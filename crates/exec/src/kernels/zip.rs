//! Loops over one or two lanes.

use crate::expr::Lane;

/// `f` of both operands on each of `rows` rows.
#[inline]
pub(crate) fn zip<T: Copy, U: Copy, R: Copy>(
    a: &Lane<'_, T>,
    b: &Lane<'_, U>,
    rows: usize,
    mut f: impl FnMut(T, U) -> R,
) -> Vec<R> {
    match (a, b) {
        (Lane::Rows(a), Lane::Rows(b)) => a.iter().zip(b.iter()).map(|(x, y)| f(*x, *y)).collect(),
        (Lane::Rows(a), Lane::Const(y)) => a.iter().map(|x| f(*x, *y)).collect(),
        (Lane::Const(x), Lane::Rows(b)) => b.iter().map(|y| f(*x, *y)).collect(),
        (Lane::Const(x), Lane::Const(y)) => vec![f(*x, *y); rows],
    }
}

/// `f` of each of `rows` rows.
#[inline]
pub(crate) fn map<T: Copy, R: Copy>(
    a: &Lane<'_, T>,
    rows: usize,
    mut f: impl FnMut(T) -> R,
) -> Vec<R> {
    match a {
        Lane::Rows(a) => a.iter().map(|x| f(*x)).collect(),
        Lane::Const(x) => vec![f(*x); rows],
    }
}

/// An upper bound of the bits of every magnitude: all rows lie in -2^n ..= 2^n - 1. At most 63.
pub(crate) fn bits(lane: &Lane<'_, i64>) -> u32 {
    let spread = |v: i64| v ^ (v >> 63);
    let all = match lane {
        Lane::Const(v) => spread(*v),
        Lane::Rows(rows) => rows.iter().fold(0, |all, v| all | spread(*v)),
    };
    64 - all.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn bits_bound_all_rows() {
        for (rows, expected) in [
            (vec![], 0),
            (vec![0, -1], 0),
            (vec![1, -2], 1),
            (vec![255, 3], 8),
            (vec![-256], 8),
            (vec![-257], 9),
            (vec![i64::MAX], 63),
            (vec![i64::MIN, 5], 63),
        ] {
            assert_eq!(
                bits(&Lane::Rows(Cow::Owned(rows.clone()))),
                expected,
                "{rows:?}"
            );
        }
        assert_eq!(bits(&Lane::Const(1 << 40)), 41);
    }
}
