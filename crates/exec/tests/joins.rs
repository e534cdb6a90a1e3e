//! Every way to join, against the naive join of the same condition.

mod common;

use common::{Lab, Row, Two, bag};
use plan::{Arena, Func, JoinKind, Op, PhysJoin, ScalarId, Side};
use testkit::Rng;
use testkit::database::random_value;
use types::{BATCH_ROWS, ColId, DataType, Decimal, Value};

const KEYS: &[DataType] = &[
    DataType::Int32,
    DataType::Int32,
    DataType::Int64,
    DataType::Decimal {
        precision: 30,
        scale: 2,
    },
    DataType::Float64,
    DataType::Text,
    DataType::Date,
    DataType::Bool,
    DataType::Interval,
];

fn kinds(arena: &mut Arena) -> Vec<JoinKind> {
    let mark = arena.new_computed("mark", DataType::Bool);
    vec![
        JoinKind::Inner,
        JoinKind::Left,
        JoinKind::Right,
        JoinKind::Full,
        JoinKind::Semi,
        JoinKind::Anti,
        JoinKind::NullAwareAnti,
        JoinKind::Mark(mark),
        JoinKind::Single,
    ]
}

fn rows(rng: &mut Rng, types: &[DataType], most: usize, nulls: u32) -> Vec<Row> {
    let count = rng.below(most + 1);
    let cell = |rng: &mut Rng, ty: DataType| match ty {
        _ if rng.chance(nulls) => Value::Null,
        // Also keys beyond 64 bits.
        DataType::Decimal { precision: 30, .. } if rng.chance(30) => {
            Value::Decimal(Decimal::new((1 << 80) + i128::from(rng.between(0, 1)), 2))
        }
        _ => random_value(rng, ty),
    };
    (0..count)
        .map(|_| types.iter().map(|ty| cell(rng, *ty)).collect())
        .collect()
}

/// Two tables with the same column types: key columns first, two integers last.
struct Case {
    lab: Lab,
    left: Two,
    right: Two,
    keys: usize,
    null_safe: Vec<bool>,
    residual: Vec<ScalarId>,
    on: Vec<ScalarId>,
}

fn case(rng: &mut Rng, most: usize, residuals: bool) -> Case {
    let keys = *rng.pick(&[1, 1, 2, 3]);
    let mut types: Vec<DataType> = (0..keys).map(|_| *rng.pick(KEYS)).collect();
    types.extend([DataType::Int32, DataType::Int32]);
    let nulls = *rng.pick(&[0, 10, 40]);
    let tables = (0..2)
        .map(|_| (types.clone(), rows(rng, &types, most, nulls)))
        .collect();
    let mut lab = Lab::new(rng, tables);
    let (left, right) = (lab.scan(0), lab.scan(1));
    let null_safe: Vec<bool> = (0..keys).map(|_| rng.chance(15)).collect();
    let residual = if residuals && rng.chance(50) {
        let func = *rng.pick(&[Func::Lt, Func::Ne, Func::Ge]);
        let (l, r) = (
            lab.arena.col(left.columns[keys]),
            lab.arena.col(right.columns[keys]),
        );
        vec![lab.call(func, &[l, r])]
    } else {
        Vec::new()
    };
    let mut on: Vec<ScalarId> = (0..keys)
        .map(|at| {
            let (l, r) = (
                lab.arena.col(left.columns[at]),
                lab.arena.col(right.columns[at]),
            );
            let func = if null_safe[at] {
                Func::IsNotDistinctFrom
            } else {
                Func::Eq
            };
            lab.call(func, &[l, r])
        })
        .collect();
    on.extend(&residual);
    Case {
        lab,
        left,
        right,
        keys,
        null_safe,
        residual,
        on,
    }
}

impl Case {
    fn join(&mut self, kind: JoinKind) -> PhysJoin {
        let keys = (0..self.keys)
            .map(|at| {
                let (l, r) = (self.left.columns[at], self.right.columns[at]);
                (self.lab.arena.col(l), self.lab.arena.col(r))
            })
            .collect();
        PhysJoin {
            kind,
            keys,
            null_safe: self.null_safe.clone(),
            residual: self.residual.clone(),
        }
    }

    fn logical(&self, kind: JoinKind) -> Op {
        Op::Join {
            kind,
            on: self.on.clone(),
            dependent: false,
        }
    }

