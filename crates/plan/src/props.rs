//! Logical properties derived from below: output columns, free columns, keys, NOT NULL, equalities, row bounds.
//! Every expression of one memo group has the same ones. A fact is only claimed when it holds on every database that
//! satisfies the catalog's constraints.

use crate::{Arena, ColSet, Func, JoinKind, Op, PhysJoin, Scalar, ScalarId, Scan, SetOpKind};
use types::{ColId, DataType, Value};

/// What holds of every result of a relational expression.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Props {
    /// Output columns, in order.
    pub columns: Vec<ColId>,
    /// The same as a set.
    pub output: ColSet,
    /// Columns it uses but does not make: those of an outer query.
    pub free: ColSet,
    /// Columns never NULL.
    pub not_null: ColSet,
    /// Sets of columns on which no two rows agree, NULLs counting as equal. The empty set: at most one row.
    pub keys: Vec<ColSet>,
    /// Columns equal to a constant on every row, with the literal.
    pub constants: Vec<(ColId, ScalarId)>,
    /// Pairs of columns that are equal and not NULL on every row.
    pub equal: Vec<(ColId, ColId)>,
    /// Rows at least.
    pub min_rows: u64,
    /// Rows at most; `None`: not known.
    pub max_rows: Option<u64>,
    /// An expression somewhere inside is volatile.
    pub volatile: bool,
}

/// Most keys kept of one expression: more help no rule.
const MAX_KEYS: usize = 8;

impl Props {
    /// True when the columns hold a key: no two rows agree on all of them.
    pub fn has_key_in(&self, columns: &ColSet) -> bool {
        self.keys.iter().any(|key| key.is_subset(columns))
    }

    /// True for at most one row.
    pub fn at_most_one_row(&self) -> bool {
        self.max_rows.is_some_and(|n| n <= 1)
    }

    /// The constant a column is known to equal.
    pub fn constant(&self, col: ColId) -> Option<ScalarId> {
        self.constants
            .iter()
            .find(|(c, _)| *c == col)
            .map(|(_, v)| *v)
    }

    /// The columns known to equal `col`, itself included.
    pub fn equal_to(&self, col: ColId) -> ColSet {
        let mut set: ColSet = [col].into_iter().collect();
        loop {
            let before = set.len();
            for (a, b) in &self.equal {
                if set.contains(*a) || set.contains(*b) {
                    set.insert(*a);
                    set.insert(*b);
                }
            }
            if set.len() == before {
                return set;
            }
        }
    }

    fn add_key(&mut self, key: ColSet) {
        if self.keys.iter().any(|k| k.is_subset(&key)) {
            return;
        }
        self.keys.retain(|k| !key.is_subset(k));
        if self.keys.len() < MAX_KEYS {
            self.keys.push(key);
        }
    }

    fn limit_rows(&mut self, most: u64) {
        self.max_rows = Some(self.max_rows.map_or(most, |n| n.min(most)));
        self.min_rows = self.min_rows.min(most);
        if most <= 1 {
            self.keys = vec![ColSet::new()];
        }
    }

    /// Facts that a true conjunction adds: strict predicates make columns NOT NULL, equalities bind columns.
    fn assume(&mut self, arena: &Arena, conjuncts: &[ScalarId]) {
        for &conjunct in conjuncts {
            for col in null_rejected(arena, conjunct).iter() {
                if self.output.contains(col) {
                    self.not_null.insert(col);
                }
            }
            if let Scalar::Call(Func::Eq, args) = arena.get(conjunct) {
                match (arena.as_column(args[0]), arena.as_column(args[1])) {
                    (Some(a), Some(b))
                        if a != b && self.output.contains(a) && self.output.contains(b) =>
                    {
                        if !self.equal.contains(&(a, b)) {
                            self.equal.push((a, b));
                        }
                    }
                    (Some(a), None) if self.output.contains(a) => {
                        self.add_constant(arena, a, args[1])
                    }
                    (None, Some(b)) if self.output.contains(b) => {
                        self.add_constant(arena, b, args[0])
                    }
                    _ => {}
                }
            }
        }
    }

    fn add_constant(&mut self, arena: &Arena, col: ColId, value: ScalarId) {
        // A double equal to 0 may be -0, which is another value: equality does not make it the constant.
        if arena.column(col).ty != DataType::Float64
            && arena.as_literal(value).is_some_and(|v| !v.is_null())
            && self.constant(col).is_none()
        {
            self.constants.push((col, value));
            self.reduce_keys();
        }
    }

