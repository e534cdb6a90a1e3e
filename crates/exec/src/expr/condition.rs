//! Conditions: boolean expressions that narrow the rows that count.
//!
//! [`Condition::select`] gives the rows on which a condition is true, or those on which it is false; rows on which it is
//! NULL are in neither set. So three-valued logic needs no vectors of booleans: NOT exchanges the sets, AND narrows
//! step by step for the true set and takes the union, step by step on what remains, for the false set; OR the other way
//! round. Every conjunct is evaluated only on the rows that the ones before left open.

use super::in_list::{InList, Members, whole};
use super::text_test::{DictCache, TextTest, select_text, text_truths};
use super::{Expr, Frame, Node, Operand, eval};
use crate::kernels::compare::{compare, float_key, same};
use crate::kernels::like::Pattern;
use crate::kernels::select::{Range, merged, remaining, select, select_rows};
use plan::Func;
use types::data_type::Layout;
use types::{Bitmap, Column, DataError, DataType, Value, Vector};

/// A compiled boolean expression.
#[derive(Debug)]
pub(crate) enum Condition {
    /// A constant; `None` is NULL.
    Known(Option<bool>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    /// IS TRUE, IS FALSE.
    Is(Box<Condition>, bool),
    /// IS NULL; with `false` IS NOT NULL.
    Null(Expr, bool),
    /// `= <> < <= > >=`
    Compare(Func, Expr, Expr, DictCache),
    /// IS [NOT] DISTINCT FROM.
    Same(Func, Expr, Expr),
    /// BETWEEN two constants.
    Between(Expr, Value, Value, DictCache),
    In(Expr, InList, DictCache),
    Like(Expr, Pattern, DictCache),
    /// Any other boolean expression.
    Value(Box<Expr>),
}

impl Condition {
    /// The rows of the frame, as indexes into its columns, on which the condition is `wanted`; ascending.
    pub(crate) fn select(&self, frame: &Frame<'_>, wanted: bool) -> Result<Vec<u32>, DataError> {
        match self {
            Self::Known(value) => Ok(if *value == Some(wanted) {
                frame.row_indexes()
            } else {
                Vec::new()
            }),
            Self::And(parts) if wanted => narrow(parts, frame, wanted),
            Self::Or(parts) if !wanted => narrow(parts, frame, wanted),
            Self::And(parts) | Self::Or(parts) => {
                let mut open = frame.row_indexes();
                let mut found = Vec::new();
                for part in parts {
                    if open.is_empty() {
                        break;
                    }
                    let more = part.select(&frame.with_rows(&open), wanted)?;
                    open = remaining(&open, &more);
                    found = merged(found, more);
                }
                Ok(found)
            }
            Self::Not(inner) => inner.select(frame, !wanted),
            Self::Is(inner, asked) => {
                let found = inner.select(frame, *asked)?;
                Ok(if wanted {
                    found
                } else {
                    remaining(&frame.row_indexes(), &found)
                })
            }
            Self::Null(input, asked) => select_null(input, *asked == wanted, frame),
            Self::Compare(func, left, right, cache) => {
                // A column against a constant, whichever side each is on.
                let sides = [(Some(*func), left, right), (func.commuted(), right, left)];
                for (func, column, other) in sides {
                    if let (Some(func), Node::Slot(slot)) = (func, &column.node)
                        && let (Some(rows), Some(value)) =
                            (frame.raw(*slot), constant(other, frame))
                    {
                        let operand = (&value, column.ty, other.ty);
                        let selected = select_compare(rows, frame, func, operand, cache, wanted);
                        if let Some(selected) = selected {
                            return Ok(selected);
                        }
                    }
                }
                self.select_by_truth(frame, wanted)
            }
            Self::Between(input, low, high, cache) => {
                if let Node::Slot(slot) = input.node
                    && let Some(column) = frame.raw(slot)
                    && let Some(rows) =
                        select_between(column, frame, (low, high), input.ty, cache, wanted)
                {
                    return Ok(rows);
                }
                self.select_by_truth(frame, wanted)
            }
            Self::In(input, list, cache) => {
                if !wanted && list.has_null {
                    return Ok(Vec::new());
                }
                let value = input.eval_raw(frame)?;
                Ok(match value {
                    Raw::Column(column, selection) => {
                        select_in(column, selection, list, cache, wanted)
                    }
                    Raw::Operand(operand) => {
                        let truth = in_truth(&operand, list, cache, frame.len(), input.ty);
                        from_truth(&truth, frame, wanted)
                    }
                })
            }
            Self::Like(input, pattern, cache) => {
                let test = TextTest::Like(pattern);
                Ok(match input.eval_raw(frame)? {
                    Raw::Column(column, selection) => {
                        select_text(column, selection, &test, cache, wanted)
                    }
                    Raw::Operand(operand) => {
                        let truth = text_truth(&operand, &test, cache);
                        from_truth(&truth, frame, wanted)
                    }
                })
            }
            Self::Value(expr) => {
                if let Node::Slot(slot) = expr.node
                    && let Some(column) = frame.raw(slot)
                    && let Vector::Bool(rows) = &column.data
                {
                    let validity = column.validity.as_ref();
                    return Ok(select(rows, validity, frame.selection(), |b| b == wanted));
                }
                self.select_by_truth(frame, wanted)
            }
            Self::Same(..) => self.select_by_truth(frame, wanted),
        }
    }

