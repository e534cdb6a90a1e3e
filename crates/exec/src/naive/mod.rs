//! Naive execution of any logical plan, dependent joins included: rows of values, nested loops, no cleverness. It is
//! what the optimizer's rewrites and the vectorised operators are proven against, so it shares no code with either;
//! only scalar expressions come from [`plan::eval`].
//!
//! - [`env`](mod@env): rows of outer queries that a subplan may refer to.
//! - [`join`], [`aggregate`], [`set_op`], [`sort`]: the operators that take more than a line.
//! - [`key`]: rows under SQL's equality, for grouping and duplicates.

mod aggregate;
mod env;
mod join;
mod key;
mod set_op;
mod sort;
#[cfg(test)]
mod tests;

use env::Env;
use plan::{Arena, Op, OpKind, RelId, ScalarId, Scan, eval};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use types::{ColId, DataError, TableId, Value};

/// A row: one value for each output column of its operator.
pub type Row = Vec<Value>;

/// Why naive execution stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NaiveError {
    /// An expression failed on a row.
    Data(DataError),
    /// The steps allowed were used up.
    OverBudget,
    /// The plan refers to a column that neither an input nor an outer row has: it is broken.
    Unbound(ColId),
    /// The plan holds an operator that only the executor runs.
    Physical(OpKind),
}

impl fmt::Display for NaiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(error) => error.fmt(f),
            Self::OverBudget => f.write_str("the naive run needs more steps than allowed"),
            Self::Unbound(col) => write!(f, "column {} is bound nowhere", col.0),
            Self::Physical(kind) => write!(f, "{kind:?} is not a logical operator"),
        }
    }
}

impl std::error::Error for NaiveError {}

impl From<DataError> for NaiveError {
    fn from(error: DataError) -> Self {
        Self::Data(error)
    }
}

/// Runs a logical plan and gives its rows, columns in the order of the root's
/// [`Props::columns`](plan::Props::columns). `tables` gives all rows of a table with all its columns. `budget` bounds
/// the rows made and row pairs tested. Random numbers come from a fixed seed.
pub fn run(
    arena: &Arena,
    root: RelId,
    tables: &dyn Fn(TableId) -> Rc<Vec<Row>>,
    budget: u64,
) -> Result<Vec<Row>, NaiveError> {
    let naive = Naive {
        arena,
        tables,
        budget: Cell::new(budget),
        random: Cell::new(0x2545_f491_4f6c_dd1d),
        unbound: Cell::new(None),
        done: RefCell::new(HashMap::new()),
    };
    let rows = naive.rows(root, &Env::ROOT)?;
    drop(naive);
    Ok(Rc::try_unwrap(rows).unwrap_or_else(|shared| (*shared).clone()))
}

/// One run.
struct Naive<'a> {
    arena: &'a Arena,
    tables: &'a dyn Fn(TableId) -> Rc<Vec<Row>>,
    /// Steps left.
    budget: Cell<u64>,
    /// State of the random numbers.
    random: Cell<u64>,
    /// A column that the last expression looked for in vain.
    unbound: Cell<Option<ColId>>,
    /// Results of subplans that depend on no outer row, so that a dependent join does not repeat them.
    done: RefCell<HashMap<RelId, Rc<Vec<Row>>>>,
}

