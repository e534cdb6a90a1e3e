//! Rows kept by an operator: columns that grow batch by batch into one piece each, so that any row is one index away.

use crate::kernels::gather::gather;
use crate::memory::Reservation;
use crate::{ExecError, Result};
use std::collections::HashMap;
use std::collections::TryReserveError;
use std::sync::Arc;
use types::{Batch, Bitmap, Column, StrVec, Vector};

/// Rows kept by an operator.
#[derive(Default)]
pub(crate) struct Store {
    columns: Vec<Growing>,
    rows: usize,
}

/// A column that grows.
#[derive(Default)]
struct Growing {
    /// `None` before the first rows.
    column: Option<Arc<Column>>,
    /// Bytes of strings outside their views.
    long_bytes: usize,
    /// The dictionary that was appended last, and what its codes are here.
    recoded: Option<(Arc<StrVec>, Vec<u32>)>,
    /// Codes by string, once a second dictionary came.
    codes: HashMap<Box<[u8]>, u32>,
}

/// Dictionaries that grow past this are given up for plain strings.
const MOST_VALUES: usize = 4_096;

impl Store {
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            columns: (0..columns).map(|_| Growing::default()).collect(),
            rows: 0,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes held, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.columns.iter().map(Growing::bytes).sum()
    }

    /// Appends rows of columns: those at `rows`, or all. An allocation that fails is an error.
    pub(crate) fn append(
        &mut self,
        columns: &[Arc<Column>],
        count: usize,
        rows: Option<&[u32]>,
        reservation: &Reservation,
    ) -> Result<()> {
        for (growing, column) in self.columns.iter_mut().zip(columns) {
            growing
                .append(column, rows)
                .map_err(|_| reservation.exhausted())?;
        }
        self.rows += count;
        if self.rows >= NO_MORE {
            return Err(ExecError::OutOfMemory { budget: 0 });
        }
        Ok(())
    }

    /// Appends the rows of a batch that count.
    pub(crate) fn append_batch(&mut self, batch: &Batch, reservation: &Reservation) -> Result<()> {
        let selection = batch.selection.as_ref().map(|s| &s[..]);
        self.append(&batch.columns, batch.len(), selection, reservation)
    }

    /// Makes gathering rows cheap: long strings are shared from now on, not copied.
    pub(crate) fn seal(&mut self) {
        for growing in &mut self.columns {
            if let Some(column) = &mut growing.column
                && matches!(column.data, Vector::Str(_))
                && let Vector::Str(strings) = &mut Arc::make_mut(column).data
            {
                strings.seal();
            }
        }
    }

    /// A column of all rows.
    pub(crate) fn column(&self, at: usize) -> Option<&Arc<Column>> {
        self.columns[at].column.as_ref()
    }

    /// All columns; empty columns of any layout before the first rows.
    pub(crate) fn columns(&self) -> Vec<Arc<Column>> {
        let empty = || Arc::new(Column::new(Vector::I64(Vec::new())));
        self.columns
            .iter()
            .map(|c| c.column.clone().unwrap_or_else(empty))
            .collect()
    }

    /// The rows of a column, in that order.
    pub(crate) fn gather(&self, at: usize, rows: &[u32]) -> Arc<Column> {
        match &self.columns[at].column {
            Some(column) => Arc::new(gather(column, rows)),
            None => Arc::new(Column::new(Vector::I64(Vec::new()))),
        }
    }

    /// Keeps only the rows at `rows`, in that order.
    pub(crate) fn keep(&mut self, rows: &[u32]) {
        for growing in &mut self.columns {
            if let Some(column) = &growing.column {
                let kept = gather(column, rows);
                *growing = Growing::default();
                growing.adopt(kept);
            }
        }
        self.rows = rows.len();
    }

    /// All rows from `from` on, at most `most`, as a batch.
    pub(crate) fn slice(&self, from: usize, most: usize) -> Batch {
        let to = self.rows.min(from.saturating_add(most));
        if from == 0 && to == self.rows {
            return Batch::new(self.columns(), self.rows);
        }
        let rows: Vec<u32> = (from as u32..to as u32).collect();
        let columns = (0..self.columns.len()).map(|at| self.gather(at, &rows));
        Batch::new(columns.collect(), rows.len())
    }
}

