//! Heaps against a model: the same random operations on a heap and on a vector of rows, for several page sizes and
//! pools, with the structure check after every step.

mod common;

use common::{Random, Row, SCHEMA, batch, contents, rows, scan};
use std::rc::Rc;
use storage::{
    Clock, Database, EvictionPolicy, Fault, FaultStore, Heap, Lru, MemoryStore, PageStore, RowId,
    ScanOptions, block_on,
};
use types::{DataType, Value};

struct World {
    store: Rc<dyn PageStore>,
    frames: usize,
    lru: bool,
    database: Rc<Database>,
    heap: Rc<Heap>,
    model: Vec<(RowId, Row)>,
    committed: Vec<(RowId, Row)>,
}

fn policy(lru: bool) -> Box<dyn EvictionPolicy> {
    if lru {
        Box::new(Lru::default())
    } else {
        Box::new(Clock::default())
    }
}

impl World {
    fn new(page_size: usize, frames: usize, lru: bool) -> Self {
        // A store that makes everybody wait finds code that counts on pages being there.
        let store: Rc<dyn PageStore> =
            Rc::new(FaultStore::new(Rc::new(MemoryStore::new()), Fault::None));
        let create = Database::create_with(store.clone(), page_size, frames, policy(lru));
        let database = block_on(create).unwrap();
        let heap = block_on(database.create_heap(&SCHEMA)).unwrap();
        let mut world = Self {
            store,
            frames,
            lru,
            database,
            heap,
            model: Vec::new(),
            committed: Vec::new(),
        };
        world.commit();
        world
    }

    fn commit(&mut self) {
        let root = self.heap.root().0.to_le_bytes();
        block_on(self.database.commit(&root)).unwrap();
        self.committed = self.model.clone();
    }

    fn reopen(&mut self) {
        let open = Database::open_with(self.store.clone(), self.frames, policy(self.lru));
        self.database = block_on(open).unwrap();
        let root = self.database.catalog().try_into().unwrap();
        let root = storage::PageId(u32::from_le_bytes(root));
        self.heap = block_on(self.database.heap(root)).unwrap();
        self.model = self.committed.clone();
    }

    fn step(&mut self, random: &mut Random, longest: usize) {
        match random.below(16) {
            0..=5 => {
                let count = [1, 2, 7, 60, 300][random.below(5)];
                let rows = rows(random, &SCHEMA, count, longest);
                let ids = block_on(self.heap.append(&batch(&SCHEMA, &rows))).unwrap();
                self.model.extend(ids.into_iter().zip(rows));
            }
            6..=9 => {
                let (few, at) = (random.one_in(2), random.below(self.model.len() + 1));
                let mut gone: Vec<RowId> = Vec::new();
                for (row, (id, _)) in self.model.iter().enumerate() {
                    let near = row.abs_diff(at) < 40;
                    if if few { random.one_in(20) } else { near } {
                        gone.push(*id);
                    }
                }
                assert_eq!(block_on(self.heap.delete(&gone)), Ok(gone.len()));
                assert_eq!(block_on(self.heap.delete(&gone)), Ok(0));
                self.model.retain(|(id, _)| !gone.contains(id));
            }
            10 if random.one_in(3) => {
                block_on(self.heap.truncate()).unwrap();
                self.model.clear();
            }
            10 | 11 => {
                block_on(self.database.rollback()).unwrap();
                self.model = self.committed.clone();
            }
            12 => self.reopen(),
            13 => self.check_reads(random),
            _ => self.commit(),
        }
    }

