//! Sorting and limits.

use super::SearchRule;
use super::scan::only;
use crate::implement::Method;
use crate::rule::{Family, Pattern, RuleInfo, Stage};
use plan::{Op, OpKind};

const SORT: Pattern = Pattern::Op {
    letter: 'S',
    kinds: &[OpKind::Sort],
    says: "sort",
    inputs: &[Pattern::Any('X')],
};

const TOP_N: Pattern = Pattern::Op {
    letter: 'T',
    kinds: &[OpKind::TopN],
    says: "top-n",
    inputs: &[Pattern::Any('X')],
};

/// A required order ⇒ sort on top of the cheapest plan.
pub static SORT_ENFORCER: SearchRule = SearchRule {
    info: RuleInfo {
        name: "SortEnforcer",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "X required in order k ⇒ sort the cheapest plan of X by k",
        source: "Graefe, The Cascades Framework for Query Optimization (1995)",
        wrong_when: "never",
        example: "select * from orders order by o_totalprice desc",
    },
    pattern: &SORT,
    guards: &[],
    methods: |c| only(c, |op| matches!(op, Op::Sort { .. }), Method::Sort),
};

/// Sort ⇒ an input that is sorted anyway.
pub static SORT_BY_INPUT_ORDER: SearchRule = SearchRule {
    info: RuleInfo {
        name: "SortByInputOrder",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "sort k (X) ⇒ a plan of X that gives order k by itself",
        source: "Selinger et al., Access Path Selection in a Relational DBMS (1979): interesting orders",
        wrong_when: "the plan of X gives another order: the search requires k of it",
        example: "select o_orderkey, count(*) from orders group by o_orderkey order by o_orderkey",
    },
    pattern: &SORT,
    guards: &[],
    methods: |c| only(c, |op| matches!(op, Op::Sort { .. }), Method::Ordered),
};

/// TopN ⇒ heap.
pub static TOP_N_HEAP: SearchRule = SearchRule {
    info: RuleInfo {
        name: "TopNHeap",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "first n of X by k ⇒ keep the n best rows in a heap",
        source: "Carey and Kossmann, On Saying \"Enough Already!\" in SQL (1997)",
        wrong_when: "never",
        example: "select * from orders order by o_totalprice desc limit 10",
    },
    pattern: &TOP_N,
    guards: &[],
    methods: |c| only(c, |op| matches!(op, Op::TopN { .. }), Method::TopNHeap),
};

/// TopN ⇒ stop early on a sorted input.
pub static TOP_N_BY_INPUT_ORDER: SearchRule = SearchRule {
    info: RuleInfo {
        name: "TopNByInputOrder",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "first n of X by k ⇒ the first n rows of a plan of X that gives order k by itself",
        source: "Selinger et al., Access Path Selection in a Relational DBMS (1979): interesting orders",
        wrong_when: "the plan of X gives another order: the search requires k of it",
        example: "select o_orderkey, count(*) from orders group by o_orderkey order by o_orderkey limit 5",
    },
    pattern: &TOP_N,
    guards: &[],
    methods: |c| only(c, |op| matches!(op, Op::TopN { .. }), Method::OrderedLimit),
};

/// Limit ⇒ stop early.
pub static LIMIT: SearchRule = SearchRule {
    info: RuleInfo {
        name: "Limit",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "limit n (X) ⇒ stop X after n rows; distinct of no columns ⇒ its first row",
        source: "Carey and Kossmann, On Saying \"Enough Already!\" in SQL (1997)",
        wrong_when: "never",
        example: "select * from orders limit 10",
    },
    pattern: &Pattern::Op {
        letter: 'N',
        kinds: &[OpKind::Limit, OpKind::Distinct],
        says: "limit",
        inputs: &[Pattern::Any('X')],
    },
    guards: &[("no columns", "if N is a distinct, it has no columns")],
    methods: |c| match c.op {
        Some(Op::Limit { .. }) => vec![Method::Limit],
        Some(Op::Distinct) if c.keys.is_empty() => vec![Method::Limit],
        _ => Vec::new(),
    },
};
