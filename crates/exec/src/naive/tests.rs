//! Plans built by hand over tables of a few rows with NULLs and duplicates; results as PostgreSQL gives them.

use super::{NaiveError, Row, run};
use plan::{
    AggFunc, AggItem, Arena, Catalog, ColumnInfo, Func, JoinKind, Op, ProjectItem, RelId, Scalar,
    ScalarId, Scan, SetColumn, SetOpKind, SortKey, TableInfo, TableStats,
};
use std::rc::Rc;
use std::sync::Arc;
use types::{ColId, DataError, DataType, TableId, Value};

/// Tables a(x, y) and b(x, y) of nullable integers.
struct TwoTables(Vec<TableInfo>);

impl Catalog for TwoTables {
    fn find_table(&self, name: &str) -> Option<TableId> {
        self.0.iter().find(|t| t.name == name).map(|t| t.id)
    }
    fn table(&self, id: TableId) -> Option<&TableInfo> {
        self.0.iter().find(|t| t.id == id)
    }
    fn stats(&self, _id: TableId) -> Option<Arc<TableStats>> {
        None
    }
    fn tables(&self) -> Vec<TableId> {
        self.0.iter().map(|t| t.id).collect()
    }
}

struct Plans {
    arena: Arena,
    budget: u64,
}

/// A scan and its two columns.
#[derive(Clone, Copy)]
struct Table {
    rel: RelId,
    x: ColId,
    y: ColId,
}

const A: [[Option<i32>; 2]; 5] = [
    [Some(1), Some(10)],
    [Some(2), None],
    [Some(2), Some(20)],
    [None, Some(30)],
    [Some(4), Some(10)],
];
const B: [[Option<i32>; 2]; 4] = [
    [Some(2), Some(5)],
    [Some(2), Some(6)],
    [Some(4), None],
    [Some(7), Some(7)],
];

impl Plans {
    fn new() -> Self {
        let column = |name: &str| ColumnInfo {
            name: name.into(),
            ty: DataType::Int32,
            nullable: true,
        };
        let table = |id, name: &str, rows| TableInfo {
            id: TableId(id),
            name: name.into(),
            columns: vec![column("x"), column("y")],
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            rows,
            pages: 1,
        };
        let catalog = TwoTables(vec![table(0, "a", 5), table(1, "b", 4)]);
        Self {
            arena: Arena::new(Rc::new(catalog)),
            budget: 10_000,
        }
    }

    fn scan(&mut self, table: u32) -> Table {
        let alias = ["a", "b"][table as usize];
        let columns = self.arena.scan_columns(TableId(table), alias, 0..2);
        let (x, y) = (columns[0].col, columns[1].col);
        let scan = Scan {
            table: TableId(table),
            alias: alias.into(),
            columns,
            filters: Vec::new(),
        };
        let rel = self.arena.rel(Op::Scan(scan), Vec::new());
        Table { rel, x, y }
    }

    fn both(&mut self) -> (Table, Table) {
        (self.scan(0), self.scan(1))
    }

    fn compare(&mut self, func: Func, a: ColId, b: ColId) -> ScalarId {
        let (a, b) = (self.arena.col(a), self.arena.col(b));
        self.arena.call(func, vec![a, b])
    }

    fn join(&mut self, kind: JoinKind, left: RelId, right: RelId, on: Vec<ScalarId>) -> RelId {
        let dependent = self
            .arena
            .props(right)
            .free
            .intersects(&self.arena.props(left).output);
        let op = Op::Join {
            kind,
            on,
            dependent,
        };
        self.arena.rel(op, vec![left, right])
    }

    fn filter(&mut self, input: RelId, predicates: Vec<ScalarId>) -> RelId {
        self.arena.rel(Op::Filter { predicates }, vec![input])
    }

    fn aggregate(&mut self, input: RelId, keys: Vec<ColId>, aggs: Vec<AggItem>) -> RelId {
        self.arena.rel(Op::Aggregate { keys, aggs }, vec![input])
    }

