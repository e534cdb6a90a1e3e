//! The task stack.
//!
//! *Optimize* a context (a group under a required order): apply implementation rules to the group, put its candidates
//! on the stack, then *Finish*. A *candidate* adds up its own cost and the winners of its inputs, one input at a time;
//! an input that was not optimized yet is put on the stack first. A candidate is given up as soon as what is known of
//! its cost, with a floor for the inputs still unknown, is no less than the context's best plan or its limit.

use super::{Search, SearchObserver};
use crate::cost::model;
use crate::implement::method::InputOrders;
use crate::implement::rules::join::NESTED_LOOP_ROWS;
use crate::implement::{Method, RuleId};
use crate::memo::{
    ANY, Candidate, ContextId, Expr, ExprId, ExprKind, GroupId, Inputs, OperatorId, OrderId,
    Outcome,
};
use plan::Arena;

/// A piece of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Task {
    /// Find the cheapest plan of a context below a cost.
    Optimize {
        /// The context.
        context: ContextId,
        /// Plans that cost this or more are of no use.
        limit: f64,
    },
    /// Go on costing a candidate.
    Cost {
        /// The context.
        context: ContextId,
        /// Which of its candidates.
        candidate: usize,
        /// The input to add next.
        input: usize,
        /// Cost of the operator and the inputs before.
        partial: f64,
    },
    /// Settle a context.
    Finish {
        /// The context.
        context: ContextId,
    },
}

impl Task {
    /// The task's kind in traces.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Optimize { .. } => "optimize",
            Self::Cost { .. } => "cost",
            Self::Finish { .. } => "finish",
        }
    }
}

impl Search {
    pub(crate) fn push(&mut self, task: Task, observer: &mut dyn SearchObserver) {
        observer.task_push(&self.memo, &task);
        self.tasks.push(task);
    }

    /// Runs the task on top of the stack; false when there is none.
    pub fn step(&mut self, arena: &Arena, observer: &mut dyn SearchObserver) -> bool {
        let Some(task) = self.tasks.pop() else {
            return false;
        };
        self.counters.tasks += 1;
        observer.task_pop(&self.memo, &task);
        match task {
            Task::Optimize { context, limit } => self.open(arena, context, limit, observer),
            Task::Cost {
                context,
                candidate,
                input,
                partial,
            } => self.cost(arena, context, candidate, input, partial, observer),
            Task::Finish { context } => self.settle(context),
        }
        true
    }

    fn open(
        &mut self,
        arena: &Arena,
        id: ContextId,
        limit: f64,
        observer: &mut dyn SearchObserver,
    ) {
        let context = self.memo.context(id);
        let (group, order, failed) = (context.group, context.order, context.none_below);
        if context.done || failed >= limit {
            return;
        }
        // A context that failed under a limit and is asked again is searched without one: at most twice in all.
        let limit = if failed > 0.0 { f64::INFINITY } else { limit };
        self.implement(group, observer);
        if self.memo.context(id).candidates.is_empty() {
            let mut candidates = Vec::new();
            let physical = self.memo.group(group).physical.clone();
            for expr in physical {
                if self.orders(arena, expr, order).is_some() {
                    candidates.push(Candidate {
                        expr,
                        outcome: Outcome::Pending,
                    });
                }
            }
            if order != ANY && self.rules.contains(RuleId::SORT_ENFORCER) {
                let operator = self.memo.expr(self.memo.group(group).logical[0]).operator;
                let expr = self.memo.add_physical(Expr {
                    group,
                    operator,
                    inputs: Inputs::new(&[group]),
                    kind: ExprKind::Enforcer(order),
                    rule: Some(RuleId::SORT_ENFORCER),
                });
                observer.expr_added(&self.memo, expr);
                candidates.push(Candidate {
                    expr,
                    outcome: Outcome::Pending,
                });
            }
            self.memo.context_mut(id).candidates = candidates;
        }
        self.memo.context_mut(id).limit = limit;
        self.push(Task::Finish { context: id }, observer);
        for candidate in (0..self.memo.context(id).candidates.len()).rev() {
            let task = Task::Cost {
                context: id,
                candidate,
                input: 0,
                partial: 0.0,
            };
            self.push(task, observer);
        }
    }

    /// Applies the implementation rules to a group, once.
    fn implement(&mut self, group: GroupId, observer: &mut dyn SearchObserver) {
        if self.memo.group(group).implemented {
            return;
        }
        self.memo.group_mut(group).implemented = true;
        for at in 0..self.memo.group(group).logical.len() {
            let logical = self.memo.group(group).logical[at];
            let (operator, inputs, rule) = {
                let expr = self.memo.expr(logical);
                (expr.operator, expr.inputs.clone(), expr.rule)
            };
            for at in 0..self.memo.operator(operator).methods.len() {
                let (by, method) = self.memo.operator(operator).methods[at];
                if !self.worth_adding(operator, &inputs, rule, method) {
                    continue;
                }
                let expr = self.memo.add_physical(Expr {
                    group,
                    operator,
                    inputs: inputs.clone(),
                    kind: ExprKind::Physical(method),
                    rule: Some(by),
                });
                observer.expr_added(&self.memo, expr);
            }
        }
    }

