//! Rows of each logical operator's output.

use super::column::{self, ColumnEstimate, Source};
use super::derivation::{Derivation, Formula, Input};
use super::join::{self, rows_of};
use super::selectivity::Estimator;
use crate::memo::{GroupId, Memo};
use plan::{Arena, Func, Op, ProjectItem, Props, Scalar, ScalarId, Scan, SetOpKind};
use types::{ColId, SortedMap};

/// Estimates of columns that differ from those of the inputs.
pub type OwnColumns = Vec<(ColId, ColumnEstimate)>;

/// Rows of an operator over groups, and the columns whose estimates it changes.
pub fn of_operator(
    arena: &Arena,
    memo: &Memo,
    op: &Op,
    props: &Props,
    inputs: &[GroupId],
) -> (Derivation, OwnColumns) {
    let column = |col: ColId| inputs.iter().find_map(|g| column::of_group(memo, *g, col));
    let estimator = Estimator {
        arena,
        column: &column,
    };
    let input = |at: usize| rows_of(memo, inputs[at]);
    let mut own = OwnColumns::new();
    let derivation = match op {
        Op::Scan(scan) => scan_rows(arena, scan, &mut own),
        Op::Values { columns, rows } => {
            let count = rows.len() as f64;
            for col in columns {
                let ty = arena.column(*col).ty;
                own.push((*col, ColumnEstimate::computed(count, ty)));
            }
            Derivation::new(
                Formula::Count,
                vec![Input::new("rows written", count, "query")],
            )
        }
        Op::Filter { predicates } => {
            let derivation = estimator.filter(input(0), predicates);
            restrict(&estimator, predicates, &mut own, &column);
            derivation
        }
        Op::Project { items } => {
            let rows = memo.group(inputs[0]).rows;
            own.extend(projected(arena, items, rows, &column));
            Derivation::new(Formula::Same, vec![input(0)])
        }
        Op::Join { kind, on, .. } => join::rows(arena, memo, *kind, on, inputs[0], inputs[1]),
        Op::Aggregate { keys, aggs } => {
            let derivation = groups(arena, memo, keys, inputs[0], &column);
            for agg in aggs {
                let ty = arena.column(agg.col).ty;
                own.push((agg.col, ColumnEstimate::computed(derivation.result, ty)));
            }
            derivation
        }
        Op::Distinct => groups(arena, memo, &props.columns, inputs[0], &column),
        Op::Limit { limit, offset } => limited(input(0), *limit, *offset),
        Op::TopN { limit, offset, .. } => limited(input(0), Some(*limit), *offset),
        Op::SetOp { kind, all, columns } => {
            let all_inputs: Vec<Input> = (0..inputs.len()).map(input).collect();
            let derivation = match kind {
                SetOpKind::Union if *all => Derivation::new(Formula::Sum, all_inputs),
                SetOpKind::Union => {
                    Derivation::new(Formula::Sum, all_inputs).assuming("the branches share no rows")
                }
                SetOpKind::Intersect => Derivation::new(Formula::Least, all_inputs)
                    .assuming("the smaller branch is contained in the other"),
                SetOpKind::Except => Derivation::new(Formula::Except, all_inputs)
                    .assuming("half of the smaller branch is in the other"),
            };
            for column_of in columns {
                let distinct = column_of
                    .inputs
                    .iter()
                    .filter_map(|c| column(*c))
                    .map(|c| c.distinct)
                    .sum();
                let ty = arena.column(column_of.col).ty;
                own.push((column_of.col, ColumnEstimate::computed(distinct, ty)));
            }
            derivation
        }
        _ => Derivation::new(Formula::Same, vec![input(0)]),
    };
    (within_bounds(derivation, props), own)
}

/// The estimate kept between the bounds that the plan proves.
fn within_bounds(derivation: Derivation, props: &Props) -> Derivation {
    let bound = match props.max_rows {
        Some(0) => return Derivation::new(Formula::NoRow, Vec::new()),
        Some(1) if props.min_rows == 1 => return Derivation::new(Formula::OneRow, Vec::new()),
        Some(most) if (most as f64) < derivation.result => most as f64,
        _ => return derivation,
    };
    Derivation::new(
        Formula::Least,
        vec![
            Input::derived("estimate", derivation),
            Input::new("most rows", bound, "keys and limits of the plan"),
        ],
    )
}

fn limited(rows: Input, limit: Option<u64>, offset: u64) -> Derivation {
    Derivation::new(
        Formula::Limit,
        vec![
            rows,
            Input::new("limit", limit.map_or(1e18, |n| n as f64), "query"),
            Input::new("offset", offset as f64, "query"),
        ],
    )
}

fn scan_rows(arena: &Arena, scan: &Scan, own: &mut OwnColumns) -> Derivation {
    let table = arena.table(scan.table);
    let before = column::of_scan(arena, scan);
    let column = |col: ColId| {
        before
            .iter()
            .find(|(c, _)| *c == col)
            .map(|(_, e)| e.clone())
    };
    let estimator = Estimator {
        arena,
        column: &column,
    };
    let count = table.rows as f64;
    let rows = Input::new(format!("rows of {}", table.name), count, "exact count");
    if scan.filters.is_empty() {
        own.extend(before);
        return Derivation::new(Formula::Count, vec![rows]);
    }
    let derivation = estimator.filter(rows, &scan.filters);
    let mut restricted = OwnColumns::new();
    restrict(&estimator, &scan.filters, &mut restricted, &column);
    for (col, estimate) in before {
        let changed = restricted.iter().find(|(c, _)| *c == col);
        let mut estimate = match changed {
            Some((_, restricted)) => restricted.clone(),
            None => estimate.selected(count, derivation.result),
        };
        estimate.distinct = estimate.distinct.min(derivation.result.max(1.0));
        own.push((col, estimate));
    }
    derivation
}

