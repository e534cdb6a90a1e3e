//! Joins.

use super::{Candidate, SearchRule};
use crate::implement::Method;
use crate::rule::{Family, Pattern, RuleInfo, Stage};
use plan::{JoinKind, OpKind, Side};

/// Without an equality key every pair must be tried; with one only when the right side is this small is that cheap.
pub const NESTED_LOOP_ROWS: f64 = 32.0;

const JOIN: Pattern = Pattern::Op {
    letter: 'J',
    kinds: &[OpKind::Join],
    says: "join",
    inputs: &[Pattern::Any('L'), Pattern::Any('R')],
};

/// Merging by more keys than this is not offered: sorting by them does not pay, and every set of keys is an order more to
/// search for.
const MAX_MERGE_KEYS: u16 = 3;

/// Kind and dependence of a join with the number of its keys.
fn join(c: &Candidate<'_>) -> Option<(JoinKind, bool, u16)> {
    c.join.map(|join| (join.kind, join.dependent, join.keys))
}

/// Equality join ⇒ hash table on either side.
pub static HASH_JOIN: SearchRule = SearchRule {
    info: RuleInfo {
        name: "HashJoin",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "L ⋈ R on l = r ⇒ build a hash table on one side's keys, probe it with the other",
        source: "DeWitt et al., Implementation Techniques for Main Memory Database Systems (1984)",
        wrong_when: "no equality holds between the sides, or equal values could hash differently",
        example: "select * from orders join customer on o_custkey = c_custkey",
    },
    pattern: &JOIN,
    guards: &[
        (
            "has a key",
            "J's condition has an equality with one side in L and the other in R",
        ),
        ("keeps pairs", "J is an inner, left, right or full join"),
        ("not dependent", "R uses no column of L"),
    ],
    methods: |c| match join(c) {
        // Both orders of an inner join are in the memo: each builds on its right side.
        Some((JoinKind::Inner, false, 1..)) if c.commutes => {
            vec![Method::HashJoin(Side::Right)]
        }
        Some((JoinKind::Inner | JoinKind::Left | JoinKind::Right | JoinKind::Full, false, 1..)) => {
            vec![Method::HashJoin(Side::Right), Method::HashJoin(Side::Left)]
        }
        _ => Vec::new(),
    },
};

/// Semi and anti join ⇒ hash table on the right side.
pub static HASH_SEMI_JOIN: SearchRule = SearchRule {
    info: RuleInfo {
        name: "HashSemiJoin",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "L ⋉ R, L ▷ R on l = r ⇒ build on R's keys, keep the rows of L with or without a match",
        source: "Neumann and Kemper, Unnesting Arbitrary Queries (2015)",
        wrong_when: "NOT IN has a further condition: a NULL then needs the rows themselves",
        example: "select * from orders where exists (select * from lineitem where l_orderkey = o_orderkey)",
    },
    pattern: &JOIN,
    guards: &[
        (
            "has a key",
            "J's condition has an equality with one side in L and the other in R",
        ),
        ("keeps left rows", "J is a semi or an anti join"),
        (
            "null-aware by one key",
            "if J is null-aware, its whole condition is one equality",
        ),
        ("not dependent", "R uses no column of L"),
    ],
    methods: |c| match join(c) {
        Some((JoinKind::Semi | JoinKind::Anti, false, 1..)) => {
            vec![Method::HashJoin(Side::Right)]
        }
        Some((JoinKind::NullAwareAnti, false, 1)) if only_key(c) && !null_safe(c) => {
            vec![Method::HashJoin(Side::Right)]
        }
        _ => Vec::new(),
    },
};

/// The condition is keys alone.
fn only_key(c: &Candidate<'_>) -> bool {
    c.join.is_some_and(|join| join.residual == 0)
}

fn null_safe(c: &Candidate<'_>) -> bool {
    c.join.is_some_and(|join| join.null_safe)
}

