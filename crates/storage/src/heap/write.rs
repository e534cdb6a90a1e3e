//! Writing rows into a page.

use super::page::{
    Encoding, MAX_DICT, OVERFLOW, PLACE, Shape, rows, set_rows, set_var_end, var_end,
};
use super::plan::{ColumnPlan, Plan, RowShape};
use super::source::{Source, SourceColumn, Text};
use crate::hashing::Fast;
use crate::page::{PageId, put_u32};
use std::collections::HashMap;
use types::Vector;
use types::data_type::Layout;

/// The codes of a dictionary's values.
type Codes = HashMap<Box<[u8]>, u8, Fast>;

/// The page that takes new rows: its shape, and its dictionaries turned round.
pub(super) struct Tail {
    pub(super) shape: Shape,
    codes: Vec<Codes>,
    /// Laid out for rows like those it holds: planning again would change little.
    pub(super) informed: bool,
}

/// Why no more rows were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// There are no more.
    Done,
    /// The page has no room.
    Full,
    /// The dictionary of this column has no room, though a larger one would.
    DictionaryFull(usize),
    /// This column is not for a dictionary.
    NotForDictionary(usize),
}

impl Tail {
    /// Lays out a fresh page, dictionaries with what the plan knows of them.
    pub(super) fn init(page: &mut [u8], owner: PageId, shape: &RowShape, plan: &Plan) -> Self {
        let placed = Shape::new(plan.capacity, plan.encodings(shape));
        placed.init(page, owner);
        let mut tail = Self {
            codes: vec![Codes::default(); placed.columns.len()],
            shape: placed,
            informed: plan.informed,
        };
        for (column, plan) in plan.columns.iter().enumerate() {
            if let ColumnPlan::Dict(_, values) = plan {
                for value in values {
                    tail.add_value(page, column, value);
                }
            }
        }
        tail
    }

    /// Goes on with a page that has rows.
    pub(super) fn resume(page: &[u8], shape: Shape) -> Self {
        let codes = shape
            .columns
            .iter()
            .map(|place| match place.encoding {
                Encoding::Dict(_) => (0..place.dict_used(page))
                    .filter_map(|entry| Some((place.dict_value(page, entry)?.into(), entry as u8)))
                    .collect(),
                _ => Codes::default(),
            })
            .collect();
        Self {
            shape,
            codes,
            informed: false,
        }
    }

    /// Adds a dictionary value, for which there is room, and returns its code.
    fn add_value(&mut self, page: &mut [u8], column: usize, value: &[u8]) -> u8 {
        let place = &self.shape.columns[column];
        let (entry, end) = (place.dict_used(page), var_end(page));
        put_string(page, place.dict + entry * PLACE, end, value);
        place.set_dict_used(page, entry + 1);
        set_var_end(page, end + value.len());
        self.codes[column].insert(value.into(), entry as u8);
        entry as u8
    }

    /// Writes rows from `from` on, as many as fit and at most `most`; returns how many, and why not more.
    pub(super) fn append(
        &mut self,
        page: &mut [u8],
        source: &Source,
        from: usize,
        most: usize,
    ) -> (usize, Stop) {
        let first = rows(page);
        let slots = (self.shape.capacity - first).min(most);
        let mut codes: Vec<Vec<u8>> = vec![Vec::new(); source.columns.len()];
        let (count, stop) = self.encode(page, source, from, slots, &mut codes);
        for (column, place) in self.shape.columns.iter().enumerate() {
            let rows = &source.columns[column];
            if let Some(validity) = &rows.column.validity {
                for row in 0..count {
                    if !validity.get(from + row) {
                        place.set_null(page, first + row);
                    }
                }
            }
            match place.encoding {
                Encoding::Dict(_) => {
                    page[place.data + first..][..count].copy_from_slice(&codes[column][..count]);
                }
                Encoding::Plain => {
                    write_strings(page, place.data + first * PLACE, rows, from, count);
                }
                Encoding::Fixed => write_fixed(
                    page,
                    place.data,
                    place.layout,
                    first,
                    &rows.column.data,
                    from,
                    count,
                ),
            }
        }
        set_rows(page, first + count);
        (count, stop)
    }