    /// A constant column adds nothing to a key.
    fn reduce_keys(&mut self) {
        if self.constants.is_empty() {
            return;
        }
        let constant: ColSet = self.constants.iter().map(|(c, _)| *c).collect();
        for key in std::mem::take(&mut self.keys) {
            let key = key.difference(&constant);
            if key.is_empty() {
                self.limit_rows(1);
            }
            self.add_key(key);
        }
    }
}

/// Columns that are not NULL whenever the condition is true.
pub fn null_rejected(arena: &Arena, condition: ScalarId) -> ColSet {
    match arena.get(condition) {
        Scalar::Call(Func::And, args) => args
            .iter()
            .fold(ColSet::new(), |set, a| set.union(&null_rejected(arena, *a))),
        Scalar::Call(Func::Or, args) => {
            let mut sides = args.iter().map(|a| null_rejected(arena, *a));
            let first = sides.next().unwrap_or_default();
            sides.fold(first, |set, side| set.intersection(&side))
        }
        // x IN (…) is true only for an x that is not NULL.
        Scalar::Call(Func::IsNotNull | Func::IsTrue | Func::IsFalse | Func::In, args) => {
            strict_columns(arena, args[0])
        }
        Scalar::Call(Func::Between, args) => args.iter().fold(ColSet::new(), |set, a| {
            set.union(&strict_columns(arena, *a))
        }),
        Scalar::Call(Func::Not, args) => match arena.get(args[0]) {
            Scalar::Call(Func::In, inner) => strict_columns(arena, inner[0]),
            _ => strict_columns(arena, args[0]),
        },
        _ => strict_columns(arena, condition),
    }
}

/// Columns whose NULL makes the expression NULL.
pub fn strict_columns(arena: &Arena, expr: ScalarId) -> ColSet {
    match arena.get(expr) {
        Scalar::Column(col) => [*col].into_iter().collect(),
        Scalar::Call(func, args) if func.is_strict() => {
            args.iter().fold(ColSet::new(), |set, a| {
                set.union(&strict_columns(arena, *a))
            })
        }
        Scalar::Cast(input, _) => strict_columns(arena, *input),
        _ => ColSet::new(),
    }
}

/// True when the expression cannot be NULL, given the columns that are not.
pub fn never_null(arena: &Arena, expr: ScalarId, not_null: &ColSet) -> bool {
    match arena.get(expr) {
        Scalar::Column(col) => not_null.contains(*col),
        Scalar::Literal(value, _) => *value != Value::Null,
        Scalar::Call(func, _) if func.never_null() => true,
        Scalar::Call(Func::Coalesce | Func::Greatest | Func::Least, args) => {
            args.iter().any(|a| never_null(arena, *a, not_null))
        }
        Scalar::Call(Func::NullIf, _) => false,
        Scalar::Call(_, args) => args.iter().all(|a| never_null(arena, *a, not_null)),
        Scalar::Cast(input, _) => never_null(arena, *input, not_null),
        Scalar::Case {
            branches,
            otherwise,
        } => {
            branches
                .iter()
                .all(|(_, v)| never_null(arena, *v, not_null))
                && never_null(arena, *otherwise, not_null)
        }
    }
}

