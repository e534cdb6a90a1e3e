//! Memo expressions: an operator over groups.

use super::order::OrderId;
use crate::implement::{Method, RuleId};
use plan::{JoinKind, Op, ScalarId, SortKey};
use std::ops::Deref;
use std::rc::Rc;
use types::ColId;

/// A class of expressions that give the same rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u32);

/// An expression of the memo, logical or physical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// A logical operator of the memo with what implementing it needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperatorId(pub u32);

/// The groups below an expression; up to two without an allocation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Inputs {
    /// A leaf.
    None,
    /// One input.
    One([GroupId; 1]),
    /// Two inputs, left first.
    Two([GroupId; 2]),
    /// More: the branches of a UNION ALL.
    Many(Box<[GroupId]>),
}

impl Inputs {
    /// The inputs in order.
    pub fn new(groups: &[GroupId]) -> Self {
        match groups {
            [] => Self::None,
            [one] => Self::One([*one]),
            [left, right] => Self::Two([*left, *right]),
            many => Self::Many(many.into()),
        }
    }
}

impl Deref for Inputs {
    type Target = [GroupId];

    fn deref(&self) -> &[GroupId] {
        match self {
            Self::None => &[],
            Self::One(one) => one,
            Self::Two(two) => two,
            Self::Many(many) => many,
        }
    }
}

/// How a join's condition splits into equality keys and the rest, for one choice of left and right.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct JoinSplit {
    /// Pairs of a left and a right expression that must be equal.
    pub keys: Vec<(ScalarId, ScalarId)>,
    /// Null-safe equality for the key at the same position.
    pub null_safe: Vec<bool>,
    /// The other conjuncts.
    pub residual: Vec<ScalarId>,
    /// The keys as pairs of columns, when all are plain columns and none is null-safe: what a merge join sorts on.
    pub columns: Option<Vec<(ColId, ColId)>>,
}

/// A conjunct that a join of a block applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Applied {
    /// The operator of the block.
    pub op: u16,
    /// Which of its conjuncts.
    pub conjunct: u16,
    /// How the join uses it.
    pub way: Way,
}

/// How a join uses a conjunct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// As a key, its first side from the left input.
    Key,
    /// As a key, its first side from the right input.
    Swapped,
    /// As a further condition on the pair.
    Residual,
}

/// A logical operator as the memo holds it.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An operator of the plan; for joins with the split of the condition.
    Plain(Op, JoinSplit),
    /// A join of a block, written out only when somebody asks: there can be very many.
    Joined {
        /// The block.
        block: u32,
        /// What it keeps.
        kind: JoinKind,
        /// Its condition.
        applied: Box<[Applied]>,
    },
}

/// What rules and costs ask about a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JoinFacts {
    /// What it keeps.
    pub kind: JoinKind,
    /// The right side uses columns of the left.
    pub dependent: bool,
    /// Equality keys.
    pub keys: u16,
    /// Some key is null-safe.
    pub null_safe: bool,
    /// Conjuncts that are no keys.
    pub residual: u16,
    /// All keys are plain columns.
    pub columns: bool,
}

/// A logical operator with what rules and costs need to know: once for all expressions that share it.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The operator.
    pub shape: Shape,
    /// For joins: kind and keys.
    pub join: Option<JoinFacts>,
    /// For DISTINCT: the columns it compares. For aggregates: the keys.
    pub keys: Vec<ColId>,
    /// Weight of evaluating its expressions on one row, in simple operations.
    pub weight: f64,
    /// For joins: the same of the conjuncts that are no keys.
    pub residual_weight: f64,
    /// For scans: rows and pages of the table.
    pub table: Option<(f64, f64)>,
    /// The physical operators that implement it, with the rule that says so.
    pub methods: Rc<[(RuleId, Method)]>,
    /// The orders a merge join of it asks for when none is required, once computed.
    pub merge_orders: Option<[OrderId; 2]>,
}

impl Operator {
    /// The operator, unless it is a join of a block.
    pub fn plain(&self) -> Option<&Op> {
        match &self.shape {
            Shape::Plain(op, _) => Some(op),
            Shape::Joined { .. } => None,
        }
    }
}

/// What kind of expression it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExprKind {
    /// A logical operator.
    Logical,
    /// A physical operator that implements the logical one.
    Physical(Method),
    /// Sorts any plan of its own group.
    Enforcer(OrderId),
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// The group it was added to; ask the memo for the group it is in now.
    pub group: GroupId,
    /// Its logical operator; an enforcer has none of its own and names that of the group's first expression.
    pub operator: OperatorId,
    /// Its inputs.
    pub inputs: Inputs,
    /// Logical, physical or enforcer.
    pub kind: ExprKind,
    /// The rule that added it; `None`: copied in from the normalized plan.
    pub rule: Option<RuleId>,
}

impl Expr {
    /// True for what the executor can run.
    pub fn is_physical(&self) -> bool {
        self.kind != ExprKind::Logical
    }
}

/// Sort keys that order the columns upward with NULLs last, which is what merge joins and ordered aggregation use.
pub fn ascending(columns: impl IntoIterator<Item = ColId>) -> Vec<SortKey> {
    columns
        .into_iter()
        .map(|col| SortKey {
            col,
            descending: false,
            nulls_first: false,
        })
        .collect()
}
