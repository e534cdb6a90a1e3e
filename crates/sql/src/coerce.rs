//! Conversions: which are made silently, which need a cast, and what literals become.
//!
//! A quoted literal or NULL takes the type its place asks for. A number literal becomes a literal of the other type at
//! once, so that plans show `x > 24` instead of a cast; all else is left to the optimizer.

use crate::SqlError;
use crate::binder::Binder;
use crate::data_type::{BARE_NUMERIC, short_name};
use plan::typing::{as_decimal, common_type};
use plan::{Func, Scalar, ScalarId};
use types::{DataType, Decimal, Span, Value};

impl Binder<'_, '_> {
    /// The expression as the type, where the conversion is known to be allowed.
    pub fn coerce(&mut self, expr: ScalarId, to: DataType, at: Span) -> Result<ScalarId, SqlError> {
        if self.arena.ty(expr) == to {
            return Ok(expr);
        }
        if let Scalar::Case {
            branches,
            otherwise,
        } = self.arena.get(expr).clone()
            && self.arena.ty(expr) == DataType::Unknown
        {
            let mut typed = Vec::with_capacity(branches.len());
            for (condition, value) in branches {
                typed.push((condition, self.coerce(value, to, at)?));
            }
            let otherwise = self.coerce(otherwise, to, at)?;
            return Ok(self.arena.scalar(Scalar::Case {
                branches: typed,
                otherwise,
            }));
        }
        let at = self.at(at);
        let converted = match self.arena.get(expr) {
            Scalar::Literal(Value::Null, _) => Some(Value::Null),
            Scalar::Literal(Value::Text(text), DataType::Unknown) => {
                let parsed = Value::parse(text, to);
                Some(parsed.map_err(|error| SqlError::Literal { error, at })?)
            }
            Scalar::Literal(value, _) => number_as(value, to),
            _ => None,
        };
        let coerced = match converted {
            Some(value) => self.arena.scalar(Scalar::Literal(value, to)),
            None => self.arena.cast(expr, to),
        };
        self.spans.scalars.entry(coerced).or_insert(at);
        Ok(coerced)
    }

    /// Brings operands of a comparison to one type, or finds that they do not compare. Text of all lengths compares as
    /// it is; a literal takes the type of what it is compared with when that loses nothing.
    pub fn comparable(
        &mut self,
        operands: &mut [(ScalarId, Span)],
        sign: &str,
        at: Span,
    ) -> Result<(), SqlError> {
        let ty = match self.common(operands, true) {
            Ok(DataType::Unknown) => DataType::Text,
            Ok(ty) => ty,
            Err((a, b, _)) => return Err(self.no_operator(sign, a, b, at)),
        };
        for (expr, at) in operands {
            if ty.is_text() && self.arena.ty(*expr).is_text() {
                continue;
            }
            // A literal is not cut or checked to the length of what it is compared with.
            let to = match ty {
                DataType::Varchar(_) => DataType::Text,
                DataType::Char(_) => {
                    if let Some(text) = self.untyped_text(*expr) {
                        let trimmed = Value::text(text.trim_end_matches(' '));
                        *expr = self.arena.lit(trimmed);
                        continue;
                    }
                    DataType::Text
                }
                ty => ty,
            };
            *expr = self.coerce(*expr, to, *at)?;
        }
        Ok(())
    }

    /// Brings the arms of CASE, COALESCE, VALUES and the like to one type; `keep_unknown`: untyped arms may stay so
    /// when all are.
    pub fn unify(
        &mut self,
        arms: &mut [(ScalarId, Span)],
        context: &str,
        keep_unknown: bool,
    ) -> Result<DataType, SqlError> {
        let mut ty = self
            .common(arms, false)
            .map_err(|(a, b, at)| SqlError::TypeMismatch {
                message: format!(
                    "{context} types {} and {} cannot be matched",
                    short_name(a),
                    short_name(b)
                ),
                hint: Some("Cast one of them.".into()),
                at: self.at(at),
            })?;
        if ty == DataType::Unknown && !keep_unknown {
            ty = DataType::Text;
        }
        // An untyped text is not held to the length of the column beside it.
        if arms
            .iter()
            .any(|(arm, _)| self.untyped_text(*arm).is_some())
        {
            ty = without_length(ty);
        }
        for (arm, at) in arms {
            *arm = self.coerce(*arm, ty, *at)?;
        }
        Ok(ty)
    }

