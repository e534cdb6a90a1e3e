//! Counting rows, and rows whose argument is not NULL.

use super::accumulator::{Groups, keep_last};
use types::Column;

/// A count for each group.
#[derive(Default)]
pub(crate) struct Count {
    counts: Vec<i64>,
}

impl Count {
    pub(super) fn update(&mut self, groups: Groups<'_>, total: usize, column: &Column) {
        if column.validity.is_none() {
            return self.count_rows(groups, total, column.len());
        }
        self.counts.resize(total, 0);
        groups.each(column, |group, _| self.counts[group] += 1);
    }

    pub(super) fn count_rows(&mut self, groups: Groups<'_>, total: usize, rows: usize) {
        self.counts.resize(total, 0);
        match groups {
            Groups::One => self.counts[0] += rows as i64,
            Groups::Ids(ids) => ids.iter().for_each(|id| self.counts[*id as usize] += 1),
        }
    }

    pub(super) fn get(&self, group: usize) -> i64 {
        self.counts.get(group).copied().unwrap_or(0)
    }

    pub(super) fn bytes(&self) -> usize {
        self.counts.capacity() * 8
    }

    pub(super) fn keep_last(&mut self, total: usize) {
        keep_last(&mut self.counts, total);
    }
}
