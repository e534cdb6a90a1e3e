//! INSERT and DELETE, and what UPDATE shares with them.

use crate::SqlError;
use crate::binder::{Binder, Clause, Named, SubJoin};
use crate::coerce::without_length;
use crate::scope::{NamedColumn, Scope};
use crate::statement::{Bound, Delete, Insert};
use plan::{Op, ROW_ID, RelId, ScalarId, ScanColumn};
use sqlparser::ast::{
    Delete as ParsedDelete, Expr, FromTable, Insert as ParsedInsert, ObjectName, ObjectNamePart,
    Query, SetExpr, TableAlias, TableFactor, TableObject, TableWithJoins,
};
use std::rc::Rc;
use types::{ColId, DataType, Span, TableId};

/// The table that a DELETE or UPDATE changes.
pub(crate) struct Target {
    pub table: TableId,
    pub rel: RelId,
    pub scope: Scope,
    pub row_id: ColId,
}

/// A column of a table that INSERT gives a value.
struct Assigned {
    name: String,
    ty: DataType,
    ordinal: u32,
}

impl<'q> Binder<'_, 'q> {
    /// Binds an INSERT.
    pub fn insert(&mut self, insert: &'q ParsedInsert) -> Result<Bound, SqlError> {
        let whole = self.source.whole();
        let TableObject::TableName(name) = &insert.table else {
            return self.unsupported("INSERT into anything but a table", whole);
        };
        self.insert_words(insert, name)?;
        if insert.on.is_some() {
            return self.unsupported("ON CONFLICT", whole);
        }
        if insert.returning.is_some() {
            return self.unsupported("RETURNING", whole);
        }
        let at = self.at(self.source.object_name(name));
        let (_, table_name) = self.relation_name(name)?;
        let table = self.find_table(&table_name, at)?;
        let columns = self.insert_columns(table, &insert.columns)?;
        let source = match &insert.source {
            None => self.insert_rows(table, &[], &[Vec::new()], at)?,
            Some(query) => match plain_values(query) {
                Some(rows) => {
                    self.insert_values(table, &columns, !insert.columns.is_empty(), rows)?
                }
                None => self.insert_query(table, &columns, !insert.columns.is_empty(), query)?,
            },
        };
        Ok(Bound::Insert(Insert {
            table,
            source: self.finish(source),
        }))
    }

    /// INTO and the AS of an alias may not be left out.
    fn insert_words(&self, insert: &ParsedInsert, name: &ObjectName) -> Result<(), SqlError> {
        let at = self.source.object_name(name);
        let next = self.source.token_after(at.end, 0).unwrap_or(at);
        let refused = |at: Span, expected: &str| {
            Err(SqlError::Syntax {
                near: Some(self.source.slice(at).to_string()),
                expected: Some(expected.into()),
                at: self.at(at),
            })
        };
        if !insert.into {
            return refused(at, "INTO");
        }
        if insert.table_alias.is_some() && !self.source.slice(next).eq_ignore_ascii_case("as") {
            return refused(next, "AS before an alias");
        }
        Ok(())
    }

    /// The columns an INSERT names; all when it names none.
    fn insert_columns(
        &self,
        table: TableId,
        names: &[ObjectName],
    ) -> Result<Vec<Assigned>, SqlError> {
        let info = self.arena.table(table);
        let assigned = |ordinal: u32| {
            let column = &info.columns[ordinal as usize];
            Assigned {
                name: column.name.clone(),
                ty: column.ty,
                ordinal,
            }
        };
        if names.is_empty() {
            return Ok((0..info.columns.len() as u32).map(assigned).collect());
        }
        let mut columns: Vec<Assigned> = Vec::with_capacity(names.len());
        for name in names {
            let at = self.at(self.source.object_name(name));
            let ordinal = self.column_of(table, name)?;
            if columns.iter().any(|c| c.ordinal == ordinal) {
                return Err(SqlError::DuplicateColumn {
                    name: info.columns[ordinal as usize].name.clone(),
                    at,
                });
            }
            columns.push(assigned(ordinal));
        }
        Ok(columns)
    }

    /// The position of a table's column.
    pub(crate) fn column_of(&self, table: TableId, name: &ObjectName) -> Result<u32, SqlError> {
        let column = match name.0.as_slice() {
            [ObjectNamePart::Identifier(ident)] => self.name(ident)?,
            // `t.a` would be field `a` of a column `t`.
            _ => name.to_string(),
        };
        self.table_column(table, &column, self.source.object_name(name))
    }

    /// The position of a table's column by its folded name.
    pub fn table_column(&self, table: TableId, column: &str, at: Span) -> Result<u32, SqlError> {
        let info = self.arena.table(table);
        info.find_column(column)
            .ok_or_else(|| SqlError::UnknownColumnOf {
                nearest: crate::error::nearest(
                    column,
                    info.columns.iter().map(|c| c.name.as_str()),
                ),
                column: column.to_string(),
                table: info.name.clone(),
                at: self.at(at),
            })
    }

    fn check_count(
        &self,
        given: usize,
        columns: &[Assigned],
        named: bool,
        at: Span,
    ) -> Result<(), SqlError> {
        // Without a column list fewer values are allowed: the rest is NULL.
        let message = if given > columns.len() {
            "INSERT has more expressions than target columns"
        } else if given < columns.len() && named {
            "INSERT has more target columns than expressions"
        } else {
            return Ok(());
        };
        Err(SqlError::Malformed {
            message: message.into(),
            at: self.at(at),
        })
    }

    fn insert_values(
        &mut self,
        table: TableId,
        columns: &[Assigned],
        named: bool,
        rows: Vec<&'q [Expr]>,
    ) -> Result<Named, SqlError> {
        let at = self.values_place(&rows);
        let scope = Rc::new(Scope::default());
        let width = rows.first().map_or(0, |r| r.len());
        let mut bound = Vec::with_capacity(rows.len());
        for row in rows {
            let row_at = row.first().map_or(at, |first| self.source.expr(first));
            if row.len() != width {
                return Err(SqlError::Malformed {
                    message: "VALUES lists must all be the same length".into(),
                    at: self.at(row_at),
                });
            }
            let extra = row.get(columns.len()).map(|extra| self.source.expr(extra));
            self.check_count(row.len(), columns, named, extra.unwrap_or(row_at))?;
            let mut clause = Clause::new(&scope, "VALUES");
            let mut values = Vec::with_capacity(row.len());
            for (expr, column) in row.iter().zip(columns) {
                let value = if is_default(expr) {
                    self.arena.null(without_length(column.ty))
                } else {
                    let value = self.expr(expr, &mut clause)?;
                    self.assign(value, column.ty, &column.name, self.source.expr(expr))?
                };
                values.push(value);
            }
            bound.push((values, clause.joins));
        }
        if bound.iter().all(|(_, joins)| joins.is_empty()) {
            let rows: Vec<Vec<ScalarId>> = bound.into_iter().map(|(row, _)| row).collect();
            return self.insert_rows(table, &columns[..width.min(columns.len())], &rows, at);
        }
        self.insert_rows_with_subqueries(table, &columns[..width.min(columns.len())], bound, at)
    }

    /// The values of a row in the table's order, NULL where none is given.
    fn full_row(
        &mut self,
        table: TableId,
        columns: &[Assigned],
        row: &[ScalarId],
    ) -> Vec<(String, ScalarId)> {
        let info = self.arena.table(table).columns.clone();
        let mut full = Vec::with_capacity(info.len());
        for (ordinal, column) in info.into_iter().enumerate() {
            let given = columns
                .iter()
                .position(|c| c.ordinal as usize == ordinal)
                .and_then(|at| row.get(at).copied());
            let value = given.unwrap_or_else(|| self.arena.null(without_length(column.ty)));
            full.push((column.name, value));
        }
        full
    }

    fn insert_rows(
        &mut self,
        table: TableId,
        columns: &[Assigned],
        rows: &[Vec<ScalarId>],
        at: Span,
    ) -> Result<Named, SqlError> {
        let info = self.arena.table(table).columns.clone();
        // Position in the row given, for each column of the table.
        let places: Vec<Option<usize>> = (0..info.len())
            .map(|ordinal| columns.iter().position(|c| c.ordinal as usize == ordinal))
            .collect();
        let nulls: Vec<ScalarId> = info
            .iter()
            .map(|c| self.arena.null(without_length(c.ty)))
            .collect();
        let rows = rows
            .iter()
            .map(|row| {
                let value = |(place, null): (&Option<usize>, &ScalarId)| {
                    place.and_then(|at| row.get(at).copied()).unwrap_or(*null)
                };
                places.iter().zip(&nulls).map(value).collect()
            })
            .collect();
        let named: Vec<NamedColumn> = info
            .into_iter()
            .map(|column| NamedColumn {
                col: self.fresh(&column.name, without_length(column.ty)),
                name: column.name,
            })
            .collect();
        let op = Op::Values {
            columns: named.iter().map(|c| c.col).collect(),
            rows,
        };
        let rel = self.rel(op, Vec::new(), at);
        Ok(Named {
            rel,
            columns: named,
        })
    }

    fn insert_rows_with_subqueries(
        &mut self,
        table: TableId,
        columns: &[Assigned],
        rows: Vec<(Vec<ScalarId>, Vec<SubJoin>)>,
        at: Span,
    ) -> Result<Named, SqlError> {
        let mut branches = Vec::with_capacity(rows.len());
        for (row, joins) in rows {
            let one = self.one_row(at);
            let rel = self.attach(one, joins);
            let full = self.full_row(table, columns, &row);
            branches.push(self.project(rel, full, at));
        }
        if branches.len() == 1 {
            return Ok(branches.swap_remove(0));
        }
        self.combine(plan::SetOpKind::Union, true, branches, at)
    }

    fn insert_query(
        &mut self,
        table: TableId,
        columns: &[Assigned],
        named: bool,
        query: &'q Query,
    ) -> Result<Named, SqlError> {
        let at = self.at(self.source.query(query));
        let source = self.query_untyped(query)?;
        self.check_count(source.columns.len(), columns, named, at)?;
        let columns = &columns[..source.columns.len()];
        // What the query computes last is converted where it is computed.
        let (rel, exprs) = match self.arena.op(source.rel).clone() {
            Op::Project { items } => {
                let exprs: Vec<ScalarId> = items.iter().map(|item| item.expr).collect();
                (self.arena.inputs(source.rel)[0], exprs)
            }
            _ => {
                let cols = source.columns.iter().map(|c| self.arena.col(c.col));
                (source.rel, cols.collect())
            }
        };
        let mut row = Vec::with_capacity(columns.len());
        for (expr, target) in exprs.into_iter().zip(columns) {
            row.push(self.assign(expr, target.ty, &target.name, at)?);
        }
        let full = self.full_row(table, columns, &row);
        Ok(self.project(rel, full, at))
    }

    /// Binds a DELETE.
    pub fn delete(&mut self, delete: &'q ParsedDelete) -> Result<Bound, SqlError> {
        let whole = self.source.whole();
        if delete.returning.is_some() {
            return self.unsupported("RETURNING", whole);
        }
        if !delete.tables.is_empty() || !delete.order_by.is_empty() || delete.limit.is_some() {
            return self.unsupported("this form of DELETE", whole);
        }
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let [item] = from.as_slice() else {
            return self.unsupported("DELETE from several tables", whole);
        };
        let target = self.target(item)?;
        let using = delete.using.as_deref().unwrap_or(&[]);
        let (mut rel, scope) = self.with_others(target.rel, target.scope, using)?;
        if let Some(condition) = &delete.selection {
            rel = self.where_clause(rel, &scope, condition)?;
        }
        let row_id = self.arena.col(target.row_id);
        let named = self.project(rel, vec![("row_id".into(), row_id)], whole);
        Ok(Bound::Delete(Delete {
            table: target.table,
            rows: self.finish(named),
        }))
    }

    pub(crate) fn where_clause(
        &mut self,
        rel: RelId,
        scope: &Rc<Scope>,
        condition: &'q Expr,
    ) -> Result<RelId, SqlError> {
        let mut clause = Clause::new(scope, "WHERE");
        let condition_id = self.condition(condition, &mut clause, "WHERE")?;
        let rel = self.attach(rel, clause.joins);
        let at = self.at(self.source.expr(condition));
        Ok(self.filter(rel, condition_id, at))
    }

    /// The target joined with the tables of USING or FROM.
    pub(crate) fn with_others(
        &mut self,
        rel: RelId,
        mut scope: Scope,
        others: &'q [TableWithJoins],
    ) -> Result<(RelId, Rc<Scope>), SqlError> {
        let mut joined = rel;
        if !others.is_empty() {
            let at = self.at(self.source.factor(&others[0].relation));
            let (right, right_scope) = self.from(others)?;
            scope.extend(right_scope, at)?;
            joined = self.join(plan::JoinKind::Inner, Vec::new(), rel, right, at);
        }
        Ok((joined, Rc::new(scope)))
    }

    /// A scan of the table to change, with its row ids.
    pub(crate) fn target(&mut self, item: &'q TableWithJoins) -> Result<Target, SqlError> {
        let at = self.at(self.source.factor(&item.relation));
        let (TableFactor::Table { name, alias, .. }, []) = (&item.relation, item.joins.as_slice())
        else {
            return self.unsupported("changing anything but a table", at);
        };
        let alias: Option<&'q TableAlias> = alias.as_ref();
        let (_, table_name) = self.relation_name(name)?;
        let table = self.find_table(&table_name, self.at(self.source.object_name(name)))?;
        let (rel, scope) = self.scan(table, alias, at)?;
        let row_id = self.arena.new_computed("row_id", DataType::Int64);
        let Op::Scan(mut scan) = self.arena.op(rel).clone() else {
            return self.unsupported("changing anything but a table", at);
        };
        scan.columns.push(ScanColumn {
            col: row_id,
            ordinal: ROW_ID,
        });
        let rel = self.rel(Op::Scan(scan), Vec::new(), at);
        Ok(Target {
            table,
            rel,
            scope,
            row_id,
        })
    }
}

/// The rows of a query that is a bare VALUES list.
fn plain_values(query: &Query) -> Option<Vec<&[Expr]>> {
    let bare = query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none();
    match &*query.body {
        SetExpr::Values(values) if bare => {
            Some(values.rows.iter().map(|r| r.content.as_slice()).collect())
        }
        _ => None,
    }
}

/// The keyword DEFAULT in a list of values: NULL, as no column has another default.
pub(crate) fn is_default(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(ident) if ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("default"))
}
