//! CASE and COALESCE: each branch is evaluated on the rows that take it, and on no others.

use super::{Condition, Expr, Frame, Operand, nulls};
use crate::kernels::gather::gather;
use crate::kernels::select::remaining;
use std::sync::Arc;
use types::{Bitmap, Column, DataError, DataType, StrVec, Value, Vector};

/// The value of a branch on the rows that take it, given as indexes into the frame's columns.
struct Piece {
    rows: Vec<u32>,
    value: Operand,
}

pub(super) fn case(
    branches: &[(Condition, Expr)],
    otherwise: &Expr,
    ty: DataType,
    frame: &Frame<'_>,
) -> Result<Operand, DataError> {
    let mut left = frame.row_indexes();
    let mut pieces = Vec::with_capacity(branches.len() + 1);
    for (condition, value) in branches {
        let taken = condition.select(&frame.with_rows(&left), true)?;
        if taken.is_empty() {
            continue;
        }
        left = remaining(&left, &taken);
        let value = value.eval(&frame.with_rows(&taken))?;
        pieces.push(Piece { rows: taken, value });
        if left.is_empty() {
            break;
        }
    }
    if !left.is_empty() {
        let value = otherwise.eval(&frame.with_rows(&left))?;
        pieces.push(Piece { rows: left, value });
    }
    Ok(assemble(pieces, ty, frame))
}

pub(super) fn coalesce(
    args: &[Expr],
    ty: DataType,
    frame: &Frame<'_>,
) -> Result<Operand, DataError> {
    let mut left = frame.row_indexes();
    let mut pieces = Vec::with_capacity(args.len());
    for arg in args {
        let value = arg.eval(&frame.with_rows(&left))?;
        let column = match value {
            Operand::Const(Value::Null) => continue,
            Operand::Const(_) => {
                pieces.push(Piece { rows: left, value });
                left = Vec::new();
                break;
            }
            Operand::Column(column) => column,
        };
        let Some(validity) = &column.validity else {
            pieces.push(Piece {
                rows: left,
                value: Operand::Column(column),
            });
            left = Vec::new();
            break;
        };
        let present: Vec<u32> = validity.ones().map(|at| at as u32).collect();
        if present.is_empty() {
            continue;
        }
        let rows: Vec<u32> = present.iter().map(|at| left[*at as usize]).collect();
        left = remaining(&left, &rows);
        pieces.push(Piece {
            rows,
            value: Operand::Column(Arc::new(gather(&column, &present))),
        });
        if left.is_empty() {
            break;
        }
    }
    if !left.is_empty() {
        pieces.push(Piece {
            rows: left,
            value: Operand::Const(Value::Null),
        });
    }
    Ok(assemble(pieces, ty, frame))
}

/// One column out of the branches' values.
fn assemble(mut pieces: Vec<Piece>, ty: DataType, frame: &Frame<'_>) -> Operand {
    if pieces.len() == 1
        && let Some(piece) = pieces.pop()
    {
        return piece.value;
    }
    let rows = frame.len();
    // Positions in the result: those of the rows among the rows that count.
    if let Some(selection) = frame.selection() {
        let mut position = vec![0; frame.column_rows()];
        for (at, row) in selection.iter().enumerate() {
            position[*row as usize] = at as u32;
        }
        for piece in &mut pieces {
            for row in &mut piece.rows {
                *row = position[*row as usize];
            }
        }
    }
    let is_null = |piece: &Piece| piece.value.is_null_const() || piece.value.validity().is_some();
    let validity = pieces.iter().any(is_null).then(|| {
        let mut validity = Bitmap::filled(rows, true);
        for piece in &pieces {
            match &piece.value {
                Operand::Const(Value::Null) => {
                    piece
                        .rows
                        .iter()
                        .for_each(|at| validity.set(*at as usize, false));
                }
                Operand::Const(_) => {}
                Operand::Column(column) => {
                    for (from, at) in piece.rows.iter().enumerate() {
                        if column.is_null(from) {
                            validity.set(*at as usize, false);
                        }
                    }
                }
            }
        }
        validity
    });
    pieces.retain(|piece| !piece.value.is_null_const());
    if pieces.is_empty() {
        return Operand::Const(Value::Null);
    }
    Operand::column(data(&pieces, rows, ty), validity)
}

fn data(pieces: &[Piece], rows: usize, ty: DataType) -> Vector {
    let sample = nulls(0, ty).data;
    let wide = |piece: &Piece| match &piece.value {
        Operand::Const(Value::Decimal(d)) => i64::try_from(d.unscaled).is_err(),
        Operand::Column(column) => matches!(column.data, Vector::I128(_)),
        Operand::Const(_) => false,
    };
    match sample {
        Vector::Bool(_) => Vector::Bool(scatter(pieces, rows, ty, |v| match v {
            Vector::Bool(v) => Some(v),
            _ => None,
        })),
        Vector::I32(_) => Vector::I32(scatter(pieces, rows, ty, |v| match v {
            Vector::I32(v) => Some(v),
            _ => None,
        })),
        Vector::I64(_) if pieces.iter().any(wide) => {
            let mut out = vec![0i128; rows];
            for piece in pieces {
                for (from, at) in piece.rows.iter().enumerate() {
                    if let Value::Decimal(d) = piece.value.value(from, ty) {
                        out[*at as usize] = d.unscaled;
                    }
                }
            }
            Vector::I128(out)
        }
        Vector::I64(_) => Vector::I64(scatter(pieces, rows, ty, |v| match v {
            Vector::I64(v) => Some(v),
            _ => None,
        })),
        Vector::F64(_) => Vector::F64(scatter(pieces, rows, ty, |v| match v {
            Vector::F64(v) => Some(v),
            _ => None,
        })),
        Vector::Interval(_) => Vector::Interval(scatter(pieces, rows, ty, |v| match v {
            Vector::Interval(v) => Some(v),
            _ => None,
        })),
        Vector::I128(_) | Vector::Str(_) | Vector::Dict { .. } => strings(pieces, rows),
    }
}

/// Rows of a fixed width, each piece's to their positions.
fn scatter<T: Copy + Default>(
    pieces: &[Piece],
    rows: usize,
    ty: DataType,
    slice: impl Fn(&Vector) -> Option<&Vec<T>>,
) -> Vec<T> {
    let mut out = vec![T::default(); rows];
    for piece in pieces {
        let owned;
        let column: &Column = match &piece.value {
            Operand::Column(column) => column,
            Operand::Const(value) => {
                owned = super::broadcast(value, 1, ty);
                if let Some(one) = slice(&owned.data) {
                    piece.rows.iter().for_each(|at| out[*at as usize] = one[0]);
                }
                continue;
            }
        };
        if let Some(values) = slice(&column.data) {
            for (value, at) in values.iter().zip(&piece.rows) {
                out[*at as usize] = *value;
            }
        }
    }
    out
}

fn strings(pieces: &[Piece], rows: usize) -> Vector {
    // For each row the piece it comes from, and the row there.
    let mut origin = vec![(u32::MAX, 0u32); rows];
    for (number, piece) in pieces.iter().enumerate() {
        for (from, at) in piece.rows.iter().enumerate() {
            origin[*at as usize] = (number as u32, from as u32);
        }
    }
    let mut out = StrVec::with_capacity(rows);
    for (piece, row) in origin {
        match pieces.get(piece as usize).map(|piece| &piece.value) {
            Some(Operand::Column(column)) => out.push_bytes(column.data.str_bytes(row as usize)),
            Some(Operand::Const(Value::Text(text))) => out.push(text),
            _ => out.push(""),
        }
    }
    out.seal();
    Vector::Str(out)
}
