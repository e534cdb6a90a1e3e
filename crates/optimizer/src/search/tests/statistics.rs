//! Row estimates: derivations recompute, more conditions never raise an estimate, figures worked out by hand.

use super::fixture::{Builder, Random, TestCatalog};
use crate::stats::{Derivation, Formula};
use plan::{ColumnStats, Func, JoinKind, Op, RelId, ScalarId};
use std::sync::Arc;
use types::{ColId, DataType, TableId, Value};

fn recomputes(derivation: &Derivation) {
    let values: Vec<f64> = derivation.inputs.iter().map(|i| i.value).collect();
    assert_eq!(
        derivation.formula.evaluate(&values),
        derivation.result,
        "{derivation:?}"
    );
    assert!(derivation.result.is_finite() && derivation.result >= 0.0);
    for input in &derivation.inputs {
        if let Some(from) = &input.from {
            assert_eq!(from.result, input.value);
            recomputes(from);
        }
    }
}

/// A table with most common values 1 (0.3) and 2 (0.2), and a histogram from 3 to 103 for the rest.
fn skewed() -> TestCatalog {
    let mut catalog = TestCatalog::default();
    let table = catalog.table("t", &["x", "y"], 10_000, false);
    catalog.analyze(table, &[102.0, 50.0]);
    let mut stats = (*catalog.stats[&table]).clone();
    stats.columns[0] = ColumnStats {
        null_fraction: 0.1,
        distinct: 102.0,
        min: Some(Value::Int32(1)),
        max: Some(Value::Int32(103)),
        most_common: vec![(Value::Int32(1), 0.3), (Value::Int32(2), 0.2)],
        histogram: (0..=10).map(|i| Value::Int32(3 + 10 * i)).collect(),
        width: 4.0,
    };
    catalog.stats.insert(table, Arc::new(stats));
    catalog
}

fn estimate(
    b: &mut Builder,
    filters: impl FnOnce(&mut Builder, &[ColId]) -> Vec<ScalarId>,
) -> (f64, Derivation) {
    let scan = b.scan_where("t", "t", filters);
    let searched = b.plan(scan);
    let derivation = searched.derivation(&b.arena, 0);
    recomputes(&derivation);
    (derivation.result, derivation)
}

#[test]
fn filters_worked_out_by_hand() {
    let mut b = Builder::new(skewed());
    let cases: [(Func, i32, f64); 6] = [
        (Func::Eq, 1, 3_000.0),
        (Func::Eq, 50, 40.0),
        (Func::Lt, 3, 5_000.0),
        (Func::Le, 23, 5_800.0),
        (Func::Gt, 53, 2_000.0),
        (Func::Ne, 1, 6_000.0),
    ];
    for (func, value, expected) in cases {
        let (rows, derivation) = estimate(&mut b, |b, c| vec![b.compare(func, c[0], value)]);
        assert!(
            (rows - expected).abs() < 10.0,
            "{func:?} {value}: {rows}, {derivation:?}"
        );
    }
    let (rows, _) = estimate(&mut b, |b, c| {
        let col = b.arena.col(c[0]);
        vec![b.arena.call(Func::IsNull, vec![col])]
    });
    assert_eq!(rows, 1_000.0);
    // A range written as two comparisons is one range.
    let (rows, derivation) = estimate(&mut b, |b, c| {
        vec![b.compare(Func::Ge, c[0], 13), b.compare(Func::Lt, c[0], 33)]
    });
    assert!((rows - 800.0).abs() < 10.0, "{rows}");
    assert_eq!(derivation.inputs.len(), 2);
    // Two columns: the second counts by its root.
    let (rows, derivation) = estimate(&mut b, |b, c| {
        vec![b.compare(Func::Eq, c[0], 1), b.compare(Func::Eq, c[1], 7)]
    });
    let expected = 10_000.0 * 0.02 * 0.3f64.sqrt();
    assert!((rows - expected).abs() < 1.0, "{rows} is not {expected}");
    assert_eq!(derivation.formula, Formula::FilterBackoff);
    assert!(
        derivation
            .assumption
            .is_some_and(|a| a.contains("independent"))
    );
}

#[test]
fn lists_patterns_and_alternatives() {
    let mut b = Builder::new(skewed());
    let (rows, _) = estimate(&mut b, |b, c| {
        let args = [1, 2].map(|v| b.arena.lit(Value::Int32(v)));
        let col = b.arena.col(c[0]);
        vec![b.arena.call(Func::In, vec![col, args[0], args[1]])]
    });
    assert!((rows - 5_000.0).abs() < 1e-6, "{rows}");
    let (rows, _) = estimate(&mut b, |b, c| {
        let (one, two) = (b.compare(Func::Eq, c[0], 1), b.compare(Func::Eq, c[0], 2));
        vec![b.arena.call(Func::Or, vec![one, two])]
    });
    assert!((rows - 4_400.0).abs() < 1e-6, "{rows}");
    let mut catalog = TestCatalog::default();
    let table = catalog.table("t", &["x"], 1_000, false);
    catalog.tables[0].columns[0].ty = DataType::Text;
    catalog.analyze(table, &[1_000.0]);
    let mut stats = (*catalog.stats[&table]).clone();
    stats.columns[0].histogram = ('a'..='u').map(|c| Value::text(c.to_string())).collect();
    catalog.stats.insert(table, Arc::new(stats));
    let mut b = Builder::new(catalog);
    let mut like = |pattern: &str| {
        estimate(&mut b, |b, c| {
            let (col, pattern) = (b.arena.col(c[0]), b.arena.lit(Value::text(pattern)));
            vec![b.arena.call(Func::Like, vec![col, pattern])]
        })
        .0
    };
    assert!(like("b%") > 10.0 && like("b%") < 200.0);
    assert_eq!(like("b"), 1.0);
    assert!(like("%zzz%") < like("%b%"));
}

