//! Which groups had a value that is not NULL. While every row brings one, nothing is kept.

use super::accumulator::{Groups, keep_last};
use types::{Bitmap, Column};

/// Which groups had a value.
#[derive(Default)]
pub(super) struct Seen {
    /// Groups before this one had a value, as long as there are no flags.
    filled: usize,
    flags: Option<Vec<bool>>,
}

impl Seen {
    /// Takes in rows; see [`Accumulator::update`](super::Accumulator).
    pub(super) fn update(&mut self, groups: Groups<'_>, total: usize, column: &Column, some: bool) {
        if self.flags.is_none() && column.validity.is_none() && !some {
            if !column.is_empty() {
                self.filled = total;
            }
            return;
        }
        let filled = self.filled;
        let flags = self.flags.get_or_insert_with(|| vec![true; filled]);
        flags.resize(total.max(flags.len()), false);
        groups.each(column, |group, _| flags[group] = true);
    }

    pub(super) fn get(&self, group: usize) -> bool {
        match &self.flags {
            Some(flags) => flags.get(group).copied().unwrap_or(false),
            None => group < self.filled,
        }
    }

    /// The flags of `total` groups as validity.
    pub(super) fn validity(&self, total: usize) -> Option<Bitmap> {
        Some((0..total).map(|group| self.get(group)).collect())
    }

    pub(super) fn bytes(&self) -> usize {
        self.flags.as_ref().map_or(0, Vec::capacity)
    }

    pub(super) fn keep_last(&mut self, total: usize) {
        self.filled = usize::from(total > 0 && self.filled >= total);
        if let Some(flags) = &mut self.flags {
            keep_last(flags, total);
        }
    }
}
