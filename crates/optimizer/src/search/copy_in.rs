//! Copies a plan into the memo: one group an operator, join blocks as a whole.

use super::{Search, SearchObserver};
use crate::cost::model;
use crate::explore::enumerate;
use crate::implement::{self, operator};
use crate::join_order::block::{self, JoinTree};
use crate::memo::{
    Added, Below, Estimate, Expr, ExprKind, Group, GroupId, Inputs, JoinSplit, OperatorId,
};
use crate::stats::{column, rows};
use plan::{Arena, Op, Props, RelId};
use std::collections::HashMap;
use std::rc::Rc;
use types::ColId;

/// Column estimates are looked up through at most this many groups.
const MAX_DEPTH: u32 = 16;

/// Work left while copying in.
enum Step {
    Visit(RelId),
    Build(RelId),
    BuildBlock(RelId, JoinTree),
}

impl Search {
    /// The group of a plan, made with everything below it.
    pub(crate) fn copy_in(
        &mut self,
        arena: &mut Arena,
        root: RelId,
        observer: &mut dyn SearchObserver,
    ) -> GroupId {
        let mut groups: HashMap<RelId, GroupId> = HashMap::new();
        let mut steps = vec![Step::Visit(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Visit(rel) if groups.contains_key(&rel) => {}
                Step::Visit(rel) if block::is_block_join(arena, rel) => {
                    let tree = block::collect(arena, rel);
                    let relations = tree.relations.clone();
                    steps.push(Step::BuildBlock(rel, tree));
                    steps.extend(relations.into_iter().rev().map(Step::Visit));
                }
                Step::Visit(rel) => {
                    steps.push(Step::Build(rel));
                    steps.extend(arena.inputs(rel).iter().rev().map(|i| Step::Visit(*i)));
                }
                Step::Build(rel) => {
                    let inputs: Vec<GroupId> =
                        arena.inputs(rel).iter().map(|i| groups[i]).collect();
                    let group = self.copy_operator(arena, rel, &inputs, observer);
                    groups.insert(rel, group);
                }
                Step::BuildBlock(rel, tree) => {
                    let relations = tree.relations.iter().map(|r| groups[r]).collect();
                    let group = enumerate::block(self, arena, tree, relations, observer);
                    groups.insert(rel, group);
                }
            }
        }
        self.memo.canon(groups[&root])
    }

    fn copy_operator(
        &mut self,
        arena: &mut Arena,
        rel: RelId,
        inputs: &[GroupId],
        observer: &mut dyn SearchObserver,
    ) -> GroupId {
        let op = arena.op(rel).clone();
        let props = arena.props(rel).clone();
        let split = match &op {
            Op::Join { on, .. } => {
                let (left, right) = (arena.inputs(rel)[0], arena.inputs(rel)[1]);
                let (left, right) = (arena.props(left).clone(), arena.props(right).clone());
                operator::split(arena, on, &left.output, &right.output)
            }
            _ => JoinSplit::default(),
        };
        let operator = self.intern(arena, op, split, &props);
        let expr_inputs = Inputs::new(inputs);
        if let Some(known) = self.memo.find(operator, &expr_inputs) {
            self.counters.duplicates += 1;
            observer.expr_duplicate(&self.memo, known);
            return self.memo.canon(self.memo.expr(known).group);
        }
        let op = arena.op(rel);
        let (derivation, own_columns) = rows::of_operator(arena, &self.memo, op, &props, inputs);
        let raw_rows = derivation.result;
        let depth = inputs.iter().map(|g| self.memo.group(*g).depth + 1).max();
        let group = self.memo.add_group(Group {
            logical: Vec::new(),
            physical: Vec::new(),
            rows: shown_rows(raw_rows, &props),
            raw_rows,
            width: 0.0,
            columns: props.columns.len() as f64,
            floor: inputs.iter().map(|g| self.memo.group(*g).floor).sum(),
            origin: Some(rel),
            props: Some(props.clone()),
            estimate: Estimate::Derived(Box::new(derivation)),
            own_columns,
            depth: depth.unwrap_or(0),
            below: Below::Inputs(expr_inputs.clone()),
            contexts: Vec::new(),
            implemented: false,
        });
        if self.memo.group(group).depth >= MAX_DEPTH {
            self.own_all_columns(group, &props);
        }
        let width = rows::width(arena, &self.memo, group, &props.columns);
        self.memo.group_mut(group).width = width;
        if matches!(op, Op::Scan(_)) {
            let scan = Expr {
                group,
                operator,
                inputs: Inputs::None,
                kind: ExprKind::Physical(implement::Method::TableScan),
                rule: None,
            };
            let floor = model::own(&self.memo, &scan).total(&self.memo.constants);
            self.memo.group_mut(group).floor = floor;
        }
        observer.group_created(&self.memo, group);
        observer.stat_derived(&self.memo, group, raw_rows);
        if let Added::New(expr) = self.memo.add_logical(group, operator, expr_inputs, None) {
            observer.expr_added(&self.memo, expr);
        }
        group
    }

    /// Writes down the estimates of all columns, so that groups above need not look further.
    fn own_all_columns(&mut self, group: GroupId, props: &Props) {
        let all = props
            .columns
            .iter()
            .filter_map(|col| Some((*col, column::of_group(&self.memo, group, *col)?)))
            .collect();
        let group = self.memo.group_mut(group);
        (group.own_columns, group.depth) = (all, 0);
    }

    /// Interns an operator with its facts.
    pub(crate) fn intern(
        &mut self,
        arena: &Arena,
        op: Op,
        split: JoinSplit,
        props: &Rc<Props>,
    ) -> OperatorId {
        let rules = self.rules;
        let compared: &[ColId] = match op {
            Op::Distinct => &props.columns,
            _ => &[],
        };
        self.memo.operator_id(op, split, compared, |op, split| {
            implement::describe(arena, rules, op, split, &props.columns)
        })
    }
}

/// An estimate as it is used and shown: at least one row, unless there can be none.
pub fn shown_rows(raw: f64, props: &Props) -> f64 {
    if props.max_rows == Some(0) {
        0.0
    } else {
        raw.max(1.0)
    }
}
