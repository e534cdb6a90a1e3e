//! A heap page: PAX, the columns side by side inside the page.
//!
//! Ailamaki, DeWitt, Hill and Skounakis, "Weaving Relations for Cache Performance" (2001). Integers are little-endian;
//! c columns, room for n rows.
//!
//!     offset  size       field
//!          0    20       header
//!         20     4       root of the heap it belongs to
//!         24     4       rows it has room for n
//!         28     4       rows in use, deleted ones among them
//!         32     4       rows deleted
//!         36     4       end of the string bytes
//!         40     2       columns c
//!         42     2       zero
//!         44   6*c       one descriptor a column:
//!                          u16 dictionary entries in use | u16 room for dictionary entries | u8 encoding | u8 has NULLs
//!              n/8       deleted rows, one bit each
//!                        then for each column
//!              n/8         NULLs, one bit each
//!            8*room        dictionary: u32 offset | u32 length of each value
//!          n*width         values; strings are u32 offset | u32 length, or a u8 dictionary code
//!                        string bytes, growing up to the end of the page
//!
//! A string too long for the page is kept in a chain of overflow pages: its offset is the first of them, and the
//! highest bit of its length is set.
//!
//! (6) rows <= n, deleted <= rows, and the string bytes end inside the page;
//! (7) strings and dictionary values lie inside the string bytes and are UTF-8, codes name dictionary entries.

use crate::error::{Result, StorageError};
use crate::page::{HEADER, PageId, PageKind, expect_kind, get_u16, get_u32, put_u16, put_u32};
use types::DataType;
use types::data_type::Layout;

const OWNER: usize = HEADER;
const CAPACITY: usize = OWNER + 4;
const ROWS: usize = CAPACITY + 4;
const DELETED: usize = ROWS + 4;
const VAR_END: usize = DELETED + 4;
const COLUMNS: usize = VAR_END + 4;
pub(super) const DESCRIPTORS: usize = COLUMNS + 4;
const _: () = assert!(DESCRIPTORS == 44);

pub(super) const DESCRIPTOR: usize = 6;
const DICT_USED: usize = 0;
const DICT_ROOM: usize = 2;
const ENCODING: usize = 4;
const HAS_NULLS: usize = 5;

/// Bytes of a string's or a dictionary value's place: offset and length.
pub(super) const PLACE: usize = 8;
/// Set in the length of a string kept in overflow pages.
pub(super) const OVERFLOW: u32 = 1 << 31;
/// Most values a dictionary has: codes are one byte.
pub(super) const MAX_DICT: usize = 256;

/// How the values of a column lie in one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Values of fixed width.
    Fixed,
    /// Places of strings.
    Plain,
    /// Codes into a dictionary with room for so many values.
    Dict(usize),
}

/// Where a column lies in a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) layout: Layout,
    pub(super) encoding: Encoding,
    pub(super) nulls: usize,
    pub(super) dict: usize,
    pub(super) data: usize,
    descriptor: usize,
}

/// Where everything lies in a page.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) capacity: usize,
    pub(super) deleted: usize,
    pub(super) columns: Vec<Place>,
    /// Where the string bytes start.
    pub(super) var_start: usize,
}

/// Bytes a value takes in the page's fixed part.
pub(super) fn width(layout: Layout, encoding: Encoding) -> usize {
    match (layout, encoding) {
        (_, Encoding::Dict(_)) => 1,
        (Layout::Bool, _) => 1,
        (Layout::I32, _) => 4,
        (Layout::I64 | Layout::F64, _) => 8,
        (Layout::Str, _) => PLACE,
        (Layout::I128 | Layout::Interval, _) => 16,
    }
}

impl Shape {
    /// The shape of a page with room for `capacity` rows.
    pub(super) fn new(
        capacity: usize,
        columns: impl ExactSizeIterator<Item = (Layout, Encoding)>,
    ) -> Self {
        let bitmap = capacity.div_ceil(8);
        let deleted = DESCRIPTORS + DESCRIPTOR * columns.len();
        let mut at = deleted + bitmap;
        let columns = columns
            .enumerate()
            .map(|(column, (layout, encoding))| {
                let nulls = at;
                let dict = nulls + bitmap;
                let room = if let Encoding::Dict(room) = encoding {
                    room
                } else {
                    0
                };
                let data = dict + room * PLACE;
                at = data + capacity * width(layout, encoding);
                Place {
                    layout,
                    encoding,
                    nulls,
                    dict,
                    data,
                    descriptor: DESCRIPTORS + DESCRIPTOR * column,
                }
            })
            .collect();
        Self {
            capacity,
            deleted,
            columns,
            var_start: at,
        }
    }

    /// Makes a fresh page of this shape, whose header is there already.
    pub(super) fn init(&self, page: &mut [u8], owner: PageId) {
        page[HEADER..].fill(0);
        put_u32(page, OWNER, owner.0);
        put_u32(page, CAPACITY, self.capacity as u32);
        put_u32(page, VAR_END, self.var_start as u32);
        put_u16(page, COLUMNS, self.columns.len() as u16);
        for place in &self.columns {
            let (encoding, room) = match place.encoding {
                Encoding::Fixed => (0, 0),
                Encoding::Plain => (1, 0),
                Encoding::Dict(room) => (2, room),
            };
            page[place.descriptor + ENCODING] = encoding;
            put_u16(page, place.descriptor + DICT_ROOM, room as u16);
        }
    }

