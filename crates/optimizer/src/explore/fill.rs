//! Fills the memo with the join orders of a block.

use crate::cost::model;
use crate::implement::{self, RuleId};
use crate::join_order::block::Block;
use crate::join_order::dphyp::{self, Verdict};
use crate::join_order::{Pair, RelSet, greedy, pair};
use crate::memo::{Added, Applied, Below, Estimate, Group, GroupId, Inputs, OperatorId, Way};
use crate::search::{Search, SearchObserver};
use plan::{Arena, JoinKind, RelId};

/// Puts the pairs of a block into the memo.
pub struct Filler<'f> {
    search: &'f mut Search,
    arena: &'f Arena,
    block: u32,
    /// The operators the current pair applies.
    ops: Vec<usize>,
    /// The conjuncts its join applies.
    applied: Vec<Applied>,
}

/// A pair and its groups.
struct Found {
    pair: Pair,
    left: GroupId,
    right: GroupId,
}

impl<'f> Filler<'f> {
    /// For the block at this position in the memo.
    pub fn new(search: &'f mut Search, arena: &'f Arena, block: u32) -> Self {
        Self {
            search,
            arena,
            block,
            ops: Vec::new(),
            applied: Vec::new(),
        }
    }

    fn of_block(&self) -> &Block {
        &self.search.memo.blocks[self.block as usize]
    }

    /// Adds the joins of the block in all orders, or in one when there are too many.
    pub fn fill(&mut self, observer: &mut dyn SearchObserver) {
        let relations = self.of_block().relations.len();
        let all = RelSet::first(relations);
        let rules = self.search.rules;
        let budget = self.search.options.pair_budget;
        if rules.contains(RuleId::DPHYP_ENUMERATE) && !self.add_all(budget, observer) {
            let greedy = rules.contains(RuleId::GREEDY_OPERATOR_ORDERING);
            let takes_over = if greedy {
                "GreedyOperatorOrdering chose one order"
            } else {
                "the order written in the query was kept"
            };
            let reason = format!(
                "{relations} relations have more than {budget} pairs to join; {takes_over}"
            );
            observer.fallback(&reason);
            self.search.fallback.get_or_insert(reason);
            if greedy {
                self.add_greedily(observer);
            }
        }
        if !self.of_block().groups.contains_key(&all) {
            self.add_original(observer);
        }
    }

    /// Adds all pairs, without the implied edges when with them there are too many; false, and nothing added, when there are
    /// more than the budget.
    fn add_all(&mut self, budget: usize, observer: &mut dyn SearchObserver) -> bool {
        if self.add_pairs_of(budget, false, observer) {
            return true;
        }
        self.of_block().written_graph.is_some() && self.add_pairs_of(budget, true, observer)
    }

