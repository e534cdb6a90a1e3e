//! How a page is laid out for the rows that are to come: which text columns get a dictionary, and how many rows fit.

use super::page::{DESCRIPTOR, DESCRIPTORS, Encoding, MAX_DICT, PLACE, Shape, width};
use super::source::{Source, Text};
use crate::error::{Result, StorageError};
use crate::hashing::Fast;
use std::collections::HashSet;
use types::DataType;
use types::data_type::Layout;

/// Rows looked at, at most.
const SAMPLE: usize = 512;
/// A dictionary pays only when each value comes back; fewer rows than this say nothing about that.
const LEAST_SAMPLE: usize = 16;
/// Longer strings are not worth comparing with all others.
const LONGEST_VALUE: usize = 64;

/// What a heap's rows look like in pages of its size.
#[derive(Debug, Clone)]
pub(super) struct RowShape {
    pub(super) page_size: usize,
    pub(super) layouts: Vec<Layout>,
    /// Strings longer than this go to overflow pages, so that any row fits a page.
    pub(super) inline_limit: usize,
}

/// The layout chosen for the next page.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) capacity: usize,
    pub(super) columns: Vec<ColumnPlan>,
    /// Made from as many rows as a page holds, not from a guess.
    pub(super) informed: bool,
}

/// The encoding chosen for a column.
#[derive(Debug, Clone)]
pub(super) enum ColumnPlan {
    Fixed,
    Plain,
    /// A dictionary with room for so many values; these are known already, sorted.
    Dict(usize, Vec<Box<[u8]>>),
}

impl RowShape {
    pub(super) fn new(schema: &[DataType], page_size: usize) -> Result<Self> {
        let layouts: Vec<Layout> = schema.iter().map(|ty| ty.layout()).collect();
        let plain = layouts.iter().map(|&layout| (layout, plain(layout)));
        let bytes = Shape::new(1, plain).var_start;
        if bytes > page_size || schema.len() > usize::from(u16::MAX) {
            return Err(StorageError::RowTooWide {
                bytes,
                room: page_size,
            });
        }
        let strings = layouts.iter().filter(|&&l| l == Layout::Str).count();
        let inline_limit = (page_size / 8).min((page_size - bytes) / strings.max(1));
        Ok(Self {
            page_size,
            layouts,
            inline_limit,
        })
    }
}

fn plain(layout: Layout) -> Encoding {
    if layout == Layout::Str {
        Encoding::Plain
    } else {
        Encoding::Fixed
    }
}

impl Plan {
    /// A plan for the rows from `from` on, of which at least the first fits. No dictionary for columns that `no_dict`
    /// names.
    pub(super) fn new(shape: &RowShape, source: &Source, from: usize, no_dict: &[bool]) -> Self {
        let strings: Vec<Strings> = source
            .columns
            .iter()
            .enumerate()
            .filter(|(column, _)| shape.layouts[*column] == Layout::Str)
            .map(|(column, _)| Strings::sample(source, column, from, SAMPLE))
            .collect();
        let all_plain = |_: &Strings| ColumnPlan::Plain;
        let without = Self::with(shape, source, from, &strings, all_plain);

        // Dictionaries are judged by the rows a page would hold without them.
        let sampled = SAMPLE.min(source.rows - from);
        let judged = sampled.min(without.capacity);
        if judged < LEAST_SAMPLE {
            return without;
        }
        let with = Self::with(shape, source, from, &strings, |column| {
            if no_dict[column.column] {
                return ColumnPlan::Plain;
            }
            Strings::sample(source, column.column, from, judged).plan(judged)
        });
        if with.fits_first(shape, source, from) {
            with
        } else {
            without
        }
    }

