//! From a physical plan to operators.
//!
//! On the way down each operator is told which of its columns are needed above, so that no operator copies a column
//! nobody reads. On the way up it says which columns it gives, in which order.

mod group;
mod join;
mod scan;

use crate::expr::{Compiler, Params};
use crate::operators::{
    Append, Cached, Filter, HashSetOp, Limit, Node, Project, Sort, SortColumn, TopN, UNCOUNTED,
    Values,
};
use crate::{ExecError, Result};
use plan::{Arena, ColSet, Op, ProjectItem, RelId, ScalarId, SetColumn, SortKey};
use types::ColId;

/// Operators may nest so deep; the futures of all of them are on the stack at once.
const MAX_DEPTH: usize = 2_000;

/// A plan ready to run.
pub(crate) struct Built {
    pub(crate) root: Node,
    /// The columns of the root's batches that are the plan's output, in order.
    pub(crate) picks: Vec<usize>,
    /// Operators of the plan, counted with repetition.
    pub(crate) operators: usize,
    pub(crate) params: usize,
}

/// An operator and the columns of its batches, in order.
pub(crate) struct Made {
    pub(crate) node: Node,
    pub(crate) columns: Vec<ColId>,
}

/// Makes the operators of a plan.
pub(crate) fn build(arena: &Arena, root: RelId) -> Result<Built> {
    let props = arena.props(root);
    if !props.free.is_empty() {
        return internal("the plan refers to columns of an outer query that is not there");
    }
    let params = Params::default();
    let mut builder = Builder {
        arena,
        params: &params,
        operators: 0,
        depth: 0,
        repeated: false,
    };
    let made = builder.make(root, &props.output)?;
    let picks = positions(&props.columns, &made.columns)?;
    Ok(Built {
        root: made.node,
        picks,
        operators: builder.operators,
        params: params.len(),
    })
}

fn internal<T>(message: &str) -> Result<T> {
    Err(ExecError::Internal(message.into()))
}

/// Where each wanted column is among those given.
fn positions(wanted: &[ColId], given: &[ColId]) -> Result<Vec<usize>> {
    wanted
        .iter()
        .map(|col| match given.iter().position(|c| c == col) {
            Some(at) => Ok(at),
            None => internal(&format!("no input gives column {}", col.0)),
        })
        .collect()
}

/// The columns of `given` that are needed, in order; `None` when that is all of them.
fn kept(given: &[ColId], needed: &ColSet) -> Option<Vec<usize>> {
    let keep: Vec<usize> = (0..given.len())
        .filter(|at| needed.contains(given[*at]))
        .collect();
    (keep.len() < given.len()).then_some(keep)
}

fn pick(columns: Vec<ColId>, keep: &Option<Vec<usize>>) -> Vec<ColId> {
    match keep {
        Some(keep) => keep.iter().map(|at| columns[*at]).collect(),
        None => columns,
    }
}

struct Builder<'a> {
    arena: &'a Arena,
    params: &'a Params,
    operators: usize,
    depth: usize,
    /// Inside the right side of an Apply.
    repeated: bool,
}