    /// Parts of the rows: some columns, single rows, and pages chosen by zone maps.
    fn check_reads(&self, random: &mut Random) {
        let columns: Vec<usize> = (0..SCHEMA.len()).filter(|_| random.one_in(3)).collect();
        let of = |row: &Row| columns.iter().map(|&c| row[c].clone()).collect::<Row>();
        let options = ScanOptions {
            columns: columns.clone(),
            row_ids: true,
            keep: None,
        };
        let expected: Vec<_> = self.model.iter().map(|(id, row)| (*id, of(row))).collect();
        assert_eq!(scan(&self.heap, options.clone()).unwrap(), expected);

        let some: Vec<(RowId, Row)> = (0..self.model.len().min(20))
            .map(|_| self.model[random.below(self.model.len())].clone())
            .collect();
        let ids: Vec<RowId> = some.iter().map(|(id, _)| *id).collect();
        let got = block_on(self.heap.get(&ids, &columns)).unwrap();
        for (at, (_, row)) in some.iter().enumerate() {
            let values = columns.iter().zip(&got.columns);
            let values: Row = values
                .map(|(&c, column)| column.value(at, SCHEMA[c]))
                .collect();
            assert_eq!(values, of(row));
        }

        let Some((_, wanted)) = self.model.get(random.below(self.model.len() + 1)) else {
            return;
        };
        for column in 0..SCHEMA.len() {
            let value = wanted[column].clone();
            if value.is_null() {
                continue;
            }
            let keep_value = value.clone();
            let found = scan(
                &self.heap,
                ScanOptions {
                    columns: vec![column],
                    row_ids: true,
                    keep: Some(Rc::new(move |zones| {
                        zones.columns[column]
                            .bounds
                            .may_hold(&keep_value, SCHEMA[column])
                    })),
                },
            );
            let equal = |other: &Value| value.compare(other) == Some(std::cmp::Ordering::Equal);
            let found = found.unwrap();
            let found: Vec<RowId> = found
                .iter()
                .filter(|(_, row)| equal(&row[0]))
                .map(|(id, _)| *id)
                .collect();
            let model = self.model.iter();
            let expected: Vec<RowId> = model
                .filter(|(_, row)| equal(&row[column]))
                .map(|(id, _)| *id)
                .collect();
            assert_eq!(found, expected, "column {column}");
        }
    }

    fn check(&self) {
        assert_eq!(contents(&self.heap).unwrap(), self.model);
        assert_eq!(self.heap.row_count(), self.model.len() as u64);
        let verified = block_on(self.database.verify()).unwrap();
        assert_eq!(verified.rows, self.model.len() as u64);
        assert_eq!(verified.heap, self.heap.page_count());
    }
}

#[test]
fn behaves_like_a_vector_of_rows() {
    for (page_size, frames, longest, steps, seeds) in [
        (512, 1, 1_500, 25, 8),
        (512, 8, 3_000, 25, 6),
        (1_024, 3, 2_000, 25, 6),
        (4_096, 1_000, 9_000, 30, 6),
        (65_536, 2, 100_000, 25, 4),
        (262_144, 16, 300, 25, 3),
    ] {
        for seed in 0..seeds {
            let mut random = Random::new(seed * 7 + page_size as u64);
            let mut world = World::new(page_size, frames, seed % 2 == 1);
            for step in 0..steps {
                world.step(&mut random, longest);
                let label = format!("page size {page_size}, seed {seed}, step {step}");
                let checked =
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.check()));
                assert!(checked.is_ok(), "{label}");
            }
        }
    }
}

#[test]
fn space_of_dropped_heaps_is_used_again() {
    let store = Rc::new(MemoryStore::new());
    let database = block_on(Database::create(store.clone(), 512, 4)).unwrap();
    let mut random = Random::new(5);
    let schema = [DataType::Int64, DataType::Text];
    let mut pages = 0;
    for round in 0..12 {
        let heap = block_on(database.create_heap(&schema)).unwrap();
        let rows = rows(&mut random, &schema, 200, 900);
        block_on(heap.append(&batch(&schema, &rows))).unwrap();
        block_on(database.commit(&[round])).unwrap();
        block_on(database.drop_heap(heap.root())).unwrap();
        block_on(database.commit(&[])).unwrap();
        let verified = block_on(database.verify()).unwrap();
        assert_eq!((verified.heap, verified.overflow, verified.rows), (0, 0, 0));
        assert_eq!(
            store.ids().len(),
            verified.meta,
            "freed pages leave the store"
        );
        let all = verified.meta + verified.free;
        if round == 3 {
            pages = all;
        }
        assert!(
            round <= 3 || all <= pages * 5 / 4,
            "{all} pages after {pages}"
        );
        assert!(block_on(heap.append(&batch(&schema, &rows))).is_err());
    }
}

#[test]
fn a_scan_sees_the_rows_that_were_there() {
    let database = block_on(Database::create(Rc::new(MemoryStore::new()), 512, 2)).unwrap();
    let schema = [DataType::Int32];
    let heap = block_on(database.create_heap(&schema)).unwrap();
    let ten: Vec<Row> = (0..10).map(|n| vec![Value::Int32(n)]).collect();
    block_on(heap.append(&batch(&schema, &ten))).unwrap();
    // Doubling a table by its own rows ends, even where a batch lands in the page being read.
    for expected in [20, 40, 80, 160, 320] {
        let mut scan = heap.scan(ScanOptions {
            columns: vec![0],
            ..ScanOptions::default()
        });
        while let Some(rows) = block_on(scan.next()).unwrap() {
            block_on(heap.append(&rows.batch)).unwrap();
        }
        assert_eq!(heap.row_count(), expected);
        block_on(database.verify()).unwrap();
    }
}
