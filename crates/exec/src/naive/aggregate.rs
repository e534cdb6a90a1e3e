//! Grouping and aggregate functions: the rows of a group are collected first, then each aggregate reads them.

use super::env::Env;
use super::key::{Key, compare, distinct};
use super::{Naive, NaiveError, Row, position};
use plan::{AggFunc, AggItem, eval, typing};
use std::collections::BTreeMap;
use types::{ColId, DataError, DataType, Decimal, Value};

impl Naive<'_> {
    /// One row a group, in the order of the keys; without keys one row, whatever the input.
    pub(super) fn aggregate(
        &self,
        keys: &[ColId],
        aggs: &[AggItem],
        columns: &[ColId],
        rows: &[Row],
        env: &Env<'_>,
    ) -> Result<Vec<Row>, NaiveError> {
        let positions = keys
            .iter()
            .map(|key| position(columns, *key))
            .collect::<Result<Vec<usize>, NaiveError>>()?;
        let mut groups: BTreeMap<Key, Vec<&Row>> = BTreeMap::new();
        if keys.is_empty() {
            groups.insert(Key(Row::new()), Vec::new());
        }
        for row in rows {
            self.spend(1)?;
            let key = Key(positions.iter().map(|at| row[*at].clone()).collect());
            groups.entry(key).or_default().push(row);
        }
        let mut out = Vec::new();
        for (Key(mut row), members) in groups {
            for agg in aggs {
                row.push(self.aggregate_group(agg, columns, &members, env)?);
            }
            out.push(row);
        }
        Ok(out)
    }

    fn aggregate_group(
        &self,
        agg: &AggItem,
        columns: &[ColId],
        members: &[&Row],
        env: &Env<'_>,
    ) -> Result<Value, NaiveError> {
        let mut values = Vec::new();
        for row in members {
            let env = env.with(columns, row);
            if let Some(filter) = agg.filter
                && self.scalar(filter, &env)? != Value::Bool(true)
            {
                continue;
            }
            match agg.arg {
                Some(arg) => values.push(self.scalar(arg, &env)?),
                // count(*) counts rows: any value that is not NULL stands for one.
                None => values.push(Value::Bool(true)),
            }
        }
        values.retain(|value| !value.is_null());
        if agg.distinct {
            values = distinct(values.into_iter().map(|v| vec![v]))
                .into_iter()
                .flatten()
                .collect();
        }
        let arg_type = agg.arg.map(|arg| self.arena.ty(arg));
        let result = typing::aggregate_type(agg.func, arg_type)
            .expect("the binder checked the types of aggregates");
        Ok(apply(agg.func, &values, result)?)
    }
}

/// An aggregate over the values of a group that are not NULL.
fn apply(func: AggFunc, values: &[Value], result: DataType) -> Result<Value, DataError> {
    if let AggFunc::Count | AggFunc::CountStar = func {
        return Ok(Value::Int64(values.len() as i64));
    }
    let Some(first) = values.first() else {
        return Ok(Value::Null);
    };
    Ok(match func {
        AggFunc::Count | AggFunc::CountStar => Value::Int64(values.len() as i64),
        AggFunc::AnyValue => first.clone(),
        AggFunc::Min => values
            .iter()
            .fold(
                first,
                |best, v| if compare(v, best).is_lt() { v } else { best },
            )
            .clone(),
        AggFunc::Max => values
            .iter()
            .fold(
                first,
                |best, v| if compare(v, best).is_gt() { v } else { best },
            )
            .clone(),
        AggFunc::BoolAnd => Value::Bool(!values.contains(&Value::Bool(false))),
        AggFunc::BoolOr => Value::Bool(values.contains(&Value::Bool(true))),
        AggFunc::Sum => sum(values, result)?,
        AggFunc::Avg => average(values, result)?,
        AggFunc::VarSamp => deviation(values, 1).map_or(Value::Null, Value::Float64),
        AggFunc::VarPop => deviation(values, 0).map_or(Value::Null, Value::Float64),
        AggFunc::StddevSamp => {
            deviation(values, 1).map_or(Value::Null, |v| Value::Float64(v.sqrt()))
        }
        AggFunc::StddevPop => {
            deviation(values, 0).map_or(Value::Null, |v| Value::Float64(v.sqrt()))
        }
    })
}

/// The sum as a value of the result type, which also says how it is added up.
fn sum(values: &[Value], result: DataType) -> Result<Value, DataError> {
    match result {
        DataType::Float64 | DataType::Interval => {
            let types = [result, result];
            let mut total = values[0].clone();
            for value in &values[1..] {
                total = eval::call(plan::Func::Add, &[total, value.clone()], &types, result)?;
            }
            Ok(total)
        }
        _ => {
            let scale = result.scale();
            let mut total = 0i128;
            for value in values {
                total = total
                    .checked_add(exact(value).rescale(scale)?.unscaled)
                    .ok_or_else(|| DataError::out_of_range(result))?;
            }
            match result {
                DataType::Decimal { precision, scale } => Decimal::new(total, scale)
                    .fit(precision, scale)
                    .map(Value::Decimal),
                _ => i64::try_from(total)
                    .map(Value::Int64)
                    .map_err(|_| DataError::out_of_range(result)),
            }
        }
    }
}

fn average(values: &[Value], result: DataType) -> Result<Value, DataError> {
    let count = values.len() as i64;
    match result {
        DataType::Decimal { precision, scale } => {
            let own_scale = values.iter().map(|v| exact(v).scale).max().unwrap_or(0);
            let total = match sum(values, DataType::decimal(38, own_scale.into()))? {
                Value::Decimal(total) => total,
                other => panic!("a decimal sum is not {other:?}"),
            };
            let count = Decimal::new(count.into(), 0);
            eval::decimal::div(total, count, precision, scale).map(Value::Decimal)
        }
        _ => match sum(values, result)? {
            Value::Float64(total) => Ok(Value::Float64(total / count as f64)),
            Value::Interval(total) => eval::datetime::divide(total, count).map(Value::Interval),
            other => panic!("the binder allows no average of {other:?}"),
        },
    }
}

/// An integer or decimal as a decimal.
fn exact(value: &Value) -> Decimal {
    match (value, value.as_i64()) {
        (Value::Decimal(d), _) => *d,
        (_, Some(v)) => Decimal::new(v.into(), 0),
        _ => panic!("the binder allows no sum of {value:?}"),
    }
}

/// The variance with `lost` degrees of freedom fewer than values: mean first, then squared distances from it.
fn deviation(values: &[Value], lost: usize) -> Option<f64> {
    let freedom = values.len().checked_sub(lost).filter(|n| *n > 0)?;
    let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    let squares: f64 = numbers.iter().map(|x| (x - mean) * (x - mean)).sum();
    Some(squares / freedom as f64)
}
