//! From plan to compiled expressions: columns become slots of a batch, columns of outer queries parameters, calls of
//! constants their values.

use super::condition::Condition;
use super::in_list::InList;
use super::{Expr, Node};
use crate::kernels::like::Pattern;
use crate::{ExecError, Result};
use plan::{Arena, Func, Scalar, ScalarId};
use std::cell::RefCell;
use std::collections::HashMap;
use types::{ColId, DataType, Decimal, Value};

/// Expressions may nest so deep: far beyond what people write, within the stack of a worker.
const MAX_DEPTH: usize = 1_500;

/// The parameters of a plan: columns that subtrees take from the row of an outer operator.
#[derive(Debug, Default)]
pub(crate) struct Params(RefCell<HashMap<ColId, usize>>);

impl Params {
    /// The number of a column's parameter.
    pub(crate) fn number(&self, col: ColId) -> usize {
        let mut numbers = self.0.borrow_mut();
        let next = numbers.len();
        *numbers.entry(col).or_insert(next)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

/// Compiles expressions over the columns of one or two inputs.
pub(crate) struct Compiler<'a> {
    pub(crate) arena: &'a Arena,
    pub(crate) params: &'a Params,
    /// Slot by column.
    columns: Vec<ColId>,
    /// How often each expression of the group occurs, for those that occur more than once.
    shared: HashMap<ScalarId, u32>,
}

impl<'a> Compiler<'a> {
    /// A compiler over a batch with these columns, in order.
    pub(crate) fn new(arena: &'a Arena, params: &'a Params, columns: &[ColId]) -> Self {
        Self {
            arena,
            params,
            columns: columns.to_vec(),
            shared: HashMap::new(),
        }
    }

    /// The slot of a column of the batch.
    pub(crate) fn slot(&self, col: ColId) -> Option<usize> {
        self.columns.iter().position(|c| *c == col)
    }

    /// Expressions evaluated on the same rows: what occurs several times in them is evaluated once.
    pub(crate) fn group(&mut self, ids: &[ScalarId]) -> Result<Vec<Expr>> {
        self.shared.clear();
        let mut counts = HashMap::new();
        for id in ids {
            self.count(*id, &mut counts, 0)?;
        }
        self.shared = counts;
        self.shared.retain(|_, count| *count > 1);
        let compiled = ids.iter().map(|id| self.expr(*id)).collect();
        self.shared.clear();
        compiled
    }

    fn count(&self, id: ScalarId, counts: &mut HashMap<ScalarId, u32>, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(ExecError::TooComplex);
        }
        let scalar = self.arena.get(id);
        if matches!(scalar, Scalar::Column(_) | Scalar::Literal(..)) || self.arena.is_volatile(id) {
            return Ok(());
        }
        let count = counts.entry(id).or_insert(0);
        *count += 1;
        if *count > 1 {
            return Ok(());
        }
        for child in scalar.children() {
            self.count(child, counts, depth + 1)?;
        }
        Ok(())
    }

    /// One expression.
    pub(crate) fn expr(&self, id: ScalarId) -> Result<Expr> {
        self.nested(id, 0)
    }

    /// A conjunction; conditions that are cheap to test first among those that cannot fail.
    pub(crate) fn conjunction(&self, ids: &[ScalarId]) -> Result<Condition> {
        let mut parts = ids
            .iter()
            .map(|id| self.condition(*id, 0))
            .collect::<Result<Vec<Condition>>>()?;
        Ok(match parts.len() {
            0 => Condition::Known(Some(true)),
            1 => parts.remove(0),
            _ => Condition::And(parts),
        })
    }

