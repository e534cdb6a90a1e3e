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
    /// A plan for a new page that takes the rows from `from` on, at least the first of them. No dictionary for columns
    /// that `no_dict` names.
    pub(super) fn for_next(
        shape: &RowShape,
        source: &Source,
        from: usize,
        no_dict: &[bool],
    ) -> Self {
        let rows = SAMPLE.min(source.rows - from);
        let without = Self::plain(shape, source, from, rows);
        // Dictionaries are judged by the rows a page would hold without them.
        let judged = rows.min(without.capacity);
        let with = Self::with_dictionaries(shape, source, from, rows, judged, no_dict);
        with.unwrap_or(without)
    }

    /// A plan for a page that has these rows and is to take more like them.
    pub(super) fn for_present(shape: &RowShape, source: &Source, no_dict: &[bool]) -> Self {
        let rows = source.rows;
        let with = Self::with_dictionaries(shape, source, 0, rows, rows, no_dict);
        let mut plan = with.unwrap_or_else(|| Self::plain(shape, source, 0, rows));
        plan.informed = true;
        plan
    }

    fn plain(shape: &RowShape, source: &Source, from: usize, rows: usize) -> Self {
        Self::with(shape, source, from, rows, |_| ColumnPlan::Plain)
    }

    fn with_dictionaries(
        shape: &RowShape,
        source: &Source,
        from: usize,
        rows: usize,
        judged: usize,
        no_dict: &[bool],
    ) -> Option<Self> {
        if judged < LEAST_SAMPLE {
            return None;
        }
        let plan = Self::with(shape, source, from, rows, |column| match no_dict[column] {
            true => ColumnPlan::Plain,
            false => distinct(source, column, from, judged)
                .filter(|values| values.len() * 2 <= judged)
                .map_or(ColumnPlan::Plain, |values| {
                    let room = (values.len() * 5 / 4 + 4).min(MAX_DICT);
                    ColumnPlan::Dict(room, values)
                }),
        });
        plan.fits_first(shape, source, from).then_some(plan)
    }

    /// The plan for text columns encoded as `choose` says, by the rows `from..from + rows`.
    fn with(
        shape: &RowShape,
        source: &Source,
        from: usize,
        rows: usize,
        choose: impl Fn(usize) -> ColumnPlan,
    ) -> Self {
        let mut columns = Vec::with_capacity(shape.layouts.len());
        let mut fixed = DESCRIPTORS + DESCRIPTOR * shape.layouts.len();
        let mut string_bytes = 0;
        for (column, &layout) in shape.layouts.iter().enumerate() {
            let chosen = match layout {
                Layout::Str => choose(column),
                _ => ColumnPlan::Fixed,
            };
            match &chosen {
                ColumnPlan::Fixed => {}
                ColumnPlan::Plain => string_bytes += inline_bytes(source, column, from, rows),
                ColumnPlan::Dict(room, values) => {
                    let bytes: usize = values.iter().map(|value| value.len()).sum();
                    fixed += room * PLACE + bytes * room / values.len().max(1);
                }
            }
            columns.push(chosen);
        }
        let mut plan = Self {
            capacity: 1,
            columns,
            informed: false,
        };
        let row_bits: usize = plan
            .encodings(shape)
            .map(|(layout, encoding)| 8 * width(layout, encoding) + 1)
            .sum::<usize>()
            + 1
            + 8 * string_bytes.div_ceil(rows.max(1));
        plan.capacity = (shape.page_size.saturating_sub(fixed) * 8 / row_bits).max(1);
        while plan.capacity > 1 && !plan.fits_first(shape, source, from) {
            plan.capacity -= 1;
        }
        plan.informed = rows >= plan.capacity.min(64);
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
            let dictionary = matches!(plan, ColumnPlan::Dict(..));
            bytes += match column.text(row) {
                Some(Text::Overflow(..)) if dictionary => return false,
                Some(Text::Inline(text)) => {
                    let is_known = known.binary_search_by(|value| (**value).cmp(text)).is_ok();
                    if known.len() == MAX_DICT && !is_known {
                        return false;
                    }
                    text.len()
                }
                _ => 0,
            };
        }
        bytes <= shape.page_size
    }
}

/// Bytes of the column's strings that stay in the page.
fn inline_bytes(source: &Source, column: usize, from: usize, rows: usize) -> usize {
    (from..from + rows)
        .map(|row| match source.columns[column].text(row) {
            Some(Text::Inline(text)) => text.len(),
            _ => 0,
        })
        .sum()
}

/// The distinct strings, sorted; `None` when there are too many or too long ones for a dictionary.
fn distinct(source: &Source, column: usize, from: usize, rows: usize) -> Option<Vec<Box<[u8]>>> {
    let mut found: HashSet<&[u8], Fast> = HashSet::default();
    for row in from..from + rows {
        match source.columns[column].text(row) {
            None => {}
            Some(Text::Inline(text)) if text.len() <= LONGEST_VALUE => {
                found.insert(text);
            }
            Some(_) => return None,
        }
        if found.len() > MAX_DICT {
            return None;
        }
    }
    let mut values: Vec<Box<[u8]>> = found.into_iter().map(Box::from).collect();
    values.sort_unstable();
    Some(values)
}