    fn with(
        shape: &RowShape,
        source: &Source,
        from: usize,
        strings: &[Strings],
        choose: impl Fn(&Strings) -> ColumnPlan,
    ) -> Self {
        let mut columns = vec![ColumnPlan::Fixed; shape.layouts.len()];
        let (mut fixed, mut string_bytes) = (0, 0);
        for column in strings {
            let chosen = choose(column);
            match &chosen {
                ColumnPlan::Dict(room, values) => {
                    let bytes: usize = values.iter().map(|value| value.len()).sum();
                    fixed += room * PLACE + bytes * room / values.len().max(1);
                }
                _ => string_bytes += column.bytes,
            }
            columns[column.column] = chosen;
        }
        let sampled = SAMPLE.min(source.rows - from).max(1);
        let mut plan = Self {
            capacity: 1,
            columns,
            informed: false,
        };
        fixed += DESCRIPTORS + DESCRIPTOR * shape.layouts.len();
        let row_bits: usize = plan
            .encodings(shape)
            .map(|(layout, encoding)| 8 * width(layout, encoding) + 1)
            .sum::<usize>()
            + 1
            + 8 * string_bytes.div_ceil(sampled);
        plan.capacity = (shape.page_size.saturating_sub(fixed) * 8 / row_bits).max(1);
        while plan.capacity > 1 && !plan.fits_first(shape, source, from) {
            plan.capacity -= 1;
        }
        plan.informed = sampled >= plan.capacity.min(64);
        plan
    }

    pub(super) fn encodings<'a>(
        &'a self,
        shape: &'a RowShape,
    ) -> impl ExactSizeIterator<Item = (Layout, Encoding)> + 'a {
        let columns = shape.layouts.iter().zip(&self.columns);
        columns.map(|(&layout, column)| match column {
            ColumnPlan::Fixed => (layout, Encoding::Fixed),
            ColumnPlan::Plain => (layout, Encoding::Plain),
            ColumnPlan::Dict(room, _) => (layout, Encoding::Dict(*room)),
        })
    }

    /// True when an empty page of this plan takes the row.
    pub(super) fn fits_first(&self, shape: &RowShape, source: &Source, row: usize) -> bool {
        let mut bytes = Shape::new(self.capacity, self.encodings(shape)).var_start;
        for (column, plan) in source.columns.iter().zip(&self.columns) {
            let known: &[Box<[u8]>] = match plan {
                ColumnPlan::Fixed => continue,
                ColumnPlan::Plain => &[],
                ColumnPlan::Dict(_, values) => values,
            };
            bytes += known.iter().map(|value| value.len()).sum::<usize>();
            bytes += match column.text(row) {
                Some(Text::Inline(text)) => text.len(),
                Some(Text::Overflow(..)) if matches!(plan, ColumnPlan::Dict(..)) => return false,
                _ => 0,
            };
        }
        bytes <= shape.page_size
    }
}

/// What a sample of a text column shows.
struct Strings {
    column: usize,
    /// Bytes of the strings kept in the page.
    bytes: usize,
    /// The distinct strings; `None` when there are too many or too long ones.
    distinct: Option<Vec<Box<[u8]>>>,
}

impl Strings {
    fn sample(source: &Source, column: usize, from: usize, most: usize) -> Self {
        let rows = from..source.rows.min(from + most);
        let (mut bytes, mut few) = (0, true);
        let mut distinct: HashSet<&[u8], Fast> = HashSet::default();
        for row in rows {
            match source.columns[column].text(row) {
                None => {}
                Some(Text::Overflow(..)) => few = false,
                Some(Text::Inline(text)) => {
                    bytes += text.len();
                    few &= text.len() <= LONGEST_VALUE;
                    if few && distinct.insert(text) {
                        few = distinct.len() <= MAX_DICT;
                    }
                }
            }
        }
        let distinct = few.then(|| {
            let mut values: Vec<Box<[u8]>> = distinct.into_iter().map(Box::from).collect();
            values.sort_unstable();
            values
        });
        Self {
            column,
            bytes,
            distinct,
        }
    }

    fn plan(self, rows: usize) -> ColumnPlan {
        match self.distinct {
            Some(values) if values.len() * 2 <= rows => {
                let room = (values.len() * 5 / 4 + 4).min(MAX_DICT);
                ColumnPlan::Dict(room, values)
            }
            _ => ColumnPlan::Plain,
        }
    }
}
