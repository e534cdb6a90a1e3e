//! Random logical plans over a random database: every operator, every join kind, dependent joins, all built directly in the
//! arena, so that shapes come up which the binder would not make.
//!
//! Limits are placed over a sort by all columns: then the rows they keep do not depend on the plan. Nothing is volatile.

mod expressions;
mod shapes;

use plan::{
    AggFunc, AggItem, Arena, JoinKind, Op, ProjectItem, RelId, ScalarId, Scan, SetColumn,
    SetOpKind, SortKey,
};
use testkit::{Database, Rng};
use types::{ColId, DataType};

/// Makes plans.
pub struct Plans<'a> {
    /// Decides.
    pub rng: Rng,
    /// Where plans are interned.
    pub arena: Arena,
    /// The tables.
    pub database: &'a Database,
    /// Put limits anywhere, also over rows without an order.
    pub bare_limits: bool,
    /// Make the shapes that rules look for, and expressions that may fail, more often than chance does.
    pub shapes: bool,
    /// Columns of outer rows that the plan at hand may refer to.
    outer: Vec<ColId>,
}

impl<'a> Plans<'a> {
    /// A maker of plans.
    pub fn new(rng: Rng, arena: Arena, database: &'a Database) -> Self {
        Self {
            rng,
            arena,
            database,
            bare_limits: false,
            shapes: false,
            outer: Vec::new(),
        }
    }

    /// A plan of about that many operators on top of one another.
    pub fn plan(&mut self, depth: u32) -> RelId {
        if depth == 0 || self.rng.chance(8) {
            return match self.rng.chance(88) {
                true => self.scan(),
                false => self.values(),
            };
        }
        if self.shapes && depth > 1 && self.rng.chance(60) {
            return self.shape(depth);
        }
        match self.rng.below(100) {
            0..18 => self.filter(depth),
            18..32 => self.project(depth),
            32..60 => self.join(depth),
            60..76 => self.aggregate(depth),
            76..80 => {
                let input = self.plan(depth - 1);
                self.arena.rel(Op::Distinct, vec![input])
            }
            80..90 => self.sort(depth),
            _ => self.set_op(depth),
        }
    }

    fn columns(&self, node: RelId) -> Vec<ColId> {
        self.arena.props(node).columns.clone()
    }

    fn ty(&self, col: ColId) -> DataType {
        self.arena.column(col).ty
    }

    fn fresh(&mut self, ty: DataType) -> ColId {
        let name = format!("x{}", self.arena.column_count());
        self.arena.new_computed(name, ty)
    }

    fn scan(&mut self) -> RelId {
        let tables: Vec<_> = self.database.infos().collect();
        let info = *self.rng.pick(&tables);
        let alias = format!("{}_{}", info.name, self.arena.column_count());
        let all = info.columns.len() as u32;
        let mut columns = self.arena.scan_columns(info.id, &alias, 0..all);
        if self.rng.chance(20) {
            columns.retain(|_| self.rng.chance(70));
        }
        let mut filters = Vec::new();
        if self.rng.chance(15) && !columns.is_empty() {
            let own: Vec<ColId> = columns.iter().map(|c| c.col).collect();
            let outer = std::mem::take(&mut self.outer);
            filters.push(self.condition(&own, 1));
            self.outer = outer;
        }
        let scan = Scan {
            table: info.id,
            alias,
            columns,
            filters,
        };
        self.arena.rel(Op::Scan(scan), vec![])
    }

    fn values(&mut self) -> RelId {
        let types = [DataType::Int32, DataType::Text, DataType::Bool];
        let columns: Vec<ColId> = (0..self.rng.between(1, 2))
            .map(|_| {
                let ty = *self.rng.pick(&types);
                self.fresh(ty)
            })
            .collect();
        let rows = (0..self.rng.below(4))
            .map(|_| columns.iter().map(|c| self.literal(self.ty(*c))).collect())
            .collect();
        self.arena.rel(Op::Values { columns, rows }, vec![])
    }

    fn filter(&mut self, depth: u32) -> RelId {
        let input = self.plan(depth - 1);
        self.filtered(input)
    }

