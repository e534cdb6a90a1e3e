//! Literals.

use crate::SqlError;
use crate::binder::Binder;
use plan::{Scalar, ScalarId};
use sqlparser::ast::{Interval as ParserInterval, TypedString, Value as ParserValue};
use types::interval::Unit;
use types::{DataError, DataType, Decimal, Span, Value};

impl<'q> Binder<'_, 'q> {
    /// A literal. Whole numbers are integer, bigint or numeric by size; quoted ones stay untyped until used.
    pub fn literal(&mut self, value: &ParserValue, at: Span) -> Result<ScalarId, SqlError> {
        match value {
            ParserValue::Number(text, _) => self.number(text, at),
            ParserValue::Boolean(value) => Ok(self.arena.lit_bool(*value)),
            ParserValue::Null => Ok(self.arena.null(DataType::Unknown)),
            ParserValue::Placeholder(_) => self.unsupported("a parameter", at),
            other => match quoted(other) {
                Some(text) => Ok(self
                    .arena
                    .scalar(Scalar::Literal(Value::text(text), DataType::Unknown))),
                None => self.unsupported("this kind of literal", at),
            },
        }
    }

    fn number(&mut self, text: &str, at: Span) -> Result<ScalarId, SqlError> {
        let digits = text.replace('_', "");
        if let Ok(value) = digits.parse::<i32>() {
            return Ok(self.arena.lit(Value::Int32(value)));
        }
        if let Ok(value) = digits.parse::<i64>() {
            return Ok(self.arena.lit(Value::Int64(value)));
        }
        let parsed = Decimal::parse(&digits).filter(|d| d.precision() <= 38);
        let float = digits.parse::<f64>().ok().filter(|f| f.is_finite());
        match (parsed, float) {
            // As numeric it would be too large, or lose its digits.
            (parsed, Some(float))
                if digits.contains(['e', 'E'])
                    && parsed.is_none_or(|d| d.scale == 38 && d.to_f64() != float) =>
            {
                Ok(self.arena.lit(Value::Float64(float)))
            }
            (Some(value), _) => Ok(self.arena.lit(Value::Decimal(value))),
            (None, _) => Err(SqlError::Literal {
                error: DataError::out_of_range("numeric"),
                at: self.at(at),
            }),
        }
    }

    /// `date '1995-01-01'` and the like.
    pub fn typed_string(&mut self, typed: &TypedString, at: Span) -> Result<ScalarId, SqlError> {
        let ty = self.data_type(&typed.data_type, at)?;
        let Some(text) = quoted(&typed.value.value) else {
            return self.unsupported("this kind of literal", at);
        };
        let literal = self
            .arena
            .scalar(Scalar::Literal(Value::text(text), DataType::Unknown));
        let bare = crate::data_type::is_bare_numeric(&typed.data_type);
        self.explicit_cast(literal, ty, bare, at)
    }

    /// `interval '3 days'`, `interval '3' day`.
    pub fn interval(
        &mut self,
        interval: &'q ParserInterval,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        if interval.last_field.is_some()
            || interval.leading_precision.is_some()
            || interval.fractional_seconds_precision.is_some()
        {
            return self.unsupported("an interval range such as YEAR TO MONTH", at);
        }
        let text = match &*interval.value {
            sqlparser::ast::Expr::Value(value) => quoted(&value.value),
            _ => None,
        };
        let Some(text) = text else {
            return self.unsupported("an interval that is no literal", at);
        };
        let bad = || SqlError::Literal {
            error: DataError::InvalidDatetime {
                text: text.to_string(),
            },
            at: self.at(at),
        };
        let value = match (&interval.leading_field, Decimal::parse(text)) {
            (Some(field), Some(amount)) => {
                let unit = Unit::parse(&field.to_string()).ok_or_else(bad)?;
                unit.times(amount).ok_or_else(bad)?
            }
            _ => types::Interval::parse(text).ok_or_else(bad)?,
        };
        Ok(self.arena.lit(Value::Interval(value)))
    }
}

/// The text of a quoted literal in any of its forms.
fn quoted(value: &ParserValue) -> Option<&str> {
    match value {
        ParserValue::SingleQuotedString(text)
        | ParserValue::EscapedStringLiteral(text)
        | ParserValue::UnicodeStringLiteral(text)
        | ParserValue::NationalStringLiteral(text) => Some(text),
        ParserValue::DollarQuotedString(text) => Some(&text.value),
        _ => None,
    }
}
