//! The text form of expressions and plans.
//!
//!     join (a.x = b.x)
//!     ├── filter (a.y > 3)
//!     │   └── scan a
//!     └── scan b

use crate::{
    AggItem, Arena, Func, JoinKind, Op, ProjectItem, RelId, Scalar, ScalarId, SetOpKind, Side,
    SortKey,
};
use std::fmt::Write;
use types::{ColId, Value};

/// A column's name in text: `qualifier.name`, or the name of a computed column.
pub fn column(arena: &Arena, col: ColId) -> String {
    let meta = arena.column(col);
    match &meta.qualifier {
        Some(qualifier) => format!("{qualifier}.{}", meta.name),
        None => meta.name.clone(),
    }
}

/// How tightly an expression binds; a child that binds less than its place asks for gets parentheses.
fn binding(arena: &Arena, id: ScalarId) -> u8 {
    match arena.get(id) {
        Scalar::Call(func, args) => match func {
            Func::Or => 1,
            Func::And => 2,
            Func::Not => 3,
            Func::IsNull | Func::IsNotNull | Func::IsTrue | Func::IsFalse => 4,
            Func::Eq | Func::Ne | Func::Lt | Func::Le | Func::Gt | Func::Ge => 5,
            Func::IsDistinctFrom
            | Func::IsNotDistinctFrom
            | Func::Between
            | Func::In
            | Func::Like
            | Func::ILike => 5,
            Func::Concat => 6,
            Func::Add | Func::Sub => 7,
            Func::Mul | Func::Div | Func::Mod => 8,
            Func::Neg if args.len() == 1 => 9,
            _ => 10,
        },
        _ => 10,
    }
}

fn at_least(arena: &Arena, id: ScalarId, level: u8) -> String {
    let text = scalar(arena, id);
    if binding(arena, id) < level {
        format!("({text})")
    } else {
        text
    }
}

/// Most characters of a literal that are shown.
const LONGEST_LITERAL: usize = 200;

/// A literal in SQL's spelling. A plan's text is made many times over: of a very long literal only the beginning is shown.
fn literal(value: &Value) -> String {
    let text = value.literal();
    match text.char_indices().nth(LONGEST_LITERAL) {
        None => text,
        Some((end, _)) => format!(
            "{}…' ({} characters)",
            &text[..end],
            text.chars().count() - 2
        ),
    }
}

/// An expression in SQL's spelling.
pub fn scalar(arena: &Arena, id: ScalarId) -> String {
    match arena.get(id) {
        Scalar::Column(col) => column(arena, *col),
        Scalar::Literal(value, _) => literal(value),
        Scalar::Cast(input, ty) => format!("{}::{ty}", at_least(arena, *input, 10)),
        Scalar::Case {
            branches,
            otherwise,
        } => {
            let mut out = String::from("case");
            for (condition, value) in branches {
                let _ = write!(
                    out,
                    " when {} then {}",
                    scalar(arena, *condition),
                    scalar(arena, *value)
                );
            }
            if !arena.as_literal(*otherwise).is_some_and(Value::is_null) {
                let _ = write!(out, " else {}", scalar(arena, *otherwise));
            }
            out + " end"
        }
        Scalar::Call(func, args) => call(arena, id, *func, args),
    }
}

fn call(arena: &Arena, id: ScalarId, func: Func, args: &[ScalarId]) -> String {
    let level = binding(arena, id);
    let arg = |at: usize, level: u8| at_least(arena, args[at], level);
    match func {
        Func::And | Func::Or => {
            let parts: Vec<String> = args
                .iter()
                .map(|a| at_least(arena, *a, level + 1))
                .collect();
            parts.join(if func == Func::And { " and " } else { " or " })
        }
        Func::Not => format!("not {}", arg(0, level + 1)),
        Func::Neg => format!("-{}", arg(0, level + 1)),
        Func::IsNull | Func::IsNotNull | Func::IsTrue | Func::IsFalse => {
            format!("{} {}", arg(0, level + 1), func.name())
        }
        Func::Between => format!("{} between {} and {}", arg(0, 6), arg(1, 6), arg(2, 6)),
        Func::In => format!("{} in ({})", arg(0, 6), list(arena, &args[1..])),
        Func::Extract(field) => format!("extract({} from {})", field.name(), arg(0, 0)),
        Func::DateTrunc(field) => format!("date_trunc('{}', {})", field.name(), arg(0, 0)),
        _ if level < 10 && args.len() == 2 => {
            format!("{} {} {}", arg(0, level), func.name(), arg(1, level + 1))
        }
        _ => format!("{}({})", func.name(), list(arena, args)),
    }
}

