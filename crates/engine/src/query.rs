//! The way of a query from bound plan to rows.

use crate::{Context, Engine, Error, place};
use exec::{Counters, Execution, HeapTables};
use optimizer::search::{self, Searched, Silent};
use plan::{Arena, RelId};
use std::rc::Rc;
use types::{Batch, ColId, DataType};

/// Milliseconds a statement spent in each phase.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Phases {
    /// Text to syntax tree.
    pub parse: f64,
    /// Names and types.
    pub bind: f64,
    /// Normalization rules.
    pub normalize: f64,
    /// Memo search.
    pub search: f64,
    /// Running the plan, or the command.
    pub execute: f64,
    /// All of it.
    pub total: f64,
}

/// The rows of a query, and what each operator of its plan did.
pub struct QueryResult {
    /// Name and type of each column.
    pub columns: Vec<(String, DataType)>,
    /// The rows.
    pub batches: Vec<Batch>,
    /// What the operators of the physical plan did, in pre-order.
    pub actuals: Vec<Counters>,
}

impl QueryResult {
    /// Number of rows.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(Batch::len).sum()
    }
}

/// Optimizes a bound plan without a trace.
pub fn optimize(
    arena: &mut Arena,
    root: RelId,
    context: &Context,
    phases: &mut Phases,
) -> Result<Searched, Error> {
    let start = context.now();
    let normalized =
        optimizer::normalize(arena, root, &context.optimizer.normalize_options(), &mut ())?;
    let searching = context.now();
    phases.normalize = searching - start;
    let searched = search::optimize(
        arena,
        normalized,
        &context.optimizer.search_options(),
        &mut Silent,
    )?;
    phases.search = context.now() - searching;
    Ok(searched)
}

/// Optimizes and runs a bound query.
pub async fn run(
    engine: &Engine,
    arena: &mut Arena,
    bound: &sql::BoundQuery,
    context: &Context,
    phases: &mut Phases,
) -> Result<QueryResult, Error> {
    let searched = optimize(arena, bound.root, context, phases)?;
    let columns: Vec<_> = bound
        .columns
        .iter()
        .map(|(name, col)| (name.clone(), arena.column(*col).ty))
        .collect();
    let order: Vec<_> = bound.columns.iter().map(|(_, col)| *col).collect();
    let start = context.now();
    let output = (order.as_slice(), &bound.spans);
    let (batches, actuals) = execute(engine, arena, searched.physical, output, context).await?;
    phases.execute = context.now() - start;
    Ok(QueryResult {
        columns,
        batches,
        actuals,
    })
}

/// Runs a physical plan and gives the columns in the order asked for; an error of an expression gets its place.
pub async fn execute(
    engine: &Engine,
    arena: &Arena,
    physical: RelId,
    (order, spans): (&[ColId], &sql::Spans),
    context: &Context,
) -> Result<(Vec<Batch>, Vec<Counters>), Error> {
    let output = &arena.props(physical).columns;
    let places: Vec<usize> = order
        .iter()
        .map(|col| {
            output
                .iter()
                .position(|c| c == col)
                .expect("the plan keeps the query's columns")
        })
        .collect();
    let mut tables = HeapTables::new();
    for (id, table) in &engine.tables.borrow().tables {
        tables.insert(*id, table.heap.clone());
    }
    let (settings, hooks) = (context.settings.clone(), context.hooks.clone());
    let mut execution = Execution::new(arena, physical, Rc::new(tables), settings, hooks)?;
    let mut batches = Vec::new();
    while let Some(batch) = execution.next().await.map_err(|error| {
        let at = execution.fault().and_then(|id| place::of(arena, spans, id));
        Error::Exec(error).at(at)
    })? {
        let batch = batch.flatten();
        let columns = places.iter().map(|at| batch.columns[*at].clone()).collect();
        batches.push(Batch::new(columns, batch.rows));
    }
    Ok((batches, execution.counters()))
}
