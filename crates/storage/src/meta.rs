//! What a database knows about itself, as one byte string in the chain of page 0:
//!
//!     size  field
//!        8  "Planarm" and a zero
//!        4  format version
//!        4  page size
//!        8  number of commits
//!        4  first page number never used
//!     4+4n  free pages
//!     4+4n  roots of heaps
//!      4+n  the catalog, bytes of the engine

use crate::codec::{Reader, Writer};
use crate::error::{Result, StorageError};
use crate::page::PageId;
use crate::space::Space;
use std::collections::BTreeSet;

const MAGIC: u64 = u64::from_le_bytes(*b"Planarm\0");
const VERSION: u32 = 1;
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) page_size: usize,
    pub(crate) commits: u64,
    pub(crate) space: Space,
    pub(crate) heaps: Vec<PageId>,
    pub(crate) catalog: Vec<u8>,
}

impl Meta {
    /// The bytes, with the pages freed since the last commit among the free ones: they are once these bytes count.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.u64(MAGIC);
        out.u32(VERSION);
        out.u32(self.page_size as u32);
        out.u64(self.commits);
        out.u32(self.space.next);
        out.u32((self.space.free.len() + self.space.freed.len()) as u32);
        for id in self.space.free.iter().chain(&self.space.freed) {
            out.u32(id.0);
        }
        out.u32(self.heaps.len() as u32);
        for id in &self.heaps {
            out.u32(id.0);
        }
        out.bytes(&self.catalog);
        out.0
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut from = Reader(bytes);
        if from.u64() != Some(MAGIC) {
            return Err(StorageError::NoDatabase);
        }
        match from.u32() {
            Some(VERSION) => {}
            found => {
                return Err(StorageError::Format {
                    found: found.unwrap_or(0),
                    expected: VERSION,
                });
            }
        }
        Self::decode_rest(from)
            .ok_or_else(|| StorageError::structure(PageId(0), "the meta data ends early"))
    }

    fn decode_rest(mut from: Reader<'_>) -> Option<Self> {
        let page_size = from.u32()? as usize;
        let commits = from.u64()?;
        let next = from.u32()?;
        Some(Self {
            page_size,
            commits,
            space: Space {
                next,
                free: page_ids(&mut from)?,
                freed: BTreeSet::new(),
            },
            heaps: page_ids(&mut from)?,
            catalog: from.bytes()?.to_vec(),
        })
    }
}

fn page_ids(from: &mut Reader<'_>) -> Option<Vec<PageId>> {
    let count = from.u32()?;
    let count = from.room_for(count, size_of::<u32>())?;
    (0..count).map(|_| from.u32().map(PageId)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_refuses_the_rest() {
        let meta = Meta {
            page_size: 4096,
            commits: 7,
            space: Space {
                next: 9,
                free: vec![PageId(3), PageId(5)],
                freed: BTreeSet::from([PageId(8)]),
            },
            heaps: vec![PageId(1)],
            catalog: b"tables".to_vec(),
        };
        let bytes = meta.encode();
        let mut committed = meta.clone();
        committed.space.committed();
        assert_eq!(Meta::decode(&bytes), Ok(committed));
        assert_eq!(Meta::decode(b"other"), Err(StorageError::NoDatabase));
        for end in 12..bytes.len() {
            let code = Meta::decode(&bytes[..end]).map_err(|error| error.code().0);
            assert_eq!(code, Err("XX001"), "cut at {end}");
        }
        let mut newer = bytes;
        newer[8] = 2;
        assert_eq!(
            Meta::decode(&newer),
            Err(StorageError::Format {
                found: 2,
                expected: 1
            })
        );
    }
}
