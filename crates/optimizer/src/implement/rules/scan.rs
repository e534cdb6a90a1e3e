//! Scans, written rows, filters and projections.

use super::{Candidate, SearchRule};
use crate::implement::Method;
use crate::rule::{Family, Pattern, RuleInfo, Stage};
use plan::{Op, OpKind};

const GRAEFE: &str = "Graefe, The Cascades Framework for Query Optimization (1995)";

/// Scan ⇒ TableScan.
pub static SCAN: SearchRule = SearchRule {
    info: RuleInfo {
        name: "Scan",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "scan T where p ⇒ table-scan T where p: pages that the zone maps exclude are skipped",
        source: GRAEFE,
        wrong_when: "never: a table scan reads every row",
        example: "select * from orders where o_orderdate >= date '1998-01-01'",
    },
    pattern: &Pattern::Op {
        letter: 'S',
        kinds: &[OpKind::Scan],
        says: "scan",
        inputs: &[],
    },
    guards: &[],
    methods: |c| only(c, |op| matches!(op, Op::Scan(_)), Method::TableScan),
};

/// Values ⇒ PhysValues.
pub static VALUES: SearchRule = SearchRule {
    info: RuleInfo {
        name: "Values",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "values ⇒ the rows themselves",
        source: GRAEFE,
        wrong_when: "never",
        example: "select * from (values (1), (2)) as v(x)",
    },
    pattern: &Pattern::Op {
        letter: 'V',
        kinds: &[OpKind::Values],
        says: "values",
        inputs: &[],
    },
    guards: &[],
    methods: |c| only(c, |op| matches!(op, Op::Values { .. }), Method::Values),
};

/// Filter ⇒ PhysFilter.
pub static FILTER: SearchRule = SearchRule {
    info: RuleInfo {
        name: "Filter",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "filter p (X) ⇒ narrow each batch of X by p; the order of X is kept",
        source: GRAEFE,
        wrong_when: "never",
        example: "select o_custkey from orders group by o_custkey having count(*) > 10",
    },
    pattern: &Pattern::Op {
        letter: 'F',
        kinds: &[OpKind::Filter],
        says: "filter",
        inputs: &[Pattern::Any('X')],
    },
    guards: &[],
    methods: |c| only(c, |op| matches!(op, Op::Filter { .. }), Method::Filter),
};

/// Project ⇒ PhysProject.
pub static PROJECT: SearchRule = SearchRule {
    info: RuleInfo {
        name: "Project",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "project e (X) ⇒ compute e for each batch of X; the order of X is kept",
        source: GRAEFE,
        wrong_when: "never",
        example: "select l_extendedprice * (1 - l_discount) from lineitem",
    },
    pattern: &Pattern::Op {
        letter: 'P',
        kinds: &[OpKind::Project],
        says: "project",
        inputs: &[Pattern::Any('X')],
    },
    guards: &[],
    methods: |c| only(c, |op| matches!(op, Op::Project { .. }), Method::Project),
};

/// One method for the operators that fit.
pub fn only(c: &Candidate<'_>, fits: fn(&Op) -> bool, method: Method) -> Vec<Method> {
    if c.op.is_some_and(fits) {
        vec![method]
    } else {
        Vec::new()
    }
}
