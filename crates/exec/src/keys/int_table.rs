//! Integers as small numbers: open addressing with linear probing, hashed by multiplication (Knuth, vol. 3, 6.4).

use super::NO_KEY;
use std::collections::TryReserveError;
use types::Bitmap;

/// Integers and their ids, which count from 0 in the order in which the integers came.
pub(crate) struct IntTable {
    /// A power of two of slots, at most half of them used.
    slots: Vec<Slot>,
    /// 64 minus the logarithm of the number of slots.
    shift: u32,
    len: usize,
    /// Ids by integer, once no more integers come and when they are dense.
    direct: Option<Direct>,
}

#[derive(Clone, Copy)]
struct Slot {
    key: u64,
    /// [`NO_KEY`]: the slot is free.
    id: u32,
}

struct Direct {
    least: u64,
    ids: Vec<u32>,
}

const FREE: Slot = Slot { key: 0, id: NO_KEY };

/// Ids an array may have for each integer that is there.
const SPARSE: u64 = 8;

impl IntTable {
    pub(crate) fn new() -> Self {
        Self {
            slots: vec![FREE; 64],
            shift: 58,
            len: 0,
            direct: None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
            + self
                .direct
                .as_ref()
                .map_or(0, |direct| direct.ids.len() * 4)
    }

    /// The slot of a key, or the free slot where it belongs.
    #[inline]
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.id == NO_KEY || slot.key == key {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn id(&mut self, key: u64) -> Result<u32, TryReserveError> {
        let at = self.slot(key);
        let id = self.slots[at].id;
        if id == NO_KEY {
            self.enter(key, at)
        } else {
            Ok(id)
        }
    }

    #[cold]
    fn enter(&mut self, key: u64, at: usize) -> Result<u32, TryReserveError> {
        let id = self.len as u32;
        self.slots[at] = Slot { key, id };
        self.len += 1;
        if self.len * 2 > self.slots.len() {
            self.grow()?;
        }
        Ok(id)
    }

    fn grow(&mut self) -> Result<(), TryReserveError> {
        let size = self.slots.len() * 4;
        let mut bigger = Vec::new();
        bigger.try_reserve_exact(size)?;
        bigger.resize(size, FREE);
        let old = std::mem::replace(&mut self.slots, bigger);
        self.shift -= 2;
        for slot in old {
            if slot.id != NO_KEY {
                let at = self.slot(slot.key);
                self.slots[at] = slot;
            }
        }
        Ok(())
    }

    #[inline]
    fn lookup(&self, key: u64) -> u32 {
        match &self.direct {
            Some(direct) => {
                let at = usize::try_from(key.wrapping_sub(direct.least)).unwrap_or(usize::MAX);
                direct.ids.get(at).copied().unwrap_or(NO_KEY)
            }
            None => self.slots[self.slot(key)].id,
        }
    }

    /// The id of each integer; those that are not there enter. Dead rows get none. `ids` is overwritten.
    pub(crate) fn insert(
        &mut self,
        keys: &[u64],
        dead: &[bool],
        ids: &mut Vec<u32>,
    ) -> Result<(), TryReserveError> {
        ids.clear();
        // Neighbours often have the same key.
        let mut last = (0, NO_KEY);
        for (row, &key) in keys.iter().enumerate() {
            if key == last.0 && last.1 != NO_KEY && dead.is_empty() {
                ids.push(last.1);
                continue;
            }
            if dead.get(row) == Some(&true) {
                ids.push(NO_KEY);
                continue;
            }
            last = (key, self.id(key)?);
            ids.push(last.1);
        }
        Ok(())
    }

    /// The id of each integer, [`NO_KEY`] for those that are not there and for dead rows. `ids` is overwritten.
    pub(crate) fn find(&self, keys: &[u64], dead: &[bool], ids: &mut Vec<u32>) {
        ids.clear();
        match &self.direct {
            Some(Direct { least, ids: by_key }) => ids.extend(keys.iter().map(|key| {
                let at = usize::try_from(key.wrapping_sub(*least)).unwrap_or(usize::MAX);
                by_key.get(at).copied().unwrap_or(NO_KEY)
            })),
            None => ids.extend(keys.iter().map(|key| self.slots[self.slot(*key)].id)),
        }
        for (id, dead) in ids.iter_mut().zip(dead) {
            if *dead {
                *id = NO_KEY;
            }
        }
    }

    /// Replaces each integer by its id. An integer that is not there enters when `insert` is set, else its row is dead;
    /// NULL rows are passed over.
    pub(crate) fn translate(
        &mut self,
        keys: &mut [u64],
        validity: Option<&Bitmap>,
        insert: bool,
        dead: &mut Vec<bool>,
    ) -> Result<(), TryReserveError> {
        let rows = keys.len();
        for (row, key) in keys.iter_mut().enumerate() {
            if validity.is_some_and(|v| !v.get(row)) {
                continue;
            }
            let id = if insert {
                self.id(*key)?
            } else {
                self.lookup(*key)
            };
            if id == NO_KEY {
                dead.resize(rows, false);
                dead[row] = true;
            }
            *key = u64::from(id);
        }
        Ok(())
    }

    /// Says that all integers are in. When they are dense, an array by integer replaces the slots.
    pub(crate) fn finish(&mut self) {
        let used = || self.slots.iter().filter(|slot| slot.id != NO_KEY);
        let keys = || used().map(|slot| slot.key as i64);
        let (Some(least), Some(greatest)) = (keys().min(), keys().max()) else {
            return;
        };
        let range = greatest.wrapping_sub(least) as u64;
        if range >= self.len as u64 * SPARSE + 1_024 {
            return;
        }
        let mut ids = Vec::new();
        if ids.try_reserve_exact(range as usize + 1).is_err() {
            return;
        }
        ids.resize(range as usize + 1, NO_KEY);
        for slot in used() {
            ids[(slot.key as i64).wrapping_sub(least) as usize] = slot.id;
        }
        self.direct = Some(Direct {
            least: least as u64,
            ids,
        });
        self.slots = vec![FREE; 64];
        self.shift = 58;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn behaves_like_a_hash_map() {
        let mut state = 3u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            state >> 33
        };
        for range in [1, 10, 1_000, 1 << 31] {
            let (mut table, mut model, mut ids) = (IntTable::new(), HashMap::new(), Vec::new());
            for _ in 0..20 {
                let keys: Vec<u64> = (0..100)
                    .map(|_| (random() % range).wrapping_sub(range / 2))
                    .collect();
                table.insert(&keys, &[], &mut ids).expect("memory");
                for (key, id) in keys.iter().zip(&ids) {
                    let next = model.len() as u32;
                    assert_eq!(*id, *model.entry(*key).or_insert(next));
                }
            }
            assert_eq!(table.len(), model.len());
            let keys: Vec<u64> = (0..500)
                .map(|_| (random() % range).wrapping_sub(range / 2))
                .collect();
            for finished in [false, true] {
                if finished {
                    table.finish();
                    assert_eq!(table.direct.is_some(), range <= 1_000);
                }
                table.find(&keys, &[], &mut ids);
                let expected = keys.iter().map(|k| model.get(k).copied().unwrap_or(NO_KEY));
                assert!(ids.iter().copied().eq(expected));
            }
        }
    }
}