    /// The type that holds all of them; the two types that do not go together, and the place of the second. With
    /// `narrow`, integer literals take a smaller integer type that holds them.
    fn common(
        &self,
        operands: &[(ScalarId, Span)],
        narrow: bool,
    ) -> Result<DataType, (DataType, DataType, Span)> {
        let is_literal = |id: &ScalarId| self.arena.as_literal(*id).is_some();
        let mut ty = DataType::Unknown;
        for literals in [false, true] {
            for (id, at) in operands {
                if is_literal(id) != literals {
                    continue;
                }
                let next = self.arena.ty(*id);
                let keeps = literals
                    && (narrow || !ty.is_integer())
                    && self
                        .arena
                        .as_literal(*id)
                        .is_some_and(|value| ty != DataType::Unknown && fits_exactly(value, ty));
                if !keeps {
                    ty = common_type(ty, next).ok_or((ty, next, *at))?;
                }
            }
        }
        Ok(ty)
    }

    /// An explicit cast. To `varchar(n)` and `char(n)` it cuts what is too long; to bare `numeric` it keeps the scale.
    pub fn explicit_cast(
        &mut self,
        expr: ScalarId,
        to: DataType,
        bare_numeric: bool,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let from = self.arena.ty(expr);
        let mut to = to;
        if bare_numeric {
            to = match from {
                DataType::Unknown => self
                    .untyped_text(expr)
                    .and_then(Decimal::parse)
                    .map_or(BARE_NUMERIC, |d| Value::Decimal(d).data_type()),
                from => as_decimal(from).unwrap_or(BARE_NUMERIC),
            };
        }
        if !castable(from, to) {
            return Err(SqlError::CannotCast {
                from,
                to,
                at: self.at(at),
            });
        }
        if let DataType::Varchar(n) | DataType::Char(n) = to {
            let shorter = matches!(from, DataType::Varchar(m) | DataType::Char(m) if m <= n);
            if let Some(text) = self.untyped_text(expr) {
                let cut: String = text.chars().take(n as usize).collect();
                let value = Value::parse(&cut, to);
                let value = value.map_err(|error| SqlError::Literal {
                    error,
                    at: self.at(at),
                })?;
                return Ok(self.arena.scalar(Scalar::Literal(value, to)));
            }
            if !shorter && self.arena.as_literal(expr) != Some(&Value::Null) {
                let text = self.coerce(expr, DataType::Text, at)?;
                let length = i32::try_from(n).unwrap_or(i32::MAX);
                let length = self.arena.lit(Value::Int32(length));
                let cut = self.arena.call(Func::Left, vec![text, length]);
                return Ok(self.arena.cast(cut, to));
            }
        }
        match self.arena.get(expr) {
            // What the user wrote as a cast of a number stays one: folding it is the optimizer's to show.
            Scalar::Literal(value, ty) if *ty != DataType::Unknown && !value.is_null() => {
                Ok(self.arena.cast(expr, to))
            }
            _ => self.coerce(expr, to, at),
        }
    }

