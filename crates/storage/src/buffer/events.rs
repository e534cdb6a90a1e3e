//! What happens to pages, for who wants to watch or count.

use crate::page::PageId;

/// What happened to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageEventKind {
    /// It was asked for and is in a frame; it is pinned now.
    Hit,
    /// It was asked for and had to be read from the store; it is in a frame and pinned now.
    Miss,
    /// It is new and got a frame without being read; it is pinned now.
    Create,
    /// It was changed in its frame for the first time since it was read or written.
    Dirty,
    /// It lost its frame to another page.
    Evict,
    /// It was written to the store.
    Write,
    /// It was given up, with any changes in its frame.
    Discard,
}

/// One thing that happened to one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageEvent {
    /// What happened.
    pub kind: PageEventKind,
    /// To which page.
    pub page: PageId,
    /// The number of its frame.
    pub frame: usize,
    /// How often the page is pinned after the event.
    pub pins: u32,
}

/// Watches the pages of a pool. It is called in the middle of the pool's work: record and return.
pub trait PageObserver {
    /// Something happened to a page.
    fn page_event(&self, event: PageEvent);
}

/// What a pool did since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Pages asked for that were in a frame.
    pub hits: u64,
    /// Pages asked for that had to be read.
    pub misses: u64,
    /// Pages that lost their frame to another one.
    pub evictions: u64,
    /// Pages written to the store.
    pub writes: u64,
    /// Most frames ever in use: above the pool's number when more pages were dirty or pinned at once.
    pub peak_frames: u64,
}
