//! Pages whose checksum is right though their contents are not: whoever reads them gets an error or some value, and
//! never a panic.

use crate::page::{PageId, seal};
use crate::store::MemoryStore;
use crate::{Database, Result, ScanOptions, block_on};
use std::rc::Rc;
use std::sync::Arc;
use types::{Batch, Column, DataType, StrVec, Vector};

const SCHEMA: [DataType; 4] = [
    DataType::Int64,
    DataType::Text,
    DataType::Text,
    DataType::Bool,
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }
}

fn rows(count: usize) -> Batch {
    let long = "long ".repeat(300);
    let texts: StrVec = (0..count)
        .map(|row| if row % 50 == 0 { &*long } else { "short" })
        .collect();
    let few: StrVec = (0..count).map(|row| ["red", "green"][row % 2]).collect();
    let columns = [
        Vector::I64((0..count as i64).collect()),
        Vector::Str(texts),
        Vector::Str(few),
        Vector::Bool(vec![true; count]),
    ];
    let columns = columns.map(|data| Arc::new(Column::new(data)));
    Batch::new(columns.to_vec(), count)
}

fn use_everything(store: MemoryStore) -> Result<()> {
    let database = block_on(Database::open(Rc::new(store), 4))?;
    let _ = block_on(database.verify());
    let root = database.catalog().try_into().unwrap_or_default();
    let heap = block_on(database.heap(PageId(u32::from_le_bytes(root))))?;
    if heap.schema() != SCHEMA {
        return Ok(());
    }
    let mut ids = Vec::new();
    let mut scan = heap.scan(ScanOptions {
        columns: vec![0, 1, 2, 3],
        row_ids: true,
        keep: None,
    });
    while let Ok(Some(found)) = block_on(scan.next()) {
        ids.extend(found.row_ids.unwrap_or_default());
    }
    for id in ids.iter().take(50) {
        let _ = block_on(heap.get(&[*id], &[1, 2]));
    }
    let _ = block_on(heap.append(&rows(60)));
    let _ = block_on(heap.delete(&ids));
    let _ = block_on(heap.truncate());
    let _ = block_on(database.commit(&[]));
    Ok(())
}

#[test]
fn forged_pages_never_panic() {
    let store = Rc::new(MemoryStore::new());
    let database = block_on(Database::create(store.clone(), 1_024, 4)).expect("an empty store");
    let heap = block_on(database.create_heap(&SCHEMA)).expect("a narrow row");
    block_on(heap.append(&rows(150))).expect("good rows");
    let root = heap.root().0.to_le_bytes();
    block_on(database.commit(&root)).expect("a good store");
    assert_eq!(use_everything(store.fork()), Ok(()));
    let ids = store.ids();
    for seed in 1..1_500 {
        let mut random = Random(seed);
        let bad = store.fork();
        for _ in 0..1 + random.below(2) {
            let id = ids[random.below(ids.len())];
            let mut bytes = bad.page(id).expect("a page of the store").to_vec();
            for _ in 0..1 + random.below(4) {
                // Headers and descriptors are small and matter most.
                let end = [80, bytes.len()][random.below(2)];
                let at = 16 + random.below(end - 16);
                bytes[at] = [0, 1, 0x7F, 0xFF, seed as u8][random.below(5)];
            }
            seal(&mut bytes);
            bad.damage(id, Some(&bytes));
        }
        let _ = use_everything(bad);
    }
}
