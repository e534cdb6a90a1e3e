//! The memo: winners add up, pruning changes no winner, the text form.

use super::fixture::{Builder, Random, TestCatalog, up};
use crate::cost::model;
use crate::memo::{Added, ExprId, ExprKind, GroupId, Memo, OrderId};
use crate::search::{Search, SearchObserver, SearchOptions, Searched, Silent, Task};
use plan::{AggFunc, AggItem, Func, JoinKind, Op, RelId};
use std::collections::BTreeSet;
use types::DataType;

/// A random query: a join block with filters, grouped, sorted.
fn query(seed: u64) -> (Builder, RelId) {
    let mut random = Random::new(seed);
    let mut catalog = TestCatalog::default();
    let tables = 2 + random.below(5);
    for at in 0..tables {
        let rows = 10u64.pow(1 + random.below(4) as u32);
        let table = catalog.table(&format!("t{at}"), &["a", "b", "c"], rows, true);
        if random.below(3) > 0 {
            let distinct = [rows as f64, 10.0, (rows as f64).sqrt().ceil()];
            catalog.analyze(table, &distinct);
        }
    }
    let mut b = Builder::new(catalog);
    let mut scans = Vec::new();
    for at in 0..tables {
        let value = random.below(12) as i32;
        let filtered = random.below(2) == 0;
        let name = format!("t{at}");
        scans.push(b.scan_where(&name, &name, |b, columns| {
            if filtered {
                vec![b.compare(Func::Lt, columns[1], value)]
            } else {
                Vec::new()
            }
        }));
    }
    let mut root = scans[0];
    for scan in &scans[1..] {
        let other = scans[random.below(scans.iter().position(|s| s == scan).expect("in the list"))];
        let (x, y) = (b.col(other, random.below(3)), b.col(*scan, random.below(2)));
        let kind = match random.below(6) {
            0 => JoinKind::Left,
            1 => JoinKind::Semi,
            _ => JoinKind::Inner,
        };
        let visible = b.arena.props(root).output.contains(x);
        let on = if visible {
            vec![b.eq(x, y)]
        } else {
            Vec::new()
        };
        root = b.join(kind, on, root, *scan);
    }
    let key = b.col(root, random.below(2));
    if random.below(2) == 0 {
        let count = AggItem {
            col: b.arena.new_computed("n", DataType::Int64),
            func: AggFunc::CountStar,
            arg: None,
            distinct: false,
            filter: None,
        };
        let group = Op::Aggregate {
            keys: vec![key],
            aggs: vec![count],
        };
        root = b.arena.rel(group, vec![root]);
    }
    if random.below(2) == 0 {
        root = b.arena.rel(Op::Sort { keys: up(&[key]) }, vec![root]);
    }
    (b, root)
}

