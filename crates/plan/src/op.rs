//! Relational operators, logical and physical. An operator holds everything but its inputs.

use crate::{AggFunc, ScalarId};
use types::{ColId, TableId};

/// A base table read with column ids of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scan {
    /// The table.
    pub table: TableId,
    /// The name it has in the query.
    pub alias: String,
    /// The columns read, in output order.
    pub columns: Vec<ScanColumn>,
    /// Conjuncts checked while reading; they may prune pages by their zone maps. They use only `columns`.
    pub filters: Vec<ScalarId>,
}

/// The ordinal of a scan column that holds the row's packed id, a bigint, instead of a column of the table: how the
/// plans of DELETE and UPDATE name the rows to change.
pub const ROW_ID: u32 = u32::MAX;

/// A column of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScanColumn {
    /// Its id in the query.
    pub col: ColId,
    /// Its position in the table, from 0; or [`ROW_ID`].
    pub ordinal: u32,
}

/// A computed or passed-on output column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProjectItem {
    /// The output column; the same as the expression's column when it only passes on.
    pub col: ColId,
    /// What it holds.
    pub expr: ScalarId,
}

/// A sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// The column.
    pub col: ColId,
    /// Greatest first.
    pub descending: bool,
    /// NULLs before all values.
    pub nulls_first: bool,
}

/// An aggregate in an Aggregate operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AggItem {
    /// The output column.
    pub col: ColId,
    /// The function.
    pub func: AggFunc,
    /// The argument; `None` only for `count(*)`.
    pub arg: Option<ScalarId>,
    /// Duplicates of the argument count once.
    pub distinct: bool,
    /// `FILTER (WHERE …)`: only rows for which this is true.
    pub filter: Option<ScalarId>,
}

/// A column of a set operation: one input column from each branch.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SetColumn {
    /// The output column.
    pub col: ColId,
    /// The column of each branch, all of one type.
    pub inputs: Vec<ColId>,
}

/// What a join keeps. With condition p: a row pair *matches* when p is true (not NULL).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// Matching pairs. Without condition: the cross product.
    Inner,
    /// Matching pairs, and left rows without match padded with NULLs.
    Left,
    /// Matching pairs, and right rows without match padded with NULLs.
    Right,
    /// Matching pairs, and rows of either side without match padded with NULLs.
    Full,
    /// Left rows with a match.
    Semi,
    /// Left rows without a match.
    Anti,
    /// Left rows for which p is false against every right row (NOT IN): a NULL anywhere drops the row.
    NullAwareAnti,
    /// All left rows with a boolean column: true with a match, else NULL when p is NULL for some right row, else false.
    Mark(ColId),
    /// Left rows each with its at most one match, padded like `Left`; a second match is error 21000.
    Single,
}

/// Which input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The first.
    Left,
    /// The second.
    Right,
}

/// UNION, INTERSECT or EXCEPT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOpKind {
    /// Rows of all branches.
    Union,
    /// Rows in both branches.
    Intersect,
    /// Rows of the first branch that the second lacks.
    Except,
}

/// A join by equality of keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhysJoin {
    /// What it keeps.
    pub kind: JoinKind,
    /// Pairs of a left and a right expression that must be equal (NULL never is, unless the pair's flag is set).
    pub keys: Vec<(ScalarId, ScalarId)>,
    /// Null-safe equality (`IS NOT DISTINCT FROM`) for the key pair at the same position.
    pub null_safe: Vec<bool>,
    /// Further conjuncts on the pair.
    pub residual: Vec<ScalarId>,
}

