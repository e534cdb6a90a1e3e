//! When an expression is NULL: which columns make it so, and whether it can be.

use crate::{Arena, ColSet, Func, Scalar, ScalarId};
use types::Value;

/// Columns that are not NULL whenever the condition is true.
pub fn null_rejected(arena: &Arena, condition: ScalarId) -> ColSet {
    match arena.get(condition) {
        Scalar::Call(Func::And, args) => args
            .iter()
            .fold(ColSet::new(), |set, a| set.union(&null_rejected(arena, *a))),
        Scalar::Call(Func::Or, args) => {
            let mut sides = args.iter().map(|a| null_rejected(arena, *a));
            let first = sides.next().unwrap_or_default();
            sides.fold(first, |set, side| set.intersection(&side))
        }
        // x IN (…) is true only for an x that is not NULL.
        Scalar::Call(Func::IsNotNull | Func::IsTrue | Func::IsFalse | Func::In, args) => {
            strict_columns(arena, args[0])
        }
        Scalar::Call(Func::Between, args) => args.iter().fold(ColSet::new(), |set, a| {
            set.union(&strict_columns(arena, *a))
        }),
        Scalar::Call(Func::Not, args) => match arena.get(args[0]) {
            Scalar::Call(Func::In, inner) => strict_columns(arena, inner[0]),
            _ => strict_columns(arena, args[0]),
        },
        _ => strict_columns(arena, condition),
    }
}

/// Columns whose NULL makes the expression NULL.
pub fn strict_columns(arena: &Arena, expr: ScalarId) -> ColSet {
    match arena.get(expr) {
        Scalar::Column(col) => [*col].into_iter().collect(),
        Scalar::Call(func, args) if func.is_strict() => {
            args.iter().fold(ColSet::new(), |set, a| {
                set.union(&strict_columns(arena, *a))
            })
        }
        Scalar::Cast(input, _) => strict_columns(arena, *input),
        _ => ColSet::new(),
    }
}

/// True when the expression cannot be NULL, given the columns that are not.
pub fn never_null(arena: &Arena, expr: ScalarId, not_null: &ColSet) -> bool {
    match arena.get(expr) {
        Scalar::Column(col) => not_null.contains(*col),
        Scalar::Literal(value, _) => *value != Value::Null,
        Scalar::Call(func, _) if func.never_null() => true,
        Scalar::Call(Func::Coalesce | Func::Greatest | Func::Least, args) => {
            args.iter().any(|a| never_null(arena, *a, not_null))
        }
        Scalar::Call(Func::NullIf, _) => false,
        Scalar::Call(_, args) => args.iter().all(|a| never_null(arena, *a, not_null)),
        Scalar::Cast(input, _) => never_null(arena, *input, not_null),
        Scalar::Case {
            branches,
            otherwise,
        } => {
            branches
                .iter()
                .all(|(_, v)| never_null(arena, *v, not_null))
                && never_null(arena, *otherwise, not_null)
        }
    }
}
