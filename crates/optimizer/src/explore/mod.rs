//! Rules that add equivalent logical expressions to the memo: join orders.
//!
//! - [`enumerate`]: prepares a join block.
//! - [`fill`]: fills the memo with its pairs.

pub mod enumerate;
pub mod fill;

use crate::implement::SearchRule;
use crate::implement::rules::none;
use crate::rule::{Family, Pattern, RuleInfo, Stage};
use plan::OpKind;

const JOIN: Pattern = Pattern::Op {
    letter: 'J',
    kinds: &[OpKind::Join],
    says: "join",
    inputs: &[Pattern::Any('L'), Pattern::Any('R')],
};

/// Exchanges the inputs of an inner join.
pub static JOIN_COMMUTE: SearchRule = SearchRule {
    info: RuleInfo {
        name: "JoinCommute",
        family: Family::Join,
        stage: Stage::Explore,
        law: "L ⋈ R = R ⋈ L",
        source: "Selinger et al., Access Path Selection in a Relational DBMS (1979)",
        wrong_when: "the join keeps unmatched rows of one side only",
        example: "select * from orders join customer on o_custkey = c_custkey",
    },
    pattern: &JOIN,
    guards: &[("inner", "J is an inner join")],
    methods: none,
};

/// Adds every conflict-free pair of a join block.
pub static DPHYP_ENUMERATE: SearchRule = SearchRule {
    info: RuleInfo {
        name: "DPhypEnumerate",
        family: Family::Join,
        stage: Stage::Explore,
        law: "a block of joins = any order of them that its conflict rules allow, without needless cross products",
        source: "Moerkotte and Neumann, Dynamic Programming Strikes Back (2008); conflict rules: Moerkotte, Fender and Eich (2013)",
        wrong_when: "an outer, semi or anti join moves past a join it may not change places with",
        example: "select * from customer, orders, lineitem where c_custkey = o_custkey and o_orderkey = l_orderkey",
    },
    pattern: &JOIN,
    guards: &[
        (
            "connected",
            "a condition connects the two sets of relations",
        ),
        (
            "eligible",
            "every condition applied has all its relations, and no conflict rule forbids it",
        ),
        (
            "within budget",
            "the block has no more pairs than the budget",
        ),
    ],
    methods: none,
};

/// Joins along equalities that others imply.
pub static TRANSITIVE_EDGES: SearchRule = SearchRule {
    info: RuleInfo {
        name: "TransitiveEdges",
        family: Family::Join,
        stage: Stage::Explore,
        law: "a = b and b = c ⇒ a and c may be joined first, on a = c",
        source: "Ono and Lohman, Measuring the Complexity of Join Enumeration in Query Optimization (1990)",
        wrong_when: "one of the equalities is that of an outer join: rows without a match do not satisfy it",
        example: "select * from part, lineitem, partsupp where p_partkey = l_partkey and l_partkey = ps_partkey",
    },
    pattern: &JOIN,
    guards: &[
        ("inner", "all joins of the block are inner joins"),
        ("columns", "the equalities are between columns of one type"),
        (
            "within budget",
            "the block still has no more pairs than the budget",
        ),
    ],
    methods: none,
};

/// The fallback for blocks with too many pairs.
pub static GREEDY_OPERATOR_ORDERING: SearchRule = SearchRule {
    info: RuleInfo {
        name: "GreedyOperatorOrdering",
        family: Family::Join,
        stage: Stage::Explore,
        law: "a block of joins = joining, step by step, the two sets with the fewest result rows",
        source: "Fegaras, A New Heuristic for Optimizing Large Queries (1998)",
        wrong_when: "never wrong, but the best order may be missed",
        example: "a star of 20 dimensions",
    },
    pattern: &JOIN,
    guards: &[("over budget", "the block has more pairs than the budget")],
    methods: none,
};
