//! Operators: arithmetic, comparison, concatenation, and the types they take.

use crate::SqlError;
use crate::binder::Binder;
use crate::data_type::short_name;
use plan::typing::{as_decimal, result_type};
use plan::{Func, Scalar, ScalarId};
use sqlparser::ast::{BinaryOperator, UnaryOperator};
use types::{DataType, Decimal, Interval, Span, Value};

/// The comparison that an operator is.
pub(crate) fn comparison_named(op: &BinaryOperator) -> Option<Func> {
    Some(match op {
        BinaryOperator::Eq => Func::Eq,
        BinaryOperator::NotEq => Func::Ne,
        BinaryOperator::Lt => Func::Lt,
        BinaryOperator::LtEq => Func::Le,
        BinaryOperator::Gt => Func::Gt,
        BinaryOperator::GtEq => Func::Ge,
        _ => return None,
    })
}

fn arithmetic_named(op: &BinaryOperator) -> Option<Func> {
    Some(match op {
        BinaryOperator::Plus => Func::Add,
        BinaryOperator::Minus => Func::Sub,
        BinaryOperator::Multiply => Func::Mul,
        BinaryOperator::Divide => Func::Div,
        BinaryOperator::Modulo => Func::Mod,
        _ => return None,
    })
}

impl Binder<'_, '_> {
    /// `left op right` for everything but AND and OR; operands come with their places.
    pub fn binary(
        &mut self,
        op: &BinaryOperator,
        left: (ScalarId, Span),
        right: (ScalarId, Span),
    ) -> Result<ScalarId, SqlError> {
        let at = left.1.union(right.1);
        if let Some(func) = comparison_named(op) {
            return self.comparison(func, left, right, at);
        }
        if let Some(func) = arithmetic_named(op) {
            return self.arithmetic(func, left, right, at);
        }
        match op {
            BinaryOperator::PGBitwiseShiftLeft | BinaryOperator::PGBitwiseShiftRight => {
                let left_shift = *op == BinaryOperator::PGBitwiseShiftLeft;
                self.literal_shift(left_shift, left.0, right.0, at)
            }
            BinaryOperator::StringConcat => self.concatenation(left, right, at),
            BinaryOperator::PGExp => {
                let (l, r) = (self.arena.ty(left.0), self.arena.ty(right.0));
                let number = |ty: DataType| ty.is_numeric() || ty == DataType::Unknown;
                if !number(l) || !number(r) {
                    return Err(self.no_operator("^", l, r, at));
                }
                let base = self.coerce(left.0, DataType::Float64, left.1)?;
                let power = self.coerce(right.0, DataType::Float64, right.1)?;
                Ok(self.arena.call(Func::Power, vec![base, power]))
            }
            BinaryOperator::PGLikeMatch => self.text_match(Func::Like, false, left, right),
            BinaryOperator::PGNotLikeMatch => self.text_match(Func::Like, true, left, right),
            BinaryOperator::PGILikeMatch => self.text_match(Func::ILike, false, left, right),
            BinaryOperator::PGNotILikeMatch => self.text_match(Func::ILike, true, left, right),
            other => self.unsupported(format!("operator {other}"), at),
        }
    }

    /// `a << n` and `a >> n` of literals: as on the machine, the count is taken modulo the width.
    fn literal_shift(
        &mut self,
        left_shift: bool,
        operand: ScalarId,
        count: ScalarId,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let count = self.arena.as_literal(count).and_then(Value::as_i64);
        let shifted = match (self.arena.as_literal(operand), count) {
            (Some(Value::Int32(v)), Some(n)) if left_shift => {
                Value::Int32(v.wrapping_shl(n as u32))
            }
            (Some(Value::Int32(v)), Some(n)) => Value::Int32(v.wrapping_shr(n as u32)),
            (Some(Value::Int64(v)), Some(n)) if left_shift => {
                Value::Int64(v.wrapping_shl(n as u32))
            }
            (Some(Value::Int64(v)), Some(n)) => Value::Int64(v.wrapping_shr(n as u32)),
            _ => return self.unsupported("shifting anything but integer literals", at),
        };
        Ok(self.arena.lit(shifted))
    }

    fn text_match(
        &mut self,
        func: Func,
        negated: bool,
        left: (ScalarId, Span),
        right: (ScalarId, Span),
    ) -> Result<ScalarId, SqlError> {
        let args = vec![
            self.as_text(left.0, left.1)?,
            self.as_text(right.0, right.1)?,
        ];
        let call = self.arena.call(func, args);
        Ok(self.negated(call, negated))
    }

