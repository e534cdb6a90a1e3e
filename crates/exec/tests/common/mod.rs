//! Plans over random tables, run by the executor and naively.

#![allow(dead_code, reason = "each test file uses some of it")]

use exec::naive::{self, NaiveError};
use exec::{ExecError, Execution, MemoryTables, Settings};
use plan::{
    Arena, ColumnInfo, Func, Op, ProjectItem, RelId, Scalar, ScalarId, Scan, SortKey, TableInfo,
};
use std::rc::Rc;
use std::sync::Arc;
use storage::block_on;
use testkit::{Database, Rng};
use types::data_type::Layout;
use types::{Batch, Bitmap, ColId, Column, DataType, StrVec, TableId, Value, Vector};

pub type Row = Vec<Value>;

/// Tables, and an arena to plan over them.
pub struct Lab {
    pub database: Rc<Database>,
    pub arena: Arena,
    pub tables: MemoryTables,
    pub settings: Settings,
}

/// A plan and its output columns.
#[derive(Clone)]
pub struct Plan {
    pub rel: RelId,
    pub columns: Vec<ColId>,
}

impl Lab {
    /// Tables of the types given, filled with the rows, cut into batches in a random way.
    pub fn new(rng: &mut Rng, tables: Vec<(Vec<DataType>, Vec<Row>)>) -> Self {
        let mut memory = MemoryTables::new();
        let mut infos = Vec::new();
        for (at, (types, rows)) in tables.into_iter().enumerate() {
            let id = TableId(at as u32);
            memory.insert(id, batches(rng, &types, &rows));
            let columns = types.iter().enumerate().map(|(column, ty)| ColumnInfo {
                name: format!("c{column}"),
                ty: *ty,
                nullable: rows.iter().any(|row| row[column].is_null()),
            });
            let info = TableInfo {
                id,
                name: format!("t{at}"),
                columns: columns.collect(),
                keys: Vec::new(),
                foreign_keys: Vec::new(),
                rows: rows.len() as u64,
                pages: 1,
            };
            infos.push((info, rows));
        }
        let database = Rc::new(Database::new(infos));
        Self {
            arena: Arena::new(database.clone()),
            database,
            tables: memory,
            settings: Settings::default(),
        }
    }

    /// A scan of all columns of a table, logical and physical.
    pub fn scans(
        &mut self,
        table: u32,
        filters: &dyn Fn(&mut Arena, &[ColId]) -> Vec<ScalarId>,
    ) -> Two {
        let width = self
            .database
            .infos()
            .nth(table as usize)
            .expect("a table")
            .columns
            .len();
        let columns = self
            .arena
            .scan_columns(TableId(table), "t", 0..width as u32);
        let ids: Vec<ColId> = columns.iter().map(|c| c.col).collect();
        let filters = filters(&mut self.arena, &ids);
        let scan = Scan {
            table: TableId(table),
            alias: "t".into(),
            columns,
            filters,
        };
        Two {
            logical: self.arena.rel(Op::Scan(scan.clone()), Vec::new()),
            physical: self.arena.rel(Op::TableScan(scan), Vec::new()),
            columns: ids,
        }
    }

    pub fn scan(&mut self, table: u32) -> Two {
        self.scans(table, &|_, _| Vec::new())
    }

    /// Runs a physical plan.
    pub fn run(&self, root: RelId) -> Result<Vec<Row>, ExecError> {
        self.run_with(root, Rc::new(()))
    }

    pub fn run_with(&self, root: RelId, hooks: Rc<dyn exec::Hooks>) -> Result<Vec<Row>, ExecError> {
        self.run_counted(root, hooks).map(|(rows, _)| rows)
    }

