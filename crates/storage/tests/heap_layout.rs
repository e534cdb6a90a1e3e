//! What heaps make of particular rows: dictionaries, long strings, wide rows, narrow and wide decimals, zone maps.

mod common;

use common::{Random, batch, contents};
use std::rc::Rc;
use std::sync::Arc;
use storage::{Bounds, Database, Heap, MemoryStore, ScanOptions, StorageError, block_on};
use types::{Batch, Column, DataType, Decimal, StrVec, Value, Vector};

fn heap(page_size: usize, schema: &[DataType]) -> (Rc<Database>, Rc<Heap>) {
    let store = Rc::new(MemoryStore::new());
    let database = block_on(Database::create(store, page_size, 64)).unwrap();
    let heap = block_on(database.create_heap(schema)).unwrap();
    (database, heap)
}

fn vectors(heap: &Rc<Heap>, column: usize) -> Vec<Vector> {
    let mut scan = heap.scan(ScanOptions {
        columns: vec![column],
        ..ScanOptions::default()
    });
    let mut found = Vec::new();
    while let Some(rows) = block_on(scan.next()).unwrap() {
        found.push(rows.batch.columns[0].data.clone());
    }
    found
}

fn texts(rows: usize, text: impl Fn(usize) -> String) -> Batch {
    let mut strings = StrVec::new();
    (0..rows).for_each(|row| strings.push(&text(row)));
    Batch::new(vec![Arc::new(Column::new(Vector::Str(strings)))], rows)
}

#[test]
fn repeated_strings_come_as_codes_into_one_shared_dictionary() {
    let names = ["AIR", "SHIP", "TRUCK", "a longer name than twelve bytes"];
    let (database, heap) = heap(4_096, &[DataType::Text]);
    for part in 0..6 {
        let rows = texts(2_000, |row| names[(row * 7 + part) % 4].into());
        block_on(heap.append(&rows)).unwrap();
    }
    let found = vectors(&heap, 0);
    assert_eq!(found.iter().map(Vector::len).sum::<usize>(), 12_000);
    let mut shared = Vec::new();
    for vector in &found {
        let Vector::Dict { values, .. } = vector else {
            panic!("not a dictionary");
        };
        assert_eq!(values.len(), 4);
        shared.push(values.clone());
    }
    assert!(
        shared
            .windows(2)
            .all(|pair| Arc::ptr_eq(&pair[0], &pair[1]))
    );
    let mut at = 0;
    for vector in &found {
        for row in 0..vector.len() {
            let expected = names[(at % 2_000 * 7 + at / 2_000) % 4];
            assert_eq!(vector.str_bytes(row), expected.as_bytes());
            at += 1;
        }
    }
    // A code is a byte: the rows take little more than that.
    assert!(heap.page_count() <= 5, "{} pages", heap.page_count());
    block_on(database.verify()).unwrap();
}

#[test]
fn rows_one_by_one_get_dictionaries_too() {
    let (database, heap) = heap(4_096, &[DataType::Text, DataType::Int32]);
    for row in 0..3_000 {
        let values = [vec![
            Value::text(["yes", "no", "perhaps"][row % 3]),
            Value::Int32(row as i32),
        ]];
        block_on(heap.append(&batch(&[DataType::Text, DataType::Int32], &values))).unwrap();
    }
    assert!(
        vectors(&heap, 0)
            .iter()
            .all(|v| matches!(v, Vector::Dict { .. }))
    );
    assert!(heap.page_count() <= 5, "{} pages", heap.page_count());
    let rows = contents(&heap).unwrap();
    assert!(
        rows.iter()
            .enumerate()
            .all(|(at, (_, row))| row[1] == Value::Int32(at as i32))
    );
    block_on(database.verify()).unwrap();
}

#[test]
fn distinct_strings_stay_strings_and_pages_stay_full() {
    // 300 distinct values, then only new ones: dictionaries are tried and given up.
    for distinct in [200, 300, 100_000] {
        let (database, heap) = heap(16_384, &[DataType::Text]);
        let mut random = Random::new(distinct as u64);
        let numbers: Vec<usize> = (0..20_000).map(|_| random.below(distinct)).collect();
        for part in 0..10 {
            let rows = texts(2_000, |row| {
                format!("value {}", numbers[part * 2_000 + row])
            });
            block_on(heap.append(&rows)).unwrap();
        }
        let rows = contents(&heap).unwrap();
        let expected = numbers
            .iter()
            .map(|number| Value::text(format!("value {number}")));
        assert!(rows.iter().map(|(_, row)| row[0].clone()).eq(expected));
        let plain_pages = 20_000 * (8 + 11) / 16_384 + 1;
        assert!(
            heap.page_count() <= plain_pages * 5 / 4,
            "{distinct} distinct: {} pages",
            heap.page_count()
        );
        block_on(database.verify()).unwrap();
    }
}

#[test]
fn strings_of_any_length_fit_pages_of_any_size() {
    for page_size in [512, 65_536] {
        let (database, heap) = heap(page_size, &[DataType::Text, DataType::Text]);
        let lengths = [
            0, 12, 13, 60, 511, 512, 8_191, 8_192, 8_193, 70_000, 1_000_000,
        ];
        let rows: Vec<_> = lengths
            .map(|length| {
                vec![
                    Value::text("x".repeat(length)),
                    Value::text("yz".repeat(length / 3)),
                ]
            })
            .to_vec();
        block_on(heap.append(&batch(&[DataType::Text; 2], &rows))).unwrap();
        block_on(database.commit(b"")).unwrap();
        let found = contents(&heap).unwrap();
        assert!(found.iter().map(|(_, row)| row).eq(&rows));
        assert!(block_on(database.verify()).unwrap().overflow > 2);

        let ids: Vec<_> = found.iter().map(|(id, _)| *id).collect();
        block_on(heap.delete(&ids[3..])).unwrap();
        block_on(heap.delete(&ids[..1])).unwrap();
        block_on(database.commit(b"")).unwrap();
        assert!(
            contents(&heap)
                .unwrap()
                .iter()
                .map(|(_, row)| row)
                .eq(&rows[1..3])
        );
        assert_eq!(block_on(database.verify()).unwrap().overflow, 0);
    }
}