    fn check(&mut self, kind: JoinKind, physical: Op, sorted: bool, what: &str) -> Option<usize> {
        let (mut left, mut right) = (self.left.clone(), self.right.clone());
        if sorted {
            let keys: Vec<ColId> = left.columns[..self.keys].to_vec();
            left = self.lab.sorted(&left, &keys);
            let keys: Vec<ColId> = right.columns[..self.keys].to_vec();
            right = self.lab.sorted(&right, &keys);
        }
        let logical = self.logical(kind);
        let plan = self.lab.two(logical, physical, &[&left, &right]);
        let all = self.lab.agree(&plan, what);
        // Above, only some of the columns are asked for.
        let some: Vec<ScalarId> = plan
            .columns
            .iter()
            .skip(1)
            .step_by(2)
            .map(|col| self.lab.arena.col(*col))
            .collect();
        let narrow = self.lab.project(&plan, &some);
        self.lab.agree(&narrow, &format!("{what} narrow"));
        all
    }
}

#[test]
fn every_join_agrees_with_the_naive_one() {
    let mut nonempty = 0;
    for seed in 0..250 {
        let mut rng = Rng::new(seed);
        let mut case = case(&mut rng, 14, true);
        for kind in kinds(&mut case.lab.arena) {
            let what = format!("seed {seed} {kind:?}");
            let join = case.join(kind);
            for build in [Side::Left, Side::Right] {
                let hash = Op::HashJoin {
                    join: join.clone(),
                    build,
                };
                let rows = case.check(kind, hash, false, &what);
                nonempty += usize::from(rows.is_some_and(|n| n > 0));
            }
            let nested = Op::NestedLoopJoin {
                kind,
                on: case.on.clone(),
            };
            case.check(kind, nested, false, &what);
            if !matches!(kind, JoinKind::Mark(_) | JoinKind::NullAwareAnti) {
                case.check(kind, Op::MergeJoin { join }, true, &what);
            }
        }
    }
    assert!(nonempty > 1_500, "{nonempty}");
}

#[test]
fn joins_of_many_batches_agree() {
    for seed in 0..2 {
        let mut rng = Rng::new(seed);
        let types = [DataType::Int32, DataType::Int32];
        let table = |rng: &mut Rng, count: usize, spread: i64| -> Vec<Row> {
            let mut row = |_| -> Row {
                let key = rng.between(0, spread) as i32;
                vec![Value::Int32(key), Value::Int32(rng.between(0, 9) as i32)]
            };
            (0..count).map(&mut row).collect()
        };
        // Many rows a key on one side, so that chains are cut by the ends of batches.
        let (left, right) = (
            table(&mut rng, BATCH_ROWS + 300, 40),
            table(&mut rng, 400, 50),
        );
        let mut lab = Lab::new(
            &mut rng,
            vec![(types.to_vec(), left), (types.to_vec(), right)],
        );
        let (left, right) = (lab.scan(0), lab.scan(1));
        let (l, r) = (
            lab.arena.col(left.columns[0]),
            lab.arena.col(right.columns[0]),
        );
        let (x, y) = (
            lab.arena.col(left.columns[1]),
            lab.arena.col(right.columns[1]),
        );
        let equal = lab.call(Func::Eq, &[l, r]);
        let less = lab.call(Func::Lt, &[x, y]);
        for residual in [vec![], vec![less]] {
            let on: Vec<ScalarId> = [equal].into_iter().chain(residual.clone()).collect();
            for kind in [
                JoinKind::Inner,
                JoinKind::Left,
                JoinKind::Full,
                JoinKind::Semi,
                JoinKind::Anti,
            ] {
                let join = PhysJoin {
                    kind,
                    keys: vec![(l, r)],
                    null_safe: vec![false],
                    residual: residual.clone(),
                };
                let logical = Op::Join {
                    kind,
                    on: on.clone(),
                    dependent: false,
                };
                let hash = Op::HashJoin {
                    join: join.clone(),
                    build: Side::Left,
                };
                let plan = lab.two(logical, hash, &[&left, &right]);
                assert!(
                    lab.agree(&plan, &format!("seed {seed} {kind:?}"))
                        .is_some_and(|n| n > 0 || kind == JoinKind::Anti)
                );
                let rows = bag(lab.run(plan.physical).expect("rows"));
                let sorted =
                    [(&left, 0), (&right, 0)].map(|(t, at)| lab.sorted(t, &[t.columns[at]]));
                let sorted = sorted.map(|two| two.physical).to_vec();
                let unsorted = vec![left.physical, right.physical];
                for (op, inputs) in [
                    (
                        Op::HashJoin {
                            join: join.clone(),
                            build: Side::Right,
                        },
                        &unsorted,
                    ),
                    (
                        Op::NestedLoopJoin {
                            kind,
                            on: on.clone(),
                        },
                        &unsorted,
                    ),
                    (Op::MergeJoin { join }, &sorted),
                ] {
                    let other = lab.arena.rel(op, inputs.clone());
                    let others = bag(lab.run(other).expect("rows"));
                    assert!(
                        others == rows,
                        "seed {seed} {}",
                        plan::text::tree(&lab.arena, other)
                    );
                }
            }
        }
    }
}

