//! The state of binding one statement, and the ways in.

use crate::limits::too_complex;
use crate::parsing::{Parsed, Source};
use crate::scope::{NamedColumn, Scope};
use crate::{Bound, BoundQuery, Spans, SqlError};
use plan::{AggItem, Arena, JoinKind, Op, RelId, ScalarId};
use sqlparser::ast::{Ident, Query, TableAlias};
use std::collections::HashMap;
use std::rc::Rc;
use types::{ColId, DataType, Span};

/// Most references to tables in a statement, those inside views and inlined CTEs counted each time.
const MAX_TABLE_REFERENCES: usize = 2_000;

/// Deepest nesting of queries, those of views and inlined CTEs counted.
const MAX_QUERY_DEPTH: usize = 64;

/// Most operations, columns and literals in an operand that is written once and computed more than once.
const MAX_REPEATED: usize = 500;

/// The views of a database; the engine keeps their text.
pub trait Views {
    /// The view of that name.
    fn view(&self, name: &str) -> Option<View>;
}

/// A view as it was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Names of its first columns, when the statement gave any.
    pub columns: Vec<String>,
    /// The text of its query.
    pub sql: String,
}

/// A database without views.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoViews;

impl Views for NoViews {
    fn view(&self, _name: &str) -> Option<View> {
        None
    }
}

/// Resolves the names and types of a statement against the arena's catalog; see [`bind_with_views`].
pub fn bind(arena: &mut Arena, parsed: &Parsed) -> Result<Bound, SqlError> {
    bind_with_views(arena, parsed, &NoViews)
}

/// Resolves the names and types of a statement against the arena's catalog. A view is replaced by its query where it
/// is named; places inside it are the place of its name.
pub fn bind_with_views(
    arena: &mut Arena,
    parsed: &Parsed,
    views: &dyn Views,
) -> Result<Bound, SqlError> {
    Binder::new(arena, &parsed.source, views).statement(parsed.statement.as_ref())
}

/// A relation and the names of its output columns, which are exactly these, in this order.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// The relation.
    pub rel: RelId,
    /// Its columns.
    pub columns: Vec<NamedColumn>,
}

/// A subquery of an expression, to be joined to the input of the clause it stands in.
#[derive(Debug, Clone)]
pub(crate) struct SubJoin {
    /// Mark for EXISTS, IN, ANY and ALL; Single for scalar subqueries.
    pub kind: JoinKind,
    /// The condition's conjuncts.
    pub on: Vec<ScalarId>,
    /// The subquery.
    pub right: RelId,
    /// Its place.
    pub at: Span,
}

/// Where expressions are bound: what they see, and what they leave behind.
pub(crate) struct Clause {
    /// The columns of this query level.
    pub scope: Rc<Scope>,
    /// Subqueries met, in order.
    pub joins: Vec<SubJoin>,
    /// The clause's name, for errors about aggregates.
    pub name: &'static str,
    /// Aggregates, where they are allowed.
    pub aggregates: Option<Aggregates>,
}

/// The aggregates of a query level.
#[derive(Default)]
pub(crate) struct Aggregates {
    /// Found so far.
    pub items: Vec<AggItem>,
    /// Their places.
    pub places: Vec<Span>,
    /// Subqueries inside their arguments: joined below the aggregation.
    pub joins: Vec<SubJoin>,
}

impl Clause {
    /// A clause in which aggregates are refused.
    pub fn new(scope: &Rc<Scope>, name: &'static str) -> Self {
        Self {
            scope: scope.clone(),
            joins: Vec::new(),
            name,
            aggregates: None,
        }
    }
}

/// A common table expression: bound anew at each reference.
pub(crate) struct Cte<'q> {
    pub name: String,
    pub query: &'q Query,
    pub alias: &'q TableAlias,
    /// Query levels visible where it is defined.
    pub outer: usize,
    pub used: bool,
}

/// Binds one statement.
pub(crate) struct Binder<'a, 'q> {
    pub arena: &'a mut Arena,
    pub source: &'q Source,
    pub views: &'a dyn Views,
    /// Scopes of the enclosing queries, outermost first.
    pub outer: Vec<Rc<Scope>>,
    /// CTEs in scope, latest last.
    pub ctes: Vec<Cte<'q>>,
    pub spans: Spans,
    /// Where columns were last named, for errors about grouping.
    pub named_at: HashMap<ColId, Span>,
    /// The reference to the view that is being bound.
    pub view_at: Option<Span>,
    /// Queries around the current place.
    pub query_depth: usize,
    pub table_references: usize,
    pub used_names: HashMap<String, usize>,
}

impl<'a, 'q> Binder<'a, 'q> {
    pub fn new(arena: &'a mut Arena, source: &'q Source, views: &'a dyn Views) -> Self {
        Self {
            arena,
            source,
            views,
            outer: Vec::new(),
            ctes: Vec::new(),
            spans: Spans::default(),
            named_at: HashMap::new(),
            view_at: None,
            query_depth: 0,
            table_references: 0,
            used_names: HashMap::new(),
        }
    }

