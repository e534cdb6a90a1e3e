//! Table scans: the columns read, the filter, and the ranges that let pages be passed over.

use super::{Builder, Made, kept, pick};
use crate::Result;
use crate::expr::{Compiler, Expr, Node as ExprNode};
use crate::operators::{Bound, Node, TableScan};
use plan::{ColSet, Func, Scalar, ScalarId, Scan, ScanColumn};
use types::{ColId, DataType, Value};

impl Builder<'_> {
    pub(super) fn table_scan(&mut self, scan: &Scan, needed: &ColSet, at: usize) -> Result<Made> {
        let read = self.read(needed, &scan.filters);
        let columns: Vec<&ScanColumn> = scan
            .columns
            .iter()
            .filter(|c| read.contains(c.col))
            .collect();
        let ids: Vec<ColId> = columns.iter().map(|c| c.col).collect();
        let compiler = self.compiler(&ids);
        let mut bounds = Vec::new();
        for filter in &scan.filters {
            bounds_of(&compiler, *filter, &columns, &mut bounds)?;
        }
        let filter = if scan.filters.is_empty() {
            None
        } else {
            Some(compiler.conjunction(&scan.filters)?)
        };
        let keep = kept(&ids, needed);
        let operator = TableScan {
            at,
            table: scan.table,
            columns: columns.iter().map(|c| c.ordinal).collect(),
            types: ids.iter().map(|c| self.arena.column(*c).ty).collect(),
            bounds,
            filter,
            keep: keep.clone(),
            cursor: None,
            told: (0, 0),
        };
        Ok(Made {
            node: Node::new(operator, at),
            columns: pick(ids, &keep),
        })
    }
}

/// The ranges that a conjunct implies: comparisons of a column with a constant, BETWEEN, IN.
fn bounds_of(
    compiler: &Compiler<'_>,
    filter: ScalarId,
    columns: &[&ScanColumn],
    bounds: &mut Vec<Bound>,
) -> Result<()> {
    let arena = compiler.arena;
    let Scalar::Call(func, args) = arena.get(filter) else {
        return Ok(());
    };
    let column = |id: ScalarId| {
        let col = arena.as_column(id)?;
        let column = columns.iter().find(|c| c.col == col)?;
        (column.ordinal != plan::ROW_ID).then_some((column.ordinal, arena.column(col).ty))
    };
    let mut add = |func: Func, (ordinal, ty): (u32, DataType), constant: Expr| {
        bounds.extend(Bound::of(func, ordinal, ty, constant.node));
    };
    match func {
        Func::And => {
            for arg in args {
                bounds_of(compiler, *arg, columns, bounds)?;
            }
        }
        Func::Between => {
            if let Some(target) = column(args[0]) {
                add(Func::Ge, target, compiler.expr(args[1])?);
                add(Func::Le, target, compiler.expr(args[2])?);
            }
        }
        Func::In => {
            let values: Option<Vec<&Value>> =
                args[1..].iter().map(|arg| arena.as_literal(*arg)).collect();
            if let (Some(target), Some(values)) = (column(args[0]), values) {
                let present = || values.iter().filter(|v| !v.is_null()).copied();
                let by = |a: &&Value, b: &&Value| a.compare(b).unwrap_or(std::cmp::Ordering::Equal);
                let constant = |v: &Value| Expr::new(ExprNode::Const(v.clone()), target.1);
                if let (Some(low), Some(high)) = (present().min_by(by), present().max_by(by)) {
                    add(Func::Ge, target, constant(low));
                    add(Func::Le, target, constant(high));
                }
            }
        }
        _ => {
            if let Some(commuted) = func.commuted() {
                if let Some(target) = column(args[0]) {
                    add(*func, target, compiler.expr(args[1])?);
                } else if let Some(target) = column(args[1]) {
                    add(commuted, target, compiler.expr(args[0])?);
                }
            }
        }
    }
    Ok(())
}
