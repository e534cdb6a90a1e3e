//! The memo's text form, one group a line:
//!
//!     G2: (scan orders)  best: table-scan  rows: 15000  cost: 1.25 ms

use super::{ANY, ExprId, GroupId, Memo, OrderId};
use plan::{Arena, Op, Side, text};
use std::fmt::Write;

impl Memo {
    /// All live groups: logical expressions, then for each required order the cheapest plan and its cost.
    pub fn text(&self, arena: &Arena) -> String {
        let mut out = String::new();
        for (id, group) in self.groups() {
            let root = if id == self.canon(self.root) {
                " (root)"
            } else {
                ""
            };
            let _ = write!(out, "G{}{root}:", id.0);
            for expr in &group.logical {
                let expr = self.expr(*expr);
                let _ = write!(out, " ({}", head(&self.logical_op(expr.operator)));
                for input in expr.inputs.iter() {
                    let _ = write!(out, " G{}", self.canon(*input).0);
                }
                out.push(')');
            }
            let _ = write!(out, "  rows: {:.0}", group.rows);
            for (order, context) in &group.contexts {
                if let Some((expr, cost)) = self.context(*context).winner {
                    let best = self.best(arena, expr, *order);
                    let _ = write!(out, "  best{best}  cost: {}", nanos(cost));
                }
            }
            out.push('\n');
        }
        out
    }

    fn best(&self, arena: &Arena, expr: ExprId, order: OrderId) -> String {
        let required = if order == ANY {
            String::new()
        } else {
            format!(" [{}]", self.order_text(arena, order))
        };
        let verb = match self.physical_op(expr, order) {
            Some(Op::HashJoin { join, build }) => {
                let side = if build == Side::Left { "left" } else { "right" };
                format!("{} build {side}", text::verb(&Op::HashJoin { join, build }))
            }
            Some(op) => text::verb(&op),
            None => "input-order".to_string(),
        };
        let expr = self.expr(expr);
        let inputs: String = expr
            .inputs
            .iter()
            .map(|g: &GroupId| format!(" G{}", self.canon(*g).0))
            .collect();
        format!("{required}: ({verb}{inputs})")
    }
}

/// An operator's verb; scans with their alias.
fn head(op: &Op) -> String {
    match op {
        Op::Scan(scan) => format!("scan {}", scan.alias),
        op => text::verb(op),
    }
}

/// A cost in a unit that reads well.
pub fn nanos(cost: f64) -> String {
    match cost {
        c if c >= 1e9 => format!("{:.2} s", c / 1e9),
        c if c >= 1e6 => format!("{:.2} ms", c / 1e6),
        c if c >= 1e3 => format!("{:.2} µs", c / 1e3),
        // No minus sign for what rounds to nothing.
        c => format!("{} ns", c.round() + 0.0),
    }
}
