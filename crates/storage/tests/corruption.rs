//! Damaged stores: the error names the damaged page, and no row comes out of it.

mod common;

use common::{Random, Row, SCHEMA, batch, contents, rows};
use std::rc::Rc;
use storage::{Corruption, Database, MemoryStore, PageId, Result, RowId, StorageError, block_on};

/// A store with every kind of page: meta, directory, heap, overflow, and more than one of each.
fn store(page_size: usize) -> (MemoryStore, usize) {
    let store = Rc::new(MemoryStore::new());
    let database = block_on(Database::create(store.clone(), page_size, 4)).unwrap();
    let mut random = Random::new(3);
    for _ in 0..2 {
        let heap = block_on(database.create_heap(&SCHEMA)).unwrap();
        let rows = rows(&mut random, &SCHEMA, 120, page_size * 2);
        block_on(heap.append(&batch(&SCHEMA, &rows))).unwrap();
    }
    // A catalog longer than a page, so that the meta data is a chain.
    block_on(database.commit(&vec![7; page_size * 2])).unwrap();
    let verified = block_on(database.verify()).unwrap();
    assert!(
        verified.overflow > 2 && verified.heap > 4 && verified.meta > 1 && verified.directory >= 2
    );
    (store.fork(), verified.rows as usize)
}

/// Opens the database and reads everything in it.
fn read_all(store: MemoryStore) -> Result<usize> {
    let database = block_on(Database::open(Rc::new(store), 16))?;
    let verified = block_on(database.verify())?;
    Ok(verified.rows as usize)
}

/// All rows of all heaps, read without the structure check.
fn read_rows(store: &MemoryStore, heaps: &[PageId]) -> Result<Vec<(RowId, Row)>> {
    let database = block_on(Database::open(Rc::new(store.fork()), 16))?;
    let mut found = Vec::new();
    for &root in heaps {
        let heap = block_on(database.heap(root))?;
        found.extend(contents(&heap)?);
    }
    Ok(found)
}

/// How many rows they are.
fn scan_all(store: &MemoryStore, heaps: &[PageId]) -> Result<usize> {
    read_rows(store, heaps).map(|rows| rows.len())
}

fn heaps(store: &MemoryStore) -> Vec<PageId> {
    // Directories start where the kind byte says directory and a heap opens.
    let database = block_on(Database::open(Rc::new(store.fork()), 16)).unwrap();
    let ids = store.ids();
    ids.into_iter()
        .filter(|&id| block_on(database.heap(id)).is_ok())
        .collect()
}

fn damaged(result: Result<usize>) -> (PageId, Corruption) {
    match result {
        Err(StorageError::Corrupt { page, what }) => (page, what),
        other => panic!("damage went unnoticed: {other:?}"),
    }
}

#[test]
fn a_flipped_bit_anywhere_names_its_page() {
    for page_size in [512, 4_096] {
        let (good, all) = store(page_size);
        let heaps = heaps(&good);
        assert_eq!(heaps.len(), 2);
        assert_eq!(scan_all(&good, &heaps), Ok(all));
        for id in good.ids() {
            // Checksum, number, LSN, kind, the fields of each kind's own header, contents, the last byte.
            for at in [
                0,
                3,
                4,
                8,
                16,
                19,
                20,
                24,
                28,
                32,
                36,
                40,
                44,
                100,
                300,
                page_size - 1,
            ] {
                let bad = good.fork();
                let mut bytes = good.page(id).unwrap().to_vec();
                bytes[at] ^= 1 << (at % 8);
                bad.damage(id, Some(&bytes));
                let (page, what) = damaged(scan_all(&bad, &heaps));
                assert_eq!(page, id, "byte {at}");
                assert!(
                    matches!(what, Corruption::Checksum { .. }),
                    "byte {at}: {what}"
                );
                assert_eq!(damaged(read_all(bad)).0, id);
            }
        }
    }
}

