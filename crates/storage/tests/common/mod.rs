//! Seeded rows for the tests of heaps.
#![allow(
    dead_code,
    reason = "every test file is a program of its own and uses a part of this"
)]

use std::rc::Rc;
use std::sync::Arc;
use storage::{Heap, RowId, ScanOptions, block_on};
use types::{Batch, Column, DataType, Decimal, Interval, Value};

/// xorshift64*: a seed is a whole test.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        random.next();
        random
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 33) % end as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

pub type Row = Vec<Value>;

/// Every layout, text with few and with many distinct values.
pub const SCHEMA: [DataType; 9] = [
    DataType::Int32,
    DataType::Int64,
    DataType::Text,
    DataType::Bool,
    DataType::Decimal {
        precision: 30,
        scale: 4,
    },
    DataType::Float64,
    DataType::Varchar(20),
    DataType::Interval,
    DataType::Decimal {
        precision: 12,
        scale: 2,
    },
];

pub fn value(random: &mut Random, ty: DataType, longest: usize) -> Value {
    if random.one_in(8) {
        return Value::Null;
    }
    let word = random.next();
    match ty {
        DataType::Bool => Value::Bool(word & 1 == 1),
        DataType::Int32 => Value::Int32(random.below(1_000) as i32 - 500),
        DataType::Int64 => Value::Int64(word as i64),
        DataType::Decimal { precision, scale } => {
            let digits = if precision > 18 { 1 << 90 } else { 1 << 39 };
            Value::Decimal(Decimal::new(i128::from(word) * 3 % digits, scale))
        }
        DataType::Float64 => Value::Float64(match random.below(20) {
            0 => f64::NAN,
            1 => f64::NEG_INFINITY,
            _ => random.below(100) as f64 / 8.0 - 6.0,
        }),
        DataType::Interval => Value::Interval(Interval {
            months: random.below(5) as i32,
            days: random.below(40) as i32,
            micros: (word >> 20) as i64,
        }),
        DataType::Varchar(_) => {
            Value::text(["red", "green", "blue", "a colour of no name"][random.below(4)])
        }
        _ => {
            let length = match random.below(12) {
                0 => random.below(longest),
                1 => 0,
                _ => random.below(24),
            };
            let letters = ["a", "b", "c", "ß", "∂"];
            let mut text = String::new();
            while text.len() < length {
                text.push_str(letters[random.below(5)]);
            }
            Value::text(text)
        }
    }
}

pub fn rows(random: &mut Random, schema: &[DataType], count: usize, longest: usize) -> Vec<Row> {
    (0..count)
        .map(|_| {
            let columns = schema.iter();
            columns.map(|&ty| value(random, ty, longest)).collect()
        })
        .collect()
}

pub fn batch(schema: &[DataType], rows: &[Row]) -> Batch {
    let columns = schema.iter().enumerate().map(|(column, &ty)| {
        let values = rows.iter().map(|row| &row[column]);
        Arc::new(Column::from_values(ty, values))
    });
    Batch::new(columns.collect(), rows.len())
}

/// All rows of the heap with their places, in scan order.
pub fn contents(heap: &Rc<Heap>) -> storage::Result<Vec<(RowId, Row)>> {
    scan(
        heap,
        ScanOptions {
            columns: (0..heap.schema().len()).collect(),
            row_ids: true,
            keep: None,
        },
    )
}

pub fn scan(heap: &Rc<Heap>, options: ScanOptions) -> storage::Result<Vec<(RowId, Row)>> {
    let mut scan = heap.scan(options.clone());
    let mut found = Vec::new();
    while let Some(rows) = block_on(scan.next())? {
        let ids = rows.row_ids.expect("row ids were asked for");
        assert_eq!(ids.len(), rows.batch.rows);
        for row in rows.batch.selected() {
            let values = options.columns.iter().zip(&rows.batch.columns);
            let values = values.map(|(&at, column)| column.value(row, heap.schema()[at]));
            found.push((ids[row], values.collect()));
        }
    }
    Ok(found)
}