    fn add_pairs_of(
        &mut self,
        budget: usize,
        only_written: bool,
        observer: &mut dyn SearchObserver,
    ) -> bool {
        let block = &self.search.memo.blocks[self.block as usize];
        let graph = match &block.written_graph {
            Some(graph) if only_written => graph,
            _ => &block.graph,
        };
        // The pairs with the operators each applies, end to end.
        let mut pairs: Vec<(RelSet, RelSet, Pair, u32)> = Vec::new();
        let mut all_ops: Vec<u16> = Vec::new();
        let mut ops = std::mem::take(&mut self.ops);
        let mut rejected = 0;
        let complete = dphyp::enumerate(graph, budget, &mut |left, right| {
            let Some(found) = pair::crossing(block, left, right, &mut ops) else {
                observer.pair_rejected(left, right);
                rejected += 1;
                return Verdict::Rejected;
            };
            if pairs.len() == budget {
                return Verdict::Stop;
            }
            all_ops.extend(ops.iter().map(|op| *op as u16));
            pairs.push((left, right, found, all_ops.len() as u32));
            Verdict::Joined
        });
        self.ops = ops;
        self.search.counters.rejected += rejected;
        if !complete {
            return false;
        }
        let mut from = 0;
        for (left, right, found, to) in pairs {
            self.ops.clear();
            let ops = &all_ops[from..to as usize];
            self.ops.extend(ops.iter().map(|op| usize::from(*op)));
            from = to as usize;
            self.add_found(left, right, found, RuleId::DPHYP_ENUMERATE, observer);
        }
        true
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
                Some(pair::rows(
                    filler.arena,
                    &filler.search.memo,
                    block,
                    found,
                    &ops,
                ))
            },
            &mut |filler, left, right| {
                filler.add_pair(left, right, RuleId::GREEDY_OPERATOR_ORDERING, observer);
            },
        );
    }

    /// The joins as the plan has them.
    fn add_original(&mut self, observer: &mut dyn SearchObserver) {
        for at in (0..self.of_block().nodes.len()).rev() {
            let node = &self.of_block().nodes[at];
            let (left, right) = (node.left_set, node.right_set);
            self.add_pair(left, right, RuleId::DPHYP_ENUMERATE, observer);
        }
    }

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
        let found = found.expect("only pairs that an operator connects are added");
        self.add_found(left, right, found, rule, observer);
    }

    /// Adds the join of two sets to the memo, inner joins both ways.
    fn add_found(
        &mut self,
        left: RelSet,
        right: RelSet,
        mut pair: Pair,
        rule: RuleId,
        observer: &mut dyn SearchObserver,
    ) {
        let inner = pair.kind == JoinKind::Inner;
        let original = self.of_block().nodes.iter().find(|n| {
            (n.left_set, n.right_set) == (pair.left, pair.right)
                || (inner && (n.left_set, n.right_set) == (pair.right, pair.left))
        });
        let implied = |op: &usize| *op >= self.of_block().written;
        let mut by = match rule == RuleId::DPHYP_ENUMERATE
            && !self.ops.is_empty()
            && self.ops.iter().all(implied)
        {
            true => Some(RuleId::TRANSITIVE_EDGES),
            false => Some(rule),
        };
        if let Some(node) = original {
            (pair.left, pair.right) = (node.left_set, node.right_set);
            by = None;
        }
        let groups = &self.of_block().groups;
        let memo = &self.search.memo;
        let found = Found {
            pair,
            left: memo.canon(groups[&pair.left]),
            right: memo.canon(groups[&pair.right]),
        };
        self.search.counters.pairs += 1;
        let operator = self.operator(pair);
        let group = self.add_expression(&found, operator, None, by, observer);
        observer.pair_emitted(left, right, group);
        if inner && self.search.rules.contains(RuleId::JOIN_COMMUTE) {
            let swapped = Found {
                pair: Pair {
                    left: pair.right,
                    right: pair.left,
                    ..pair
                },
                left: found.right,
                right: found.left,
            };
            let operator = self.swapped_operator();
            let by = Some(RuleId::JOIN_COMMUTE);
            self.add_expression(&swapped, operator, Some(group), by, observer);
        }
    }

    fn add_expression(
        &mut self,
        found: &Found,
        operator: OperatorId,
        group: Option<GroupId>,
        rule: Option<RuleId>,
        observer: &mut dyn SearchObserver,
    ) -> GroupId {
        let set = found.pair.left | found.pair.right;
        let inputs = Inputs::Two([found.left, found.right]);
        let group = match group.or_else(|| self.of_block().groups.get(&set).copied()) {
            Some(group) => group,
            None => {
                // Another block may have joined the same relations in the same way.
                let memo = &self.search.memo;
                let known = memo.find(operator, &inputs).map(|e| memo.expr(e).group);
                let group = known.unwrap_or_else(|| self.make_group(found, observer));
                let block = self.block as usize;
                self.search.memo.blocks[block].groups.insert(set, group);
                group
            }
        };
        let group = self.search.memo.canon(group);
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

    fn make_group(&mut self, found: &Found, observer: &mut dyn SearchObserver) -> GroupId {
        let kind = found.pair.kind;
        let set = found.pair.left | found.pair.right;
        let memo = &self.search.memo;
        let block = self.of_block();
        let (left, right) = (memo.group(found.left), memo.group(found.right));
        let raw_rows = pair::rows(self.arena, memo, block, found.pair, &self.ops);
        let (mut width, mut columns) = (left.width, left.columns);
        if kind.keeps_right() {
            width += right.width;
            columns += right.columns;
        } else if let JoinKind::Mark(_) = kind {
            width += 1.0;
            columns += 1.0;
        }
        let empty = |group: &Group| group.rows == 0.0;
        let rows = match kind {
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
                left: found.pair.left,
                right: found.pair.right,
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

    /// The join operator of a pair, interned. A conjunct that may fail is no key behind others: keys are computed for every
    /// row, and those before it may keep it from some.
    fn operator(&mut self, found: Pair) -> OperatorId {
        let arena = self.arena;
        let block = &self.search.memo.blocks[self.block as usize];
        let applied = &mut self.applied;
        applied.clear();
        pair::conjuncts(block, found, &self.ops, &mut |op, conjunct| {
            let exposed = !applied.is_empty() && arena.may_fail(block.ops[op].conjuncts[conjunct]);
            let way = match block.ops[op].equality(conjunct) {
                _ if exposed => Way::Residual,
                Some(key)
                    if key.left_reads.is_subset(found.left)
                        && key.right_reads.is_subset(found.right) =>
                {
                    Way::Key
                }
                Some(key)
                    if key.left_reads.is_subset(found.right)
                        && key.right_reads.is_subset(found.left) =>
                {
                    Way::Swapped
                }
                _ => Way::Residual,
            };
            applied.push(Applied {
                op: op as u16,
                conjunct: conjunct as u16,
                way,
            });
        });
        let rules = self.search.rules;
        implement::joined(
            &mut self.search.memo,
            rules,
            self.block,
            found.kind,
            &self.applied,
        )
    }
    /// The operator of the last pair with its sides exchanged.
    fn swapped_operator(&mut self) -> OperatorId {
        for applied in &mut self.applied {
            applied.way = match applied.way {
                Way::Key => Way::Swapped,
                Way::Swapped => Way::Key,
                Way::Residual => Way::Residual,
            };
        }
        let rules = self.search.rules;
        let kind = JoinKind::Inner;
        implement::joined(
            &mut self.search.memo,
            rules,
            self.block,
            kind,
            &self.applied,
        )
    }
}
