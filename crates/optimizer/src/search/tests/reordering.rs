//! Join reordering keeps the answer: random join trees of all kinds over random small tables; every plan drawn from the
//! memo gives the same bag of rows.

use super::evaluate::{bag, rows};
use super::fixture::{Builder, Random, TestCatalog, without};
use crate::cost::{ALL_WORK, Constants};
use crate::memo::{ExprKind, GroupId, Memo};
use crate::search::{SearchOptions, Searched};
use plan::{Arena, Func, JoinKind, Op, ProjectItem, RelId, ScalarId};
use types::{ColId, DataType, Value};

fn tables(random: &mut Random) -> TestCatalog {
    let mut catalog = TestCatalog::default();
    for at in 0..5 {
        let key = random.below(3) == 0;
        let table = catalog.table(&format!("t{at}"), &["a", "b", "c"], 0, key);
        let rows = (0..random.below(5))
            .map(|row| {
                let mut value = |_| match random.below(4) {
                    0 => Value::Null,
                    v => Value::Int32(v as i32),
                };
                let mut values: Vec<Value> = (0..3).map(&mut value).collect();
                if key {
                    values[0] = Value::Int32(row as i32);
                }
                values
            })
            .collect();
        catalog.fill(table, rows);
    }
    catalog
}

/// Any column of a node's output that is no mark.
fn any(b: &Builder, random: &mut Random, rel: RelId) -> ColId {
    let columns: Vec<ColId> = b
        .arena
        .props(rel)
        .columns
        .iter()
        .copied()
        .filter(|c| b.arena.column(*c).ty == DataType::Int32)
        .collect();
    columns[random.below(columns.len())]
}

fn predicate(b: &mut Builder, random: &mut Random, left: RelId, right: RelId) -> ScalarId {
    let (l, r) = (any(b, random, left), any(b, random, right));
    let zero = b.arena.lit(Value::Int32(1));
    match random.below(9) {
        0 => b.call(Func::IsNotDistinctFrom, l, r),
        1 => {
            let (l, r) = (b.arena.col(l), b.arena.col(r));
            let l = b.arena.call(Func::Coalesce, vec![l, zero]);
            b.arena.call(Func::Eq, vec![l, r])
        }
        2 => b.call(Func::Le, r, l),
        3 => {
            let other = any(b, random, left);
            let (one, two) = (b.eq(l, r), b.eq(other, r));
            b.arena.call(Func::Or, vec![one, two])
        }
        4 => {
            // A condition on a mark of the left side, when there is one.
            let mark = b.arena.props(left).columns.iter().copied();
            let mark: Vec<ColId> = mark
                .filter(|c| b.arena.column(*c).ty == DataType::Bool)
                .collect();
            match mark.first() {
                Some(mark) => {
                    let (mark, equal) = (b.arena.col(*mark), b.eq(l, r));
                    b.arena.call(Func::Or, vec![mark, equal])
                }
                None => b.eq(l, r),
            }
        }
        _ => b.eq(l, r),
    }
}

fn tree(b: &mut Builder, random: &mut Random, tables: &[usize], kinds: &[&str]) -> RelId {
    if let [one] = tables {
        return b.scan(&format!("t{one}"), &format!("t{one}"));
    }
    let at = 1 + random.below(tables.len() - 1);
    let left = tree(b, random, &tables[..at], kinds);
    let right = tree(b, random, &tables[at..], kinds);
    let mut on: Vec<ScalarId> = (0..1 + random.below(2))
        .map(|_| predicate(b, random, left, right))
        .collect();
    let kind = match kinds[random.below(kinds.len())] {
        "cross" => {
            on.clear();
            JoinKind::Inner
        }
        "left" => JoinKind::Left,
        "right" => JoinKind::Right,
        "full" => JoinKind::Full,
        "semi" => JoinKind::Semi,
        "anti" => JoinKind::Anti,
        "not in" => JoinKind::NullAwareAnti,
        "mark" => JoinKind::Mark(b.arena.new_computed("m", DataType::Bool)),
        "single" if b.arena.props(right).max_rows.is_some_and(|n| n <= 1) => JoinKind::Single,
        _ => JoinKind::Inner,
    };
    on.dedup();
    b.join(kind, on, left, right)
}

/// The rows with their columns in the order of another node.
fn rows_as(b: &Builder, rel: RelId, like: RelId) -> Vec<String> {
    let have = &b.arena.props(rel).columns;
    let positions: Vec<usize> = b
        .arena
        .props(like)
        .columns
        .iter()
        .map(|c| {
            have.iter()
                .position(|h| h == c)
                .expect("every column is there")
        })
        .collect();
    bag(rows(&b.catalog, &b.arena, rel)
        .into_iter()
        .map(|row| positions.iter().map(|p| row[*p].clone()).collect())
        .collect())
}