    fn nested(&self, id: ScalarId, depth: usize) -> Result<Expr> {
        if depth > MAX_DEPTH {
            return Err(ExecError::TooComplex);
        }
        let ty = self.arena.ty(id);
        let node = match self.arena.get(id) {
            Scalar::Column(col) => match self.slot(*col) {
                Some(slot) => Node::Slot(slot),
                None => Node::Param(self.params.number(*col)),
            },
            Scalar::Literal(value, _) => Node::Const(at_scale(value, ty)),
            Scalar::Cast(input, _) => {
                let input = self.nested(*input, depth + 1)?;
                match &input.node {
                    Node::Const(value) => match plan::eval::cast(value, input.ty, ty) {
                        Ok(value) => Node::Const(value),
                        Err(_) => Node::Cast(Box::new(input)),
                    },
                    _ => Node::Cast(Box::new(input)),
                }
            }
            Scalar::Case {
                branches,
                otherwise,
            } => Node::Case(
                branches
                    .iter()
                    .map(|(condition, value)| {
                        Ok((
                            self.condition(*condition, depth + 1)?,
                            self.of_type(*value, ty, depth)?,
                        ))
                    })
                    .collect::<Result<_>>()?,
                Box::new(self.of_type(*otherwise, ty, depth)?),
            ),
            Scalar::Call(Func::Random, _) => Node::Random,
            Scalar::Call(Func::Coalesce, args) => Node::Coalesce(
                args.iter()
                    .map(|arg| self.of_type(*arg, ty, depth))
                    .collect::<Result<_>>()?,
            ),
            Scalar::Call(func, args) if is_condition(*func) => {
                match self.call(*func, args, depth)? {
                    Condition::Known(value) => Node::Const(value.map_or(Value::Null, Value::Bool)),
                    Condition::Value(expr) => return Ok(*expr),
                    condition => Node::Condition(Box::new(condition)),
                }
            }
            Scalar::Call(func, args) => {
                let args = self.args(args, depth)?;
                match folded(*func, &args, ty) {
                    Some(value) => Node::Const(value),
                    None => Node::Call(*func, args),
                }
            }
        };
        Ok(Expr {
            node,
            ty,
            shared: self.shared.contains_key(&id).then_some(id.0),
            origin: Some(id),
        })
    }

    /// An expression cast to a type, when it has another.
    fn of_type(&self, id: ScalarId, ty: DataType, depth: usize) -> Result<Expr> {
        let expr = self.nested(id, depth + 1)?;
        Ok(match &expr.node {
            _ if expr.ty == ty => expr,
            Node::Const(Value::Null) => Expr::new(Node::Const(Value::Null), ty),
            _ => Expr::new(Node::Cast(Box::new(expr)), ty),
        })
    }

    fn args(&self, ids: &[ScalarId], depth: usize) -> Result<Vec<Expr>> {
        ids.iter().map(|id| self.nested(*id, depth + 1)).collect()
    }

    fn condition(&self, id: ScalarId, depth: usize) -> Result<Condition> {
        if depth > MAX_DEPTH {
            return Err(ExecError::TooComplex);
        }
        match self.arena.get(id) {
            Scalar::Literal(value, _) => Ok(Condition::Known(value.as_bool())),
            Scalar::Call(func, args) if is_condition(*func) && !self.shared.contains_key(&id) => {
                self.call(*func, args, depth)
            }
            _ => Ok(Condition::Value(Box::new(self.nested(id, depth + 1)?))),
        }
    }

    fn call(&self, func: Func, ids: &[ScalarId], depth: usize) -> Result<Condition> {
        let conditions = || {
            ids.iter()
                .map(|id| self.condition(*id, depth + 1))
                .collect::<Result<Vec<Condition>>>()
        };
        Ok(match func {
            Func::And => Condition::And(conditions()?),
            Func::Or => Condition::Or(conditions()?),
            Func::Not => match self.condition(ids[0], depth + 1)? {
                Condition::Known(value) => Condition::Known(value.map(|b| !b)),
                inner => Condition::Not(Box::new(inner)),
            },
            Func::IsTrue | Func::IsFalse => Condition::Is(
                Box::new(self.condition(ids[0], depth + 1)?),
                func == Func::IsTrue,
            ),
            _ => {
                let args = self.args(ids, depth)?;
                match folded(func, &args, DataType::Bool) {
                    Some(value) => Condition::Known(value.as_bool()),
                    None => match (func, test(func, args)) {
                        // Ends that vary: two comparisons, the second only where the first leaves it open.
                        (Func::Between, Condition::Value(_)) if !self.arena.is_volatile(ids[0]) => {
                            let low = test(Func::Ge, self.args(&[ids[0], ids[1]], depth)?);
                            let high = test(Func::Le, self.args(&[ids[0], ids[2]], depth)?);
                            Condition::And(vec![low, high])
                        }
                        (_, condition) => condition,
                    },
                }
            }
        })
    }
}

