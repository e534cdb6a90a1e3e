//! One frame of the pool, and the pin on it.
//!
//!            load, create                     modify
//!     empty ──────────────▶ clean ─────────────────────────────▶ dirty
//!       ▲                   │   ▲                                  │
//!       └── evict, discard ─┘   └──────── written (commit) ────────┤
//!       ▲                                                          │
//!       └─────────────────────── discard (rollback) ───────────────┘
//!
//! (2) a pinned frame is not evicted; (3) a dirty frame is not evicted: nothing uncommitted reaches the store.

use super::pool::Watch;
use super::{PageEvent, PageEventKind};
use crate::page::{PageBytes, PageId};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A page in memory.
pub(super) struct Frame {
    pub(super) id: PageId,
    pub(super) number: usize,
    pub(super) data: RefCell<PageBytes>,
    pub(super) dirty: Cell<bool>,
    pub(super) pins: Cell<u32>,
    /// False once the page was given up while somebody still held it.
    pub(super) resident: Cell<bool>,
    pub(super) watch: Rc<Watch>,
}

impl Frame {
    pub(super) fn report(&self, kind: PageEventKind) {
        self.watch.report(PageEvent {
            kind,
            page: self.id,
            frame: self.number,
            pins: self.pins.get(),
        });
    }
}

/// A pin on a page: while it lives, the page keeps its frame.
pub struct PageGuard {
    frame: Rc<Frame>,
}

impl PageGuard {
    pub(super) fn new(frame: Rc<Frame>) -> Self {
        frame.pins.set(frame.pins.get() + 1);
        Self { frame }
    }

    /// The page's number.
    pub fn id(&self) -> PageId {
        self.frame.id
    }

    /// The page as it is now. Later changes do not show in it: a writer copies the page while somebody holds these bytes.
    #[inline]
    pub fn bytes(&self) -> PageBytes {
        self.frame.data.borrow().clone()
    }

    /// Changes the page in its frame and marks it dirty; it reaches the store with the next commit. Changes to a page
    /// that was given up meanwhile (rolled back, freed) reach nobody.
    pub fn modify<R>(&self, change: impl FnOnce(&mut [u8]) -> R) -> R {
        if self.frame.resident.get() && !self.frame.dirty.replace(true) {
            let dirty = &self.frame.watch.dirty;
            dirty.set(dirty.get() + 1);
            self.frame.report(PageEventKind::Dirty);
        }
        change(Rc::make_mut(&mut self.frame.data.borrow_mut()))
    }
}

impl Clone for PageGuard {
    fn clone(&self) -> Self {
        Self::new(self.frame.clone())
    }
}

impl Drop for PageGuard {
    fn drop(&mut self) {
        self.frame.pins.set(self.frame.pins.get() - 1);
    }
}

impl std::fmt::Debug for PageGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PageGuard({})", self.frame.id.0)
    }
}