    /// Finds how many rows fit, and the dictionary codes of their strings; new values enter the dictionaries.
    fn encode(
        &mut self,
        page: &mut [u8],
        source: &Source,
        from: usize,
        slots: usize,
        codes: &mut [Vec<u8>],
    ) -> (usize, Stop) {
        let strings: Vec<usize> = (0..source.columns.len())
            .filter(|&column| self.shape.columns[column].layout == Layout::Str)
            .collect();
        let left = source.rows - from;
        let most = slots.min(left);
        // String bytes of plain columns, written when it is known how many rows fit.
        let mut pending = 0;
        for row in 0..if strings.is_empty() { 0 } else { most } {
            let mut row_bytes = 0;
            for &column in &strings {
                let text = source.columns[column].text(from + row);
                let Encoding::Dict(room) = self.shape.columns[column].encoding else {
                    if let Some(Text::Inline(text)) = text {
                        row_bytes += text.len();
                    }
                    continue;
                };
                let value = match text {
                    Some(Text::Inline(text)) => text,
                    Some(Text::Overflow(..)) => return (row, Stop::NotForDictionary(column)),
                    // Any code does for NULL, as long as it names a value.
                    None if !self.codes[column].is_empty() => {
                        codes[column].push(0);
                        continue;
                    }
                    None => b"",
                };
                let code = match self.codes[column].get(value) {
                    Some(&code) => code,
                    None if self.codes[column].len() == MAX_DICT => {
                        return (row, Stop::NotForDictionary(column));
                    }
                    None if self.codes[column].len() >= room => {
                        return (row, Stop::DictionaryFull(column));
                    }
                    None if var_end(page) + pending + row_bytes + value.len() > page.len() => {
                        return (row, Stop::Full);
                    }
                    None => self.add_value(page, column, value),
                };
                codes[column].push(code);
            }
            if var_end(page) + pending + row_bytes > page.len() {
                return (row, Stop::Full);
            }
            pending += row_bytes;
        }
        (most, if most < left { Stop::Full } else { Stop::Done })
    }
}

/// Writes bytes at `end` and their place at `at`.
fn put_string(page: &mut [u8], at: usize, end: usize, bytes: &[u8]) {
    put_u32(page, at, end as u32);
    put_u32(page, at + 4, bytes.len() as u32);
    page[end..end + bytes.len()].copy_from_slice(bytes);
}

fn write_strings(page: &mut [u8], at: usize, rows: &SourceColumn, from: usize, count: usize) {
    let mut end = var_end(page);
    for row in 0..count {
        let at = at + row * PLACE;
        match rows.text(from + row) {
            Some(Text::Inline(text)) => {
                put_string(page, at, end, text);
                end += text.len();
            }
            Some(Text::Overflow(first, len)) => {
                put_u32(page, at, first.0);
                put_u32(page, at + 4, len | OVERFLOW);
            }
            None => put_string(page, at, end, b""),
        }
    }
    set_var_end(page, end);
}

fn write_fixed(
    page: &mut [u8],
    data: usize,
    layout: Layout,
    first: usize,
    values: &Vector,
    from: usize,
    count: usize,
) {
    let range = from..from + count;
    match (values, layout) {
        (Vector::Bool(v), _) => put(page, data, first, &v[range], |b| [u8::from(b)]),
        (Vector::I32(v), _) => put(page, data, first, &v[range], i32::to_le_bytes),
        (Vector::I64(v), Layout::I128) => {
            put(page, data, first, &v[range], |x| {
                i128::from(x).to_le_bytes()
            });
        }
        (Vector::I64(v), _) => put(page, data, first, &v[range], i64::to_le_bytes),
        // Only rows that are NULL can lose digits here.
        (Vector::I128(v), Layout::I64) => {
            put(page, data, first, &v[range], |x| (x as i64).to_le_bytes());
        }
        (Vector::I128(v), _) => put(page, data, first, &v[range], i128::to_le_bytes),
        (Vector::F64(v), _) => put(page, data, first, &v[range], f64::to_le_bytes),
        (Vector::Interval(v), _) => put(page, data, first, &v[range], |interval| {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&interval.months.to_le_bytes());
            bytes[4..8].copy_from_slice(&interval.days.to_le_bytes());
            bytes[8..].copy_from_slice(&interval.micros.to_le_bytes());
            bytes
        }),
        (Vector::Str(_) | Vector::Dict { .. }, _) => {
            unreachable!("strings have no fixed encoding")
        }
    }
}

fn put<T: Copy, const N: usize>(
    page: &mut [u8],
    data: usize,
    first: usize,
    values: &[T],
    bytes: impl Fn(T) -> [u8; N],
) {
    let target = &mut page[data + first * N..][..values.len() * N];
    for (target, &value) in target.as_chunks_mut::<N>().0.iter_mut().zip(values) {
        *target = bytes(value);
    }
}
