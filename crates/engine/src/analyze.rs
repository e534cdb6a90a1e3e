//! ANALYZE: statistics from all rows of a table.
//!
//! Every row is read, so counts, bounds and distinct values are exact; most common values and an equi-depth histogram
//! are kept as in PostgreSQL's `pg_stats`, up to [`TARGET`] of each.

use crate::Error;
use plan::{ColumnStats, TableStats};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;
use storage::{Heap, ScanOptions};
use types::{DataType, Value};

/// Most common values and histogram buckets kept a column.
pub const TARGET: usize = 100;

/// Gathers statistics of a table.
pub async fn analyze(
    heap: &Rc<Heap>,
    types: &[DataType],
    version: u32,
) -> Result<TableStats, Error> {
    let mut columns = Vec::with_capacity(types.len());
    // One column at a time keeps the memory small: values of a column are counted in a map.
    for (at, ty) in types.iter().enumerate() {
        columns.push(analyze_column(heap, at, *ty).await?);
    }
    Ok(TableStats {
        rows: heap.row_count() as f64,
        pages: heap.page_count() as f64,
        version,
        columns,
    })
}

async fn analyze_column(heap: &Rc<Heap>, at: usize, ty: DataType) -> Result<ColumnStats, Error> {
    let mut counts: HashMap<Value, u64> = HashMap::new();
    let (mut rows, mut nulls, mut bytes) = (0u64, 0u64, 0u64);
    let mut scan = heap.scan(ScanOptions {
        columns: vec![at],
        ..ScanOptions::default()
    });
    while let Some(batch) = scan.next().await? {
        let column = &batch.batch.columns[0];
        for row in batch.batch.selected() {
            rows += 1;
            let value = column.value(row, ty);
            match &value {
                Value::Null => {
                    nulls += 1;
                    continue;
                }
                Value::Text(t) => bytes += t.len() as u64,
                _ => bytes += fixed_width(ty),
            }
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut values: Vec<Counted> = counts.iter().map(|(value, n)| (value, *n)).collect();
    sort(&mut values, &by_value);
    let total = rows.max(1) as f64;
    let most_common = most_common(&values, rows - nulls, total);
    let histogram = histogram(&values, &most_common);
    Ok(ColumnStats {
        null_fraction: nulls as f64 / total,
        distinct: values.len() as f64,
        min: values.first().map(|(v, _)| (*v).clone()),
        max: values.last().map(|(v, _)| (*v).clone()),
        most_common,
        histogram,
        width: bytes as f64 / (rows - nulls).max(1) as f64,
    })
}

/// A value and how often it occurs.
type Counted<'a> = (&'a Value, u64);

fn by_value(a: &Counted<'_>, b: &Counted<'_>) -> Ordering {
    a.0.compare(b.0).unwrap_or(Ordering::Equal)
}

/// One sort for both orders: each with a comparison of its own would be 6 kB of the WebAssembly module.
#[inline(never)]
fn sort(values: &mut [Counted<'_>], compare: &dyn Fn(&Counted<'_>, &Counted<'_>) -> Ordering) {
    values.sort_by(compare);
}

/// Bytes of a value of a fixed-width type.
fn fixed_width(ty: DataType) -> u64 {
    match ty {
        DataType::Bool => 1,
        DataType::Int16 | DataType::Int32 | DataType::Date => 4,
        DataType::Decimal { precision, .. } if precision > 18 => 16,
        DataType::Interval => 16,
        _ => 8,
    }
}

/// The values clearly more frequent than the average one (all values when there are few), most frequent first.
fn most_common(values: &[Counted<'_>], not_null: u64, total: f64) -> Vec<(Value, f64)> {
    let average = not_null as f64 / values.len().max(1) as f64;
    let few = values.len() <= TARGET;
    let mut common: Vec<Counted> = values
        .iter()
        .filter(|(_, n)| few || (*n > 1 && *n as f64 > 1.25 * average))
        .copied()
        .collect();
    sort(&mut common, &|a, b| {
        b.1.cmp(&a.1).then_with(|| by_value(a, b))
    });
    common.truncate(TARGET);
    common
        .into_iter()
        .map(|(v, n)| (v.clone(), n as f64 / total))
        .collect()
}

/// Bounds of buckets with about equally many rows each, over the values that are not most common.
fn histogram(values: &[Counted<'_>], common: &[(Value, f64)]) -> Vec<Value> {
    let rest: Vec<Counted> = {
        let common: std::collections::HashSet<&Value> = common.iter().map(|(v, _)| v).collect();
        let others = values.iter().filter(|(v, _)| !common.contains(v));
        others.copied().collect()
    };
    if rest.len() < 2 {
        return Vec::new();
    }
    let rows: u64 = rest.iter().map(|(_, n)| n).sum();
    let buckets = TARGET.min(rest.len() - 1) as u64;
    let mut bounds = Vec::with_capacity(buckets as usize + 1);
    let (mut seen, mut next) = (0u64, 0u64);
    for (value, count) in &rest {
        seen += count;
        // Bound i is the value at row i/buckets of the way.
        while next <= buckets && seen > next * (rows - 1) / buckets {
            bounds.push((*value).clone());
            next += 1;
        }
    }
    bounds
}
