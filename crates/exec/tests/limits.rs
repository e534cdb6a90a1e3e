//! Runaway queries: they can be cancelled at any time, they give way, and they stay within their memory.

mod common;

use common::{Lab, Row, Two};
use exec::{ExecError, Hooks, LocalFuture};
use plan::{AggFunc, AggItem, JoinKind, Op, RelId, SortKey};
use std::cell::Cell;
use std::rc::Rc;
use testkit::Rng;
use types::{DataType, Value};

/// A clock that goes on a millisecond a look, and a flag that rises after so many looks at it.
struct Watch {
    now: Cell<u64>,
    looks: Cell<u64>,
    cancel_at: u64,
    pauses: Cell<u64>,
}

impl Watch {
    fn new(cancel_at: u64) -> Rc<Self> {
        Rc::new(Self {
            now: Cell::new(1),
            looks: Cell::new(0),
            cancel_at,
            pauses: Cell::new(0),
        })
    }
}

impl Hooks for Watch {
    fn now_nanos(&self) -> u64 {
        self.now.set(self.now.get() + 1_000_000);
        self.now.get()
    }

    fn canceled(&self) -> bool {
        self.looks.set(self.looks.get() + 1);
        self.looks.get() > self.cancel_at
    }

    fn pause(&self) -> LocalFuture<'_, ()> {
        self.pauses.set(self.pauses.get() + 1);
        Box::pin(std::future::ready(()))
    }
}

fn numbers(count: i32) -> Lab {
    let rows: Vec<Row> = (0..count)
        .map(|i| vec![Value::Int32(i), Value::Int32(i % 10)])
        .collect();
    Lab::new(&mut Rng::new(1), vec![(vec![DataType::Int32; 2], rows)])
}

fn count(lab: &mut Lab, input: RelId) -> RelId {
    let aggs = vec![AggItem {
        col: lab.arena.new_computed("n", DataType::Int64),
        func: AggFunc::CountStar,
        arg: None,
        distinct: false,
        filter: None,
    }];
    let keys = Vec::new();
    lab.arena.rel(Op::HashAggregate { keys, aggs }, vec![input])
}

fn cross(lab: &mut Lab, left: &Two, right: &Two) -> RelId {
    let kind = JoinKind::Inner;
    let on = Vec::new();
    lab.arena.rel(
        Op::NestedLoopJoin { kind, on },
        vec![left.physical, right.physical],
    )
}

#[test]
fn a_cross_product_without_end_is_cancelled() {
    let mut lab = numbers(3_000);
    let scans: Vec<Two> = (0..4).map(|_| lab.scan(0)).collect();
    let mut product = cross(&mut lab, &scans[0], &scans[1]);
    for scan in &scans[2..] {
        let kind = JoinKind::Inner;
        product = lab.arena.rel(
            Op::NestedLoopJoin {
                kind,
                on: Vec::new(),
            },
            vec![product, scan.physical],
        );
    }
    let root = count(&mut lab, product);
    for cancel_at in [0, 1, 5, 50, 500] {
        let watch = Watch::new(cancel_at);
        assert_eq!(lab.run_with(root, watch.clone()), Err(ExecError::Canceled));
        assert_eq!(
            watch.looks.get(),
            cancel_at + 1,
            "no work after the flag was seen"
        );
        assert!(watch.pauses.get() > 0 || cancel_at < 50);
    }
    // The next query works.
    let root = count(&mut lab, scans[0].physical);
    assert_eq!(lab.run(root), Ok(vec![vec![Value::Int64(3_000)]]));
}

