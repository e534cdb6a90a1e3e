//! Aggregate functions.

use crate::SqlError;
use crate::binder::{Aggregates, Binder, Clause};
use crate::data_type::short_name;
use plan::typing::aggregate_type;
use plan::{AggFunc, AggItem, ScalarId};
use sqlparser::ast::{
    DuplicateTreatment, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments,
};
use types::{DataType, Span};

/// The aggregate function of that name.
pub(crate) fn aggregate_named(name: &str) -> Option<AggFunc> {
    Some(match name {
        "count" => AggFunc::Count,
        "sum" => AggFunc::Sum,
        "avg" => AggFunc::Avg,
        "min" => AggFunc::Min,
        "max" => AggFunc::Max,
        "bool_and" | "every" => AggFunc::BoolAnd,
        "bool_or" => AggFunc::BoolOr,
        "any_value" => AggFunc::AnyValue,
        "stddev" | "stddev_samp" => AggFunc::StddevSamp,
        "variance" | "var_samp" => AggFunc::VarSamp,
        "stddev_pop" => AggFunc::StddevPop,
        "var_pop" => AggFunc::VarPop,
        _ => return None,
    })
}

impl<'q> Binder<'_, 'q> {
    /// Binds a call of an aggregate: it becomes a column of the level's Aggregate operator.
    pub fn aggregate(
        &mut self,
        func: AggFunc,
        call: &'q Function,
        clause: &mut Clause,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let Some(aggregates) = clause.aggregates.take() else {
            return Err(SqlError::MisplacedAggregate {
                place: clause.name,
                at,
            });
        };
        // Arguments are bound below the aggregation: their subqueries are joined there, and nothing nests.
        let outside = Clause {
            scope: clause.scope.clone(),
            joins: std::mem::take(&mut clause.joins),
            name: std::mem::replace(&mut clause.name, "aggregate"),
            aggregates: None,
        };
        clause.joins = aggregates.joins;
        let named_at = self.named_at.clone();
        let bound = self.aggregate_parts(func, call, clause, at);
        self.named_at = named_at;
        let inner_joins = std::mem::replace(&mut clause.joins, outside.joins);
        clause.name = outside.name;
        let mut aggregates = Aggregates {
            joins: inner_joins,
            ..aggregates
        };
        let result = bound.map(|item| self.collect(item, &mut aggregates, at));
        clause.aggregates = Some(aggregates);
        result
    }

    /// The column of an aggregate; equal aggregates share one.
    fn collect(&mut self, item: AggItem, aggregates: &mut Aggregates, at: Span) -> ScalarId {
        let known = aggregates.items.iter().find(|known| {
            (known.func, known.arg, known.distinct, known.filter)
                == (item.func, item.arg, item.distinct, item.filter)
        });
        let col = match known {
            Some(known) => known.col,
            None => {
                let arg = item.arg.map(|a| self.arena.ty(a));
                let ty = aggregate_type(item.func, arg)
                    .expect("the argument's type was checked when it was bound");
                let col = self.fresh(item.func.name(), ty);
                aggregates.items.push(AggItem { col, ..item });
                aggregates.places.push(at);
                col
            }
        };
        self.arena.col(col)
    }

    fn aggregate_parts(
        &mut self,
        func: AggFunc,
        call: &'q Function,
        clause: &mut Clause,
        at: Span,
    ) -> Result<AggItem, SqlError> {
        let FunctionArguments::List(list) = &call.args else {
            return Err(self.no_such_call(func, &[], at));
        };
        // The order of the argument's values changes none of these aggregates.
        let other = |c: &FunctionArgumentClause| !matches!(c, FunctionArgumentClause::OrderBy(_));
        if list.clauses.iter().any(other) {
            return self.unsupported("this clause of an aggregate", at);
        }
        let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        let (func, arg) = match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]
                if func == AggFunc::Count && !distinct =>
            {
                (AggFunc::CountStar, None)
            }
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => {
                let arg = self.expr(expr, clause)?;
                let arg = self.aggregate_argument(func, arg, self.source.expr(expr), at)?;
                self.check_level(arg, clause, at)?;
                (func, Some(arg))
            }
            [] if func == AggFunc::Count => {
                return Err(SqlError::WrongKind {
                    message: "count(*) must be used to call a parameterless aggregate function"
                        .into(),
                    at,
                });
            }
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] if distinct => {
                return Err(SqlError::Malformed {
                    message: "DISTINCT takes an argument, not *".into(),
                    at,
                });
            }
            [FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(_))] => {
                return self.unsupported("a table's whole row as a value; name its columns", at);
            }
            args => {
                let unknown = vec![DataType::Unknown; args.len()];
                return Err(self.no_such_call(func, &unknown, at));
            }
        };
        let filter = match &call.filter {
            Some(condition) => Some(self.condition(condition, clause, "FILTER")?),
            None => None,
        };
        Ok(AggItem {
            col: types::ColId(0),
            func,
            arg,
            distinct,
            filter,
        })
    }

    fn aggregate_argument(
        &mut self,
        func: AggFunc,
        arg: ScalarId,
        arg_at: Span,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        let arg = match (func, self.arena.ty(arg)) {
            (AggFunc::BoolAnd | AggFunc::BoolOr, DataType::Unknown) => {
                self.coerce(arg, DataType::Bool, arg_at)?
            }
            (AggFunc::Sum | AggFunc::Avg, DataType::Unknown)
                if self.arena.as_literal(arg).is_some_and(|v| v.is_null()) =>
            {
                self.coerce(arg, DataType::Float64, arg_at)?
            }
            (_, DataType::Unknown) => self.coerce(arg, DataType::Text, arg_at)?,
            _ => arg,
        };
        let ty = self.arena.ty(arg);
        let ordered = !matches!(func, AggFunc::Min | AggFunc::Max) || ty != DataType::Bool;
        if !ordered || aggregate_type(func, Some(ty)).is_none() {
            return Err(self.no_such_call(func, &[ty], at));
        }
        Ok(arg)
    }

    /// An aggregate over columns of an outer query only would belong to that query.
    fn check_level(&self, arg: ScalarId, clause: &Clause, at: Span) -> Result<(), SqlError> {
        let columns = self.arena.columns_of(arg);
        if columns.is_empty() {
            return Ok(());
        }
        let outer = |col| {
            self.outer.iter().any(|scope| {
                scope.columns.iter().any(|c| c.col == col) || scope.table_of(col).is_some()
            })
        };
        let own = |col| clause.scope.table_of(col).is_some();
        if columns.iter().all(|col| outer(col) && !own(col)) {
            return self.unsupported("an aggregate over columns of an outer query only", at);
        }
        Ok(())
    }

    fn no_such_call(&self, func: AggFunc, args: &[DataType], at: Span) -> SqlError {
        let args: Vec<String> = args.iter().map(|ty| short_name(*ty)).collect();
        SqlError::UnknownFunction {
            call: format!("{}({})", func.name(), args.join(", ")),
            hint: Some("Cast the argument to a type the aggregate takes.".into()),
            at,
        }
    }
}
