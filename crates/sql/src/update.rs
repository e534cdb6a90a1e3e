//! UPDATE.

use crate::SqlError;
use crate::binder::{Binder, Clause};
use crate::coerce::without_length;
use crate::dml::is_default;
use crate::statement::{Bound, Update};
use plan::ScalarId;
use sqlparser::ast::{
    Assignment, AssignmentTarget, Expr, ObjectName, TableWithJoins, Update as ParsedUpdate,
    UpdateTableFromKind,
};
use types::{ColId, TableId};

impl<'q> Binder<'_, 'q> {
    /// Binds an UPDATE.
    pub fn update(&mut self, update: &'q ParsedUpdate) -> Result<Bound, SqlError> {
        let whole = self.source.whole();
        if update.returning.is_some() {
            return self.unsupported("RETURNING", whole);
        }
        if !update.order_by.is_empty() || update.limit.is_some() || update.or.is_some() {
            return self.unsupported("this form of UPDATE", whole);
        }
        let target = self.target(&update.table)?;
        let from: &'q [TableWithJoins] = match &update.from {
            Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => {
                from
            }
            None => &[],
        };
        let own: Vec<ColId> = target.scope.tables[0]
            .columns
            .iter()
            .map(|c| c.col)
            .collect();
        let (mut rel, scope) = self.with_others(target.rel, target.scope, from)?;
        if let Some(condition) = &update.selection {
            rel = self.where_clause(rel, &scope, condition)?;
        }
        let mut clause = Clause::new(&scope, "UPDATE");
        let mut values: Vec<ScalarId> = own.into_iter().map(|c| self.arena.col(c)).collect();
        let mut assigned: Vec<u32> = Vec::with_capacity(update.assignments.len());
        for assignment in &update.assignments {
            for (ordinal, value) in self.assignment(target.table, assignment, &mut clause)? {
                if assigned.contains(&ordinal) {
                    return Err(SqlError::Malformed {
                        message: format!(
                            "multiple assignments to same column \"{}\"",
                            self.arena.table(target.table).columns[ordinal as usize].name
                        ),
                        at: self.at(self.source.expr(&assignment.value)),
                    });
                }
                assigned.push(ordinal);
                values[ordinal as usize] = value;
            }
        }
        rel = self.attach(rel, clause.joins);
        let mut items = vec![("row_id".to_string(), self.arena.col(target.row_id))];
        let names = self.arena.table(target.table).columns.iter();
        items.extend(names.map(|c| c.name.clone()).zip(values));
        let named = self.project(rel, items, whole);
        Ok(Bound::Update(Update {
            table: target.table,
            rows: self.finish(named),
            assigned,
        }))
    }

    fn assignment(
        &mut self,
        table: TableId,
        assignment: &'q Assignment,
        clause: &mut Clause,
    ) -> Result<Vec<(u32, ScalarId)>, SqlError> {
        let at = self.source.expr(&assignment.value);
        let names = match &assignment.target {
            AssignmentTarget::ColumnName(name) => {
                return Ok(vec![self.assigned(
                    table,
                    name,
                    &assignment.value,
                    clause,
                )?]);
            }
            AssignmentTarget::Tuple(names) => names,
        };
        // `(a, b) = (1, 2)`, each column its value.
        let values = match &assignment.value {
            Expr::Tuple(values) => values,
            _ => return self.unsupported("assigning several columns from a subquery", at),
        };
        if names.len() != values.len() {
            return Err(SqlError::Malformed {
                message: "number of columns does not match number of values".into(),
                at: self.at(at),
            });
        }
        let pairs = names.iter().zip(values);
        pairs
            .map(|(name, value)| self.assigned(table, name, value, clause))
            .collect()
    }

    fn assigned(
        &mut self,
        table: TableId,
        name: &ObjectName,
        value: &'q Expr,
        clause: &mut Clause,
    ) -> Result<(u32, ScalarId), SqlError> {
        let at = self.source.expr(value);
        let ordinal = self.column_of(table, name)?;
        let column = self.arena.table(table).columns[ordinal as usize].clone();
        if is_default(value) {
            return Ok((ordinal, self.arena.null(without_length(column.ty))));
        }
        let value = self.expr(value, clause)?;
        let value = self.assign(value, column.ty, &column.name, at)?;
        Ok((ordinal, value))
    }
}
