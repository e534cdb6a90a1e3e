//! Grouping, sorting, limits, set operations, values: against the naive ones.

mod common;

use common::{Lab, Row, bag, show};
use plan::{AggFunc, AggItem, Func, Op, ScalarId, SetColumn, SetOpKind, SortKey, typing};
use testkit::Rng;
use testkit::database::random_value;
use types::{BATCH_ROWS, ColId, DataType, Decimal, Value};

const TYPES: &[DataType] = &[
    DataType::Bool,
    DataType::Int16,
    DataType::Int32,
    DataType::Int64,
    DataType::Decimal {
        precision: 15,
        scale: 2,
    },
    DataType::Decimal {
        precision: 36,
        scale: 2,
    },
    DataType::Float64,
    DataType::Text,
    DataType::Date,
    DataType::Interval,
];

fn cell(rng: &mut Rng, ty: DataType, nulls: u32) -> Value {
    match ty {
        _ if rng.chance(nulls) => Value::Null,
        DataType::Decimal { precision: 36, .. } if rng.chance(20) => {
            Value::Decimal(Decimal::new((7 << 100) * i128::from(rng.between(-1, 1)), 2))
        }
        DataType::Int64 if rng.chance(5) => Value::Int64(i64::MAX - rng.between(0, 1)),
        DataType::Text if rng.chance(10) => Value::text("a string longer than a view holds"),
        _ => random_value(rng, ty),
    }
}

fn lab(rng: &mut Rng, tables: usize, width: usize, most: usize) -> (Lab, Vec<DataType>) {
    let types: Vec<DataType> = (0..width).map(|_| *rng.pick(TYPES)).collect();
    let nulls = *rng.pick(&[0, 15, 50]);
    let tables = (0..tables)
        .map(|_| {
            let count = rng.below(most + 1);
            let mut row = |_| {
                types
                    .iter()
                    .map(|ty| cell(rng, *ty, nulls))
                    .collect::<Row>()
            };
            (types.clone(), (0..count).map(&mut row).collect())
        })
        .collect();
    (Lab::new(rng, tables), types)
}

const AGGREGATES: &[AggFunc] = &[
    AggFunc::CountStar,
    AggFunc::Count,
    AggFunc::Sum,
    AggFunc::Sum,
    AggFunc::Avg,
    AggFunc::Avg,
    AggFunc::Min,
    AggFunc::Max,
    AggFunc::BoolAnd,
    AggFunc::BoolOr,
    AggFunc::StddevSamp,
    AggFunc::VarSamp,
    AggFunc::StddevPop,
    AggFunc::VarPop,
];

fn aggregates(rng: &mut Rng, lab: &mut Lab, columns: &[ColId]) -> Vec<AggItem> {
    let mut items = Vec::new();
    while items.len() < 4 {
        let func = *rng.pick(AGGREGATES);
        let arg = (func != AggFunc::CountStar).then(|| *rng.pick(columns));
        let arg_ty = arg.map(|col| lab.arena.column(col).ty);
        let Some(ty) = typing::aggregate_type(func, arg_ty) else {
            continue;
        };
        let arg = arg.map(|col| lab.arena.col(col));
        let filter = rng.chance(25).then(|| {
            let col = lab.arena.col(*rng.pick(columns));
            lab.call(Func::IsNotNull, &[col])
        });
        items.push(AggItem {
            col: lab.arena.new_computed("agg", ty),
            func,
            arg,
            distinct: arg.is_some() && rng.chance(25),
            filter,
        });
    }
    items
}

