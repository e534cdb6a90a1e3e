//! Broken variants of rules.

use optimizer::normalize::find;
use optimizer::rule::pattern::{Pattern, aggregate, any, filter, join, op};
use optimizer::rule::{Guard, Rewrite, Rule, RuleInfo, View};
use plan::{AggFunc, AggItem, Func, JoinKind, Op, OpKind, ProjectItem, RelId, Scalar, ScalarId};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A rule without one of its guards.
pub struct Without {
    rule: &'static dyn Rule,
    dropped: &'static Guard,
    guards: &'static [Guard],
    /// Firings that the dropped guard would have held back.
    freed: AtomicUsize,
}

impl Without {
    /// The rule without that guard.
    pub fn new(rule: &'static dyn Rule, dropped: &'static Guard) -> &'static Self {
        let others = rule.guards().iter().filter(|g| g.name != dropped.name);
        let guards: Vec<Guard> = others
            .map(|guard| Guard {
                name: guard.name,
                says: guard.says,
                holds: guard.holds,
            })
            .collect();
        Box::leak(Box::new(Self {
            rule,
            dropped,
            guards: guards.leak(),
            freed: AtomicUsize::new(0),
        }))
    }

    /// How often it fired where the sound rule would not have.
    pub fn freed(&self) -> usize {
        self.freed.load(Ordering::Relaxed)
    }
}

impl Rule for Without {
    fn info(&self) -> &'static RuleInfo {
        self.rule.info()
    }

    fn pattern(&self) -> &'static Pattern {
        self.rule.pattern()
    }

    fn guards(&self) -> &'static [Guard] {
        self.guards
    }

    fn looks_up(&self) -> bool {
        self.rule.looks_up()
    }

    fn apply(&self, rewrite: &mut Rewrite<'_>) -> RelId {
        let held = (self.dropped.holds)(&rewrite.view());
        let before = rewrite.view().bindings()[0].node;
        let after = self.rule.apply(rewrite);
        if !held && after != before {
            self.freed.fetch_add(1, Ordering::Relaxed);
        }
        after
    }

    fn sentence(&self, _view: &View<'_>, _after: RelId) -> String {
        String::new()
    }
}

/// A rule with a rewrite of its own.
pub struct Mutant {
    of: &'static str,
    /// What is wrong with it.
    pub broken: &'static str,
    pattern: &'static Pattern,
    guards: &'static [Guard],
    rewrite: fn(&mut Rewrite<'_>) -> RelId,
}

impl Mutant {
    /// The rule it is a variant of.
    pub fn name(&self) -> &'static str {
        self.of
    }

    fn sound(&self) -> &'static dyn Rule {
        find(self.of).expect("a rule of that name")
    }
}

impl Rule for Mutant {
    fn info(&self) -> &'static RuleInfo {
        self.sound().info()
    }

    fn pattern(&self) -> &'static Pattern {
        self.pattern
    }

    fn guards(&self) -> &'static [Guard] {
        self.guards
    }

    fn looks_up(&self) -> bool {
        self.sound().looks_up()
    }

    fn apply(&self, rewrite: &mut Rewrite<'_>) -> RelId {
        (self.rewrite)(rewrite)
    }

    fn sentence(&self, _view: &View<'_>, _after: RelId) -> String {
        String::new()
    }
}

static FILTER_OVER_JOIN: Pattern = filter('F', &[JOIN]);
const JOIN: Pattern = join('J', "join", &[any('L'), any('R')]);
static A_JOIN: Pattern = JOIN;
static TWO_FILTERS: Pattern = filter('F', &[filter('G', &[any('R')])]);
static A_FILTER: Pattern = filter('F', &[any('R')]);
static AN_AGGREGATE: Pattern = aggregate('A', &[any('R')]);
static LIMIT_OVER_JOIN: Pattern = op('L', &[OpKind::Limit], "limit", &[join('O', "join", &[])]);
static LIMIT_OVER_FILTER: Pattern = op('L', &[OpKind::Limit], "limit", &[filter('O', &[])]);
static A_SORT: Pattern = op('S', &[OpKind::Sort], "sort", &[any('R')]);
static A_UNION: Pattern = op('U', &[OpKind::SetOp], "union", &[]);