    /// A comparison: both operands are brought to one type.
    pub fn comparison(
        &mut self,
        func: Func,
        left: (ScalarId, Span),
        right: (ScalarId, Span),
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let sign = match func {
            Func::IsDistinctFrom | Func::IsNotDistinctFrom => "=",
            _ => func.name(),
        };
        let mut args = vec![left, right];
        self.comparable(&mut args, sign, at)?;
        Ok(self
            .arena
            .call(func, args.into_iter().map(|(id, _)| id).collect()))
    }

    /// `+ - * / %`.
    pub fn arithmetic(
        &mut self,
        func: Func,
        left: (ScalarId, Span),
        right: (ScalarId, Span),
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        if func == Func::Mul
            && let Some(product) = self.interval_product(left, right, at)?
        {
            return Ok(product);
        }
        let (mut l, mut r) = (left.0, right.0);
        let typed = |ty: DataType| ty != DataType::Unknown;
        let (lt, rt) = (self.arena.ty(l), self.arena.ty(r));
        // An interval is multiplied and divided by a number.
        let beside = |ty| match (func, ty) {
            (Func::Mul | Func::Div, DataType::Interval) => DataType::Float64,
            _ => ty,
        };
        match (typed(lt), typed(rt)) {
            (true, true) => {}
            (true, false) => r = self.operand_for(r, beside(lt), right.1)?,
            (false, true) => l = self.operand_for(l, beside(rt), left.1)?,
            (false, false) => {
                return Err(SqlError::AmbiguousOperator {
                    call: format!("unknown {} unknown", func.name()),
                    at: self.at(at),
                });
            }
        }
        let (lt, rt) = (self.arena.ty(l), self.arena.ty(r));
        let (to_left, to_right) = operand_types(func, lt, rt);
        let l = self.coerce(l, to_left, left.1)?;
        let r = self.coerce(r, to_right, right.1)?;
        if result_type(func, &[to_left, to_right]).is_none() {
            return Err(self.no_operator(func.name(), lt, rt, at));
        }
        Ok(self.arena.call(func, vec![l, r]))
    }

    /// An untyped literal beside an operand of a type: of the same type, or an interval or a number of days beside dates.
    fn operand_for(
        &mut self,
        literal: ScalarId,
        other: DataType,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let spells = |text: &str, ty| Value::parse(text, ty).is_ok();
        let ty = match (other, self.untyped_text(literal)) {
            (DataType::Date | DataType::Timestamp, Some(text)) => {
                if spells(text, DataType::Int32) && other == DataType::Date {
                    DataType::Int32
                } else if spells(text, DataType::Interval) {
                    DataType::Interval
                } else {
                    other
                }
            }
            (DataType::Date | DataType::Timestamp, None) => DataType::Interval,
            (DataType::Decimal { .. }, Some(text)) => match Decimal::parse(text) {
                Some(number) => Value::Decimal(number).data_type(),
                None => other,
            },
            (other, _) => other,
        };
        self.coerce(literal, ty, at)
    }

    /// `interval * n` of literals, as one literal.
    fn interval_product(
        &mut self,
        left: (ScalarId, Span),
        right: (ScalarId, Span),
        at: Span,
    ) -> Result<Option<ScalarId>, SqlError> {
        let (interval, number) = match (self.arena.ty(left.0), self.arena.ty(right.0)) {
            (DataType::Interval, _) => (left.0, right.0),
            (_, DataType::Interval) => (right.0, left.0),
            _ => return Ok(None),
        };
        let (value, factor) = (
            self.arena.as_literal(interval),
            self.arena.as_literal(number),
        );
        let (Some(Value::Interval(value)), Some(factor)) = (value, factor.and_then(Value::as_i64))
        else {
            return Ok(None);
        };
        let scaled = || {
            Some(Interval {
                months: i32::try_from(i64::from(value.months).checked_mul(factor)?).ok()?,
                days: i32::try_from(i64::from(value.days).checked_mul(factor)?).ok()?,
                micros: value.micros.checked_mul(factor)?,
            })
        };
        match scaled() {
            Some(interval) => Ok(Some(self.arena.lit(Value::Interval(interval)))),
            None => Err(SqlError::Literal {
                error: types::DataError::InvalidArgument {
                    code: types::SqlState::DATETIME_OVERFLOW,
                    message: "interval out of range".into(),
                },
                at: self.at(at),
            }),
        }
    }