/// Columns that predicates restrict by themselves: fewer values, and for joins too.
fn restrict(
    estimator: &Estimator<'_>,
    predicates: &[ScalarId],
    own: &mut OwnColumns,
    column: &dyn Fn(ColId) -> Option<ColumnEstimate>,
) {
    let mut factors: SortedMap<ColId, Vec<ScalarId>> = SortedMap::new();
    for &predicate in predicates {
        let columns = estimator.arena.columns_of(predicate);
        if columns.len() == 1 {
            let col = columns.iter().next().expect("the set holds one column");
            factors.get_or_insert_with(col, Vec::new).push(predicate);
        }
    }
    for (col, predicates) in factors {
        let Some(mut estimate) = column(col) else {
            continue;
        };
        let one = Input::new("all", 1.0, "fraction of rows");
        let kept = estimator.filter(one, &predicates).result;
        let values = predicates
            .iter()
            .filter_map(|p| values_named(estimator.arena, *p))
            .reduce(f64::min)
            .unwrap_or(estimate.domain * kept.min(1.0));
        estimate.domain = estimate.domain.min(values).max(1.0);
        estimate.distinct = estimate.distinct.min(values).max(1.0);
        estimate.nulls = 0.0;
        own.push((col, estimate));
    }
}

/// The number of values that an equality or an IN list names.
fn values_named(arena: &Arena, predicate: ScalarId) -> Option<f64> {
    match arena.get(predicate) {
        Scalar::Call(Func::Eq | Func::IsNotDistinctFrom, _) => Some(1.0),
        Scalar::Call(Func::In, args) => Some(args.len() as f64 - 1.0),
        _ => None,
    }
}

fn projected(
    arena: &Arena,
    items: &[ProjectItem],
    rows: f64,
    column: &dyn Fn(ColId) -> Option<ColumnEstimate>,
) -> OwnColumns {
    let mut own = OwnColumns::new();
    for item in items {
        match arena.as_column(item.expr) {
            Some(col) if col == item.col => {}
            Some(col) => own.extend(column(col).map(|estimate| (item.col, estimate))),
            None => {
                let distinct = arena
                    .columns_of(item.expr)
                    .iter()
                    .filter_map(column)
                    .map(|c| c.distinct)
                    .product::<f64>();
                let ty = arena.column(item.col).ty;
                own.push((item.col, ColumnEstimate::computed(distinct.min(rows), ty)));
            }
        }
    }
    own
}

/// Rows of a grouping. Key columns of one table count together no more than the table's rows in the input.
fn groups(
    arena: &Arena,
    memo: &Memo,
    keys: &[ColId],
    input: GroupId,
    column: &dyn Fn(ColId) -> Option<ColumnEstimate>,
) -> Derivation {
    if keys.is_empty() {
        return Derivation::new(Formula::OneRow, Vec::new());
    }
    let rows = rows_of(memo, input);
    let key_set = keys.iter().copied().collect();
    let unique = memo
        .group(input)
        .props
        .as_ref()
        .is_some_and(|p| p.has_key_in(&key_set));
    if unique {
        return Derivation::new(Formula::Same, vec![rows])
            .assuming("no assumption: the grouping columns hold a key");
    }
    // One entry for each table read under an alias: names, product of distinct counts, greatest row count.
    let mut tables: SortedMap<(u32, String), (Vec<String>, f64, f64, String)> = SortedMap::new();
    for (at, key) in keys.iter().enumerate() {
        let meta = arena.column(*key);
        let owner = match meta.source {
            Some((table, _)) => (table.0, meta.qualifier.clone().unwrap_or_default()),
            None => (u32::MAX, at.to_string()),
        };
        let estimate = column(*key);
        let (distinct, source) = estimate.map_or((1.0, "constant".to_string()), |c| {
            (
                c.distinct + f64::from(u8::from(c.nulls > 0.0)),
                c.source.text(),
            )
        });
        let limit = match meta.source {
            Some((table, _)) => arena.table(table).rows as f64,
            None => f64::MAX,
        };
        let entry = tables.get_or_insert_with(owner, || (Vec::new(), 1.0, limit, source));
        entry.0.push(plan::text::column(arena, *key));
        entry.1 *= distinct.max(1.0);
    }
    let mut inputs = vec![rows];
    inputs.extend(
        tables
            .into_iter()
            .map(|(_, (names, product, limit, source))| {
                Input::new(
                    format!("ndv({})", names.join(", ")),
                    product.min(limit.max(1.0)),
                    source,
                )
            }),
    );
    Derivation::new(Formula::GroupCount, inputs)
        .assuming("grouping columns of different tables are independent")
}

/// Mean bytes of a row with these columns.
pub fn width(arena: &Arena, memo: &Memo, group: GroupId, columns: &[ColId]) -> f64 {
    columns
        .iter()
        .map(|col| match column::of_group(memo, group, *col) {
            Some(estimate) if estimate.source != Source::Computed => estimate.width,
            _ => column::type_width(arena.column(*col).ty),
        })
        .sum()
}