impl Naive<'_> {
    /// The rows of a plan under the rows of outer queries.
    fn rows(&self, id: RelId, env: &Env<'_>) -> Result<Rc<Vec<Row>>, NaiveError> {
        let props = self.arena.props(id);
        let repeatable = props.free.is_empty() && !props.volatile;
        if repeatable && let Some(rows) = self.done.borrow().get(&id) {
            return Ok(rows.clone());
        }
        let rows = Rc::new(self.compute(id, env)?);
        self.spend(rows.len() as u64)?;
        if repeatable {
            self.done.borrow_mut().insert(id, rows.clone());
        }
        Ok(rows)
    }

    fn compute(&self, id: RelId, env: &Env<'_>) -> Result<Vec<Row>, NaiveError> {
        let node = self.arena.node(id);
        // Columns and rows of an input; joins and set operations read theirs themselves.
        let columns = |at: usize| &self.arena.props(node.inputs[at]).columns;
        let input = || self.rows(node.inputs[0], env);
        match &node.op {
            Op::Scan(scan) => self.scan(scan, env),
            Op::Values { rows, .. } => rows
                .iter()
                .map(|row| row.iter().map(|e| self.scalar(*e, env)).collect())
                .collect(),
            Op::Filter { predicates } => {
                let mut kept = Vec::new();
                for row in input()?.iter() {
                    self.spend(1)?;
                    if self.holds(predicates, &env.with(columns(0), row))? {
                        kept.push(row.clone());
                    }
                }
                Ok(kept)
            }
            Op::Project { items } => input()?
                .iter()
                .map(|row| {
                    let env = env.with(columns(0), row);
                    items.iter().map(|i| self.scalar(i.expr, &env)).collect()
                })
                .collect(),
            Op::Join {
                kind,
                on,
                dependent,
            } => self.join(*kind, on, *dependent, &node.inputs, env),
            Op::Aggregate { keys, aggs } => self.aggregate(keys, aggs, columns(0), &input()?, env),
            Op::Distinct => Ok(key::distinct(input()?.iter().cloned())),
            Op::Sort { keys } => sort::sorted(&input()?, columns(0), keys),
            Op::Limit { limit, offset } => Ok(sort::limited((*input()?).clone(), *limit, *offset)),
            Op::TopN {
                keys,
                limit,
                offset,
            } => {
                let rows = sort::sorted(&input()?, columns(0), keys)?;
                Ok(sort::limited(rows, Some(*limit), *offset))
            }
            Op::SetOp { kind, all, columns } => {
                self.set_op(*kind, *all, columns, &node.inputs, env)
            }
            physical => Err(NaiveError::Physical(physical.kind())),
        }
    }

    fn scan(&self, scan: &Scan, env: &Env<'_>) -> Result<Vec<Row>, NaiveError> {
        let columns: Vec<ColId> = scan.columns.iter().map(|c| c.col).collect();
        let mut kept = Vec::new();
        for stored in (self.tables)(scan.table).iter() {
            self.spend(1)?;
            let row: Row = scan
                .columns
                .iter()
                .map(|c| stored[c.ordinal as usize].clone())
                .collect();
            if self.holds(&scan.filters, &env.with(&columns, &row))? {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    /// Whether the conjuncts are all true; the first that is not ends it, be it false or unknown.
    fn holds(&self, conjuncts: &[ScalarId], env: &Env<'_>) -> Result<bool, NaiveError> {
        for conjunct in conjuncts {
            if self.scalar(*conjunct, env)?.as_bool() != Some(true) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The conjunction's truth value, `None` for unknown; the first false conjunct ends it. For joins that tell unknown from
    /// false.
    fn condition(&self, conjuncts: &[ScalarId], env: &Env<'_>) -> Result<Option<bool>, NaiveError> {
        let mut truth = Some(true);
        for conjunct in conjuncts {
            match self.scalar(*conjunct, env)?.as_bool() {
                Some(true) => {}
                Some(false) => return Ok(Some(false)),
                None => truth = None,
            }
        }
        Ok(truth)
    }

    fn scalar(&self, id: ScalarId, env: &Env<'_>) -> Result<Value, NaiveError> {
        let value = eval::eval(
            self.arena,
            id,
            &mut |col| {
                env.get(col).cloned().unwrap_or_else(|| {
                    self.unbound.set(Some(col));
                    Value::Null
                })
            },
            &mut || self.next_random(),
        );
        match self.unbound.take() {
            Some(col) => Err(NaiveError::Unbound(col)),
            None => Ok(value?),
        }
    }

    /// A number in [0, 1) by xorshift (Marsaglia 2003).
    fn next_random(&self) -> f64 {
        let mut state = self.random.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.random.set(state);
        (state >> 11) as f64 / (1u64 << 53) as f64
    }

    fn spend(&self, steps: u64) -> Result<(), NaiveError> {
        let left = self.budget.get().checked_sub(steps);
        self.budget.set(left.ok_or(NaiveError::OverBudget)?);
        Ok(())
    }
}

/// The position of a column among the columns of an input.
fn position(columns: &[ColId], col: ColId) -> Result<usize, NaiveError> {
    columns
        .iter()
        .position(|c| *c == col)
        .ok_or(NaiveError::Unbound(col))
}
