//! Keys of any number of columns as small numbers: rows with equal keys get the same id, ids count from 0 in the order
//! in which keys first came. Hash joins, grouping, DISTINCT and set operations are built on it.
//!
//!     text column ── interned ──▶ 32 bits ─┐
//!     wide decimal, interval ── interned ──┤
//!     integer, date, double, boolean ──────┴─▶ packed into 64 bits ──▶ IntTable ──▶ id
//!
//! Where the columns of a key need more than 64 bits, what is packed so far is interned to 32 bits and packing goes on.

mod int_table;
mod interner;

use crate::Result;
use crate::kernels::compare::float_key;
use crate::memory::Reservation;
use int_table::IntTable;
use interner::{Texts, Wides};
use std::sync::Arc;
use types::data_type::Layout;
use types::{Column, DataType, Vector};

/// The id of a key that is not there.
pub(crate) const NO_KEY: u32 = u32::MAX;

/// A column of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyColumn {
    pub(crate) ty: DataType,
    /// NULL can occur.
    pub(crate) nullable: bool,
    /// NULLs are equal to each other; else a row with NULL has no id.
    pub(crate) nulls_equal: bool,
}

/// How a column becomes at most 64 bits.
enum Encoder {
    /// The value itself.
    Plain,
    Texts(Texts),
    Wides(Wides),
}

struct Field {
    column: KeyColumn,
    encoder: Encoder,
    /// For columns that need more bits than there are: the ids of their values.
    squeeze: Option<IntTable>,
    /// Makes room: interns what was packed before this field.
    before: Option<IntTable>,
    bits: u32,
}

/// A table of keys.
pub(crate) struct KeyTable {
    fields: Vec<Field>,
    table: IntTable,
    /// Scratch: the packed key of each row.
    packed: Vec<u64>,
    codes: Vec<u64>,
    /// Rows with a NULL that equals nothing.
    dead: Vec<bool>,
}

/// Whether keys that are not there enter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Insert,
    Find,
}

impl KeyTable {
    pub(crate) fn new(columns: &[KeyColumn]) -> Self {
        let mut used = 0;
        let fields = columns
            .iter()
            .map(|column| {
                let (encoder, mut bits) = match column.ty.layout() {
                    Layout::Bool => (Encoder::Plain, 1),
                    Layout::I32 => (Encoder::Plain, 32),
                    Layout::I64 | Layout::F64 => (Encoder::Plain, 64),
                    Layout::Str => (Encoder::Texts(Texts::default()), 32),
                    Layout::I128 | Layout::Interval => (Encoder::Wides(Wides::default()), 32),
                };
                let plain = matches!(encoder, Encoder::Plain);
                if plain && column.nullable && column.nulls_equal {
                    bits += 1;
                }
                let mut squeeze = None;
                if bits > 64 || (bits > 32 && used + bits > 64) {
                    squeeze = Some(IntTable::new());
                    bits = 32;
                }
                let before = (used + bits > 64).then(IntTable::new);
                used = if before.is_some() {
                    32 + bits
                } else {
                    used + bits
                };
                Field {
                    column: *column,
                    encoder,
                    squeeze,
                    before,
                    bits,
                }
            })
            .collect();
        Self {
            fields,
            table: IntTable::new(),
            packed: Vec::new(),
            codes: Vec::new(),
            dead: Vec::new(),
        }
    }