/// Rows are numbered by `u32`, and the last number means none.
const NO_MORE: usize = u32::MAX as usize;

impl Growing {
    fn bytes(&self) -> usize {
        let column = self.column.as_ref().map_or(0, |column| {
            let validity = column.validity.as_ref().map_or(0, |v| v.len() / 8);
            validity
                + match &column.data {
                    Vector::Bool(v) => v.capacity(),
                    Vector::I32(v) => v.capacity() * 4,
                    Vector::I64(v) => v.capacity() * 8,
                    Vector::I128(v) => v.capacity() * 16,
                    Vector::F64(v) => v.capacity() * 8,
                    Vector::Interval(v) => v.capacity() * 16,
                    Vector::Dict { codes, .. } => codes.capacity() * 4,
                    Vector::Str(v) => v.len() * 16,
                }
        });
        column + self.long_bytes
    }

    fn adopt(&mut self, column: Column) {
        if let Vector::Str(strings) = &column.data {
            self.long_bytes = strings.memory().saturating_sub(strings.len() * 16);
        }
        self.column = Some(Arc::new(column));
    }

    fn append(
        &mut self,
        from: &Column,
        rows: Option<&[u32]>,
    ) -> std::result::Result<(), TryReserveError> {
        let before = self.column.as_ref().map_or(0, |c| c.len());
        let added = rows.map_or(from.len(), <[u32]>::len);
        if self.column.is_none() {
            self.column = Some(Arc::new(Column::new(empty_like(&from.data))));
        }
        let column = self
            .column
            .as_mut()
            .map(Arc::make_mut)
            .expect("the column was made above");
        match (&column.validity, &from.validity) {
            (None, None) => {}
            _ => {
                let validity = column
                    .validity
                    .get_or_insert_with(|| Bitmap::filled(before, true));
                match rows {
                    None => (0..added).for_each(|row| validity.push(!from.is_null(row))),
                    Some(rows) => rows
                        .iter()
                        .for_each(|row| validity.push(!from.is_null(*row as usize))),
                }
            }
        }
        match (&mut column.data, &from.data) {
            (Vector::Bool(to), Vector::Bool(from)) => extend(to, from, rows),
            (Vector::I32(to), Vector::I32(from)) => extend(to, from, rows),
            (Vector::I64(to), Vector::I64(from)) => extend(to, from, rows),
            (Vector::I128(to), Vector::I128(from)) => extend(to, from, rows),
            (Vector::F64(to), Vector::F64(from)) => extend(to, from, rows),
            (Vector::Interval(to), Vector::Interval(from)) => extend(to, from, rows),
            (Vector::I128(to), Vector::I64(from)) => {
                let wide: Vec<i128> = from.iter().map(|v| i128::from(*v)).collect();
                extend(to, &wide, rows)
            }
            (data @ Vector::I64(_), Vector::I128(from)) => {
                let mut wide: Vec<i128> = match &*data {
                    Vector::I64(narrow) => narrow.iter().map(|v| i128::from(*v)).collect(),
                    _ => Vec::new(),
                };
                extend(&mut wide, from, rows)?;
                *data = Vector::I128(wide);
                Ok(())
            }
            (Vector::Dict { .. }, Vector::Dict { .. }) => self.append_codes(from, rows),
            (Vector::Str(_), Vector::Str(_) | Vector::Dict { .. }) => {
                self.append_strings(from, rows)
            }
            (Vector::Dict { .. }, Vector::Str(_)) => {
                self.give_up_dictionary();
                self.append_strings(from, rows)
            }
            (to, from) => panic!("rows of {from:?} cannot follow rows of {to:?}"),
        }
    }