/// Derives the properties of an operator from those of its inputs.
pub fn derive(arena: &Arena, op: &Op, inputs: &[&Props]) -> Props {
    let mut props = match op {
        Op::Scan(scan) | Op::TableScan(scan) => derive_scan(arena, scan),
        Op::Values { columns, rows } | Op::PhysValues { columns, rows } => {
            derive_values(arena, columns, rows)
        }
        Op::Filter { predicates } | Op::PhysFilter { predicates } => {
            let mut props = inputs[0].clone();
            props.min_rows = 0;
            props.assume(arena, predicates);
            if never_true(arena, predicates) {
                props.limit_rows(0);
            }
            props
        }
        Op::Project { items } | Op::PhysProject { items } => {
            derive_project(arena, items, inputs[0])
        }
        Op::Join {
            kind,
            on,
            dependent,
        } => derive_join(arena, *kind, on, inputs[0], inputs[1], *dependent),
        Op::NestedLoopJoin { kind, on } => {
            derive_join(arena, *kind, on, inputs[0], inputs[1], false)
        }
        Op::Apply { kind, on } => derive_join(arena, *kind, on, inputs[0], inputs[1], true),
        Op::HashJoin { join, .. } | Op::MergeJoin { join } => {
            derive_phys_join(arena, join, inputs[0], inputs[1])
        }
        Op::Aggregate { keys, aggs }
        | Op::HashAggregate { keys, aggs }
        | Op::StreamAggregate { keys, aggs } => derive_aggregate(arena, keys, aggs, inputs[0]),
        Op::Distinct => {
            let mut props = inputs[0].clone();
            props.min_rows = props.min_rows.min(1);
            props.add_key(props.output.clone());
            props
        }
        Op::Sort { .. } | Op::PhysSort { .. } => inputs[0].clone(),
        Op::Limit { limit, offset } | Op::PhysLimit { limit, offset } => {
            derive_limit(*limit, *offset, inputs[0])
        }
        Op::TopN { limit, offset, .. } | Op::TopNHeap { limit, offset, .. } => {
            derive_limit(Some(*limit), *offset, inputs[0])
        }
        Op::SetOp { kind, all, columns } | Op::HashSetOp { kind, all, columns } => {
            derive_set_op(*kind, *all, columns, inputs)
        }
        Op::Append { columns } => derive_set_op(SetOpKind::Union, true, columns, inputs),
    };
    props.free = inputs
        .iter()
        .fold(ColSet::new(), |set, input| set.union(&input.free));
    let mut made = inputs
        .iter()
        .fold(ColSet::new(), |set, input| set.union(&input.output));
    if let Op::Scan(scan) | Op::TableScan(scan) = op {
        made.extend(scan.columns.iter().map(|c| c.col));
    }
    for scalar in op.scalars() {
        props.free.extend_with(arena.columns_of(scalar));
        props.volatile |= arena.is_volatile(scalar);
    }
    props.free = props.free.difference(&made);
    props.volatile |= inputs.iter().any(|input| input.volatile);
    props
}

fn with_columns(columns: Vec<ColId>) -> Props {
    Props {
        output: columns.iter().copied().collect(),
        columns,
        ..Props::default()
    }
}

/// A conjunct is the literal FALSE or NULL.
fn never_true(arena: &Arena, conjuncts: &[ScalarId]) -> bool {
    conjuncts
        .iter()
        .any(|p| matches!(arena.as_literal(*p), Some(Value::Bool(false) | Value::Null)))
}

fn derive_scan(arena: &Arena, scan: &Scan) -> Props {
    let table = arena.table(scan.table);
    let mut props = with_columns(scan.columns.iter().map(|c| c.col).collect());
    props.not_null = scan
        .columns
        .iter()
        .filter(|c| !table.nullable(c.ordinal))
        .map(|c| c.col)
        .collect();
    for key in &table.keys {
        // Nullable unique columns may repeat NULLs, which count as equal here.
        let columns: Option<ColSet> = key
            .columns
            .iter()
            .map(|at| {
                scan.columns
                    .iter()
                    .find(|c| c.ordinal == *at && !table.nullable(*at))
                    .map(|c| c.col)
            })
            .collect();
        if let Some(columns) = columns {
            props.add_key(columns);
        }
    }
    props.assume(arena, &scan.filters);
    if never_true(arena, &scan.filters) {
        props.limit_rows(0);
    }
    props
}

fn derive_values(arena: &Arena, columns: &[ColId], rows: &[Vec<ScalarId>]) -> Props {
    let mut props = with_columns(columns.to_vec());
    let none = ColSet::new();
    for (at, col) in columns.iter().enumerate() {
        if rows.iter().all(|row| never_null(arena, row[at], &none)) {
            props.not_null.insert(*col);
        }
    }
    props.min_rows = rows.len() as u64;
    props.limit_rows(rows.len() as u64);
    props
}

fn derive_project(arena: &Arena, items: &[crate::ProjectItem], input: &Props) -> Props {
    let mut props = with_columns(items.iter().map(|i| i.col).collect());
    // An input column may be passed on under several names; the first stands for it in keys.
    let renamed = |col: ColId| {
        items
            .iter()
            .find(|i| arena.as_column(i.expr) == Some(col))
            .map(|i| i.col)
    };
    for item in items {
        if never_null(arena, item.expr, &input.not_null) {
            props.not_null.insert(item.col);
        }
        match arena.as_column(item.expr) {
            Some(col) => {
                if let Some(value) = input.constant(col) {
                    props.constants.push((item.col, value));
                }
            }
            None => props.add_constant(arena, item.col, item.expr),
        }
    }
    for key in &input.keys {
        let key: Option<ColSet> = key.iter().map(renamed).collect();
        if let Some(key) = key {
            props.add_key(key);
        }
    }
    for (a, b) in &input.equal {
        if let (Some(a), Some(b)) = (renamed(*a), renamed(*b)) {
            props.equal.push((a, b));
        }
    }
    (props.min_rows, props.max_rows) = (input.min_rows, input.max_rows);
    if input.at_most_one_row() {
        props.keys = vec![ColSet::new()];
    }
    props
}

