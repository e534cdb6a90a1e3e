//! LIKE: `%` stands for any characters, `_` for one, `\` takes the next character as it is.

use super::text::lower;
use types::{DataError, SqlState};

/// `text LIKE pattern`. A pattern that ends in its escape character is an error once matching gets there.
pub fn like(text: &str, pattern: &str) -> Result<bool, DataError> {
    let (mut text, mut pattern) = (text.chars(), pattern.chars());
    // Where to go on when a match fails: behind the last `%`, with one more character of text given to it.
    let mut retry = None;
    loop {
        let here = text.clone();
        let matched = match (pattern.next(), text.next()) {
            (None, None) => return Ok(true),
            (Some('%'), _) => {
                text = here;
                if pattern.as_str().is_empty() {
                    return Ok(true);
                }
                if pattern.as_str() == "\\" && !text.as_str().is_empty() {
                    return Err(ends_in_escape());
                }
                retry = Some((text.clone(), pattern.clone()));
                continue;
            }
            // The text is used up, and giving more of it to a `%` cannot help.
            (Some(_), None) => return Ok(false),
            (None, Some(_)) => false,
            (Some('_'), Some(_)) => true,
            (Some('\\'), Some(c)) => match pattern.next() {
                Some(literal) => literal == c,
                None => return Err(ends_in_escape()),
            },
            (Some(literal), Some(c)) => literal == c,
        };
        if !matched {
            let Some((from, behind)) = &mut retry else {
                return Ok(false);
            };
            if from.next().is_none() {
                return Ok(false);
            }
            (text, pattern) = (from.clone(), behind.clone());
        }
    }
}

/// `text ILIKE pattern`: both in lower case.
pub fn ilike(text: &str, pattern: &str) -> Result<bool, DataError> {
    like(&lower(text), &lower(pattern))
}

fn ends_in_escape() -> DataError {
    DataError::InvalidArgument {
        code: SqlState::INVALID_ESCAPE,
        message: "LIKE pattern must not end with escape character".into(),
    }
}
