//! The side of a hash join that is kept: its rows, and a table of their keys.
//!
//! Rows with equal keys form a chain: `heads` by key id, `next` by row. When no key repeats, the id is the row.

use super::Node;
use super::pairs::{Types, kept_columns};
use crate::Result;
use crate::context::Context;
use crate::expr::{Expr, Frame};
use crate::kernels::gather::NO_ROW;
use crate::keys::{KeyTable, NO_KEY};
use crate::memory::Reservation;
use crate::store::Store;
use std::sync::Arc;
use types::{BATCH_ROWS, Batch, Column};

/// The rows that are kept, by key.
pub(super) struct BuildSide {
    table: KeyTable,
    pub(super) columns: Vec<Arc<Column>>,
    pub(super) rows: usize,
    /// Every key has one row, and its id is the row.
    pub(super) unique: bool,
    /// Rows with a NULL in their key, which no other key equals.
    pub(super) null_rows: Vec<u32>,
    heads: Vec<u32>,
    next: Vec<u32>,
    reservation: Reservation,
}

/// Rows whose keys were looked up, and how far their matches were given.
pub(super) struct Lookup {
    /// The id of each row's key.
    pub(super) ids: Vec<u32>,
    /// The next row.
    at: usize,
    /// The next kept row of that row's chain; [`NO_ROW`]: the chain is not begun.
    chain: u32,
}

impl Lookup {
    /// All matches were given.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.ids.len()
    }
}

/// The key columns of a batch, dense.
pub(super) fn keys(exprs: &[Expr], batch: &Batch, cx: &Context) -> Result<Vec<Arc<Column>>> {
    let frame = Frame::of(cx, batch);
    let mut columns = Vec::with_capacity(exprs.len());
    for expr in exprs {
        columns.push(expr.eval(&frame)?.into_column(frame.len(), expr.ty));
    }
    Ok(columns)
}

impl BuildSide {
    /// Takes all rows of the input.
    pub(super) async fn new(
        mut table: KeyTable,
        exprs: &[Expr],
        types: &Types,
        input: &mut Node,
        cx: &Context,
    ) -> Result<Self> {
        let mut reservation = cx.reservation();
        let mut store = Store::new(types.len());
        let (mut ids, mut row_ids) = (Vec::new(), Vec::new());
        while let Some(batch) = input.next(cx).await? {
            cx.pacer.tick(batch.len() * 2).await?;
            let keys = keys(exprs, &batch, cx)?;
            table.insert(&keys, batch.len(), &mut ids, &reservation)?;
            row_ids.extend_from_slice(&ids);
            store.append_batch(&batch, &reservation)?;
            reservation.set(store.bytes() + table.bytes() + row_ids.len() * 12)?;
        }
        table.finish();
        let rows = store.rows();
        let unique = row_ids
            .iter()
            .enumerate()
            .all(|(row, id)| row as u32 == *id);
        let (mut heads, mut next, mut null_rows) = (Vec::new(), Vec::new(), Vec::new());
        if !unique {
            heads = vec![NO_ROW; table.len()];
            next = vec![NO_ROW; rows];
            // From the last row to the first, so that chains run in the order of the rows.
            for (row, id) in row_ids.iter().enumerate().rev() {
                match heads.get_mut(*id as usize) {
                    Some(head) => next[row] = std::mem::replace(head, row as u32),
                    None => null_rows.push(row as u32),
                }
            }
        }
        reservation.set(store.bytes() + table.bytes() + rows * 8)?;
        Ok(Self {
            table,
            columns: kept_columns(&mut store, types),
            rows,
            unique,
            null_rows,
            heads,
            next,
            reservation,
        })
    }

    pub(super) fn most_memory(&self) -> usize {
        self.reservation.most()
    }

    /// Looks up keys.
    pub(super) fn look_up(&mut self, keys: &[Arc<Column>], rows: usize) -> Lookup {
        let mut ids = Vec::with_capacity(rows);
        self.table.find(keys, rows, &mut ids);
        Lookup {
            ids,
            at: 0,
            chain: NO_ROW,
        }
    }

    /// Pairs of positions among the rows looked up and kept rows with equal keys: as many as fit a batch. With `pad`, a
    /// position without match is paired with [`NO_ROW`].
    pub(super) fn candidates(&self, lookup: &mut Lookup, pad: bool) -> (Vec<u32>, Vec<u32>) {
        let rows = lookup.ids.len();
        if self.unique {
            lookup.at = rows;
            if pad {
                // NO_KEY and NO_ROW are the same number.
                return ((0..rows as u32).collect(), lookup.ids.clone());
            }
            let mut positions = vec![0; rows];
            let mut kept_rows = vec![0; rows];
            let mut count = 0;
            for (at, &id) in lookup.ids.iter().enumerate() {
                positions[count] = at as u32;
                kept_rows[count] = id;
                count += usize::from(id != NO_KEY);
            }
            positions.truncate(count);
            kept_rows.truncate(count);
            return (positions, kept_rows);
        }
        let mut positions = Vec::with_capacity(BATCH_ROWS);
        let mut kept_rows = Vec::with_capacity(BATCH_ROWS);
        while lookup.at < rows && positions.len() < BATCH_ROWS {
            let id = lookup.ids[lookup.at];
            if id == NO_KEY {
                if pad {
                    positions.push(lookup.at as u32);
                    kept_rows.push(NO_ROW);
                }
                lookup.at += 1;
                continue;
            }
            let mut row = if lookup.chain == NO_ROW {
                self.heads[id as usize]
            } else {
                lookup.chain
            };
            while row != NO_ROW && positions.len() < BATCH_ROWS {
                positions.push(lookup.at as u32);
                kept_rows.push(row);
                row = self.next[row as usize];
            }
            lookup.chain = row;
            if row == NO_ROW {
                lookup.at += 1;
            }
        }
        (positions, kept_rows)
    }
}