fn derive_join(
    arena: &Arena,
    kind: JoinKind,
    on: &[ScalarId],
    left: &Props,
    right: &Props,
    dependent: bool,
) -> Props {
    let mut columns = left.columns.clone();
    if kind.keeps_right() {
        columns.extend(&right.columns);
    }
    if let JoinKind::Mark(mark) = kind {
        columns.push(mark);
    }
    let mut props = with_columns(columns);
    if let JoinKind::Semi | JoinKind::Anti | JoinKind::NullAwareAnti | JoinKind::Mark(_) = kind {
        props.not_null = left.not_null.clone();
        props.keys = left.keys.clone();
        props.constants = left.constants.clone();
        props.equal = left.equal.clone();
        props.max_rows = left.max_rows;
        if matches!(kind, JoinKind::Mark(_)) {
            props.min_rows = left.min_rows;
        }
        if kind == JoinKind::Semi {
            props.assume(arena, on);
            if right.max_rows == Some(0) || never_true(arena, on) {
                props.limit_rows(0);
            }
        }
        return props;
    }
    if !kind.pads_left() {
        props.not_null.extend_with(&left.not_null);
        props.constants.extend(&left.constants);
        props.equal.extend(&left.equal);
    }
    if !kind.pads_right() {
        props.not_null.extend_with(&right.not_null);
        props.constants.extend(&right.constants);
        props.equal.extend(&right.equal);
    }
    let right_unique = matches_at_most_once(arena, on, left, right);
    // What is at most one row, or has a key, for each left row of a dependent join may well repeat for the next one.
    let left_unique = !dependent && matches_at_most_once(arena, on, right, left);
    // Each left row has at most one match: a left key stays a key (unless unmatched right rows add NULL-padded ones).
    if (right_unique || kind == JoinKind::Single) && !kind.pads_left() {
        left.keys.iter().for_each(|key| props.add_key(key.clone()));
    }
    if left_unique && !kind.pads_right() {
        right.keys.iter().for_each(|key| props.add_key(key.clone()));
    }
    if kind != JoinKind::Full {
        for a in &left.keys {
            for b in &right.keys {
                props.add_key(a.union(b));
            }
        }
    }
    let product = left
        .max_rows
        .zip(right.max_rows)
        .and_then(|(l, r)| l.max(1).checked_mul(r.max(1)));
    let (no_left, no_right) = (left.max_rows == Some(0), right.max_rows == Some(0));
    props.max_rows = match kind {
        JoinKind::Inner if no_left || no_right || never_true(arena, on) => Some(0),
        JoinKind::Left if no_left => Some(0),
        JoinKind::Right if no_right => Some(0),
        JoinKind::Single => left.max_rows,
        JoinKind::Left | JoinKind::Inner if right_unique => left.max_rows,
        JoinKind::Inner | JoinKind::Right if left_unique => right.max_rows,
        JoinKind::Full => left
            .max_rows
            .zip(right.max_rows)
            .map(|(l, r)| l.saturating_mul(r).max(l.saturating_add(r))),
        _ => product,
    };
    props.min_rows = match kind {
        JoinKind::Left | JoinKind::Single => left.min_rows,
        JoinKind::Right => right.min_rows,
        JoinKind::Full => left.min_rows.max(right.min_rows),
        JoinKind::Inner if on.is_empty() => left.min_rows.saturating_mul(right.min_rows),
        _ => 0,
    };
    if let Some(most) = props.max_rows {
        props.limit_rows(most);
    }
    if kind == JoinKind::Inner {
        props.assume(arena, on);
    }
    props
}

/// True when no row of `outer` matches two rows of `inner`: the equalities of the condition cover a key of `inner`.
pub fn matches_at_most_once(arena: &Arena, on: &[ScalarId], outer: &Props, inner: &Props) -> bool {
    let fixed = outer.output.union(&outer.free).union(&inner.free);
    let mut bound = ColSet::new();
    for &conjunct in on {
        if let Scalar::Call(Func::Eq | Func::IsNotDistinctFrom, args) = arena.get(conjunct) {
            for (this, other) in [(args[0], args[1]), (args[1], args[0])] {
                if let Some(col) = arena.as_column(this)
                    && inner.output.contains(col)
                    && !arena.columns_of(other).intersects(&inner.output)
                    && arena.columns_of(other).is_subset(&fixed)
                {
                    bound.insert(col);
                }
            }
        }
    }
    inner.has_key_in(&bound)
}