/// Mark join ⇒ hash table on the right side.
pub static HASH_MARK_JOIN: SearchRule = SearchRule {
    info: RuleInfo {
        name: "HashMarkJoin",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "L mark-join R on l = r ⇒ build on R's keys; the mark is true, false, or NULL when a NULL might match",
        source: "Neumann, Leis and Kemper, The Complete Story of Joins (inHyPer) (2017)",
        wrong_when: "the condition has more than one conjunct: NULLs then depend on all of them",
        example: "select o_orderkey in (select l_orderkey from lineitem) from orders",
    },
    pattern: &JOIN,
    guards: &[
        ("marks", "J is a mark join"),
        (
            "one key",
            "J's whole condition is one equality between L and R",
        ),
        ("not dependent", "R uses no column of L"),
    ],
    methods: |c| match join(c) {
        Some((JoinKind::Mark(_), false, 1)) if only_key(c) => {
            vec![Method::HashJoin(Side::Right)]
        }
        _ => Vec::new(),
    },
};

/// Single join ⇒ hash table on the right side.
pub static HASH_SINGLE_JOIN: SearchRule = SearchRule {
    info: RuleInfo {
        name: "HashSingleJoin",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "L single-join R on l = r ⇒ build on R's keys; a second match is an error",
        source: "Neumann, Leis and Kemper, The Complete Story of Joins (inHyPer) (2017)",
        wrong_when: "no equality holds between the sides",
        example: "select (select c_name from customer where c_custkey = o_custkey) from orders",
    },
    pattern: &JOIN,
    guards: &[
        ("single", "J is a single join"),
        (
            "has a key",
            "J's condition has an equality with one side in L and the other in R",
        ),
        ("not dependent", "R uses no column of L"),
    ],
    methods: |c| match join(c) {
        Some((JoinKind::Single, false, 1..)) => vec![Method::HashJoin(Side::Right)],
        _ => Vec::new(),
    },
};

/// Equality join of sorted inputs ⇒ merge.
pub static MERGE_JOIN: SearchRule = SearchRule {
    info: RuleInfo {
        name: "MergeJoin",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "L ⋈ R on l = r ⇒ advance through both, sorted by l and r; the order of L is kept",
        source: "Blasgen and Eswaran, Storage and Access in Relational Data Bases (1977)",
        wrong_when: "the inputs are not sorted on the keys: the search requires those orders of them",
        example: "select * from orders join lineitem on o_orderkey = l_orderkey order by o_orderkey",
    },
    pattern: &JOIN,
    guards: &[
        (
            "keys are columns",
            "every key of J is an equality of two columns, not null-safe",
        ),
        ("few keys", "J has at most three keys"),
        (
            "merges",
            "J is an inner join, or a left, semi or anti join without further condition",
        ),
        ("not dependent", "R uses no column of L"),
    ],
    methods: |c| match (c.join, join(c)) {
        (Some(facts), Some((kind, false, 1..=MAX_MERGE_KEYS))) if facts.columns => match kind {
            JoinKind::Inner => vec![Method::MergeJoin],
            JoinKind::Left | JoinKind::Semi | JoinKind::Anti if only_key(c) => {
                vec![Method::MergeJoin]
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    },
};

/// Any join ⇒ nested loop.
pub static NESTED_LOOP: SearchRule = SearchRule {
    info: RuleInfo {
        name: "NestedLoop",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "L join R on p ⇒ try p on every pair",
        source: "Selinger et al., Access Path Selection in a Relational DBMS (1979)",
        wrong_when: "never, but it is slow when both sides are large",
        example: "select * from region join nation on r_regionkey < n_regionkey",
    },
    pattern: &JOIN,
    guards: &[
        (
            "worth it",
            "J has no equality key, or R is estimated at 32 rows or fewer",
        ),
        ("not dependent", "R uses no column of L"),
    ],
    methods: |c| match join(c) {
        Some((_, false, _)) => vec![Method::NestedLoopJoin],
        _ => Vec::new(),
    },
};

/// Dependent join ⇒ apply.
pub static APPLY: SearchRule = SearchRule {
    info: RuleInfo {
        name: "Apply",
        family: Family::Implementation,
        stage: Stage::Implement,
        law: "L dependent-join R ⇒ run R anew for each row of L",
        source: "Galindo-Legaria and Joshi, Orthogonal Optimization of Subqueries and Aggregation (2001)",
        wrong_when: "never, but it is slow: rules that unnest come first",
        example: "select (select max(l_quantity) from lineitem where l_orderkey < o_orderkey) from orders",
    },
    pattern: &JOIN,
    guards: &[("dependent", "R uses columns of L")],
    methods: |c| match join(c) {
        Some((_, true, _)) => vec![Method::Apply],
        _ => Vec::new(),
    },
};
