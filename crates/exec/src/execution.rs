//! One run of a physical plan.

use crate::build;
use crate::context::Context;
use crate::operators::Node;
use crate::{Counters, Hooks, Result, TableSource};
use plan::{Arena, RelId, ScalarId};
use std::rc::Rc;
use types::{Batch, ColId, DataType};

/// Limits and seeds of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Bytes that hash tables, sort buffers and kept rows may take together.
    pub memory_budget: usize,
    /// Nanoseconds after which the run gives way by [`Hooks::pause`].
    pub slice_nanos: u64,
    /// Where the random numbers of `random()` start.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            memory_budget: 512 << 20,
            slice_nanos: 12_000_000,
            seed: 0,
        }
    }
}

/// A physical plan that is being run. Dropping it ends the run and gives back all it held.
pub struct Execution {
    root: Node,
    context: Rc<Context>,
    columns: Vec<(ColId, DataType)>,
    /// The columns of the root's batches that are the output, in order.
    picks: Vec<usize>,
    failed: bool,
}

impl Execution {
    /// Prepares to run the physical plan under `root`; nothing is read yet.
    pub fn new(
        arena: &Arena,
        root: RelId,
        tables: Rc<dyn TableSource>,
        settings: Settings,
        hooks: Rc<dyn Hooks>,
    ) -> Result<Self> {
        let built = build::build(arena, root)?;
        let context = Rc::new(Context::new(
            tables,
            &settings,
            hooks,
            built.operators,
            built.params,
        ));
        let columns = arena.props(root).columns.iter();
        Ok(Self {
            root: built.root,
            picks: built.picks,
            context,
            columns: columns.map(|c| (*c, arena.column(*c).ty)).collect(),
            failed: false,
        })
    }

    /// The next rows: never an empty batch, `None` at the end. Columns are those of [`columns`](Self::columns); a
    /// selection may tell which rows count. After an error there are no more rows.
    pub async fn next(&mut self) -> Result<Option<Batch>> {
        if self.failed {
            return Ok(None);
        }
        let next = self.root.next(&self.context).await;
        self.failed = next.is_err();
        Ok(next?.map(|batch| Batch {
            columns: self
                .picks
                .iter()
                .map(|at| batch.columns[*at].clone())
                .collect(),
            ..batch
        }))
    }

    /// After an error of the data, the expression of the plan that gave it, when it was one.
    pub fn fault(&self) -> Option<ScalarId> {
        self.context.fault.get()
    }

    /// The output columns and their types, in order.
    pub fn columns(&self) -> &[(ColId, DataType)] {
        &self.columns
    }

    /// What each operator did so far, in pre-order of the plan.
    pub fn counters(&self) -> Vec<Counters> {
        self.context.counters.iter().map(|c| c.get()).collect()
    }

    /// The most bytes that hash tables, sort buffers and kept rows took together so far.
    pub fn peak_memory(&self) -> usize {
        self.context.memory.peak()
    }
}