#[test]
fn every_long_operator_looks_at_the_flag() {
    let mut lab = numbers(60_000);
    let scan = lab.scan(0);
    let other = lab.scan(0);
    let keys = vec![SortKey {
        col: scan.columns[1],
        descending: true,
        nulls_first: false,
    }];
    let (l, r) = (
        lab.arena.col(scan.columns[1]),
        lab.arena.col(other.columns[1]),
    );
    let join = plan::PhysJoin {
        kind: JoinKind::Inner,
        keys: vec![(l, r)],
        null_safe: vec![false],
        residual: Vec::new(),
    };
    let sort = lab
        .arena
        .rel(Op::PhysSort { keys: keys.clone() }, vec![scan.physical]);
    let sorted = [
        lab.sorted(&scan, &[scan.columns[1]]),
        lab.sorted(&other, &[other.columns[1]]),
    ];
    let inputs = vec![scan.physical, other.physical];
    let hash = Op::HashJoin {
        join: join.clone(),
        build: plan::Side::Right,
    };
    let hash = lab.arena.rel(hash, inputs);
    let merge = lab.arena.rel(
        Op::MergeJoin { join },
        vec![sorted[0].physical, sorted[1].physical],
    );
    let group = Op::HashAggregate {
        keys: vec![scan.columns[0]],
        aggs: Vec::new(),
    };
    let group = lab.arena.rel(group, vec![scan.physical]);
    for (what, root, least) in [
        ("sort", sort, 6),
        ("hash join", hash, 500),
        ("merge join", merge, 500),
        ("group", group, 4),
    ] {
        let root = count(&mut lab, root);
        let watch = Watch::new(least);
        assert_eq!(
            lab.run_with(root, watch),
            Err(ExecError::Canceled),
            "{what}"
        );
    }
}

#[test]
fn memory_stays_within_the_budget() {
    let mut lab = numbers(200_000);
    let scan = lab.scan(0);
    let other = lab.scan(0);
    let keys = vec![SortKey {
        col: scan.columns[0],
        descending: true,
        nulls_first: false,
    }];
    let (l, r) = (
        lab.arena.col(scan.columns[0]),
        lab.arena.col(other.columns[0]),
    );
    let join = plan::PhysJoin {
        kind: JoinKind::Inner,
        keys: vec![(l, r)],
        null_safe: vec![false],
        residual: Vec::new(),
    };
    let inputs = vec![scan.physical, other.physical];
    let equal = lab.call(plan::Func::Eq, &[l, r]);
    let operators = [
        (Op::PhysSort { keys: keys.clone() }, vec![scan.physical]),
        (
            Op::HashJoin {
                join,
                build: plan::Side::Left,
            },
            inputs.clone(),
        ),
        (
            Op::NestedLoopJoin {
                kind: JoinKind::Inner,
                on: vec![equal],
            },
            inputs,
        ),
        (
            Op::HashAggregate {
                keys: vec![scan.columns[0]],
                aggs: Vec::new(),
            },
            vec![scan.physical],
        ),
        (
            Op::TopNHeap {
                keys,
                limit: 150_000,
                offset: 0,
            },
            vec![scan.physical],
        ),
    ];
    for (op, inputs) in operators {
        let root = lab.arena.rel(op, inputs);
        let root = count(&mut lab, root);
        lab.settings.memory_budget = 1 << 20;
        let failed = lab.run(root).expect_err("a megabyte is not enough");
        assert_eq!(
            (failed.code().0, &failed),
            ("53200", &ExecError::OutOfMemory { budget: 1 << 20 })
        );
    }
    let root = count(&mut lab, scan.physical);
    assert_eq!(lab.run(root), Ok(vec![vec![Value::Int64(200_000)]]));
}

#[test]
fn a_limit_stops_its_input() {
    let mut lab = numbers(50_000);
    let scan = lab.scan(0);
    let other = lab.scan(0);
    let product = cross(&mut lab, &scan, &other);
    let root = lab.arena.rel(
        Op::PhysLimit {
            limit: Some(5),
            offset: 3,
        },
        vec![product],
    );
    let (rows, counters) = lab.run_counted(root, Rc::new(())).expect("rows");
    assert_eq!(rows.len(), 5);
    // Limit, join, and of the scans the one whose rows were all needed.
    let ended: Vec<u64> = counters.iter().map(|c| c.ended).collect();
    assert_eq!(ended, [1, 0, 0, 1]);
}