fn derive_phys_join(arena: &Arena, join: &PhysJoin, left: &Props, right: &Props) -> Props {
    // Key pairs are equalities that are not interned as conjuncts; the facts they add belong to the memo group already.
    derive_join(arena, join.kind, &join.residual, left, right, false)
}

fn derive_aggregate(
    arena: &Arena,
    keys: &[ColId],
    aggs: &[crate::AggItem],
    input: &Props,
) -> Props {
    let mut props = with_columns(
        keys.iter()
            .copied()
            .chain(aggs.iter().map(|a| a.col))
            .collect(),
    );
    let key_set: ColSet = keys.iter().copied().collect();
    props.not_null = input.not_null.intersection(&key_set);
    for agg in aggs {
        let on_some_rows = !keys.is_empty() && agg.filter.is_none();
        let never_null_arg = agg
            .arg
            .is_some_and(|a| never_null(arena, a, &input.not_null));
        let null_free = !matches!(
            agg.func,
            crate::AggFunc::StddevSamp | crate::AggFunc::VarSamp
        );
        if agg.func.zero_on_empty() || (on_some_rows && never_null_arg && null_free) {
            props.not_null.insert(agg.col);
        }
    }
    props.constants = input
        .constants
        .iter()
        .filter(|(c, _)| key_set.contains(*c))
        .copied()
        .collect();
    props.equal = input
        .equal
        .iter()
        .filter(|(a, b)| key_set.contains(*a) && key_set.contains(*b))
        .copied()
        .collect();
    props.add_key(key_set.clone());
    for key in input.keys.iter().filter(|k| k.is_subset(&key_set)) {
        props.add_key(key.clone());
    }
    if keys.is_empty() {
        props.min_rows = 1;
        props.limit_rows(1);
    } else {
        props.max_rows = input.max_rows;
        props.min_rows = input.min_rows.min(1);
        props.reduce_keys();
    }
    props
}

fn derive_limit(limit: Option<u64>, offset: u64, input: &Props) -> Props {
    let mut props = input.clone();
    props.min_rows = input
        .min_rows
        .saturating_sub(offset)
        .min(limit.unwrap_or(u64::MAX));
    let most = input
        .max_rows
        .map_or(u64::MAX, |n| n.saturating_sub(offset))
        .min(limit.unwrap_or(u64::MAX));
    if most < u64::MAX {
        props.limit_rows(most);
    }
    props
}

fn derive_set_op(
    kind: SetOpKind,
    all: bool,
    columns: &[crate::SetColumn],
    inputs: &[&Props],
) -> Props {
    let mut props = with_columns(columns.iter().map(|c| c.col).collect());
    for column in columns {
        let mut sides = inputs
            .iter()
            .zip(&column.inputs)
            .map(|(input, col)| input.not_null.contains(*col));
        let not_null = match kind {
            SetOpKind::Union => sides.all(|n| n),
            SetOpKind::Intersect => sides.any(|n| n),
            SetOpKind::Except => sides.next().unwrap_or(false),
        };
        if not_null {
            props.not_null.insert(column.col);
        }
    }
    if !all {
        props.add_key(props.output.clone());
    }
    let (first, rest) = (inputs[0], &inputs[1..]);
    props.max_rows = match kind {
        SetOpKind::Union => inputs
            .iter()
            .try_fold(0u64, |sum, i| sum.checked_add(i.max_rows?)),
        SetOpKind::Intersect => rest
            .iter()
            .fold(first.max_rows, |n, i| match (n, i.max_rows) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            }),
        SetOpKind::Except => first.max_rows,
    };
    if kind == SetOpKind::Union {
        let sum = inputs
            .iter()
            .map(|i| i.min_rows)
            .fold(0u64, u64::saturating_add);
        props.min_rows = if all { sum } else { sum.min(1) };
    } else {
        // Rows of the first branch, each at most as often as there.
        for key in &first.keys {
            let mapped: Option<ColSet> = key
                .iter()
                .map(|col| columns.iter().find(|c| c.inputs[0] == col).map(|c| c.col))
                .collect();
            if let Some(key) = mapped {
                props.add_key(key);
            }
        }
    }
    if let Some(most) = props.max_rows {
        props.limit_rows(most);
    }
    props
}
