//! Where a row lies.

use crate::page::PageId;

/// The place of a row: its page and its slot there. It stays the same as long as the row lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The heap page.
    pub page: PageId,
    /// The slot, counted from 0.
    pub slot: u32,
}

impl RowId {
    /// The row id as one number, in the same order.
    pub fn pack(self) -> i64 {
        i64::from(self.page.0) << 32 | i64::from(self.slot)
    }

    /// The row id that [`pack`](Self::pack) made the number of.
    pub fn unpack(packed: i64) -> Self {
        Self {
            page: PageId((packed >> 32) as u32),
            slot: packed as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_and_unpacks_in_order() {
        let ids = [(0, 0), (0, u32::MAX), (1, 0), (u32::MAX >> 1, 3)].map(|(page, slot)| RowId {
            page: PageId(page),
            slot,
        });
        assert!(ids.is_sorted_by_key(|id| id.pack()));
        assert!(ids.iter().all(|&id| RowId::unpack(id.pack()) == id));
    }
}