fn list(arena: &Arena, items: &[ScalarId]) -> String {
    items
        .iter()
        .map(|i| scalar(arena, *i))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Conjuncts joined by `and`; nothing for none.
pub fn conjunction(arena: &Arena, conjuncts: &[ScalarId]) -> String {
    let level = if conjuncts.len() > 1 { 3 } else { 0 };
    conjuncts
        .iter()
        .map(|c| at_least(arena, *c, level))
        .collect::<Vec<_>>()
        .join(" and ")
}

/// An aggregate: `sum(distinct x) filter (where p)`.
pub fn aggregate(arena: &Arena, agg: &AggItem) -> String {
    let arg = agg.arg.map_or("*".to_string(), |a| scalar(arena, a));
    let distinct = if agg.distinct { "distinct " } else { "" };
    let filter = agg.filter.map_or(String::new(), |f| {
        format!(" filter (where {})", scalar(arena, f))
    });
    format!("{}({distinct}{arg}){filter}", agg.func.name())
}

fn items(arena: &Arena, items: &[ProjectItem]) -> String {
    let item = |i: &ProjectItem| {
        let (name, expr) = (column(arena, i.col), scalar(arena, i.expr));
        if arena.as_column(i.expr) == Some(i.col) {
            name
        } else {
            format!("{name} = {expr}")
        }
    };
    items.iter().map(item).collect::<Vec<_>>().join(", ")
}

fn sort_keys(arena: &Arena, keys: &[SortKey]) -> String {
    let key = |k: &SortKey| {
        let nulls = match (k.descending, k.nulls_first) {
            (false, true) => " nulls first",
            (true, false) => " nulls last",
            _ => "",
        };
        format!(
            "{}{}{nulls}",
            column(arena, k.col),
            if k.descending { " desc" } else { "" }
        )
    };
    keys.iter().map(key).collect::<Vec<_>>().join(", ")
}

fn groups(arena: &Arena, keys: &[ColId], aggs: &[AggItem]) -> String {
    let keys = keys
        .iter()
        .map(|k| column(arena, *k))
        .collect::<Vec<_>>()
        .join(", ");
    let aggs = aggs
        .iter()
        .map(|a| format!("{} = {}", column(arena, a.col), aggregate(arena, a)))
        .collect::<Vec<_>>()
        .join(", ");
    match (keys.is_empty(), aggs.is_empty()) {
        (false, false) => format!("by {keys}: {aggs}"),
        (false, true) => format!("by {keys}"),
        _ => aggs,
    }
}

fn join_name(kind: JoinKind, cross: bool) -> &'static str {
    match kind {
        JoinKind::Inner if cross => "cross-join",
        JoinKind::Inner => "join",
        JoinKind::Left => "left-join",
        JoinKind::Right => "right-join",
        JoinKind::Full => "full-join",
        JoinKind::Semi => "semi-join",
        JoinKind::Anti => "anti-join",
        JoinKind::NullAwareAnti => "null-aware-anti-join",
        JoinKind::Mark(_) => "mark-join",
        JoinKind::Single => "single-join",
    }
}

fn set_name(kind: SetOpKind, all: bool) -> String {
    let name = match kind {
        SetOpKind::Union => "union",
        SetOpKind::Intersect => "intersect",
        SetOpKind::Except => "except",
    };
    if all {
        format!("{name}-all")
    } else {
        name.to_string()
    }
}