impl Builder<'_> {
    /// Makes the operators under `rel` that give the needed columns.
    fn make(&mut self, rel: RelId, needed: &ColSet) -> Result<Made> {
        let props = self.arena.props(rel);
        let constant = props.free.is_empty() && !props.volatile;
        let leaf = self.arena.inputs(rel).is_empty();
        if !self.repeated || !constant || leaf {
            return self.make_operator(rel, needed);
        }
        // The same rows for every outer row: they are made once and kept.
        self.repeated = false;
        let made = self.make_operator(rel, needed);
        self.repeated = true;
        let made = made?;
        Ok(Made {
            node: Node::new(Cached::new(made.node), UNCOUNTED),
            columns: made.columns,
        })
    }

    fn make_operator(&mut self, rel: RelId, needed: &ColSet) -> Result<Made> {
        if self.depth >= MAX_DEPTH {
            return Err(ExecError::TooComplex);
        }
        self.depth += 1;
        let at = self.operators;
        self.operators += 1;
        let made = self.dispatch(rel, needed, at);
        self.depth -= 1;
        made
    }

    fn dispatch(&mut self, rel: RelId, needed: &ColSet, at: usize) -> Result<Made> {
        let inputs = self.arena.inputs(rel);
        match self.arena.op(rel) {
            Op::TableScan(scan) => self.table_scan(scan, needed, at),
            Op::PhysValues { columns, rows } => self.values(columns, rows, needed, at),
            Op::PhysFilter { predicates } => self.filter(inputs[0], predicates, needed, at),
            Op::PhysProject { items } => self.project(inputs[0], items, needed, at),
            Op::HashJoin { join, build } => self.hash_join(inputs, join, *build, needed, at),
            Op::MergeJoin { join } => self.merge_join(inputs, join, needed, at),
            Op::NestedLoopJoin { kind, on } => self.nested_loop(inputs, *kind, on, needed, at),
            Op::Apply { kind, on } => self.apply(inputs, *kind, on, needed, at),
            Op::HashAggregate { keys, aggs } => {
                self.hash_aggregate(inputs[0], keys, aggs, needed, at)
            }
            Op::StreamAggregate { keys, aggs } if keys.is_empty() => {
                self.hash_aggregate(inputs[0], keys, aggs, needed, at)
            }
            Op::StreamAggregate { keys, aggs } => {
                self.stream_aggregate(inputs[0], keys, aggs, needed, at)
            }
            Op::PhysSort { keys } => self.sort(inputs[0], keys, None, needed, at),
            Op::TopNHeap {
                keys,
                limit,
                offset,
            } => self.sort(inputs[0], keys, Some((*limit, *offset)), needed, at),
            Op::PhysLimit { limit, offset } => {
                let made = self.make(inputs[0], needed)?;
                let (limit, offset) = (*limit, *offset);
                let operator = Limit {
                    input: made.node,
                    limit,
                    offset,
                    seen: 0,
                };
                Ok(Made {
                    node: Node::new(operator, at),
                    columns: made.columns,
                })
            }
            Op::Append { columns } => {
                let columns: Vec<&SetColumn> =
                    columns.iter().filter(|c| needed.contains(c.col)).collect();
                let operator = Append {
                    inputs: self.branches(inputs, &columns)?,
                    current: 0,
                };
                Ok(Made {
                    node: Node::new(operator, at),
                    columns: columns.iter().map(|c| c.col).collect(),
                })
            }
            Op::HashSetOp { kind, all, columns } => {
                let columns: Vec<&SetColumn> = columns.iter().collect();
                let operator = HashSetOp {
                    kind: *kind,
                    all: *all,
                    inputs: self.branches(inputs, &columns)?,
                    columns: columns.iter().map(|c| self.set_column(c, inputs)).collect(),
                    at,
                    state: None,
                };
                Ok(Made {
                    node: Node::new(operator, at),
                    columns: columns.iter().map(|c| c.col).collect(),
                })
            }
            op => internal(&format!("{:?} is not a physical operator", op.kind())),
        }
    }

    fn compiler(&self, columns: &[ColId]) -> Compiler<'_> {
        Compiler::new(self.arena, self.params, columns)
    }

    /// The columns that expressions read, together with those needed.
    fn read(&self, needed: &ColSet, exprs: &[ScalarId]) -> ColSet {
        exprs.iter().fold(needed.clone(), |set, id| {
            set.union(self.arena.columns_of(*id))
        })
    }

    fn values(
        &mut self,
        columns: &[ColId],
        rows: &[Vec<ScalarId>],
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        let keep: Vec<usize> = (0..columns.len())
            .filter(|at| needed.contains(columns[*at]))
            .collect();
        let compiler = self.compiler(&[]);
        let rows = rows
            .iter()
            .map(|row| keep.iter().map(|at| compiler.expr(row[*at])).collect())
            .collect::<Result<_>>()?;
        let columns: Vec<ColId> = keep.iter().map(|at| columns[*at]).collect();
        let operator = Values {
            types: columns.iter().map(|c| self.arena.column(*c).ty).collect(),
            rows,
            next: 0,
        };
        Ok(Made {
            node: Node::new(operator, at),
            columns,
        })
    }

    fn filter(
        &mut self,
        input: RelId,
        predicates: &[ScalarId],
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        let input = self.make(input, &self.read(needed, predicates))?;
        let keep = kept(&input.columns, needed);
        let operator = Filter {
            condition: self.compiler(&input.columns).conjunction(predicates)?,
            input: input.node,
            keep: keep.clone(),
        };
        Ok(Made {
            node: Node::new(operator, at),
            columns: pick(input.columns, &keep),
        })
    }

    fn project(
        &mut self,
        input: RelId,
        items: &[ProjectItem],
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        let items: Vec<&ProjectItem> = items.iter().filter(|i| needed.contains(i.col)).collect();
        let exprs: Vec<ScalarId> = items.iter().map(|i| i.expr).collect();
        let input = self.make(input, &self.read(&ColSet::new(), &exprs))?;
        let operator = Project {
            exprs: self.compiler(&input.columns).group(&exprs)?,
            input: input.node,
        };
        Ok(Made {
            node: Node::new(operator, at),
            columns: items.iter().map(|i| i.col).collect(),
        })
    }

    /// A sort, or the first rows of one.
    fn sort(
        &mut self,
        input: RelId,
        keys: &[SortKey],
        limit: Option<(u64, u64)>,
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        let mut read = needed.clone();
        read.extend(keys.iter().map(|key| key.col));
        let input = self.make(input, &read)?;
        let compiler = self.compiler(&input.columns);
        let mut order = Vec::with_capacity(keys.len());
        for key in keys {
            // The column of an outer row is the same on every row and orders nothing.
            if let Some(slot) = compiler.slot(key.col) {
                order.push(SortColumn {
                    slot,
                    descending: key.descending,
                    nulls_first: key.nulls_first,
                });
            }
        }
        let width = input.columns.len();
        let keep = kept(&input.columns, needed).unwrap_or_else(|| (0..width).collect());
        let columns = keep.iter().map(|at| input.columns[*at]).collect();
        let node = match limit {
            Some(limit) => Node::new(TopN::new(input.node, order, keep, width, limit, at), at),
            None => Node::new(Sort::new(input.node, order, keep, width, at), at),
        };
        Ok(Made { node, columns })
    }

    /// The inputs of a set operation, and where its columns are in each.
    fn branches(
        &mut self,
        inputs: &[RelId],
        columns: &[&SetColumn],
    ) -> Result<Vec<(Node, Vec<usize>)>> {
        let mut branches = Vec::with_capacity(inputs.len());
        for (branch, input) in inputs.iter().enumerate() {
            let wanted: Vec<ColId> = columns.iter().map(|c| c.inputs[branch]).collect();
            let made = self.make(*input, &wanted.iter().copied().collect())?;
            branches.push((made.node, positions(&wanted, &made.columns)?));
        }
        Ok(branches)
    }
}
