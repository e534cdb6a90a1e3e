//! A database: one store, its buffer pool, its heaps, and what was committed.
//!
//! Until there is a log, a commit writes every page changed since the last one, and the meta page, in one atomic batch
//! of the store; pages changed but not committed stay in frames (3), so giving them up is a rollback.
//!
//! (9) every page number below the first unused one is in exactly one place: meta chain, a heap's directory, its rows,
//! its overflow pages, or the free list.

use crate::buffer::{BufferPool, Clock, EvictionPolicy};
use crate::chain::Chain;
use crate::error::{Corruption, Result, StorageError};
use crate::heap::Heap;
use crate::meta::Meta;
use crate::page::{self, PageId, PageKind, is_page_size};
use crate::pager::Pager;
use crate::space::Space;
use crate::store::PageStore;
use std::cell::RefCell;
use std::rc::Rc;
use types::{DataType, SortedMap};

const META: PageId = PageId(0);

/// A database in a store. One statement at a time: its operations may wait for pages, but must not overlap.
pub struct Database {
    pager: Rc<Pager>,
    committed: RefCell<Committed>,
    /// The heaps by their roots, with the handles of those that were asked for.
    heaps: RefCell<SortedMap<PageId, Option<Rc<Heap>>>>,
    /// Heaps dropped since the last commit: a rollback brings them back.
    dropped: RefCell<Vec<Rc<Heap>>>,
}

struct Committed {
    chain: Chain,
    commits: u64,
    catalog: Vec<u8>,
    /// Heaps were created or dropped since.
    changed: bool,
}

/// What [`Database::verify`] counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    /// Pages of the meta data, the catalog included.
    pub meta: usize,
    /// Pages of heap directories.
    pub directory: usize,
    /// Heap pages.
    pub heap: usize,
    /// Overflow pages.
    pub overflow: usize,
    /// Free pages.
    pub free: usize,
    /// Live rows in all heaps.
    pub rows: u64,
}

impl Database {
    /// A new database with an empty catalog in a store that has none; it is committed.
    pub async fn create(
        store: Rc<dyn PageStore>,
        page_size: usize,
        frames: usize,
    ) -> Result<Rc<Self>> {
        Self::create_with(store, page_size, frames, Box::new(Clock::default())).await
    }

    /// As [`create`](Self::create), with an eviction policy of choice ([`Clock`] otherwise).
    pub async fn create_with(
        store: Rc<dyn PageStore>,
        page_size: usize,
        frames: usize,
        policy: Box<dyn EvictionPolicy>,
    ) -> Result<Rc<Self>> {
        if !is_page_size(page_size) {
            return Err(StorageError::PageSize { size: page_size });
        }
        if first_page(&*store).await?.is_some() {
            return Err(StorageError::DatabaseExists);
        }
        let pager = Rc::new(Pager {
            pool: BufferPool::new(store, page_size, frames, policy),
            space: RefCell::new(Space::default()),
        });
        let chain = Chain::create(&pager, PageKind::Meta).await?;
        let database = Self {
            pager,
            committed: RefCell::new(Committed {
                chain,
                commits: 0,
                catalog: Vec::new(),
                changed: true,
            }),
            heaps: RefCell::default(),
            dropped: RefCell::default(),
        };
        database.commit(&[]).await?;
        Ok(Rc::new(database))
    }

    /// The database in the store, as of its last commit.
    pub async fn open(store: Rc<dyn PageStore>, frames: usize) -> Result<Rc<Self>> {
        Self::open_with(store, frames, Box::new(Clock::default())).await
    }

    /// As [`open`](Self::open), with an eviction policy of choice.
    pub async fn open_with(
        store: Rc<dyn PageStore>,
        frames: usize,
        policy: Box<dyn EvictionPolicy>,
    ) -> Result<Rc<Self>> {
        // The first page tells the page size by its length, before there is a pool to read it through.
        let first = first_page(&*store).await?.ok_or(StorageError::NoDatabase)?;
        if !is_page_size(first.len()) {
            return Err(StorageError::Corrupt {
                page: META,
                what: Corruption::Length { found: first.len() },
            });
        }
        page::verify(&first, META, first.len())?;
        let pager = Rc::new(Pager {
            pool: BufferPool::new(store, first.len(), frames, policy),
            space: RefCell::new(Space::default()),
        });
        let (chain, meta) = read_meta(&pager).await?;
        *pager.space.borrow_mut() = meta.space;
        Ok(Rc::new(Self {
            pager,
            committed: RefCell::new(Committed {
                chain,
                commits: meta.commits,
                catalog: meta.catalog,
                changed: false,
            }),
            heaps: RefCell::new(meta.heaps.into_iter().map(|root| (root, None)).collect()),
            dropped: RefCell::default(),
        }))
    }