/// A relational operator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Op {
    // Logical operators.
    /// Reads a table.
    Scan(Scan),
    /// Rows of expressions; no rows is the empty relation.
    Values {
        /// Output columns.
        columns: Vec<ColId>,
        /// The rows.
        rows: Vec<Vec<ScalarId>>,
    },
    /// Rows for which every conjunct is true.
    Filter {
        /// The conjuncts.
        predicates: Vec<ScalarId>,
    },
    /// Computes and renames columns; the output has exactly these.
    Project {
        /// Output columns.
        items: Vec<ProjectItem>,
    },
    /// Joins two inputs; `dependent`: the right one may use columns of the left one and is evaluated for each left row.
    Join {
        /// What it keeps.
        kind: JoinKind,
        /// The condition's conjuncts; none means true.
        on: Vec<ScalarId>,
        /// The right input refers to columns of the left one.
        dependent: bool,
    },
    /// Groups by key columns and aggregates; no keys gives exactly one row. No aggregates is DISTINCT on the keys.
    Aggregate {
        /// Grouping columns, passed on.
        keys: Vec<ColId>,
        /// Aggregates.
        aggs: Vec<AggItem>,
    },
    /// Duplicate rows removed, NULLs equal.
    Distinct,
    /// Sorted rows.
    Sort {
        /// Most significant first.
        keys: Vec<SortKey>,
    },
    /// Rows after `offset`, at most `limit`.
    Limit {
        /// `None`: no limit.
        limit: Option<u64>,
        /// Rows skipped.
        offset: u64,
    },
    /// Sort, then limit, in one.
    TopN {
        /// Most significant first.
        keys: Vec<SortKey>,
        /// Rows kept after `offset`.
        limit: u64,
        /// Rows skipped.
        offset: u64,
    },
    /// UNION, INTERSECT, EXCEPT; UNION ALL may have any number of branches, all others two.
    SetOp {
        /// Which.
        kind: SetOpKind,
        /// Duplicates kept (multiset semantics).
        all: bool,
        /// Output columns.
        columns: Vec<SetColumn>,
    },

    // Physical operators.
    /// Reads a table's heap page by page; filters prune pages by zone maps, then rows.
    TableScan(Scan),
    /// Rows of expressions.
    PhysValues {
        /// Output columns.
        columns: Vec<ColId>,
        /// The rows.
        rows: Vec<Vec<ScalarId>>,
    },
    /// Narrows batches by their conjuncts.
    PhysFilter {
        /// The conjuncts.
        predicates: Vec<ScalarId>,
    },
    /// Computes columns.
    PhysProject {
        /// Output columns.
        items: Vec<ProjectItem>,
    },
    /// Builds a hash table on one side's keys and probes it with the other.
    HashJoin {
        /// Kind, keys, residual.
        join: PhysJoin,
        /// The side the table is built on.
        build: Side,
    },
    /// Merges two inputs sorted on the keys.
    MergeJoin {
        /// Kind, keys, residual.
        join: PhysJoin,
    },
    /// Every left row against every right row (the right input is kept in memory).
    NestedLoopJoin {
        /// What it keeps.
        kind: JoinKind,
        /// The condition.
        on: Vec<ScalarId>,
    },
    /// Evaluates the right input anew for each left row: what remains of a dependent join that no rule unnested.
    Apply {
        /// What it keeps.
        kind: JoinKind,
        /// The condition.
        on: Vec<ScalarId>,
    },
    /// Groups in a hash table.
    HashAggregate {
        /// Grouping columns.
        keys: Vec<ColId>,
        /// Aggregates.
        aggs: Vec<AggItem>,
    },
    /// Groups of an input sorted on the keys, one at a time.
    StreamAggregate {
        /// Grouping columns.
        keys: Vec<ColId>,
        /// Aggregates.
        aggs: Vec<AggItem>,
    },
    /// Sorts all rows.
    PhysSort {
        /// Most significant first.
        keys: Vec<SortKey>,
    },
    /// Keeps the first rows of the order in a heap.
    TopNHeap {
        /// Most significant first.
        keys: Vec<SortKey>,
        /// Rows kept after `offset`.
        limit: u64,
        /// Rows skipped.
        offset: u64,
    },
    /// Stops after enough rows.
    PhysLimit {
        /// `None`: no limit.
        limit: Option<u64>,
        /// Rows skipped.
        offset: u64,
    },
    /// The rows of each branch in turn (UNION ALL).
    Append {
        /// Output columns.
        columns: Vec<SetColumn>,
    },
    /// Counts rows of both branches in a hash table (UNION, INTERSECT, EXCEPT, with and without ALL).
    HashSetOp {
        /// Which.
        kind: SetOpKind,
        /// Duplicates kept.
        all: bool,
        /// Output columns.
        columns: Vec<SetColumn>,
    },
}

/// The kind of an operator, for patterns and drawings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants are those of Op")]
pub enum OpKind {
    Scan,
    Values,
    Filter,
    Project,
    Join,
    Aggregate,
    Distinct,
    Sort,
    Limit,
    TopN,
    SetOp,
    TableScan,
    PhysValues,
    PhysFilter,
    PhysProject,
    HashJoin,
    MergeJoin,
    NestedLoopJoin,
    Apply,
    HashAggregate,
    StreamAggregate,
    PhysSort,
    TopNHeap,
    PhysLimit,
    Append,
    HashSetOp,
}

