//! The memo: groups of equivalent expressions over groups, hash-consed.
//!
//! (1) An operator over the same groups occurs once: adding it again finds it. (2) When it is found in another group,
//! the two groups hold the same rows and are merged: the smaller id survives, and [`Memo::canon`] answers for both.
//! (3) Physical expressions are added by implementation rules, each remembers its logical operator. (4) For a group and
//! a required order there is one [`Context`] with the cheapest plan found.

pub mod expression;
pub mod group;
pub mod hashing;
pub mod order;
pub mod requirement;
pub mod text;
pub mod view;

pub use expression::{
    Applied, Expr, ExprId, ExprKind, GroupId, Inputs, JoinFacts, JoinSplit, Operator, OperatorId,
    Shape, Way,
};
pub use group::{Below, Candidate, Context, ContextId, Estimate, Group, Outcome};
pub use order::{ANY, OrderId, Orders};
pub use view::{ExpressionView, GroupView, MemoView};

use crate::cost::Constants;
use crate::implement::{Method, RuleId};
use crate::join_order::Block;
use hashing::WordMap;
use plan::{JoinKind, Op, RelId};
use std::collections::hash_map::Entry;
use std::rc::Rc;
use types::ColId;

/// Groups, expressions, orders and winners of one search.
#[derive(Debug, Clone)]
pub struct Memo {
    operators: Vec<Operator>,
    operator_ids: WordMap<(Op, JoinSplit, Vec<ColId>), OperatorId>,
    /// Joins of blocks by the conjuncts they apply and which way round.
    joined_ids: WordMap<Box<[u32]>, OperatorId>,
    /// The methods of joins that rules cannot tell apart.
    join_methods: WordMap<JoinFacts, Methods>,
    exprs: Vec<Expr>,
    expr_ids: WordMap<(OperatorId, Inputs), ExprId>,
    groups: Vec<Group>,
    /// Union-find: the group each was merged into, itself for a live one.
    merged: Vec<GroupId>,
    contexts: Vec<Context>,
    /// Orders met.
    pub orders: Orders,
    /// Join blocks, for the estimates of their groups.
    pub blocks: Vec<Block>,
    /// The group of the whole plan.
    pub root: GroupId,
    /// The order the whole plan must have.
    pub root_order: OrderId,
    /// What the cost formulas multiply.
    pub constants: Constants,
}

/// Physical operators with the rules that offer them.
pub type Methods = Rc<[(RuleId, Method)]>;

/// What adding an expression came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is new.
    New(ExprId),
    /// The memo had it already, in this group.
    Known(ExprId),
}

impl Memo {
    /// An empty memo.
    pub fn new(constants: Constants) -> Self {
        Self {
            operators: Vec::new(),
            operator_ids: WordMap::default(),
            joined_ids: WordMap::default(),
            join_methods: WordMap::default(),
            exprs: Vec::new(),
            expr_ids: WordMap::default(),
            groups: Vec::new(),
            merged: Vec::new(),
            contexts: Vec::new(),
            orders: Orders::default(),
            blocks: Vec::new(),
            root: GroupId(0),
            root_order: ANY,
            constants,
        }
    }

    /// The live group that `group` is or was merged into.
    pub fn canon(&self, group: GroupId) -> GroupId {
        let mut group = group;
        while self.merged[group.0 as usize] != group {
            group = self.merged[group.0 as usize];
        }
        group
    }