    /// The buffer pool, to watch it.
    pub fn pool(&self) -> &BufferPool {
        &self.pager.pool
    }

    /// Bytes a page.
    pub fn page_size(&self) -> usize {
        self.pager.pool.page_size()
    }

    /// The catalog as last committed: bytes that mean nothing here.
    pub fn catalog(&self) -> Vec<u8> {
        self.committed.borrow().catalog.clone()
    }

    /// Number of commits since the database was created, that of its creation included.
    pub fn commits(&self) -> u64 {
        self.committed.borrow().commits
    }

    /// Makes everything since the last commit durable, with a new catalog, in one atomic write; nothing is written
    /// when nothing changed. After an error it is not known whether the commit happened: [`rollback`](Self::rollback)
    /// goes on from whichever state the store has.
    pub async fn commit(&self, catalog: &[u8]) -> Result<()> {
        let heaps: Vec<Rc<Heap>> = self.heaps.borrow().values().flatten().cloned().collect();
        for heap in &heaps {
            heap.save().await?;
        }
        let pager = &*self.pager;
        let unchanged = {
            let committed = self.committed.borrow();
            committed.catalog == catalog
                && !committed.changed
                && pager.space.borrow().freed.is_empty()
                && pager.pool.dirty_pages().is_empty()
        };
        if unchanged {
            return Ok(());
        }
        let mut chain = self.committed.borrow().chain.clone();
        let written = self.write_meta(&mut chain, catalog).await;
        self.committed.borrow_mut().chain = chain;
        written?;
        let freed: Vec<PageId> = pager.space.borrow().freed.iter().copied().collect();
        for &id in &freed {
            pager.pool.discard(id);
        }
        pager.pool.write_dirty(freed).await?;
        pager.space.borrow_mut().committed();
        self.dropped.borrow_mut().clear();
        let mut committed = self.committed.borrow_mut();
        committed.commits += 1;
        committed.catalog = catalog.to_vec();
        committed.changed = false;
        Ok(())
    }

    async fn write_meta(&self, chain: &mut Chain, catalog: &[u8]) -> Result<()> {
        loop {
            let meta = Meta {
                page_size: self.page_size(),
                commits: self.commits() + 1,
                space: self.pager.space.borrow().clone(),
                heaps: self.heaps.borrow().keys().copied().collect(),
                catalog: catalog.to_vec(),
            };
            let bytes = meta.encode();
            // Taking pages for the chain changes what the bytes say of free pages, though never makes them longer.
            let before = chain.pages.len();
            chain.reserve(&self.pager, bytes.len()).await?;
            if chain.pages.len() == before {
                return chain.write(&self.pager, &bytes).await;
            }
        }
    }

    /// Gives up everything since the last commit: rows, page allocation, heaps created and dropped. Handles of heaps
    /// that exist stay good; those of heaps created since answer with an error. Take the catalog from
    /// [`catalog`](Self::catalog) again.
    pub async fn rollback(&self) -> Result<()> {
        let pager = &self.pager;
        pager.pool.discard_dirty();
        let (chain, meta) = read_meta(pager).await?;
        *pager.space.borrow_mut() = meta.space;
        *self.committed.borrow_mut() = Committed {
            chain,
            commits: meta.commits,
            catalog: meta.catalog,
            changed: false,
        };
        let mut handles: SortedMap<PageId, Rc<Heap>> = SortedMap::new();
        for heap in self.heaps.borrow().values().flatten() {
            handles.insert(heap.root(), heap.clone());
        }
        for heap in self.dropped.borrow().iter() {
            // A root can only be taken again after a commit: no heap created since has it.
            handles.insert(heap.root(), heap.clone());
        }
        let mut heaps: SortedMap<PageId, Option<Rc<Heap>>> =
            meta.heaps.into_iter().map(|root| (root, None)).collect();
        for (root, heap) in handles {
            match heaps.get_mut(&root) {
                Some(known) => {
                    heap.reload().await?;
                    *known = Some(heap);
                }
                None => heap.forget(),
            }
        }
        *self.heaps.borrow_mut() = heaps;
        self.dropped.borrow_mut().clear();
        Ok(())
    }

