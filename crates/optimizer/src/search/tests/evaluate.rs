//! A naive evaluator of logical and physical plans over the rows of a [`TestCatalog`]. It also checks what physical
//! operators ask of their inputs: merge joins and ordered aggregation look at the order they get.

use super::fixture::TestCatalog;
use plan::{
    AggFunc, AggItem, Arena, Func, JoinKind, Op, RelId, Scalar, ScalarId, SetOpKind, SortKey,
};
use std::cmp::Ordering;
use std::collections::HashMap;
use types::{ColId, Value};

pub type Row = Vec<Value>;
type Env = HashMap<ColId, Value>;

/// Rows of a plan, in the order it gives them.
pub fn rows(catalog: &TestCatalog, arena: &Arena, rel: RelId) -> Vec<Row> {
    Evaluator { catalog, arena }.run(rel, &Env::new())
}

/// Rows as a bag.
pub fn bag(mut rows: Vec<Row>) -> Vec<String> {
    let mut out: Vec<String> = rows.drain(..).map(|r| format!("{r:?}")).collect();
    out.sort();
    out
}

struct Evaluator<'a> {
    catalog: &'a TestCatalog,
    arena: &'a Arena,
}

impl Evaluator<'_> {
    fn columns(&self, rel: RelId) -> &[ColId] {
        &self.arena.props(rel).columns
    }

    fn bind(&self, columns: &[ColId], row: &Row, env: &Env) -> Env {
        let mut out = env.clone();
        out.extend(columns.iter().copied().zip(row.iter().cloned()));
        out
    }

    fn run(&self, rel: RelId, env: &Env) -> Vec<Row> {
        let inputs = self.arena.inputs(rel);
        let op = self.arena.op(rel);
        let input = |at: usize| self.run(inputs[at], env);
        match op {
            Op::Scan(scan) | Op::TableScan(scan) => {
                let columns: Vec<ColId> = scan.columns.iter().map(|c| c.col).collect();
                self.catalog.rows[scan.table.index()]
                    .iter()
                    .map(|row| {
                        let ordinals = scan.columns.iter().map(|c| c.ordinal as usize);
                        ordinals.map(|at| row[at].clone()).collect::<Row>()
                    })
                    .filter(|row| self.all(&scan.filters, &self.bind(&columns, row, env)))
                    .collect()
            }
            Op::Values { rows, .. } | Op::PhysValues { rows, .. } => rows
                .iter()
                .map(|row| row.iter().map(|e| self.value(*e, env)).collect())
                .collect(),
            Op::Filter { predicates } | Op::PhysFilter { predicates } => {
                let columns = self.columns(inputs[0]);
                let keep = |row: &Row| self.all(predicates, &self.bind(columns, row, env));
                input(0).into_iter().filter(keep).collect()
            }
            Op::Project { items } | Op::PhysProject { items } => {
                let columns = self.columns(inputs[0]);
                let compute = |row: Row| {
                    let bound = self.bind(columns, &row, env);
                    items.iter().map(|i| self.value(i.expr, &bound)).collect()
                };
                input(0).into_iter().map(compute).collect()
            }
            Op::Join {
                kind,
                on,
                dependent,
            } => self.join(rel, *kind, on, *dependent, env),
            Op::NestedLoopJoin { kind, on } => self.join(rel, *kind, on, false, env),
            Op::Apply { kind, on } => self.join(rel, *kind, on, true, env),
            Op::HashJoin { join, .. } | Op::MergeJoin { join } => {
                if let Op::MergeJoin { .. } = op {
                    for (side, input) in inputs.iter().enumerate() {
                        let keys: Vec<ScalarId> = join
                            .keys
                            .iter()
                            .map(|(l, r)| if side == 0 { *l } else { *r })
                            .collect();
                        self.assert_sorted(*input, &keys, env);
                    }
                }
                self.key_join(rel, join, env)
            }
            Op::Aggregate { keys, aggs }
            | Op::HashAggregate { keys, aggs }
            | Op::StreamAggregate { keys, aggs } => {
                let rows = input(0);
                let columns = self.columns(inputs[0]);
                let mut groups: Vec<(Row, Vec<Env>)> = Vec::new();
                let mut last: Option<Row> = None;
                for row in &rows {
                    let bound = self.bind(columns, row, env);
                    let key: Row = keys.iter().map(|k| bound[k].clone()).collect();
                    let found = groups.iter_mut().find(|(k, _)| *k == key);
                    if let Op::StreamAggregate { .. } = op {
                        let adjacent = last.as_ref() == Some(&key) || found.is_none();
                        assert!(adjacent, "groups of an ordered aggregation are adjacent");
                    }
                    match found {
                        Some((_, members)) => members.push(bound),
                        None => groups.push((key.clone(), vec![bound])),
                    }
                    last = Some(key);
                }
                if keys.is_empty() && groups.is_empty() {
                    groups.push((Vec::new(), Vec::new()));
                }
                groups
                    .into_iter()
                    .map(|(mut key, members)| {
                        key.extend(aggs.iter().map(|a| self.aggregate(a, &members)));
                        key
                    })
                    .collect()
            }
            Op::Distinct => {
                let mut out: Vec<Row> = Vec::new();
                for row in input(0) {
                    if !out.contains(&row) {
                        out.push(row);
                    }
                }
                out
            }
            Op::Sort { keys } | Op::PhysSort { keys } => self.sorted(inputs[0], keys, input(0)),
            Op::Limit { limit, offset } | Op::PhysLimit { limit, offset } => {
                cut(input(0), *limit, *offset)
            }
            Op::TopN {
                keys,
                limit,
                offset,
            }
            | Op::TopNHeap {
                keys,
                limit,
                offset,
            } => {
                let sorted = self.sorted(inputs[0], keys, input(0));
                cut(sorted, Some(*limit), *offset)
            }
            Op::SetOp { kind, all, columns } | Op::HashSetOp { kind, all, columns } => {
                let branch = |at: usize| self.branch(inputs[at], at, columns, input(at));
                set_op(*kind, *all, (0..inputs.len()).map(branch).collect())
            }
            Op::Append { columns } => {
                let branch = |at: usize| self.branch(inputs[at], at, columns, input(at));
                (0..inputs.len()).flat_map(branch).collect()
            }
        }
    }

    fn branch(
        &self,
        rel: RelId,
        at: usize,
        columns: &[plan::SetColumn],
        rows: Vec<Row>,
    ) -> Vec<Row> {
        let have = self.columns(rel);
        let positions: Vec<usize> = columns
            .iter()
            .map(|c| {
                have.iter()
                    .position(|h| *h == c.inputs[at])
                    .expect("a branch's column")
            })
            .collect();
        rows.into_iter()
            .map(|row| positions.iter().map(|p| row[*p].clone()).collect())
            .collect()
    }

    fn sorted(&self, rel: RelId, keys: &[SortKey], mut rows: Vec<Row>) -> Vec<Row> {
        let have = self.columns(rel);
        let at = |key: &SortKey| {
            have.iter()
                .position(|h| *h == key.col)
                .expect("a sort column")
        };
        rows.sort_by(|a, b| {
            keys.iter()
                .map(|k| order(&a[at(k)], &b[at(k)], k.descending, k.nulls_first))
                .find(|o| *o != Ordering::Equal)
                .unwrap_or(Ordering::Equal)
        });
        rows
    }

    fn assert_sorted(&self, rel: RelId, keys: &[ScalarId], env: &Env) {
        let columns = self.columns(rel);
        let key = |row: &Row| -> Row {
            let bound = self.bind(columns, row, env);
            keys.iter().map(|k| self.value(*k, &bound)).collect()
        };
        let sorted: Vec<Row> = self.run(rel, env).iter().map(key).collect();
        for pair in sorted.windows(2) {
            let order = pair[0]
                .iter()
                .zip(&pair[1])
                .map(|(a, b)| order(a, b, false, false))
                .find(|o| *o != Ordering::Equal);
            assert!(
                order != Some(Ordering::Greater),
                "a merge join's input is sorted"
            );
        }
    }

    fn key_join(&self, rel: RelId, join: &plan::PhysJoin, env: &Env) -> Vec<Row> {
        let matches = |bound: &Env| -> Value {
            let mut all = Value::Bool(true);
            for ((l, r), null_safe) in join.keys.iter().zip(&join.null_safe) {
                let (l, r) = (self.value(*l, bound), self.value(*r, bound));
                let equal = if *null_safe {
                    Value::Bool(l == r)
                } else {
                    equal(&l, &r)
                };
                all = and(all, equal);
            }
            for conjunct in &join.residual {
                all = and(all, self.value(*conjunct, bound));
            }
            all
        };
        self.pairs(rel, join.kind, false, env, &matches)
    }

    fn join(
        &self,
        rel: RelId,
        kind: JoinKind,
        on: &[ScalarId],
        dependent: bool,
        env: &Env,
    ) -> Vec<Row> {
        let matches = |bound: &Env| {
            on.iter()
                .fold(Value::Bool(true), |all, c| and(all, self.value(*c, bound)))
        };
        self.pairs(rel, kind, dependent, env, &matches)
    }

    fn pairs(
        &self,
        rel: RelId,
        kind: JoinKind,
        dependent: bool,
        env: &Env,
        matches: &dyn Fn(&Env) -> Value,
    ) -> Vec<Row> {
        let [l, r] = self.arena.inputs(rel) else {
            panic!("a join has two inputs");
        };
        let (left_columns, right_columns) = (self.columns(*l), self.columns(*r));
        let left = self.run(*l, env);
        let fixed = if dependent {
            Vec::new()
        } else {
            self.run(*r, env)
        };
        let mut out = Vec::new();
        let mut right_matched = vec![false; fixed.len()];
        let nulls = |n: usize| vec![Value::Null; n];
        for row in &left {
            let bound = self.bind(left_columns, row, env);
            let right = if dependent {
                self.run(*r, &bound)
            } else {
                fixed.clone()
            };
            let (mut found, mut unknown) = (0, false);
            for (at, other) in right.iter().enumerate() {
                match matches(&self.bind(right_columns, other, &bound)) {
                    Value::Bool(true) => {
                        found += 1;
                        if !dependent {
                            right_matched[at] = true;
                        }
                        if kind.keeps_right() {
                            out.push([row.clone(), other.clone()].concat());
                        }
                    }
                    Value::Null => unknown = true,
                    _ => {}
                }
            }
            match kind {
                JoinKind::Left | JoinKind::Full | JoinKind::Single if found == 0 => {
                    out.push([row.clone(), nulls(right_columns.len())].concat());
                }
                JoinKind::Single => assert!(found < 2, "a single join found two rows"),
                JoinKind::Semi if found > 0 => out.push(row.clone()),
                JoinKind::Anti if found == 0 => out.push(row.clone()),
                JoinKind::NullAwareAnti if found == 0 && !unknown => out.push(row.clone()),
                JoinKind::Mark(_) => {
                    let mark = match (found, unknown) {
                        (1.., _) => Value::Bool(true),
                        (0, true) => Value::Null,
                        _ => Value::Bool(false),
                    };
                    out.push([row.clone(), vec![mark]].concat());
                }
                _ => {}
            }
        }
        if kind.pads_left() {
            for (row, _) in fixed
                .iter()
                .zip(right_matched)
                .filter(|(_, matched)| !matched)
            {
                out.push([nulls(left_columns.len()), row.clone()].concat());
            }
        }
        out
    }

    fn all(&self, conjuncts: &[ScalarId], env: &Env) -> bool {
        conjuncts
            .iter()
            .all(|c| self.value(*c, env) == Value::Bool(true))
    }

    fn aggregate(&self, agg: &AggItem, members: &[Env]) -> Value {
        let mut values: Vec<i64> = agg
            .arg
            .map(|arg| {
                let value = |env: &Env| self.value(arg, env).as_i64();
                members.iter().filter_map(value).collect()
            })
            .unwrap_or_default();
        if agg.distinct {
            values.sort_unstable();
            values.dedup();
        }
        match agg.func {
            AggFunc::CountStar => Value::Int64(members.len() as i64),
            AggFunc::Count => Value::Int64(values.len() as i64),
            AggFunc::Sum if values.is_empty() => Value::Null,
            AggFunc::Sum => Value::Int64(values.iter().sum()),
            AggFunc::Min => values
                .iter()
                .min()
                .map_or(Value::Null, |v| Value::Int64(*v)),
            AggFunc::Max => values
                .iter()
                .max()
                .map_or(Value::Null, |v| Value::Int64(*v)),
            other => panic!("the evaluator has no {other:?}"),
        }
    }

    fn value(&self, id: ScalarId, env: &Env) -> Value {
        match self.arena.get(id) {
            Scalar::Column(col) => env
                .get(col)
                .unwrap_or_else(|| panic!("column {col:?} is bound where it is used"))
                .clone(),
            Scalar::Literal(value, _) => value.clone(),
            Scalar::Call(func, args) => {
                let arg = |at: usize| self.value(args[at], env);
                let compared = |test: fn(Ordering) -> bool| match arg(0).compare(&arg(1)) {
                    Some(order) => Value::Bool(test(order)),
                    None => Value::Null,
                };
                match func {
                    Func::And => (0..args.len()).map(arg).fold(Value::Bool(true), and),
                    Func::Or => {
                        let values: Vec<Value> = (0..args.len()).map(arg).collect();
                        if values.contains(&Value::Bool(true)) {
                            Value::Bool(true)
                        } else if values.contains(&Value::Null) {
                            Value::Null
                        } else {
                            Value::Bool(false)
                        }
                    }
                    Func::Eq => equal(&arg(0), &arg(1)),
                    Func::Ne => compared(|o| o != Ordering::Equal),
                    Func::Lt => compared(|o| o == Ordering::Less),
                    Func::Le => compared(|o| o != Ordering::Greater),
                    Func::Gt => compared(|o| o == Ordering::Greater),
                    Func::Ge => compared(|o| o != Ordering::Less),
                    Func::IsNull => Value::Bool(arg(0).is_null()),
                    Func::IsNotNull => Value::Bool(!arg(0).is_null()),
                    Func::IsNotDistinctFrom => Value::Bool(arg(0) == arg(1)),
                    Func::Coalesce => (0..args.len())
                        .map(arg)
                        .find(|v| !v.is_null())
                        .unwrap_or(Value::Null),
                    other => panic!("the evaluator has no {other:?}"),
                }
            }
            other => panic!("the evaluator has no {other:?}"),
        }
    }
}