    /// The rows, and what each operator did, in pre-order.
    pub fn run_counted(
        &self,
        root: RelId,
        hooks: Rc<dyn exec::Hooks>,
    ) -> Result<(Vec<Row>, Vec<exec::Counters>), ExecError> {
        let tables = Rc::new(self.tables.clone());
        let mut run = Execution::new(&self.arena, root, tables, self.settings.clone(), hooks)?;
        let mut rows = Vec::new();
        while let Some(batch) = block_on(run.next())? {
            assert!(!batch.is_empty() && batch.len() <= types::BATCH_ROWS);
            assert_eq!(batch.columns.len(), run.columns().len());
            for row in batch.selected() {
                let columns = batch.columns.iter().zip(run.columns());
                rows.push(columns.map(|(c, (_, ty))| c.value(row, *ty)).collect());
            }
        }
        assert!(block_on(run.next())?.is_none(), "the end is the end");
        let counted = run.counters();
        let first = counted.first().map(|c| (c.rows, c.loops, c.ended));
        assert_eq!(first, Some((rows.len() as u64, 1, 1)));
        Ok((rows, counted))
    }

    /// Runs a logical plan naively.
    pub fn naive(&self, root: RelId) -> Result<Vec<Row>, NaiveError> {
        let database = self.database.clone();
        naive::run(
            &self.arena,
            root,
            &move |table| database.rows(table),
            50_000_000,
        )
    }

    pub fn call(&mut self, func: Func, args: &[ScalarId]) -> ScalarId {
        self.arena.call(func, args.to_vec())
    }

    /// A node over inputs, logical and physical.
    pub fn two(&mut self, logical: Op, physical: Op, inputs: &[&Two]) -> Two {
        let of =
            |pick: &dyn Fn(&Two) -> RelId| inputs.iter().map(|i| pick(i)).collect::<Vec<RelId>>();
        let logical = self.arena.rel(logical, of(&|i| i.logical));
        let physical = self.arena.rel(physical, of(&|i| i.physical));
        Two {
            logical,
            physical,
            columns: self.arena.props(logical).columns.clone(),
        }
    }

    /// The same rows, sorted upward by the columns on the physical side.
    pub fn sorted(&mut self, input: &Two, keys: &[ColId]) -> Two {
        let keys = keys
            .iter()
            .map(|col| SortKey {
                col: *col,
                descending: false,
                nulls_first: false,
            })
            .collect();
        Two {
            physical: self.arena.rel(Op::PhysSort { keys }, vec![input.physical]),
            ..input.clone()
        }
    }

    /// Computed columns.
    pub fn project(&mut self, input: &Two, exprs: &[ScalarId]) -> Two {
        let items: Vec<ProjectItem> = exprs
            .iter()
            .map(|expr| {
                let ty = self.arena.ty(*expr);
                let col = self.arena.new_computed("x", ty);
                ProjectItem { col, expr: *expr }
            })
            .collect();
        self.two(
            Op::Project {
                items: items.clone(),
            },
            Op::PhysProject { items },
            &[input],
        )
    }

    /// Both ways give the same rows, in any order, or both fail on the data.
    pub fn agree(&self, two: &Two, what: &str) -> Option<usize> {
        match (self.run(two.physical), self.naive(two.logical)) {
            // The executor does not compute what nobody reads.
            (Ok(_), Err(NaiveError::Data(_))) if what.contains("narrow") => None,
            (fast, slow) => self.same(two, what, fast, slow),
        }
    }

    fn same(
        &self,
        two: &Two,
        what: &str,
        fast: Result<Vec<Row>, ExecError>,
        slow: Result<Vec<Row>, NaiveError>,
    ) -> Option<usize> {
        match (fast, slow) {
            (Ok(fast), Ok(slow)) => {
                let (fast, slow) = (bag(fast), bag(slow));
                assert_eq!(
                    fast,
                    slow,
                    "{what}\n{}",
                    plan::text::tree(&self.arena, two.physical)
                );
                Some(slow.len())
            }
            // Which of several failures comes first depends on the way of evaluating.
            (Err(ExecError::Data(_)), Err(NaiveError::Data(_))) => None,
            (fast, slow) => panic!(
                "{what}: {fast:?} against {slow:?}\n{}",
                plan::text::tree(&self.arena, two.physical)
            ),
        }
    }
}

/// A plan in its logical and its physical form.
#[derive(Clone)]
pub struct Two {
    pub logical: RelId,
    pub physical: RelId,
    pub columns: Vec<ColId>,
}

/// Rows as texts in sorted order; doubles rounded, as their sums depend on the order.
pub fn bag(rows: Vec<Row>) -> Vec<String> {
    let mut rows: Vec<String> = rows.iter().map(show).collect();
    rows.sort_unstable();
    rows
}