#[test]
fn a_merge_join_keeps_the_order_of_the_left_rows() {
    for seed in 0..60 {
        let mut rng = Rng::new(seed);
        let mut case = case(&mut rng, 30, true);
        for kind in [
            JoinKind::Inner,
            JoinKind::Left,
            JoinKind::Semi,
            JoinKind::Anti,
        ] {
            let keys: Vec<ColId> = case.left.columns[..case.keys].to_vec();
            let left = case.lab.sorted(&case.left.clone(), &keys);
            let others: Vec<ColId> = case.right.columns[..case.keys].to_vec();
            let right = case.lab.sorted(&case.right.clone(), &others);
            let (logical, join) = (case.logical(kind), case.join(kind));
            let plan = case
                .lab
                .two(logical, Op::MergeJoin { join }, &[&left, &right]);
            let resorted = case.lab.sorted(&plan, &keys);
            let rows = case.lab.run(plan.physical).expect("rows");
            assert_eq!(
                rows,
                case.lab.run(resorted.physical).expect("rows"),
                "seed {seed} {kind:?}"
            );
        }
    }
}

#[test]
fn apply_runs_the_right_side_for_each_left_row() {
    let mut nonempty = 0;
    for seed in 0..150 {
        let mut rng = Rng::new(seed);
        let mut case = case(&mut rng, 10, false);
        let (left, right) = (case.left.clone(), case.right.clone());
        let outer = case.lab.arena.col(left.columns[case.keys]);
        let inner = case.lab.arena.col(right.columns[case.keys]);
        let func = *rng.pick(&[Func::Eq, Func::Lt, Func::IsNotDistinctFrom]);
        let correlated = case.lab.call(func, &[inner, outer]);
        // Sometimes below something that does not depend on the outer row.
        let below = if rng.chance(50) {
            let keys: Vec<plan::SortKey> = vec![plan::SortKey {
                col: right.columns[0],
                descending: true,
                nulls_first: true,
            }];
            case.lab.two(
                Op::Sort { keys: keys.clone() },
                Op::PhysSort { keys },
                &[&right],
            )
        } else {
            right.clone()
        };
        let predicates = vec![correlated];
        let mut dependent = case.lab.two(
            Op::Filter {
                predicates: predicates.clone(),
            },
            Op::PhysFilter { predicates },
            &[&below],
        );
        if rng.chance(30) {
            let aggs = vec![plan::AggItem {
                col: case.lab.arena.new_computed("n", DataType::Int64),
                func: plan::AggFunc::CountStar,
                arg: None,
                distinct: false,
                filter: None,
            }];
            let (keys, logical) = (Vec::new(), aggs.clone());
            dependent = case.lab.two(
                Op::Aggregate {
                    keys: keys.clone(),
                    aggs: logical,
                },
                Op::HashAggregate { keys, aggs },
                &[&dependent],
            );
        }
        let counted = dependent.columns.len() == 1;
        for kind in kinds(&mut case.lab.arena) {
            if kind.pads_left() {
                continue;
            }
            let on: Vec<ScalarId> = if counted || rng.chance(40) {
                Vec::new()
            } else {
                vec![case.on[0]]
            };
            let plan = case.lab.two(
                Op::Join {
                    kind,
                    on: on.clone(),
                    dependent: true,
                },
                Op::Apply { kind, on },
                &[&left, &dependent],
            );
            let rows = case.lab.agree(&plan, &format!("seed {seed} {kind:?}"));
            nonempty += usize::from(rows.is_some_and(|n| n > 0));
        }
    }
    assert!(nonempty > 400, "{nonempty}");
}