#[test]
fn missing_short_and_swapped_pages_are_noticed() {
    let (good, all) = store(1_024);
    let heaps = heaps(&good);
    assert_eq!(read_all(good.fork()), Ok(all));
    let ids = good.ids();
    for (at, &id) in ids.iter().enumerate() {
        let bytes = good.page(id).unwrap();
        let other = ids[(at + 1) % ids.len()];

        let bad = good.fork();
        bad.damage(id, None);
        if id == PageId(0) {
            assert_eq!(scan_all(&bad, &heaps), Err(StorageError::NoDatabase));
        } else {
            assert_eq!(damaged(scan_all(&bad, &heaps)), (id, Corruption::Missing));
        }

        let bad = good.fork();
        bad.damage(id, Some(&bytes[..700]));
        assert_eq!(
            damaged(scan_all(&bad, &heaps)),
            (id, Corruption::Length { found: 700 })
        );

        let bad = good.fork();
        bad.damage(id, Some(&good.page(other).unwrap()));
        assert_eq!(
            damaged(scan_all(&bad, &heaps)),
            (id, Corruption::PageNumber { found: other })
        );

        let bad = good.fork();
        bad.damage(id, Some(&[0; 1_024]));
        assert!(
            matches!(damaged(scan_all(&bad, &heaps)), (page, Corruption::Checksum { .. }) if page == id)
        );
    }
}

/// One of the ways in which a page of a store goes bad.
fn damage(random: &mut Random, store: &MemoryStore, ids: &[PageId]) -> Vec<PageId> {
    let id = ids[random.below(ids.len())];
    let other = ids[random.below(ids.len())];
    let Some(bytes) = store.page(id) else {
        return vec![id];
    };
    let mut bytes = bytes.to_vec();
    let at = random.below(bytes.len().max(1));
    let to = (at + 1 + random.below(64)).min(bytes.len());
    match random.below(7) {
        0 => {
            for _ in 0..1 + random.below(4) {
                let at = random.below(bytes.len().max(1));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
        1 => bytes[at.min(to)..to].fill(0),
        2 => bytes[at.min(to)..].fill(0),
        3 => bytes.truncate(at),
        4 => bytes.extend([0; 16]),
        5 => {
            store.damage(id, None);
            return vec![id];
        }
        _ => {
            let swapped = store.page(other);
            store.damage(other, Some(&bytes));
            store.damage(id, swapped.as_deref());
            return vec![id, other];
        }
    }
    store.damage(id, Some(&bytes));
    vec![id]
}

/// A damaged store gives the right rows or an error that names a damaged page. `CORRUPTION_SEEDS` sets how many.
#[test]
fn random_damage_gives_the_right_rows_or_names_a_page() {
    let seeds = std::env::var("CORRUPTION_SEEDS").ok();
    let seeds = seeds.and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let good: Vec<_> = [512, 1_024, 2_048, 4_096]
        .map(|page_size| {
            let (store, _) = store(page_size);
            let heaps = heaps(&store);
            let rows = read_rows(&store, &heaps).expect("a good store");
            (store, heaps, rows)
        })
        .into();
    let (mut named, mut unharmed) = (0, 0);
    for seed in 0..seeds {
        let mut random = Random::new(seed);
        let (store, heaps, rows) = &good[random.below(good.len())];
        let bad = store.fork();
        let ids = store.ids();
        let mut pages = Vec::new();
        for _ in 0..1 + random.below(3) {
            pages.extend(damage(&mut random, &bad, &ids));
        }
        match read_rows(&bad, heaps) {
            Ok(found) => {
                assert_eq!(&found, rows, "seed {seed}: wrong rows came out");
                unharmed += 1;
            }
            Err(StorageError::Corrupt { page, .. }) => {
                assert!(
                    pages.contains(&page),
                    "seed {seed}: {page:?}, not {pages:?}"
                );
                named += 1;
            }
            Err(StorageError::NoDatabase | StorageError::Format { .. }) => {
                assert!(pages.contains(&PageId(0)), "seed {seed}");
                named += 1;
            }
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
    eprintln!(
        "R13 damaged stores {seeds}: {named} named a damaged page, {unharmed} unharmed, 0 wrong rows"
    );
    assert!(
        named * 10 > seeds * 8,
        "only {named} of {seeds} were damaged"
    );
}

#[test]
fn what_is_no_database_is_said_to_be_none() {
    let open = |store: MemoryStore| block_on(Database::open(Rc::new(store), 4)).err();
    assert_eq!(open(MemoryStore::new()), Some(StorageError::NoDatabase));
    let store = MemoryStore::new();
    store.damage(PageId(0), Some(b"something else"));
    assert_eq!(open(store).map(|error| error.code().0), Some("XX001"));
    let (good, _) = store_again();
    let again = block_on(Database::create(Rc::new(good), 512, 4)).err();
    assert_eq!(again, Some(StorageError::DatabaseExists));
    for size in [0, 100, 511, 513, 1 << 19] {
        let error = block_on(Database::create(Rc::new(MemoryStore::new()), size, 4)).err();
        assert_eq!(error, Some(StorageError::PageSize { size }));
    }
}

fn store_again() -> (MemoryStore, usize) {
    store(512)
}
