//! Evaluating compiled expressions.

use super::{Condition, Frame, Operand, branch};
use crate::kernels::{arith, cast, datetime, rowwise, text};
use plan::{Func, ScalarId};
use types::{DataError, DataType, Value};

/// A compiled scalar expression.
#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) node: Node,
    pub(crate) ty: DataType,
    /// Set when the expression occurs several times: its value is kept in the frame under this number.
    pub(crate) shared: Option<u32>,
    /// The expression of the plan that it was compiled from, for the place of an error.
    pub(crate) origin: Option<ScalarId>,
}

/// What a compiled expression does.
#[derive(Debug)]
pub(crate) enum Node {
    /// An input column.
    Slot(usize),
    /// A column of an outer row.
    Param(usize),
    Const(Value),
    /// A function whose arguments are all evaluated.
    Call(Func, Vec<Expr>),
    Cast(Box<Expr>),
    /// A boolean expression.
    Condition(Box<Condition>),
    /// CASE; the conditions are tried in order.
    Case(Vec<(Condition, Expr)>, Box<Expr>),
    /// COALESCE; every argument has the result type.
    Coalesce(Vec<Expr>),
    Random,
}

impl Expr {
    pub(crate) fn new(node: Node, ty: DataType) -> Self {
        Self {
            node,
            ty,
            shared: None,
            origin: None,
        }
    }

    /// The value on the rows of the frame.
    pub(crate) fn eval(&self, frame: &Frame<'_>) -> Result<Operand, DataError> {
        let Some(id) = self.shared else {
            return self.compute(frame);
        };
        if let Some(known) = frame.recall(id) {
            return Ok(known);
        }
        let value = self.compute(frame)?;
        frame.remember(id, &value);
        Ok(value)
    }

    /// Remembers that this expression failed, all its arguments being fine.
    fn failed(&self, frame: &Frame<'_>) {
        frame.cx.fault.set(self.origin);
    }

    fn compute(&self, frame: &Frame<'_>) -> Result<Operand, DataError> {
        match &self.node {
            Node::Slot(slot) => Ok(frame.slot(*slot)),
            Node::Param(param) => Ok(Operand::Const(frame.cx.params.borrow()[*param].clone())),
            Node::Const(value) => Ok(Operand::Const(value.clone())),
            Node::Cast(input) => {
                let value = input.eval(frame)?;
                convert(&value, input.ty, self.ty, frame.len()).inspect_err(|_| self.failed(frame))
            }
            Node::Condition(condition) => condition.truth(frame),
            Node::Case(branches, otherwise) => branch::case(branches, otherwise, self.ty, frame),
            Node::Coalesce(args) => branch::coalesce(args, self.ty, frame),
            Node::Random => rowwise::build(frame.len(), DataType::Float64, |_| {
                Ok(Value::Float64(frame.cx.random()))
            }),
            Node::Call(func, args) => {
                let operands = args
                    .iter()
                    .map(|arg| arg.eval(frame))
                    .collect::<Result<Vec<Operand>, DataError>>()?;
                let types: Vec<DataType> = args.iter().map(|arg| arg.ty).collect();
                call(*func, &operands, &types, self.ty, frame.len())
                    .inspect_err(|_| self.failed(frame))
            }
        }
    }
}

/// A cast of each row.
fn convert(
    input: &Operand,
    from: DataType,
    to: DataType,
    rows: usize,
) -> Result<Operand, DataError> {
    if let Operand::Const(value) = input {
        return plan::eval::cast(value, from, to).map(Operand::Const);
    }
    match cast::cast(input, from, to, rows) {
        Some(out) => Ok(out),
        None => rowwise::cast(input, from, to, rows),
    }
}

/// A function of evaluated arguments.
pub(crate) fn call(
    func: Func,
    args: &[Operand],
    types: &[DataType],
    result: DataType,
    rows: usize,
) -> Result<Operand, DataError> {
    if func.is_strict() && args.iter().any(Operand::is_null_const) {
        return Ok(Operand::Const(Value::Null));
    }
    if args.iter().all(|arg| matches!(arg, Operand::Const(_))) {
        let values: Vec<Value> = args.iter().map(|arg| arg.value(0, result)).collect();
        return plan::eval::call(func, &values, types, result).map(Operand::Const);
    }
    let fast = match func {
        Func::Add | Func::Sub | Func::Mul | Func::Div | Func::Mod => {
            let types = (types[0], types[1]);
            arith::binary(func, &args[0], &args[1], types, result, rows)
                .or_else(|| datetime::shift(func, &args[0], &args[1], types, rows))
        }
        Func::Neg | Func::Abs => arith::unary(func, &args[0], result, rows),
        Func::Extract(field) => datetime::extract(field, &args[0], types[0], rows),
        Func::Upper | Func::Lower | Func::Trim | Func::Substring | Func::Length | Func::Concat => {
            text::call(func, args, rows)
        }
        _ => None,
    };
    match fast {
        Some(out) => Ok(out),
        None => rowwise::call(func, args, types, result, rows),
    }
}