    /// Number of keys.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        let field = |f: &Field| {
            let tables = [&f.squeeze, &f.before].into_iter().flatten();
            tables.map(IntTable::bytes).sum::<usize>()
                + match &f.encoder {
                    Encoder::Plain => 0,
                    Encoder::Texts(texts) => texts.bytes(),
                    Encoder::Wides(wides) => wides.bytes(),
                }
        };
        self.table.bytes() + self.fields.iter().map(field).sum::<usize>()
    }

    /// The id of each row's key; keys that are not there enter. `ids` is overwritten.
    pub(crate) fn insert(
        &mut self,
        columns: &[Arc<Column>],
        rows: usize,
        ids: &mut Vec<u32>,
        reservation: &Reservation,
    ) -> Result<()> {
        self.pack(columns, rows, Mode::Insert)
            .and_then(|()| self.table.insert(&self.packed, &self.dead, ids))
            .map_err(|_| reservation.exhausted())
    }

    /// The id of each row's key, [`NO_KEY`] for those that are not there. `ids` is overwritten.
    pub(crate) fn find(&mut self, columns: &[Arc<Column>], rows: usize, ids: &mut Vec<u32>) {
        // Only inserting allocates.
        let _ = self.pack(columns, rows, Mode::Find);
        self.table.find(&self.packed, &self.dead, ids);
    }

    /// Says that all keys are in: a table of one dense integer becomes an array.
    pub(crate) fn finish(&mut self) {
        self.table.finish();
    }

    /// Writes the packed key of each row, and which rows have none.
    fn pack(
        &mut self,
        columns: &[Arc<Column>],
        rows: usize,
        mode: Mode,
    ) -> std::result::Result<(), std::collections::TryReserveError> {
        self.dead.clear();
        self.packed.clear();
        if self.fields.is_empty() {
            self.packed.resize(rows, 0);
        }
        let alone = self.fields.len() == 1;
        let mut used = 0;
        for (at, field) in self.fields.iter_mut().enumerate() {
            let column = &*columns[at];
            let codes = if at == 0 {
                &mut self.packed
            } else {
                &mut self.codes
            };
            field.encode(column, rows, alone, mode, codes, &mut self.dead)?;
            if at > 0 {
                if let Some(table) = &mut field.before {
                    table.translate(
                        &mut self.packed,
                        None,
                        mode == Mode::Insert,
                        &mut self.dead,
                    )?;
                    used = 32;
                }
                for (packed, code) in self.packed.iter_mut().zip(&self.codes) {
                    *packed |= code << used;
                }
            }
            used += field.bits;
        }
        Ok(())
    }
}

impl Field {
    /// Writes each row's code of at most `bits` bits.
    fn encode(
        &mut self,
        column: &Column,
        rows: usize,
        alone: bool,
        mode: Mode,
        codes: &mut Vec<u64>,
        dead: &mut Vec<bool>,
    ) -> std::result::Result<(), std::collections::TryReserveError> {
        codes.clear();
        let insert = mode == Mode::Insert;
        match (&mut self.encoder, &column.data) {
            (Encoder::Texts(texts), _) => texts.encode(column, insert, codes, dead)?,
            (Encoder::Wides(wides), _) => wides.encode(column, insert, codes, dead)?,
            (_, Vector::Bool(v)) => codes.extend(v.iter().map(|b| u64::from(*b))),
            // Alone, the sign is kept: dense keys lie side by side.
            (_, Vector::I32(v)) if alone => codes.extend(v.iter().map(|x| i64::from(*x) as u64)),
            (_, Vector::I32(v)) => codes.extend(v.iter().map(|x| u64::from(*x as u32))),
            (_, Vector::I64(v)) => codes.extend(v.iter().map(|x| *x as u64)),
            (_, Vector::F64(v)) => codes.extend(v.iter().map(|x| float_key(*x) as u64)),
            // A narrow decimal in a wide vector.
            (_, Vector::I128(v)) => codes.extend(v.iter().map(|x| *x as u64)),
            (_, other) => panic!("a key of type {} came as {other:?}", self.column.ty),
        }
        if let Some(table) = &mut self.squeeze {
            table.translate(codes, column.validity.as_ref(), insert, dead)?;
        }
        let Some(validity) = &column.validity else {
            return Ok(());
        };
        if self.column.nulls_equal {
            // NULL is a code that no value has: the highest bit of the field, or an id that none gets.
            let plain = self.squeeze.is_none() && matches!(self.encoder, Encoder::Plain);
            let null = if plain {
                1 << (self.bits - 1)
            } else {
                u64::from(NO_KEY - 1)
            };
            for (row, code) in codes.iter_mut().enumerate() {
                if !validity.get(row) {
                    *code = null;
                }
            }
        } else {
            dead.resize(rows, false);
            for (row, dead) in dead.iter_mut().enumerate() {
                *dead |= !validity.get(row);
            }
        }
        Ok(())
    }
}
