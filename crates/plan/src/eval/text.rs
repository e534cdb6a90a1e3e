//! Functions on strings. Positions and lengths count characters, from 1.

use super::{integer, string};
use crate::Func;
use types::{DataError, SqlState, Value};

/// The longest string that a function makes, in bytes: each of a few calls could make its argument many times longer.
pub const MAX_BYTES: usize = 64 << 20;

/// Calls a string function on arguments that are not NULL.
pub fn call(func: Func, args: &[Value]) -> Result<Value, DataError> {
    let text = string(args, 0);
    Ok(match func {
        Func::Concat => {
            let more = string(args, 1);
            check_length(text.len().saturating_add(more.len()))?;
            Value::text(text.to_string() + more)
        }
        Func::Upper => Value::text(upper(text)),
        Func::Lower => Value::text(lower(text)),
        Func::Length => count(text.chars().count()),
        Func::Substring => {
            let length = args.get(2).map(|_| integer(args, 2));
            Value::text(substring(text, integer(args, 1), length)?)
        }
        Func::Trim | Func::LTrim | Func::RTrim => {
            let cut = args.get(1).map_or(" ", |_| string(args, 1));
            let cut = |c: char| cut.contains(c);
            Value::text(match func {
                Func::Trim => text.trim_matches(cut),
                Func::LTrim => text.trim_start_matches(cut),
                _ => text.trim_end_matches(cut),
            })
        }
        Func::Replace if string(args, 1).is_empty() => args[0].clone(),
        Func::Replace => {
            let (from, to) = (string(args, 1), string(args, 2));
            let times = text.matches(from).count();
            let kept = text.len() - times * from.len();
            check_length(times.saturating_mul(to.len()).saturating_add(kept))?;
            Value::text(text.replace(from, to))
        }
        Func::Position => count(
            text.find(string(args, 1))
                .map_or(0, |at| text[..at].chars().count() + 1),
        ),
        Func::Left => {
            let kept = from_either_end(text, integer(args, 1));
            Value::text(&text[..byte_at(text, kept)])
        }
        Func::Right => {
            let kept = from_either_end(text, integer(args, 1));
            Value::text(&text[byte_at(text, text.chars().count() - kept)..])
        }
        _ => super::mismatch(func, &args.iter().collect::<Vec<_>>()),
    })
}

/// An error of the engine's limits, like that of memory: it does not count as a function that may fail.
fn check_length(bytes: usize) -> Result<(), DataError> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(DataError::InvalidArgument {
        code: SqlState::PROGRAM_LIMIT_EXCEEDED,
        message: format!("a string of {bytes} bytes is longer than the limit of {MAX_BYTES}"),
    })
}

fn count(n: usize) -> Value {
    Value::Int32(i32::try_from(n).unwrap_or(i32::MAX))
}

/// The byte offset of character `at`, or the end.
fn byte_at(text: &str, at: usize) -> usize {
    text.char_indices()
        .nth(at)
        .map_or(text.len(), |(offset, _)| offset)
}

/// How many characters LEFT and RIGHT keep: n, or all but n for a negative n.
fn from_either_end(text: &str, n: i64) -> usize {
    let length = text.chars().count();
    let magnitude = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
    if n >= 0 {
        magnitude.min(length)
    } else {
        length.saturating_sub(magnitude)
    }
}

/// `substring(text from start for length)`: the characters at positions start to start + length - 1 that exist.
pub fn substring(text: &str, start: i64, length: Option<i64>) -> Result<&str, DataError> {
    if length.is_some_and(|n| n < 0) {
        return Err(DataError::InvalidArgument {
            code: SqlState::SUBSTRING_ERROR,
            message: "negative substring length not allowed".into(),
        });
    }
    let from = usize::try_from(start.saturating_sub(1)).unwrap_or(0);
    let rest = &text[byte_at(text, from)..];
    let Some(length) = length else {
        return Ok(rest);
    };
    // Positions before the first count against the length.
    let kept = start.saturating_add(length).saturating_sub(start.max(1));
    Ok(&rest[..byte_at(rest, usize::try_from(kept).unwrap_or(0))])
}

/// Upper case, character by character; a character whose upper case is several stays as it is.
pub fn upper(text: &str) -> String {
    text.chars().map(|c| single(c, c.to_uppercase())).collect()
}

/// Lower case, character by character.
pub fn lower(text: &str) -> String {
    text.chars().map(|c| single(c, c.to_lowercase())).collect()
}

fn single(original: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => original,
    }
}
