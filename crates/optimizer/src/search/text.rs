//! The text form of a search: its memo, the plan that won, and what was estimated of each operator.
//!
//!     memo
//!     G0: (scan orders)  rows: 15000  best: (table-scan)  cost: 1.25 ms
//!
//!     plan
//!     table-scan orders  rows: 15000  cost: 1.25 ms

use super::Searched;
use crate::memo::text::nanos;
use crate::stats::number;
use plan::{Arena, text};
use std::fmt::Write;

impl Searched {
    /// Memo and plan. Level 2 adds the terms of each operator's own cost and how its rows were estimated.
    pub fn text(&self, arena: &Arena, level: u8) -> String {
        let mut out = String::from("memo\n");
        for line in self.memo.text(arena).lines() {
            let _ = writeln!(out, "    {line}");
        }
        out += "\nplan\n";
        let figures = |_, at: usize| {
            let info = &self.nodes[at];
            format!("\trows: {}  cost: {}", number(info.rows), nanos(info.cost))
        };
        for line in aligned(&text::tree_with(arena, self.physical, &figures)) {
            let _ = writeln!(out, "    {line}");
        }
        if level >= 2 {
            out += "\nestimates and costs\n";
            let mut waiting = vec![self.physical];
            let mut at = 0;
            while let Some(node) = waiting.pop() {
                waiting.extend(arena.inputs(node).iter().rev());
                let _ = writeln!(out, "    {}", text::line(arena, arena.op(node)));
                let _ = writeln!(out, "      rows: {}", self.derivation(arena, at).summary());
                for term in self.nodes[at].terms.describe(&self.memo.constants) {
                    let _ = writeln!(out, "      {}: {}", term.name, term.formula);
                }
                at += 1;
            }
        }
        out
    }
}

/// The lines with what follows their last tab in one column.
fn aligned(text: &str) -> Vec<String> {
    let cells = || {
        text.lines()
            .map(|line| line.rsplit_once('\t').unwrap_or((line, "")))
    };
    let widest = cells().map(|(tree, _)| tree.chars().count()).max();
    let width = widest.unwrap_or(0);
    cells()
        .map(|(tree, figures)| format!("{tree:width$}  {figures}"))
        .collect()
}
