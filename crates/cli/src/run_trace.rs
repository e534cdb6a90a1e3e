//! `planarium trace`.

use crate::args::Args;
use crate::{Stop, dataset, output};
use engine::Timeline;
use serde_json::json;

/// Prints what the optimizer does with a query.
pub async fn run(args: &Args) -> Result<(), Stop> {
    let text = args.sql()?;
    let context = dataset::context(args)?;
    let engine = dataset::open(args).await?;
    let timeline = engine
        .trace(&text, &context)
        .map_err(|e| dataset::failed(&e, &text))?;
    let Some(timeline) = timeline else {
        return Err(Stop::Failed("there is no query in the text".into()));
    };
    match args.format.as_deref().unwrap_or("text") {
        "text" => output::print(timeline.text(args.level).trim_end()),
        "json" => output::print(&as_json(&timeline).to_string()),
        other => {
            return Err(Stop::Usage(format!(
                "--format is text or json, not {other}"
            )));
        }
    }
    Ok(())
}

fn as_json(timeline: &Timeline) -> serde_json::Value {
    let (arena, trace) = (&timeline.arena, &timeline.trace);
    let occurrences: Vec<_> = trace
        .occurrences
        .iter()
        .map(|occ| {
            json!({
                "operator": plan::text::line(arena, arena.op(occ.node)),
                "kids": occ.kids.iter().map(|k| k.0).collect::<Vec<_>>(),
                "from": occ.from.iter().map(|k| k.0).collect::<Vec<_>>(),
            })
        })
        .collect();
    let steps: Vec<_> = trace
        .steps
        .iter()
        .map(|step| {
            json!({
                "phase": step.phase.name(),
                "root": step.root.0,
                "rule": step.rule,
                "before": step.before.map(|o| o.0),
                "after": step.after.map(|o| o.0),
                "sentence": step.sentence,
            })
        })
        .collect();
    json!({
        "hash": format!("{:016x}", timeline.hash()),
        "occurrences": occurrences,
        "steps": steps,
        "memo": timeline.searched.memo.text(arena).lines().collect::<Vec<_>>(),
        "plan": plan(timeline),
    })
}

/// The operators of the winning plan in pre-order, with what was estimated of them.
fn plan(timeline: &Timeline) -> Vec<serde_json::Value> {
    let (arena, searched) = (&timeline.arena, &timeline.searched);
    let mut out = Vec::new();
    let mut stack = vec![(searched.physical, 0)];
    while let Some((node, depth)) = stack.pop() {
        let info = &searched.nodes[out.len()];
        let terms = info.terms.describe(&searched.memo.constants);
        out.push(json!({
            "operator": plan::text::line(arena, arena.op(node)),
            "depth": depth,
            "group": info.group.0,
            "rows": info.rows,
            "cost_ns": info.cost,
            "terms": terms.iter().map(|t| format!("{}: {}", t.name, t.formula)).collect::<Vec<_>>(),
            "estimate": searched.derivation(arena, out.len()).summary(),
        }));
        stack.extend(
            arena
                .inputs(node)
                .iter()
                .rev()
                .map(|input| (*input, depth + 1)),
        );
    }
    out
}
