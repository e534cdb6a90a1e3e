//! `ProjectRemove`: π(R) → R when the projection passes on exactly the columns of R.
//!
//!     project (a, b)
//!     └── scan t (a, b)   =>   scan t (a, b)
//!
//! Inside a plan the order of columns means nothing, columns go by their ids. Where the order is that of the query's result
//! the projection must keep it.

use crate::rule::{Family, Guard, Pattern, Rewrite, Rule, RuleInfo, Stage, View};
use plan::{OpKind, RelId};

/// A projection that changes nothing goes away. See the module.
pub struct ProjectRemove;

static INFO: RuleInfo = RuleInfo {
    name: "ProjectRemove",
    family: Family::Columns,
    stage: Stage::Normalize,
    law: "π(R) = R when π passes on all columns of R",
    source: "identity projection, the relational algebra of textbooks",
    wrong_when: "the projection drops, computes or renames a column, or orders those of the result",
    example: "SELECT n_name FROM (SELECT n_name, n_regionkey FROM nation) n WHERE n_regionkey = 1",
};

static PATTERN: Pattern = Pattern::Op {
    letter: 'P',
    kinds: &[OpKind::Project],
    says: "project",
    inputs: &[Pattern::Any('R')],
};

static GUARDS: &[Guard] = &[
    Guard {
        name: "passes on",
        says: "P passes on every column of R and computes none",
        holds: |v| {
            let computed = v
                .project('P')
                .iter()
                .find(|i| v.arena.as_column(i.expr) != Some(i.col));
            let dropped = v.props('R').output.difference(&v.props('P').output);
            v.fact(|| match computed {
                Some(item) => format!("it computes {}", v.sql(item.expr)),
                None if !dropped.is_empty() => format!("it drops {}", v.names(&dropped)),
                None => format!("all {} columns go through", v.project('P').len()),
            });
            computed.is_none() && dropped.is_empty()
        },
    },
    Guard {
        name: "order of columns",
        says: "P does not order the columns of the query's result",
        holds: |v| {
            let same = v.props('P').columns == v.props('R').columns;
            v.fact(|| match (same, v.scope.order_shows) {
                (true, _) => "the columns are in the same order".into(),
                (false, false) => "it is not at the top, where order shows".into(),
                (false, true) => "the result shows its order".into(),
            });
            same || !v.scope.order_shows
        },
    },
];

impl Rule for ProjectRemove {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn pattern(&self) -> &'static Pattern {
        &PATTERN
    }

    fn guards(&self) -> &'static [Guard] {
        GUARDS
    }

    fn apply(&self, cx: &mut Rewrite<'_>) -> RelId {
        cx.rel('R')
    }

    fn sentence(&self, v: &View<'_>, _after: RelId) -> String {
        format!(
            "The projection over {} goes away: it passes on every column and computes none.",
            v.tables('R')
        )
    }
}
