//! EXPLAIN in PostgreSQL's text and JSON forms, so that its tools can read the plans.
//!
//! Costs are the optimizer's (nanoseconds as estimated); the start-up cost is always 0 because it is not modelled.

use crate::query::{self, Phases, QueryResult};
use crate::{Context, Engine, Error};
use exec::Counters;
use optimizer::search::Searched;
use plan::{Arena, Op, RelId, text};
use std::fmt::Write;
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Column, DataType, StrVec, Vector};

/// Explains a query, or the query inside a statement that changes data (which is not carried out).
pub async fn run(
    engine: &Engine,
    mut arena: Arena,
    explain: sql::Explain,
    context: &Context,
    phases: &mut Phases,
) -> Result<super::Answer, Error> {
    let query = match *explain.statement {
        sql::Bound::Query(query) => query,
        sql::Bound::Insert(insert) if !explain.analyze => insert.source,
        sql::Bound::Delete(delete) if !explain.analyze => delete.rows,
        sql::Bound::Update(update) if !explain.analyze => update.rows,
        _ => {
            return Err(Error::Unsupported {
                what: "EXPLAIN of this statement".into(),
            });
        }
    };
    let searched = query::optimize(&mut arena, query.root, context, phases)?;
    let planning = phases.normalize + phases.search;
    let (mut actuals, mut running) = (Vec::new(), 0.0);
    if explain.analyze {
        let order: Vec<_> = query.columns.iter().map(|(_, col)| *col).collect();
        let start = context.now();
        (_, actuals) = {
            let output = (order.as_slice(), &query.spans);
            query::execute(engine, &arena, searched.physical, output, context).await?
        };
        running = context.now() - start;
    }
    let plan = Plan {
        arena: &arena,
        searched: &searched,
        actuals: &actuals,
        verbose: explain.verbose,
    };
    let lines = match explain.format {
        sql::ExplainFormat::Text => {
            let mut out = String::new();
            plan.text(searched.physical, &mut 0, 0, &mut out);
            if explain.analyze {
                let _ = write!(
                    out,
                    "Planning Time: {planning:.3} ms\nExecution Time: {running:.3} ms\n"
                );
            }
            out.lines().map(str::to_string).collect()
        }
        sql::ExplainFormat::Json => {
            let mut out = String::from("[\n  {\n    \"Plan\": ");
            plan.json(searched.physical, &mut 0, 4, &mut out);
            if explain.analyze {
                let _ = write!(
                    out,
                    ",\n    \"Planning Time\": {planning:.3},\n    \"Execution Time\": {running:.3}"
                );
            }
            vec![out + "\n  }\n]"]
        }
    };
    Ok(("EXPLAIN".into(), Some(lines_result(&lines))))
}

fn lines_result(lines: &[String]) -> QueryResult {
    let batch = |chunk: &[String]| {
        let rows: StrVec = chunk.iter().map(String::as_str).collect();
        Batch::new(vec![Arc::new(Column::new(Vector::Str(rows)))], chunk.len())
    };
    QueryResult {
        columns: vec![("QUERY PLAN".into(), DataType::Text)],
        batches: lines.chunks(BATCH_ROWS).map(batch).collect(),
        actuals: Vec::new(),
    }
}

struct Plan<'a> {
    arena: &'a Arena,
    searched: &'a Searched,
    actuals: &'a [Counters],
    verbose: bool,
}

