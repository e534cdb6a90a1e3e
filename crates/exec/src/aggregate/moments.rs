//! Variance and standard deviation in double precision, by Welford's updates (Knuth, vol. 2, 4.2.2).

use super::accumulator::{Groups, keep_last};
use plan::AggFunc;
use types::{Bitmap, Column, DataType, Vector};

/// Count, mean and sum of squared distances from it, for each group.
pub(crate) struct Moments {
    groups: Vec<(f64, f64, f64)>,
    ty: DataType,
}

impl Moments {
    pub(super) fn new(ty: DataType) -> Self {
        Self {
            groups: Vec::new(),
            ty,
        }
    }

    pub(super) fn update(&mut self, groups: Groups<'_>, total: usize, column: &Column) {
        self.groups.resize(total, (0.0, 0.0, 0.0));
        let ty = self.ty;
        groups.each(column, |group, row| {
            let value = match &column.data {
                Vector::F64(v) => v[row],
                Vector::I32(v) => f64::from(v[row]),
                _ => column.value(row, ty).as_f64().unwrap_or(f64::NAN),
            };
            let (count, mean, squares) = &mut self.groups[group];
            *count += 1.0;
            let distance = value - *mean;
            *mean += distance / *count;
            *squares += distance * (value - *mean);
        });
    }

    pub(super) fn finish(&self, func: AggFunc, total: usize) -> Column {
        let lost = f64::from(u8::from(matches!(
            func,
            AggFunc::VarSamp | AggFunc::StddevSamp
        )));
        let root = matches!(func, AggFunc::StddevSamp | AggFunc::StddevPop);
        let of = |group: usize| self.groups.get(group).copied().unwrap_or_default();
        let values = (0..total).map(|group| {
            let (count, _, squares) = of(group);
            let variance = squares / (count - lost);
            if root { variance.sqrt() } else { variance }
        });
        let validity: Bitmap = (0..total).map(|group| of(group).0 > lost).collect();
        Column::with_validity(Vector::F64(values.collect()), Some(validity))
    }

    pub(super) fn bytes(&self) -> usize {
        self.groups.capacity() * 24
    }

    pub(super) fn keep_last(&mut self, total: usize) {
        keep_last(&mut self.groups, total);
    }
}
