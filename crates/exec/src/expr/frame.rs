//! The rows an expression is evaluated on.
//!
//! Kernels work on dense columns only. A frame over selected rows gathers each column that is read once, and keeps the
//! values of subexpressions that occur several times.

use super::Operand;
use crate::context::Context;
use crate::kernels::gather::gather;
use std::cell::RefCell;
use std::sync::Arc;
use types::{Batch, Column};

/// Columns by slot.
#[derive(Clone, Copy)]
pub(crate) enum Inputs<'a> {
    /// A batch's columns.
    Columns(&'a [Arc<Column>]),
    /// Columns, and constants where one row meets many.
    Operands(&'a [Operand]),
}

/// Rows of a batch on which expressions are evaluated.
pub(crate) struct Frame<'a> {
    pub(crate) cx: &'a Context,
    inputs: Inputs<'a>,
    /// Rows of the columns.
    rows: usize,
    /// The rows that count; `None` means all.
    selection: Option<&'a [u32]>,
    gathered: RefCell<Vec<(usize, Arc<Column>)>>,
    shared: RefCell<Vec<(u32, Operand)>>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(
        cx: &'a Context,
        inputs: Inputs<'a>,
        rows: usize,
        selection: Option<&'a [u32]>,
    ) -> Self {
        Self {
            cx,
            inputs,
            rows,
            selection,
            gathered: RefCell::default(),
            shared: RefCell::default(),
        }
    }

    pub(crate) fn of(cx: &'a Context, batch: &'a Batch) -> Self {
        let selection = batch.selection.as_ref().map(|s| &s[..]);
        Self::new(cx, Inputs::Columns(&batch.columns), batch.rows, selection)
    }

    /// The same columns, other rows of them.
    pub(crate) fn with_rows<'b>(&self, selection: &'b [u32]) -> Frame<'b>
    where
        'a: 'b,
    {
        Frame::new(self.cx, self.inputs, self.rows, Some(selection))
    }

    /// Number of rows that count.
    pub(crate) fn len(&self) -> usize {
        self.selection.map_or(self.rows, <[u32]>::len)
    }

    /// Rows of the underlying columns.
    pub(crate) fn column_rows(&self) -> usize {
        self.rows
    }

    /// The rows that count as indexes into the underlying columns; `None` means all.
    pub(crate) fn selection(&self) -> Option<&'a [u32]> {
        self.selection
    }

    /// The rows that count, as indexes into the underlying columns.
    pub(crate) fn row_indexes(&self) -> Vec<u32> {
        self.selection
            .map_or_else(|| (0..self.rows as u32).collect(), <[u32]>::to_vec)
    }

    /// The underlying column of a slot, when it is one: rows are to be read through [`selection`](Self::selection).
    pub(crate) fn raw(&self, slot: usize) -> Option<&'a Column> {
        match self.inputs {
            Inputs::Columns(columns) => Some(&columns[slot]),
            Inputs::Operands(operands) => match &operands[slot] {
                Operand::Column(column) => Some(column),
                Operand::Const(_) => None,
            },
        }
    }

    /// The rows of a slot that count.
    pub(crate) fn slot(&self, slot: usize) -> Operand {
        let column = match self.inputs {
            Inputs::Columns(columns) => &columns[slot],
            Inputs::Operands(operands) => match &operands[slot] {
                Operand::Column(column) => column,
                constant => return constant.clone(),
            },
        };
        let Some(selection) = self.selection else {
            return Operand::Column(column.clone());
        };
        let mut gathered = self.gathered.borrow_mut();
        if let Some((_, dense)) = gathered.iter().find(|(at, _)| *at == slot) {
            return Operand::Column(dense.clone());
        }
        let dense = Arc::new(gather(column, selection));
        gathered.push((slot, dense.clone()));
        Operand::Column(dense)
    }

    /// The rows of a slot that count, as a column. The slot is one of a batch.
    pub(crate) fn column(&self, slot: usize) -> Arc<Column> {
        match self.slot(slot) {
            Operand::Column(column) => column,
            Operand::Const(_) => panic!("the columns of a batch are no constants"),
        }
    }

    /// The value of a shared subexpression, if it was evaluated on this frame already.
    pub(crate) fn recall(&self, id: u32) -> Option<Operand> {
        let shared = self.shared.borrow();
        shared
            .iter()
            .find(|(at, _)| *at == id)
            .map(|(_, value)| value.clone())
    }

    /// Keeps the value of a shared subexpression.
    pub(crate) fn remember(&self, id: u32, value: &Operand) {
        self.shared.borrow_mut().push((id, value.clone()));
    }
}