#[test]
fn grouping_agrees_with_the_naive_one() {
    let mut groups = 0;
    for seed in 0..600 {
        let mut rng = Rng::new(seed);
        let (mut lab, _) = lab(&mut rng, 1, 4, 40);
        let scan = lab.scan(0);
        let count = rng.below(4);
        let keys: Vec<ColId> = scan.columns[..count].to_vec();
        let aggs = aggregates(&mut rng, &mut lab, &scan.columns);
        let logical = Op::Aggregate {
            keys: keys.clone(),
            aggs: aggs.clone(),
        };
        let hash = Op::HashAggregate {
            keys: keys.clone(),
            aggs: aggs.clone(),
        };
        let plan = lab.two(logical.clone(), hash, &[&scan]);
        groups += lab.agree(&plan, &format!("seed {seed} hash")).unwrap_or(0);
        let sorted = lab.sorted(&scan, &keys);
        let plan = lab.two(logical, Op::StreamAggregate { keys, aggs }, &[&sorted]);
        lab.agree(&plan, &format!("seed {seed} stream"));
        // Only one of the aggregates is asked for.
        let last = *plan.columns.last().expect("an aggregate");
        let last = lab.arena.col(last);
        let narrow = lab.project(&plan, &[last]);
        lab.agree(&narrow, &format!("seed {seed} narrow"));
    }
    assert!(groups > 3_000, "{groups}");
}

#[test]
fn many_groups_come_out_in_batches() {
    let mut rng = Rng::new(5);
    let count = 3 * BATCH_ROWS + 77;
    let rows: Vec<Row> = (0..count)
        .map(|i| {
            vec![
                Value::Int32((i / 2) as i32),
                Value::Int64(i as i64),
                Value::text(format!("group {}", i / 3)),
            ]
        })
        .collect();
    let types = vec![DataType::Int32, DataType::Int64, DataType::Text];
    let mut lab = Lab::new(&mut rng, vec![(types, rows)]);
    let scan = lab.scan(0);
    for keys in [vec![0], vec![2], vec![0, 2], vec![2, 0]] {
        let keys: Vec<ColId> = keys.iter().map(|at| scan.columns[*at]).collect();
        let arg = lab.arena.col(scan.columns[1]);
        let mut agg = |func, ty| AggItem {
            col: lab.arena.new_computed("agg", ty),
            func,
            arg: Some(arg),
            distinct: false,
            filter: None,
        };
        let aggs = vec![
            agg(AggFunc::Sum, DataType::decimal(38, 0)),
            agg(AggFunc::Max, DataType::Int64),
        ];
        let logical = Op::Aggregate {
            keys: keys.clone(),
            aggs: aggs.clone(),
        };
        let hash = Op::HashAggregate {
            keys: keys.clone(),
            aggs: aggs.clone(),
        };
        let plan = lab.two(logical.clone(), hash, &[&scan]);
        assert!(lab.agree(&plan, "hash").is_some_and(|n| n > BATCH_ROWS));
        let sorted = lab.sorted(&scan, &keys);
        let plan = lab.two(logical, Op::StreamAggregate { keys, aggs }, &[&sorted]);
        assert!(lab.agree(&plan, "stream").is_some_and(|n| n > BATCH_ROWS));
    }
}

#[test]
fn sums_pass_64_bits_and_bigint_overflows() {
    let mut rng = Rng::new(1);
    let big = Value::Int64(i64::MAX - 5);
    let price = Value::Decimal(Decimal::new(i128::from(i64::MAX) - 1, 2));
    let rows: Vec<Row> = (0..100)
        .map(|_| vec![big.clone(), price.clone(), Value::Int32(i32::MAX)])
        .collect();
    let wide = DataType::Decimal {
        precision: 30,
        scale: 2,
    };
    let mut lab = Lab::new(
        &mut rng,
        vec![(vec![DataType::Int64, wide, DataType::Int32], rows)],
    );
    let scan = lab.scan(0);
    let mut aggs = Vec::new();
    for (at, func) in [
        (0, AggFunc::Sum),
        (1, AggFunc::Sum),
        (2, AggFunc::Sum),
        (0, AggFunc::Avg),
        (1, AggFunc::Avg),
    ] {
        let col = scan.columns[at];
        let ty = typing::aggregate_type(func, Some(lab.arena.column(col).ty)).expect("a number");
        aggs.push(AggItem {
            col: lab.arena.new_computed("agg", ty),
            func,
            arg: Some(lab.arena.col(col)),
            distinct: false,
            filter: None,
        });
    }
    let keys = Vec::new();
    let logical = Op::Aggregate {
        keys: keys.clone(),
        aggs: aggs.clone(),
    };
    let plan = lab.two(logical, Op::HashAggregate { keys, aggs }, &[&scan]);
    assert_eq!(lab.agree(&plan, "big sums"), Some(1));
}

