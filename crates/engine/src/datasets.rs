//! Sample data in the engine's tables.

use crate::{Context, Engine, Error};
use data::films;

/// Makes the film tables and fills them, then gathers statistics.
pub async fn load_films(engine: &Engine, size: films::Size, seed: u64) -> Result<(), Error> {
    engine.run_all(films::SCHEMA, &Context::default()).await?;
    for table in films::tables(size, seed) {
        engine.append(table.name, &table.batches).await?;
    }
    engine.run_all("ANALYZE", &Context::default()).await?;
    Ok(())
}