/// The variants.
pub fn mutants() -> Vec<&'static Mutant> {
    let mutant = |of, broken, pattern, rewrite| -> &'static Mutant {
        Box::leak(Box::new(Mutant {
            of,
            broken,
            pattern,
            guards: &[],
            rewrite,
        }))
    };
    let of_rule = |of: &'static str, broken, rewrite| -> &'static Mutant {
        let sound = find(of).expect("a rule of that name");
        Box::leak(Box::new(Mutant {
            of,
            broken,
            pattern: sound.pattern(),
            guards: sound.guards(),
            rewrite,
        }))
    };
    vec![
        mutant(
            "FilterIntoJoin",
            "moving conjuncts that may fail",
            &FILTER_OVER_JOIN,
            |cx| push(cx, JoinKind::Inner, &['L', 'R']),
        ),
        mutant(
            "FilterIntoJoin",
            "making conditions past a conjunct that stays",
            &FILTER_OVER_JOIN,
            make_conditions,
        ),
        mutant(
            "FilterOuterJoin",
            "moving conjuncts that may fail below a semi join",
            &FILTER_OVER_JOIN,
            |cx| push(cx, JoinKind::Semi, &['L']),
        ),
        mutant(
            "FilterOuterJoin",
            "moving conjuncts that may fail past one that stays",
            &FILTER_OVER_JOIN,
            |cx| push(cx, JoinKind::Left, &['L']),
        ),
        mutant(
            "FilterOuterJoin",
            "filtering the side that is padded",
            &FILTER_OVER_JOIN,
            |cx| push(cx, JoinKind::Left, &['R']),
        ),
        mutant(
            "JoinConditionPush",
            "filtering the preserved side",
            &A_JOIN,
            push_condition,
        ),
        mutant(
            "OuterToInner",
            "whatever the condition says of NULL",
            &FILTER_OVER_JOIN,
            to_inner,
        ),
        mutant(
            "FilterMerge",
            "with the upper condition first",
            &TWO_FILTERS,
            merge_upside_down,
        ),
        mutant(
            "NullTestSimplify",
            "of columns that may be NULL",
            &A_FILTER,
            forget_null_tests,
        ),
        mutant(
            "CountSimplify",
            "of arguments that may be NULL",
            &AN_AGGREGATE,
            count_rows,
        ),
        mutant(
            "GroupKeyReduce",
            "by a column that nothing determines",
            &AN_AGGREGATE,
            drop_group_key,
        ),
        mutant(
            "LimitPush",
            "below an inner join",
            &LIMIT_OVER_JOIN,
            push_limit,
        ),
        mutant(
            "LimitPush",
            "below a filter",
            &LIMIT_OVER_FILTER,
            push_limit,
        ),
        mutant(
            "SortKeyReduce",
            "by a key that nothing determines",
            &A_SORT,
            drop_sort_key,
        ),
        mutant(
            "UnionToDistinct",
            "without the DISTINCT",
            &A_UNION,
            union_all,
        ),
        of_rule("ApplyAggregate", "with the COUNT bug", count_bug),
        of_rule("ExceptToAnti", "by plain equality", |cx| {
            plain_equality(cx, "ExceptToAnti")
        }),
        of_rule("IntersectToSemi", "by plain equality", |cx| {
            plain_equality(cx, "IntersectToSemi")
        }),
    ]
}

/// Moves the conjuncts that read one of the sides below the join, whatever else they are.
fn push(cx: &mut Rewrite<'_>, wanted: JoinKind, sides: &[char]) -> RelId {
    let (kind, on, dependent) = cx.join('J');
    if kind != wanted {
        return cx.rel('F');
    }
    let mut inputs = [cx.rel('L'), cx.rel('R')];
    let mut rest = cx.filter('F');
    for side in sides {
        let own = cx.view().props(*side).output.clone();
        let reads = |p: &ScalarId| {
            let columns = cx.arena.columns_of(*p);
            !columns.is_empty() && columns.is_subset(&own)
        };
        let (moved, stay): (Vec<ScalarId>, Vec<ScalarId>) = rest.iter().partition(|p| reads(p));
        rest = stay;
        let at = usize::from(*side == 'R');
        inputs[at] = cx.add_filter(moved, inputs[at], "F");
    }
    let join = cx.add_join(kind, on, dependent, inputs, "J");
    cx.add_filter(rest, join, "F")
}

/// Makes the conjuncts that read both sides conditions of the join, whatever stays before them.
fn make_conditions(cx: &mut Rewrite<'_>) -> RelId {
    let (kind, mut on, dependent) = cx.join('J');
    if kind != JoinKind::Inner {
        return cx.rel('F');
    }
    let sides = ['L', 'R'].map(|side| cx.view().props(side).output.clone());
    let reads_both = |p: &ScalarId| {
        let columns = cx.arena.columns_of(*p);
        sides.iter().all(|side| columns.intersects(side))
    };
    let (moved, stay): (Vec<ScalarId>, Vec<ScalarId>) =
        cx.filter('F').iter().partition(|p| reads_both(p));
    on.extend(moved);
    let join = cx.add_join(kind, on, dependent, [cx.rel('L'), cx.rel('R')], "FJ");
    cx.add_filter(stay, join, "F")
}

fn push_condition(cx: &mut Rewrite<'_>) -> RelId {
    let (kind, on, dependent) = cx.join('J');
    if kind != JoinKind::Left {
        return cx.rel('J');
    }
    let own = cx.view().props('L').output.clone();
    let reads = |p: &ScalarId| {
        let columns = cx.arena.columns_of(*p);
        !columns.is_empty() && columns.is_subset(&own)
    };
    let (moved, rest): (Vec<ScalarId>, Vec<ScalarId>) = on.iter().partition(|p| reads(p));
    let left = cx.add_filter(moved, cx.rel('L'), "J");
    cx.add_join(kind, rest, dependent, [left, cx.rel('R')], "J")
}