#[test]
fn a_row_too_wide_for_its_page_is_refused() {
    let create = |page_size, columns| {
        let store = Rc::new(MemoryStore::new());
        let database = block_on(Database::create(store, page_size, 64)).unwrap();
        block_on(database.create_heap(&vec![DataType::Text; columns])).map(|heap| (database, heap))
    };
    let (database, heap) = create(65_536, 1_600).unwrap();
    let rows = [vec![Value::text("long".repeat(50)); 1_600]];
    block_on(heap.append(&batch(heap.schema(), &rows))).unwrap();
    assert!(contents(&heap).unwrap()[0].1 == rows[0]);
    block_on(database.verify()).unwrap();
    assert!(create(512, 20).is_ok());
    let error = create(512, 100).err().unwrap();
    assert!(matches!(error, StorageError::RowTooWide { .. }), "{error}");
    assert_eq!(error.code().0, "54000");
}

#[test]
fn decimals_come_narrow_or_wide() {
    let schema = [DataType::decimal(10, 2), DataType::decimal(30, 2)];
    let (database, heap) = heap(1_024, &schema);
    let narrow = || Arc::new(Column::new(Vector::I64(vec![5, -7])));
    let wide = || Arc::new(Column::new(Vector::I128(vec![6, -8])));
    for columns in [[narrow(), narrow()], [wide(), wide()], [narrow(), wide()]] {
        block_on(heap.append(&Batch::new(columns.to_vec(), 2))).unwrap();
    }
    let decimal = |digits| Value::Decimal(Decimal::new(digits, 2));
    let expected = [[5, 5], [-7, -7], [6, 6], [-8, -8], [5, 6], [-7, -8]];
    let rows: Vec<_> = contents(&heap)
        .unwrap()
        .into_iter()
        .map(|(_, row)| row)
        .collect();
    assert_eq!(rows, expected.map(|row| row.map(decimal).to_vec()));
    block_on(database.verify()).unwrap();

    let huge = Arc::new(Column::new(Vector::I128(vec![1 << 70, 0])));
    let refused = block_on(heap.append(&Batch::new(vec![huge, wide()], 2)));
    assert!(matches!(refused, Err(StorageError::SchemaMismatch { .. })));
    let refused = block_on(heap.append(&texts(1, |_| String::new())));
    assert!(matches!(refused, Err(StorageError::SchemaMismatch { .. })));
    assert_eq!(heap.row_count(), 6);
}

#[test]
fn selected_rows_are_appended_and_zone_maps_pass_over_pages() {
    let (database, heap) = heap(512, &[DataType::Int32]);
    let mut all = Batch::new(
        vec![Arc::new(Column::new(Vector::I32((0..2_000).collect())))],
        2_000,
    );
    all.selection = Some(Arc::new((0..2_000).filter(|n| n % 2 == 0).collect()));
    block_on(heap.append(&all)).unwrap();
    assert_eq!(heap.row_count(), 1_000);
    let zones = heap.zone_maps();
    assert!(zones.len() > 8);
    assert!(matches!(zones[0].columns[0].bounds, Bounds::Int(0, _)));

    let mut scan = heap.scan(ScanOptions {
        columns: vec![0],
        row_ids: false,
        keep: Some(Rc::new(|zones| {
            zones.columns[0]
                .bounds
                .may_hold(&Value::Int64(1_000), DataType::Int32)
        })),
    });
    let found = block_on(scan.next()).unwrap().unwrap();
    assert!(
        (0..found.batch.rows)
            .any(|row| found.batch.columns[0].value(row, DataType::Int32) == Value::Int32(1_000))
    );
    assert!(block_on(scan.next()).unwrap().is_none());
    assert_eq!(
        (scan.pages_read(), scan.pages_pruned()),
        (1, zones.len() as u64 - 1)
    );
    block_on(database.verify()).unwrap();
}

#[test]
fn rows_without_columns_are_counted() {
    let (database, heap) = heap(512, &[]);
    block_on(heap.append(&Batch::new(Vec::new(), 5_000))).unwrap();
    let mut scan = heap.scan(ScanOptions::default());
    let mut rows = 0;
    while let Some(found) = block_on(scan.next()).unwrap() {
        rows += found.batch.len();
    }
    assert_eq!((rows, heap.row_count()), (5_000, 5_000));
    block_on(database.verify()).unwrap();
}

#[test]
fn narrow_values_of_a_wide_decimal_are_sound_to_the_check() {
    let (database, heap) = heap(4_096, &[DataType::decimal(38, 10)]);
    for values in [vec![30, -10], vec![1 << 40]] {
        let rows = values.len();
        let column = Arc::new(Column::new(Vector::I64(values)));
        block_on(heap.append(&Batch::new(vec![column], rows))).unwrap();
    }
    block_on(database.verify()).unwrap();
    let wide = Arc::new(Column::new(Vector::I128(vec![1 << 90])));
    block_on(heap.append(&Batch::new(vec![wide], 1))).unwrap();
    block_on(database.verify()).unwrap();
}