    /// A group.
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[self.canon(id).0 as usize]
    }

    pub(crate) fn group_mut(&mut self, id: GroupId) -> &mut Group {
        let id = self.canon(id);
        &mut self.groups[id.0 as usize]
    }

    /// An expression.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// An operator.
    pub fn operator(&self, id: OperatorId) -> &Operator {
        &self.operators[id.0 as usize]
    }

    /// The logical operator of an expression.
    pub fn operator_of(&self, expr: ExprId) -> &Operator {
        self.operator(self.expr(expr).operator)
    }

    /// A context.
    pub fn context(&self, id: ContextId) -> &Context {
        &self.contexts[id.0 as usize]
    }

    pub(crate) fn context_mut(&mut self, id: ContextId) -> &mut Context {
        &mut self.contexts[id.0 as usize]
    }

    /// The context of a group under an order, if the search came to it.
    pub fn find_context(&self, group: GroupId, order: OrderId) -> Option<ContextId> {
        self.group(group)
            .contexts
            .iter()
            .find(|(o, _)| *o == order)
            .map(|(_, id)| *id)
    }

    /// The context of a group under an order, made when it is missing.
    pub(crate) fn make_context(&mut self, group: GroupId, order: OrderId) -> ContextId {
        if let Some(id) = self.find_context(group, order) {
            return id;
        }
        let group = self.canon(group);
        let id = ContextId(self.contexts.len() as u32);
        self.contexts.push(Context {
            group,
            order,
            candidates: Vec::new(),
            winner: None,
            limit: f64::INFINITY,
            none_below: 0.0,
            done: false,
        });
        self.groups[group.0 as usize].contexts.push((order, id));
        id
    }

    /// Live groups in order of creation.
    pub fn groups(&self) -> impl Iterator<Item = (GroupId, &Group)> {
        self.groups
            .iter()
            .enumerate()
            .map(|(at, group)| (GroupId(at as u32), group))
            .filter(|(id, _)| self.merged[id.0 as usize] == *id)
    }

    /// Number of expressions, logical and physical.
    pub fn expr_count(&self) -> usize {
        self.exprs.len()
    }

    /// Number of live groups.
    pub fn group_count(&self) -> usize {
        self.groups().count()
    }

    /// Interns an operator; `describe` makes the facts about it when it is new. `compared` are the columns that DISTINCT
    /// compares: it does not name them, and differs by them.
    pub(crate) fn operator_id(
        &mut self,
        op: Op,
        split: JoinSplit,
        compared: &[ColId],
        describe: impl FnOnce(Op, JoinSplit) -> Operator,
    ) -> OperatorId {
        let key = (op, split, compared.to_vec());
        if let Some(id) = self.operator_ids.get(&key) {
            return *id;
        }
        let id = OperatorId(self.operators.len() as u32);
        self.operator_ids.insert(key.clone(), id);
        self.operators.push(describe(key.0, key.1));
        id
    }

    /// The join of a block with this code, if the memo has it.
    pub(crate) fn find_joined(&self, code: &[u32]) -> Option<OperatorId> {
        self.joined_ids.get(code).copied()
    }

    pub(crate) fn add_joined(&mut self, code: &[u32], operator: Operator) -> OperatorId {
        let id = OperatorId(self.operators.len() as u32);
        self.joined_ids.insert(code.into(), id);
        self.operators.push(operator);
        id
    }

    /// The methods of a join, asked of the rules once for joins they cannot tell apart.
    pub(crate) fn methods_of_join(
        &mut self,
        facts: JoinFacts,
        ask: impl FnOnce() -> Methods,
    ) -> Methods {
        // Two marks differ in nothing that a rule looks at.
        let kind = match facts.kind {
            JoinKind::Mark(_) => JoinKind::Mark(ColId(0)),
            kind => kind,
        };
        let facts = JoinFacts { kind, ..facts };
        self.join_methods.entry(facts).or_insert_with(ask).clone()
    }

    pub(crate) fn remember_merge_orders(&mut self, operator: OperatorId, orders: [OrderId; 2]) {
        self.operators[operator.0 as usize].merge_orders = Some(orders);
    }

    /// The logical operator written out.
    pub fn logical_op(&self, operator: OperatorId) -> Op {
        match &self.operator(operator).shape {
            Shape::Plain(op, _) => op.clone(),
            Shape::Joined {
                block,
                kind,
                applied,
            } => {
                let ops = &self.blocks[*block as usize].ops;
                let on = applied
                    .iter()
                    .map(|a| ops[a.op as usize].conjuncts[a.conjunct as usize])
                    .collect();
                Op::Join {
                    kind: *kind,
                    on,
                    dependent: false,
                }
            }
        }
    }

    /// A join's condition split into keys and the rest.
    pub fn split(&self, operator: OperatorId) -> JoinSplit {
        let (block, applied) = match &self.operator(operator).shape {
            Shape::Plain(_, split) => return split.clone(),
            Shape::Joined { block, applied, .. } => (*block, applied),
        };
        let ops = &self.blocks[block as usize].ops;
        let mut split = JoinSplit::default();
        let mut columns = Vec::new();
        for a in applied.iter() {
            let op = &ops[a.op as usize];
            if a.way == Way::Residual {
                split.residual.push(op.conjuncts[a.conjunct as usize]);
                continue;
            }
            let key = op
                .equality(a.conjunct as usize)
                .expect("a key of a join is an equality");
            let swapped = a.way == Way::Swapped;
            let turn = |(l, r)| if swapped { (r, l) } else { (l, r) };
            split.keys.push(turn((key.left, key.right)));
            split.null_safe.push(key.null_safe);
            columns.extend(
                key.columns
                    .map(|(l, r)| if swapped { (r, l) } else { (l, r) }),
            );
        }
        if !columns.is_empty()
            && columns.len() == split.keys.len()
            && !split.null_safe.contains(&true)
        {
            split.columns = Some(columns);
        }
        split
    }

    /// A logical expression over these groups, if the memo has it.
    pub fn find(&self, operator: OperatorId, inputs: &Inputs) -> Option<ExprId> {
        self.expr_ids.get(&(operator, inputs.clone())).copied()
    }

    pub(crate) fn add_group(&mut self, group: Group) -> GroupId {
        let id = GroupId(self.groups.len() as u32);
        self.groups.push(group);
        self.merged.push(id);
        id
    }

    /// Adds a logical expression to a group. When another group holds it, the groups are merged.
    pub(crate) fn add_logical(
        &mut self,
        group: GroupId,
        operator: OperatorId,
        inputs: Inputs,
        rule: Option<RuleId>,
    ) -> Added {
        let group = self.canon(group);
        let id = ExprId(self.exprs.len() as u32);
        match self.expr_ids.entry((operator, inputs.clone())) {
            Entry::Occupied(known) => {
                let known = *known.get();
                self.merge(group, self.exprs[known.0 as usize].group);
                return Added::Known(known);
            }
            Entry::Vacant(free) => free.insert(id),
        };
        self.exprs.push(Expr {
            group,
            operator,
            inputs,
            kind: ExprKind::Logical,
            rule,
        });
        self.groups[group.0 as usize].logical.push(id);
        Added::New(id)
    }

    /// Adds a physical expression or an enforcer to a group.
    pub(crate) fn add_physical(&mut self, expr: Expr) -> ExprId {
        let id = ExprId(self.exprs.len() as u32);
        self.group_mut(expr.group).physical.push(id);
        self.exprs.push(expr);
        id
    }

    /// Declares two groups equal, before either was searched: the smaller id survives with the expressions of both.
    pub(crate) fn merge(&mut self, a: GroupId, b: GroupId) -> GroupId {
        let (a, b) = (self.canon(a), self.canon(b));
        let (kept, gone) = (a.min(b), a.max(b));
        if kept != gone {
            self.merged[gone.0 as usize] = kept;
            let logical = std::mem::take(&mut self.groups[gone.0 as usize].logical);
            let origin = self.groups[gone.0 as usize].origin;
            let group = &mut self.groups[kept.0 as usize];
            for expr in logical {
                if !group.logical.contains(&expr) {
                    group.logical.push(expr);
                }
            }
            group.origin = group.origin.or(origin);
        }
        kept
    }

    /// The node of the normalized plan with the same rows as the group.
    pub fn origin(&self, group: GroupId) -> Option<RelId> {
        self.group(group).origin
    }
}
