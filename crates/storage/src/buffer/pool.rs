//! The pool: finds pages in frames, reads those that are not there, empties frames for them.

use super::frame::{Frame, PageGuard};
use super::{Counters, EvictionPolicy, PageEvent, PageEventKind, PageObserver};
use crate::error::{Corruption, Result, StorageError};
use crate::hashing::Fast;
use crate::page::{self, PageBytes, PageId, PageKind};
use crate::store::{PageStore, WriteBatch};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use types::SortedMap;

/// A fixed number of frames over a store. When more pages are pinned or dirty at once than there are frames, it takes
/// frames beyond its number ([`Counters::peak_frames`]) and gives them back as soon as it can.
pub struct BufferPool {
    store: Rc<dyn PageStore>,
    page_size: usize,
    frames: usize,
    inner: RefCell<Inner>,
    watch: Rc<Watch>,
}

struct Inner {
    frames: Vec<Option<Rc<Frame>>>,
    /// Numbers of empty frames.
    empty: Vec<usize>,
    resident: HashMap<PageId, usize, Fast>,
    policy: Box<dyn EvictionPolicy>,
}

/// What frames share with their pool: counters and the observer.
#[derive(Default)]
pub(super) struct Watch {
    pub(super) dirty: Cell<usize>,
    counters: Cell<Counters>,
    observer: RefCell<Option<Rc<dyn PageObserver>>>,
}

impl Watch {
    #[inline]
    pub(super) fn report(&self, event: PageEvent) {
        let mut counters = self.counters.get();
        match event.kind {
            PageEventKind::Hit => counters.hits += 1,
            PageEventKind::Miss => counters.misses += 1,
            PageEventKind::Evict => counters.evictions += 1,
            PageEventKind::Write => counters.writes += 1,
            PageEventKind::Create | PageEventKind::Dirty | PageEventKind::Discard => {}
        }
        self.counters.set(counters);
        if let Some(observer) = &*self.observer.borrow() {
            observer.page_event(event);
        }
    }
}

/// A frame in use, as the page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameInfo {
    /// The frame's number.
    pub frame: usize,
    /// The page in it.
    pub page: PageId,
    /// What the page holds, when its kind is known.
    pub kind: Option<PageKind>,
    /// Changed since it was read or written.
    pub dirty: bool,
    /// How many hold it.
    pub pins: u32,
}

impl BufferPool {
    /// A pool of `frames` frames (at least one) for pages of `page_size` bytes.
    pub fn new(
        store: Rc<dyn PageStore>,
        page_size: usize,
        frames: usize,
        policy: Box<dyn EvictionPolicy>,
    ) -> Self {
        Self {
            store,
            page_size,
            frames: frames.max(1),
            inner: RefCell::new(Inner {
                frames: Vec::new(),
                empty: Vec::new(),
                resident: HashMap::default(),
                policy,
            }),
            watch: Rc::default(),
        }
    }

    /// Bytes a page.
    pub fn page_size(&self) -> usize {
        self.page_size
    }