fn random_keys(rng: &mut Rng, columns: &[ColId]) -> Vec<SortKey> {
    let count = rng.between(0, 3) as usize;
    (0..count)
        .map(|_| SortKey {
            col: *rng.pick(columns),
            descending: rng.chance(50),
            nulls_first: rng.chance(50),
        })
        .collect()
}

#[test]
fn sorts_and_first_rows_agree_with_the_naive_ones() {
    for seed in 0..500 {
        let mut rng = Rng::new(seed);
        let (mut lab, _) = lab(&mut rng, 1, 3, 60);
        let scan = lab.scan(0);
        let keys = random_keys(&mut rng, &scan.columns);
        let sort = lab.two(
            Op::Sort { keys: keys.clone() },
            Op::PhysSort { keys: keys.clone() },
            &[&scan],
        );
        let texts = |rows: Vec<Row>| rows.iter().map(show).collect::<Vec<String>>();
        // Ties keep their places in both.
        let (fast, slow) = (lab.run(sort.physical), lab.naive(sort.logical));
        let slow = texts(slow.expect("rows"));
        assert_eq!(texts(fast.expect("rows")), slow, "seed {seed}");
        let (limit, offset) = (rng.between(0, 20) as u64, rng.between(0, 10) as u64);
        let top = lab.two(
            Op::TopN {
                keys: keys.clone(),
                limit,
                offset,
            },
            Op::TopNHeap {
                keys,
                limit,
                offset,
            },
            &[&scan],
        );
        let expected: Vec<String> = slow
            .into_iter()
            .skip(offset as usize)
            .take(limit as usize)
            .collect();
        assert_eq!(
            texts(lab.run(top.physical).expect("rows")),
            expected,
            "seed {seed}"
        );
        let limited = lab.two(
            Op::Limit {
                limit: Some(limit),
                offset,
            },
            Op::PhysLimit {
                limit: Some(limit),
                offset,
            },
            &[&sort],
        );
        assert_eq!(
            texts(lab.run(limited.physical).expect("rows")),
            expected,
            "seed {seed}"
        );
    }
}

#[test]
fn long_sorts_merge_their_runs() {
    let mut rng = Rng::new(9);
    let count = 80_000;
    let rows: Vec<Row> = (0..count)
        .map(|i| {
            vec![
                Value::Int32(rng.between(0, 500) as i32),
                Value::text(format!("{:03}", rng.below(50))),
                Value::Int32(i),
            ]
        })
        .collect();
    let types = vec![DataType::Int32, DataType::Text, DataType::Int32];
    let mut lab = Lab::new(&mut rng, vec![(types, rows)]);
    let scan = lab.scan(0);
    let key = |at: usize, descending| SortKey {
        col: scan.columns[at],
        descending,
        nulls_first: false,
    };
    let keys = vec![key(1, true), key(0, false)];
    let sort = lab
        .arena
        .rel(Op::PhysSort { keys: keys.clone() }, vec![scan.physical]);
    let sorted = lab.run(sort).expect("rows");
    assert_eq!(sorted.len(), count as usize);
    let order = |row: &Row| {
        let number = |at: usize| row[at].as_i64().unwrap_or(-1);
        (
            std::cmp::Reverse(row[1].as_str().unwrap_or_default().to_string()),
            number(0),
            number(2),
        )
    };
    assert!(
        sorted
            .windows(2)
            .all(|pair| order(&pair[0]) < order(&pair[1])),
        "sorted, ties in place"
    );
    let top = lab.arena.rel(
        Op::TopNHeap {
            keys,
            limit: 3_000,
            offset: 10,
        },
        vec![scan.physical],
    );
    assert_eq!(lab.run(top).expect("rows"), sorted[10..3_010]);
}

