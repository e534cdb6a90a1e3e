//! What the aggregates of an operator need, each need once.

use crate::Result;
use crate::expr::{Compiler, Condition, Expr};
use plan::{AggFunc, AggItem, Arena, Props, ScalarId};
use types::DataType;

/// An accumulator to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Need {
    /// Count, sum, or a function that is not composed of others.
    pub(super) func: AggFunc,
    /// Index of the argument; `None` counts rows.
    pub(super) arg: Option<usize>,
    pub(super) distinct: bool,
    /// Index of the filter.
    pub(super) filter: Option<usize>,
}

/// An output column: a function of one or two accumulators.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    pub(super) func: AggFunc,
    pub(super) need: usize,
    /// The count of an average.
    pub(super) count: usize,
    pub(super) arg_ty: Option<DataType>,
    pub(super) ty: DataType,
}

/// What the aggregates of an operator need.
pub(crate) struct AggregationPlan {
    pub(super) args: Vec<Expr>,
    pub(super) filters: Vec<Condition>,
    pub(super) needs: Vec<Need>,
    pub(super) outputs: Vec<Output>,
}

impl AggregationPlan {
    /// The plan for aggregates over the input the compiler knows, whose properties are `input`.
    pub(crate) fn new(
        arena: &Arena,
        aggs: &[AggItem],
        input: &Props,
        compiler: &mut Compiler<'_>,
    ) -> Result<Self> {
        let mut arg_ids: Vec<ScalarId> = Vec::new();
        let mut filter_ids: Vec<ScalarId> = Vec::new();
        let mut needs: Vec<Need> = Vec::new();
        let mut outputs = Vec::new();
        for agg in aggs {
            let filter = agg.filter.map(|id| position(&mut filter_ids, id));
            let arg_ty = agg.arg.map(|id| arena.ty(id));
            // count(x) of an x that is never NULL counts rows.
            let counts_rows = agg.func == AggFunc::CountStar
                || (!agg.distinct
                    && agg
                        .arg
                        .is_some_and(|id| plan::props::never_null(arena, id, &input.not_null)));
            let arg = agg.arg.map(|id| position(&mut arg_ids, id));
            // Duplicates change nothing for these.
            let distinct = agg.distinct && !agg.func.ignores_duplicates();
            let mut need = |func: AggFunc, arg: Option<usize>| {
                let need = Need {
                    func,
                    arg,
                    distinct,
                    filter,
                };
                match needs.iter().position(|n| *n == need) {
                    Some(at) => at,
                    None => {
                        needs.push(need);
                        needs.len() - 1
                    }
                }
            };
            let mut count = || {
                let counted = if counts_rows { None } else { arg };
                need(AggFunc::Count, counted)
            };
            let (main, count) = match agg.func {
                AggFunc::CountStar | AggFunc::Count => {
                    let count = count();
                    (count, count)
                }
                AggFunc::Avg => {
                    let count = count();
                    (need(AggFunc::Sum, arg), count)
                }
                // One set of moments serves all four.
                AggFunc::StddevSamp | AggFunc::VarSamp | AggFunc::StddevPop | AggFunc::VarPop => {
                    let moments = need(AggFunc::VarPop, arg);
                    (moments, moments)
                }
                func => {
                    let main = need(func, arg);
                    (main, main)
                }
            };
            outputs.push(Output {
                func: agg.func,
                need: main,
                count,
                arg_ty,
                ty: arena.column(agg.col).ty,
            });
        }
        let args = compiler.group(&arg_ids)?;
        let filters = filter_ids
            .iter()
            .map(|id| compiler.conjunction(&[*id]))
            .collect::<Result<_>>()?;
        Ok(Self {
            args,
            filters,
            needs,
            outputs,
        })
    }
}

fn position(ids: &mut Vec<ScalarId>, id: ScalarId) -> usize {
    match ids.iter().position(|known| *known == id) {
        Some(at) => at,
        None => {
            ids.push(id);
            ids.len() - 1
        }
    }
}

impl AggregationPlan {
    /// Number of accumulators.
    pub(crate) fn width(&self) -> usize {
        self.needs.len()
    }
}