    fn select_by_truth(&self, frame: &Frame<'_>, wanted: bool) -> Result<Vec<u32>, DataError> {
        Ok(from_truth(&self.truth(frame)?, frame, wanted))
    }

    /// The condition's value on each row: a column of booleans, or a constant.
    pub(crate) fn truth(&self, frame: &Frame<'_>) -> Result<Operand, DataError> {
        let rows = frame.len();
        Ok(match self {
            Self::Known(value) => Operand::Const(value.map_or(Value::Null, Value::Bool)),
            Self::And(parts) => junction(parts, false, frame)?,
            Self::Or(parts) => junction(parts, true, frame)?,
            Self::Not(inner) => match inner.truth(frame)? {
                Operand::Const(value) => {
                    Operand::Const(value.as_bool().map_or(Value::Null, |b| Value::Bool(!b)))
                }
                Operand::Column(column) => {
                    let flipped = bools(&column).iter().map(|b| !b).collect();
                    Operand::column(Vector::Bool(flipped), column.validity.clone())
                }
            },
            Self::Is(inner, asked) => match inner.truth(frame)? {
                Operand::Const(value) => {
                    Operand::Const(Value::Bool(value.as_bool() == Some(*asked)))
                }
                Operand::Column(column) => {
                    let values = bools(&column).iter().enumerate();
                    let is = values.map(|(row, b)| *b == *asked && !column.is_null(row));
                    Operand::column(Vector::Bool(is.collect()), None)
                }
            },
            Self::Null(input, asked) => match input.eval(frame)? {
                Operand::Const(value) => Operand::Const(Value::Bool(value.is_null() == *asked)),
                Operand::Column(column) => {
                    let is = (0..rows).map(|row| column.is_null(row) == *asked);
                    Operand::column(Vector::Bool(is.collect()), None)
                }
            },
            Self::Compare(func, left, right, cache) => {
                let (a, b) = (left.eval(frame)?, right.eval(frame)?);
                compare_truth(*func, &a, &b, (left.ty, right.ty), cache, rows)?
            }
            Self::Same(func, left, right) => {
                let (a, b) = (left.eval(frame)?, right.eval(frame)?);
                let types = (left.ty, right.ty);
                if let (Operand::Const(a), Operand::Const(b)) = (&a, &b) {
                    let args = [a.clone(), b.clone()];
                    return plan::eval::call(*func, &args, &[types.0, types.1], DataType::Bool)
                        .map(Operand::Const);
                }
                same(*func, &a, &b, types, rows)
            }
            Self::Between(input, low, high, cache) => {
                let value = input.eval(frame)?;
                let low = Operand::Const(low.clone());
                let high = Operand::Const(high.clone());
                if let (Operand::Column(_), DataType::Text) = (&value, input.ty)
                    && let (Operand::Const(Value::Text(low)), Operand::Const(Value::Text(high))) =
                        (&low, &high)
                {
                    let test = TextTest::Between(low.as_bytes(), high.as_bytes());
                    return Ok(text_truth(&value, &test, cache));
                }
                eval::call(
                    Func::Between,
                    &[value, low, high],
                    &[input.ty; 3],
                    DataType::Bool,
                    rows,
                )?
            }
            Self::In(input, list, cache) => {
                in_truth(&input.eval(frame)?, list, cache, rows, input.ty)
            }
            Self::Like(input, pattern, cache) => {
                text_truth(&input.eval(frame)?, &TextTest::Like(pattern), cache)
            }
            Self::Value(expr) => expr.eval(frame)?,
        })
    }
}

/// The rows left after each part in turn.
fn narrow(parts: &[Condition], frame: &Frame<'_>, wanted: bool) -> Result<Vec<u32>, DataError> {
    let Some((first, rest)) = parts.split_first() else {
        return Ok(frame.row_indexes());
    };
    let mut rows = first.select(frame, wanted)?;
    for part in rest {
        if rows.is_empty() {
            break;
        }
        rows = part.select(&frame.with_rows(&rows), wanted)?;
    }
    Ok(rows)
}

/// AND (`decisive` false) or OR (`decisive` true) as a column; a part is evaluated where no part before decided.
fn junction(parts: &[Condition], decisive: bool, frame: &Frame<'_>) -> Result<Operand, DataError> {
    let rows = frame.len();
    let mut decided = vec![false; rows];
    let mut unknown = vec![false; rows];
    let indexes = frame.row_indexes();
    let mut open: Vec<u32> = (0..rows as u32).collect();
    for part in parts {
        if open.is_empty() {
            break;
        }
        let at: Vec<u32> = open.iter().map(|at| indexes[*at as usize]).collect();
        let truth = part.truth(&frame.with_rows(&at))?;
        for (from, at) in open.iter().enumerate() {
            match truth.value(from, DataType::Bool).as_bool() {
                Some(b) => decided[*at as usize] = b == decisive,
                None => unknown[*at as usize] = true,
            }
        }
        open.retain(|at| !decided[*at as usize]);
    }
    let validity = (0..rows).map(|row| decided[row] || !unknown[row]);
    let values = decided.iter().map(|d| *d == decisive).collect();
    Ok(Operand::column(
        Vector::Bool(values),
        Some(validity.collect::<Bitmap>()),
    ))
}

fn bools(column: &Column) -> &[bool] {
    match &column.data {
        Vector::Bool(rows) => rows,
        // A NULL of unknown type may come as strings.
        _ => &[],
    }
}

fn from_truth(truth: &Operand, frame: &Frame<'_>, wanted: bool) -> Vec<u32> {
    match truth {
        Operand::Const(value) => {
            if value.as_bool() == Some(wanted) {
                frame.row_indexes()
            } else {
                Vec::new()
            }
        }
        Operand::Column(column) => {
            let dense = select(bools(column), column.validity.as_ref(), None, |b| {
                b == wanted
            });
            match frame.selection() {
                None => dense,
                Some(selection) => dense.iter().map(|at| selection[*at as usize]).collect(),
            }
        }
    }
}

/// An operand that may still be read through a selection.
enum Raw<'a> {
    Column(&'a Column, Option<&'a [u32]>),
    Operand(Operand),
}

