//! String functions: strings in, strings or lengths out, without a value for each row.

use crate::expr::Operand;
use plan::Func;
use plan::eval::text::{MAX_BYTES, lower, substring, upper};
use types::{Bitmap, Column, StrVec, Value, Vector};

/// Calls a string function on each row; `None` when it takes the row by row way. No argument is the constant NULL.
pub(crate) fn call(func: Func, args: &[Operand], rows: usize) -> Option<Operand> {
    let Operand::Column(input) = &args[0] else {
        return None;
    };
    match func {
        Func::Upper => Some(transform(input, |text, out| out.push(&upper(text)))),
        Func::Lower => Some(transform(input, |text, out| out.push(&lower(text)))),
        Func::Trim if args.len() == 1 => Some(transform(input, |text, out| {
            out.push(text.trim_matches(' '))
        })),
        Func::Substring => {
            let start = constant(&args[1])?;
            let length = match args.get(2) {
                Some(length) => Some(constant(length)?).filter(|n| *n >= 0).map(Some)?,
                None => None,
            };
            Some(transform(input, |text, out| {
                // A negative length is the only failure, and was excluded.
                out.push(substring(text, start, length).unwrap_or_default());
            }))
        }
        Func::Length => {
            let count = |text: &[u8]| text.iter().filter(|b| **b & 0xC0 != 0x80).count() as i32;
            let lengths = (0..rows).map(|row| count(input.data.str_bytes(row)));
            Some(Operand::column(
                Vector::I32(lengths.collect()),
                input.validity.clone(),
            ))
        }
        Func::Concat => concat(&args[0], &args[1], rows),
        _ => None,
    }
}

fn constant(operand: &Operand) -> Option<i64> {
    if let Operand::Const(value) = operand {
        value.as_i64()
    } else {
        None
    }
}

/// A function of one string that cannot fail; on coded columns it is called once for each distinct string.
fn transform(input: &Column, f: impl Fn(&str, &mut StrVec)) -> Operand {
    let data = match &input.data {
        Vector::Dict { codes, values } if values.len() <= codes.len() => {
            let changed = each(values, f);
            // Results may repeat, and the strings of a dictionary must not: they become plain strings.
            Vector::Str(changed.gather(codes.iter().map(|code| *code as usize)))
        }
        Vector::Dict { codes, values } => {
            let mut out = StrVec::with_capacity(codes.len());
            codes
                .iter()
                .for_each(|code| f(values.get(*code as usize), &mut out));
            out.seal();
            Vector::Str(out)
        }
        Vector::Str(values) => Vector::Str(each(values, f)),
        _ => panic!("a string function reads strings"),
    };
    Operand::column(data, input.validity.clone())
}

fn each(values: &StrVec, f: impl Fn(&str, &mut StrVec)) -> StrVec {
    let mut out = StrVec::with_capacity(values.len());
    values.iter().for_each(|text| f(text, &mut out));
    out.seal();
    out
}

/// `None` where a string gets too long: row by row that is an error.
fn concat(a: &Operand, b: &Operand, rows: usize) -> Option<Operand> {
    fn bytes(operand: &Operand, row: usize) -> &[u8] {
        match operand {
            Operand::Const(Value::Text(text)) => text.as_bytes(),
            Operand::Column(column) => column.data.str_bytes(row),
            Operand::Const(_) => &[],
        }
    }
    let validity: Option<Bitmap> = crate::expr::both_valid(a, b);
    let (mut out, mut joined) = (StrVec::with_capacity(rows), Vec::new());
    for row in 0..rows {
        joined.clear();
        joined.extend_from_slice(bytes(a, row));
        joined.extend_from_slice(bytes(b, row));
        if joined.len() > MAX_BYTES {
            return None;
        }
        out.push_bytes(&joined);
    }
    out.seal();
    Some(Operand::column(Vector::Str(out), validity))
}
