//! Grouping and DISTINCT.

use super::SearchRule;
use crate::implement::Method;
use crate::rule::{Family, Pattern, RuleInfo, Stage};
use plan::{Op, OpKind};

const GROUPING: Pattern = Pattern::Op {
    letter: 'A',
    kinds: &[OpKind::Aggregate, OpKind::Distinct],
    says: "aggregate or distinct",
    inputs: &[Pattern::Any('X')],
};

/// Grouping ⇒ hash table.
pub static HASH_AGGREGATE: SearchRule = SearchRule {
    info: RuleInfo {
        name: "HashAggregate",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "group X by k ⇒ one entry a key in a hash table; DISTINCT is grouping by all columns",
        source: "Graefe, Query Evaluation Techniques for Large Databases (1993)",
        wrong_when: "never",
        example: "select l_returnflag, sum(l_quantity) from lineitem group by l_returnflag",
    },
    pattern: &GROUPING,
    guards: &[],
    methods: |c| match c.op {
        Some(Op::Aggregate { .. }) => vec![Method::HashAggregate],
        Some(Op::Distinct) if !c.keys.is_empty() => vec![Method::HashAggregate],
        _ => Vec::new(),
    },
};

/// Grouping of a sorted input ⇒ one group at a time.
pub static STREAM_AGGREGATE: SearchRule = SearchRule {
    info: RuleInfo {
        name: "StreamAggregate",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "group X by k ⇒ with X sorted by k, finish each group when the key changes; the order is kept",
        source: "Graefe, Query Evaluation Techniques for Large Databases (1993)",
        wrong_when: "equal keys are not adjacent: the search requires the order of X",
        example: "select o_orderkey, count(*) from orders group by o_orderkey order by o_orderkey",
    },
    pattern: &GROUPING,
    guards: &[(
        "no DISTINCT inside",
        "no aggregate of A counts duplicates once",
    )],
    methods: |c| match c.op {
        Some(Op::Aggregate { aggs, .. }) if aggs.iter().all(|a| !a.distinct) => {
            vec![Method::StreamAggregate]
        }
        Some(Op::Distinct) if !c.keys.is_empty() => vec![Method::StreamAggregate],
        _ => Vec::new(),
    },
};
