//! The file store against a model, torn, damaged, and below a database.

use super::*;
use std::collections::BTreeMap;
use std::rc::Rc;
use storage::{Database, block_on};
use types::{Batch, Column, DataType, Vector};

/// A file of its own for a test, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("planarium-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

type Model = BTreeMap<u32, Vec<u8>>;

/// Some pages put and some deleted, different each time.
fn change(store: &FileStore, model: &mut Model, number: u32) {
    let mut batch = WriteBatch::default();
    for id in 0..8_u32 {
        match (id * 7 + number * 5) % 4 {
            0 => {
                let page = vec![number as u8; 20 + id as usize];
                batch.puts.push((PageId(id), page.as_slice().into()));
                model.insert(id, page);
            }
            1 => {
                batch.deletes.push(PageId(id));
                model.remove(&id);
            }
            _ => {}
        }
    }
    block_on(store.write(batch)).unwrap();
}

fn pages(store: &FileStore) -> Model {
    let ids: Vec<PageId> = (0..10).map(PageId).collect();
    let read = block_on(store.read(&ids)).unwrap();
    let found = ids.iter().zip(read);
    found
        .filter_map(|(id, page)| Some((id.0, page?.to_vec())))
        .collect()
}

#[test]
fn what_was_written_is_read_again() {
    let scratch = Scratch::new("again");
    let mut model = Model::new();
    for number in 0..12 {
        let store = FileStore::open(&scratch.0).unwrap();
        assert_eq!(pages(&store), model);
        change(&store, &mut model, number);
        assert_eq!(pages(&store), model);
    }
}

#[test]
fn a_torn_end_is_dropped_and_nothing_else() {
    let scratch = Scratch::new("torn");
    let mut model = Model::new();
    let store = FileStore::open(&scratch.0).unwrap();
    (0..4).for_each(|number| change(&store, &mut model, number));
    let (before, start) = (model.clone(), store.len() as usize);
    change(&store, &mut model, 4);
    drop(store);
    let good = std::fs::read(&scratch.0).unwrap();
    for cut in start..good.len() {
        // Cut off; filled with zeros; the first part lost and the second there.
        let mut zeros = good.clone();
        zeros[cut..].fill(0);
        let mut late = good.clone();
        late[start..=cut].fill(0);
        for torn in [&good[..cut], &zeros, &late] {
            std::fs::write(&scratch.0, torn).unwrap();
            let store = FileStore::open(&scratch.0).unwrap();
            let found = pages(&store);
            // Zeros may be what was written.
            assert!(found == before || torn == &good[..], "cut at {cut}");
            let mut found = found;
            change(&store, &mut found, 9);
            drop(store);
            assert_eq!(pages(&FileStore::open(&scratch.0).unwrap()), found);
        }
    }
    std::fs::write(&scratch.0, &good).unwrap();
    assert_eq!(pages(&FileStore::open(&scratch.0).unwrap()), model);
}

#[test]
fn damage_before_the_end_is_an_error() {
    let scratch = Scratch::new("damage");
    let mut model = Model::new();
    let store = FileStore::open(&scratch.0).unwrap();
    (0..3).for_each(|number| change(&store, &mut model, number));
    let last = store.len() as usize;
    change(&store, &mut model, 3);
    drop(store);
    let good = std::fs::read(&scratch.0).unwrap();
    for at in 0..last {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        std::fs::write(&scratch.0, &bad).unwrap();
        let opened = FileStore::open(&scratch.0);
        // Four bytes of the file's header say nothing yet.
        assert_eq!(opened.is_ok(), (12..16).contains(&at), "byte {at}");
        assert_eq!(
            std::fs::read(&scratch.0).unwrap(),
            bad,
            "a refused file is left alone"
        );
    }
}

#[test]
fn other_files_and_other_processes_are_left_alone() {
    let scratch = Scratch::new("other");
    std::fs::write(&scratch.0, "a letter").unwrap();
    assert!(FileStore::open(&scratch.0).is_err());
    assert_eq!(std::fs::read(&scratch.0).unwrap(), b"a letter");
    std::fs::write(&scratch.0, "a letter of more than sixteen bytes").unwrap();
    assert!(FileStore::open(&scratch.0).is_err());
    std::fs::remove_file(&scratch.0).unwrap();
    let _first = FileStore::open(&scratch.0).unwrap();
    let second = FileStore::open(&scratch.0).err().unwrap();
    assert!(second.to_string().contains("in use"), "{second}");
}

#[test]
fn garbage_goes_when_the_file_is_opened() {
    let scratch = Scratch::new("garbage");
    let page = |byte: u8| PageBytes::from(vec![byte; 4_096]);
    let store = FileStore::open(&scratch.0).unwrap();
    for round in 0..40 {
        let puts = (0..5).map(|id| (PageId(id), page(round)));
        let batch = WriteBatch {
            puts: puts.collect(),
            deletes: vec![PageId(9)],
        };
        block_on(store.write(batch)).unwrap();
    }
    let long = store.len();
    drop(store);
    for _ in 0..2 {
        let store = FileStore::open(&scratch.0).unwrap();
        assert!(store.len() < long / 30, "{} of {long} bytes", store.len());
        let all = pages(&store);
        assert_eq!(all.len(), 5);
        assert!(all.values().all(|bytes| bytes[..] == page(39)[..]));
    }
}

#[test]
fn a_database_lives_in_a_file() {
    let scratch = Scratch::new("database");
    let rows = |from: i64| {
        let numbers = Vector::I64((from..from + 1_000).collect());
        Batch::new(vec![std::sync::Arc::new(Column::new(numbers))], 1_000)
    };
    let store = Rc::new(FileStore::open(&scratch.0).unwrap());
    let database = block_on(Database::create(store, 1_024, 4)).unwrap();
    let heap = block_on(database.create_heap(&[DataType::Int64])).unwrap();
    let root = heap.root();
    block_on(heap.append(&rows(0))).unwrap();
    block_on(database.commit(b"one table")).unwrap();
    block_on(heap.append(&rows(1_000))).unwrap();
    drop((heap, database));

    let store = Rc::new(FileStore::open(&scratch.0).unwrap());
    let database = block_on(Database::open(store, 4)).unwrap();
    assert_eq!(database.catalog(), b"one table");
    let heap = block_on(database.heap(root)).unwrap();
    assert_eq!(heap.row_count(), 1_000);
    assert_eq!(block_on(database.verify()).unwrap().rows, 1_000);
}