#[test]
fn joins_worked_out_by_hand() {
    let mut catalog = TestCatalog::default();
    let orders = catalog.table("o", &["key", "cust"], 15_000, true);
    catalog.analyze(orders, &[15_000.0, 1_000.0]);
    let customers = catalog.table("c", &["key", "nation"], 1_500, true);
    catalog.analyze(customers, &[1_500.0, 25.0]);
    let mut b = Builder::new(catalog);
    let o = b.scan("o", "o");
    let c = b.scan_where("c", "c", |b, columns| {
        vec![b.compare(Func::Eq, columns[1], 3)]
    });
    let (x, y) = (b.col(o, 1), b.col(c, 0));
    let on = vec![b.eq(x, y)];
    let expected = [
        (JoinKind::Inner, 15_000.0 * 60.0 / 1_500.0),
        (JoinKind::Left, 15_000.0),
        (JoinKind::Semi, 15_000.0 * 60.0 / 1_000.0),
        (JoinKind::Anti, 15_000.0 * (1.0 - 60.0 / 1_000.0)),
        (JoinKind::Full, 15_000.0),
    ];
    for (kind, rows) in expected {
        let root = b.join(kind, on.clone(), o, c);
        let searched = b.plan(root);
        let derivation = searched.derivation(&b.arena, 0);
        recomputes(&derivation);
        assert!(
            (derivation.result - rows).abs() < 0.02 * rows,
            "{kind:?}: {}",
            derivation.result
        );
        let estimated = searched.memo.group(searched.memo.root).raw_rows;
        assert!(
            (estimated - derivation.result).abs() < 1e-6 * rows,
            "derived again as before"
        );
    }
}

#[test]
fn groups_count_a_table_once() {
    let mut catalog = TestCatalog::default();
    let table = catalog.table("t", &["key", "name", "kind"], 1_000, false);
    catalog.analyze(table, &[900.0, 800.0, 4.0]);
    let mut b = Builder::new(catalog);
    let scan = b.scan("t", "t");
    let mut groups = |keys: &[usize]| {
        let keys = keys.iter().map(|at| b.col(scan, *at)).collect();
        let group = Op::Aggregate {
            keys,
            aggs: Vec::new(),
        };
        let root = b.arena.rel(group, vec![scan]);
        let searched = b.plan(root);
        let derivation = searched.derivation(&b.arena, 0);
        recomputes(&derivation);
        derivation.result
    };
    assert!((groups(&[2]) - 4.0).abs() < 1e-6);
    assert!(groups(&[0, 1, 2]) <= 1_000.0);
    assert!(groups(&[0, 1]) >= groups(&[0]));
}

#[test]
fn a_derivation_names_its_sources() {
    let mut b = Builder::new(skewed());
    let (_, derivation) = estimate(&mut b, |b, c| vec![b.compare(Func::Le, c[0], 23)]);
    assert_eq!(derivation.inputs[0].name, "rows of t");
    assert_eq!(derivation.inputs[0].source, "exact count");
    let range = derivation.inputs[1]
        .from
        .as_ref()
        .expect("the selectivity is derived");
    assert_eq!(range.formula.id(), "range_hist");
    assert!(
        range.inputs.iter().all(|i| i.source == "ANALYZE 1 of t"),
        "{range:?}"
    );
    assert!(range.assumption.is_some());
    let mut catalog = TestCatalog::default();
    catalog.table("t", &["x"], 500, false);
    let mut b = Builder::new(catalog);
    let (rows, derivation) = estimate(&mut b, |b, c| vec![b.compare(Func::Eq, c[0], 1)]);
    assert!((rows - 500.0 * 0.99 / 200.0).abs() < 1e-6);
    let equal = derivation.inputs[1].from.as_ref().expect("derived");
    assert!(equal.inputs[1].source.contains("no statistics"));
}

#[test]
fn more_conditions_never_raise_an_estimate() {
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let mut catalog = skewed();
        catalog.table("u", &["x", "y"], 300, true);
        if random.below(2) == 0 {
            catalog.stats.remove(&TableId(0));
        }
        let mut b = Builder::new(catalog);
        let mut filters: Vec<(Func, usize, i32)> = Vec::new();
        let mut last = f64::MAX;
        for _ in 0..5 {
            let scan = b.scan_where("t", "t", |b, c| {
                filters
                    .iter()
                    .map(|(f, col, v)| b.compare(*f, c[*col], *v))
                    .collect()
            });
            let other = b.scan("u", "u");
            let (x, y) = (b.col(scan, 1), b.col(other, 0));
            let on = vec![b.eq(x, y)];
            let join = b.join(JoinKind::Inner, on, scan, other);
            let rows = |b: &mut Builder, root: RelId| b.plan(root).nodes[0].rows;
            let (scanned, joined) = (rows(&mut b, scan), rows(&mut b, join));
            assert!(
                scanned <= last * (1.0 + 1e-9),
                "seed {seed}: {filters:?} {scanned} > {last}"
            );
            assert!(joined.is_finite());
            last = scanned;
            let func = [Func::Eq, Func::Lt, Func::Ge, Func::Ne, Func::Le][random.below(5)];
            filters.push((func, random.below(2), random.below(110) as i32));
        }
    }
}
