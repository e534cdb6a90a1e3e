//! The header every page starts with. Integers are little-endian.
//!
//!     offset  size  field
//!          0     4  CRC-32C of the bytes from 4 to the end of the page
//!          4     4  own page number
//!          8     8  LSN of the last log record applied, 0 while there is no log
//!         16     1  kind
//!         17     3  zero
//!         20        what the kind defines
//!
//! (1) a page read from a store has the checksum, page number and length asked for, or it is not used at all.

mod crc32c;

use crate::error::{Corruption, StorageError};
use std::rc::Rc;

/// The number of a page; page 0 is the meta page, so 0 also means "none" where pages link to pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub u32);

/// The bytes of a page, shared between store, pool and readers; writers copy when somebody else still holds them.
pub type PageBytes = Rc<[u8]>;

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PageKind {
    /// Page sizes, page allocation, heaps and the catalog: page 0 and the pages chained to it.
    Meta = 1,
    /// The pages and zone maps of a heap.
    Directory = 2,
    /// Rows of a heap.
    Heap = 3,
    /// A part of a string too long for its row's page.
    Overflow = 4,
}

/// The smallest page size, in bytes.
pub const MIN_PAGE_SIZE: usize = 512;
/// The largest page size, in bytes.
pub const MAX_PAGE_SIZE: usize = 256 * 1024;
/// The page size of databases that ask for none, in bytes.
pub const DEFAULT_PAGE_SIZE: usize = 64 * 1024;

const CHECKSUM: usize = 0;
const NUMBER: usize = CHECKSUM + size_of::<u32>();
const LSN: usize = NUMBER + size_of::<u32>();
const KIND: usize = LSN + size_of::<u64>();
/// Where the contents of a page start.
pub(crate) const HEADER: usize = KIND + 4;
const _: () = assert!(HEADER == 20);

impl PageKind {
    /// The kind a header byte stands for.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Meta,
            2 => Self::Directory,
            3 => Self::Heap,
            4 => Self::Overflow,
            _ => return None,
        })
    }
}

/// The number at `at`, which lies inside the page.
#[inline]
pub(crate) fn get_u32(page: &[u8], at: usize) -> u32 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&page[at..at + 4]);
    u32::from_le_bytes(bytes)
}

/// Stores a number at `at`.
#[inline]
pub(crate) fn put_u32(page: &mut [u8], at: usize, value: u32) {
    page[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

/// Stores a number at `at`.
#[inline]
pub(crate) fn put_u16(page: &mut [u8], at: usize, value: u16) {
    page[at..at + 2].copy_from_slice(&value.to_le_bytes());
}

/// The number at `at`, which lies inside the page.
#[inline]
pub(crate) fn get_u16(page: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([page[at], page[at + 1]])
}

/// The CRC-32C of bytes: what protects pages, and records of stores that keep some of their own.
pub fn checksum(bytes: &[u8]) -> u32 {
    crc32c::checksum(bytes)
}

/// Writes the header of a fresh page; the checksum is added by [`seal`].
pub(crate) fn init(page: &mut [u8], id: PageId, kind: PageKind) {
    page[..HEADER].fill(0);
    put_u32(page, NUMBER, id.0);
    page[KIND] = kind as u8;
}

/// Puts the checksum of the current bytes, the last step before a page goes to the store.
pub(crate) fn seal(page: &mut [u8]) {
    let sum = crc32c::checksum(&page[NUMBER..]);
    put_u32(page, CHECKSUM, sum);
}

/// Checks (1): length, checksum and page number of bytes that come from a store.
pub fn verify(page: &[u8], id: PageId, page_size: usize) -> Result<(), StorageError> {
    let corrupt = |what| Err(StorageError::Corrupt { page: id, what });
    if page.len() != page_size {
        return corrupt(Corruption::Length { found: page.len() });
    }
    let (stored, computed) = (get_u32(page, CHECKSUM), crc32c::checksum(&page[NUMBER..]));
    if stored != computed {
        return corrupt(Corruption::Checksum { stored, computed });
    }
    let found = PageId(get_u32(page, NUMBER));
    if found != id {
        return corrupt(Corruption::PageNumber { found });
    }
    Ok(())
}

/// The kind byte of a page, as a kind when it is a known one.
pub fn kind(page: &[u8]) -> Option<PageKind> {
    PageKind::from_byte(page[KIND])
}

/// Fails unless the page is of the kind its place demands.
pub(crate) fn expect_kind(page: &[u8], id: PageId, wanted: PageKind) -> Result<(), StorageError> {
    if page[KIND] == wanted as u8 {
        return Ok(());
    }
    Err(StorageError::Corrupt {
        page: id,
        what: Corruption::Kind { found: page[KIND] },
    })
}

/// True for a page size a database can have.
pub fn is_page_size(size: usize) -> bool {
    size.is_power_of_two() && (MIN_PAGE_SIZE..=MAX_PAGE_SIZE).contains(&size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_of_a_page_is_noticed() {
        let mut page = vec![7u8; 512];
        init(&mut page, PageId(9), PageKind::Heap);
        seal(&mut page);
        assert_eq!(verify(&page, PageId(9), 512), Ok(()));
        for bit in 0..512 * 8 {
            page[bit / 8] ^= 1 << (bit % 8);
            assert!(
                matches!(
                    verify(&page, PageId(9), 512),
                    Err(StorageError::Corrupt {
                        page: PageId(9),
                        what: Corruption::Checksum { .. }
                    })
                ),
                "bit {bit}"
            );
            page[bit / 8] ^= 1 << (bit % 8);
        }
    }

    #[test]
    fn misdirected_and_short_pages_are_named() {
        let mut page = vec![0u8; 512];
        init(&mut page, PageId(9), PageKind::Heap);
        seal(&mut page);
        let what = |id, page: &[u8]| match verify(page, id, 512) {
            Err(StorageError::Corrupt { page, what }) => {
                assert_eq!(page, id);
                what
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(
            what(PageId(8), &page),
            Corruption::PageNumber { found: PageId(9) }
        );
        assert_eq!(
            what(PageId(9), &page[..100]),
            Corruption::Length { found: 100 }
        );
    }

    #[test]
    fn page_sizes_are_powers_of_two_in_range() {
        let sizes: Vec<usize> = (0..1 << 20).filter(|&s| is_page_size(s)).collect();
        assert_eq!(sizes.len(), 10);
        assert_eq!((sizes[0], sizes[9]), (MIN_PAGE_SIZE, MAX_PAGE_SIZE));
    }
}