/// Functions that give booleans and are compiled to conditions.
fn is_condition(func: Func) -> bool {
    func.is_comparison()
        || matches!(
            func,
            Func::And
                | Func::Or
                | Func::Not
                | Func::IsTrue
                | Func::IsFalse
                | Func::Between
                | Func::In
                | Func::IsNull
                | Func::IsNotNull
                | Func::IsDistinctFrom
                | Func::IsNotDistinctFrom
                | Func::Like
                | Func::ILike
        )
}

/// The condition of a boolean function over compiled arguments.
fn test(func: Func, mut args: Vec<Expr>) -> Condition {
    match func {
        Func::IsNull | Func::IsNotNull => {
            Condition::Null(args.swap_remove(0), func == Func::IsNull)
        }
        Func::IsDistinctFrom | Func::IsNotDistinctFrom => {
            let right = args.swap_remove(1);
            Condition::Same(func, args.swap_remove(0), right)
        }
        Func::Between => match (&args[1].node, &args[2].node) {
            (Node::Const(low), Node::Const(high))
                if args[0].ty == args[1].ty
                    && args[0].ty == args[2].ty
                    && !low.is_null()
                    && !high.is_null() =>
            {
                let (low, high) = (low.clone(), high.clone());
                Condition::Between(args.swap_remove(0), low, high, Default::default())
            }
            _ => value(func, args),
        },
        Func::In => {
            let ty = args[0].ty;
            let constants: Option<Vec<Value>> = args[1..]
                .iter()
                .map(|arg| match &arg.node {
                    Node::Const(value) if value.is_null() || kindred(ty, arg.ty) => {
                        Some(value.clone())
                    }
                    _ => None,
                })
                .collect();
            match constants.and_then(|values| InList::new(&values, ty)) {
                Some(list) => Condition::In(args.swap_remove(0), list, Default::default()),
                None => value(func, args),
            }
        }
        Func::Like => match &args[1].node {
            Node::Const(Value::Text(pattern)) => match Pattern::new(pattern) {
                Some(pattern) => Condition::Like(args.swap_remove(0), pattern, Default::default()),
                None => value(func, args),
            },
            _ => value(func, args),
        },
        _ if func.is_comparison() => {
            let (right, left) = (args.swap_remove(1), args.swap_remove(0));
            // The constant goes right, where the loops expect it.
            match (is_constant(&left) && !is_constant(&right), func.commuted()) {
                (true, Some(commuted)) => {
                    Condition::Compare(commuted, right, left, Default::default())
                }
                _ => Condition::Compare(func, left, right, Default::default()),
            }
        }
        _ => value(func, args),
    }
}

fn value(func: Func, args: Vec<Expr>) -> Condition {
    Condition::Value(Box::new(Expr::new(Node::Call(func, args), DataType::Bool)))
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.node, Node::Const(_) | Node::Param(_))
}

/// Values of the types compare by the same integers or bytes.
fn kindred(a: DataType, b: DataType) -> bool {
    a == b || (a.is_text() && b.is_text()) || crate::kernels::compare::same_unit((a, b))
}

/// The value of a function of constants; `None` when it fails, as the failure belongs to the run.
fn folded(func: Func, args: &[Expr], ty: DataType) -> Option<Value> {
    let values: Option<Vec<Value>> = args
        .iter()
        .map(|arg| match &arg.node {
            Node::Const(value) => Some(value.clone()),
            _ => None,
        })
        .collect();
    let types: Vec<DataType> = args.iter().map(|arg| arg.ty).collect();
    plan::eval::call(func, &values?, &types, ty).ok()
}

/// A decimal literal at the scale of its type.
fn at_scale(value: &Value, ty: DataType) -> Value {
    match (value, ty) {
        (Value::Decimal(d), DataType::Decimal { scale, .. }) if d.scale != scale => d
            .rescale(scale)
            .map_or_else(|_| Value::Decimal(*d), |d: Decimal| Value::Decimal(d)),
        _ => value.clone(),
    }
}
