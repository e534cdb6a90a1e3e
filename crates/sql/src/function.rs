//! Scalar functions.

use crate::SqlError;
use crate::aggregate::aggregate_named;
use crate::binder::{Binder, Clause, folded};
use crate::data_type::short_name;
use crate::error::nearest;
use crate::function_names::{NAMES, OTHER_FIELDS, OTHER_FUNCTIONS};
use plan::func::Field;
use plan::typing::as_decimal;
use plan::{Func, ScalarId};
use sqlparser::ast::{
    CeilFloorKind, DateTimeField, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    ObjectNamePart, TrimWhereField,
};
use types::{DataType, Span, Value};

/// A bound argument and its place.
type Arg = (ScalarId, Span);

/// The function that `trim(LEADING …)` and its like call.
pub(crate) fn trim_named(end: Option<TrimWhereField>) -> Func {
    match end {
        None | Some(TrimWhereField::Both) => Func::Trim,
        Some(TrimWhereField::Leading) => Func::LTrim,
        Some(TrimWhereField::Trailing) => Func::RTrim,
    }
}

impl<'q> Binder<'_, 'q> {
    /// Binds a call in the usual notation, aggregates included.
    pub fn function(
        &mut self,
        call: &'q Function,
        at: Span,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let at = self.at(at);
        let name = match call.name.0.as_slice() {
            // `current_date` and its like are calls without arguments.
            [ObjectNamePart::Identifier(name)] if matches!(call.args, FunctionArguments::None) => {
                folded(name)
            }
            [ObjectNamePart::Identifier(name)] => self.function_name(name)?,
            [
                ObjectNamePart::Identifier(schema),
                ObjectNamePart::Identifier(name),
            ] if folded(schema) == "pg_catalog" => folded(name),
            _ => return self.unsupported("a function of another schema", at),
        };
        if call.over.is_some() {
            return self.unsupported("window functions", at);
        }
        if !call.within_group.is_empty()
            || call.null_treatment.is_some()
            || !matches!(call.parameters, FunctionArguments::None)
        {
            return self.unsupported("this form of call", at);
        }
        if OTHER_FUNCTIONS.contains(&name.as_str()) {
            return self.unsupported(format!("function {name}"), at);
        }
        if let Some(aggregate) = aggregate_named(&name) {
            return self.aggregate(aggregate, call, clause, at);
        }
        if call.filter.is_some() {
            return Err(SqlError::WrongKind {
                message: format!("FILTER specified, but {name} is not an aggregate function"),
                at,
            });
        }
        let mut args = Vec::new();
        match &call.args {
            FunctionArguments::None => {
                return self.unsupported(format!("function {name}"), at);
            }
            FunctionArguments::Subquery(_) => {
                return self.unsupported("a bare subquery as argument", at);
            }
            FunctionArguments::List(list) => {
                if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
                    return Err(SqlError::WrongKind {
                        message: format!(
                            "DISTINCT specified, but {name} is not an aggregate function"
                        ),
                        at,
                    });
                }
                for arg in &list.args {
                    let expr = match arg {
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => expr,
                        // PostgreSQL looks for a function without arguments.
                        FunctionArg::Unnamed(_) => return Err(self.no_function(&name, &[], at)),
                        _ => return self.unsupported("a named argument", at),
                    };
                    args.push((self.expr(expr, clause)?, self.source.expr(expr)));
                }
            }
        }
        self.scalar_function(&name, args, at)
    }

    /// A call by name over bound arguments.
    pub fn scalar_function(
        &mut self,
        name: &str,
        args: Vec<Arg>,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let func = match (name, args.len()) {
            ("coalesce" | "greatest" | "least", 1..) => {
                return self.alike(name, args);
            }
            ("nullif", 2) => {
                let mut args = args;
                self.comparable(&mut args, "=", at)?;
                let args = args.into_iter().map(|(id, _)| id).collect();
                return Ok(self.arena.call(Func::NullIf, args));
            }
            ("coalesce" | "greatest" | "least" | "nullif", _) => {
                return Err(SqlError::Malformed {
                    message: format!(
                        "{name} takes other numbers of arguments than {}",
                        args.len()
                    ),
                    at: self.at(at),
                });
            }
            ("concat", 1..) => return self.concat(args),
            ("concat_ws", 2..) => return self.concat_with(args, at),
            ("abs" | "sign" | "floor" | "ceil" | "ceiling", 1) => {
                return self.numeric_function(name, args[0], at);
            }
            ("round" | "trunc", 1 | 2) => return self.rounding(name, args, at),
            ("mod", 2) => return self.arithmetic(Func::Mod, args[0], args[1], at),
            ("sqrt", 1) => Func::Sqrt,
            ("power" | "pow", 2) => Func::Power,
            ("exp", 1) => Func::Exp,
            ("ln", 1) => Func::Ln,
            ("random", 0) => Func::Random,
            ("upper", 1) => Func::Upper,
            ("lower", 1) => Func::Lower,
            ("length" | "char_length" | "character_length", 1) => Func::Length,
            ("substring" | "substr", 2 | 3) => Func::Substring,
            ("trim" | "btrim", 1 | 2) => Func::Trim,
            ("ltrim", 1 | 2) => Func::LTrim,
            ("rtrim", 1 | 2) => Func::RTrim,
            ("replace", 3) => Func::Replace,
            ("strpos" | "position", 2) => Func::Position,
            ("left", 2) => Func::Left,
            ("right", 2) => Func::Right,
            ("date_part", 2) => return self.date_part(args, at),
            ("date_trunc", 2) => return self.date_trunc(args, at),
            _ => return Err(self.no_function(name, &args, at)),
        };
        self.typed_call(name, func, args, at)
    }

    /// Casts the arguments to the types a function takes and calls it.
    fn typed_call(
        &mut self,
        name: &str,
        func: Func,
        args: Vec<Arg>,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let mut cast = Vec::with_capacity(args.len());
        for (index, (arg, arg_at)) in args.iter().enumerate() {
            let ty = self.arena.ty(*arg);
            let unknown = ty == DataType::Unknown;
            let to = match (func, index) {
                (Func::Sqrt | Func::Power | Func::Exp | Func::Ln, _) => {
                    (unknown || ty.is_numeric()).then_some(DataType::Float64)
                }
                (Func::Substring, 1 | 2) | (Func::Left | Func::Right, 1) => (unknown
                    || matches!(ty, DataType::Int16 | DataType::Int32))
                .then_some(DataType::Int32),
                _ if ty.is_text() => Some(ty),
                _ => unknown.then_some(DataType::Text),
            };
            match to {
                Some(to) => cast.push(self.coerce(*arg, to, *arg_at)?),
                None => return Err(self.no_function(name, &args, at)),
            }
        }
        Ok(self.arena.call(func, cast))
    }

    /// COALESCE, GREATEST and LEAST: arguments of one type.
    fn alike(&mut self, name: &str, mut args: Vec<Arg>) -> Result<ScalarId, SqlError> {
        let func = match name {
            "coalesce" => Func::Coalesce,
            "greatest" => Func::Greatest,
            _ => Func::Least,
        };
        self.unify(&mut args, &name.to_ascii_uppercase(), false)?;
        Ok(match args.as_slice() {
            [(one, _)] => *one,
            _ => self
                .arena
                .call(func, args.into_iter().map(|(id, _)| id).collect()),
        })
    }

    /// ABS keeps the type; the others take integers as double precision, as PostgreSQL prefers.
    fn numeric_function(&mut self, name: &str, arg: Arg, at: Span) -> Result<ScalarId, SqlError> {
        let func = match name {
            "abs" => Func::Abs,
            "sign" => Func::Sign,
            "floor" => Func::Floor,
            _ => Func::Ceil,
        };
        let ty = self.arena.ty(arg.0);
        let to = match ty {
            DataType::Unknown => DataType::Float64,
            ty if ty.is_integer() && func != Func::Abs => DataType::Float64,
            ty if ty.is_numeric() => ty,
            _ => return Err(self.no_function(name, &[arg], at)),
        };
        let arg = self.coerce(arg.0, to, arg.1)?;
        Ok(self.arena.call(func, vec![arg]))
    }

    /// ROUND and TRUNC. With a constant number of digits the result has that scale.
    fn rounding(&mut self, name: &str, args: Vec<Arg>, at: Span) -> Result<ScalarId, SqlError> {
        let func = if name == "round" {
            Func::Round
        } else {
            Func::Trunc
        };
        let (value, value_at) = args[0];
        let ty = self.arena.ty(value);
        if args.len() == 1 {
            let to = match ty {
                DataType::Decimal { .. } => ty,
                ty if ty.is_numeric() || ty == DataType::Unknown => DataType::Float64,
                _ => return Err(self.no_function(name, &args, at)),
            };
            let value = self.coerce(value, to, value_at)?;
            return Ok(self.arena.call(func, vec![value]));
        }
        let digits_ty = self.arena.ty(args[1].0);
        let takes = matches!(
            digits_ty,
            DataType::Unknown | DataType::Int16 | DataType::Int32
        );
        let decimal = match ty {
            DataType::Unknown => Some(crate::data_type::BARE_NUMERIC),
            ty => as_decimal(ty),
        };
        // There is no round(double precision, integer) in PostgreSQL either.
        let (Some(decimal), true) = (decimal, takes) else {
            return Err(self.no_function(name, &args, at));
        };
        let value = self.coerce(value, decimal, value_at)?;
        let digits = self.coerce(args[1].0, DataType::Int32, args[1].1)?;
        let rounded = self.arena.call(func, vec![value, digits]);
        let constant = self.arena.as_literal(digits).and_then(Value::as_i64);
        Ok(match (constant, self.arena.ty(rounded)) {
            (Some(digits), DataType::Decimal { precision, scale }) => {
                let wanted = digits.clamp(0, 38) as u32;
                let whole = u32::from(precision - scale);
                let to = DataType::decimal(whole + wanted, wanted.min(38 - whole.min(38)));
                self.arena.cast(rounded, to)
            }
            _ => rounded,
        })
    }

    fn field(&self, field: &str, at: Span) -> Result<Field, SqlError> {
        let at = self.at(at);
        Field::parse(field).ok_or_else(|| {
            let field = field.to_ascii_lowercase();
            match OTHER_FIELDS.contains(&field.as_str()) {
                true => SqlError::NotSupported {
                    feature: format!("field \"{field}\" of a date"),
                    at,
                },
                false => SqlError::InvalidParameter {
                    message: format!("unit \"{field}\" not recognized for a date or time"),
                    at,
                },
            }
        })
    }

    /// `extract(field from x)`: whole numbers for all fields but seconds.
    fn extract(&mut self, field: Field, arg: Arg, at: Span) -> Result<ScalarId, SqlError> {
        let ty = self.arena.ty(arg.0);
        let to = match ty {
            DataType::Unknown => DataType::Timestamp,
            DataType::Date | DataType::Timestamp | DataType::Interval => ty,
            _ => return Err(self.no_function("extract", &[arg], at)),
        };
        let value = self.coerce(arg.0, to, arg.1)?;
        let extracted = self.arena.call(Func::Extract(field), vec![value]);
        Ok(match field {
            // A date's seconds since 1970 are whole.
            Field::Epoch if to == DataType::Date => {
                self.arena.cast(extracted, DataType::decimal(38, 0))
            }
            Field::Second | Field::Epoch => extracted,
            _ => self.arena.cast(extracted, DataType::decimal(38, 0)),
        })
    }

    fn date_part(&mut self, args: Vec<Arg>, at: Span) -> Result<ScalarId, SqlError> {
        let Some(name) = self.untyped_text(args[0].0).map(str::to_string) else {
            return self.unsupported("date_part with a computed field", at);
        };
        let field = self.field(&name, args[0].1)?;
        let extracted = self.extract(field, args[1], at)?;
        Ok(self.arena.cast(extracted, DataType::Float64))
    }

    fn date_trunc(&mut self, args: Vec<Arg>, at: Span) -> Result<ScalarId, SqlError> {
        let Some(name) = self.untyped_text(args[0].0).map(str::to_string) else {
            return self.unsupported("date_trunc with a computed field", at);
        };
        let field = self.field(&name, args[0].1)?;
        if !matches!(
            self.arena.ty(args[1].0),
            DataType::Unknown | DataType::Date | DataType::Timestamp
        ) {
            return Err(self.no_function("date_trunc", &args, at));
        }
        let value = self.coerce(args[1].0, DataType::Timestamp, args[1].1)?;
        Ok(self.arena.call(Func::DateTrunc(field), vec![value]))
    }

    /// The functions that SQL writes with words between their arguments.
    pub fn special_function(
        &mut self,
        expr: &'q Expr,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let at = self.at(self.source.expr(expr));
        match expr {
            Expr::Extract { field, expr, .. } => {
                let name = field.to_string();
                let field = self.field(name.trim_matches('\''), at)?;
                let arg = self.argument(expr, clause)?;
                self.extract(field, arg, at)
            }
            Expr::Ceil { expr, field } => self.whole_number("ceil", expr, field, at, clause),
            Expr::Floor { expr, field } => self.whole_number("floor", expr, field, at, clause),
            Expr::Position { expr, r#in } => {
                let part = self.argument(expr, clause)?;
                let whole = self.argument(r#in, clause)?;
                self.typed_call("position", Func::Position, vec![whole, part], at)
            }
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let mut args = vec![self.argument(expr, clause)?];
                match substring_from {
                    Some(from) => args.push(self.argument(from, clause)?),
                    None => args.push((self.arena.lit(Value::Int32(1)), at)),
                }
                if let Some(length) = substring_for {
                    args.push(self.argument(length, clause)?);
                }
                self.typed_call("substring", Func::Substring, args, at)
            }
            Expr::Trim {
                expr,
                trim_where,
                trim_what,
                trim_characters,
            } => {
                let func = trim_named(*trim_where);
                let mut args = vec![self.argument(expr, clause)?];
                let characters = trim_characters.iter().flatten();
                for what in trim_what.iter().map(|e| &**e).chain(characters) {
                    args.push(self.argument(what, clause)?);
                }
                if args.len() > 2 {
                    return Err(self.no_function("btrim", &args, at));
                }
                self.typed_call(func.name(), func, args, at)
            }
            _ => self.unsupported("this expression", at),
        }
    }

    fn whole_number(
        &mut self,
        name: &str,
        expr: &'q Expr,
        field: &CeilFloorKind,
        at: Span,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        if !matches!(
            field,
            CeilFloorKind::DateTimeField(DateTimeField::NoDateTime)
        ) {
            return self.unsupported(format!("{name} with a field or scale"), at);
        }
        let arg = self.argument(expr, clause)?;
        self.numeric_function(name, arg, at)
    }

    fn argument(&mut self, expr: &'q Expr, clause: &mut Clause) -> Result<Arg, SqlError> {
        Ok((self.expr(expr, clause)?, self.source.expr(expr)))
    }

    pub(crate) fn no_function(&self, name: &str, args: &[Arg], at: Span) -> SqlError {
        let types: Vec<String> = args
            .iter()
            .map(|(id, _)| short_name(self.arena.ty(*id)))
            .collect();
        let hint = if NAMES.contains(&name) {
            Some("The function takes other arguments; an explicit cast may help.".to_string())
        } else {
            nearest(name, NAMES.iter().copied()).map(|n| format!("Perhaps you meant \"{n}\"."))
        };
        SqlError::UnknownFunction {
            call: format!("{name}({})", types.join(", ")),
            hint,
            at: self.at(at),
        }
    }
}
