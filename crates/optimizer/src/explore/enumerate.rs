//! Fills the memo with the join orders of a block.

use crate::cost::model;
use crate::implement::operator::key_columns;
use crate::implement::{self, RuleId};
use crate::join_order::block::{Block, JoinTree};
use crate::join_order::classes::{self, Member};
use crate::join_order::conflict;
use crate::join_order::dphyp::{self, Verdict};
use crate::join_order::{Edge, Graph, JoinOp, Pair, RelSet, greedy, pair};
use crate::memo::hashing::WordMap;
use crate::memo::{Added, Below, Estimate, Group, GroupId, Inputs, JoinSplit, OperatorId};
use crate::search::{Search, SearchObserver};
use crate::stats::{ColumnEstimate, Estimator, column};
use plan::{Arena, ColSet, JoinKind, Op, RelId};
use types::ColId;

/// Enumerates a block over the groups of its relations. Returns the group of the whole block.
pub fn block(
    search: &mut Search,
    arena: &mut Arena,
    tree: JoinTree,
    relations: Vec<GroupId>,
    observer: &mut dyn SearchObserver,
) -> GroupId {
    let block = prepare(search, arena, &tree, relations);
    let all = RelSet::first(block.relations.len());
    let at = search.memo.blocks.len() as u32;
    search.memo.blocks.push(block);
    let mut filler = Filler {
        search,
        arena,
        block: at,
        operators: WordMap::default(),
        ops: Vec::new(),
    };
    filler.fill(observer);
    filler.search.memo.blocks[at as usize].groups[&all]
}

/// Everything enumeration needs to know of a block.
fn prepare(
    search: &Search,
    arena: &mut Arena,
    tree: &JoinTree,
    relations: Vec<GroupId>,
) -> Block {
    let memo = &search.memo;
    let outputs: Vec<ColSet> = tree
        .relations
        .iter()
        .map(|r| arena.props(*r).output.clone())
        .collect();
    let relations_of = |columns: &ColSet| -> RelSet {
        outputs
            .iter()
            .enumerate()
            .filter(|(_, output)| output.intersects(columns))
            .map(|(at, _)| at)
            .collect()
    };
    let mut ops = conflict::build(arena, &tree.nodes, &relations_of);
    let column = |col: ColId| -> Option<ColumnEstimate> {
        let relation = outputs.iter().position(|o| o.contains(col))?;
        column::of_group(memo, relations[relation], col)
    };
    let estimator = Estimator {
        arena,
        column: &column,
    };
    for op in &mut ops {
        if op.kind == JoinKind::Inner {
            let parts = estimator.conjunction(&op.conjuncts);
            op.selectivity = parts.iter().map(|i| i.value).product();
        }
    }
    let member = |col: ColId, relation: usize| {
        let estimate = column::of_group(memo, relations[relation], col);
        let (distinct, domain, nulls) =
            estimate.map_or((1.0, 1.0, 0.0), |c| (c.distinct, c.domain, c.nulls));
        Member {
            col,
            relation,
            distinct,
            domain,
            nulls,
        }
    };
    let classes = classes::build(&ops, member);
    let corrections = corrections(search, arena, tree, &relations, &ops);
    let only_inner = tree.nodes.iter().all(|n| n.kind == JoinKind::Inner);
    let mut graph = Graph::new(
        relations.len(),
        ops.iter().map(|op| Edge {
            left: op.left,
            right: op.right,
        }),
    );
    if only_inner {
        connect(&mut graph);
    }
    Block {
        groups: relations
            .iter()
            .enumerate()
            .map(|(at, group)| (RelSet::single(at), *group))
            .collect(),
        eligibility: ops.iter().map(JoinOp::eligibility).collect(),
        nodes: tree.nodes.clone(),
        relations,
        outputs,
        ops,
        classes,
        corrections,
        graph,
    }
}

/// Components more than this are only chained: every order of them would be too many.
const MAX_COMPONENTS: usize = 8;

/// Adds edges for cross products between components, whole against whole, until the graph is connected: cross
/// products come last.
fn connect(graph: &mut Graph) {
    loop {
        let components = graph.components();
        if components.len() < 2 {
            return;
        }
        for (at, right) in components.iter().enumerate().skip(1) {
            let from = if components.len() > MAX_COMPONENTS {
                at - 1
            } else {
                0
            };
            for left in &components[from..at] {
                graph.add(Edge {
                    left: *left,
                    right: *right,
                });
            }
        }
    }
}