    fn filtered(&mut self, input: RelId) -> RelId {
        let columns = self.columns(input);
        let mut predicates: Vec<ScalarId> = (0..self.rng.between(1, 3))
            .map(|_| self.condition(&columns, 2))
            .collect();
        if self.shapes && self.rng.chance(25) {
            predicates.extend(self.guarded(&columns));
        }
        self.arena.rel(Op::Filter { predicates }, vec![input])
    }

    fn project(&mut self, depth: u32) -> RelId {
        let input = self.plan(depth - 1);
        let columns = self.columns(input);
        let mut items = Vec::new();
        for col in &columns {
            if self.rng.chance(75) {
                let expr = self.arena.col(*col);
                items.push(ProjectItem { col: *col, expr });
            }
        }
        for _ in 0..self.rng.below(3) {
            let expr = self.expression(&columns, 2);
            let col = self.fresh(self.arena.ty(expr));
            items.push(ProjectItem { col, expr });
        }
        if self.rng.chance(20) {
            self.rng.shuffle(&mut items);
        }
        self.arena.rel(Op::Project { items }, vec![input])
    }

    fn join(&mut self, depth: u32) -> RelId {
        let left = self.plan(depth - 1);
        let mark = self.fresh(DataType::Bool);
        let kind = match self.rng.below(14) {
            0..4 => JoinKind::Inner,
            4..6 => JoinKind::Left,
            6 => JoinKind::Right,
            7 => JoinKind::Full,
            8..10 => JoinKind::Semi,
            10 => JoinKind::Anti,
            11 => JoinKind::NullAwareAnti,
            12 => JoinKind::Mark(mark),
            _ => JoinKind::Single,
        };
        let own = self.columns(left);
        let known = self.outer.len();
        if !kind.pads_left() && self.rng.chance(40) {
            self.outer.extend(&own);
        }
        let mut right = self.plan(depth - 1);
        if kind == JoinKind::Single && self.rng.chance(70) {
            right = self.one_row(right);
        }
        if self.outer.len() > known && self.rng.chance(50) {
            right = self.filtered(right);
        }
        self.outer.truncate(known);
        let other = self.columns(right);
        let mut on = Vec::new();
        if self.rng.chance(80)
            && let Some(equality) = self.equality(&own, &other)
        {
            on.push(equality);
        }
        if self.rng.chance(25) {
            let both: Vec<ColId> = own.iter().chain(&other).copied().collect();
            on.push(self.condition(&both, 2));
        }
        let free = &self.arena.props(right).free;
        let dependent = free.intersects(&self.arena.props(left).output);
        let op = Op::Join {
            kind,
            on,
            dependent,
        };
        self.arena.rel(op, vec![left, right])
    }

    /// A global aggregate.
    fn one_row(&mut self, input: RelId) -> RelId {
        let columns = self.columns(input);
        let aggs = vec![self.agg(&columns)];
        let keys = Vec::new();
        self.arena.rel(Op::Aggregate { keys, aggs }, vec![input])
    }

    fn aggregate(&mut self, depth: u32) -> RelId {
        let input = self.plan(depth - 1);
        let columns = self.columns(input);
        let mut keys = Vec::new();
        let percent = *self.rng.pick(&[0, 35, 35, 90]);
        for col in &columns {
            if self.rng.chance(percent) {
                keys.push(*col);
            }
        }
        self.rng.shuffle(&mut keys);
        let mut aggs: Vec<AggItem> = Vec::new();
        for _ in 0..self.rng.below(4) {
            let agg = match aggs.last() {
                Some(last) if self.rng.chance(20) => AggItem {
                    col: self.fresh(self.ty(last.col)),
                    ..*last
                },
                _ => self.agg(&columns),
            };
            aggs.push(agg);
        }
        self.arena.rel(Op::Aggregate { keys, aggs }, vec![input])
    }

    fn agg(&mut self, columns: &[ColId]) -> AggItem {
        let filter = match self.rng.chance(20) {
            true => Some(self.condition(columns, 1)),
            false => None,
        };
        let expr = self.expression(columns, 1);
        let ty = self.arena.ty(expr);
        let mut funcs = vec![
            AggFunc::CountStar,
            AggFunc::Count,
            AggFunc::Min,
            AggFunc::Max,
        ];
        if ty.is_numeric() {
            funcs.extend([
                AggFunc::Sum,
                AggFunc::Avg,
                AggFunc::VarSamp,
                AggFunc::StddevPop,
            ]);
        }
        if ty == DataType::Bool {
            funcs.extend([AggFunc::BoolAnd, AggFunc::BoolOr]);
        }
        let func = *self.rng.pick(&funcs);
        let arg = (func != AggFunc::CountStar).then_some(expr);
        let result = plan::typing::aggregate_type(func, arg.map(|_| ty))
            .expect("the function was chosen by the type");
        AggItem {
            col: self.fresh(result),
            func,
            arg,
            distinct: arg.is_some() && self.rng.chance(20),
            filter,
        }
    }