    fn agg(&mut self, func: AggFunc, arg: Option<ColId>, ty: DataType) -> AggItem {
        AggItem {
            col: self.arena.new_computed(func.name(), ty),
            func,
            arg: arg.map(|col| self.arena.col(col)),
            distinct: false,
            filter: None,
        }
    }

    fn run(&self, root: RelId) -> Result<Vec<Row>, NaiveError> {
        let stored = |table: TableId| {
            let cell = |v: &Option<i32>| v.map_or(Value::Null, Value::Int32);
            let rows: &[[Option<i32>; 2]] = if table.0 == 0 { &A } else { &B };
            Rc::new(rows.iter().map(|r| r.iter().map(cell).collect()).collect())
        };
        run(&self.arena, root, &stored, self.budget)
    }

    /// Checks the rows, written `1 10|2 -`, a hyphen for NULL.
    #[track_caller]
    fn check(&self, root: RelId, expected: &str) {
        assert_eq!(
            self.text(root),
            expected,
            "{}",
            plan::text::tree(&self.arena, root)
        );
    }

    fn text(&self, root: RelId) -> String {
        let cell = |v: &Value| {
            if v.is_null() {
                "-".into()
            } else {
                v.to_string()
            }
        };
        match self.run(root) {
            Ok(rows) => rows
                .iter()
                .map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" "))
                .collect::<Vec<_>>()
                .join("|"),
            Err(error) => format!("error: {error}"),
        }
    }
}

#[test]
fn every_kind_of_join_on_equality() {
    let mut p = Plans::new();
    let (a, b) = p.both();
    let on = vec![p.compare(Func::Eq, a.x, b.x)];
    let inner = "2 - 2 5|2 - 2 6|2 20 2 5|2 20 2 6|4 10 4 -";
    let mark = p.arena.new_computed("mark", DataType::Bool);
    for (kind, expected) in [
        (JoinKind::Inner, inner.to_string()),
        (
            JoinKind::Left,
            "1 10 - -|2 - 2 5|2 - 2 6|2 20 2 5|2 20 2 6|- 30 - -|4 10 4 -".into(),
        ),
        // In the order of the right rows.
        (
            JoinKind::Right,
            "2 - 2 5|2 20 2 5|2 - 2 6|2 20 2 6|4 10 4 -|- - 7 7".into(),
        ),
        (
            JoinKind::Full,
            "1 10 - -|2 - 2 5|2 - 2 6|2 20 2 5|2 20 2 6|- 30 - -|4 10 4 -|- - 7 7".into(),
        ),
        (JoinKind::Semi, "2 -|2 20|4 10".into()),
        (JoinKind::Anti, "1 10|- 30".into()),
        // A NULL on the left is unknown against every right row.
        (JoinKind::NullAwareAnti, "1 10".into()),
        (
            JoinKind::Mark(mark),
            "1 10 f|2 - t|2 20 t|- 30 -|4 10 t".into(),
        ),
        (
            JoinKind::Single,
            "error: more than one row returned by a subquery used as an expression".into(),
        ),
    ] {
        let join = p.join(kind, a.rel, b.rel, on.clone());
        p.check(join, &expected);
    }
}

#[test]
fn not_in_a_set_with_null_is_never_true() {
    let mut p = Plans::new();
    let (a, b) = p.both();
    let on = vec![p.compare(Func::Eq, a.y, b.y)];
    let anti = p.join(JoinKind::NullAwareAnti, a.rel, b.rel, on.clone());
    p.check(anti, "");
    // Against no rows at all it is true, even of NULL.
    let never = p.arena.lit_bool(false);
    let none = p.filter(b.rel, vec![never]);
    let anti = p.join(JoinKind::NullAwareAnti, a.rel, none, on);
    p.check(anti, "1 10|2 -|2 20|- 30|4 10");
}

