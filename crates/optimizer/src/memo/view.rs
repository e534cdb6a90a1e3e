//! The memo to look at: everything as text and numbers, made only when somebody looks.

use super::{ANY, Below, Estimate, ExprId, ExprKind, GroupId, Memo, OrderId, Outcome};
use crate::cost::{CostTerm, model};
use crate::implement::Method;
use crate::join_order::pair;
use crate::stats::{Derivation, Formula, Input, number};
use plan::{Arena, Op, RelId, text};

/// The memo.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoView {
    /// The group of the whole plan.
    pub root: u32,
    /// Live groups, inputs first.
    pub groups: Vec<GroupView>,
    /// Pairs of relation sets enumerated.
    pub pairs: u64,
    /// Expressions, logical and physical.
    pub expressions: usize,
    /// Why join enumeration fell back to another algorithm, if it did.
    pub fallback: Option<String>,
}

/// A group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupView {
    /// Its number.
    pub id: u32,
    /// What it computes, in a few words.
    pub label: String,
    /// Estimated rows.
    pub rows: f64,
    /// How they were estimated.
    pub derivation: Derivation,
    /// The node of the normalized plan with the same rows, if there is one.
    pub origin: Option<RelId>,
    /// Logical expressions first, then physical ones by required order.
    pub expressions: Vec<ExpressionView>,
}

/// An expression; a physical one once for each required order it was considered for.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpressionView {
    /// Its number.
    pub id: u32,
    /// The operator's verb.
    pub verb: String,
    /// What the operator acts on.
    pub object: String,
    /// The groups below.
    pub groups: Vec<u32>,
    /// The executor can run it.
    pub physical: bool,
    /// The rule that added it; `None`: it was in the normalized plan.
    pub rule: Option<&'static str>,
    /// The required order it was considered for; empty for none.
    pub order: String,
    /// Its cost with the cheapest inputs; `None` for logical and pruned expressions.
    pub cost: Option<f64>,
    /// Its own work.
    pub terms: Vec<CostTerm>,
    /// It is the cheapest of its group for the order.
    pub winner: bool,
    /// It was given up at a bound.
    pub pruned: bool,
    /// A sentence on why it won, lost or was given up.
    pub note: String,
}

impl Memo {
    /// How the rows of a group were estimated.
    pub fn derivation(&self, arena: &Arena, group: GroupId) -> Derivation {
        match &self.group(group).estimate {
            Estimate::Derived(derivation) => (**derivation).clone(),
            Estimate::Pair { block, left, right } => {
                let block = &self.blocks[*block as usize];
                let mut ops = Vec::new();
                match pair::crossing(block, *left, *right, &mut ops) {
                    Some(found) => pair::derive(arena, self, block, found, &ops),
                    None => {
                        let rows = self.group(group).rows;
                        Derivation::new(Formula::Same, vec![Input::new("rows", rows, "memo")])
                    }
                }
            }
        }
    }

    /// The whole memo as text and numbers.
    pub fn view(&self, arena: &Arena, pairs: u64, fallback: Option<String>) -> MemoView {
        MemoView {
            root: self.canon(self.root).0,
            groups: self
                .groups()
                .map(|(id, _)| self.group_view(arena, id))
                .collect(),
            pairs,
            expressions: self.expr_count(),
            fallback,
        }
    }

    fn group_view(&self, arena: &Arena, id: GroupId) -> GroupView {
        let group = self.group(id);
        let mut expressions: Vec<ExpressionView> = group
            .logical
            .iter()
            .map(|expr| self.expression_view(arena, *expr, ANY, None))
            .collect();
        for (order, context) in &group.contexts {
            let context = self.context(*context);
            let winner = context.winner.map(|(expr, _)| expr);
            for candidate in &context.candidates {
                let mut view =
                    self.expression_view(arena, candidate.expr, *order, Some(candidate.outcome));
                view.winner = winner == Some(candidate.expr);
                view.note = note(candidate.outcome, context.winner.map(|w| w.1), view.winner);
                expressions.push(view);
            }
        }
        GroupView {
            id: id.0,
            label: self.label(id),
            rows: group.rows,
            derivation: self.derivation(arena, id),
            origin: group.origin,
            expressions,
        }
    }

    fn expression_view(
        &self,
        arena: &Arena,
        id: ExprId,
        order: OrderId,
        outcome: Option<Outcome>,
    ) -> ExpressionView {
        let expr = self.expr(id);
        let op = match self.physical_op(id, order) {
            Some(op) => op,
            None => self.logical_op(expr.operator),
        };
        let only_asks = expr.kind == ExprKind::Physical(Method::Ordered);
        let verb = if only_asks {
            "input-order".into()
        } else {
            text::verb(&op)
        };
        let object = text::object(arena, &op);
        ExpressionView {
            id: id.0,
            verb,
            object,
            groups: expr.inputs.iter().map(|g| self.canon(*g).0).collect(),
            physical: expr.is_physical(),
            rule: expr.rule.map(|rule| rule.name()),
            order: self.order_text(arena, order),
            cost: match outcome {
                Some(Outcome::Costed(cost)) => Some(cost),
                _ => None,
            },
            terms: model::own(self, expr).describe(&self.constants),
            winner: false,
            pruned: matches!(outcome, Some(Outcome::Pruned { .. })),
            note: String::new(),
        }
    }

    /// An order in words; empty for none.
    pub fn order_text(&self, arena: &Arena, order: OrderId) -> String {
        if order == ANY {
            return String::new();
        }
        let keys = self.orders.keys(order).to_vec();
        text::object(arena, &Op::PhysSort { keys })
    }

    /// What a group computes, in a few words.
    pub fn label(&self, id: GroupId) -> String {
        let group = self.group(id);
        if let Below::Relations(block, set) = &group.below {
            let relations = &self.blocks[*block as usize].relations;
            let names: Vec<String> = set
                .iter()
                .map(|r| self.relation_name(relations[r]))
                .collect();
            return names.join(" ⋈ ");
        }
        self.relation_name(id)
    }

    fn relation_name(&self, id: GroupId) -> String {
        let first = self.expr(self.group(id).logical[0]);
        match self.logical_op(first.operator) {
            Op::Scan(scan) => scan.alias,
            op => {
                let mut name = text::verb(&op);
                for input in first.inputs.iter() {
                    name.push_str(&format!(" G{}", self.canon(*input).0));
                }
                name
            }
        }
    }
}

fn note(outcome: Outcome, best: Option<f64>, winner: bool) -> String {
    match (outcome, best) {
        (Outcome::Costed(_), _) if winner => "the cheapest of its group".into(),
        (Outcome::Costed(cost), Some(best)) if best > 0.0 => {
            format!("costs {} times the winner", number(cost / best))
        }
        (Outcome::Costed(_), _) => "costed".into(),
        (Outcome::Pruned { least, limit }, _) => format!(
            "given up: with the cheapest inputs there can be it costs at least {} ns; only a plan below {} ns was of use",
            number(least),
            number(limit)
        ),
        (Outcome::Pending, _) => "not reached: no plan that uses this group could win".into(),
    }
}
