//! Joins of every kind by two loops.

use super::env::Env;
use super::{Naive, NaiveError, Row};
use plan::{JoinKind, RelId, ScalarId};
use std::rc::Rc;
use types::{DataError, Value};

impl Naive<'_> {
    /// Every left row against every right row. The right rows of a dependent join are computed anew for each left row. Without a
    /// left row the right input is not evaluated, dependent or not, unless its rows come out without a partner.
    pub(super) fn join(
        &self,
        kind: JoinKind,
        on: &[ScalarId],
        dependent: bool,
        inputs: &[RelId],
        env: &Env<'_>,
    ) -> Result<Vec<Row>, NaiveError> {
        let left_columns = &self.arena.props(inputs[0]).columns;
        let right_columns = &self.arena.props(inputs[1]).columns;
        let left_rows = self.rows(inputs[0], env)?;
        if left_rows.is_empty() && !kind.pads_left() {
            return Ok(Vec::new());
        }
        let independent = match dependent {
            false => Some(self.rows(inputs[1], env)?),
            true => None,
        };
        let three_valued = matches!(kind, JoinKind::Mark(_) | JoinKind::NullAwareAnti);
        let mut right_matched = vec![false; independent.as_ref().map_or(0, |rows| rows.len())];
        let mut out = Vec::new();
        // The right row of each pair.
        let mut right_of = Vec::new();
        for left in left_rows.iter() {
            let outer = env.with(left_columns, left);
            let right_rows = match &independent {
                Some(rows) => Rc::clone(rows),
                None => self.rows(inputs[1], &outer)?,
            };
            let mut matches = Vec::new();
            let mut unknown = false;
            for (at, right) in right_rows.iter().enumerate() {
                self.spend(1)?;
                let env = outer.with(right_columns, right);
                if !three_valued {
                    if self.holds(on, &env)? {
                        matches.push(at);
                    }
                    continue;
                }
                match self.condition(on, &env)? {
                    Some(true) => matches.push(at),
                    Some(false) => {}
                    None => unknown = true,
                }
            }
            if kind.pads_left() {
                assert!(
                    !dependent,
                    "the right rows of a dependent join exist only beside a left row"
                );
                matches.iter().for_each(|at| right_matched[*at] = true);
            }
            match kind {
                JoinKind::Semi if !matches.is_empty() => out.push(left.clone()),
                JoinKind::Anti if matches.is_empty() => out.push(left.clone()),
                JoinKind::NullAwareAnti if matches.is_empty() && !unknown => out.push(left.clone()),
                JoinKind::Semi | JoinKind::Anti | JoinKind::NullAwareAnti => {}
                JoinKind::Mark(_) => {
                    let mark = match (matches.is_empty(), unknown) {
                        (false, _) => Value::Bool(true),
                        (true, true) => Value::Null,
                        (true, false) => Value::Bool(false),
                    };
                    out.push(joined(left, &[mark]));
                }
                JoinKind::Single if matches.len() > 1 => {
                    return Err(DataError::MoreThanOneRow.into());
                }
                _ => {
                    out.extend(matches.iter().map(|at| joined(left, &right_rows[*at])));
                    right_of.extend(matches.iter().copied());
                    if matches.is_empty() && kind.pads_right() {
                        out.push(joined(left, &nulls(right_columns.len())));
                    }
                }
            }
        }
        if kind.pads_left() {
            let right_rows = independent.unwrap_or_default();
            let unmatched = (0..right_rows.len()).filter(|at| !right_matched[*at]);
            let padding = nulls(left_columns.len());
            for at in unmatched {
                out.push(joined(&padding, &right_rows[at]));
                right_of.push(at);
            }
        }
        if kind == JoinKind::Right {
            // A left join keeps the order of its left rows, and this one that of its right rows.
            let mut by_right: Vec<(usize, Row)> = right_of.into_iter().zip(out).collect();
            by_right.sort_by_key(|(at, _)| *at);
            out = by_right.into_iter().map(|(_, row)| row).collect();
        }
        Ok(out)
    }
}

fn joined(left: &[Value], right: &[Value]) -> Row {
    left.iter().chain(right).cloned().collect()
}

fn nulls(columns: usize) -> Row {
    vec![Value::Null; columns]
}
