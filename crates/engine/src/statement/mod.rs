//! One bound statement: what it does and the tag it answers with.

pub(crate) mod define;
mod drop;
mod explain;
mod lengths;
mod modify;

use crate::query::{self, Phases, QueryResult};
use crate::{Context, Engine, Error};
use plan::Arena;
use sql::{Bound, Parsed};

type Answer = (String, Option<QueryResult>);

/// Binds and runs a statement.
pub async fn run(
    engine: &Engine,
    parsed: &Parsed,
    context: &Context,
    phases: &mut Phases,
) -> Result<Answer, Error> {
    let start = context.now();
    let (mut arena, bound) = engine.bind(parsed)?;
    phases.bind = context.now() - start;
    if let Bound::Query(bound) = bound {
        let result = query::run(engine, &mut arena, &bound, context, phases).await?;
        return Ok((format!("SELECT {}", result.row_count()), Some(result)));
    }
    let start = context.now();
    let answer = run_command(engine, arena, bound, context, phases).await?;
    phases.execute = context.now() - start;
    Ok(answer)
}

async fn run_command(
    engine: &Engine,
    mut arena: Arena,
    bound: Bound,
    context: &Context,
    phases: &mut Phases,
) -> Result<Answer, Error> {
    let tag = match bound {
        Bound::Query(_) => unreachable!("queries were run above"),
        Bound::Explain(explain) => {
            return explain::run(engine, arena, explain, context, phases).await;
        }
        Bound::Insert(insert) => {
            let count = modify::insert(engine, &mut arena, &insert, context, phases).await;
            format!("INSERT 0 {}", engine.finish(count).await?)
        }
        Bound::Delete(delete) => {
            let count = modify::delete(engine, &mut arena, &delete, context, phases).await;
            format!("DELETE {}", engine.finish(count).await?)
        }
        Bound::Update(update) => {
            let count = modify::update(engine, &mut arena, &update, context, phases).await;
            format!("UPDATE {}", engine.finish(count).await?)
        }
        Bound::Truncate { tables } => {
            let done = modify::truncate(engine, &tables).await;
            engine.finish(done).await?;
            "TRUNCATE TABLE".into()
        }
        Bound::CreateTable(create) => {
            let done = define::create_table(engine, &mut arena, create, context, phases).await;
            match engine.finish(done).await? {
                Some(rows) => format!("SELECT {rows}"),
                None => "CREATE TABLE".into(),
            }
        }
        Bound::DropTable {
            tables, cascade, ..
        } => {
            let done = drop::tables(engine, &tables, cascade).await;
            engine.finish(done).await?;
            "DROP TABLE".into()
        }
        Bound::CreateView(view) => {
            let done = define::create_view(engine, view);
            engine.finish(done).await?;
            "CREATE VIEW".into()
        }
        Bound::DropView { names, cascade, .. } => {
            let done = drop::views(engine, &names, cascade);
            engine.finish(done).await?;
            "DROP VIEW".into()
        }
        Bound::CreateIndex(create) => {
            let done = define::create_index(engine, create).await;
            engine.finish(done).await?;
            "CREATE INDEX".into()
        }
        Bound::DropIndex { names, if_exists } => {
            let done = define::drop_indexes(engine, &names, if_exists);
            engine.finish(done).await?;
            "DROP INDEX".into()
        }
        Bound::Analyze { tables } => {
            let done = define::analyze(engine, &tables).await;
            engine.finish(done).await?;
            "ANALYZE".into()
        }
        Bound::Transaction(_) => {
            return Err(Error::Unsupported {
                what: "a transaction over several statements".into(),
            });
        }
        Bound::Set { .. } => "SET".into(),
        Bound::Show { name } => {
            return Err(Error::Unsupported {
                what: format!("SHOW {name}"),
            });
        }
    };
    Ok((tag, None))
}