/// The verb of an operator as sentences say it: `hash left join`.
pub fn words(op: &Op) -> String {
    verb(op).replace('-', " ").replace("top n", "top-n")
}

/// The verb of an operator: `join`, `hash-left-join`, `scan`. One word an operator, the same in every view.
pub fn verb(op: &Op) -> String {
    match op {
        Op::Scan(_) => "scan".into(),
        Op::Values { rows, .. } if rows.is_empty() => "empty".into(),
        Op::Values { .. } | Op::PhysValues { .. } => "values".into(),
        Op::Filter { .. } | Op::PhysFilter { .. } => "filter".into(),
        Op::Project { .. } | Op::PhysProject { .. } => "project".into(),
        Op::Join {
            kind,
            on,
            dependent,
        } => {
            format!(
                "{}{}",
                if *dependent { "dependent-" } else { "" },
                join_name(*kind, on.is_empty() && !dependent)
            )
        }
        Op::Aggregate { .. } => "aggregate".into(),
        Op::Distinct => "distinct".into(),
        Op::Sort { .. } | Op::PhysSort { .. } => "sort".into(),
        Op::Limit { .. } | Op::PhysLimit { .. } => "limit".into(),
        Op::TopN { .. } => "top-n".into(),
        Op::SetOp { kind, all, .. } => set_name(*kind, *all),
        Op::TableScan(_) => "table-scan".into(),
        Op::HashJoin { join, .. } => format!("hash-{}", join_name(join.kind, false)),
        Op::MergeJoin { join } => format!("merge-{}", join_name(join.kind, false)),
        Op::NestedLoopJoin { kind, .. } => format!("nested-loop-{}", join_name(*kind, false)),
        Op::Apply { kind, .. } => format!("apply-{}", join_name(*kind, false)),
        Op::HashAggregate { aggs, .. } if aggs.is_empty() => "hash-distinct".into(),
        Op::HashAggregate { .. } => "hash-aggregate".into(),
        Op::StreamAggregate { .. } => "stream-aggregate".into(),
        Op::TopNHeap { .. } => "top-n-heap".into(),
        Op::Append { .. } => "append".into(),
        Op::HashSetOp { kind, all, .. } => format!("hash-{}", set_name(*kind, *all)),
    }
}

/// What the operator acts on: its condition, keys or columns; may be empty.
pub fn object(arena: &Arena, op: &Op) -> String {
    match op {
        Op::Scan(scan) | Op::TableScan(scan) => {
            let table = &arena.table(scan.table).name;
            let mut out = table.clone();
            if *table != scan.alias {
                let _ = write!(out, " {}", scan.alias);
            }
            if !scan.filters.is_empty() {
                let _ = write!(out, " where {}", conjunction(arena, &scan.filters));
            }
            out
        }
        Op::Values { columns, rows } | Op::PhysValues { columns, rows } => {
            if rows.len() == 1 && columns.is_empty() {
                return "one row".into();
            }
            format!(
                "{} row{}",
                rows.len(),
                if rows.len() == 1 { "" } else { "s" }
            )
        }
        Op::Filter { predicates } | Op::PhysFilter { predicates } => conjunction(arena, predicates),
        Op::Project { items: list } | Op::PhysProject { items: list } => items(arena, list),
        Op::Join { kind, on, .. } | Op::NestedLoopJoin { kind, on } | Op::Apply { kind, on } => {
            let condition = conjunction(arena, on);
            match kind {
                JoinKind::Mark(mark) if condition.is_empty() => {
                    format!("{} = exists", column(arena, *mark))
                }
                JoinKind::Mark(mark) => format!("{} = {condition}", column(arena, *mark)),
                _ => condition,
            }
        }
        Op::HashJoin { join, build } => {
            format!(
                "{}, build {}",
                join_object(arena, join),
                if *build == Side::Left {
                    "left"
                } else {
                    "right"
                }
            )
        }
        Op::MergeJoin { join } => join_object(arena, join),
        Op::Aggregate { keys, aggs }
        | Op::HashAggregate { keys, aggs }
        | Op::StreamAggregate { keys, aggs } => groups(arena, keys, aggs),
        Op::Distinct => String::new(),
        Op::Sort { keys } | Op::PhysSort { keys } => sort_keys(arena, keys),
        Op::Limit { limit, offset } | Op::PhysLimit { limit, offset } => rows_kept(*limit, *offset),
        Op::TopN {
            keys,
            limit,
            offset,
        }
        | Op::TopNHeap {
            keys,
            limit,
            offset,
        } => {
            format!(
                "{} by {}",
                rows_kept(Some(*limit), *offset),
                sort_keys(arena, keys)
            )
        }
        Op::SetOp { columns, .. } | Op::Append { columns } | Op::HashSetOp { columns, .. } => {
            columns
                .iter()
                .map(|c| column(arena, c.col))
                .collect::<Vec<_>>()
                .join(", ")
        }
    }
}

