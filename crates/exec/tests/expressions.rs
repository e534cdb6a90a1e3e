//! Random expressions over random rows: the compiled form gives what the rules of `plan::eval` give, row by row, with
//! NULLs, selections, dictionaries, both layouts of wide decimals, and values at the edges of their types.

mod common;

use common::{Lab, Row};
use plan::func::Field;
use plan::{Arena, Func, Scalar, ScalarId, typing};
use testkit::Rng;
use types::{ColId, DataType, Decimal, Interval, SqlState, TableId, Value};

const TYPES: &[DataType] = &[
    DataType::Bool,
    DataType::Int16,
    DataType::Int32,
    DataType::Int64,
    DataType::Decimal {
        precision: 5,
        scale: 2,
    },
    DataType::Decimal {
        precision: 15,
        scale: 2,
    },
    DataType::Decimal {
        precision: 30,
        scale: 4,
    },
    DataType::Decimal {
        precision: 38,
        scale: 10,
    },
    DataType::Float64,
    DataType::Text,
    DataType::Varchar(5),
    DataType::Char(3),
    DataType::Date,
    DataType::Timestamp,
    DataType::Interval,
];

/// A value of the type: mostly small, now and then at an edge, `nulls` percent NULL. Tame values make most expressions
/// succeed.
fn value(rng: &mut Rng, ty: DataType, nulls: u32, tame: bool) -> Value {
    if rng.chance(nulls) {
        return Value::Null;
    }
    let small = rng.between(-4, 6);
    let edge = !tame && rng.chance(8);
    let whole = |rng: &mut Rng, least: i64, greatest: i64| {
        if edge {
            *rng.pick(&[least, least + 1, greatest - 1, greatest, 0])
        } else {
            small
        }
    };
    match ty {
        DataType::Bool => Value::Bool(small > 1),
        DataType::Int16 => Value::Int16(whole(rng, i16::MIN.into(), i16::MAX.into()) as i16),
        DataType::Int32 => Value::Int32(whole(rng, i32::MIN.into(), i32::MAX.into()) as i32),
        DataType::Int64 => Value::Int64(whole(rng, i64::MIN, i64::MAX)),
        DataType::Decimal { precision, scale } => {
            let limit = types::decimal::POW10[precision as usize] - 1;
            let digits = if edge {
                *rng.pick(&[limit, -limit, limit / 7, 1, 0])
            } else {
                i128::from(rng.between(-999, 999)).clamp(-limit, limit)
            };
            Value::Decimal(Decimal::new(digits, scale))
        }
        DataType::Float64 => Value::Float64(if edge {
            *rng.pick(&[
                f64::MAX,
                f64::MIN_POSITIVE,
                -0.0,
                f64::INFINITY,
                f64::NAN,
                1e300,
            ])
        } else {
            small as f64 / 4.0
        }),
        DataType::Date => Value::Date(if edge {
            *rng.pick(&[-2_000_000, 2_900_000, 0])
        } else {
            10_956 + small as i32 * 97
        }),
        DataType::Timestamp => {
            Value::Timestamp((10_956 + small) * 86_400_000_000 + small * 3_661_000_001)
        }
        DataType::Interval => Value::Interval(Interval {
            months: rng.between(-14, 14) as i32,
            days: small as i32,
            micros: small * 7_200_000_000,
        }),
        _ => {
            let text = *rng.pick(&[
                "",
                "a",
                "b",
                "ab",
                "A",
                "abc",
                "ß",
                "aßc",
                "%a_",
                "12",
                "-3",
                "1999-03-04",
                "a string that is longer than its view",
                "  b ",
            ]);
            match ty {
                DataType::Varchar(n) => {
                    Value::text(text.chars().take(n as usize).collect::<String>())
                }
                DataType::Char(n) => {
                    let cut: String = text.chars().take(n as usize).collect();
                    Value::text(cut.trim_end_matches(' '))
                }
                _ => Value::text(text),
            }
        }
    }
}

struct Maker<'a> {
    rng: &'a mut Rng,
    columns: Vec<ColId>,
    tame: bool,
}