#[test]
fn set_operations_agree_with_the_naive_ones() {
    for seed in 0..400 {
        let mut rng = Rng::new(seed);
        let width = rng.between(1, 3) as usize;
        let (mut lab, types) = lab(&mut rng, 2, width, 25);
        let (left, right) = (lab.scan(0), lab.scan(1));
        for kind in [SetOpKind::Union, SetOpKind::Intersect, SetOpKind::Except] {
            for all in [false, true] {
                let columns: Vec<SetColumn> = (0..width)
                    .map(|at| SetColumn {
                        col: lab.arena.new_computed("c", types[at]),
                        inputs: vec![left.columns[at], right.columns[at]],
                    })
                    .collect();
                let logical = Op::SetOp {
                    kind,
                    all,
                    columns: columns.clone(),
                };
                let physical = if kind == SetOpKind::Union && all {
                    Op::Append { columns }
                } else {
                    Op::HashSetOp { kind, all, columns }
                };
                let plan = lab.two(logical, physical, &[&left, &right]);
                lab.agree(&plan, &format!("seed {seed} {kind:?} {all}"));
            }
        }
    }
}

#[test]
fn values_give_their_rows() {
    let mut rng = Rng::new(2);
    let mut lab = Lab::new(&mut rng, vec![]);
    let columns: Vec<ColId> = [DataType::Int32, DataType::Text]
        .map(|ty| lab.arena.new_computed("c", ty))
        .to_vec();
    let count = BATCH_ROWS + 10;
    let rows: Vec<Vec<ScalarId>> = (0..count)
        .map(|i| {
            let one = lab.arena.lit(Value::Int32(1));
            let number = lab.arena.lit(Value::Int32(i as i32));
            let text = if i % 3 == 0 {
                lab.arena.null(DataType::Text)
            } else {
                lab.arena.lit(Value::text(format!("v{i}")))
            };
            vec![lab.call(Func::Add, &[one, number]), text]
        })
        .collect();
    let values = lab.two(
        Op::Values {
            columns: columns.clone(),
            rows: rows.clone(),
        },
        Op::PhysValues { columns, rows },
        &[],
    );
    assert_eq!(lab.agree(&values, "values"), Some(count));
    let none = lab.arena.rel(
        Op::PhysValues {
            columns: Vec::new(),
            rows: vec![vec![]],
        },
        Vec::new(),
    );
    assert_eq!(bag(lab.run(none).expect("one row")).len(), 1);
}

#[test]
fn scans_filter_and_give_row_ids() {
    for seed in 0..100 {
        let mut rng = Rng::new(seed);
        let (mut lab, _) = lab(&mut rng, 1, 3, 50);
        let first = random_value(
            &mut rng,
            lab.database.infos().next().expect("a table").columns[0].ty,
        );
        let scan = lab.scans(0, &|arena, columns| {
            let (col, value) = (arena.col(columns[0]), arena.lit(first.clone()));
            let null = arena.col(columns[1]);
            vec![
                arena.call(Func::Le, vec![col, value]),
                arena.call(Func::IsNotNull, vec![null]),
            ]
        });
        lab.agree(&scan, &format!("seed {seed}"));
    }
    let mut rng = Rng::new(3);
    let (mut lab, _) = lab(&mut rng, 1, 2, 50);
    let col = lab.arena.new_computed("row id", DataType::Int64);
    let scan = plan::Scan {
        table: types::TableId(0),
        alias: "t".into(),
        columns: vec![plan::ScanColumn {
            col,
            ordinal: plan::ROW_ID,
        }],
        filters: Vec::new(),
    };
    let scan = lab.arena.rel(Op::TableScan(scan), Vec::new());
    let ids = lab.run(scan).expect("row ids");
    let stored = lab.database.rows(types::TableId(0)).len();
    assert_eq!(ids.len(), stored);
    assert!(
        ids.windows(2)
            .all(|pair| pair[0][0].as_i64() < pair[1][0].as_i64())
    );
}