/// PostgreSQL's name of an operator, and its further properties.
fn describe(arena: &Arena, op: &Op) -> (String, Vec<(&'static str, String)>) {
    let object = text::object(arena, op);
    let joined = |kind: &plan::JoinKind| {
        use plan::JoinKind::*;
        match kind {
            Inner => "Inner",
            Left | Single => "Left",
            Right => "Right",
            Full => "Full",
            Semi => "Semi",
            Anti | NullAwareAnti => "Anti",
            Mark(_) => "Mark",
        }
        .to_string()
    };
    match op {
        Op::TableScan(scan) => {
            let mut more = vec![
                ("Relation Name", arena.table(scan.table).name.clone()),
                ("Alias", scan.alias.clone()),
            ];
            if !scan.filters.is_empty() {
                more.push(("Filter", text::conjunction(arena, &scan.filters)));
            }
            ("Seq Scan".into(), more)
        }
        Op::PhysValues { rows, .. } if rows.len() == 1 => ("Result".into(), vec![]),
        Op::PhysValues { .. } => ("Values Scan".into(), vec![]),
        Op::PhysFilter { .. } => ("Result".into(), vec![("Filter", object)]),
        Op::PhysProject { .. } => ("Result".into(), vec![("Output", object)]),
        Op::HashJoin { join, .. } => (
            "Hash Join".into(),
            vec![("Join Type", joined(&join.kind)), ("Hash Cond", object)],
        ),
        Op::MergeJoin { join } => (
            "Merge Join".into(),
            vec![("Join Type", joined(&join.kind)), ("Merge Cond", object)],
        ),
        Op::NestedLoopJoin { kind, .. } | Op::Apply { kind, .. } => (
            "Nested Loop".into(),
            vec![("Join Type", joined(kind)), ("Join Filter", object)],
        ),
        Op::HashAggregate { .. } => (
            "Aggregate".into(),
            vec![("Strategy", "Hashed".into()), ("Group", object)],
        ),
        Op::StreamAggregate { keys, .. } => {
            let strategy = if keys.is_empty() { "Plain" } else { "Sorted" };
            (
                "Aggregate".into(),
                vec![("Strategy", strategy.into()), ("Group", object)],
            )
        }
        Op::PhysSort { .. } => ("Sort".into(), vec![("Sort Key", object)]),
        Op::TopNHeap { .. } => (
            "Sort".into(),
            vec![
                ("Sort Method", "top-N heapsort".into()),
                ("Sort Key", object),
            ],
        ),
        Op::PhysLimit { .. } => ("Limit".into(), vec![("Rows", object)]),
        Op::Append { .. } => ("Append".into(), vec![]),
        Op::HashSetOp { .. } => (
            "SetOp".into(),
            vec![("Strategy", "Hashed".into()), ("Command", text::verb(op))],
        ),
        _ => (text::verb(op), vec![]),
    }
}

impl Plan<'_> {
    /// Bytes of a row as types go: 16 for a text.
    fn width(&self, node: RelId) -> u32 {
        let bytes = |ty: DataType| match ty.layout() {
            types::data_type::Layout::Bool => 1,
            types::data_type::Layout::I32 => 4,
            types::data_type::Layout::I64 | types::data_type::Layout::F64 => 8,
            _ => 16,
        };
        self.arena
            .props(node)
            .columns
            .iter()
            .map(|c| bytes(self.arena.column(*c).ty))
            .sum()
    }

    fn output(&self, node: RelId) -> String {
        let columns = &self.arena.props(node).columns;
        columns
            .iter()
            .map(|c| text::column(self.arena, *c))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn text(&self, node: RelId, position: &mut usize, depth: usize, out: &mut String) {
        let at = *position;
        *position += 1;
        let (name, more) = describe(self.arena, self.arena.op(node));
        let info = &self.searched.nodes[at];
        let indent = if depth == 0 {
            String::new()
        } else {
            format!("{}->  ", " ".repeat(6 * depth - 4))
        };
        let title = match more.iter().find(|(k, _)| *k == "Relation Name") {
            Some((_, table)) => {
                let alias = more
                    .iter()
                    .find(|(k, _)| *k == "Alias")
                    .map_or("", |(_, v)| v);
                if alias == table {
                    format!("{name} on {table}")
                } else {
                    format!("{name} on {table} {alias}")
                }
            }
            None => name,
        };
        let _ = write!(
            out,
            "{indent}{title}  (cost=0.00..{:.2} rows={:.0} width={})",
            info.cost,
            info.rows.max(1.0),
            self.width(node)
        );
        if let Some(actual) = self.actuals.get(at) {
            let loops = actual.loops.max(1);
            let _ = match actual.loops {
                0 => write!(out, " (never executed)"),
                _ => write!(
                    out,
                    " (actual time=0.000..{:.3} rows={} loops={loops})",
                    actual.nanos as f64 / 1e6 / loops as f64,
                    actual.rows / loops
                ),
            };
        }
        out.push('\n');
        let inner = " ".repeat(if depth == 0 { 2 } else { 6 * depth + 2 });
        for (key, value) in more
            .iter()
            .filter(|(k, _)| !matches!(*k, "Relation Name" | "Alias"))
        {
            let _ = writeln!(out, "{inner}{key}: {value}");
        }
        if self.verbose {
            let _ = writeln!(out, "{inner}Output: {}", self.output(node));
        }
        for input in self.arena.inputs(node) {
            self.text(*input, position, depth + 1, out);
        }
    }

    fn json(&self, node: RelId, position: &mut usize, indent: usize, out: &mut String) {
        let at = *position;
        *position += 1;
        let (name, more) = describe(self.arena, self.arena.op(node));
        let info = &self.searched.nodes[at];
        let pad = " ".repeat(indent + 2);
        let _ = write!(out, "{{\n{pad}\"Node Type\": {}", quoted(&name));
        for (key, value) in &more {
            let _ = write!(out, ",\n{pad}{}: {}", quoted(key), quoted(value));
        }
        let _ = write!(
            out,
            ",\n{pad}\"Startup Cost\": 0.00,\n{pad}\"Total Cost\": {:.2},\n{pad}\"Plan Rows\": {:.0},\n{pad}\"Plan Width\": {}",
            info.cost,
            info.rows.max(1.0),
            self.width(node)
        );
        if self.verbose {
            let columns = self
                .arena
                .props(node)
                .columns
                .iter()
                .map(|c| quoted(&text::column(self.arena, *c)));
            let _ = write!(
                out,
                ",\n{pad}\"Output\": [{}]",
                columns.collect::<Vec<_>>().join(", ")
            );
        }
        if let Some(actual) = self.actuals.get(at) {
            let loops = actual.loops.max(1);
            let _ = write!(
                out,
                ",\n{pad}\"Actual Startup Time\": 0.000,\n{pad}\"Actual Total Time\": {:.3},\n{pad}\"Actual Rows\": {},\n{pad}\"Actual Loops\": {}",
                actual.nanos as f64 / 1e6 / loops as f64,
                actual.rows / loops,
                actual.loops
            );
        }
        let inputs = self.arena.inputs(node);
        if !inputs.is_empty() {
            let _ = write!(out, ",\n{pad}\"Plans\": [");
            for (nth, input) in inputs.iter().enumerate() {
                out.push_str(if nth == 0 { "" } else { ", " });
                self.json(*input, position, indent + 2, out);
            }
            out.push(']');
        }
        let _ = write!(out, "\n{}}}", " ".repeat(indent));
    }
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