fn equal(a: &Value, b: &Value) -> Value {
    match a.compare(b) {
        Some(order) => Value::Bool(order == Ordering::Equal),
        None => Value::Null,
    }
}

fn and(a: Value, b: Value) -> Value {
    match (&a, &b) {
        (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
        (Value::Bool(true), Value::Bool(true)) => Value::Bool(true),
        _ => Value::Null,
    }
}

fn order(a: &Value, b: &Value, descending: bool, nulls_first: bool) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) if nulls_first => Ordering::Less,
        (true, false) => Ordering::Greater,
        (false, true) if nulls_first => Ordering::Greater,
        (false, true) => Ordering::Less,
        _ => {
            let order = a.compare(b).expect("values of one type");
            if descending { order.reverse() } else { order }
        }
    }
}

fn cut(rows: Vec<Row>, limit: Option<u64>, offset: u64) -> Vec<Row> {
    rows.into_iter()
        .skip(offset as usize)
        .take(limit.map_or(usize::MAX, |n| n as usize))
        .collect()
}

fn set_op(kind: SetOpKind, all: bool, branches: Vec<Vec<Row>>) -> Vec<Row> {
    let mut branches = branches.into_iter();
    let mut left = branches.next().unwrap_or_default();
    let mut right: Vec<Row> = branches.flatten().collect();
    let mut out: Vec<Row> = match kind {
        SetOpKind::Union => {
            left.append(&mut right);
            left
        }
        SetOpKind::Intersect | SetOpKind::Except => {
            let keep = kind == SetOpKind::Intersect;
            left.retain(|row| match right.iter().position(|r| r == row) {
                Some(at) if all => {
                    right.swap_remove(at);
                    keep
                }
                Some(_) => keep,
                None => !keep,
            });
            left
        }
    };
    if !all {
        let mut seen = Vec::new();
        out.retain(|row| {
            let new = !seen.contains(row);
            seen.push(row.clone());
            new
        });
    }
    out
}
