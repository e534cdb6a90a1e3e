//! Reading columns out of pages.

use super::page::{Encoding, MAX_DICT, OVERFLOW, PLACE, Place, inline};
use crate::error::{Result, StorageError};
use crate::hashing::Fast;
use crate::page::{PageId, get_u32};
use std::collections::HashMap;
use std::sync::Arc;
use types::data_type::Layout;
use types::{Bitmap, Column, Interval, StrVec, Vector};

/// Strings of overflow pages that were read, by their first page.
pub(super) type Texts = HashMap<PageId, Vec<u8>, Fast>;

/// More distinct strings than this and the next batch starts a dictionary of its own.
const MOST_VALUES: usize = 4_096;

/// A column being put together from one page after another.
pub(super) struct ColumnBuilder {
    room: usize,
    data: Vector,
    validity: Option<Bitmap>,
    dictionary: Dictionary,
}

/// The strings of a scan's dictionary-coded pages: one vector for all batches as long as no page brings a new one, so
/// that work done once for each distinct string need not be done again.
#[derive(Default)]
struct Dictionary {
    values: Arc<StrVec>,
    codes: HashMap<Box<[u8]>, u32, Fast>,
    /// The page whose codes `map` translates.
    page: Option<PageId>,
    map: Vec<u32>,
    /// True when `map` changes nothing.
    identity: bool,
    sealed: bool,
}

/// Some rows of one column in one page.
pub(super) struct Run<'a> {
    pub(super) page: &'a [u8],
    pub(super) id: PageId,
    pub(super) place: &'a Place,
    pub(super) from: usize,
    pub(super) count: usize,
}

impl ColumnBuilder {
    /// A builder with room for `rows` rows.
    pub(super) fn new(layout: Layout, rows: usize) -> Self {
        Self {
            room: rows,
            data: Vector::with_capacity(layout, rows),
            validity: None,
            dictionary: Dictionary::default(),
        }
    }

    /// True when rows of this encoding can follow those that are there.
    pub(super) fn accepts(&self, encoding: Encoding) -> bool {
        match (&self.data, encoding) {
            (Vector::Str(rows), Encoding::Dict(_)) => rows.is_empty(),
            (Vector::Dict { codes, .. }, Encoding::Plain) => codes.is_empty(),
            _ => true,
        }
    }

    /// Appends rows that it [`accepts`](Self::accepts); strings as codes where the page has codes.
    pub(super) fn append(&mut self, run: &Run<'_>, texts: &Texts) -> Result<()> {
        match (&self.data, run.place.encoding) {
            (Vector::Str(_), Encoding::Dict(_)) => {
                self.data = Vector::Dict {
                    codes: Vec::with_capacity(self.room),
                    values: Arc::default(),
                };
            }
            (Vector::Dict { .. }, Encoding::Plain) => {
                self.data = Vector::Str(StrVec::with_capacity(self.room));
            }
            _ => {}
        }
        self.append_validity(run);
        match &mut self.data {
            Vector::Dict { codes, .. } => self.dictionary.append(run, codes),
            data => run.append_to(data, texts),
        }
    }

    /// Appends rows, strings always as strings.
    pub(super) fn append_plain(&mut self, run: &Run<'_>, texts: &Texts) -> Result<()> {
        self.append_validity(run);
        run.append_to(&mut self.data, texts)
    }

    fn append_validity(&mut self, run: &Run<'_>) {
        if !run.place.has_nulls(run.page) {
            if let Some(validity) = &mut self.validity {
                (0..run.count).for_each(|_| validity.push(true));
            }
            return;
        }
        let before = self.data.len();
        let validity = self
            .validity
            .get_or_insert_with(|| Bitmap::filled(before, true));
        for slot in run.from..run.from + run.count {
            validity.push(!run.place.is_null(run.page, slot));
        }
    }

    /// The rows so far as a column; the next ones, `room` of them, start a new one.
    pub(super) fn take(&mut self, room: usize) -> Column {
        self.room = room;
        let next = match &mut self.data {
            Vector::Bool(_) => Vector::Bool(Vec::with_capacity(room)),
            Vector::I32(_) => Vector::I32(Vec::with_capacity(room)),
            Vector::I64(_) => Vector::I64(Vec::with_capacity(room)),
            Vector::I128(_) => Vector::I128(Vec::with_capacity(room)),
            Vector::F64(_) => Vector::F64(Vec::with_capacity(room)),
            Vector::Interval(_) => Vector::Interval(Vec::with_capacity(room)),
            Vector::Str(strings) => {
                strings.seal();
                Vector::Str(StrVec::with_capacity(room))
            }
            Vector::Dict { values, .. } => {
                *values = self.dictionary.share();
                Vector::Dict {
                    codes: Vec::with_capacity(room),
                    values: Arc::default(),
                }
            }
        };
        let data = std::mem::replace(&mut self.data, next);
        Column::with_validity(data, self.validity.take())
    }
}

impl Dictionary {
    fn append(&mut self, run: &Run<'_>, codes: &mut Vec<u32>) -> Result<()> {
        if self.page != Some(run.id) {
            self.translate(run)?;
        }
        let bytes = &run.page[run.place.data + run.from..][..run.count];
        if any_from(bytes, self.map.len()) {
            return Err(StorageError::structure(
                run.id,
                "(7): a code names no dictionary entry",
            ));
        }
        if self.identity {
            codes.extend(bytes.iter().map(|&byte| u32::from(byte)));
        } else {
            codes.extend(bytes.iter().map(|&byte| self.map[usize::from(byte)]));
        }
        Ok(())
    }