fn to_inner(cx: &mut Rewrite<'_>) -> RelId {
    let (kind, on, dependent) = cx.join('J');
    if kind != JoinKind::Left {
        return cx.rel('F');
    }
    let inputs = [cx.rel('L'), cx.rel('R')];
    let join = cx.add_join(JoinKind::Inner, on, dependent, inputs, "J");
    cx.add_filter(cx.filter('F'), join, "F")
}

fn merge_upside_down(cx: &mut Rewrite<'_>) -> RelId {
    let conjuncts = [cx.filter('F'), cx.filter('G')].concat();
    cx.add_filter(conjuncts, cx.rel('R'), "FG")
}

fn forget_null_tests(cx: &mut Rewrite<'_>) -> RelId {
    let mut conjuncts = cx.filter('F');
    conjuncts.retain(|p| !matches!(cx.arena.get(*p), Scalar::Call(Func::IsNotNull, _)));
    cx.add_filter(conjuncts, cx.rel('R'), "F")
}

fn count_rows(cx: &mut Rewrite<'_>) -> RelId {
    let (keys, mut aggs) = cx.aggregate('A');
    for agg in &mut aggs {
        if agg.func == AggFunc::Count && !agg.distinct {
            (agg.func, agg.arg) = (AggFunc::CountStar, None);
        }
    }
    cx.add(Op::Aggregate { keys, aggs }, cx.inputs('A'), "A")
}

fn drop_group_key(cx: &mut Rewrite<'_>) -> RelId {
    let (mut keys, mut aggs) = cx.aggregate('A');
    if keys.len() < 2 {
        return cx.rel('A');
    }
    let shown = cx.view().props('A').columns.clone();
    let col = keys.pop().expect("there are two");
    let arg = Some(cx.arena.col(col));
    aggs.push(AggItem {
        col,
        func: AggFunc::AnyValue,
        arg,
        distinct: false,
        filter: None,
    });
    let node = cx.add(Op::Aggregate { keys, aggs }, cx.inputs('A'), "A");
    let items = cx.passed_on(&shown);
    cx.add_project(items, node, "")
}

fn push_limit(cx: &mut Rewrite<'_>) -> RelId {
    if let Op::Join { kind, .. } = cx.view().op('O')
        && *kind != JoinKind::Inner
    {
        return cx.rel('L');
    }
    let Op::Limit {
        limit: Some(limit),
        offset,
    } = *cx.view().op('L')
    else {
        return cx.rel('L');
    };
    let mut inputs = cx.inputs('O');
    if matches!(cx.arena.op(inputs[0]), Op::Limit { .. }) {
        return cx.rel('L');
    }
    let enough = Op::Limit {
        limit: Some(limit + offset),
        offset: 0,
    };
    inputs[0] = cx.add(enough, vec![inputs[0]], "");
    let under = cx.view().op('O').clone();
    let under = cx.add(under, inputs, "O");
    let above = cx.view().op('L').clone();
    cx.add(above, vec![under], "L")
}

fn drop_sort_key(cx: &mut Rewrite<'_>) -> RelId {
    let Op::Sort { mut keys } = cx.view().op('S').clone() else {
        return cx.rel('S');
    };
    if keys.len() < 2 {
        return cx.rel('S');
    }
    keys.pop();
    cx.add(Op::Sort { keys }, vec![cx.rel('R')], "S")
}

fn union_all(cx: &mut Rewrite<'_>) -> RelId {
    let mut op = cx.view().op('U').clone();
    if let Op::SetOp {
        kind: plan::SetOpKind::Union,
        all,
        ..
    } = &mut op
    {
        *all = true;
    }
    cx.add(op, cx.inputs('U'), "U")
}

/// The sound rewrite, with every `coalesce(count, 0)` on top turned back into the bare count.
fn count_bug(cx: &mut Rewrite<'_>) -> RelId {
    let node = find("ApplyAggregate").expect("the rule").apply(cx);
    let Op::Project { items } = cx.arena.op(node).clone() else {
        return node;
    };
    let bare = |item: ProjectItem| match cx.arena.get(item.expr) {
        Scalar::Call(Func::Coalesce, args) => ProjectItem {
            expr: args[0],
            ..item
        },
        _ => item,
    };
    let items = items.into_iter().map(bare).collect();
    cx.add_project(items, cx.arena.inputs(node)[0], "")
}

/// The sound rewrite, with null-safe equalities turned into plain ones.
fn plain_equality(cx: &mut Rewrite<'_>, rule: &str) -> RelId {
    let node = find(rule).expect("the rule").apply(cx);
    plainly(cx, node)
}

fn plainly(cx: &mut Rewrite<'_>, node: RelId) -> RelId {
    let (mut op, mut inputs) = (cx.arena.op(node).clone(), cx.arena.inputs(node).to_vec());
    if let Op::Join { on, .. } = &mut op {
        for conjunct in on {
            if let Scalar::Call(Func::IsNotDistinctFrom, args) = cx.arena.get(*conjunct).clone() {
                *conjunct = cx.arena.call(Func::Eq, args);
            }
        }
    } else {
        inputs[0] = plainly(cx, inputs[0]);
    }
    cx.add(op, inputs, "")
}
