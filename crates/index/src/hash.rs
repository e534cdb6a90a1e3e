//! A hash index in memory, for unique keys: open addressing with linear probing, all keys in one arena.
//!
//!     slots  [ hash, entry ]  a power of two, at most 7/8 in use; a free slot ends a probe
//!     entries [ place of the key, row ]  swapped with the last one when removed
//!     arena  key bytes, compacted when more than half belong to no key
//!
//! Removing shifts the following slots back, so there are no tombstones (Knuth, "The Art of Computer Programming",
//! volume 3, 6.4, algorithm R).
//!
//! (1) every entry is in exactly one slot; (2) no free slot lies between a slot and the one its hash asks for;
//! (3) keys are distinct.

use crate::index::{Index, IndexError};
use std::future::ready;
use storage::{LocalFuture, RowId};

const FREE: u32 = u32::MAX;

/// A unique index from encoded keys to rows, in memory.
#[derive(Debug, Clone, Default)]
pub struct HashIndex {
    slots: Vec<Slot>,
    entries: Vec<Entry>,
    arena: Vec<u8>,
    /// Bytes of the arena that belong to no key.
    garbage: usize,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: u32,
    entry: u32,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: usize,
    len: u32,
    row: RowId,
}

impl HashIndex {
    /// An index without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True for no keys.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The row with the key.
    pub fn get(&self, key: &[u8]) -> Option<RowId> {
        let slot = self.find(hash(key), key)?;
        Some(self.entries[self.slots[slot].entry as usize].row)
    }

    /// Adds a key that is not there yet; otherwise nothing changes and the error names the row that has it.
    pub fn insert(&mut self, key: &[u8], row: RowId) -> Result<(), IndexError> {
        let hash = hash(key);
        if let Some(slot) = self.find(hash, key) {
            let row = self.entries[self.slots[slot].entry as usize].row;
            return Err(IndexError::DuplicateKey { row });
        }
        if (self.entries.len() + 1) * 8 > self.slots.len() * 7 {
            self.grow();
        }
        let entry = self.entries.len() as u32;
        self.entries.push(Entry {
            start: self.arena.len(),
            len: key.len() as u32,
            row,
        });
        self.arena.extend_from_slice(key);
        self.place(Slot { hash, entry });
        Ok(())
    }

    /// Takes a key out and returns its row.
    pub fn remove(&mut self, key: &[u8]) -> Option<RowId> {
        let slot = self.find(hash(key), key)?;
        let number = self.slots[slot].entry;
        let entry = self.entries[number as usize];
        self.close_gap(slot);

        let last = self.entries.len() as u32 - 1;
        if number != last {
            let moved = self.entries[last as usize];
            let moved_key = &self.arena[moved.start..][..moved.len as usize];
            let slot = self
                .find(hash(moved_key), moved_key)
                .expect("(1): every entry is in a slot");
            self.slots[slot].entry = number;
        }
        self.entries.swap_remove(number as usize);
        self.garbage += entry.len as usize;
        if self.garbage > 4_096 && self.garbage * 2 > self.arena.len() {
            self.compact();
        }
        Some(entry.row)
    }

    /// Checks (1), (2) and (3).
    pub fn verify(&self) -> Result<(), IndexError> {
        let broken = |message: &str| {
            Err(IndexError::Broken {
                message: message.into(),
            })
        };
        let used = self.slots.iter().filter(|slot| slot.entry != FREE);
        let mut seen = vec![false; self.entries.len()];
        for slot in used {
            match seen.get_mut(slot.entry as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => return broken("a slot names no entry, or one that another slot names"),
            }
        }
        if seen.contains(&false) {
            return broken("an entry is in no slot");
        }
        let mut bytes = 0;
        for (number, entry) in self.entries.iter().enumerate() {
            let Some(key) = self
                .arena
                .get(entry.start..entry.start + entry.len as usize)
            else {
                return broken("a key lies outside the arena");
            };
            bytes += key.len();
            // Finding another entry means two equal keys, finding none a broken probe.
            match self.find(hash(key), key) {
                Some(slot) if self.slots[slot].entry as usize == number => {}
                _ => return broken("a key is not found, or found twice"),
            }
        }
        if bytes + self.garbage != self.arena.len() {
            return broken("the arena's bytes do not add up");
        }
        Ok(())
    }