    /// Finds what the page's codes are here; values not seen before enter.
    fn translate(&mut self, run: &Run<'_>) -> Result<()> {
        self.page = None;
        self.map.clear();
        for entry in 0..run.place.dict_used(run.page).min(MAX_DICT) {
            let value = run.place.dict_value(run.page, entry).ok_or_else(|| {
                StorageError::structure(run.id, "(7): a dictionary value lies outside the page")
            })?;
            // Pages of one heap mostly have the same values in the same order.
            if entry < self.values.len() && self.values.bytes(entry) == value {
                self.map.push(entry as u32);
                continue;
            }
            let code = match self.codes.get(value) {
                Some(&code) => code,
                None => {
                    let code = self.values.len() as u32;
                    Arc::make_mut(&mut self.values).push_bytes(value);
                    self.codes.insert(value.into(), code);
                    self.sealed = false;
                    code
                }
            };
            self.map.push(code);
        }
        self.identity = (0..).zip(&self.map).all(|(at, &code)| at == code);
        self.page = Some(run.id);
        Ok(())
    }

    /// The values for a finished batch.
    fn share(&mut self) -> Arc<StrVec> {
        if !self.sealed {
            Arc::make_mut(&mut self.values).seal();
            self.sealed = true;
        }
        let values = self.values.clone();
        if values.len() > MOST_VALUES {
            *self = Self::default();
        }
        values
    }
}

/// True when one of the bytes is `limit` or more. It looks at eight of them at a time: below 128, what is not less than
/// the limit keeps its highest bit when that is set and the limit is taken away.
fn any_from(bytes: &[u8], limit: usize) -> bool {
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    let far = |byte: &u8| usize::from(*byte) >= limit;
    if limit > 128 {
        return bytes.iter().any(far);
    }
    let (words, rest) = bytes.as_chunks::<8>();
    let limits = u64::from_ne_bytes([limit as u8; 8]);
    let found = words.iter().fold(0, |found, word| {
        let word = u64::from_ne_bytes(*word);
        found | word | ((word | HIGHEST) - limits)
    });
    found & HIGHEST != 0 || rest.iter().any(far)
}

impl Run<'_> {
    /// Appends the rows to a vector of the column's layout, strings as strings.
    fn append_to(&self, data: &mut Vector, texts: &Texts) -> Result<()> {
        match data {
            Vector::Bool(out) => self.fixed(out, |[byte]| byte != 0),
            Vector::I32(out) => self.fixed(out, i32::from_le_bytes),
            Vector::I64(out) => self.fixed(out, i64::from_le_bytes),
            Vector::I128(out) => self.fixed(out, i128::from_le_bytes),
            Vector::F64(out) => self.fixed(out, f64::from_le_bytes),
            Vector::Interval(out) => self.fixed(out, |b: [u8; 16]| Interval {
                months: i32::from_le_bytes([b[0], b[1], b[2], b[3]]),
                days: i32::from_le_bytes([b[4], b[5], b[6], b[7]]),
                micros: i64::from_le_bytes([b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]]),
            }),
            Vector::Str(out) => return self.strings(out, texts),
            Vector::Dict { .. } => unreachable!("codes are translated by the dictionary"),
        }
        Ok(())
    }

    /// Consecutive values of N bytes: compiles to a copy.
    fn fixed<T, const N: usize>(&self, out: &mut Vec<T>, value: impl Fn([u8; N]) -> T) {
        let bytes = &self.page[self.place.data + self.from * N..][..self.count * N];
        out.extend(bytes.as_chunks::<N>().0.iter().map(|chunk| value(*chunk)));
    }

    fn strings(&self, out: &mut StrVec, texts: &Texts) -> Result<()> {
        let outside =
            || StorageError::structure(self.id, "(7): a string lies outside the page's strings");
        if let Encoding::Dict(_) = self.place.encoding {
            for slot in self.from..self.from + self.count {
                let code = usize::from(self.page[self.place.data + slot]);
                if code >= self.place.dict_used(self.page) {
                    return Err(outside());
                }
                let value = self.place.dict_value(self.page, code);
                out.push_bytes(value.ok_or_else(outside)?);
            }
            return Ok(());
        }
        let places = &self.page[self.place.data + self.from * PLACE..][..self.count * PLACE];
        for place in places.as_chunks::<PLACE>().0 {
            let (offset, len) = (get_u32(place, 0), get_u32(place, 4));
            if len & OVERFLOW == 0 {
                out.push_bytes(inline(self.page, offset, len).ok_or_else(outside)?);
            } else {
                let text = texts.get(&PageId(offset)).ok_or_else(outside)?;
                out.push_bytes(text);
            }
        }
        Ok(())
    }

    /// The overflow strings among the rows: slot, first page, length.
    pub(super) fn overflow(&self) -> impl Iterator<Item = (usize, PageId, u32)> + '_ {
        let plain = self.place.encoding == Encoding::Plain;
        let slots = if plain {
            self.from..self.from + self.count
        } else {
            0..0
        };
        slots.filter_map(|slot| {
            let (offset, len) = self.place.string(self.page, slot);
            (len & OVERFLOW != 0).then_some((slot, PageId(offset), len & !OVERFLOW))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::any_from;

    #[test]
    fn a_byte_at_the_limit_is_found_wherever_it_stands() {
        for limit in [0, 1, 7, 127, 128, 129, 255, 256] {
            for byte in 0..=u8::MAX {
                for at in [0, 7, 8, 15, 16, 18] {
                    let mut bytes = [0; 19];
                    bytes[at] = byte;
                    let expected = bytes.iter().any(|b| usize::from(*b) >= limit);
                    assert_eq!(any_from(&bytes, limit), expected, "{byte} at {at}, {limit}");
                }
            }
        }
        assert!(!any_from(&[], 0));
    }
}
