//! What expressions ask of their inputs, and the physical operators they stand for.

use super::{ANY, ExprId, ExprKind, Memo, OrderId};
use crate::implement::Method;
use crate::implement::method::InputOrders;
use plan::{Arena, Op};

impl Memo {
    /// The orders an expression asks of its inputs to give the required one; `None` when it cannot.
    pub fn input_orders(
        &mut self,
        arena: &Arena,
        expr: ExprId,
        required: OrderId,
    ) -> Option<InputOrders> {
        let expr = self.expr(expr);
        let (kind, operator) = (expr.kind, expr.operator);
        match kind {
            ExprKind::Physical(Method::MergeJoin) if required == ANY => {
                if let Some(orders) = self.operator(operator).merge_orders {
                    return Some(orders);
                }
                let found = self.ask(Method::MergeJoin, operator, required, arena)?;
                self.remember_merge_orders(operator, found);
                Some(found)
            }
            ExprKind::Physical(method) => self.ask(method, operator, required, arena),
            ExprKind::Enforcer(order) => (order == required).then_some([ANY, ANY]),
            ExprKind::Logical => None,
        }
    }

    fn ask(
        &mut self,
        method: Method,
        operator: super::OperatorId,
        required: OrderId,
        arena: &Arena,
    ) -> Option<InputOrders> {
        let mut orders = std::mem::take(&mut self.orders);
        let split = || self.split(operator);
        let found = method.input_orders(
            self.operator(operator),
            &split,
            required,
            arena,
            &mut orders,
        );
        self.orders = orders;
        found
    }

    /// The physical operator of an expression that gives the required order; `None` for logical expressions and for
    /// those that only ask an order of their input.
    pub fn physical_op(&self, expr: ExprId, required: OrderId) -> Option<Op> {
        let expr = self.expr(expr);
        match expr.kind {
            ExprKind::Physical(method) => method.op(
                &self.logical_op(expr.operator),
                &self.split(expr.operator),
                &self.operator(expr.operator).keys,
                self.orders.keys(required),
            ),
            ExprKind::Enforcer(order) => Some(Op::PhysSort {
                keys: self.orders.keys(order).to_vec(),
            }),
            ExprKind::Logical => None,
        }
    }
}
