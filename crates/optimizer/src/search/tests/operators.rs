//! Every logical operator has a physical plan that gives the same rows and columns.

use super::evaluate::{bag, rows};
use super::fixture::{Builder, TestCatalog, up, without};
use crate::search::{SearchError, SearchOptions, Silent, optimize};
use plan::{
    AggFunc, AggItem, Func, JoinKind, Op, OpKind, ProjectItem, RelId, SetColumn, SetOpKind,
};
use types::{DataType, Value};

fn small() -> Builder {
    let mut catalog = TestCatalog::default();
    let value = |v: i32| if v == 9 { Value::Null } else { Value::Int32(v) };
    let fill = |rows: &[[i32; 2]]| rows.iter().map(|r| r.map(value).to_vec()).collect();
    let a = catalog.table("a", &["x", "y"], 0, false);
    catalog.fill(a, fill(&[[1, 1], [2, 1], [2, 2], [9, 3], [4, 9], [1, 1]]));
    let b = catalog.table("b", &["x", "y"], 0, false);
    catalog.fill(b, fill(&[[1, 5], [2, 6], [2, 7], [9, 8]]));
    Builder::new(catalog)
}

/// Plans the root under several options, checks rows and columns, and gives the operators of the default plan.
fn check(b: &mut Builder, root: RelId) -> Vec<OpKind> {
    let counts_once =
        |op: &Op| matches!(op, Op::Aggregate { aggs, .. } if aggs.iter().any(|a| a.distinct));
    let only_hashing = counts_once(b.arena.op(root));
    let expected = bag(rows(&b.catalog, &b.arena, root));
    let columns = b.arena.props(root).columns.clone();
    let mut first = None;
    for off in [
        &[][..],
        &["HashJoin", "HashSemiJoin", "HashMarkJoin", "HashAggregate"],
        &["StreamAggregate", "MergeJoin"],
    ] {
        if only_hashing && off.contains(&"HashAggregate") {
            continue;
        }
        let searched = b.search(root, &without(off));
        let text = plan::text::tree(&b.arena, searched.physical);
        assert_eq!(b.arena.props(searched.physical).columns, columns, "{text}");
        assert_eq!(
            bag(rows(&b.catalog, &b.arena, searched.physical)),
            expected,
            "{text}"
        );
        let mut kinds = Vec::new();
        let mut stack = vec![searched.physical];
        while let Some(at) = stack.pop() {
            assert!(b.arena.op(at).is_physical(), "{text}");
            kinds.push(b.arena.op(at).kind());
            stack.extend(b.arena.inputs(at).iter().rev());
        }
        assert_eq!(kinds.len(), searched.nodes.len(), "one entry an operator");
        for node in &searched.nodes {
            assert!(node.rows.is_finite() && node.cost.is_finite() && node.own_cost >= 0.0);
        }
        first.get_or_insert(kinds);
    }
    first.expect("at least one plan")
}

fn aggregate(b: &mut Builder, input: RelId, keys: &[usize], distinct: bool) -> RelId {
    let arg = b.col(input, 1);
    let aggs = [AggFunc::CountStar, AggFunc::Sum]
        .into_iter()
        .map(|func| AggItem {
            col: b.arena.new_computed(func.name(), DataType::Int64),
            func,
            arg: (func != AggFunc::CountStar).then(|| b.arena.col(arg)),
            distinct: distinct && func == AggFunc::Sum,
            filter: None,
        })
        .collect();
    let keys = keys.iter().map(|at| b.col(input, *at)).collect();
    b.arena.rel(Op::Aggregate { keys, aggs }, vec![input])
}

#[test]
fn every_join_kind() {
    for kind in 0..10 {
        let mut b = small();
        let (l, r) = (b.scan("a", "a"), b.scan("b", "b"));
        let (lx, ly, rx, ry) = (b.col(l, 0), b.col(l, 1), b.col(r, 0), b.col(r, 1));
        let mark = b.arena.new_computed("m", DataType::Bool);
        let kind = [
            JoinKind::Inner,
            JoinKind::Left,
            JoinKind::Right,
            JoinKind::Full,
            JoinKind::Semi,
            JoinKind::Anti,
            JoinKind::NullAwareAnti,
            JoinKind::Mark(mark),
            JoinKind::Inner,
            JoinKind::Full,
        ][kind];
        let key = b.eq(lx, rx);
        let safe = b.call(Func::IsNotDistinctFrom, lx, rx);
        let less = b.call(Func::Lt, ly, ry);
        for on in [vec![key], vec![safe], vec![key, less], vec![less], vec![]] {
            let root = b.join(kind, on, l, r);
            check(&mut b, root);
        }
    }
}

#[test]
fn conditions_that_hash_tables_get_wrong_are_tried_pair_by_pair() {
    let mut b = small();
    let (l, r) = (b.scan("a", "a"), b.scan("b", "b"));
    let (lx, ly, rx, ry) = (b.col(l, 0), b.col(l, 1), b.col(r, 0), b.col(r, 1));
    let (key, less) = (b.eq(lx, rx), b.call(Func::Lt, ly, ry));
    let mark = b.arena.new_computed("m", DataType::Bool);
    for kind in [JoinKind::NullAwareAnti, JoinKind::Mark(mark)] {
        let root = b.join(kind, vec![key, less], l, r);
        assert_eq!(check(&mut b, root)[0], OpKind::NestedLoopJoin);
    }
}