impl Expr {
    fn eval_raw<'a>(&self, frame: &Frame<'a>) -> Result<Raw<'a>, DataError> {
        if let Node::Slot(slot) = self.node
            && let Some(column) = frame.raw(slot)
        {
            return Ok(Raw::Column(column, frame.selection()));
        }
        self.eval(frame).map(Raw::Operand)
    }
}

/// The value of an expression that is the same on every row for being a constant or an outer row's column.
fn constant(expr: &Expr, frame: &Frame<'_>) -> Option<Value> {
    match &expr.node {
        Node::Const(value) => Some(value.clone()),
        Node::Param(param) => Some(frame.cx.params.borrow()[*param].clone()),
        Node::Slot(slot) => match frame.raw(*slot) {
            Some(_) => None,
            None => Some(frame.slot(*slot).value(0, expr.ty)),
        },
        _ => None,
    }
}

fn select_null(input: &Expr, null: bool, frame: &Frame<'_>) -> Result<Vec<u32>, DataError> {
    Ok(match input.eval_raw(frame)? {
        Raw::Column(column, selection) => match (&column.validity, null) {
            (None, true) => Vec::new(),
            (None, false) => frame.row_indexes(),
            (Some(validity), _) => {
                select_rows(column.len(), selection, |row| validity.get(row) != null)
            }
        },
        Raw::Operand(Operand::Const(value)) => {
            if value.is_null() == null {
                frame.row_indexes()
            } else {
                Vec::new()
            }
        }
        Raw::Operand(Operand::Column(column)) => {
            let at = select_rows(column.len(), None, |row| column.is_null(row) == null);
            match frame.selection() {
                None => at,
                Some(selection) => at.iter().map(|at| selection[*at as usize]).collect(),
            }
        }
    })
}

/// The rows whose value stands in the relation to a constant, by a loop for its type; `None` when there is none.
fn select_compare(
    column: &Column,
    frame: &Frame<'_>,
    func: Func,
    (value, ty, value_ty): (&Value, DataType, DataType),
    cache: &DictCache,
    wanted: bool,
) -> Option<Vec<u32>> {
    if value.is_null() {
        return Some(Vec::new());
    }
    if let Value::Text(text) = value {
        let test = TextTest::Compare(func, text.as_bytes());
        return Some(select_text(column, frame.selection(), &test, cache, wanted));
    }
    let same_kind = ty == value_ty || crate::kernels::compare::same_unit((ty, value_ty));
    let range = Range::of(func, whole(value, ty).filter(|_| same_kind)?);
    select_range(column, frame, range, wanted)
}

