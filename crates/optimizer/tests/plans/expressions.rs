//! Random expressions and conditions.

use super::Plans;
use plan::{Func, Scalar, ScalarId};
use testkit::database::random_value;
use types::{ColId, DataType, Value};

const COMPARISONS: [Func; 8] = [
    Func::Eq,
    Func::Eq,
    Func::Ne,
    Func::Lt,
    Func::Le,
    Func::Ge,
    Func::IsDistinctFrom,
    Func::IsNotDistinctFrom,
];

impl Plans<'_> {
    /// A literal of the type, sometimes NULL.
    pub fn literal(&mut self, ty: DataType) -> ScalarId {
        if self.rng.chance(15) {
            return self.arena.null(ty);
        }
        let value = random_value(&mut self.rng, ty);
        self.arena.scalar(Scalar::Literal(value, ty))
    }

    /// Equality of a column of each side, of one type when there are such.
    pub fn equality(&mut self, left: &[ColId], right: &[ColId]) -> Option<ScalarId> {
        let mut pairs = Vec::new();
        for a in left {
            for b in right {
                if self.ty(*a) == self.ty(*b) && a != b {
                    pairs.push((*a, *b));
                }
            }
        }
        if pairs.is_empty() {
            return None;
        }
        let (mut a, mut b) = *self.rng.pick(&pairs);
        if self.rng.chance(30) {
            (a, b) = (b, a);
        }
        let func = match self.rng.chance(12) {
            true => *self.rng.pick(&COMPARISONS),
            false => Func::Eq,
        };
        let args = vec![self.arena.col(a), self.arena.col(b)];
        Some(self.arena.call(func, args))
    }

    /// A column to compare with: of an outer row now and then.
    fn operand(&mut self, columns: &[ColId]) -> Option<ColId> {
        let outer = !self.outer.is_empty() && self.rng.chance(35);
        let from = if outer {
            self.outer.clone()
        } else {
            columns.to_vec()
        };
        (!from.is_empty()).then(|| *self.rng.pick(&from))
    }

    /// A condition over the columns and outer ones.
    pub fn condition(&mut self, columns: &[ColId], depth: u32) -> ScalarId {
        let choice = self.rng.below(100);
        if depth > 0 && choice < 30 {
            let (a, b) = (
                self.condition(columns, depth - 1),
                self.condition(columns, depth - 1),
            );
            return match choice {
                0..12 => self.arena.call(Func::And, vec![a, b]),
                12..24 => self.arena.call(Func::Or, vec![a, b]),
                _ => self.arena.call(Func::Not, vec![a]),
            };
        }
        let Some(col) = self.operand(columns) else {
            return self.literal(DataType::Bool);
        };
        let ty = self.ty(col);
        let x = self.arena.col(col);
        if self.shapes && ty == DataType::Int32 && self.rng.chance(12) {
            return self.division(x, columns);
        }
        match choice {
            0..60 => self.comparison(x, ty, columns),
            60..68 => self.arena.call(Func::IsNull, vec![x]),
            68..76 => self.arena.call(Func::IsNotNull, vec![x]),
            76..82 => {
                let list = [x, self.literal(ty), self.literal(ty), self.literal(ty)];
                self.arena.call(Func::In, list.to_vec())
            }
            82..87 => {
                let (low, high) = (self.literal(ty), self.literal(ty));
                self.arena.call(Func::Between, vec![x, low, high])
            }
            87..90 if ty == DataType::Int32 => self.division(x, columns),
            90..94 => self.literal(DataType::Bool),
            _ if ty == DataType::Bool => x,
            _ => self.comparison(x, ty, columns),
        }
    }

    fn comparison(&mut self, x: ScalarId, ty: DataType, columns: &[ColId]) -> ScalarId {
        let same: Vec<ColId> = columns
            .iter()
            .copied()
            .filter(|c| self.ty(*c) == ty)
            .collect();
        let y = match same.is_empty() || self.rng.chance(45) {
            true => self.literal(ty),
            false => {
                let col = *self.rng.pick(&same);
                self.arena.col(col)
            }
        };
        let func = *self.rng.pick(&COMPARISONS);
        let args = match self.rng.chance(15) {
            true => vec![y, x],
            false => vec![x, y],
        };
        self.arena.call(func, args)
    }

    /// `x <> 0` and `1 / x > 0`, in this order the one guards the other; now and then only the second.
    pub fn guarded(&mut self, columns: &[ColId]) -> Vec<ScalarId> {
        let types = |c: &&ColId| matches!(self.ty(**c), DataType::Int32 | DataType::Int64);
        let fitting: Vec<ColId> = columns.iter().filter(types).copied().collect();
        if fitting.is_empty() {
            return Vec::new();
        }
        let col = *self.rng.pick(&fitting);
        let (ty, x) = (self.ty(col), self.arena.col(col));
        let number = |n: i32| match ty {
            DataType::Int32 => Value::Int32(n),
            _ => Value::Int64(n.into()),
        };
        let (zero, one) = (self.arena.lit(number(0)), self.arena.lit(number(1)));
        let quotient = self.arena.call(Func::Div, vec![one, x]);
        let fails = self.comparison(quotient, ty, columns);
        match self.rng.chance(70) {
            true => vec![self.arena.call(Func::Ne, vec![x, zero]), fails],
            false => vec![fails],
        }
    }

    /// `1 / x > 0`, which fails where x is 0.
    fn division(&mut self, x: ScalarId, columns: &[ColId]) -> ScalarId {
        let one = self.arena.lit(Value::Int32(1));
        let quotient = self.arena.call(Func::Div, vec![one, x]);
        self.comparison(quotient, DataType::Int32, columns)
    }

    /// An expression over the columns.
    pub fn expression(&mut self, columns: &[ColId], depth: u32) -> ScalarId {
        let Some(col) = self.operand(columns) else {
            return self.literal(DataType::Int32);
        };
        let ty = self.ty(col);
        let x = self.arena.col(col);
        match self.rng.below(100) {
            0..40 => x,
            40..46 => self.literal(ty),
            46..60 if ty.is_numeric() => {
                let y = self.literal(ty);
                self.arena.call(Func::Add, vec![x, y])
            }
            60..66 if ty == DataType::Int32 => {
                let one = self.arena.lit(Value::Int32(1));
                self.arena.call(Func::Div, vec![one, x])
            }
            66..76 => {
                let y = self.literal(ty);
                self.arena.call(Func::Coalesce, vec![x, y])
            }
            76..86 if depth > 0 => {
                let condition = self.condition(columns, depth - 1);
                let otherwise = self.literal(ty);
                self.arena.scalar(Scalar::Case {
                    branches: vec![(condition, x)],
                    otherwise,
                })
            }
            86..96 if depth > 0 => self.condition(columns, depth - 1),
            _ => x,
        }
    }
}