#[test]
fn dependent_joins_become_apply_and_count_their_restarts() {
    let mut b = small();
    let (l, r) = (b.scan("a", "a"), b.scan("b", "b"));
    let (lx, rx) = (b.col(l, 0), b.col(r, 0));
    let predicates = vec![b.call(Func::Lt, lx, rx)];
    let inner = b.arena.rel(Op::Filter { predicates }, vec![r]);
    let count = aggregate(&mut b, inner, &[], false);
    let op = Op::Join {
        kind: JoinKind::Single,
        on: Vec::new(),
        dependent: true,
    };
    let root = b.arena.rel(op, vec![l, count]);
    assert_eq!(check(&mut b, root)[0], OpKind::Apply);
    let searched = b.plan(root);
    let right = searched.nodes.iter().find(|n| {
        n.group
            == searched
                .memo
                .expr(searched.memo.group(searched.memo.root).logical[0])
                .inputs[1]
    });
    let runs = searched.nodes[1].rows;
    let right = right.expect("the right side is in the plan").cost;
    assert!(
        searched.cost() >= runs * right,
        "the right side runs {runs} times"
    );
}

#[test]
fn grouping_distinct_and_set_operations() {
    let mut b = small();
    let (l, r) = (b.scan("a", "a"), b.scan("b", "b"));
    for keys in [&[][..], &[0], &[0, 1]] {
        for distinct in [false, true] {
            let root = aggregate(&mut b, l, keys, distinct && keys.len() == 2);
            check(&mut b, root);
        }
    }
    let root = b.arena.rel(Op::Distinct, vec![l]);
    check(&mut b, root);
    let nothing = b.arena.rel(Op::Project { items: Vec::new() }, vec![l]);
    let root = b.arena.rel(Op::Distinct, vec![nothing]);
    assert_eq!(check(&mut b, root)[0], OpKind::PhysLimit);
    for kind in [SetOpKind::Union, SetOpKind::Intersect, SetOpKind::Except] {
        for all in [true, false] {
            let columns = (0..2)
                .map(|at| SetColumn {
                    col: b.arena.new_computed("u", DataType::Int32),
                    inputs: vec![b.col(l, at), b.col(r, at)],
                })
                .collect();
            let root = b.arena.rel(Op::SetOp { kind, all, columns }, vec![l, r]);
            let kinds = check(&mut b, root);
            let append = kind == SetOpKind::Union && all;
            assert_eq!(kinds[0] == OpKind::Append, append);
        }
    }
}

#[test]
fn values_limits_and_projections() {
    let mut b = small();
    let columns = vec![b.arena.new_computed("v", DataType::Int32)];
    let rows = (0..3).map(|v| vec![b.arena.lit(Value::Int32(v))]).collect();
    let values = b.arena.rel(Op::Values { columns, rows }, Vec::new());
    check(&mut b, values);
    let limit = Op::Limit {
        limit: Some(2),
        offset: 1,
    };
    let root = b.arena.rel(limit, vec![values]);
    check(&mut b, root);
    let col = b.col(values, 0);
    let null = {
        let col = b.arena.col(col);
        b.arena.call(Func::IsNull, vec![col])
    };
    let item = ProjectItem {
        col: b.arena.new_computed("n", DataType::Bool),
        expr: null,
    };
    let root = b.arena.rel(Op::Project { items: vec![item] }, vec![values]);
    check(&mut b, root);
    let empty = Op::Values {
        columns: vec![b.arena.new_computed("e", DataType::Int32)],
        rows: Vec::new(),
    };
    let empty = b.arena.rel(empty, Vec::new());
    check(&mut b, empty);
    assert_eq!(b.plan(empty).nodes[0].rows, 0.0);
}

#[test]
fn an_operator_that_nothing_implements_is_named() {
    let mut b = small();
    let root = b.scan("a", "a");
    let failed = optimize(&mut b.arena, root, &without(&["Scan"]), &mut Silent);
    match failed {
        Err(SearchError::NoPlan { reason }) => assert!(reason.contains("scan a"), "{reason}"),
        _ => panic!("no rule implements scans"),
    }
    let keys = up(&[b.col(root, 0)]);
    let sort = b.arena.rel(Op::Sort { keys }, vec![root]);
    let failed = optimize(&mut b.arena, sort, &without(&["SortEnforcer"]), &mut Silent);
    assert!(failed.is_err(), "a table has no order of its own");
}

#[test]
fn a_deep_plan_needs_no_deep_stack() {
    let mut b = small();
    let mut root = b.scan("a", "a");
    let column = b.col(root, 0);
    for value in 0..3_000 {
        let predicates = vec![b.compare(Func::Ge, column, -value)];
        root = b.arena.rel(Op::Filter { predicates }, vec![root]);
    }
    let searched = b.search(root, &SearchOptions::default());
    assert_eq!(searched.nodes.len(), 3_001);
}