    fn append_strings(
        &mut self,
        from: &Column,
        rows: Option<&[u32]>,
    ) -> std::result::Result<(), TryReserveError> {
        let Some(column) = &mut self.column else {
            return Ok(());
        };
        let Vector::Str(to) = &mut Arc::make_mut(column).data else {
            return Ok(());
        };
        let mut long = 0;
        let mut push = |row: usize| {
            let bytes: &[u8] = if from.is_null(row) {
                b""
            } else {
                from.data.str_bytes(row)
            };
            if bytes.len() > 12 {
                long += bytes.len();
            }
            to.push_bytes(bytes);
        };
        match rows {
            None => (0..from.len()).for_each(&mut push),
            Some(rows) => rows.iter().for_each(|row| push(*row as usize)),
        }
        self.long_bytes += long;
        Ok(())
    }

    fn append_codes(
        &mut self,
        from: &Column,
        rows: Option<&[u32]>,
    ) -> std::result::Result<(), TryReserveError> {
        let (
            Some(column),
            Vector::Dict {
                codes: new,
                values: added,
            },
        ) = (&mut self.column, &from.data)
        else {
            return Ok(());
        };
        let Vector::Dict { codes, values } = &mut Arc::make_mut(column).data else {
            return Ok(());
        };
        if codes.is_empty() {
            *values = added.clone();
        }
        if Arc::ptr_eq(values, added) {
            return extend(codes, new, rows);
        }
        let known = |recoded: &Option<(Arc<StrVec>, Vec<u32>)>| {
            recoded
                .as_ref()
                .is_some_and(|(of, _)| Arc::ptr_eq(of, added))
        };
        if !known(&self.recoded) {
            if self.codes.is_empty() {
                self.codes = (0..values.len())
                    .map(|at| (Box::from(values.bytes(at)), at as u32))
                    .collect();
            }
            let mut map = Vec::with_capacity(added.len());
            let mut own = None;
            for at in 0..added.len() {
                let bytes = added.bytes(at);
                let next = self.codes.len() as u32;
                let code = *self.codes.entry(bytes.into()).or_insert(next);
                if code == next {
                    own.get_or_insert_with(|| StrVec::clone(values))
                        .push_bytes(bytes);
                }
                map.push(code);
            }
            if let Some(mut own) = own {
                own.seal();
                *values = Arc::new(own);
            }
            self.recoded = Some((added.clone(), map));
        }
        let too_many = values.len() > MOST_VALUES;
        if let Some((_, map)) = &self.recoded {
            let translated: Vec<u32> = new.iter().map(|code| map[*code as usize]).collect();
            extend(codes, &translated, rows)?;
        }
        if too_many {
            self.give_up_dictionary();
        }
        Ok(())
    }

    /// Codes become plain strings.
    fn give_up_dictionary(&mut self) {
        if let Some(column) = &mut self.column {
            let column = Arc::make_mut(column);
            if let Vector::Dict { codes, values } = &column.data {
                let strings = values.gather(codes.iter().map(|code| *code as usize));
                column.data = Vector::Str(strings);
            }
        }
        self.codes.clear();
        self.recoded = None;
    }
}

fn empty_like(data: &Vector) -> Vector {
    match data {
        Vector::Bool(_) => Vector::Bool(Vec::new()),
        Vector::I32(_) => Vector::I32(Vec::new()),
        Vector::I64(_) => Vector::I64(Vec::new()),
        Vector::I128(_) => Vector::I128(Vec::new()),
        Vector::F64(_) => Vector::F64(Vec::new()),
        Vector::Str(_) => Vector::Str(StrVec::new()),
        Vector::Dict { values, .. } => Vector::Dict {
            codes: Vec::new(),
            values: values.clone(),
        },
        Vector::Interval(_) => Vector::Interval(Vec::new()),
    }
}

fn extend<T: Copy>(
    to: &mut Vec<T>,
    from: &[T],
    rows: Option<&[u32]>,
) -> std::result::Result<(), TryReserveError> {
    match rows {
        None => {
            to.try_reserve(from.len())?;
            to.extend_from_slice(from);
        }
        Some(rows) => {
            to.try_reserve(rows.len())?;
            to.extend(rows.iter().map(|row| from[*row as usize]));
        }
    }
    Ok(())
}