/// Pairs of relations joined on a key of several columns: multiplying the selectivities of the single equalities would
/// take them for independent, while a row matches at most one.
fn corrections(
    search: &Search,
    arena: &Arena,
    tree: &JoinTree,
    relations: &[GroupId],
    ops: &[JoinOp],
) -> Vec<(usize, usize, f64)> {
    type Ends = Vec<((ColId, usize), (ColId, usize))>;
    let mut between: std::collections::BTreeMap<(usize, usize), Ends> = Default::default();
    for op in ops {
        if let Some((a, b)) = op.column_equality {
            let (a, b) = if a.1 < b.1 { (a, b) } else { (b, a) };
            between.entry((a.1, b.1)).or_default().push((a, b));
        }
    }
    let domain = |(col, relation): (ColId, usize)| {
        column::of_group(&search.memo, relations[relation], col).map_or(1.0, |c| c.domain)
    };
    let rows = |relation: usize| match arena.op(tree.relations[relation]) {
        Op::Scan(scan) => arena.table(scan.table).rows as f64,
        _ => search.memo.group(relations[relation]).raw_rows,
    };
    let mut corrections = Vec::new();
    for ((low, high), ends) in between {
        let mut best = 1.0f64;
        for (side, relation) in [(0, low), (1, high)] {
            let of_side = |end: &((ColId, usize), (ColId, usize))| {
                if side == 0 { end.0.0 } else { end.1.0 }
            };
            for key in &arena.props(tree.relations[relation]).keys {
                let used: Ends = ends
                    .iter()
                    .filter(|end| key.contains(of_side(end)))
                    .copied()
                    .collect();
                let covered: ColSet = used.iter().map(of_side).collect();
                if key.len() < 2 || covered != *key {
                    continue;
                }
                let product: f64 = used
                    .iter()
                    .map(|(a, b)| 1.0 / domain(*a).max(domain(*b)).max(1.0))
                    .product();
                best = best.max(1.0 / rows(relation).max(1.0) / product);
            }
        }
        if best > 1.0 && best.is_finite() {
            corrections.push((low, high, best));
        }
    }
    corrections
}

/// Puts pairs into the memo.
struct Filler<'f> {
    search: &'f mut Search,
    arena: &'f mut Arena,
    block: u32,
    /// Join operators by the conjuncts they apply and which way round.
    operators: WordMap<Vec<u32>, OperatorId>,
    /// The operators the current pair applies.
    ops: Vec<usize>,
}