impl Maker<'_> {
    fn leaf(&mut self, arena: &mut Arena, ty: DataType) -> ScalarId {
        let of_type: Vec<ColId> = self
            .columns
            .iter()
            .copied()
            .filter(|c| arena.column(*c).ty == ty)
            .collect();
        if !of_type.is_empty() && self.rng.chance(75) {
            let col = *self.rng.pick(&of_type);
            return arena.col(col);
        }
        let value = value(self.rng, ty, 6, self.tame);
        arena.scalar(Scalar::Literal(value, ty))
    }

    /// An expression of the type, at most `depth` calls deep.
    fn make(&mut self, arena: &mut Arena, ty: DataType, depth: usize) -> ScalarId {
        if depth == 0 || self.rng.chance(12) {
            return self.leaf(arena, ty);
        }
        for _ in 0..8 {
            if let Some(expr) = self.try_call(arena, ty, depth - 1) {
                return expr;
            }
        }
        self.leaf(arena, ty)
    }

    fn any(&mut self) -> DataType {
        *self.rng.pick(TYPES)
    }

    fn try_call(&mut self, arena: &mut Arena, ty: DataType, depth: usize) -> Option<ScalarId> {
        let choice = self.rng.below(10);
        if choice == 0 {
            let count = self.rng.between(1, 3);
            let branches = (0..count)
                .map(|_| {
                    (
                        self.make(arena, DataType::Bool, depth),
                        self.make(arena, ty, depth),
                    )
                })
                .collect();
            let otherwise = self.make(arena, ty, depth);
            return Some(arena.scalar(Scalar::Case {
                branches,
                otherwise,
            }));
        }
        if choice == 1 {
            let func = *self
                .rng
                .pick(&[Func::Coalesce, Func::NullIf, Func::Greatest, Func::Least]);
            let args = (0..2).map(|_| self.make(arena, ty, depth)).collect();
            return Some(arena.call(func, args));
        }
        if choice == 2 {
            let from = self.any();
            if from != ty && castable(from, ty) {
                let input = self.make(arena, from, depth);
                return Some(arena.cast(input, ty));
            }
            return None;
        }
        let (func, types) = self.signature(ty)?;
        if typing::result_type(func, &types) != Some(ty) {
            return None;
        }
        let args: Vec<ScalarId> = types.iter().map(|t| self.make(arena, *t, depth)).collect();
        Some(arena.call(func, args))
    }

    fn signature(&mut self, ty: DataType) -> Option<(Func, Vec<DataType>)> {
        use DataType::{Bool, Date, Float64, Int32, Timestamp};
        let text = *self
            .rng
            .pick(&[DataType::Text, DataType::Varchar(5), DataType::Char(3)]);
        let interval = DataType::Interval;
        let field = *self.rng.pick(&[
            Field::Year,
            Field::Quarter,
            Field::Month,
            Field::Week,
            Field::Day,
            Field::DayOfWeek,
            Field::DayOfYear,
            Field::Hour,
            Field::Minute,
            Field::Second,
            Field::Epoch,
        ]);
        Some(match ty {
            Bool => {
                let any = self.any();
                match self.rng.below(9) {
                    0 => (
                        *self.rng.pick(&[Func::And, Func::Or]),
                        vec![Bool; self.rng.between(2, 3) as usize],
                    ),
                    1 => (
                        *self.rng.pick(&[Func::Not, Func::IsTrue, Func::IsFalse]),
                        vec![Bool],
                    ),
                    2 => (*self.rng.pick(&[Func::IsNull, Func::IsNotNull]), vec![any]),
                    3 => (
                        *self.rng.pick(&[Func::Like, Func::ILike]),
                        vec![text, DataType::Text],
                    ),
                    4 => (Func::Between, vec![any; 3]),
                    5 => (Func::In, vec![any; self.rng.between(2, 5) as usize]),
                    6 => {
                        let funcs = [Func::IsDistinctFrom, Func::IsNotDistinctFrom];
                        (*self.rng.pick(&funcs), vec![any; 2])
                    }
                    _ => {
                        let funcs = [Func::Eq, Func::Ne, Func::Lt, Func::Le, Func::Gt, Func::Ge];
                        (*self.rng.pick(&funcs), vec![any; 2])
                    }
                }
            }
            Int32 if self.rng.chance(25) => match self.rng.below(3) {
                0 => (Func::Length, vec![text]),
                1 => (Func::Position, vec![text, text]),
                _ => (Func::Sub, vec![Date, Date]),
            },
            t if t.is_integer() => match self.rng.below(6) {
                0 => (*self.rng.pick(&[Func::Neg, Func::Abs]), vec![t]),
                _ => {
                    let funcs = [Func::Add, Func::Sub, Func::Mul, Func::Div, Func::Mod];
                    (*self.rng.pick(&funcs), vec![t, t])
                }
            },
            Float64 => match self.rng.below(3) {
                0 => {
                    let funcs = [
                        Func::Neg,
                        Func::Abs,
                        Func::Sign,
                        Func::Floor,
                        Func::Ceil,
                        Func::Round,
                        Func::Trunc,
                        Func::Sqrt,
                        Func::Exp,
                        Func::Ln,
                    ];
                    (*self.rng.pick(&funcs), vec![Float64])
                }
                _ => {
                    let funcs = [Func::Add, Func::Sub, Func::Mul, Func::Div, Func::Power];
                    (*self.rng.pick(&funcs), vec![Float64; 2])
                }
            },
            Date => (*self.rng.pick(&[Func::Add, Func::Sub]), vec![Date, Int32]),
            Timestamp => match self.rng.below(3) {
                0 => (Func::DateTrunc(field), vec![Timestamp]),
                1 => (
                    *self.rng.pick(&[Func::Add, Func::Sub]),
                    vec![Date, interval],
                ),
                _ => (
                    *self.rng.pick(&[Func::Add, Func::Sub]),
                    vec![Timestamp, interval],
                ),
            },
            DataType::Interval => match self.rng.below(3) {
                0 => (Func::Sub, vec![Timestamp, Timestamp]),
                1 => (Func::Neg, vec![interval]),
                _ => (*self.rng.pick(&[Func::Add, Func::Sub]), vec![interval; 2]),
            },
            DataType::Text => match self.rng.below(8) {
                0 => (Func::Concat, vec![text, DataType::Text]),
                1 => (Func::Substring, vec![text, Int32]),
                2 => (Func::Substring, vec![text, Int32, Int32]),
                3 => (
                    *self.rng.pick(&[Func::Left, Func::Right]),
                    vec![text, Int32],
                ),
                4 => (
                    *self.rng.pick(&[Func::Trim, Func::LTrim, Func::RTrim]),
                    vec![text],
                ),
                5 => (Func::Trim, vec![text, text]),
                6 => (Func::Replace, vec![text; 3]),
                _ => (*self.rng.pick(&[Func::Upper, Func::Lower]), vec![text]),
            },
            _ => return None,
        })
    }

    /// An expression whose type follows from its arguments: decimal arithmetic and fields.
    fn decimal(&mut self, arena: &mut Arena, depth: usize) -> ScalarId {
        let decimals = [TYPES[4], TYPES[5], TYPES[6], TYPES[7]];
        let (a, b) = (*self.rng.pick(&decimals), *self.rng.pick(&decimals));
        match self.rng.below(12) {
            0 => {
                let field = *self.rng.pick(&[
                    Field::Year,
                    Field::Month,
                    Field::Day,
                    Field::Hour,
                    Field::Epoch,
                ]);
                let ty = *self
                    .rng
                    .pick(&[DataType::Date, DataType::Timestamp, DataType::Interval]);
                let arg = self.make(arena, ty, depth);
                arena.call(Func::Extract(field), vec![arg])
            }
            1 => {
                let funcs = [
                    Func::Neg,
                    Func::Abs,
                    Func::Sign,
                    Func::Floor,
                    Func::Ceil,
                    Func::Round,
                    Func::Trunc,
                ];
                let arg = self.make(arena, a, depth);
                arena.call(*self.rng.pick(&funcs), vec![arg])
            }
            2 => {
                let args = vec![
                    self.make(arena, a, depth),
                    self.make(arena, DataType::Int32, 0),
                ];
                arena.call(*self.rng.pick(&[Func::Round, Func::Trunc]), args)
            }
            3 => {
                let args = vec![self.make(arena, a, depth), self.make(arena, b, depth)];
                let funcs = [Func::Lt, Func::Eq, Func::Ge, Func::Ne];
                arena.call(*self.rng.pick(&funcs), args)
            }
            _ => {
                let left = if depth > 1 && self.rng.chance(30) {
                    self.decimal(arena, depth - 1)
                } else {
                    self.make(arena, a, depth)
                };
                let left = if arena.ty(left) == DataType::Bool {
                    self.make(arena, a, depth)
                } else {
                    left
                };
                let right = self.make(arena, b, depth);
                let funcs = [
                    Func::Add,
                    Func::Sub,
                    Func::Mul,
                    Func::Mul,
                    Func::Div,
                    Func::Mod,
                ];
                arena.call(*self.rng.pick(&funcs), vec![left, right])
            }
        }
    }
}

