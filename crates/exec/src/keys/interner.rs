//! Strings and wide integers as small numbers.

use super::NO_KEY;
use super::int_table::IntTable;
use std::collections::TryReserveError;
use std::sync::Arc;
use types::{Column, StrVec, Vector};

/// Strings and their ids, which count from 0 in the order in which the strings came.
#[derive(Default)]
pub(crate) struct Texts {
    values: StrVec,
    long_bytes: usize,
    /// A power of two of slots, at most half of them used: upper half of the hash, id.
    slots: Vec<(u32, u32)>,
    /// The dictionary met last, and the ids of its strings as far as they were asked for.
    dictionary: Option<Dictionary>,
}

struct Dictionary {
    values: Arc<StrVec>,
    ids: Vec<u32>,
    /// Whether strings that are not there enter; else how many there were.
    mode: (bool, usize),
}

/// In a dictionary's ids: not asked for yet.
const UNASKED: u32 = NO_KEY - 1;

const FREE: (u32, u32) = (0, NO_KEY);

/// Multiplication and rotation over words of eight bytes, as in Firefox and rustc.
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x517C_C1B7_2722_0A95;
    let mut state = bytes.len() as u64;
    let mut mix = |word: u64| state = (state.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|word| mix(u64::from_le_bytes(*word)));
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        mix(u64::from_le_bytes(word));
    }
    state ^ (state >> 29)
}

impl Texts {
    pub(crate) fn bytes(&self) -> usize {
        self.values.len() * 16 + self.long_bytes + self.slots.capacity() * 8
    }

    fn id(&mut self, text: &[u8], insert: bool) -> Result<u32, TryReserveError> {
        if self.slots.is_empty() {
            self.slots = vec![FREE; 64];
        }
        let hash = hash(text);
        let (mask, tag) = (self.slots.len() - 1, (hash >> 32) as u32);
        let mut at = hash as usize & mask;
        loop {
            let (known, id) = self.slots[at];
            if id == NO_KEY {
                break;
            }
            if known == tag && self.values.equals(id as usize, text) {
                return Ok(id);
            }
            at = (at + 1) & mask;
        }
        if !insert {
            return Ok(NO_KEY);
        }
        let id = self.values.len() as u32;
        self.slots[at] = (tag, id);
        self.values.push_bytes(text);
        if text.len() > 12 {
            self.long_bytes += text.len();
        }
        if self.values.len() * 2 > self.slots.len() {
            self.grow()?;
        }
        Ok(id)
    }

    fn grow(&mut self) -> Result<(), TryReserveError> {
        let size = self.slots.len() * 4;
        let mut bigger = Vec::new();
        bigger.try_reserve_exact(size)?;
        bigger.resize(size, FREE);
        for id in 0..self.values.len() {
            let hash = hash(self.values.bytes(id));
            let mut at = hash as usize & (size - 1);
            while bigger[at].1 != NO_KEY {
                at = (at + 1) & (size - 1);
            }
            bigger[at] = ((hash >> 32) as u32, id as u32);
        }
        self.slots = bigger;
        Ok(())
    }

    /// Appends the id of each row's string. One that is not there enters when `insert` is set, else its row is dead.
    /// NULL rows get any id.
    pub(crate) fn encode(
        &mut self,
        column: &Column,
        insert: bool,
        codes: &mut Vec<u64>,
        dead: &mut Vec<bool>,
    ) -> Result<(), TryReserveError> {
        let rows = column.len();
        let mut kill = |row: usize| {
            dead.resize(rows, false);
            dead[row] = true;
        };
        let Vector::Dict {
            codes: from,
            values,
        } = &column.data
        else {
            for row in 0..rows {
                if column.is_null(row) {
                    codes.push(0);
                    continue;
                }
                let id = self.id(column.data.str_bytes(row), insert)?;
                if id == NO_KEY {
                    kill(row);
                }
                codes.push(u64::from(id));
            }
            return Ok(());
        };
        let mode = (insert, if insert { 0 } else { self.values.len() });
        let mut dictionary = match self.dictionary.take() {
            Some(known) if Arc::ptr_eq(&known.values, values) && known.mode == mode => known,
            _ => Dictionary {
                values: values.clone(),
                ids: vec![UNASKED; values.len()],
                mode,
            },
        };
        for (row, &code) in from.iter().enumerate() {
            if column.is_null(row) {
                codes.push(0);
                continue;
            }
            let mut id = dictionary.ids[code as usize];
            if id == UNASKED {
                id = self.id(values.bytes(code as usize), insert)?;
                dictionary.ids[code as usize] = id;
            }
            if id == NO_KEY {
                kill(row);
            }
            codes.push(u64::from(id));
        }
        self.dictionary = Some(dictionary);
        Ok(())
    }
}

/// 128-bit integers as ids: each half as an id, then the pair.
pub(crate) struct Wides {
    high: IntTable,
    low: IntTable,
    pairs: IntTable,
}

impl Default for Wides {
    fn default() -> Self {
        Self {
            high: IntTable::new(),
            low: IntTable::new(),
            pairs: IntTable::new(),
        }
    }
}

impl Wides {
    pub(crate) fn bytes(&self) -> usize {
        self.high.bytes() + self.low.bytes() + self.pairs.bytes()
    }

    /// Appends the id of each row's integer: decimals unscaled, intervals as their total microseconds.
    pub(crate) fn encode(
        &mut self,
        column: &Column,
        insert: bool,
        codes: &mut Vec<u64>,
        dead: &mut Vec<bool>,
    ) -> Result<(), TryReserveError> {
        let wide: Vec<i128> = match &column.data {
            Vector::I128(v) => v.clone(),
            Vector::I64(v) => v.iter().map(|x| i128::from(*x)).collect(),
            Vector::Interval(v) => v.iter().map(|x| x.total_micros()).collect(),
            other => panic!("a wide key came as {other:?}"),
        };
        let validity = column.validity.as_ref();
        codes.extend(wide.iter().map(|v| *v as u64));
        let mut high: Vec<u64> = wide.iter().map(|v| (*v >> 64) as u64).collect();
        self.low.translate(codes, validity, insert, dead)?;
        self.high.translate(&mut high, validity, insert, dead)?;
        for (low, high) in codes.iter_mut().zip(&high) {
            *low |= high << 32;
        }
        self.pairs.translate(codes, validity, insert, dead)
    }
}