    /// A place of this text; inside a view that of the view's name.
    pub fn at(&self, at: Span) -> Span {
        self.view_at.unwrap_or(at)
    }

    /// An operator over inputs, made from the text at a place.
    pub fn rel(&mut self, op: Op, inputs: Vec<RelId>, at: Span) -> RelId {
        let rel = self.arena.rel(op, inputs);
        self.spans.rels.entry(rel).or_insert(at);
        rel
    }

    /// The relation of one row and no columns.
    pub fn one_row(&mut self, at: Span) -> RelId {
        self.rel(
            Op::Values {
                columns: Vec::new(),
                rows: vec![Vec::new()],
            },
            Vec::new(),
            at,
        )
    }

    /// The rows for which the conjuncts hold; the relation itself when there are none.
    pub fn filter(&mut self, rel: RelId, condition: ScalarId, at: Span) -> RelId {
        let predicates = self.arena.conjuncts(condition);
        if predicates.is_empty() {
            return rel;
        }
        self.rel(Op::Filter { predicates }, vec![rel], at)
    }

    /// A join, marked dependent when its right side uses columns of its left one.
    pub fn join(
        &mut self,
        kind: JoinKind,
        on: Vec<ScalarId>,
        left: RelId,
        right: RelId,
        at: Span,
    ) -> RelId {
        let dependent = self
            .arena
            .props(right)
            .free
            .intersects(&self.arena.props(left).output);
        let op = Op::Join {
            kind,
            on,
            dependent,
        };
        self.rel(op, vec![left, right], at)
    }

    /// Joins the subqueries of a clause to its input.
    pub fn attach(&mut self, rel: RelId, joins: Vec<SubJoin>) -> RelId {
        joins.into_iter().fold(rel, |rel, join| {
            self.join(join.kind, join.on, rel, join.right, join.at)
        })
    }

    /// A new column with a name that no other made column of the statement has.
    pub fn fresh(&mut self, name: &str, ty: DataType) -> ColId {
        let uses = self.used_names.entry(name.to_string()).or_insert(0);
        *uses += 1;
        let name = if *uses == 1 {
            name.to_string()
        } else {
            format!("{name}_{uses}")
        };
        self.arena.new_computed(name, ty)
    }

    /// Counts a reference to a table.
    pub fn count_reference(&mut self, at: Span) -> Result<(), SqlError> {
        self.table_references += 1;
        if self.table_references > MAX_TABLE_REFERENCES {
            return Err(SqlError::TooComplex {
                what: "references to tables",
                limit: MAX_TABLE_REFERENCES,
                at,
            });
        }
        Ok(())
    }

    /// Goes into a subquery; [`Self::leave`] goes out again.
    pub fn enter(&mut self, at: Span) -> Result<(), SqlError> {
        self.query_depth += 1;
        if self.query_depth > MAX_QUERY_DEPTH {
            return Err(SqlError::TooDeep { at });
        }
        Ok(())
    }

    /// Goes out of a subquery.
    pub fn leave(&mut self) {
        self.query_depth -= 1;
    }

    /// The finished query.
    pub fn finish(&mut self, named: Named) -> BoundQuery {
        BoundQuery {
            root: named.rel,
            columns: named.columns.into_iter().map(|c| (c.name, c.col)).collect(),
            spans: std::mem::take(&mut self.spans),
        }
    }

    /// What is written once and computed more than once, as `what` has it, must give the same each time, and be small.
    pub fn repeatable(&self, operands: &[ScalarId], what: &str, at: Span) -> Result<(), SqlError> {
        if operands.iter().any(|id| self.arena.is_volatile(*id)) {
            return self.unsupported(format!("{what} of random values"), at);
        }
        self.small(operands, at)
    }

    /// Operands that are repeated have a limit: nested in each other they would grow with a power of two and more.
    pub fn small(&self, operands: &[ScalarId], at: Span) -> Result<(), SqlError> {
        for operand in operands {
            let mut open = vec![*operand];
            let mut seen = 0;
            while let Some(next) = open.pop() {
                seen += 1;
                if seen > MAX_REPEATED {
                    let what = "operations in a repeated operand";
                    return Err(too_complex(what, MAX_REPEATED, self.at(at)));
                }
                open.extend(self.arena.get(next).children());
            }
        }
        Ok(())
    }

    /// The error for what PostgreSQL has and Planarium does not.
    pub fn unsupported<T>(&self, feature: impl Into<String>, at: Span) -> Result<T, SqlError> {
        Err(SqlError::NotSupported {
            feature: feature.into(),
            at: self.at(at),
        })
    }
}

/// A name as SQL folds it: lower case unless quoted.
pub(crate) fn folded(ident: &Ident) -> String {
    if ident.quote_style.is_some() {
        ident.value.clone()
    } else {
        ident.value.to_ascii_lowercase()
    }
}