/// Casts the binder lets through.
fn castable(from: DataType, to: DataType) -> bool {
    use DataType::{Bool, Date, Float64, Interval, Timestamp};
    match (from, to) {
        (_, t) if t.is_text() => true,
        (t, _) if t.is_text() => true,
        (a, b) if a.is_numeric() && b.is_numeric() => true,
        (Bool, b) | (b, Bool) => b.is_integer(),
        (Date, Timestamp) | (Timestamp, Date) => true,
        (Float64, _) | (_, Float64) | (Interval, _) | (_, Interval) => false,
        _ => false,
    }
}

fn lab(rng: &mut Rng, tame: bool, nulls: u32) -> Lab {
    let mut types: Vec<DataType> = TYPES.to_vec();
    types.extend_from_slice(TYPES);
    let count = rng.between(1, 40);
    let rows: Vec<Row> = (0..count)
        .map(|_| {
            types
                .iter()
                .map(|ty| value(rng, *ty, nulls, tame))
                .collect()
        })
        .collect();
    Lab::new(rng, vec![(types, rows)])
}

/// The codes of all rows' failures.
fn codes(lab: &Lab, columns: &[ColId], exprs: &[ScalarId]) -> Vec<SqlState> {
    let rows = lab.database.rows(TableId(0));
    let mut codes = Vec::new();
    for row in rows.iter() {
        let mut column =
            |col: ColId| row[columns.iter().position(|c| *c == col).expect("a column")].clone();
        for expr in exprs {
            let value = plan::eval::eval(&lab.arena, *expr, &mut column, &mut || 0.5);
            codes.extend(value.err().map(|error| error.code()));
        }
    }
    codes
}

