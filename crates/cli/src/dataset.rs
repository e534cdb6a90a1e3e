//! Opening the database a call names, and filling it with the data set it names.

use crate::Stop;
use crate::args::{Args, read};
use crate::hooks::NativeHooks;
use engine::{Config, Context, Engine, Error};
use std::rc::Rc;

/// The database of a call, with its data and schema in place.
pub async fn open(args: &Args) -> Result<Engine, Stop> {
    let engine = match &args.db {
        None => Engine::in_memory(Config::default()).await,
        Some(path) => {
            let fresh = !path.exists();
            let store = crate::file_store::FileStore::open(path)
                .map_err(|e| Stop::Failed(format!("{}: {e}", path.display())))?;
            match fresh {
                true => Engine::create(Rc::new(store), Config::default()).await,
                false => Engine::open(Rc::new(store), Config::default()).await,
            }
        }
    };
    let engine = engine.map_err(|e| failed(&e, ""))?;
    if let Some(data) = &args.data {
        load(&engine, data).await?;
    }
    if let Some(path) = &args.schema {
        let text = read(path)?;
        engine
            .run_all(&text, &Context::default())
            .await
            .map_err(|e| failed(&e, &text))?;
    }
    Ok(engine)
}

async fn load(engine: &Engine, data: &str) -> Result<(), Stop> {
    match data.split_once(':') {
        Some(("films", size)) => {
            let size = size
                .parse()
                .map_err(|_| Stop::Usage("films come as small, medium or large".into()))?;
            engine::datasets::load_films(engine, size, data::films::DEFAULT_SEED)
                .await
                .map_err(|e| failed(&e, ""))
        }
        Some(("tpch", scale)) => {
            let scale = scale
                .parse()
                .map_err(|_| Stop::Usage(format!("{scale} is not a TPC-H scale factor")))?;
            load_tpch(engine, scale).await.map_err(|e| failed(&e, ""))
        }
        _ => Err(Stop::Usage("--data is tpch:SCALE or films:SIZE".into())),
    }
}

async fn load_tpch(engine: &Engine, scale: tpch::Scale) -> Result<(), Error> {
    engine
        .run_all(data::tpch::SCHEMA, &Context::default())
        .await?;
    for table in tpch::Table::ALL {
        let batches: Vec<_> = tpch::batches(table, scale).collect();
        engine.append(table.name(), &batches).await?;
    }
    engine.run_all("ANALYZE", &Context::default()).await?;
    Ok(())
}

/// The context of a call: the machine's clock, and the rules it switches off.
pub fn context(args: &Args) -> Result<Context, Stop> {
    let mut context = Context::with_hooks(Rc::new(NativeHooks::new()));
    for rule in &args.disable {
        if !engine::rule_names().contains(&rule.as_str()) {
            return Err(Stop::Usage(format!("there is no rule {rule}")));
        }
        context.optimizer.disabled.insert(rule.clone());
    }
    context.optimizer.level = args.level;
    Ok(context)
}

/// Characters shown of the line with an error.
const SHOWN: usize = 160;

/// An error as psql shows it: code, message, place, hint.
pub fn failed(error: &Error, text: &str) -> Stop {
    let mut out = format!("ERROR {}: {error}", error.code());
    if let Some(span) = error.span() {
        let (line, column) = span.line_column(text);
        let source = text.lines().nth(line as usize - 1).unwrap_or_default();
        // Of a long line the part around the place.
        let before = (column as usize).saturating_sub(1);
        let cut = if before > SHOWN {
            before - SHOWN / 2
        } else {
            0
        };
        let dots = if cut > 0 { "..." } else { "" };
        let part: String = source.chars().skip(cut).take(SHOWN).collect();
        let source = format!("{dots}{part}");
        let pad = " ".repeat(format!("LINE {line}: {dots}").len() + before - cut);
        out += &format!("\nLINE {line}: {source}\n{pad}^");
    }
    if let Some(hint) = error.hint() {
        out += &format!("\nHINT: {hint}");
    }
    Stop::Failed(out)
}
