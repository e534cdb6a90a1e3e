//! Joins: keys, residual conditions, and where output columns come from.

use super::{Builder, Made, internal};
use crate::Result;
use crate::expr::{Condition, Expr, Node as ExprNode};
use crate::keys::{KeyColumn, KeyTable};
use crate::operators::{
    Apply, ApplyPlan, HashJoin, HashJoinPlan, MarkJoin, MarkJoinPlan, MergeJoin, MergeJoinPlan,
    NestedLoopJoin, NestedLoopPlan, Node, Outputs, Residual, Source,
};
use plan::{ColSet, Func, JoinKind, PhysJoin, RelId, ScalarId, Side, props, typing};
use types::{ColId, DataType};

/// Both inputs of a join.
struct Inputs {
    left: Made,
    right: Made,
}

impl Inputs {
    fn source(&self, col: ColId) -> Option<Source> {
        let position = |made: &Made| made.columns.iter().position(|c| *c == col);
        position(&self.left)
            .map(Source::Left)
            .or_else(|| position(&self.right).map(Source::Right))
    }
}

/// Join keys, compiled over each side's columns.
struct Keys {
    left: Vec<Expr>,
    right: Vec<Expr>,
    columns: Vec<KeyColumn>,
}

impl Builder<'_> {
    /// Makes both inputs, with the columns needed above and those that `exprs` read. `beside`: what else the left side
    /// has to give.
    fn inputs(
        &mut self,
        inputs: &[RelId],
        needed: &ColSet,
        exprs: &[ScalarId],
        beside: &ColSet,
        repeats: bool,
    ) -> Result<Inputs> {
        let read = self.read(needed, exprs);
        let wanted = |rel: RelId| read.intersection(&self.arena.props(rel).output);
        let (left, right) = (wanted(inputs[0]).union(beside), wanted(inputs[1]));
        let left = self.make(inputs[0], &left)?;
        let before = self.repeated;
        self.repeated |= repeats;
        let right = self.make(inputs[1], &right);
        self.repeated = before;
        Ok(Inputs {
            left,
            right: right?,
        })
    }

    /// The output of a join: its columns and where they come from.
    fn outputs(&self, kind: JoinKind, inputs: &Inputs, needed: &ColSet) -> (Outputs, Vec<ColId>) {
        let mut columns = Vec::new();
        let mut sources = Vec::new();
        let mut add = |made: &Made, source: fn(usize) -> Source| {
            for (at, col) in made.columns.iter().enumerate() {
                if needed.contains(*col) {
                    columns.push(*col);
                    sources.push(source(at));
                }
            }
        };
        add(&inputs.left, Source::Left);
        if kind.keeps_right() {
            add(&inputs.right, Source::Right);
        }
        if let JoinKind::Mark(mark) = kind
            && needed.contains(mark)
        {
            columns.push(mark);
            sources.push(Source::Mark);
        }
        (Outputs(sources), columns)
    }

    fn types(&self, made: &Made) -> Vec<DataType> {
        made.columns
            .iter()
            .map(|c| self.arena.column(*c).ty)
            .collect()
    }

    /// A condition on pairs; `None` when every pair holds. `equal`: key pairs it includes, with their null safety.
    fn residual(
        &self,
        on: &[ScalarId],
        equal: &[(ScalarId, ScalarId, bool)],
        inputs: &Inputs,
    ) -> Result<Option<Residual>> {
        if on.is_empty() && equal.is_empty() {
            return Ok(None);
        }
        let keys = equal.iter().flat_map(|(l, r, _)| [*l, *r]);
        let ids: Vec<ScalarId> = on.iter().copied().chain(keys).collect();
        let read = self.read(&ColSet::new(), &ids);
        let mut columns = Vec::new();
        let mut sources = Vec::new();
        for col in read.iter() {
            // A column of neither side is one of an outer query.
            if let Some(source) = inputs.source(col) {
                columns.push(col);
                sources.push(source);
            }
        }
        let compiler = self.compiler(&columns);
        let mut parts = Vec::new();
        for (left, right, null_safe) in equal {
            let (left, right) = self.aligned(compiler.expr(*left)?, compiler.expr(*right)?)?;
            parts.push(if *null_safe {
                Condition::Same(Func::IsNotDistinctFrom, left, right)
            } else {
                Condition::Compare(Func::Eq, left, right, Default::default())
            });
        }
        if !on.is_empty() {
            parts.push(compiler.conjunction(on)?);
        }
        Ok(Some(Residual {
            condition: Condition::And(parts),
            columns: sources,
            types: columns.iter().map(|c| self.arena.column(*c).ty).collect(),
        }))
    }

    /// Both sides of a key pair as one type.
    fn aligned(&self, left: Expr, right: Expr) -> Result<(Expr, Expr)> {
        if left.ty == right.ty || (left.ty.is_text() && right.ty.is_text()) {
            return Ok((left, right));
        }
        let Some(ty) = typing::common_type(left.ty, right.ty) else {
            return internal("the sides of a join key have no common type");
        };
        let cast = |expr: Expr| {
            if expr.ty == ty {
                expr
            } else {
                Expr::new(ExprNode::Cast(Box::new(expr)), ty)
            }
        };
        Ok((cast(left), cast(right)))
    }

    fn keys(&self, join: &PhysJoin, rels: &[RelId], inputs: &Inputs) -> Result<Keys> {
        let mut keys = Keys {
            left: Vec::new(),
            right: Vec::new(),
            columns: Vec::new(),
        };
        let (left, right) = (
            self.compiler(&inputs.left.columns),
            self.compiler(&inputs.right.columns),
        );
        let nullable = |id: ScalarId, rel: RelId| {
            !props::never_null(self.arena, id, &self.arena.props(rel).not_null)
        };
        for ((l, r), null_safe) in join.keys.iter().zip(&join.null_safe) {
            let (left, right) = self.aligned(left.expr(*l)?, right.expr(*r)?)?;
            keys.columns.push(KeyColumn {
                ty: left.ty,
                nullable: nullable(*l, rels[0]) || nullable(*r, rels[1]),
                nulls_equal: *null_safe,
            });
            keys.left.push(left);
            keys.right.push(right);
        }
        Ok(keys)
    }

    pub(super) fn hash_join(
        &mut self,
        rels: &[RelId],
        join: &PhysJoin,
        build: Side,
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        let exprs = join_exprs(join);
        let inputs = self.inputs(rels, needed, &exprs, &ColSet::new(), false)?;
        let keys = self.keys(join, rels, &inputs)?;
        let residual = self.residual(&join.residual, &[], &inputs)?;
        let (outputs, columns) = self.outputs(join.kind, &inputs, needed);
        let (left_types, right_types) = (self.types(&inputs.left), self.types(&inputs.right));
        let table_columns = keys.columns;
        let make_table = Box::new(move || KeyTable::new(&table_columns));
        if let JoinKind::Mark(_) | JoinKind::NullAwareAnti = join.kind {
            let pairs = join.keys.iter().zip(&join.null_safe);
            let equal: Vec<_> = pairs.map(|((l, r), safe)| (*l, *r, *safe)).collect();
            let Some(whole) = self.residual(&join.residual, &equal, &inputs)? else {
                return internal("a hash join has keys");
            };
            let plan = MarkJoinPlan {
                anti: join.kind == JoinKind::NullAwareAnti,
                left_keys: keys.left,
                right_keys: keys.right,
                null_safe: join.null_safe.clone(),
                residual,
                whole,
                outputs,
                right_types,
            };
            let (left, right) = (inputs.left.node, inputs.right.node);
            let operator = MarkJoin::new(plan, left, right, make_table, at);
            return Ok(Made {
                node: Node::new(operator, at),
                columns,
            });
        }
        // A single join asks about each left row.
        let build = if join.kind == JoinKind::Single {
            Side::Right
        } else {
            build
        };
        let (left, right) = (inputs.left.node, inputs.right.node);
        let ((build_keys, build_types, build_node), (probe_keys, probe_types, probe_node)) =
            match build {
                Side::Left => (
                    (keys.left, left_types, left),
                    (keys.right, right_types, right),
                ),
                Side::Right => (
                    (keys.right, right_types, right),
                    (keys.left, left_types, left),
                ),
            };
        let plan = HashJoinPlan {
            kind: join.kind,
            build,
            build_keys,
            probe_keys,
            residual,
            outputs,
            build_types,
            probe_types,
        };
        let operator = HashJoin::new(plan, build_node, probe_node, make_table, at);
        Ok(Made {
            node: Node::new(operator, at),
            columns,
        })
    }

    pub(super) fn merge_join(
        &mut self,
        rels: &[RelId],
        join: &PhysJoin,
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        if let JoinKind::Mark(_) | JoinKind::NullAwareAnti = join.kind {
            return internal("a merge join cannot ask about NULLs");
        }
        let exprs = join_exprs(join);
        let inputs = self.inputs(rels, needed, &exprs, &ColSet::new(), false)?;
        let keys = self.keys(join, rels, &inputs)?;
        let (outputs, columns) = self.outputs(join.kind, &inputs, needed);
        let plan = MergeJoinPlan {
            kind: join.kind,
            left_keys: keys.left,
            right_keys: keys.right,
            null_safe: join.null_safe.clone(),
            residual: self.residual(&join.residual, &[], &inputs)?,
            outputs,
            left_types: self.types(&inputs.left),
            right_types: self.types(&inputs.right),
        };
        let operator = MergeJoin::new(plan, inputs.left.node, inputs.right.node, at);
        Ok(Made {
            node: Node::new(operator, at),
            columns,
        })
    }

    pub(super) fn nested_loop(
        &mut self,
        rels: &[RelId],
        kind: JoinKind,
        on: &[ScalarId],
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        let inputs = self.inputs(rels, needed, on, &ColSet::new(), false)?;
        let (outputs, columns) = self.outputs(kind, &inputs, needed);
        let plan = NestedLoopPlan {
            kind,
            condition: self.residual(on, &[], &inputs)?,
            outputs,
            left_types: self.types(&inputs.left),
            right_types: self.types(&inputs.right),
        };
        let operator = NestedLoopJoin::new(plan, inputs.left.node, inputs.right.node, at);
        Ok(Made {
            node: Node::new(operator, at),
            columns,
        })
    }

    pub(super) fn apply(
        &mut self,
        rels: &[RelId],
        kind: JoinKind,
        on: &[ScalarId],
        needed: &ColSet,
        at: usize,
    ) -> Result<Made> {
        if kind.pads_left() {
            return internal("a right side that runs for each left row has no rows of its own");
        }
        let left_output = &self.arena.props(rels[0]).output;
        let outer = self.arena.props(rels[1]).free.intersection(left_output);
        let inputs = self.inputs(rels, needed, on, &outer, true)?;
        let (outputs, columns) = self.outputs(kind, &inputs, needed);
        let params = outer.iter().filter_map(|col| match inputs.source(col) {
            Some(Source::Left(at)) => {
                Some((self.params.number(col), at, self.arena.column(col).ty))
            }
            _ => None,
        });
        let plan = ApplyPlan {
            kind,
            condition: self.residual(on, &[], &inputs)?,
            outputs,
            right_types: self.types(&inputs.right),
            params: params.collect(),
        };
        let operator = Apply::new(plan, inputs.left.node, inputs.right.node);
        Ok(Made {
            node: Node::new(operator, at),
            columns,
        })
    }
}

/// All expressions of a join.
fn join_exprs(join: &PhysJoin) -> Vec<ScalarId> {
    let keys = join.keys.iter().flat_map(|(l, r)| [*l, *r]);
    keys.chain(join.residual.iter().copied()).collect()
}