pub fn show(row: &Row) -> String {
    let cells: Vec<String> = row
        .iter()
        .map(|value| match value {
            Value::Float64(v) if v.is_finite() => format!("{:.9e}", v + 0.0),
            Value::Text(t) => format!("'{t}'"),
            value => value.to_string(),
        })
        .collect();
    cells.join(" | ")
}

/// Rows as batches: random lengths, rows that do not count between them, strings with and without dictionary, wide
/// decimals in either layout.
fn batches(rng: &mut Rng, types: &[DataType], rows: &[Row]) -> Vec<Batch> {
    let mut out = Vec::new();
    let mut rest = rows;
    let dictionary: Vec<Arc<StrVec>> = (0..types.len())
        .map(|at| {
            let mut values: Vec<&str> = rows.iter().filter_map(|row| row[at].as_str()).collect();
            values.sort_unstable();
            values.dedup();
            if values.is_empty() {
                values.push("");
            }
            let mut values: StrVec = values.into_iter().collect();
            values.seal();
            Arc::new(values)
        })
        .collect();
    while !rest.is_empty() {
        let most = *rng.pick(&[1, 3, 7, 100, types::BATCH_ROWS]);
        let (mut batch, mut selection) = (Vec::new(), Vec::new());
        let holes = rng.chance(50);
        while !rest.is_empty() && batch.len() < most {
            if holes && rng.chance(20) {
                batch.push(rng.pick(rows).clone());
                continue;
            }
            selection.push(batch.len() as u32);
            batch.push(rest[0].clone());
            rest = &rest[1..];
        }
        if selection.is_empty() {
            continue;
        }
        let columns = types
            .iter()
            .enumerate()
            .map(|(at, ty)| Arc::new(column(rng, *ty, &batch, at, &dictionary[at])))
            .collect();
        let all = selection.len() == batch.len();
        out.push(Batch {
            columns,
            rows: batch.len(),
            selection: (!all).then(|| Arc::new(selection)),
        });
    }
    out
}

fn column(
    rng: &mut Rng,
    ty: DataType,
    rows: &[Row],
    at: usize,
    dictionary: &Arc<StrVec>,
) -> Column {
    let values: Vec<&Value> = rows.iter().map(|row| &row[at]).collect();
    let validity: Bitmap = values.iter().map(|v| !v.is_null()).collect();
    let narrow = |v: &&Value| match v {
        Value::Decimal(d) => i64::try_from(d.unscaled).ok(),
        _ => Some(rng_free_filler()),
    };
    match ty.layout() {
        Layout::I128 if rng.chance(70) => {
            let narrow: Option<Vec<i64>> = values.iter().map(narrow).collect();
            match narrow {
                Some(narrow) => Column::with_validity(Vector::I64(narrow), Some(validity)),
                None => Column::from_values(ty, values),
            }
        }
        Layout::Str if rng.chance(60) => {
            // Now and then a dictionary of the batch's own.
            let values_of: Arc<StrVec> = if rng.chance(80) {
                dictionary.clone()
            } else {
                let mut own: Vec<&str> = values.iter().filter_map(|v| v.as_str()).collect();
                own.sort_unstable_by(|a, b| b.cmp(a));
                own.dedup();
                own.push("never used");
                Arc::new(own.into_iter().collect())
            };
            let code = |v: &&Value| {
                let text = v.as_str().unwrap_or_default();
                values_of.iter().position(|t| t == text).unwrap_or(0) as u32
            };
            Column::with_validity(
                Vector::Dict {
                    codes: values.iter().map(code).collect(),
                    values: values_of.clone(),
                },
                Some(validity),
            )
        }
        _ => {
            let mut column = Column::from_values(ty, values);
            if let Vector::Str(strings) = &mut column.data {
                strings.seal();
            }
            column
        }
    }
}

/// What a NULL row of a narrow decimal holds: any value.
fn rng_free_filler() -> i64 {
    i64::MIN
}

pub fn literal(arena: &mut Arena, value: Value, ty: DataType) -> ScalarId {
    arena.scalar(Scalar::Literal(value, ty))
}