#[test]
fn joins_without_condition() {
    let mut p = Plans::new();
    let (a, b) = p.both();
    let cross = p.join(JoinKind::Inner, a.rel, b.rel, Vec::new());
    assert_eq!(p.run(cross).map(|rows| rows.len()), Ok(20));
    p.budget = 15;
    assert_eq!(p.run(cross), Err(NaiveError::OverBudget));
}

#[test]
fn a_dependent_count_is_zero_where_nothing_matches() {
    let mut p = Plans::new();
    let (a, b) = p.both();
    let matching = vec![p.compare(Func::Eq, b.x, a.x)];
    let inner = p.filter(b.rel, matching);
    let count = p.agg(AggFunc::CountStar, None, DataType::Int64);
    let sum = p.agg(AggFunc::Sum, Some(b.y), DataType::Int64);
    let subquery = p.aggregate(inner, Vec::new(), vec![count, sum]);
    let outer = p.join(JoinKind::Single, a.rel, subquery, Vec::new());
    p.check(outer, "1 10 0 -|2 - 2 11|2 20 2 11|- 30 0 -|4 10 1 -");
}

#[test]
fn correlation_two_levels_up_and_a_correlated_limit() {
    let mut p = Plans::new();
    let (a, b) = p.both();
    let inner = p.scan(1);
    // For each a: the first b by y among those with b.x = a.x, if a b with greater y and the same a.x exists.
    let deep = vec![
        p.compare(Func::Eq, inner.x, a.x),
        p.compare(Func::Gt, inner.y, b.y),
    ];
    let exists = p.filter(inner.rel, deep);
    let semi = p.join(JoinKind::Semi, b.rel, exists, Vec::new());
    let first = p.arena.rel(
        Op::TopN {
            keys: vec![key(b.y, false, false)],
            limit: 1,
            offset: 0,
        },
        vec![semi],
    );
    let root = p.join(JoinKind::Left, a.rel, first, Vec::new());
    p.check(root, "1 10 - -|2 - 2 5|2 20 2 5|- 30 - -|4 10 - -");
    let whole = p.arena.props(root).free.is_empty();
    assert!(whole, "the plan as a whole refers to nothing outside");
    assert_eq!(p.run(first), Err(NaiveError::Unbound(a.x)));
}

#[test]
fn groups_take_nulls_as_equal() {
    let mut p = Plans::new();
    let a = p.scan(0);
    let count = p.agg(AggFunc::Count, Some(a.y), DataType::Int64);
    let mut some = p.agg(AggFunc::CountStar, None, DataType::Int64);
    let (y, twenty) = (p.arena.col(a.y), p.arena.lit(Value::Int32(20)));
    some.filter = Some(p.arena.call(Func::Ge, vec![y, twenty]));
    let max = p.agg(AggFunc::Max, Some(a.y), DataType::Int32);
    let by_x = p.aggregate(a.rel, vec![a.x], vec![count, some, max]);
    p.check(by_x, "- 1 1 30|1 1 0 10|2 1 1 20|4 1 0 10");
}

#[test]
fn aggregates_over_all_rows_and_over_none() {
    let mut p = Plans::new();
    let a = p.scan(0);
    let wide = DataType::decimal(38, 16);
    let mut items = vec![
        p.agg(AggFunc::CountStar, None, DataType::Int64),
        p.agg(AggFunc::Count, Some(a.y), DataType::Int64),
        p.agg(AggFunc::Sum, Some(a.y), DataType::Int64),
        p.agg(AggFunc::Avg, Some(a.y), wide),
        p.agg(AggFunc::Min, Some(a.y), DataType::Int32),
        p.agg(AggFunc::VarSamp, Some(a.y), DataType::Float64),
        p.agg(AggFunc::StddevPop, Some(a.x), DataType::Float64),
    ];
    let distinct = AggItem {
        distinct: true,
        ..p.agg(AggFunc::Sum, Some(a.y), DataType::Int64)
    };
    items.push(distinct);
    let all = p.aggregate(a.rel, Vec::new(), items.clone());
    p.check(
        all,
        "5 4 70 17.5000000000000000 10 91.66666666666667 1.0897247358851685 60",
    );
    let never = p.arena.lit_bool(false);
    let none = p.filter(a.rel, vec![never]);
    let root = p.aggregate(none, Vec::new(), items.clone());
    p.check(root, "0 0 - - - - - -");
    let grouped = p.aggregate(none, vec![a.x], items);
    p.check(grouped, "");
}