fn rows_kept(limit: Option<u64>, offset: u64) -> String {
    match (limit, offset) {
        (Some(limit), 0) => limit.to_string(),
        (Some(limit), offset) => format!("{limit} after {offset}"),
        (None, offset) => format!("all after {offset}"),
    }
}

fn join_object(arena: &Arena, join: &crate::PhysJoin) -> String {
    let key = |(at, (l, r)): (usize, &(ScalarId, ScalarId))| {
        let sign = if join.null_safe.get(at) == Some(&true) {
            "is not distinct from"
        } else {
            "="
        };
        format!(
            "{} {sign} {}",
            at_least(arena, *l, 6),
            at_least(arena, *r, 6)
        )
    };
    let mut parts: Vec<String> = join.keys.iter().enumerate().map(key).collect();
    parts.extend(join.residual.iter().map(|c| at_least(arena, *c, 3)));
    let condition = parts.join(" and ");
    if let JoinKind::Mark(mark) = join.kind {
        format!("{} = {condition}", column(arena, mark))
    } else {
        condition
    }
}

/// One line for an operator: `verb (object)`, scans and values without parentheses. Names and literals may hold line breaks
/// and tabs; a symbol stands for each, so that a line is one line.
pub fn line(arena: &Arena, op: &Op) -> String {
    let (verb, object) = (verb(op), object(arena, op));
    let object = object
        .replace('\n', "␊")
        .replace('\r', "␍")
        .replace('\t', "␉");
    match op {
        _ if object.is_empty() => verb,
        Op::Scan(_) | Op::TableScan(_) => format!("{verb} {object}"),
        Op::Values { rows, .. } if rows.is_empty() => verb,
        _ => format!("{verb} ({object})"),
    }
}

/// The plan as a tree, one operator a line, each line ended.
pub fn tree(arena: &Arena, root: RelId) -> String {
    tree_with(arena, root, &|_, _| String::new())
}

/// The same, with a note behind each line: given the node and its position in pre-order.
pub fn tree_with(arena: &Arena, root: RelId, note: &dyn Fn(RelId, usize) -> String) -> String {
    /// An operator still to print: its node, the text its own line starts with, and the text lines below start with.
    struct Pending {
        node: RelId,
        first: String,
        rest: String,
    }
    let mut out = String::new();
    let mut stack = vec![Pending {
        node: root,
        first: String::new(),
        rest: String::new(),
    }];
    let mut position = 0;
    while let Some(Pending { node, first, rest }) = stack.pop() {
        let _ = writeln!(
            out,
            "{first}{}{}",
            line(arena, arena.op(node)),
            note(node, position)
        );
        position += 1;
        let inputs = arena.inputs(node);
        for (at, input) in inputs.iter().enumerate().rev() {
            let last = at + 1 == inputs.len();
            stack.push(Pending {
                node: *input,
                first: format!("{rest}{}", if last { "└── " } else { "├── " }),
                rest: format!("{rest}{}", if last { "    " } else { "│   " }),
            });
        }
    }
    out
}

/// How many of something: `1 group`, `5 groups`.
pub fn counted(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
