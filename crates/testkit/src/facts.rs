//! Derived properties held against executed data: most wrong rewrites come from a wrong fact.

use crate::rows::same_value;
use plan::{Arena, Props, RelId};
use std::collections::HashSet;
use types::{ColId, DataType, Value};

/// The nodes of a plan, each once, inputs before what uses them.
pub fn nodes(arena: &Arena, root: RelId) -> Vec<RelId> {
    fn walk(arena: &Arena, id: RelId, seen: &mut HashSet<RelId>, out: &mut Vec<RelId>) {
        if seen.insert(id) {
            for input in arena.inputs(id) {
                walk(arena, *input, seen, out);
            }
            out.push(id);
        }
    }
    let mut out = Vec::new();
    walk(arena, root, &mut HashSet::new(), &mut out);
    out
}

/// Checks what is claimed of a node against its rows: columns and their types, NOT NULL, keys, constants, equal
/// columns, numbers of rows. `Err` names the first claim that is false.
pub fn check(arena: &Arena, id: RelId, rows: &[Vec<Value>]) -> Result<(), String> {
    let props = arena.props(id);
    let name = |col: &ColId| plan::text::column(arena, *col);
    let names = |cols: &mut dyn Iterator<Item = ColId>| {
        let names: Vec<String> = cols.map(|c| name(&c)).collect();
        format!("({})", names.join(", "))
    };
    let count = rows.len() as u64;
    if count < props.min_rows || props.max_rows.is_some_and(|most| count > most) {
        return Err(format!(
            "{count} rows, where {} to {:?} are claimed",
            props.min_rows, props.max_rows
        ));
    }
    if let Some(row) = rows.iter().find(|row| row.len() != props.columns.len()) {
        return Err(format!(
            "{} values for {} columns",
            row.len(),
            props.columns.len()
        ));
    }
    for (at, col) in props.columns.iter().enumerate() {
        let ty = arena.column(*col).ty;
        if let Some(row) = rows.iter().find(|row| !fits(&row[at], ty)) {
            return Err(format!("{:?} in {}, which is {ty}", row[at], name(col)));
        }
        if props.not_null.contains(*col) && rows.iter().any(|row| row[at].is_null()) {
            return Err(format!(
                "NULL in {}, which is claimed to have none",
                name(col)
            ));
        }
    }
    for key in &props.keys {
        let positions: Vec<usize> = key.iter().map(|col| position(props, col)).collect();
        let same = |a: &Vec<Value>, b: &Vec<Value>| {
            positions.iter().all(|at| same_value(&a[*at], &b[*at]))
        };
        let repeated =
            |(at, row): (usize, &Vec<Value>)| rows[..at].iter().any(|other| same(row, other));
        if rows.iter().enumerate().any(repeated) {
            return Err(format!("the key {} repeats", names(&mut key.iter())));
        }
    }
    for (col, literal) in &props.constants {
        let (at, value) = (position(props, *col), arena.as_literal(*literal));
        if rows
            .iter()
            .any(|row| value.is_none_or(|v| !same_value(v, &row[at])))
        {
            return Err(format!("{} is not the constant claimed", name(col)));
        }
    }
    for (a, b) in &props.equal {
        let (x, y) = (position(props, *a), position(props, *b));
        if rows
            .iter()
            .any(|row| row[x].is_null() || !same_value(&row[x], &row[y]))
        {
            return Err(format!("{} and {} are not equal", name(a), name(b)));
        }
    }
    Ok(())
}

fn position(props: &Props, col: ColId) -> usize {
    props
        .columns
        .iter()
        .position(|c| *c == col)
        .expect("facts are about output columns")
}

/// The value is one of the type as operators store it: decimals at the type's scale, strings within its length.
fn fits(value: &Value, ty: DataType) -> bool {
    match (value, ty) {
        (Value::Null, _) => true,
        (Value::Bool(_), DataType::Bool)
        | (Value::Int16(_), DataType::Int16)
        | (Value::Int32(_), DataType::Int32)
        | (Value::Int64(_), DataType::Int64)
        | (Value::Float64(_), DataType::Float64)
        | (Value::Date(_), DataType::Date)
        | (Value::Timestamp(_), DataType::Timestamp)
        | (Value::Interval(_), DataType::Interval)
        | (Value::Text(_), DataType::Text | DataType::Unknown) => true,
        (Value::Decimal(d), DataType::Decimal { precision, scale }) => {
            d.scale == scale && d.fit(precision, scale).is_ok()
        }
        (Value::Text(text), DataType::Varchar(n) | DataType::Char(n)) => {
            text.chars().count() <= n as usize
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;
    use plan::{Op, ProjectItem};
    use std::rc::Rc;

    #[test]
    fn every_false_claim_is_found() {
        let mut arena = Arena::new(Rc::new(Database::new(Vec::new())));
        let ty = DataType::decimal(4, 1);
        let one = arena.lit(Value::Int32(1));
        let (x, y) = (
            arena.new_computed("x", DataType::Int32),
            arena.new_computed("y", ty),
        );
        let half = Value::Decimal(types::Decimal::new(5, 1));
        let half_literal = arena.scalar(plan::Scalar::Literal(half.clone(), ty));
        let null = arena.null(ty);
        let values = Op::Values {
            columns: vec![x, y],
            rows: vec![vec![one, half_literal], vec![one, null]],
        };
        let values = arena.rel(values, Vec::new());
        let distinct = arena.rel(Op::Distinct, vec![values]);
        let expr = arena.col(y);
        let constant = arena.new_computed("z", DataType::Int32);
        let items = vec![
            ProjectItem { col: y, expr },
            ProjectItem {
                col: constant,
                expr: one,
            },
        ];
        let project = arena.rel(Op::Project { items }, vec![values]);
        assert_eq!(nodes(&arena, project), [values, project]);

        let int = Value::Int32;
        let fine = [vec![int(1), half.clone()], vec![int(1), Value::Null]];
        assert_eq!(check(&arena, values, &fine), Ok(()));
        assert_eq!(check(&arena, distinct, &fine), Ok(()));
        let short = Value::Decimal(types::Decimal::new(50, 2));
        for (node, rows, claim) in [
            (
                values,
                vec![fine[0].clone()],
                "1 rows, where 2 to Some(2) are claimed",
            ),
            (
                values,
                vec![vec![int(1)], vec![int(1)]],
                "1 values for 2 columns",
            ),
            (
                values,
                vec![fine[0].clone(), vec![Value::Null, Value::Null]],
                "NULL in x, which is claimed to have none",
            ),
            (
                values,
                vec![fine[0].clone(), vec![Value::Int64(1), Value::Null]],
                "Int64(1) in x, which is integer",
            ),
            (
                values,
                vec![fine[0].clone(), vec![int(1), short]],
                "Decimal(Decimal { unscaled: 50, scale: 2 }) in y, which is numeric(4,1)",
            ),
            (
                distinct,
                vec![fine[1].clone(), fine[1].clone()],
                "the key (x, y) repeats",
            ),
            (
                project,
                vec![vec![Value::Null, int(1)], vec![Value::Null, int(2)]],
                "z is not the constant claimed",
            ),
        ] {
            assert_eq!(check(&arena, node, &rows).err().as_deref(), Some(claim));
        }
    }
}
