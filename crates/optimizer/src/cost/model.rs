//! The work of each physical operator, from the estimates of its group and inputs.

use super::constants::{Constants, Work};
use super::terms::Terms;
use crate::implement::Method;
use crate::memo::{Expr, ExprKind, Group, GroupId, Memo, Operator};
use libm::log2;
use plan::{Arena, Func, Op, Scalar, ScalarId, Side};

/// The work of an expression's own operator.
pub fn own(memo: &Memo, expr: &Expr) -> Terms {
    let group = memo.group(expr.group);
    match expr.kind {
        ExprKind::Enforcer(_) => sort(group),
        ExprKind::Physical(method) => {
            let input = |at: usize| memo.group(expr.inputs[at]);
            of_method(
                memo,
                method,
                memo.operator(expr.operator),
                group,
                &expr.inputs,
                &input,
            )
        }
        ExprKind::Logical => Terms::default(),
    }
}

fn sort(group: &Group) -> Terms {
    let rows = group.rows;
    Terms::default()
        .and(Work::SortCompare, rows * log2(rows.max(2.0)))
        .and(Work::ValueWrite, rows * group.columns)
        .and(Work::MemoryByte, rows * group.width)
}

fn of_method<'m>(
    memo: &'m Memo,
    method: Method,
    operator: &Operator,
    out: &Group,
    inputs: &[GroupId],
    input: &dyn Fn(usize) -> &'m Group,
) -> Terms {
    let terms = Terms::default();
    let written = out.rows * out.columns;
    match method {
        Method::TableScan => {
            let (rows, pages) = operator.table.unwrap_or((out.rows, 1.0));
            terms
                .and(Work::PageRead, pages.max(1.0))
                .and(Work::ValueRead, rows * out.columns)
                .and(Work::Expression, rows * operator.weight)
                .and(Work::Row, out.rows)
        }
        Method::Values => terms.and(Work::ValueWrite, written),
        Method::Filter => terms
            .and(Work::Expression, input(0).rows * operator.weight)
            .and(Work::Row, out.rows),
        Method::Project => terms
            .and(Work::Expression, out.rows * operator.weight)
            .and(Work::Row, out.rows),
        Method::HashJoin(build) => {
            let (build, probe) = match build {
                Side::Left => (input(0), input(1)),
                Side::Right => (input(1), input(0)),
            };
            terms
                .and(Work::HashBuild, build.rows)
                .and(Work::HashProbe, probe.rows)
                .and(Work::MemoryByte, build.rows * build.width)
                .and(Work::Expression, out.rows * operator.residual_weight)
                .and(Work::ValueWrite, written)
        }
        Method::MergeJoin => terms
            .and(Work::MergeStep, input(0).rows + input(1).rows)
            .and(Work::Expression, out.rows * operator.residual_weight)
            .and(Work::ValueWrite, written),
        Method::NestedLoopJoin => {
            let (left, right) = (input(0), input(1));
            terms
                .and(
                    Work::PairTest,
                    left.rows * right.rows * operator.weight.max(0.5),
                )
                .and(Work::MemoryByte, right.rows * right.width)
                .and(Work::Row, left.rows)
                .and(Work::ValueWrite, written)
        }
        Method::Apply => {
            let (left, right) = (input(0), input(1));
            terms
                .and(Work::Restart, left.rows)
                .and(
                    Work::PairTest,
                    left.rows * right.rows * operator.weight.max(0.5),
                )
                .and(Work::ValueWrite, written)
        }
        Method::HashAggregate => terms
            .and(Work::HashProbe, input(0).rows)
            .and(Work::HashBuild, out.rows)
            .and(Work::Aggregate, input(0).rows * aggregates(operator))
            .and(Work::Expression, input(0).rows * operator.weight)
            .and(Work::MemoryByte, out.rows * out.width)
            .and(Work::ValueWrite, written),
        Method::StreamAggregate => {
            let compared = if operator.keys.is_empty() { 0.0 } else { 1.0 };
            terms
                .and(Work::MergeStep, input(0).rows * compared)
                .and(Work::Aggregate, input(0).rows * aggregates(operator))
                .and(Work::Expression, input(0).rows * operator.weight)
                .and(Work::ValueWrite, written)
        }
        Method::Sort => sort(out),
        Method::Ordered => terms,
        Method::TopNHeap => {
            let kept = kept(operator).min(input(0).rows);
            terms
                .and(
                    Work::HeapCompare,
                    input(0).rows + kept * log2(kept.max(2.0)),
                )
                .and(Work::ValueWrite, kept * out.columns)
                .and(Work::MemoryByte, kept * out.width)
        }
        Method::OrderedLimit | Method::Limit => terms.and(Work::Row, out.rows),
        Method::Append => terms.and(Work::Row, out.rows),
        Method::HashSetOp => {
            let rows: f64 = inputs.iter().map(|g| memo.group(*g).rows).sum();
            terms
                .and(Work::HashBuild, rows)
                .and(Work::MemoryByte, rows * out.width)
                .and(Work::ValueWrite, written)
        }
    }
}

/// Rows that a top-n keeps in its heap.
fn kept(operator: &Operator) -> f64 {
    match operator.plain() {
        Some(Op::TopN { limit, offset, .. }) => limit.saturating_add(*offset) as f64,
        _ => 0.0,
    }
}

fn aggregates(operator: &Operator) -> f64 {
    match operator.plain() {
        Some(Op::Aggregate { aggs, .. }) => aggs.len() as f64,
        _ => 0.0,
    }
}

/// The least cost of writing a group's rows: every join does that much.
pub fn write_floor(constants: &Constants, rows: f64, columns: f64) -> f64 {
    constants.nanos(Work::ValueWrite) * rows * columns
}

/// Expressions larger than this count as this large: shared subexpressions of a plan can be huge when written out.
const MAX_WEIGHED: usize = 2_000;

/// The weight of evaluating expressions on a row, in simple operations.
pub fn weight(arena: &Arena, scalars: &[ScalarId]) -> f64 {
    let mut stack = scalars.to_vec();
    let mut weight = 0.0;
    let mut seen = 0;
    while let Some(id) = stack.pop() {
        seen += 1;
        if seen > MAX_WEIGHED {
            break;
        }
        match arena.get(id) {
            Scalar::Column(_) | Scalar::Literal(..) => {}
            Scalar::Call(func, args) => {
                let text = args.iter().any(|a| arena.ty(*a).is_text());
                weight += match func {
                    Func::Like | Func::ILike => 12.0,
                    Func::And | Func::Or | Func::Not => 0.5,
                    Func::In => 1.0 + 0.2 * args.len() as f64,
                    _ if text => 4.0,
                    _ => 1.0,
                };
                stack.extend(args);
            }
            Scalar::Cast(input, _) => {
                weight += 1.0;
                stack.push(*input);
            }
            scalar @ Scalar::Case { .. } => {
                weight += 2.0;
                stack.extend(scalar.children());
            }
        }
    }
    weight
}