#[test]
fn set_operations_count_duplicates() {
    let mut p = Plans::new();
    let (a, b) = p.both();
    for (kind, all, expected) in [
        (SetOpKind::Union, true, "1|2|2|-|4|2|2|4|7"),
        (SetOpKind::Union, false, "1|2|-|4|7"),
        (SetOpKind::Intersect, true, "2|2|4"),
        (SetOpKind::Intersect, false, "2|4"),
        (SetOpKind::Except, true, "1|-"),
        (SetOpKind::Except, false, "1|-"),
    ] {
        let columns = vec![SetColumn {
            col: p.arena.new_computed("x", DataType::Int32),
            inputs: vec![a.x, b.x],
        }];
        let root = p
            .arena
            .rel(Op::SetOp { kind, all, columns }, vec![a.rel, b.rel]);
        p.check(root, expected);
    }
    // Two 2s less one 2 leaves one, with ALL.
    let one = p.arena.rel(
        Op::Limit {
            limit: Some(1),
            offset: 0,
        },
        vec![b.rel],
    );
    for (all, expected) in [(true, "1|2|-|4"), (false, "1|-|4")] {
        let columns = vec![SetColumn {
            col: p.arena.new_computed("x", DataType::Int32),
            inputs: vec![a.x, b.x],
        }];
        let op = Op::SetOp {
            kind: SetOpKind::Except,
            all,
            columns,
        };
        let root = p.arena.rel(op, vec![a.rel, one]);
        p.check(root, expected);
    }
}

fn key(col: ColId, descending: bool, nulls_first: bool) -> SortKey {
    SortKey {
        col,
        descending,
        nulls_first,
    }
}

#[test]
fn sorts_place_nulls_as_told_and_keep_ties() {
    let mut p = Plans::new();
    let a = p.scan(0);
    for (keys, expected) in [
        (vec![key(a.x, false, false)], "1 10|2 -|2 20|4 10|- 30"),
        (vec![key(a.x, true, true)], "- 30|4 10|2 -|2 20|1 10"),
        (
            vec![key(a.x, true, false), key(a.y, false, false)],
            "4 10|2 20|2 -|1 10|- 30",
        ),
    ] {
        let root = p.arena.rel(Op::Sort { keys }, vec![a.rel]);
        p.check(root, expected);
        let limit = Op::Limit {
            limit: Some(2),
            offset: 1,
        };
        let root = p.arena.rel(limit, vec![root]);
        p.check(
            root,
            &expected
                .split('|')
                .skip(1)
                .take(2)
                .collect::<Vec<_>>()
                .join("|"),
        );
    }
}

#[test]
fn projections_values_and_distinct() {
    let mut p = Plans::new();
    let a = p.scan(0);
    let (y, ten) = (p.arena.col(a.y), p.arena.lit(Value::Int32(10)));
    let expr = p.arena.call(Func::Div, vec![y, ten]);
    let col = p.arena.new_computed("tenth", DataType::Int32);
    let items = vec![ProjectItem { col, expr }];
    let project = p.arena.rel(Op::Project { items }, vec![a.rel]);
    p.check(project, "1|-|2|3|1");
    let distinct = p.arena.rel(Op::Distinct, vec![project]);
    p.check(distinct, "1|-|2|3");
    let zero = p.arena.lit(Value::Int32(0));
    let expr = p.arena.call(Func::Div, vec![ten, zero]);
    let values = Op::Values {
        columns: vec![col],
        rows: vec![vec![expr]],
    };
    let values = p.arena.rel(values, Vec::new());
    assert_eq!(
        p.run(values),
        Err(NaiveError::Data(DataError::DivisionByZero))
    );
}

