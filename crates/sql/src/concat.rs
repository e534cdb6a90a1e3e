//! `concat` and `concat_ws`, spelled with `||`, `coalesce` and `substring`.

use crate::SqlError;
use crate::binder::Binder;
use plan::{Func, ScalarId};
use types::{DataType, Span, Value};

/// A bound argument and its place.
type Arg = (ScalarId, Span);

impl Binder<'_, '_> {
    /// `concat(…)`: NULLs count as empty.
    pub fn concat(&mut self, args: Vec<Arg>) -> Result<ScalarId, SqlError> {
        let mut parts = Vec::with_capacity(args.len());
        for arg in args {
            parts.push(self.concat_text(arg)?);
        }
        Ok(self.joined(parts))
    }

    /// `concat_ws(separator, …)`: a separator before each part that is not NULL, and the first of them cut off.
    pub fn concat_with(&mut self, mut args: Vec<Arg>, at: Span) -> Result<ScalarId, SqlError> {
        let ty = self.arena.ty(args[0].0);
        if !ty.is_text() && ty != DataType::Unknown {
            return Err(self.no_function("concat_ws", &args, at));
        }
        let (separator, separator_at) = args.remove(0);
        let separator = self.coerce(separator, DataType::Text, separator_at)?;
        self.repeatable(&[separator], "concat_ws with a separator", separator_at)?;
        let mut parts = Vec::with_capacity(args.len());
        for arg in args {
            let text = self.concat_text(arg)?;
            parts.push(self.arena.call(Func::Concat, vec![separator, text]));
        }
        let joined = self.joined(parts);
        let one = self.arena.lit(Value::Int32(1));
        let length = self.arena.call(Func::Length, vec![separator]);
        let start = self.arena.call(Func::Add, vec![length, one]);
        Ok(self.arena.call(Func::Substring, vec![joined, start]))
    }

    /// The text that both take of an argument: booleans are `t` and `f`.
    fn concat_text(&mut self, (arg, at): Arg) -> Result<ScalarId, SqlError> {
        let text = self.coerce(arg, DataType::Text, at)?;
        if self.arena.ty(arg) != DataType::Bool {
            return Ok(text);
        }
        let one = self.arena.lit(Value::Int32(1));
        Ok(self.arena.call(Func::Left, vec![text, one]))
    }

    /// Texts one behind the other, NULLs as empty ones.
    fn joined(&mut self, parts: Vec<ScalarId>) -> ScalarId {
        let empty = self.arena.lit(Value::text(""));
        let mut whole = None;
        for text in parts {
            let part = match self.arena.as_literal(text) {
                Some(value) if value.is_null() => empty,
                Some(_) => text,
                None => self.arena.call(Func::Coalesce, vec![text, empty]),
            };
            whole = Some(match whole {
                None => part,
                Some(before) => self.arena.call(Func::Concat, vec![before, part]),
            });
        }
        whole.unwrap_or(empty)
    }
}
