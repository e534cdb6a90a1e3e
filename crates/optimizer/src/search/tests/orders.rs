//! Required orders: sorts where they are needed, none where the order is there.

use super::evaluate::rows;
use super::fixture::{Builder, TestCatalog, up, without};
use plan::{JoinKind, Op, OpKind, RelId, SortKey};
use types::Value;

fn two_tables() -> (Builder, RelId, RelId) {
    let mut catalog = TestCatalog::default();
    for name in ["a", "b"] {
        let table = catalog.table(name, &["x", "y"], 0, false);
        let fill = (0..40)
            .map(|i| vec![Value::Int32(i * 7 % 13), Value::Int32(i * 5 % 11)])
            .collect();
        catalog.fill(table, fill);
    }
    let mut b = Builder::new(catalog);
    let (l, r) = (b.scan("a", "a"), b.scan("b", "b"));
    (b, l, r)
}

fn kinds(b: &Builder, root: RelId) -> Vec<OpKind> {
    let mut out = Vec::new();
    let mut stack = vec![root];
    while let Some(at) = stack.pop() {
        out.push(b.arena.op(at).kind());
        stack.extend(b.arena.inputs(at).iter().rev());
    }
    out
}

#[test]
fn a_merge_join_sorts_its_inputs_and_keeps_the_order() {
    let (mut b, l, r) = two_tables();
    let (lx, ly, rx, ry) = (b.col(l, 0), b.col(l, 1), b.col(r, 0), b.col(r, 1));
    let on = vec![b.eq(lx, rx), b.eq(ry, ly)];
    let join = b.join(JoinKind::Inner, on, l, r);
    let off = without(&["HashJoin", "NestedLoop"]);
    // The order asked for decides in which order the keys are merged; the right side's columns serve as well.
    for keys in [vec![lx, ly], vec![ly, lx], vec![ry], vec![rx, ly]] {
        let root = b.arena.rel(Op::Sort { keys: up(&keys) }, vec![join]);
        let searched = b.search(root, &off);
        let found = kinds(&b, searched.physical);
        assert_eq!(
            found[0],
            OpKind::MergeJoin,
            "{}",
            plan::text::tree(&b.arena, searched.physical)
        );
        let at: Vec<usize> = keys
            .iter()
            .map(|k| {
                let columns = &b.arena.props(searched.physical).columns;
                columns.iter().position(|c| c == k).expect("a column")
            })
            .collect();
        let rows: Vec<Vec<i64>> = rows(&b.catalog, &b.arena, searched.physical)
            .iter()
            .map(|row| at.iter().filter_map(|p| row[*p].as_i64()).collect())
            .collect();
        assert!(rows.is_sorted() && rows.len() > 3);
    }
    let descending = vec![SortKey {
        col: lx,
        descending: true,
        nulls_first: true,
    }];
    let root = b.arena.rel(Op::Sort { keys: descending }, vec![join]);
    let searched = b.search(root, &off);
    assert_eq!(
        kinds(&b, searched.physical)[0],
        OpKind::PhysSort,
        "merging gives no descending order"
    );
}

#[test]
fn grouping_by_the_sort_key_sorts_once() {
    let (mut b, l, _) = two_tables();
    let keys = vec![b.col(l, 0), b.col(l, 1)];
    let group = Op::Aggregate {
        keys: keys.clone(),
        aggs: Vec::new(),
    };
    let group = b.arena.rel(group, vec![l]);
    let sort_keys = vec![
        SortKey {
            col: keys[1],
            descending: true,
            nulls_first: true,
        },
        up(&keys[..1])[0],
    ];
    let root = b.arena.rel(Op::Sort { keys: sort_keys }, vec![group]);
    let searched = b.search(root, &without(&["HashAggregate"]));
    let found = kinds(&b, searched.physical);
    assert_eq!(
        found,
        [OpKind::StreamAggregate, OpKind::PhysSort, OpKind::TableScan]
    );
    let got = rows(&b.catalog, &b.arena, searched.physical);
    assert_eq!(got, rows(&b.catalog, &b.arena, root));
}

#[test]
fn a_limit_takes_the_first_rows_of_the_sort_below_it() {
    let (mut b, l, _) = two_tables();
    let (x, y) = (b.col(l, 0), b.col(l, 1));
    let sort = b.arena.rel(Op::Sort { keys: up(&[x]) }, vec![l]);
    let limit = Op::Limit {
        limit: Some(5),
        offset: 2,
    };
    let limit = b.arena.rel(limit, vec![sort]);
    // Sorting by another column above must not reach below the limit.
    let root = b.arena.rel(Op::Sort { keys: up(&[y]) }, vec![limit]);
    let searched = b.plan(root);
    assert_eq!(
        kinds(&b, searched.physical),
        [
            OpKind::PhysSort,
            OpKind::PhysLimit,
            OpKind::PhysSort,
            OpKind::TableScan
        ]
    );
    let top = Op::TopN {
        keys: up(&[x, y]),
        limit: 3,
        offset: 1,
    };
    let root = b.arena.rel(top, vec![l]);
    let searched = b.plan(root);
    assert_eq!(kinds(&b, searched.physical)[0], OpKind::TopNHeap);
    let searched = b.search(root, &without(&["TopNHeap"]));
    assert_eq!(
        kinds(&b, searched.physical),
        [OpKind::PhysLimit, OpKind::PhysSort, OpKind::TableScan]
    );
    let got = rows(&b.catalog, &b.arena, searched.physical);
    assert_eq!(got, rows(&b.catalog, &b.arena, root));
}

#[test]
fn the_whole_plan_can_be_required_in_an_order() {
    let (mut b, l, _) = two_tables();
    let mut options = without(&[]);
    options.required = up(&[b.col(l, 1)]);
    let searched = b.search(l, &options);
    assert_eq!(
        kinds(&b, searched.physical),
        [OpKind::PhysSort, OpKind::TableScan]
    );
    assert_eq!(searched.nodes[0].rule, Some("SortEnforcer"));
    assert_eq!(
        searched.nodes[0].origin, None,
        "the sort stands for no node of the plan"
    );
    assert_eq!(searched.nodes[1].origin, Some(l));
}