    /// The value of an INSERT or UPDATE as the column's type: numbers convert among themselves, everything becomes
    /// text, other types need a cast. For a column of limited length it is text without one: the engine refuses what
    /// is too long when it stores the row, where a cast would cut it.
    pub fn assign(
        &mut self,
        expr: ScalarId,
        to: DataType,
        column: &str,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let from = self.arena.ty(expr);
        let allowed = match (from, to) {
            (DataType::Unknown, _) => true,
            (a, b) if a.is_numeric() && b.is_numeric() => true,
            (_, b) if b.is_text() => true,
            (DataType::Date, DataType::Timestamp) | (DataType::Timestamp, DataType::Date) => true,
            (a, b) => a == b,
        };
        if !allowed {
            return Err(SqlError::TypeMismatch {
                message: format!(
                    "column \"{column}\" is of type {} but expression is of type {}",
                    short_name(to),
                    short_name(from)
                ),
                hint: Some("You will need to rewrite or cast the expression.".into()),
                at: self.at(at),
            });
        }
        if let (Scalar::Literal(value, _), true) = (self.arena.get(expr), from.is_numeric()) {
            // Numbers round to the column's scale, and are refused when they do not fit.
            let rounded = match (value, to) {
                (Value::Decimal(d), to) if to.is_integer() => d
                    .rescale(0)
                    .ok()
                    .and_then(|d| i64::try_from(d.unscaled).ok())
                    .map(|v| Value::int(v, to)),
                (Value::Decimal(d), DataType::Decimal { precision, scale }) => {
                    Some(d.fit(precision, scale).map(Value::Decimal))
                }
                (value, DataType::Decimal { precision, scale }) => value.as_i64().map(|v| {
                    Decimal::new(v.into(), 0)
                        .fit(precision, scale)
                        .map(Value::Decimal)
                }),
                (value, to) if to.is_integer() => value.as_i64().map(|v| Value::int(v, to)),
                _ => None,
            };
            if let Some(rounded) = rounded {
                let value = rounded.map_err(|error| SqlError::Literal {
                    error,
                    at: self.at(at),
                })?;
                return Ok(self.arena.scalar(Scalar::Literal(value, to)));
            }
        }
        match (to, self.untyped_text(expr)) {
            (DataType::Varchar(_) | DataType::Char(_), Some(text)) => {
                let value = Value::parse(text, to).map_err(|error| SqlError::Literal {
                    error,
                    at: self.at(at),
                })?;
                Ok(self.arena.lit(value))
            }
            (DataType::Varchar(_) | DataType::Char(_), None) => {
                self.coerce(expr, DataType::Text, at)
            }
            (DataType::Text, None) if from.is_text() => Ok(self.arena.cast(expr, to)),
            _ => self.coerce(expr, to, at),
        }
    }

    /// Text, or an untyped literal as text; anything else cast to it.
    pub fn as_text(&mut self, expr: ScalarId, at: Span) -> Result<ScalarId, SqlError> {
        if self.arena.ty(expr).is_text() {
            return Ok(expr);
        }
        self.coerce(expr, DataType::Text, at)
    }
}

/// Text of any length for text of a limited one.
pub(crate) fn without_length(ty: DataType) -> DataType {
    match ty {
        DataType::Varchar(_) | DataType::Char(_) => DataType::Text,
        ty => ty,
    }
}

/// A number as a literal of another numeric type, when that is the same number.
fn number_as(value: &Value, to: DataType) -> Option<Value> {
    if !fits_exactly(value, to) && to != DataType::Float64 {
        return None;
    }
    match to {
        DataType::Int16 | DataType::Int32 | DataType::Int64 => Value::int(value.as_i64()?, to).ok(),
        DataType::Decimal { precision, scale } => {
            let number = decimal_of(value)?;
            number.fit(precision, scale).ok().map(Value::Decimal)
        }
        DataType::Float64 => match value {
            Value::Decimal(d) => Some(Value::Float64(d.to_f64())),
            value => value.as_i64().map(|v| Value::Float64(v as f64)),
        },
        _ => None,
    }
}

fn decimal_of(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(d) => Some(*d),
        value => value.as_i64().map(|v| Decimal::new(v.into(), 0)),
    }
}

/// A number literal is a value of the type as it stands. A decimal stays a decimal, so that results keep their type.
fn fits_exactly(value: &Value, ty: DataType) -> bool {
    match ty {
        DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            value.as_i64().is_some_and(|v| Value::int(v, ty).is_ok())
        }
        DataType::Decimal { precision, scale } => {
            decimal_of(value).is_some_and(|d| d.scale <= scale && d.fit(precision, scale).is_ok())
        }
        _ => false,
    }
}

/// An explicit cast leads from one type to the other.
fn castable(from: DataType, to: DataType) -> bool {
    use DataType::*;
    match (from, to) {
        (a, b) if a == b => true,
        (Unknown, _) => true,
        (a, b) if a.is_text() || b.is_text() => true,
        (a, b) if a.is_numeric() && b.is_numeric() => true,
        (Bool, Int32) | (Int32, Bool) => true,
        (Date, Timestamp) | (Timestamp, Date) => true,
        _ => false,
    }
}