#[test]
fn random_numbers_repeat_from_run_to_run_but_not_from_row_to_row() {
    let mut p = Plans::new();
    let a = p.scan(0);
    let expr = p.arena.scalar(Scalar::Call(Func::Random, Vec::new()));
    let col = p.arena.new_computed("r", DataType::Float64);
    let items = vec![ProjectItem { col, expr }];
    let project = p.arena.rel(Op::Project { items }, vec![a.rel]);
    let distinct = p.arena.rel(Op::Distinct, vec![project]);
    let rows = p.run(distinct).expect("random numbers");
    assert_eq!(rows.len(), 5);
    assert_eq!(p.run(distinct), Ok(rows));
}

impl Plans {
    /// `1 / (x - n) = 1`, which fails where x is n.
    fn fails_at(&mut self, x: ColId, n: i32) -> ScalarId {
        let (x, n, one) = (self.arena.col(x), Value::Int32(n), Value::Int32(1));
        let (n, one) = (self.arena.lit(n), self.arena.lit(one));
        let less = self.arena.call(Func::Sub, vec![x, n]);
        let quotient = self.arena.call(Func::Div, vec![one, less]);
        self.arena.call(Func::Eq, vec![quotient, one])
    }
}

const DIVISION: Result<Vec<Row>, NaiveError> = Err(NaiveError::Data(DataError::DivisionByZero));

/// a has a row (2, NULL): `y > 15` is unknown there, and what comes after it is not evaluated.
#[test]
fn a_conjunction_stops_at_the_first_conjunct_that_is_not_true() {
    let mut p = Plans::new();
    let (a, b) = p.both();
    let (y, limit) = (p.arena.col(a.y), p.arena.lit(Value::Int32(25)));
    let guard = p.arena.call(Func::Gt, vec![y, limit]);
    let fails = p.fails_at(a.x, 2);
    let filter = p.filter(a.rel, vec![guard, fails]);
    p.check(filter, "");
    let filter = p.filter(a.rel, vec![fails, guard]);
    assert_eq!(p.run(filter), DIVISION);
    let join = p.join(JoinKind::Left, a.rel, b.rel, vec![guard, fails]);
    p.check(join, "1 10 - -|2 - - -|2 20 - -|- 30 - -|4 10 - -");
    // NOT IN tells unknown from false: only false ends it.
    let join = p.join(JoinKind::NullAwareAnti, a.rel, b.rel, vec![guard, fails]);
    assert_eq!(p.run(join), DIVISION);
}

#[test]
fn without_left_rows_the_right_input_is_not_evaluated_unless_its_rows_are_kept() {
    let mut p = Plans::new();
    let (a, b) = p.both();
    let never = p.arena.lit_bool(false);
    let none = p.filter(a.rel, vec![never]);
    let fails = p.fails_at(b.x, 2);
    let failing = p.filter(b.rel, vec![fails]);
    for kind in [
        JoinKind::Inner,
        JoinKind::Left,
        JoinKind::Semi,
        JoinKind::Anti,
        JoinKind::NullAwareAnti,
        JoinKind::Single,
    ] {
        let join = p.join(kind, none, failing, Vec::new());
        p.check(join, "");
        let join = p.join(kind, a.rel, failing, Vec::new());
        assert_eq!(p.run(join), DIVISION, "{kind:?}");
    }
    for kind in [JoinKind::Right, JoinKind::Full] {
        let join = p.join(kind, none, failing, Vec::new());
        assert_eq!(p.run(join), DIVISION, "{kind:?}");
    }
}