impl Op {
    /// The operator's kind.
    pub fn kind(&self) -> OpKind {
        match self {
            Self::Scan(_) => OpKind::Scan,
            Self::Values { .. } => OpKind::Values,
            Self::Filter { .. } => OpKind::Filter,
            Self::Project { .. } => OpKind::Project,
            Self::Join { .. } => OpKind::Join,
            Self::Aggregate { .. } => OpKind::Aggregate,
            Self::Distinct => OpKind::Distinct,
            Self::Sort { .. } => OpKind::Sort,
            Self::Limit { .. } => OpKind::Limit,
            Self::TopN { .. } => OpKind::TopN,
            Self::SetOp { .. } => OpKind::SetOp,
            Self::TableScan(_) => OpKind::TableScan,
            Self::PhysValues { .. } => OpKind::PhysValues,
            Self::PhysFilter { .. } => OpKind::PhysFilter,
            Self::PhysProject { .. } => OpKind::PhysProject,
            Self::HashJoin { .. } => OpKind::HashJoin,
            Self::MergeJoin { .. } => OpKind::MergeJoin,
            Self::NestedLoopJoin { .. } => OpKind::NestedLoopJoin,
            Self::Apply { .. } => OpKind::Apply,
            Self::HashAggregate { .. } => OpKind::HashAggregate,
            Self::StreamAggregate { .. } => OpKind::StreamAggregate,
            Self::PhysSort { .. } => OpKind::PhysSort,
            Self::TopNHeap { .. } => OpKind::TopNHeap,
            Self::PhysLimit { .. } => OpKind::PhysLimit,
            Self::Append { .. } => OpKind::Append,
            Self::HashSetOp { .. } => OpKind::HashSetOp,
        }
    }

    /// True for operators that the executor runs.
    pub fn is_physical(&self) -> bool {
        self.kind() >= OpKind::TableScan
    }

    /// The scalar expressions the operator holds, in order.
    pub fn scalars(&self) -> Vec<ScalarId> {
        match self {
            Self::Scan(scan) | Self::TableScan(scan) => scan.filters.clone(),
            Self::Values { rows, .. } | Self::PhysValues { rows, .. } => {
                rows.iter().flatten().copied().collect()
            }
            Self::Filter { predicates } | Self::PhysFilter { predicates } => predicates.clone(),
            Self::Project { items } | Self::PhysProject { items } => {
                items.iter().map(|i| i.expr).collect()
            }
            Self::Join { on, .. } | Self::NestedLoopJoin { on, .. } | Self::Apply { on, .. } => {
                on.clone()
            }
            Self::HashJoin { join, .. } | Self::MergeJoin { join } => join
                .keys
                .iter()
                .flat_map(|(l, r)| [*l, *r])
                .chain(join.residual.iter().copied())
                .collect(),
            Self::Aggregate { aggs, .. }
            | Self::HashAggregate { aggs, .. }
            | Self::StreamAggregate { aggs, .. } => aggs
                .iter()
                .flat_map(|a| a.arg.into_iter().chain(a.filter))
                .collect(),
            Self::Distinct
            | Self::Sort { .. }
            | Self::Limit { .. }
            | Self::TopN { .. }
            | Self::SetOp { .. }
            | Self::PhysSort { .. }
            | Self::TopNHeap { .. }
            | Self::PhysLimit { .. }
            | Self::Append { .. }
            | Self::HashSetOp { .. } => Vec::new(),
        }
    }
}

impl JoinKind {
    /// Left rows can be padded with NULLs (when a right row has no match).
    pub fn pads_left(self) -> bool {
        matches!(self, Self::Right | Self::Full)
    }

    /// Right rows can be padded with NULLs (when a left row has no match).
    pub fn pads_right(self) -> bool {
        matches!(self, Self::Left | Self::Full | Self::Single)
    }

    /// The output has the right input's columns.
    pub fn keeps_right(self) -> bool {
        matches!(
            self,
            Self::Inner | Self::Left | Self::Right | Self::Full | Self::Single
        )
    }
}

impl Side {
    /// The other side.
    pub fn other(self) -> Self {
        if self == Self::Left {
            Self::Right
        } else {
            Self::Left
        }
    }
}
