//! Takes the cheapest plan out of the memo.

use super::{Search, SearchError};
use crate::cost::{Terms, model};
use crate::implement::Method;
use crate::memo::{ContextId, ExprId, ExprKind, GroupId, OrderId};
use plan::{Arena, Op, ProjectItem, RelId, text};

/// An operator of the physical plan, with what the search knew of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PhysicalInfo {
    /// The group it computes.
    pub group: GroupId,
    /// The memo expression; `None` for a projection that only restores the order of the result's columns.
    pub expr: Option<ExprId>,
    /// The order its rows were required to have.
    pub order: OrderId,
    /// Estimated rows.
    pub rows: f64,
    /// Its own work.
    pub terms: Terms,
    /// Cost of its own work in nanoseconds.
    pub own_cost: f64,
    /// Cost with everything below, in nanoseconds; inputs that run several times count as often.
    pub cost: f64,
    /// The rule that chose this way to run it.
    pub rule: Option<&'static str>,
    /// The node of the normalized plan with the same rows, if there is one. A sort that enforces an order has none.
    pub origin: Option<RelId>,
}

/// An operator on the way out, with the position of the operator above it.
struct Chosen {
    op: Op,
    above: Option<usize>,
    info: PhysicalInfo,
}

impl Search {
    /// The winning plan and its operators in pre-order.
    pub(crate) fn extract(
        &mut self,
        arena: &mut Arena,
        source: RelId,
    ) -> Result<(RelId, Vec<PhysicalInfo>), SearchError> {
        let root = self.memo.make_context(self.memo.root, self.memo.root_order);
        let chosen = self.choose(arena, root)?;
        // Inputs before the operators above them: the reverse of pre-order.
        let mut inputs: Vec<Vec<RelId>> = chosen.iter().map(|_| Vec::new()).collect();
        let mut last = None;
        for (at, node) in chosen.iter().enumerate().rev() {
            let mut below = std::mem::take(&mut inputs[at]);
            below.reverse();
            let rel = arena.rel(node.op.clone(), below);
            match node.above {
                Some(above) => inputs[above].push(rel),
                None => last = Some(rel),
            }
        }
        let root = last.expect("a plan has a root");
        let mut nodes: Vec<PhysicalInfo> = chosen.into_iter().map(|c| c.info).collect();
        let wanted = arena.props(source).columns.clone();
        if arena.props(root).columns == wanted {
            return Ok((root, nodes));
        }
        let items = wanted
            .iter()
            .map(|col| ProjectItem {
                col: *col,
                expr: arena.col(*col),
            })
            .collect();
        let below = &nodes[0];
        let terms = Terms::default().and(crate::cost::Work::Row, below.rows);
        let own_cost = terms.total(&self.memo.constants);
        let info = PhysicalInfo {
            expr: None,
            terms,
            own_cost,
            cost: below.cost + own_cost,
            rule: None,
            origin: None,
            ..below.clone()
        };
        nodes.insert(0, info);
        Ok((arena.rel(Op::PhysProject { items }, vec![root]), nodes))
    }

    fn choose(&mut self, arena: &Arena, root: ContextId) -> Result<Vec<Chosen>, SearchError> {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut stack: Vec<(ContextId, Option<usize>)> = vec![(root, None)];
        while let Some((id, above)) = stack.pop() {
            let context = self.memo.context(id);
            let (group, order) = (context.group, context.order);
            let Some((expr, cost)) = context.winner else {
                return Err(self.no_plan(arena, group));
            };
            let orders = self
                .orders(arena, expr, order)
                .expect("a winner gives its context's order");
            let kind = self.memo.expr(expr).kind;
            let inputs = self.memo.expr(expr).inputs.clone();
            let mut above_inputs = above;
            if kind != ExprKind::Physical(Method::Ordered) {
                let op = self
                    .memo
                    .physical_op(expr, order)
                    .expect("a method that was offered builds its operator");
                let terms = model::own(&self.memo, self.memo.expr(expr));
                let enforcer = matches!(kind, ExprKind::Enforcer(_));
                let of_group = self.memo.group(group);
                let info = PhysicalInfo {
                    group,
                    expr: Some(expr),
                    order,
                    rows: of_group.rows,
                    terms,
                    own_cost: terms.total(&self.memo.constants),
                    cost,
                    rule: self.memo.expr(expr).rule.map(|rule| rule.name()),
                    origin: if enforcer { None } else { of_group.origin },
                };
                above_inputs = Some(chosen.len());
                chosen.push(Chosen { op, above, info });
            }
            for (at, input) in inputs.iter().enumerate().rev() {
                let below = orders.get(at).copied().unwrap_or(crate::memo::ANY);
                stack.push((self.memo.make_context(*input, below), above_inputs));
            }
        }
        Ok(chosen)
    }

    /// Names an operator below the group that nothing implements.
    fn no_plan(&self, arena: &Arena, group: GroupId) -> SearchError {
        let mut seen = std::collections::BTreeSet::new();
        let mut stack = vec![self.memo.canon(group)];
        while let Some(at) = stack.pop() {
            if !seen.insert(at) {
                continue;
            }
            let group = self.memo.group(at);
            for expr in &group.logical {
                if self.memo.operator_of(*expr).methods.is_empty() {
                    let op = self.memo.logical_op(self.memo.expr(*expr).operator);
                    let line = text::line(arena, &op);
                    return SearchError::NoPlan {
                        reason: format!(
                            "no rule that is switched on implements {line}; switch one on"
                        ),
                    };
                }
                let inputs = self.memo.expr(*expr).inputs.iter();
                stack.extend(inputs.map(|g| self.memo.canon(*g)));
            }
        }
        SearchError::NoPlan {
            reason: "a required order cannot be had: switch SortEnforcer on".into(),
        }
    }
}
