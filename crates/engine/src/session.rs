//! Scripts, statement by statement.

use crate::catalog::{Snapshot, Tables, codec};
use crate::query::{Phases, QueryResult};
use crate::{Error, TraceOptions, statement};
use exec::{Hooks, Settings};
use plan::{Arena, TableInfo};
use std::cell::RefCell;
use std::rc::Rc;
use storage::{Database, MemoryStore, PageStore};
use types::{Batch, Span, TableId};

/// How a database is laid out in memory.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// Bytes a page has; a property of the database from its creation on.
    pub page_size: usize,
    /// Frames of the buffer pool.
    pub frames: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            page_size: storage::DEFAULT_PAGE_SIZE,
            frames: 4_096,
        }
    }
}

/// What a run may use of the outside world, and what it is asked to leave out.
#[derive(Clone)]
pub struct Context {
    /// Clock, cancel flag, giving way.
    pub hooks: Rc<dyn Hooks>,
    /// Memory budget, slice length, seed.
    pub settings: Settings,
    /// Rules that must not fire.
    pub optimizer: TraceOptions,
}

impl Context {
    /// A context with these surroundings.
    pub fn with_hooks(hooks: Rc<dyn Hooks>) -> Self {
        Self {
            hooks,
            settings: Settings::default(),
            optimizer: TraceOptions::default(),
        }
    }

    /// Milliseconds on the surroundings' clock.
    pub fn now(&self) -> f64 {
        self.hooks.now_nanos() as f64 / 1e6
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::with_hooks(Rc::new(()))
    }
}

/// What one statement did.
pub struct StatementResult {
    /// PostgreSQL's command tag, such as `SELECT 5`.
    pub tag: String,
    /// The statement in the script.
    pub span: Span,
    /// The rows; `None` for commands.
    pub rows: Option<QueryResult>,
    /// Milliseconds in each phase.
    pub phases: Phases,
}

/// A database and its catalog. Clones are handles to the same one; statements run one at a time.
#[derive(Clone)]
pub struct Engine {
    pub(crate) database: Rc<Database>,
    pub(crate) tables: Rc<RefCell<Tables>>,
}

impl Engine {
    /// A new database in memory.
    pub async fn in_memory(config: Config) -> Result<Self, Error> {
        Self::create(Rc::new(MemoryStore::new()), config).await
    }

    /// A new database in a store that has none.
    pub async fn create(store: Rc<dyn PageStore>, config: Config) -> Result<Self, Error> {
        let database = Database::create(store, config.page_size, config.frames).await?;
        Ok(Self {
            database,
            tables: Rc::default(),
        })
    }

    /// The database in the store.
    pub async fn open(store: Rc<dyn PageStore>, config: Config) -> Result<Self, Error> {
        let database = Database::open(store, config.frames).await?;
        let tables = codec::decode(&database.catalog(), &database).await?;
        Ok(Self {
            database,
            tables: Rc::new(RefCell::new(tables)),
        })
    }

    /// The catalog as of now.
    pub fn snapshot(&self) -> Rc<Snapshot> {
        Rc::new(self.tables.borrow().snapshot())
    }

    /// Tables in order of creation.
    pub fn tables(&self) -> Vec<TableInfo> {
        let snapshot = self.snapshot();
        plan::Catalog::tables(&*snapshot)
            .into_iter()
            .filter_map(|id| plan::Catalog::table(&*snapshot, id).cloned())
            .collect()
    }

    /// The store below: buffer pool, pages, checks.
    pub fn database(&self) -> &Rc<Database> {
        &self.database
    }

    /// Runs a script. `done` is told of each statement as it finishes; the first failure ends the run, statements
    /// before it keep their effect.
    pub async fn run(
        &self,
        text: &str,
        context: &Context,
        done: &mut dyn FnMut(StatementResult),
    ) -> Result<(), Error> {
        let start = context.now();
        let statements = sql::parse(text)?;
        // The whole script is parsed at once: its time counts for the first statement.
        let mut parse = context.now() - start;
        for parsed in &statements {
            let mut phases = Phases {
                parse,
                ..Phases::default()
            };
            parse = 0.0;
            let start = context.now() - phases.parse;
            let (tag, rows) = statement::run(self, parsed, context, &mut phases)
                .await
                .map_err(|error| error.at(Some(parsed.span())))?;
            phases.total = context.now() - start;
            done(StatementResult {
                tag,
                span: parsed.span(),
                rows,
                phases,
            });
        }
        Ok(())
    }

    /// Runs a script and gives the result of its last statement that has rows.
    pub async fn run_all(
        &self,
        text: &str,
        context: &Context,
    ) -> Result<Option<QueryResult>, Error> {
        let mut last = None;
        self.run(text, context, &mut |result| {
            last = result.rows.or(last.take())
        })
        .await?;
        Ok(last)
    }

    /// Binds a statement against the catalog as of now, in an arena of its own.
    pub(crate) fn bind(&self, parsed: &sql::Parsed) -> Result<(Arena, sql::Bound), Error> {
        let snapshot = self.snapshot();
        let mut arena = Arena::new(snapshot.clone());
        let bound = sql::bind_with_views(&mut arena, parsed, &*snapshot)?;
        Ok((arena, bound))
    }

    /// Appends rows that have all columns of the table in order, and commits.
    pub async fn append(&self, table: &str, batches: &[Batch]) -> Result<u64, Error> {
        let id = self.find(table)?;
        let appended = crate::load::append(&self.tables, id, batches).await;
        self.finish(appended).await
    }

    /// Loads CSV text with a header line, and commits; all rows or none.
    pub async fn insert_csv(&self, table: &str, text: &[u8]) -> Result<u64, Error> {
        let id = self.find(table)?;
        let (names, types) = {
            let tables = self.tables.borrow();
            let entry = &tables.tables[&id];
            let names: Vec<String> = entry.info.columns.iter().map(|c| c.name.clone()).collect();
            (names, entry.types())
        };
        let mut reader = crate::csv::CsvReader::with_header(text, &names, types)?;
        let mut batches = Vec::new();
        while let Some(batch) = reader.next_batch()? {
            batches.push(batch);
        }
        let appended = crate::load::append(&self.tables, id, &batches).await;
        self.finish(appended).await
    }

    pub(crate) fn find(&self, table: &str) -> Result<TableId, Error> {
        self.tables
            .borrow()
            .find(table)
            .ok_or_else(|| Error::NoSuchTable {
                name: table.to_string(),
            })
    }

    /// Commits after success; gives everything back after an error.
    pub(crate) async fn finish<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        let committed = match result {
            Ok(value) => {
                let bytes = codec::encode(&self.tables.borrow());
                self.database
                    .commit(&bytes)
                    .await
                    .map(|()| value)
                    .map_err(Error::from)
            }
            Err(error) => Err(error),
        };
        if committed.is_err() {
            self.database.rollback().await?;
            let tables = codec::decode(&self.database.catalog(), &self.database).await?;
            *self.tables.borrow_mut() = tables;
        }
        committed
    }
}
