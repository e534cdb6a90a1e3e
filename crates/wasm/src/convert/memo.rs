//! The memo and the plan that won.

use crate::dto::trace::{
    CostTerm, Derivation, DerivationInput, Group, GroupExpression, Memo, PhysicalNode,
};
use engine::Timeline;
use optimizer::memo::{ExpressionView, GroupView};
use optimizer::{cost, stats};

/// The memo as lists.
pub fn memo(timeline: &Timeline) -> Memo {
    let view = timeline.searched.view(&timeline.arena);
    Memo {
        root: view.root,
        groups: view.groups.into_iter().map(group).collect(),
        pairs: view.pairs as f64,
        expressions: view.expressions as f64,
        fallback: view.fallback,
    }
}

fn group(group: GroupView) -> Group {
    Group {
        id: group.id,
        label: group.label,
        rows: group.rows,
        derivation: derivation(&group.derivation),
        expressions: group.expressions.into_iter().map(expression).collect(),
    }
}

fn expression(expression: ExpressionView) -> GroupExpression {
    GroupExpression {
        id: expression.id,
        verb: expression.verb,
        object: expression.object,
        groups: expression.groups,
        physical: expression.physical,
        rule: expression.rule.map(str::to_string),
        order: expression.order,
        cost: expression.cost,
        terms: expression.terms.iter().map(term).collect(),
        winner: expression.winner,
        pruned: expression.pruned,
        note: expression.note,
    }
}

fn term(term: &cost::CostTerm) -> CostTerm {
    CostTerm {
        name: term.name.into(),
        value: term.value,
        unit: term.unit.into(),
        formula: term.formula.clone(),
    }
}

fn derivation(derivation: &stats::Derivation) -> Derivation {
    Derivation {
        formula: derivation.formula.text().into(),
        inputs: derivation
            .inputs
            .iter()
            .map(|input| DerivationInput {
                name: input.name.clone(),
                value: input.value,
                source: input.source.clone(),
            })
            .collect(),
        result: derivation.result,
        assumption: derivation.assumption.map(str::to_string),
    }
}

/// The operators of the plan that won, in pre-order, each with its occurrence in the last step.
pub fn physical(timeline: &Timeline) -> Vec<PhysicalNode> {
    let trace = &timeline.trace;
    let Some(last) = trace.steps.last() else {
        return Vec::new();
    };
    let nodes = trace
        .preorder(last.root)
        .into_iter()
        .zip(&timeline.searched.nodes)
        .enumerate();
    nodes
        .map(|(at, (occurrence, node))| PhysicalNode {
            occurrence: occurrence.0,
            rows: node.rows,
            cost: node.cost,
            own_cost: node.own_cost,
            terms: node
                .terms
                .describe(&timeline.searched.memo.constants)
                .iter()
                .map(term)
                .collect(),
            derivation: derivation(&timeline.searched.derivation(&timeline.arena, at)),
            group: node.group.0,
        })
        .collect()
}