    /// The slot of the key.
    fn find(&self, hash: u32, key: &[u8]) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.entry == FREE {
                return None;
            }
            if slot.hash == hash {
                let entry = &self.entries[slot.entry as usize];
                if &self.arena[entry.start..entry.start + entry.len as usize] == key {
                    return Some(at);
                }
            }
            at = (at + 1) & mask;
        }
    }

    fn place(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = slot.hash as usize & mask;
        while self.slots[at].entry != FREE {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }

    fn grow(&mut self) {
        let free = Slot {
            hash: 0,
            entry: FREE,
        };
        let size = (self.slots.len() * 2).max(16);
        for slot in std::mem::replace(&mut self.slots, vec![free; size]) {
            if slot.entry != FREE {
                self.place(slot);
            }
        }
    }

    /// Frees a slot and moves back the slots behind it that the gap would cut off: (2).
    fn close_gap(&mut self, mut gap: usize) {
        let mask = self.slots.len() - 1;
        let mut at = gap;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot.entry == FREE {
                self.slots[gap].entry = FREE;
                return;
            }
            let wanted = slot.hash as usize & mask;
            // The slot may move when its wanted place is not behind the gap, going round.
            if (at.wrapping_sub(wanted) & mask) >= (at.wrapping_sub(gap) & mask) {
                self.slots[gap] = slot;
                gap = at;
            }
        }
    }

    fn compact(&mut self) {
        let mut arena = Vec::with_capacity(self.arena.len() - self.garbage);
        for entry in &mut self.entries {
            let key = &self.arena[entry.start..entry.start + entry.len as usize];
            entry.start = arena.len();
            arena.extend_from_slice(key);
        }
        self.arena = arena;
        self.garbage = 0;
    }
}

impl Index for HashIndex {
    fn kind(&self) -> &'static str {
        "hash"
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> LocalFuture<'a, Result<Option<RowId>, IndexError>> {
        Box::pin(ready(Ok(self.get(key))))
    }

    fn insert<'a>(
        &'a mut self,
        key: &'a [u8],
        row: RowId,
    ) -> LocalFuture<'a, Result<(), IndexError>> {
        Box::pin(ready(self.insert(key, row)))
    }

    fn remove<'a>(
        &'a mut self,
        key: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<RowId>, IndexError>> {
        Box::pin(ready(Ok(self.remove(key))))
    }

    fn verify(&self) -> LocalFuture<'_, Result<(), IndexError>> {
        Box::pin(ready(self.verify()))
    }
}

/// Eight bytes a step, each mixed by a multiplication (the high half decides, so it is folded down).
fn hash(key: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = key.len() as u64;
    let mut mix = |word: u64| {
        let wide = u128::from(hash ^ word) * u128::from(FACTOR);
        hash = (wide >> 64) as u64 ^ wide as u64;
    };
    let mut words = key.chunks_exact(8);
    for word in &mut words {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(word);
        mix(u64::from_le_bytes(bytes));
    }
    let mut bytes = [0; 8];
    bytes[..words.remainder().len()].copy_from_slice(words.remainder());
    mix(u64::from_le_bytes(bytes));
    (hash ^ hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use storage::{PageId, block_on};

    /// xorshift64*, so that a seed is a whole test.
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: u64) -> u64 {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
        }
    }

    fn row(number: u64) -> RowId {
        RowId {
            page: PageId(number as u32),
            slot: 1,
        }
    }

    #[test]
    fn behaves_like_a_map() {
        for seed in 1..40 {
            let mut random = Random(seed);
            let (mut index, mut model) = (HashIndex::new(), BTreeMap::new());
            let keys = 1 + random.below(300);
            for step in 0..600 {
                let number = random.below(keys);
                let key = vec![number as u8; (number % 40) as usize + 1]
                    .into_iter()
                    .chain(number.to_be_bytes())
                    .collect::<Vec<u8>>();
                if random.below(3) > 0 {
                    let before = model.get(&key).copied();
                    let expected =
                        before.map_or(Ok(()), |row| Err(IndexError::DuplicateKey { row }));
                    assert_eq!(index.insert(&key, row(step)), expected, "seed {seed}");
                    model.entry(key).or_insert(row(step));
                } else {
                    assert_eq!(index.remove(&key), model.remove(&key), "seed {seed}");
                }
                if step % 16 == 0 {
                    index.verify().unwrap();
                }
            }
            index.verify().unwrap();
            assert_eq!(index.len(), model.len());
            for (key, row) in &model {
                assert_eq!(index.get(key), Some(*row), "seed {seed}");
            }
        }
    }

    #[test]
    fn works_behind_the_trait() {
        let mut index: Box<dyn Index> = Box::new(HashIndex::new());
        block_on(async {
            assert!(index.is_empty());
            index.insert(b"a", row(1)).await.unwrap();
            let again = index.insert(b"a", row(2)).await.unwrap_err();
            assert_eq!(again.code().0, "23505");
            assert_eq!(index.get(b"a").await, Ok(Some(row(1))));
            assert_eq!(index.get(b"").await, Ok(None));
            assert_eq!(index.remove(b"a").await, Ok(Some(row(1))));
            assert_eq!((index.len(), index.kind()), (0, "hash"));
            index.verify().await.unwrap();
        });
    }

    #[test]
    fn removed_keys_leave_no_garbage_behind() {
        let mut index = HashIndex::new();
        for round in 0..50_u64 {
            for number in 0..500_u64 {
                index.insert(&number.to_be_bytes(), row(round)).unwrap();
            }
            for number in 0..500_u64 {
                assert_eq!(index.remove(&number.to_be_bytes()), Some(row(round)));
            }
        }
        index.verify().unwrap();
        assert!(index.arena.len() <= 16_384 && index.slots.len() <= 1_024);
    }
}
