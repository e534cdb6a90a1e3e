//! Everything the optimizer did with a query: the trace of normalization, the memo, and the plan that won.

use crate::{Context, Engine, Error};
use optimizer::implement::SEARCH_RULES;
use optimizer::rule::Rule;
use optimizer::search::{self, SearchOptions, Searched, Silent};
use optimizer::trace::OccId;
use optimizer::{Recorder, Trace};
use plan::text::counted;
use plan::{Arena, RelId};
use std::collections::BTreeSet;
use types::Span;

/// What the optimizer is asked to leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceOptions {
    /// Names of rules that must not fire, normalization and implementation alike.
    pub disabled: BTreeSet<String>,
    /// 1: firings and winners; 2: rules held back by a guard too.
    pub level: u8,
}

impl TraceOptions {
    pub(crate) fn normalize_options(&self) -> optimizer::Options {
        optimizer::Options {
            disabled: self.disabled.clone(),
            ..optimizer::Options::default()
        }
    }

    pub(crate) fn search_options(&self) -> SearchOptions {
        SearchOptions {
            disabled: self.disabled.iter().cloned().collect(),
            ..SearchOptions::default()
        }
    }
}

/// A query's way through the optimizer. It owns the arena in which all its plans lie.
pub struct Timeline {
    /// The statement in the script.
    pub span: Span,
    /// All nodes of all plans.
    pub arena: Arena,
    /// The SQL text behind operators of the bound plan.
    pub spans: sql::Spans,
    /// Name and column of each result column.
    pub columns: Vec<(String, types::ColId)>,
    /// Steps and occurrences; the last steps are the search and the physical plan.
    pub trace: Trace,
    /// The plan after normalization.
    pub normalized: RelId,
    /// The memo and the plan that won.
    pub searched: Searched,
}

impl Timeline {
    /// The text form: each firing as a diff, then memo and physical plan.
    pub fn text(&self, level: u8) -> String {
        let steps = optimizer::trace::text(&self.arena, &self.trace, level);
        let search = self.searched.text(&self.arena, level);
        format!("{steps}\n{search}")
    }

    /// The hash of all steps, the memo, and the plan with its rows, costs and their terms; at whatever level it was recorded.
    pub fn hash(&self) -> u64 {
        let steps = optimizer::trace::text(&self.arena, &self.trace, 1);
        optimizer::trace::hash(&(steps + &self.searched.text(&self.arena, 2)))
    }
}

/// The names of all rules, of every stage.
pub fn rule_names() -> Vec<&'static str> {
    let normalize = optimizer::rules().iter().map(|rule| rule.info().name);
    normalize
        .chain(SEARCH_RULES.iter().map(|rule| rule.info.name))
        .collect()
}

impl Timeline {
    /// Why rules did not fire at an occurrence of the plan after a step: name and reason, for one rule or for all.
    pub fn why_not(
        &mut self,
        step: usize,
        occurrence: u32,
        rule: Option<&str>,
        options: &TraceOptions,
    ) -> Vec<(&'static str, String)> {
        let Some(root) = self.trace.steps.get(step).map(|s| s.root) else {
            return Vec::new();
        };
        let Some(path) = self.trace.path(root, OccId(occurrence)) else {
            return Vec::new();
        };
        let root = self.trace.plan(step);
        let options = options.normalize_options();
        let asked = optimizer::rules()
            .iter()
            .filter(|r| rule.is_none_or(|name| r.info().name == name));
        let why = |rule: &&'static dyn Rule| {
            let reason = optimizer::why_not(&mut self.arena, root, &path, *rule, &options);
            reason.map(|reason| (rule.info().name, reason))
        };
        asked.filter_map(why).collect()
    }
}

impl Engine {
    /// Optimizes the last query of a script and records everything; runs nothing. Statements before it are not run
    /// either: the query must bind against the catalog as it is.
    pub fn trace(&self, text: &str, context: &Context) -> Result<Option<Timeline>, Error> {
        let statements = sql::parse(text)?;
        for parsed in statements.iter().rev() {
            let (arena, bound) = self.bind(parsed)?;
            if let Some(query) = query_of(bound) {
                return timeline(arena, query, parsed.span(), &context.optimizer).map(Some);
            }
        }
        Ok(None)
    }
}

fn query_of(bound: sql::Bound) -> Option<sql::BoundQuery> {
    match bound {
        sql::Bound::Query(query) => Some(query),
        sql::Bound::Explain(explain) => query_of(*explain.statement),
        sql::Bound::Insert(insert) => Some(insert.source),
        sql::Bound::Delete(delete) => Some(delete.rows),
        sql::Bound::Update(update) => Some(update.rows),
        sql::Bound::CreateTable(create) => create.source,
        sql::Bound::CreateView(view) => Some(view.query),
        _ => None,
    }
}

fn timeline(
    mut arena: Arena,
    query: sql::BoundQuery,
    span: Span,
    options: &TraceOptions,
) -> Result<Timeline, Error> {
    let mut recorder = Recorder::new(options.level.max(1));
    let normalized = optimizer::normalize(
        &mut arena,
        query.root,
        &options.normalize_options(),
        &mut recorder,
    )?;
    let searched = search::optimize(
        &mut arena,
        normalized,
        &options.search_options(),
        &mut Silent,
    )?;
    let sources = |position: usize| searched.nodes[position].origin.into_iter().collect();
    recorder.extracted(
        &arena,
        normalized,
        searched.physical,
        &sources,
        summary(&searched),
        searched.cost(),
    );
    let trace = recorder.finish(&mut arena);
    Ok(Timeline {
        span,
        arena,
        spans: query.spans,
        columns: query.columns,
        trace,
        normalized,
        searched,
    })
}

/// One sentence on the search.
fn summary(searched: &Searched) -> String {
    let mut out = format!(
        "The search looked at {}; the memo holds {} in {}.",
        counted(searched.pairs, "join pair"),
        counted(searched.memo.expr_count() as u64, "expression"),
        counted(searched.memo.groups().count() as u64, "group")
    );
    if let Some(fallback) = &searched.fallback {
        out += &format!(" {fallback}");
    }
    out
}
