//! The shapes that rules look for and chance rarely makes: marks as conjuncts, correlated aggregates, filters over outer
//! joins, aggregations over a join that read one side.

use super::Plans;
use plan::{AggItem, Func, JoinKind, Op, ProjectItem, RelId, ScalarId};
use types::{ColId, DataType};

impl Plans<'_> {
    /// One of the shapes over random inputs.
    pub fn shape(&mut self, depth: u32) -> RelId {
        if self.bare_limits {
            return self.limited(depth);
        }
        match self.rng.below(8) {
            0 | 1 => self.asked_mark(depth),
            2 | 3 => self.correlated_value(depth),
            4 => self.correlated_rows(depth),
            5 => self.grouped_side(depth),
            6 => self.filtered_join(depth),
            _ => self.conditional_join(depth),
        }
    }

    fn shallow(&mut self, depth: u32) -> RelId {
        self.plan(depth.saturating_sub(2))
    }

    /// Makes a plan that may read the columns of outer rows.
    fn inside(&mut self, outer: &[ColId], make: impl FnOnce(&mut Self) -> RelId) -> RelId {
        let known = self.outer.len();
        self.outer.extend(outer);
        let made = make(self);
        self.outer.truncate(known);
        made
    }

    fn joined(&mut self, kind: JoinKind, on: Vec<ScalarId>, left: RelId, right: RelId) -> RelId {
        let free = &self.arena.props(right).free;
        let dependent = free.intersects(&self.arena.props(left).output);
        let op = Op::Join {
            kind,
            on,
            dependent,
        };
        self.arena.rel(op, vec![left, right])
    }

    /// Without a column.
    fn hide(&mut self, node: RelId, hidden: ColId) -> RelId {
        let mut items = Vec::new();
        for col in self.columns(node).into_iter().filter(|c| *c != hidden) {
            let expr = self.arena.col(col);
            items.push(ProjectItem { col, expr });
        }
        self.arena.rel(Op::Project { items }, vec![node])
    }

    /// A filter that asks for a mark, true or not.
    fn asked_mark(&mut self, depth: u32) -> RelId {
        let left = self.shallow(depth);
        let own = self.columns(left);
        let right = match self.rng.chance(50) {
            true => self.inside(&own, |p| p.linked(depth, &own)),
            false => self.shallow(depth),
        };
        let mark = self.fresh(DataType::Bool);
        let other = self.columns(right);
        let mut on = Vec::new();
        if self.rng.chance(65) {
            on.extend(self.equality(&own, &other));
        }
        let join = self.joined(JoinKind::Mark(mark), on, left, right);
        let mut asked = self.arena.col(mark);
        for func in [Func::IsTrue, Func::Not] {
            if self.rng.chance(45) {
                asked = self.arena.call(func, vec![asked]);
            }
        }
        let mut predicates = vec![asked];
        if self.rng.chance(25) {
            predicates.push(self.condition(&own, 1));
        }
        let filter = self.arena.rel(Op::Filter { predicates }, vec![join]);
        self.hide(filter, mark)
    }

    /// A filter that equates a column with one of an outer row, and says more now and then.
    fn linked(&mut self, depth: u32, outer: &[ColId]) -> RelId {
        let input = self.shallow(depth);
        let columns = self.columns(input);
        let mut predicates: Vec<ScalarId> = self.equality(&columns, outer).into_iter().collect();
        if predicates.is_empty() || self.rng.chance(30) {
            let more = self.condition(&columns, 1);
            let at = self.rng.below(predicates.len() + 1);
            predicates.insert(at, more);
        }
        if self.rng.chance(30) {
            let more = self.guarded(&columns);
            let at = self.rng.below(predicates.len() + 1);
            predicates.splice(at..at, more);
        }
        self.arena.rel(Op::Filter { predicates }, vec![input])
    }

    /// An aggregate over what is linked to the outer row, joined to it: a scalar subquery.
    fn correlated_value(&mut self, depth: u32) -> RelId {
        let left = self.shallow(depth);
        let own = self.columns(left);
        let grouped = self.rng.chance(25);
        let right = self.inside(&own, |p| {
            let input = p.linked(depth, &own);
            let columns = p.columns(input);
            let keys = match grouped && !columns.is_empty() {
                true => vec![*p.rng.pick(&columns)],
                false => Vec::new(),
            };
            let aggs = vec![p.agg(&columns)];
            let value = p.arena.rel(Op::Aggregate { keys, aggs }, vec![input]);
            match p.rng.chance(25) {
                true => p.over_aggregate(value),
                false => value,
            }
        });
        let kinds = [JoinKind::Inner, JoinKind::Left, JoinKind::Single];
        let kind = match grouped {
            true => *self.rng.pick(&[JoinKind::Inner, JoinKind::Left]),
            false => *self.rng.pick(&kinds),
        };
        let mut on = Vec::new();
        if self.rng.chance(15) {
            on.extend(self.equality(&own, &self.columns(right)));
        }
        self.joined(kind, on, left, right)
    }

    /// An expression over an aggregate: 1 + count(*).
    fn over_aggregate(&mut self, input: RelId) -> RelId {
        let columns = self.columns(input);
        let expr = self.expression(&columns, 1);
        let col = self.fresh(self.arena.ty(expr));
        let items = vec![ProjectItem { col, expr }];
        self.arena.rel(Op::Project { items }, vec![input])
    }

    /// What is linked to the outer row, joined to it in any way.
    fn correlated_rows(&mut self, depth: u32) -> RelId {
        let left = self.shallow(depth);
        let own = self.columns(left);
        let right = self.inside(&own, |p| {
            let a = p.linked(depth, &own);
            match p.rng.below(4) {
                0 => p.over_aggregate(a),
                1 => {
                    let b = p.linked(depth, &own);
                    let on = p.equality(&p.columns(a), &p.columns(b)).into_iter();
                    let kinds = [JoinKind::Inner, JoinKind::Left, JoinKind::Semi];
                    let kind = *p.rng.pick(&kinds);
                    p.joined(kind, on.collect(), a, b)
                }
                _ => a,
            }
        });
        let kind = *self.rng.pick(&[
            JoinKind::Inner,
            JoinKind::Left,
            JoinKind::Semi,
            JoinKind::Anti,
            JoinKind::NullAwareAnti,
            JoinKind::Single,
        ]);
        let mut on = Vec::new();
        if self.rng.chance(40) {
            on.extend(self.equality(&own, &self.columns(right)));
        }
        self.joined(kind, on, left, right)
    }

    /// An aggregation that reads one side of a join.
    fn grouped_side(&mut self, depth: u32) -> RelId {
        let (left, right) = (self.shallow(depth), self.shallow(depth));
        let (own, other) = (self.columns(left), self.columns(right));
        let on = self.equality(&own, &other).into_iter().collect();
        let kind = match self.rng.chance(80) {
            true => JoinKind::Inner,
            false => JoinKind::Left,
        };
        let mut input = self.joined(kind, on, left, right);
        let read = if self.rng.chance(60) { own } else { other };
        if self.rng.chance(30) {
            let mut items = Vec::new();
            for col in read.iter().copied() {
                let expr = self.arena.col(col);
                items.push(ProjectItem { col, expr });
            }
            input = self.arena.rel(Op::Project { items }, vec![input]);
        }
        let keys: Vec<ColId> = read
            .iter()
            .copied()
            .filter(|_| self.rng.chance(35))
            .collect();
        let mut aggs: Vec<AggItem> = Vec::new();
        for _ in 0..self.rng.below(3) {
            aggs.push(self.agg(&read));
        }
        self.arena.rel(Op::Aggregate { keys, aggs }, vec![input])
    }

    fn joining_kind(&mut self) -> JoinKind {
        *self.rng.pick(&[
            JoinKind::Inner,
            JoinKind::Left,
            JoinKind::Right,
            JoinKind::Full,
        ])
    }

    fn joined_by_equality(&mut self, depth: u32) -> RelId {
        let (left, right) = (self.shallow(depth), self.shallow(depth));
        let on = self.equality(&self.columns(left), &self.columns(right));
        let kind = self.joining_kind();
        self.joined(kind, on.into_iter().collect(), left, right)
    }

    /// A filter over a join.
    fn filtered_join(&mut self, depth: u32) -> RelId {
        let join = self.joined_by_equality(depth);
        self.filtered(join)
    }

    /// A limit over what drops, repeats or pads rows, or over another limit.
    fn limited(&mut self, depth: u32) -> RelId {
        let input = match self.rng.below(4) {
            0 => self.filter(depth),
            1 => self.joined_by_equality(depth),
            2 => self.set_op(depth - 1),
            _ => self.plan(depth - 1),
        };
        let op = Op::Limit {
            limit: self.rng.chance(90).then_some(self.rng.below(4) as u64),
            offset: [0, 0, 1, 2][self.rng.below(4)],
        };
        self.arena.rel(op, vec![input])
    }

    /// A join whose condition says something of one side.
    fn conditional_join(&mut self, depth: u32) -> RelId {
        let (left, right) = (self.shallow(depth), self.shallow(depth));
        let (own, other) = (self.columns(left), self.columns(right));
        let mut on: Vec<ScalarId> = self.equality(&own, &other).into_iter().collect();
        let side = if self.rng.chance(50) { own } else { other };
        on.push(self.condition(&side, 1));
        self.rng.shuffle(&mut on);
        let kind = self.joining_kind();
        self.joined(kind, on, left, right)
    }
}
