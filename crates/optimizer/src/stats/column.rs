//! What is estimated of a column.

use crate::memo::{Below, GroupId, Memo};
use libm::{exp, log1p};
use plan::{Arena, ColumnStats, ROW_ID, Scan, TableInfo, TableStats};
use std::sync::Arc;
use types::data_type::Layout;
use types::{ColId, DataType};

/// Distinct values assumed of a column without statistics that is no key.
const DEFAULT_DISTINCT: f64 = 200.0;

/// The estimate of a column in some group.
#[derive(Debug, Clone)]
pub struct ColumnEstimate {
    /// Distinct values among the group's rows.
    pub distinct: f64,
    /// Distinct values before predicates on other columns: what a join partner's values are matched against.
    pub domain: f64,
    /// Fraction that is NULL.
    pub nulls: f64,
    /// Mean bytes of a value.
    pub width: f64,
    /// The statistics of the table column it was read from, and rows of the table then.
    pub stats: Option<(Arc<TableStats>, u32)>,
    /// Where the distinct count comes from.
    pub source: Source,
}

/// Where a distinct count comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// ANALYZE of the table, with its version.
    Analyze {
        /// The table's name.
        table: Arc<str>,
        /// Which run.
        version: u32,
    },
    /// The column is a key of the table by itself.
    Key(Arc<str>),
    /// The column refers to the key of that table.
    ForeignKey(Arc<str>),
    /// Nothing is known.
    Default,
    /// Computed from other columns' estimates.
    Computed,
}

impl Source {
    /// The source in words.
    pub fn text(&self) -> String {
        match self {
            Self::Analyze { table, version } => format!("ANALYZE {version} of {table}"),
            Self::Key(table) => format!("key of {table}"),
            Self::ForeignKey(table) => format!("refers to the key of {table}"),
            Self::Default => "default, no statistics".into(),
            Self::Computed => "computed from its columns".into(),
        }
    }
}

impl ColumnEstimate {
    /// The estimate of a computed column.
    pub fn computed(distinct: f64, ty: DataType) -> Self {
        Self {
            distinct: distinct.max(1.0),
            domain: distinct.max(1.0),
            nulls: 0.0,
            width: type_width(ty),
            stats: None,
            source: Source::Computed,
        }
    }

    /// Its statistics, if the table was analyzed.
    pub fn stats(&self) -> Option<&ColumnStats> {
        self.stats
            .as_ref()
            .and_then(|(table, at)| table.columns.get(*at as usize))
    }

    /// The same when a selection keeps `rows` of `before` rows without looking at this column: a value survives when
    /// one of its rows does.
    pub fn selected(mut self, before: f64, rows: f64) -> Self {
        if rows < before && before > 0.0 {
            let copies = (before / self.distinct.max(1.0)).max(1.0);
            let lost = exp(copies * log1p(-(rows / before)));
            self.distinct = (self.distinct * (1.0 - lost)).max(1.0);
        }
        self.distinct = self.distinct.min(rows.max(1.0));
        self
    }
}

/// Bytes of a value of a type without statistics.
pub fn type_width(ty: DataType) -> f64 {
    match ty.layout() {
        Layout::Bool => 1.0,
        Layout::I32 => 4.0,
        Layout::I64 | Layout::F64 => 8.0,
        Layout::I128 | Layout::Interval => 16.0,
        Layout::Str => match ty {
            DataType::Char(n) => f64::from(n).min(64.0) + 8.0,
            DataType::Varchar(n) => (f64::from(n) / 2.0).min(32.0) + 8.0,
            _ => 24.0,
        },
    }
}