    /// The number of frames it was made with.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// The name of its eviction policy.
    pub fn policy(&self) -> &'static str {
        self.inner.borrow().policy.name()
    }

    /// What it did so far.
    pub fn counters(&self) -> Counters {
        self.watch.counters.get()
    }

    /// Reports page events to `observer` from now on; `None` for silence, which costs nothing.
    pub fn observe(&self, observer: Option<Rc<dyn PageObserver>>) {
        *self.watch.observer.borrow_mut() = observer;
    }

    /// The frames in use, by number.
    pub fn residents(&self) -> Vec<FrameInfo> {
        let inner = self.inner.borrow();
        inner
            .frames
            .iter()
            .flatten()
            .map(|frame| FrameInfo {
                frame: frame.number,
                page: frame.id,
                kind: page::kind(&frame.data.borrow()),
                dirty: frame.dirty.get(),
                pins: frame.pins.get(),
            })
            .collect()
    }

    /// The page if it is in a frame, without waiting.
    #[inline]
    pub fn try_get(&self, id: PageId) -> Option<PageGuard> {
        let mut inner = self.inner.borrow_mut();
        let number = *inner.resident.get(&id)?;
        inner.policy.touched(number);
        let frame = inner.frames[number]
            .clone()
            .expect("a resident page has a frame");
        drop(inner);
        let guard = PageGuard::new(frame.clone());
        frame.report(PageEventKind::Hit);
        Some(guard)
    }

    /// The page, read from the store when it is not in a frame.
    pub async fn get(&self, id: PageId) -> Result<PageGuard> {
        if let Some(guard) = self.try_get(id) {
            return Ok(guard);
        }
        let mut guards = self.read(&[id]).await?;
        Ok(guards.pop().expect("one page was asked for"))
    }

    /// The pages, in the order asked; those not in frames come in one read of the store.
    pub async fn get_all(&self, ids: &[PageId]) -> Result<Vec<PageGuard>> {
        let mut guards: SortedMap<PageId, PageGuard> = SortedMap::new();
        let mut absent = Vec::new();
        for &id in ids {
            if guards.contains_key(&id) || absent.contains(&id) {
                continue;
            }
            match self.try_get(id) {
                Some(guard) => drop(guards.insert(id, guard)),
                None => absent.push(id),
            }
        }
        if !absent.is_empty() {
            let read = self.read(&absent).await?;
            guards.extend(read.into_iter().map(|guard| (guard.id(), guard)));
        }
        Ok(ids.iter().map(|id| guards[id].clone()).collect())
    }

    async fn read(&self, ids: &[PageId]) -> Result<Vec<PageGuard>> {
        let pages = self.store.read(ids).await?;
        if pages.len() != ids.len() {
            return Err(StorageError::Store {
                message: format!("asked for {} pages, answered {}", ids.len(), pages.len()),
            });
        }
        let mut checked = Vec::with_capacity(ids.len());
        for (&id, bytes) in ids.iter().zip(pages) {
            let bytes = bytes.ok_or(StorageError::Corrupt {
                page: id,
                what: Corruption::Missing,
            })?;
            page::verify(&bytes, id, self.page_size)?;
            checked.push((id, bytes));
        }
        Ok(checked
            .into_iter()
            .map(|(id, bytes)| {
                // Another reader may have brought the page meanwhile, and somebody may have changed it since.
                self.try_get(id)
                    .unwrap_or_else(|| self.install(id, bytes, PageEventKind::Miss))
            })
            .collect())
    }

    /// A frame for a new page, all zero but for its header, dirty. Whatever the frame or the store had under this
    /// number is given up.
    pub async fn create(&self, id: PageId, kind: PageKind) -> Result<PageGuard> {
        self.discard(id);
        let mut bytes = vec![0; self.page_size];
        page::init(&mut bytes, id, kind);
        let guard = self.install(id, bytes.into(), PageEventKind::Create);
        guard.modify(|_| ());
        Ok(guard)
    }

    fn install(&self, id: PageId, bytes: PageBytes, kind: PageEventKind) -> PageGuard {
        self.shrink(self.frames - 1);
        let mut inner = self.inner.borrow_mut();
        let number = inner.empty.pop().unwrap_or(inner.frames.len());
        let frame = Rc::new(Frame {
            id,
            number,
            data: RefCell::new(bytes),
            dirty: Cell::new(false),
            pins: Cell::new(0),
            resident: Cell::new(true),
            watch: self.watch.clone(),
        });
        if number == inner.frames.len() {
            inner.frames.push(Some(frame.clone()));
        } else {
            inner.frames[number] = Some(frame.clone());
        }
        inner.resident.insert(id, number);
        inner.policy.loaded(number);
        let used = inner.resident.len() as u64;
        drop(inner);
        let mut counters = self.watch.counters.get();
        counters.peak_frames = counters.peak_frames.max(used);
        self.watch.counters.set(counters);
        let guard = PageGuard::new(frame.clone());
        frame.report(kind);
        guard
    }

    /// Evicts pages until at most `most` frames are in use, or no frame may be emptied: (2), (3).
    fn shrink(&self, most: usize) {
        let mut inner = self.inner.borrow_mut();
        while inner.resident.len() > most && inner.resident.len() > self.watch.dirty.get() {
            let Inner { frames, policy, .. } = &mut *inner;
            let evictable = |number: usize| {
                frames[number]
                    .as_ref()
                    .is_some_and(|frame| frame.pins.get() == 0 && !frame.dirty.get())
            };
            let Some(number) = policy.victim(&evictable) else {
                return;
            };
            let frame = inner.remove(number);
            frame.report(PageEventKind::Evict);
        }
    }

    /// Gives up a page's frame with whatever it holds; guards on it keep their bytes.
    pub(crate) fn discard(&self, id: PageId) {
        let mut inner = self.inner.borrow_mut();
        let Some(&number) = inner.resident.get(&id) else {
            return;
        };
        let frame = inner.remove(number);
        drop(inner);
        if frame.dirty.replace(false) {
            self.watch.dirty.set(self.watch.dirty.get() - 1);
        }
        frame.report(PageEventKind::Discard);
    }

    /// Gives up all changes since the last write.
    pub(crate) fn discard_dirty(&self) {
        for id in self.dirty_pages() {
            self.discard(id);
        }
    }

    /// The pages changed since the last write, ascending.
    pub fn dirty_pages(&self) -> Vec<PageId> {
        let inner = self.inner.borrow();
        let mut ids: Vec<PageId> = inner
            .frames
            .iter()
            .flatten()
            .filter(|frame| frame.dirty.get())
            .map(|frame| frame.id)
            .collect();
        ids.sort_unstable();
        ids
    }

    /// Writes all dirty pages and deletes `deletes`, in one atomic batch. After an error they are still dirty.
    pub(crate) async fn write_dirty(&self, deletes: Vec<PageId>) -> Result<()> {
        let mut written = Vec::new();
        for id in self.dirty_pages() {
            let inner = self.inner.borrow();
            let frame = inner.frames[inner.resident[&id]]
                .clone()
                .expect("a resident page has a frame");
            let mut data = frame.data.borrow_mut();
            page::seal(Rc::make_mut(&mut data));
            let bytes = data.clone();
            drop(data);
            written.push((frame, bytes));
        }
        let puts = written
            .iter()
            .map(|(frame, bytes)| (frame.id, bytes.clone()))
            .collect();
        self.store.write(WriteBatch { puts, deletes }).await?;
        for (frame, bytes) in written {
            // A page changed again while the store was writing stays dirty.
            if Rc::ptr_eq(&bytes, &frame.data.borrow()) && frame.dirty.replace(false) {
                self.watch.dirty.set(self.watch.dirty.get() - 1);
            }
            frame.report(PageEventKind::Write);
        }
        self.shrink(self.frames);
        Ok(())
    }
}

impl BufferPool {
    /// Reads the pages from the store, past the frames, and checks (1) of each. Changed pages are passed over: what
    /// the store holds of them is about to be replaced.
    pub(crate) async fn check_store(&self, ids: &[PageId]) -> Result<()> {
        let dirty = self.dirty_pages();
        let clean: Vec<PageId> = ids
            .iter()
            .copied()
            .filter(|id| dirty.binary_search(id).is_err())
            .collect();
        for group in clean.chunks(64) {
            for (&id, bytes) in group.iter().zip(self.store.read(group).await?) {
                let bytes = bytes.ok_or(StorageError::Corrupt {
                    page: id,
                    what: Corruption::Missing,
                })?;
                page::verify(&bytes, id, self.page_size)?;
            }
        }
        Ok(())
    }
}

impl Inner {
    fn remove(&mut self, number: usize) -> Rc<Frame> {
        let frame = self.frames[number].take().expect("the frame is in use");
        self.resident.remove(&frame.id);
        frame.resident.set(false);
        self.policy.removed(number);
        self.empty.push(number);
        frame
    }
}
