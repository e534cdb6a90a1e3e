//! Environments: the current row and, outwards, the rows of the queries around it.

use types::{ColId, Value};

/// A row with its columns, inside the rows of outer queries.
pub struct Env<'a> {
    columns: &'a [ColId],
    row: &'a [Value],
    outer: Option<&'a Env<'a>>,
}

impl Env<'static> {
    /// No row at all.
    pub const ROOT: Self = Self {
        columns: &[],
        row: &[],
        outer: None,
    };
}

impl<'a> Env<'a> {
    /// A row inside this environment.
    pub fn with<'b>(&'b self, columns: &'b [ColId], row: &'b [Value]) -> Env<'b>
    where
        'a: 'b,
    {
        debug_assert_eq!(columns.len(), row.len());
        Env {
            columns,
            row,
            outer: Some(self),
        }
    }

    /// The value of a column: of the innermost row that has it.
    pub fn get(&self, col: ColId) -> Option<&Value> {
        match self.columns.iter().position(|c| *c == col) {
            Some(at) => self.row.get(at),
            None => self.outer?.get(col),
        }
    }
}