    /// A sort, with or without a limit; a limit may stand on a limit.
    fn sort(&mut self, depth: u32) -> RelId {
        let input = self.plan(depth - 1);
        let limit = self.rng.below(5) as u64;
        let offset = [0, 0, 1, 2][self.rng.below(4)];
        if self.bare_limits && self.rng.chance(60) {
            let limit = self.rng.chance(90).then_some(limit);
            return self.arena.rel(Op::Limit { limit, offset }, vec![input]);
        }
        let mut columns = self.columns(input);
        if columns.is_empty() {
            return input;
        }
        self.rng.shuffle(&mut columns);
        let keys: Vec<SortKey> = columns
            .into_iter()
            .map(|col| SortKey {
                col,
                descending: self.rng.chance(30),
                nulls_first: self.rng.chance(30),
            })
            .collect();
        if self.rng.chance(30) {
            return self.arena.rel(
                Op::TopN {
                    keys,
                    limit,
                    offset,
                },
                vec![input],
            );
        }
        let some = match self.rng.chance(50) {
            true => keys.len(),
            false => self.rng.between(1, keys.len() as i64) as usize,
        };
        let sorted = Op::Sort {
            keys: keys[..some].to_vec(),
        };
        let mut node = self.arena.rel(sorted, vec![input]);
        if some < keys.len() {
            return node;
        }
        for _ in 0..self.rng.below(3) {
            let op = Op::Limit {
                limit: self.rng.chance(90).then_some(self.rng.below(5) as u64),
                offset: [0, 0, 1, 2][self.rng.below(4)],
            };
            node = self.arena.rel(op, vec![node]);
        }
        node
    }

    fn set_op(&mut self, depth: u32) -> RelId {
        let first = self.plan(depth - 1);
        let mut model = self.columns(first);
        self.rng.shuffle(&mut model);
        model.truncate(self.rng.between(1, 3) as usize);
        if model.is_empty() {
            return first;
        }
        let kind = *self.rng.pick(&[
            SetOpKind::Union,
            SetOpKind::Union,
            SetOpKind::Intersect,
            SetOpKind::Except,
        ]);
        let all = self
            .rng
            .chance(if kind == SetOpKind::Union { 65 } else { 35 });
        let several = kind == SetOpKind::Union && all && self.rng.chance(30);
        let mut branches = vec![(first, model.clone())];
        for _ in 0..if several { 2 } else { 1 } {
            branches.push(self.branch(depth, &model));
        }
        let columns = (0..model.len())
            .map(|at| SetColumn {
                col: self.fresh(self.ty(model[at])),
                inputs: branches.iter().map(|(_, cols)| cols[at]).collect(),
            })
            .collect();
        let inputs = branches.into_iter().map(|(node, _)| node).collect();
        self.arena.rel(Op::SetOp { kind, all, columns }, inputs)
    }

    /// A plan with columns of the types of the model's: ones of its own where it has them, else literals.
    fn branch(&mut self, depth: u32, model: &[ColId]) -> (RelId, Vec<ColId>) {
        let node = self.plan(depth - 1);
        let own = self.columns(node);
        let mut items = Vec::new();
        let mut columns = Vec::new();
        for col in model {
            let ty = self.ty(*col);
            let fitting: Vec<ColId> = own.iter().copied().filter(|c| self.ty(*c) == ty).collect();
            if fitting.is_empty() || self.rng.chance(20) {
                let col = self.fresh(ty);
                let expr = self.literal(ty);
                items.push(ProjectItem { col, expr });
                columns.push(col);
            } else {
                columns.push(*self.rng.pick(&fitting));
            }
        }
        if items.is_empty() {
            return (node, columns);
        }
        for col in own {
            let expr = self.arena.col(col);
            items.push(ProjectItem { col, expr });
        }
        (self.arena.rel(Op::Project { items }, vec![node]), columns)
    }
}