fn select_between(
    column: &Column,
    frame: &Frame<'_>,
    (low, high): (&Value, &Value),
    ty: DataType,
    cache: &DictCache,
    wanted: bool,
) -> Option<Vec<u32>> {
    if let (Value::Text(low), Value::Text(high)) = (low, high) {
        let test = TextTest::Between(low.as_bytes(), high.as_bytes());
        return Some(select_text(column, frame.selection(), &test, cache, wanted));
    }
    let range = Range::between(whole(low, ty)?, whole(high, ty)?);
    select_range(column, frame, range, wanted)
}

fn select_range(
    column: &Column,
    frame: &Frame<'_>,
    range: Range,
    wanted: bool,
) -> Option<Vec<u32>> {
    let range = if wanted { range } else { range.inverted() };
    let (validity, selection) = (column.validity.as_ref(), frame.selection());
    Some(match &column.data {
        Vector::I32(rows) => range.select_i32(rows, validity, selection),
        Vector::I64(rows) => range.select_i64(rows, validity, selection),
        Vector::F64(rows) => {
            let keys: Vec<i64> = rows.iter().map(|v| float_key(*v)).collect();
            range.select_i64(&keys, validity, selection)
        }
        _ => return None,
    })
}

fn select_in(
    column: &Column,
    selection: Option<&[u32]>,
    list: &InList,
    cache: &DictCache,
    wanted: bool,
) -> Vec<u32> {
    let validity = column.validity.as_ref();
    match &column.data {
        Vector::I32(rows) => select(rows, validity, selection, |v| {
            list.contains(i64::from(v)) == wanted
        }),
        Vector::I64(rows) => select(rows, validity, selection, |v| list.contains(v) == wanted),
        Vector::F64(rows) => select(rows, validity, selection, |v| {
            list.contains(float_key(v)) == wanted
        }),
        Vector::I128(rows) => select(rows, validity, selection, |v| {
            i64::try_from(v).is_ok_and(|v| list.contains(v)) == wanted
        }),
        _ => select_text(column, selection, &TextTest::In(list), cache, wanted),
    }
}

fn in_truth(
    operand: &Operand,
    list: &InList,
    cache: &DictCache,
    rows: usize,
    ty: DataType,
) -> Operand {
    let column = match operand {
        Operand::Const(Value::Null) => return Operand::Const(Value::Null),
        Operand::Const(value) => {
            let found = match (&list.members, value) {
                (Members::Texts(texts), Value::Text(text)) => texts.contains(text.as_bytes()),
                _ => whole(value, ty).is_some_and(|v| list.contains(v)),
            };
            return Operand::Const(match (found, list.has_null) {
                (false, true) => Value::Null,
                _ => Value::Bool(found),
            });
        }
        Operand::Column(column) => column,
    };
    let mut found = vec![false; rows];
    for row in select_in(column, None, list, cache, true) {
        found[row as usize] = true;
    }
    let validity = if list.has_null {
        Some(found.iter().copied().collect())
    } else {
        column.validity.clone()
    };
    Operand::column(Vector::Bool(found), validity)
}

fn text_truth(operand: &Operand, test: &TextTest<'_>, cache: &DictCache) -> Operand {
    match operand {
        Operand::Const(Value::Text(text)) => {
            let one = Column::from_values(DataType::Text, [&Value::Text(text.clone())]);
            let passes = text_truths(&one, test, cache);
            Operand::Const(Value::Bool(passes[0]))
        }
        Operand::Const(_) => Operand::Const(Value::Null),
        Operand::Column(column) => Operand::column(
            Vector::Bool(text_truths(column, test, cache)),
            column.validity.clone(),
        ),
    }
}

fn compare_truth(
    func: Func,
    a: &Operand,
    b: &Operand,
    types: (DataType, DataType),
    cache: &DictCache,
    rows: usize,
) -> Result<Operand, DataError> {
    if a.is_null_const() || b.is_null_const() {
        return Ok(Operand::Const(Value::Null));
    }
    match (a, b) {
        (Operand::Const(a), Operand::Const(b)) => {
            let args = [a.clone(), b.clone()];
            plan::eval::call(func, &args, &[types.0, types.1], DataType::Bool).map(Operand::Const)
        }
        (Operand::Column(column), Operand::Const(Value::Text(text)))
            if column_is_text(column, types.0) =>
        {
            let test = TextTest::Compare(func, text.as_bytes());
            Ok(text_truth(a, &test, cache))
        }
        _ => Ok(compare(func, a, b, types, rows)),
    }
}

fn column_is_text(column: &Column, ty: DataType) -> bool {
    ty.layout() == Layout::Str && matches!(column.data, Vector::Dict { .. })
}