#[test]
fn projections_agree_with_the_rules() {
    let (mut computed, mut failed) = (0, 0);
    for seed in 0..2_500 {
        let mut rng = Rng::new(seed);
        let tame = rng.chance(60);
        let nulls = *rng.pick(&[0, 0, 20]);
        let mut lab = lab(&mut rng, tame, nulls);
        let scan = lab.scan(0);
        let mut maker = Maker {
            columns: scan.columns.clone(),
            rng: &mut rng,
            tame,
        };
        let count = if tame { 3 } else { 1 };
        let exprs: Vec<ScalarId> = (0..count)
            .map(|_| {
                let depth = maker.rng.between(1, 3) as usize;
                if maker.rng.chance(35) {
                    maker.decimal(&mut lab.arena, depth)
                } else {
                    let ty = maker.any();
                    maker.make(&mut lab.arena, ty, depth)
                }
            })
            .collect();
        let plan = lab.project(&scan, &exprs);
        match lab.agree(&plan, &format!("seed {seed}")) {
            Some(_) => computed += 1,
            None => {
                failed += 1;
                let code = lab.run(plan.physical).expect_err("it failed before").code();
                assert!(
                    codes(&lab, &scan.columns, &exprs).contains(&code),
                    "seed {seed}: {code}"
                );
            }
        }
    }
    assert!(
        computed > 1_200 && failed > 200,
        "{computed} computed, {failed} failed"
    );
}

#[test]
fn filters_agree_with_the_rules() {
    let (mut computed, mut kept) = (0, 0);
    for seed in 0..2_500 {
        let mut rng = Rng::new(1_000_000 + seed);
        let nulls = *rng.pick(&[0, 20]);
        let mut lab = lab(&mut rng, true, nulls);
        let scan = lab.scan(0);
        let mut maker = Maker {
            columns: scan.columns.clone(),
            rng: &mut rng,
            tame: true,
        };
        let count = maker.rng.between(1, 2) as usize;
        let predicates: Vec<ScalarId> = (0..count)
            .map(|_| {
                let depth = maker.rng.between(1, 3) as usize;
                maker.make(&mut lab.arena, DataType::Bool, depth)
            })
            .collect();
        // Conjuncts behind a NULL one may fail in one way of evaluating and not in the other.
        if predicates.iter().any(|p| lab.arena.may_fail(*p)) {
            continue;
        }
        let plan = lab.two(
            plan::Op::Filter {
                predicates: predicates.clone(),
            },
            plan::Op::PhysFilter { predicates },
            &[&scan],
        );
        if let Some(rows) = lab.agree(&plan, &format!("seed {seed}")) {
            computed += 1;
            kept += usize::from(rows > 0);
        }
    }
    assert!(
        computed > 700 && kept > 400,
        "{computed} computed, {kept} kept rows"
    );
}
