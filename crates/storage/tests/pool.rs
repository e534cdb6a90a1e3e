//! The buffer pool: what is read, kept, evicted and written, as its counters and a watcher see it.

mod common;

use common::{Random, batch, contents, rows, scan};
use std::cell::RefCell;
use std::rc::Rc;
use storage::{
    Clock, Database, EvictionPolicy, Fault, FaultStore, Heap, Lru, MemoryStore, PageEvent,
    PageEventKind, PageId, PageObserver, ScanOptions, block_on,
};
use types::DataType;

const SCHEMA: [DataType; 2] = [DataType::Int64, DataType::Text];

/// A committed heap of many pages, opened with few frames.
fn reopened(
    frames: usize,
    policy: Box<dyn EvictionPolicy>,
) -> (Rc<FaultStore>, Rc<Database>, Rc<Heap>) {
    let memory = Rc::new(MemoryStore::new());
    let database = block_on(Database::create(memory.clone(), 512, 4)).unwrap();
    let heap = block_on(database.create_heap(&SCHEMA)).unwrap();
    let rows = rows(&mut Random::new(1), &SCHEMA, 400, 30);
    block_on(heap.append(&batch(&SCHEMA, &rows))).unwrap();
    block_on(database.commit(b"")).unwrap();
    let root = heap.root();
    let store = Rc::new(FaultStore::new(memory, Fault::None));
    let database = block_on(Database::open_with(store.clone(), frames, policy)).unwrap();
    let heap = block_on(database.heap(root)).unwrap();
    (store, database, heap)
}

#[derive(Default)]
struct Log(RefCell<Vec<PageEvent>>);

impl PageObserver for Log {
    fn page_event(&self, event: PageEvent) {
        self.0.borrow_mut().push(event);
    }
}

#[test]
fn resident_pages_are_not_read_again() {
    let (store, database, heap) = reopened(1_000, Box::new(Clock::default()));
    let before = database.pool().counters();
    contents(&heap).unwrap();
    let first = database.pool().counters();
    let pages = heap.page_count() as u64;
    assert_eq!(
        (first.misses - before.misses, first.hits - before.hits),
        (pages, 0)
    );
    let read_at_once = store.operations();
    contents(&heap).unwrap();
    let second = database.pool().counters();
    assert_eq!(
        (second.misses - first.misses, second.hits - first.hits),
        (0, pages)
    );
    assert_eq!(store.operations(), read_at_once);
    assert_eq!((second.evictions, second.writes), (0, 0));
}

#[test]
fn a_scan_reads_ahead() {
    let (store, database, heap) = reopened(64, Box::new(Clock::default()));
    let before = store.operations();
    contents(&heap).unwrap();
    let reads = store.operations() - before;
    assert_eq!(reads, (heap.page_count() as u64).div_ceil(16));
    assert!(database.pool().counters().evictions > 0 || heap.page_count() < 60);
}

#[test]
fn few_frames_are_enough_and_are_kept_to() {
    for lru in [false, true] {
        for frames in [1, 2, 5] {
            let policy: Box<dyn EvictionPolicy> = if lru {
                Box::new(Lru::default())
            } else {
                Box::new(Clock::default())
            };
            let (_, database, heap) = reopened(frames, policy);
            let all = contents(&heap).unwrap();
            assert_eq!(all.len(), 400);
            let (pool, counters) = (database.pool(), database.pool().counters());
            assert!(counters.peak_frames <= frames as u64 + 1, "{counters:?}");
            assert!(counters.evictions >= heap.page_count() as u64 - frames as u64);
            assert!(pool.residents().len() <= frames + 1);
            assert!(
                pool.residents()
                    .iter()
                    .all(|frame| frame.pins == 0 && !frame.dirty)
            );
        }
    }
}

#[test]
fn what_is_used_often_stays() {
    for (policy, name) in [
        (
            Box::new(Clock::default()) as Box<dyn EvictionPolicy>,
            "clock",
        ),
        (Box::new(Lru::default()), "lru"),
    ] {
        let (_, database, heap) = reopened(4, policy);
        let pool = database.pool();
        assert_eq!(pool.policy(), name);
        let pages: Vec<PageId> = heap.pages().iter().map(|page| page.id).collect();
        // One page between all others: it is read once and never again.
        let mut misses = 0;
        for &other in &pages[1..] {
            let before = pool.counters().misses;
            block_on(pool.get(pages[0])).unwrap();
            misses += pool.counters().misses - before;
            block_on(pool.get(other)).unwrap();
        }
        assert_eq!(misses, 1, "{name}");
    }
}

#[test]
fn pinned_and_dirty_pages_stay() {
    let (store, database, heap) = reopened(2, Box::new(Lru::default()));
    let pool = database.pool();
    let pages: Vec<PageId> = heap.pages().iter().map(|page| page.id).collect();
    let pinned = block_on(pool.get(pages[0])).unwrap();
    block_on(heap.delete(&[storage::RowId {
        page: pages[1],
        slot: 0,
    }]))
    .unwrap();
    for &page in &pages[2..] {
        block_on(pool.get(page)).unwrap();
    }
    let before = store.operations();
    assert!(pool.try_get(pages[0]).is_some() && pool.try_get(pages[1]).is_some());
    assert_eq!(store.operations(), before);
    assert_eq!(pool.dirty_pages(), [pages[1]]);
    assert_eq!(pinned.id(), pages[0]);
    drop(pinned);
    block_on(database.commit(b"")).unwrap();
    assert_eq!(pool.dirty_pages(), []);
    assert!(pool.residents().len() <= 2);
}

#[test]
fn a_watcher_sees_every_event_and_the_counters_agree() {
    let (_, database, heap) = reopened(3, Box::new(Clock::default()));
    let log = Rc::new(Log::default());
    let before = database.pool().counters();
    database.pool().observe(Some(log.clone()));
    let all = contents(&heap).unwrap();
    block_on(heap.delete(&[all[3].0, all[300].0])).unwrap();
    block_on(database.commit(b"")).unwrap();
    scan(
        &heap,
        ScanOptions {
            columns: vec![0],
            row_ids: true,
            keep: None,
        },
    )
    .unwrap();
    database.pool().observe(None);
    contents(&heap).unwrap();

    let events = log.0.borrow();
    let count = |kind| events.iter().filter(|event| event.kind == kind).count() as u64;
    let pages = heap.page_count() as u64;
    assert!(count(PageEventKind::Hit) + count(PageEventKind::Miss) >= 2 * pages);
    assert_eq!(count(PageEventKind::Write), count(PageEventKind::Dirty));
    assert!(
        count(PageEventKind::Write) >= 4,
        "two heap pages, directory, meta page"
    );
    // Frame by frame, a page goes in before it goes out, and only one is in at a time.
    let mut frames: Vec<Option<PageId>> = vec![None; 64];
    for event in events.iter() {
        let frame = &mut frames[event.frame];
        match event.kind {
            PageEventKind::Miss | PageEventKind::Create => *frame = Some(event.page),
            PageEventKind::Evict | PageEventKind::Discard => *frame = None,
            _ => assert!(frame.is_none_or(|page| page == event.page), "{event:?}"),
        }
        let pinned = matches!(event.kind, PageEventKind::Hit | PageEventKind::Miss);
        assert!(!pinned || event.pins > 0, "{event:?}");
        assert!(
            event.kind != PageEventKind::Evict || event.pins == 0,
            "{event:?}"
        );
    }
    assert!(database.pool().counters().misses - before.misses > count(PageEventKind::Miss));
}