/// A plan of a group, each expression drawn at random.
fn draw(arena: &mut Arena, memo: &Memo, random: &mut Random, group: GroupId) -> RelId {
    let logical = &memo.group(group).logical;
    let expr = memo.expr(logical[random.below(logical.len())]);
    let inputs: Vec<RelId> = expr
        .inputs
        .iter()
        .map(|g| draw(arena, memo, random, *g))
        .collect();
    assert_eq!(expr.kind, ExprKind::Logical);
    arena.rel(memo.logical_op(expr.operator), inputs)
}

fn check(b: &mut Builder, root: RelId, searched: &Searched, seed: u64) {
    let expected = rows_as(b, root, root);
    let got = rows_as(b, searched.physical, root);
    assert_eq!(
        got,
        expected,
        "seed {seed}:\n{}\n{}",
        plan::text::tree(&b.arena, root),
        plan::text::tree(&b.arena, searched.physical)
    );
}

fn run(seeds: std::ops::Range<u64>, kinds: &[&str]) -> u64 {
    let mut pairs = 0;
    for seed in seeds {
        let mut random = Random::new(seed);
        let mut b = Builder::new(tables(&mut random));
        let count = 2 + random.below(4);
        let mut order: Vec<usize> = (0..5).collect();
        order.truncate(count);
        let root = tree(&mut b, &mut random, &order, kinds);
        let searched = b.plan(root);
        check(&mut b, root, &searched, seed);
        pairs += searched.pairs;
        let expected = rows_as(&b, root, root);
        for _ in 0..12 {
            let drawn = draw(
                &mut b.arena,
                &searched.memo,
                &mut random,
                searched.memo.root,
            );
            assert_eq!(
                rows_as(&b, drawn, root),
                expected,
                "seed {seed}:\n{}\n{}",
                plan::text::tree(&b.arena, root),
                plan::text::tree(&b.arena, drawn)
            );
        }
        // Other costs choose other plans, and every one is right.
        for _ in 0..4 {
            let mut constants = Constants::default();
            for work in ALL_WORK {
                constants = constants.scaled(work, [0.01, 1.0, 100.0][random.below(3)]);
            }
            let options = SearchOptions {
                constants,
                pair_budget: if random.below(4) == 0 { 2 } else { 10_000 },
                ..without(
                    &[["HashJoin"], ["MergeJoin"], ["JoinCommute"], ["Scan "]][random.below(4)],
                )
            };
            let other = b.search(root, &options);
            check(&mut b, root, &other, seed);
        }
    }
    pairs
}

#[test]
fn inner_joins_in_any_order() {
    let pairs = run(0..150, &["inner", "inner", "inner", "cross"]);
    assert!(pairs > 1_000, "{pairs} pairs");
}

#[test]
fn outer_joins_in_any_allowed_order() {
    run(
        1_000..1_400,
        &["inner", "left", "left", "right", "full", "cross"],
    );
}

#[test]
fn all_kinds_in_any_allowed_order() {
    let kinds = [
        "inner", "inner", "left", "right", "full", "semi", "anti", "not in", "mark", "single",
        "cross",
    ];
    run(2_000..2_600, &kinds);
}

#[test]
fn left_joins_with_inner_joins_are_reordered_at_all() {
    // (a left join b on a = b) join c on a = c: c may come first.
    let mut catalog = TestCatalog::default();
    for name in ["a", "b", "c"] {
        catalog.table(name, &["x"], 10, false);
    }
    let mut b = Builder::new(catalog);
    let (left, right, third) = (b.scan("a", "a"), b.scan("b", "b"), b.scan("c", "c"));
    let on = vec![{
        let (l, r) = (b.col(left, 0), b.col(right, 0));
        b.eq(l, r)
    }];
    let outer = b.join(JoinKind::Left, on, left, right);
    let on = vec![{
        let (l, r) = (b.col(left, 0), b.col(third, 0));
        b.eq(l, r)
    }];
    let root = b.join(JoinKind::Inner, on, outer, third);
    let searched = b.plan(root);
    assert_eq!(searched.pairs, 4, "ab, ac, ab+c, ac+b");
}

#[test]
fn projections_that_only_drop_columns_do_not_end_a_block() {
    let mut catalog = TestCatalog::default();
    for name in ["a", "b", "c"] {
        catalog.table(name, &["x", "y"], 10, false);
    }
    let mut b = Builder::new(catalog);
    let (left, right, third) = (b.scan("a", "a"), b.scan("b", "b"), b.scan("c", "c"));
    let (x, y) = (b.col(left, 0), b.col(right, 0));
    let on = vec![b.eq(x, y)];
    let inner = b.join(JoinKind::Inner, on, left, right);
    let item = ProjectItem {
        col: x,
        expr: b.arena.col(x),
    };
    let pruned = b.arena.rel(Op::Project { items: vec![item] }, vec![inner]);
    let z = b.col(third, 0);
    let on = vec![b.eq(x, z)];
    let root = b.join(JoinKind::Inner, on, pruned, third);
    let searched = b.plan(root);
    // A triangle, for the two equalities imply the third.
    assert_eq!(searched.pairs, 6, "the block has three relations");
    let columns = &b.arena.props(searched.physical).columns;
    assert_eq!(
        *columns,
        b.arena.props(root).columns,
        "the dropped column stays dropped"
    );
}