    /// A new heap without rows; its [`root`](Heap::root) names it for good.
    pub async fn create_heap(&self, schema: &[DataType]) -> Result<Rc<Heap>> {
        let heap = Rc::new(Heap::create(&self.pager, schema).await?);
        self.heaps
            .borrow_mut()
            .insert(heap.root(), Some(heap.clone()));
        self.committed.borrow_mut().changed = true;
        Ok(heap)
    }

    /// The heap with that root; the same handle every time.
    pub async fn heap(&self, root: PageId) -> Result<Rc<Heap>> {
        match self.heaps.borrow().get(&root) {
            None => return Err(StorageError::NoSuchHeap { root }),
            Some(Some(heap)) => return Ok(heap.clone()),
            Some(None) => {}
        }
        let heap = Rc::new(Heap::open(&self.pager, root).await?);
        self.heaps.borrow_mut().insert(root, Some(heap.clone()));
        Ok(heap)
    }

    /// Frees a heap and all its pages.
    pub async fn drop_heap(&self, root: PageId) -> Result<()> {
        let heap = self.heap(root).await?;
        heap.release().await?;
        self.heaps.borrow_mut().remove(&root);
        self.dropped.borrow_mut().push(heap);
        self.committed.borrow_mut().changed = true;
        Ok(())
    }

    /// Checks every page of the database: checksum and page number in the store, kind, the numbered invariants of its
    /// contents, and (9). Reads all pages; changes since the last commit are checked as they are.
    pub async fn verify(&self) -> Result<Verified> {
        let mut uses: Vec<(PageId, &str)> = Vec::new();
        let mut note = |ids: &[PageId], what| uses.extend(ids.iter().map(|id| (*id, what)));
        let mut counts = Verified::default();
        let meta = self.committed.borrow().chain.pages.clone();
        note(&meta, "meta data");
        counts.meta = meta.len();
        let roots: Vec<PageId> = self.heaps.borrow().keys().copied().collect();
        let mut used = meta;
        for root in roots {
            let heap = self.heap(root).await?;
            let pages = heap.verify().await?;
            note(&pages.directory, "a heap's directory");
            note(&pages.heap, "a heap page");
            note(&pages.overflow, "an overflow page");
            counts.directory += pages.directory.len();
            counts.heap += pages.heap.len();
            counts.overflow += pages.overflow.len();
            counts.rows += heap.row_count();
            used.extend(
                [pages.directory, pages.heap, pages.overflow]
                    .into_iter()
                    .flatten(),
            );
        }
        let (free, freed, next) = {
            let space = self.pager.space.borrow();
            let freed: Vec<PageId> = space.freed.iter().copied().collect();
            (space.free.clone(), freed, space.next)
        };
        note(&free, "a free page");
        note(&freed, "a free page");
        counts.free = free.len() + freed.len();
        uses.sort_by_key(|(id, _)| *id);
        for pair in uses.windows(2) {
            let [(id, one), (other, two)] = [pair[0], pair[1]];
            if id == other {
                return Err(StorageError::structure(
                    id,
                    format!("(9): it is used twice, as {one} and as {two}"),
                ));
            }
        }
        // Sorted and each once: the first that is not where it should be tells of a gap before it.
        let gap = (0..next).find(|id| uses.get(*id as usize).is_none_or(|(used, _)| used.0 != *id));
        if let Some(id) = gap {
            return Err(StorageError::structure(
                PageId(id),
                "(9): nothing uses it and it is not free",
            ));
        }
        if let Some((id, _)) = uses.get(next as usize) {
            return Err(StorageError::structure(
                *id,
                "(9): it lies behind the last page of the database",
            ));
        }
        self.pager.pool.check_store(&used).await?;
        Ok(counts)
    }
}

async fn first_page(store: &dyn PageStore) -> Result<Option<page::PageBytes>> {
    Ok(store.read(&[META]).await?.into_iter().next().flatten())
}

async fn read_meta(pager: &Pager) -> Result<(Chain, Meta)> {
    let (chain, bytes) = Chain::read(pager, META, PageKind::Meta).await?;
    let meta = Meta::decode(&bytes)?;
    if meta.page_size != pager.pool.page_size() {
        return Err(StorageError::structure(
            META,
            "it has another page size than the database",
        ));
    }
    Ok((chain, meta))
}