    /// `a || b`: one side is text, the other becomes it.
    fn concatenation(
        &mut self,
        left: (ScalarId, Span),
        right: (ScalarId, Span),
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let (lt, rt) = (self.arena.ty(left.0), self.arena.ty(right.0));
        let text = |ty: DataType| ty.is_text() || ty == DataType::Unknown;
        if !text(lt) && !text(rt) {
            return Err(self.no_operator("||", lt, rt, at));
        }
        let l = self.as_text(left.0, left.1)?;
        let r = self.as_text(right.0, right.1)?;
        let (l, r) = (self.coerce_text(l), self.coerce_text(r));
        Ok(self.arena.call(Func::Concat, vec![l, r]))
    }

    /// Text of any length limit as it is; everything else cast to text.
    fn coerce_text(&mut self, expr: ScalarId) -> ScalarId {
        if self.arena.ty(expr).is_text() {
            expr
        } else {
            self.arena.cast(expr, DataType::Text)
        }
    }

    /// `+a` and `-a`; the sign of a literal becomes part of it.
    pub fn signed(
        &mut self,
        op: &UnaryOperator,
        operand: ScalarId,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let sign = match op {
            UnaryOperator::Plus => "+",
            UnaryOperator::Minus => "-",
            UnaryOperator::PGAbs => {
                return self.scalar_function("abs", vec![(operand, at)], at);
            }
            UnaryOperator::PGSquareRoot => {
                return self.scalar_function("sqrt", vec![(operand, at)], at);
            }
            other => return self.unsupported(format!("operator {other}"), at),
        };
        let operand = match self.arena.ty(operand) {
            DataType::Unknown if sign == "+" => self.coerce(operand, DataType::Float64, at)?,
            // A number and an interval can be negated.
            DataType::Unknown => {
                return Err(SqlError::AmbiguousOperator {
                    call: format!("{sign} unknown"),
                    at: self.at(at),
                });
            }
            ty if ty.is_numeric() || (ty == DataType::Interval && sign == "-") => operand,
            ty => {
                return Err(SqlError::UnknownOperator {
                    call: format!("{sign} {}", short_name(ty)),
                    at: self.at(at),
                });
            }
        };
        if sign == "+" {
            return Ok(operand);
        }
        if let Scalar::Literal(value, ty) = self.arena.get(operand) {
            let ty = *ty;
            let negative = match value {
                Value::Int16(v) => v.checked_neg().map(Value::Int16),
                Value::Int32(v) => v.checked_neg().map(Value::Int32),
                Value::Int64(v) => v.checked_neg().map(Value::Int64),
                Value::Decimal(d) => Some(Value::Decimal(Decimal::new(-d.unscaled, d.scale))),
                Value::Float64(v) => Some(Value::Float64(-v)),
                Value::Interval(i) => i.checked_neg().map(Value::Interval),
                _ => None,
            };
            if let Some(negative) = negative {
                return Ok(self.arena.scalar(Scalar::Literal(negative, ty)));
            }
        }
        Ok(self.arena.call(Func::Neg, vec![operand]))
    }

    /// The error for operand types that no operator takes.
    pub fn no_operator(&self, sign: &str, l: DataType, r: DataType, at: Span) -> SqlError {
        SqlError::UnknownOperator {
            call: format!("{} {sign} {}", short_name(l), short_name(r)),
            at: self.at(at),
        }
    }
}

/// The types that operands are cast to before arithmetic: those they have when nothing fits better.
fn operand_types(func: Func, l: DataType, r: DataType) -> (DataType, DataType) {
    use DataType::*;
    if l.is_numeric() && r.is_numeric() {
        if l == Float64 || r == Float64 {
            return (Float64, Float64);
        }
        if l.is_integer() && r.is_integer() {
            let wider = match (l, r) {
                (Int64, _) | (_, Int64) => Int64,
                (Int32, _) | (_, Int32) => Int32,
                _ => Int16,
            };
            return (wider, wider);
        }
        return (as_decimal(l).unwrap_or(l), as_decimal(r).unwrap_or(r));
    }
    match (func, l, r) {
        (Func::Add | Func::Sub, Date, Int16) => (Date, Int32),
        (Func::Add, Int16, Date) => (Int32, Date),
        (Func::Sub, Date, Timestamp) | (Func::Sub, Timestamp, Date) => (Timestamp, Timestamp),
        (Func::Mul | Func::Div, Interval, number) if number.is_numeric() => (Interval, Float64),
        (Func::Mul, number, Interval) if number.is_numeric() => (Float64, Interval),
        _ => (l, r),
    }
}