    /// The shape of a page that belongs to the heap, with (6) checked.
    pub(super) fn parse(
        page: &[u8],
        id: PageId,
        owner: PageId,
        schema: &[DataType],
    ) -> Result<Self> {
        expect_kind(page, id, PageKind::Heap)?;
        let broken = |what: &str| Err(StorageError::structure(id, what));
        if get_u32(page, OWNER) != owner.0 {
            return broken("it belongs to another heap");
        }
        let capacity = get_u32(page, CAPACITY) as usize;
        let columns = usize::from(get_u16(page, COLUMNS));
        // Room for more rows than the page has bits would overflow what follows.
        if columns != schema.len()
            || DESCRIPTORS + DESCRIPTOR * columns > page.len()
            || capacity > page.len() * 8 / (columns + 1)
        {
            return broken("it has other columns than its heap, or impossible room");
        }
        let mut encodings = Vec::with_capacity(columns);
        for (column, ty) in schema.iter().enumerate() {
            let descriptor = DESCRIPTORS + DESCRIPTOR * column;
            let room = usize::from(get_u16(page, descriptor + DICT_ROOM));
            let encoding = match (page[descriptor + ENCODING], ty.layout()) {
                (1, Layout::Str) => Encoding::Plain,
                (2, Layout::Str) if room <= MAX_DICT => Encoding::Dict(room),
                (0, layout) if layout != Layout::Str => Encoding::Fixed,
                _ => return broken("a column has an encoding that its type cannot have"),
            };
            encodings.push((ty.layout(), encoding));
        }
        let shape = Self::new(capacity, encodings.into_iter());
        let end = var_end(page);
        let dicts_fit = shape.columns.iter().all(|place| match place.encoding {
            Encoding::Dict(room) => place.dict_used(page) <= room,
            _ => true,
        });
        if rows(page) > capacity
            || deleted_rows(page) > rows(page)
            || end < shape.var_start
            || end > page.len()
            || !dicts_fit
        {
            return broken("(6): rows, dictionaries or string bytes exceed the page's room");
        }
        Ok(shape)
    }

    /// True when the row in the slot is deleted.
    pub(super) fn is_deleted(&self, page: &[u8], slot: usize) -> bool {
        bit(page, self.deleted, slot)
    }
}

impl Place {
    pub(super) fn dict_used(&self, page: &[u8]) -> usize {
        usize::from(get_u16(page, self.descriptor + DICT_USED))
    }

    pub(super) fn set_dict_used(&self, page: &mut [u8], used: usize) {
        put_u16(page, self.descriptor + DICT_USED, used as u16);
    }

    pub(super) fn has_nulls(&self, page: &[u8]) -> bool {
        page[self.descriptor + HAS_NULLS] != 0
    }

    pub(super) fn set_null(&self, page: &mut [u8], slot: usize) {
        page[self.descriptor + HAS_NULLS] = 1;
        set_bit(page, self.nulls, slot);
    }

    pub(super) fn is_null(&self, page: &[u8], slot: usize) -> bool {
        self.has_nulls(page) && bit(page, self.nulls, slot)
    }

    /// Offset and length of the string in the slot of a plain column.
    pub(super) fn string(&self, page: &[u8], slot: usize) -> (u32, u32) {
        let at = self.data + slot * PLACE;
        (get_u32(page, at), get_u32(page, at + 4))
    }

    /// Forgets the string in the slot of a plain column.
    pub(super) fn clear_string(&self, page: &mut [u8], slot: usize) {
        let at = self.data + slot * PLACE;
        let end = var_end(page) as u32;
        put_u32(page, at, end);
        put_u32(page, at + 4, 0);
    }

    /// Offset and length of a dictionary value.
    pub(super) fn dict_place(&self, page: &[u8], entry: usize) -> (u32, u32) {
        let at = self.dict + entry * PLACE;
        (get_u32(page, at), get_u32(page, at + 4))
    }

    /// The bytes of a dictionary value; `None` when they lie outside the page.
    pub(super) fn dict_value<'a>(&self, page: &'a [u8], entry: usize) -> Option<&'a [u8]> {
        let (offset, len) = self.dict_place(page, entry);
        inline(page, offset, len)
    }
}

/// The bytes of a string kept in the page; `None` when they lie outside it.
#[inline]
pub(super) fn inline(page: &[u8], offset: u32, len: u32) -> Option<&[u8]> {
    page.get(offset as usize..(offset as usize).checked_add(len as usize)?)
}

/// Rows in use, deleted ones among them.
pub(super) fn rows(page: &[u8]) -> usize {
    get_u32(page, ROWS) as usize
}

pub(super) fn set_rows(page: &mut [u8], rows: usize) {
    put_u32(page, ROWS, rows as u32);
}

/// Rows deleted.
pub(super) fn deleted_rows(page: &[u8]) -> usize {
    get_u32(page, DELETED) as usize
}

pub(super) fn set_deleted_rows(page: &mut [u8], deleted: usize) {
    put_u32(page, DELETED, deleted as u32);
}

/// Where the string bytes end.
pub(super) fn var_end(page: &[u8]) -> usize {
    get_u32(page, VAR_END) as usize
}

pub(super) fn set_var_end(page: &mut [u8], end: usize) {
    put_u32(page, VAR_END, end as u32);
}

#[inline]
fn bit(page: &[u8], bitmap: usize, slot: usize) -> bool {
    page[bitmap + slot / 8] >> (slot % 8) & 1 == 1
}

/// Sets the bit of a slot.
pub(super) fn set_bit(page: &mut [u8], bitmap: usize, slot: usize) {
    page[bitmap + slot / 8] |= 1 << (slot % 8);
}
