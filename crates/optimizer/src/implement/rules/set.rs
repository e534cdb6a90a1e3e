//! Set operations.

use super::SearchRule;
use super::scan::only;
use crate::implement::Method;
use crate::implement::method::is_append;
use crate::rule::{Family, Pattern, RuleInfo, Stage};
use plan::{Op, OpKind};

const SET_OP: Pattern = Pattern::Op {
    letter: 'U',
    kinds: &[OpKind::SetOp],
    says: "set operation",
    inputs: &[],
};

/// UNION ALL ⇒ one branch after the other.
pub static APPEND: SearchRule = SearchRule {
    info: RuleInfo {
        name: "Append",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "X union all Y ⇒ the rows of X, then those of Y",
        source: "Graefe, Query Evaluation Techniques for Large Databases (1993)",
        wrong_when: "duplicates must go",
        example: "select n_name from nation union all select r_name from region",
    },
    pattern: &SET_OP,
    guards: &[("keeps duplicates", "U is UNION ALL")],
    methods: |c| only(c, is_append, Method::Append),
};

/// Other set operations ⇒ counts in a hash table.
pub static HASH_SET_OP: SearchRule = SearchRule {
    info: RuleInfo {
        name: "HashSetOp",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "X union, intersect or except Y ⇒ count each row of X and Y in a hash table, give back what the counts allow",
        source: "Graefe, Query Evaluation Techniques for Large Databases (1993)",
        wrong_when: "NULLs were told apart: set operations count them as equal",
        example: "select n_name from nation except select r_name from region",
    },
    pattern: &SET_OP,
    guards: &[("compares rows", "U is not UNION ALL")],
    methods: |c| {
        only(
            c,
            |op| matches!(op, Op::SetOp { .. }) && !is_append(op),
            Method::HashSetOp,
        )
    },
};