    fn worth_adding(
        &self,
        operator: OperatorId,
        inputs: &Inputs,
        rule: Option<RuleId>,
        method: Method,
    ) -> bool {
        match method {
            // Merging gives the same with the inputs exchanged.
            Method::MergeJoin => rule != Some(RuleId::JOIN_COMMUTE),
            Method::NestedLoopJoin => {
                let operator = self.memo.operator(operator);
                let keys = operator.join.map_or(0, |join| join.keys);
                let only = operator.methods.len() == 1 || keys == 0;
                only || self.memo.group(inputs[1]).rows <= NESTED_LOOP_ROWS
            }
            _ => true,
        }
    }

    /// The orders an expression asks of its inputs to give the required one; `None` when it cannot.
    pub(crate) fn orders(
        &mut self,
        arena: &Arena,
        expr: ExprId,
        required: OrderId,
    ) -> Option<InputOrders> {
        self.memo.input_orders(arena, expr, required)
    }

    fn cost(
        &mut self,
        arena: &Arena,
        id: ContextId,
        at: usize,
        input: usize,
        partial: f64,
        observer: &mut dyn SearchObserver,
    ) {
        let context = self.memo.context(id);
        let (order, expr) = (context.order, context.candidates[at].expr);
        let best = context.winner.map_or(f64::INFINITY, |(_, cost)| cost);
        let bound = if self.options.prune {
            best.min(context.limit)
        } else {
            f64::INFINITY
        };
        let (inputs, method) = {
            let expr = self.memo.expr(expr);
            let method = match expr.kind {
                ExprKind::Physical(method) => Some(method),
                _ => None,
            };
            (expr.inputs.clone(), method)
        };
        let left_rows = inputs.first().map_or(1.0, |g| self.memo.group(*g).rows);
        let runs = |input: usize| method.map_or(1.0, |m| m.runs(input, left_rows));
        let mut partial = if input == 0 && partial == 0.0 {
            model::own(&self.memo, self.memo.expr(expr)).total(&self.memo.constants)
        } else {
            partial
        };
        let mut floor: f64 = (input..inputs.len())
            .map(|i| self.memo.group(inputs[i]).floor * runs(i))
            .sum();
        let mut orders = None;
        let mut input = input;
        loop {
            if partial + floor >= bound {
                self.give_up(id, at, partial + floor, bound, input, observer);
                return;
            }
            if input == inputs.len() {
                break;
            }
            let orders = match orders {
                Some(orders) => orders,
                None => {
                    let found = self
                        .orders(arena, expr, order)
                        .expect("a candidate can give its context's order");
                    orders = Some(found);
                    found
                }
            };
            let below = orders.get(input).copied().unwrap_or(ANY);
            let child = self.memo.make_context(inputs[input], below);
            let floor_of_input = self.memo.group(inputs[input]).floor * runs(input);
            let known = self.memo.context(child);
            if known.done {
                let (_, cost) = known.winner.expect("a settled context has a winner");
                partial += cost * runs(input);
                floor -= floor_of_input;
                input += 1;
                continue;
            }
            let limit = if bound.is_finite() {
                (bound - partial - (floor - floor_of_input)) / runs(input)
            } else {
                f64::INFINITY
            };
            if known.none_below >= limit {
                let least = partial + known.none_below * runs(input) + (floor - floor_of_input);
                // Rounding may take a last digit.
                self.give_up(id, at, least.max(bound), bound, input, observer);
                return;
            }
            self.push(
                Task::Cost {
                    context: id,
                    candidate: at,
                    input,
                    partial,
                },
                observer,
            );
            self.push(
                Task::Optimize {
                    context: child,
                    limit,
                },
                observer,
            );
            return;
        }
        self.settle_candidate(id, at, partial, observer);
    }

    fn give_up(
        &mut self,
        id: ContextId,
        at: usize,
        least: f64,
        limit: f64,
        reached: usize,
        observer: &mut dyn SearchObserver,
    ) {
        self.counters.pruned += 1;
        let context = self.memo.context_mut(id);
        context.candidates[at].outcome = Outcome::Pruned { least, limit };
        let (expr, order) = (context.candidates[at].expr, context.order);
        observer.bound_pruned(&self.memo, expr, order, least, limit, reached);
    }

    fn settle_candidate(
        &mut self,
        id: ContextId,
        at: usize,
        cost: f64,
        observer: &mut dyn SearchObserver,
    ) {
        self.counters.costed += 1;
        let context = self.memo.context_mut(id);
        let expr = context.candidates[at].expr;
        context.candidates[at].outcome = Outcome::Costed(cost);
        let previous = context.winner;
        let (group, order, limit) = (context.group, context.order, context.limit);
        let wins = cost < limit && previous.is_none_or(|(_, best)| cost < best);
        if wins {
            context.winner = Some((expr, cost));
        }
        observer.costed(&self.memo, expr, order, cost);
        if matches!(self.memo.expr(expr).kind, ExprKind::Enforcer(_)) {
            observer.enforced(&self.memo, group, order, expr, cost);
        }
        if wins {
            let previous = previous.map(|(expr, _)| expr);
            observer.winner_set(&self.memo, group, order, expr, cost, previous);
        }
    }

    fn settle(&mut self, id: ContextId) {
        let context = self.memo.context_mut(id);
        if context.winner.is_some() {
            context.done = true;
        } else {
            context.none_below = context.none_below.max(context.limit);
        }
    }
}