impl Filler<'_> {
    fn of_block(&self) -> &Block {
        &self.search.memo.blocks[self.block as usize]
    }

    fn fill(&mut self, observer: &mut dyn SearchObserver) {
        let relations = self.of_block().relations.len();
        let all = RelSet::first(relations);
        let rules = self.search.rules;
        let budget = self.search.options.pair_budget;
        if rules.contains(RuleId::DPHYP_ENUMERATE) {
            match self.pairs_within(budget, observer) {
                Some(pairs) => {
                    for (left, right) in pairs {
                        self.add_pair(left, right, RuleId::DPHYP_ENUMERATE, observer);
                    }
                }
                None => {
                    let greedy = rules.contains(RuleId::GREEDY_OPERATOR_ORDERING);
                    let takes_over = if greedy {
                        "GreedyOperatorOrdering chose one order"
                    } else {
                        "the order written in the query was kept"
                    };
                    self.fall_back(
                        format!(
                            "{relations} relations have more than {budget} pairs to join; {takes_over}"
                        ),
                        observer,
                    );
                    if greedy {
                        self.add_greedily(observer);
                    }
                }
            }
        }
        if !self.of_block().groups.contains_key(&all) {
            self.add_original(observer);
        }
    }

    fn fall_back(&mut self, reason: String, observer: &mut dyn SearchObserver) {
        observer.fallback(&reason);
        self.search.fallback.get_or_insert(reason);
    }

    /// All pairs, or `None` when there are more than the budget.
    fn pairs_within(
        &mut self,
        budget: usize,
        observer: &mut dyn SearchObserver,
    ) -> Option<Vec<(RelSet, RelSet)>> {
        let block = &self.search.memo.blocks[self.block as usize];
        let mut pairs = Vec::new();
        let mut ops = std::mem::take(&mut self.ops);
        let mut rejected = 0;
        let complete = dphyp::enumerate(&block.graph, budget, &mut |left, right| {
            if pair::crossing(block, left, right, &mut ops).is_none() {
                observer.pair_rejected(left, right);
                rejected += 1;
                return Verdict::Rejected;
            }
            if pairs.len() == budget {
                return Verdict::Stop;
            }
            pairs.push((left, right));
            Verdict::Joined
        });
        self.ops = ops;
        self.search.counters.rejected += rejected;
        complete.then_some(pairs)
    }

    fn add_greedily(&mut self, observer: &mut dyn SearchObserver) {
        let relations = self.of_block().relations.len();
        greedy::order(
            relations,
            self,
            &|filler, left, right| {
                let block = filler.of_block();
                if !block.graph.connects(left, right) {
                    return None;
                }
                let mut ops = Vec::new();
                let found = pair::crossing(block, left, right, &mut ops)?;
                Some(pair::rows(filler.arena, &filler.search.memo, block, found, &ops))
            },
            &mut |filler, left, right| {
                filler.add_pair(left, right, RuleId::GREEDY_OPERATOR_ORDERING, observer);
            },
        );
    }

    /// The joins as the plan has them.
    fn add_original(&mut self, observer: &mut dyn SearchObserver) {
        let rule = RuleId::DPHYP_ENUMERATE;
        for at in (0..self.of_block().nodes.len()).rev() {
            let node = &self.of_block().nodes[at];
            let (left, right) = (node.left_set, node.right_set);
            self.add_pair(left, right, rule, observer);
        }
    }

    /// Adds the join of two sets to the memo, inner joins both ways.
    fn add_pair(
        &mut self,
        left: RelSet,
        right: RelSet,
        rule: RuleId,
        observer: &mut dyn SearchObserver,
    ) {
        let mut ops = std::mem::take(&mut self.ops);
        let found = pair::crossing(self.of_block(), left, right, &mut ops);
        self.ops = ops;
        let mut found = found.expect("only pairs that an operator connects are added");
        let original = self.of_block().nodes.iter().find(|n| {
            (n.left_set, n.right_set) == (found.left, found.right)
                || (found.kind == JoinKind::Inner
                    && (n.left_set, n.right_set) == (found.right, found.left))
        });
        let mut by = Some(rule);
        if let Some(node) = original {
            (found.left, found.right) = (node.left_set, node.right_set);
            by = None;
        }
        self.search.counters.pairs += 1;
        let group = self.add_expression(found, by, observer);
        observer.pair_emitted(left, right, group);
        if found.kind == JoinKind::Inner && self.search.rules.contains(RuleId::JOIN_COMMUTE) {
            let swapped = Pair {
                left: found.right,
                right: found.left,
                ..found
            };
            self.add_expression(swapped, Some(RuleId::JOIN_COMMUTE), observer);
        }
    }

    fn add_expression(
        &mut self,
        found: Pair,
        rule: Option<RuleId>,
        observer: &mut dyn SearchObserver,
    ) -> GroupId {
        let operator = self.operator(found);
        let set = found.left | found.right;
        let block = self.of_block();
        let memo = &self.search.memo;
        let inputs = Inputs::Two([
            memo.canon(block.groups[&found.left]),
            memo.canon(block.groups[&found.right]),
        ]);
        let known = memo.find(operator, &inputs).map(|e| memo.expr(e).group);
        let group = match (block.groups.get(&set), known) {
            (Some(group), _) => *group,
            // Another block joined the same relations in the same way.
            (None, Some(group)) => group,
            (None, None) => self.make_group(found, observer),
        };
        let (before, group) = (group, self.search.memo.canon(group));
        let block = self.block as usize;
        self.search.memo.blocks[block].groups.insert(set, group);
        debug_assert!(before >= group);
        match self.search.memo.add_logical(group, operator, inputs, rule) {
            Added::New(expr) => observer.expr_added(&self.search.memo, expr),
            Added::Known(expr) => {
                self.search.counters.duplicates += 1;
                observer.expr_duplicate(&self.search.memo, expr);
                let kept = self.search.memo.canon(group);
                if kept != group {
                    observer.group_merged(&self.search.memo, kept, group);
                }
            }
        }
        self.search.memo.canon(group)
    }

    fn make_group(&mut self, found: Pair, observer: &mut dyn SearchObserver) -> GroupId {
        let set = found.left | found.right;
        let memo = &self.search.memo;
        let block = self.of_block();
        let (left, right) = (
            memo.group(block.groups[&found.left]),
            memo.group(block.groups[&found.right]),
        );
        let raw_rows = pair::rows(self.arena, memo, block, found, &self.ops);
        let (mut width, mut columns) = (left.width, left.columns);
        if found.kind.keeps_right() {
            width += right.width;
            columns += right.columns;
        } else if let JoinKind::Mark(_) = found.kind {
            width += 1.0;
            columns += 1.0;
        }
        let empty = |group: &Group| group.rows == 0.0;
        let rows = match found.kind {
            JoinKind::Inner | JoinKind::Semi if empty(left) || empty(right) => 0.0,
            JoinKind::Full if empty(left) && empty(right) => 0.0,
            JoinKind::Full => raw_rows.max(1.0),
            _ if empty(left) => 0.0,
            _ => raw_rows.max(1.0),
        };
        let leaves: f64 = set
            .iter()
            .map(|r| memo.group(block.relations[r]).floor)
            .sum();
        let origin: Option<RelId> = block
            .nodes
            .iter()
            .find(|n| n.set() == set)
            .map(|n| n.origin);
        let group = Group {
            logical: Vec::new(),
            physical: Vec::new(),
            rows,
            raw_rows,
            width,
            columns,
            floor: leaves + model::write_floor(&memo.constants, rows, columns),
            props: origin.map(|rel| self.arena.props(rel).clone()),
            origin,
            estimate: Estimate::Pair {
                block: self.block,
                left: found.left,
                right: found.right,
            },
            own_columns: Vec::new(),
            depth: 0,
            below: Below::Relations(self.block, set),
            contexts: Vec::new(),
            implemented: false,
        };
        let group = self.search.memo.add_group(group);
        observer.group_created(&self.search.memo, group);
        observer.stat_derived(&self.search.memo, group, raw_rows);
        group
    }

    /// The join operator of a pair, interned. Which conjuncts it applies and which way round says it all.
    fn operator(&mut self, found: Pair) -> OperatorId {
        let block = &self.search.memo.blocks[self.block as usize];
        let conjuncts = pair::conjuncts(block, found, &self.ops);
        let mut code: Vec<u32> = Vec::with_capacity(conjuncts.len() + 1);
        let mut split = JoinSplit::default();
        if let (JoinKind::Inner, true) = (found.kind, conjuncts.is_empty()) {
            code.push(u32::MAX);
        } else if let Some(op) = self.ops.first() {
            let whole = block.ops[*op].kind != JoinKind::Inner;
            code.push(if whole { *op as u32 } else { u32::MAX - 1 });
        }
        for (op, conjunct) in &conjuncts {
            let equality = block.ops[*op]
                .keys
                .iter()
                .find(|key| block.ops[*op].conjuncts[key.conjunct] == *conjunct);
            let way = match equality {
                Some(key)
                    if key.left_reads.is_subset(found.left)
                        && key.right_reads.is_subset(found.right) =>
                {
                    split.keys.push((key.left, key.right));
                    split.null_safe.push(key.null_safe);
                    0
                }
                Some(key)
                    if key.left_reads.is_subset(found.right)
                        && key.right_reads.is_subset(found.left) =>
                {
                    split.keys.push((key.right, key.left));
                    split.null_safe.push(key.null_safe);
                    1
                }
                _ => {
                    split.residual.push(*conjunct);
                    2
                }
            };
            code.push((*op as u32) * 3 + way);
        }
        if let Some(operator) = self.operators.get(&code) {
            return *operator;
        }
        split.columns = key_columns(self.arena, &split);
        let op = Op::Join {
            kind: found.kind,
            on: conjuncts.into_iter().map(|(_, conjunct)| conjunct).collect(),
            dependent: false,
        };
        let (arena, rules) = (&*self.arena, self.search.rules);
        let operator = self.search.memo.operator_id(op, split, |op, split| {
            implement::describe(arena, rules, op, split, &[])
        });
        self.operators.insert(code, operator);
        operator
    }
}