/// The cost of a winner added up again from below.
fn recomputed(memo: &mut Memo, arena: &plan::Arena, group: GroupId, order: OrderId) -> f64 {
    let context = memo
        .find_context(group, order)
        .expect("a context of the plan");
    let (expr, _) = memo.context(context).winner.expect("a winner");
    let own = model::own(memo, memo.expr(expr)).total(&memo.constants);
    let inputs = memo.expr(expr).inputs.clone();
    let method = match memo.expr(expr).kind {
        ExprKind::Physical(method) => Some(method),
        _ => None,
    };
    let below = memo
        .input_orders(arena, expr, order)
        .expect("a winner gives the order");
    let left = inputs.first().map_or(1.0, |g| memo.group(*g).rows);
    inputs.iter().enumerate().fold(own, |sum, (at, input)| {
        let runs = method.map_or(1.0, |m| m.runs(at, left));
        sum + runs * recomputed(memo, arena, *input, below[at])
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn winners_add_up_and_pruning_changes_nothing() {
    let (mut pruned, mut full) = (0, 0);
    for seed in 0..120 {
        let (mut b, root) = query(seed);
        let mut searched = b.plan(root);
        let (top, order) = (searched.memo.root, searched.memo.root_order);
        let again = recomputed(&mut searched.memo, &b.arena, top, order);
        let context = searched.memo.find_context(top, order).expect("the root");
        let (_, cost) = searched.memo.context(context).winner.expect("a winner");
        assert!(close(again, cost), "seed {seed}: {again} is not {cost}");
        let options = SearchOptions {
            prune: false,
            ..SearchOptions::default()
        };
        let exhaustive = b.search(root, &options);
        assert!(close(exhaustive.cost(), searched.cost()), "seed {seed}");
        assert!(exhaustive.counters.costed >= searched.counters.costed);
        pruned += searched.counters.costed;
        full += exhaustive.counters.costed;
        assert_eq!(exhaustive.physical, searched.physical, "seed {seed}");
        for node in &searched.nodes {
            assert!(node.cost >= node.own_cost);
        }
        // No group's winner is cheaper than its floor.
        for (id, group) in exhaustive.memo.groups() {
            for (_, context) in &group.contexts {
                if let Some((_, cost)) = exhaustive.memo.context(*context).winner {
                    assert!(cost >= group.floor * (1.0 - 1e-9), "seed {seed}, G{}", id.0);
                }
            }
        }
    }
    assert!(pruned < full, "bounds save work: {pruned} of {full}");
}

#[test]
fn costs_do_not_fall_as_tables_grow() {
    let mut last = 0.0;
    for rows in [1, 10, 100, 1_000, 10_000, 100_000] {
        let mut catalog = TestCatalog::default();
        catalog.table("a", &["x", "y"], rows, false);
        catalog.table("b", &["x", "y"], 500, true);
        let mut b = Builder::new(catalog);
        let (l, r) = (b.scan("a", "a"), b.scan("b", "b"));
        let (x, y) = (b.col(l, 0), b.col(r, 0));
        let on = vec![b.eq(x, y)];
        let join = b.join(JoinKind::Inner, on, l, r);
        let root = b.arena.rel(Op::Sort { keys: up(&[x]) }, vec![join]);
        let cost = b.plan(root).cost();
        assert!(cost >= last, "{rows} rows cost {cost}, fewer {last}");
        last = cost;
    }
}

#[test]
fn the_smaller_side_is_built_on() {
    let mut catalog = TestCatalog::default();
    catalog.table("big", &["x"], 100_000, false);
    catalog.table("small", &["x"], 1_000, true);
    let mut b = Builder::new(catalog);
    let (big, small) = (b.scan("big", "big"), b.scan("small", "small"));
    let (x, y) = (b.col(big, 0), b.col(small, 0));
    let key = b.eq(x, y);
    for (l, r) in [(big, small), (small, big)] {
        let root = b.join(JoinKind::Inner, vec![key], l, r);
        let searched = b.plan(root);
        let text = plan::text::tree(&b.arena, searched.physical);
        let join = text
            .lines()
            .find(|l| l.contains("hash-join"))
            .expect("a hash join");
        assert!(join.contains("big.x = small.x, build right"), "{text}");
    }
}

#[test]
fn text_form() {
    let mut catalog = TestCatalog::default();
    let big = catalog.table("big", &["x", "y"], 1_000, false);
    catalog.analyze(big, &[100.0, 10.0]);
    catalog.table("small", &["x"], 100, true);
    let mut b = Builder::new(catalog);
    let (l, r) = (b.scan("big", "big"), b.scan("small", "small"));
    let (x, y) = (b.col(l, 0), b.col(r, 0));
    let on = vec![b.eq(x, y)];
    let join = b.join(JoinKind::Inner, on, l, r);
    let root = b.arena.rel(Op::Sort { keys: up(&[x]) }, vec![join]);
    let searched = b.plan(root);
    let text = searched.memo.text(&b.arena);
    let heads: Vec<&str> = text
        .lines()
        .map(|l| l.split("  cost").next().unwrap_or(""))
        .collect();
    assert_eq!(
        heads,
        [
            "G0: (scan big)  rows: 1000  best: (table-scan)",
            "G1: (scan small)  rows: 100  best: (table-scan)",
            "G2: (join G0 G1) (join G1 G0)  rows: 1000  best: (hash-join build right G0 G1)",
            "G3 (root): (sort G2)  rows: 1000  best: (input-order G2)",
        ],
        "{text}"
    );
    let view = searched.view(&b.arena);
    assert_eq!(view.groups[2].label, "big ⋈ small");
    let winner = view.groups[2]
        .expressions
        .iter()
        .find(|e| e.winner)
        .expect("a winner");
    assert_eq!(
        (winner.verb.as_str(), winner.rule),
        ("hash-join", Some("HashJoin"))
    );
    assert!(
        winner
            .terms
            .iter()
            .any(|t| t.name == "hash build" && t.formula == "100 rows × 28 ns")
    );
    let sum: f64 = winner.terms.iter().map(|t| t.value).sum();
    assert!(sum <= winner.cost.expect("a winner is costed"));
    assert!(
        view.groups[2]
            .expressions
            .iter()
            .any(|e| !e.winner && e.physical && !e.note.is_empty())
    );
}

/// Counts events and checks that they tell of the memo's growth completely.
#[derive(Default)]
struct Watcher {
    groups: BTreeSet<GroupId>,
    exprs: BTreeSet<ExprId>,
    pushed: u64,
    popped: u64,
    costed: u64,
    pruned: u64,
    winners: Vec<(GroupId, OrderId, ExprId)>,
    extracted: u64,
}

impl SearchObserver for Watcher {
    fn group_created(&mut self, _: &Memo, group: GroupId) {
        assert!(self.groups.insert(group));
    }
    fn expr_added(&mut self, memo: &Memo, expr: ExprId) {
        assert!(self.exprs.insert(expr));
        assert!(
            self.groups.contains(&memo.expr(expr).group),
            "the group came first"
        );
    }
    fn task_push(&mut self, _: &Memo, _: &Task) {
        self.pushed += 1;
    }
    fn task_pop(&mut self, _: &Memo, _: &Task) {
        self.popped += 1;
    }
    fn costed(&mut self, _: &Memo, _: ExprId, _: OrderId, cost: f64) {
        assert!(cost >= 0.0);
        self.costed += 1;
    }
    fn bound_pruned(&mut self, _: &Memo, _: ExprId, _: OrderId, least: f64, limit: f64, _: usize) {
        assert!(least.is_finite() && least >= limit);
        self.pruned += 1;
    }
    fn winner_set(
        &mut self,
        _: &Memo,
        group: GroupId,
        order: OrderId,
        expr: ExprId,
        _: f64,
        previous: Option<ExprId>,
    ) {
        let last = self
            .winners
            .iter()
            .rev()
            .find(|w| (w.0, w.1) == (group, order));
        assert_eq!(last.map(|w| w.2), previous);
        self.winners.push((group, order, expr));
    }
    fn plan_extracted(&mut self, _: &Memo, _: RelId) {
        self.extracted += 1;
    }
}

#[test]
fn events_are_complete_and_watching_changes_nothing() {
    for seed in 0..60 {
        let (mut b, root) = query(seed);
        let silent: Searched = b.plan(root);
        let mut watcher = Watcher::default();
        let mut search = Search::start(&mut b.arena, root, &SearchOptions::default(), &mut watcher);
        while search.step(&b.arena, &mut watcher) {}
        assert!(search.tasks().is_empty());
        let watched = search.finish(&mut b.arena, &mut watcher).expect("a plan");
        assert_eq!(watched.physical, silent.physical);
        assert_eq!(watched.counters, silent.counters);
        assert_eq!(watcher.groups.len(), watched.memo.group_count());
        assert_eq!(watcher.exprs.len(), watched.memo.expr_count());
        assert_eq!(
            (watcher.pushed, watcher.popped),
            (watched.counters.tasks, watched.counters.tasks)
        );
        assert_eq!(watcher.costed, watched.counters.costed);
        assert_eq!(watcher.pruned, watched.counters.pruned);
        assert_eq!(watcher.extracted, 1);
        for node in &watched.nodes {
            if let Some(expr) = node.expr {
                assert!(watcher.winners.contains(&(node.group, node.order, expr)));
            }
        }
    }
}

#[test]
fn equal_groups_are_merged() {
    let mut catalog = TestCatalog::default();
    catalog.table("a", &["x"], 10, false);
    catalog.table("b", &["x"], 10, false);
    let mut b = Builder::new(catalog);
    let (l, r) = (b.scan("a", "a"), b.scan("b", "b"));
    let searched = {
        let (x, y) = (b.col(l, 0), b.col(r, 0));
        let on = vec![b.eq(x, y)];
        let root = b.join(JoinKind::Inner, on, l, r);
        b.plan(root)
    };
    let mut memo = searched.memo;
    let join = memo.root;
    let (operator, inputs) = {
        let expr = memo.expr(memo.group(join).logical[0]);
        (expr.operator, expr.inputs.clone())
    };
    let twin = memo.add_group(memo.group(join).clone());
    assert_ne!(memo.canon(twin), join);
    let before = memo.group_count();
    assert!(matches!(
        memo.add_logical(twin, operator, inputs, None),
        Added::Known(_)
    ));
    assert_eq!(
        (memo.canon(twin), memo.canon(join)),
        (join, join),
        "the smaller id survives"
    );
    assert_eq!(memo.group_count(), before - 1);
}

#[test]
fn a_subplan_used_twice_is_searched_once() {
    let mut catalog = TestCatalog::default();
    catalog.table("a", &["x"], 1_000, false);
    let mut b = Builder::new(catalog);
    let scan = b.scan("a", "a");
    let columns = vec![plan::SetColumn {
        col: b.arena.new_computed("u", DataType::Int32),
        inputs: vec![b.col(scan, 0); 2],
    }];
    let op = Op::SetOp {
        kind: plan::SetOpKind::Union,
        all: true,
        columns,
    };
    let root = b.arena.rel(op, vec![scan, scan]);
    let searched =
        crate::search::optimize(&mut b.arena, root, &SearchOptions::default(), &mut Silent)
            .expect("a plan");
    assert_eq!(searched.memo.group_count(), 2);
    assert_eq!(searched.nodes.len(), 3, "the plan reads the table twice");
    assert!(close(
        searched.cost(),
        searched.nodes[0].own_cost + 2.0 * searched.nodes[1].cost
    ));
}