/// The estimates of a scan's columns before its filters.
pub fn of_scan(arena: &Arena, scan: &Scan) -> Vec<(ColId, ColumnEstimate)> {
    let table = arena.table(scan.table);
    let name: Arc<str> = Arc::from(table.name.as_str());
    let stats = arena.catalog().stats(scan.table);
    let rows = table.rows as f64;
    scan.columns
        .iter()
        .map(|column| {
            if column.ordinal == ROW_ID {
                return (column.col, of_row_id(rows, &name));
            }
            let info = &table.columns[column.ordinal as usize];
            let found = stats.as_ref().and_then(|s| {
                s.columns
                    .get(column.ordinal as usize)
                    .map(|c| (s.clone(), c))
            });
            let estimate = match found {
                Some((all, of_column)) => {
                    // The table may have grown since: a column of mostly distinct values grew with it.
                    let grown = if all.rows > 0.0 && of_column.distinct > 0.1 * all.rows {
                        rows / all.rows
                    } else {
                        1.0
                    };
                    let distinct = (of_column.distinct * grown).clamp(1.0, rows.max(1.0));
                    ColumnEstimate {
                        distinct,
                        domain: distinct,
                        nulls: of_column.null_fraction.clamp(0.0, 1.0),
                        width: of_column.width.max(1.0),
                        source: Source::Analyze {
                            table: name.clone(),
                            version: all.version,
                        },
                        stats: Some((all, column.ordinal)),
                    }
                }
                None => {
                    let (distinct, source) = without_stats(arena, table, column.ordinal, &name);
                    ColumnEstimate {
                        distinct,
                        domain: distinct,
                        nulls: if info.nullable { 0.01 } else { 0.0 },
                        width: type_width(info.ty),
                        stats: None,
                        source,
                    }
                }
            };
            (column.col, estimate)
        })
        .collect()
}

/// A row id tells every row from every other.
fn of_row_id(rows: f64, table: &Arc<str>) -> ColumnEstimate {
    ColumnEstimate {
        source: Source::Key(table.clone()),
        ..ColumnEstimate::computed(rows, DataType::Int64)
    }
}

/// The distinct count from keys alone.
fn without_stats(arena: &Arena, table: &TableInfo, ordinal: u32, name: &Arc<str>) -> (f64, Source) {
    let rows = (table.rows as f64).max(1.0);
    if table.columns[ordinal as usize].ty == DataType::Bool {
        return (rows.min(2.0), Source::Default);
    }
    if table.keys.iter().any(|key| key.columns == [ordinal]) {
        return (rows, Source::Key(name.clone()));
    }
    let referred = table.foreign_keys.iter().find_map(|key| {
        let at = key.columns.iter().position(|c| *c == ordinal)?;
        (key.columns.len() == 1 && at == 0).then(|| arena.catalog().table(key.table))?
    });
    match referred {
        Some(other) => (
            rows.min((other.rows as f64).max(1.0)),
            Source::ForeignKey(Arc::from(other.name.as_str())),
        ),
        None => (rows.min(DEFAULT_DISTINCT), Source::Default),
    }
}

/// The estimate of a column in a group; `None` for a column of an outer query.
pub fn of_group(memo: &Memo, group: GroupId, col: ColId) -> Option<ColumnEstimate> {
    let mut at = group;
    // Rows of the groups passed on the way down, with those of the group below when it only selects.
    let mut path: Vec<(f64, Option<f64>)> = Vec::new();
    let mut equal: Option<(f64, f64)> = None;
    let found = loop {
        let here = memo.group(at);
        if let Some((_, estimate)) = here.own_columns.iter().find(|(c, _)| *c == col) {
            break estimate.clone();
        }
        match &here.below {
            Below::Relations(block, set) => {
                let block = &memo.blocks[*block as usize];
                let relation = block.relation_of(*set, col)?;
                path.push((here.rows, None));
                if equal.is_none() {
                    equal = block.least_equal(col, *set);
                }
                at = block.relations[relation];
            }
            Below::Inputs(inputs) => {
                let below = inputs.iter().find(|input| {
                    let props = memo.group(**input).props.as_ref();
                    props.is_some_and(|p| p.output.contains(col))
                })?;
                let before = (inputs.len() == 1).then(|| memo.group(*below).rows);
                path.push((here.rows, before));
                at = *below;
            }
        }
    };
    let mut estimate = found;
    for (rows, before) in path.into_iter().rev() {
        estimate = match before {
            Some(before) => estimate.selected(before, rows),
            None => {
                estimate.distinct = estimate.distinct.min(rows.max(1.0));
                estimate
            }
        };
    }
    if let Some((distinct, domain)) = equal {
        estimate.distinct = estimate.distinct.min(distinct);
        estimate.domain = estimate.domain.min(domain);
    }
    Some(estimate)
}
