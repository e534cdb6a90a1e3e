//! Scalar expressions.

use crate::{Func, ScalarId};
use types::{ColId, DataType, Value};

/// A scalar expression over other interned expressions. Subqueries never occur in one: the binder turns each into a
/// dependent join and refers to its result by column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// A column of an input, or of an outer query when the input does not have it.
    Column(ColId),
    /// A constant of a type (NULL has one too).
    Literal(Value, DataType),
    /// A function of arguments. `And`, `Or`, `In`, `Coalesce`, `Greatest`, `Least` take any number from two up.
    Call(Func, Vec<ScalarId>),
    /// A conversion.
    Cast(ScalarId, DataType),
    /// `CASE WHEN c1 THEN v1 … ELSE e END`; a missing ELSE is a NULL literal. Branches are evaluated lazily.
    Case {
        /// Conditions and results, in order.
        branches: Vec<(ScalarId, ScalarId)>,
        /// The ELSE result.
        otherwise: ScalarId,
    },
}

impl Scalar {
    /// The expressions directly inside, in order.
    pub fn children(&self) -> Vec<ScalarId> {
        match self {
            Self::Column(_) | Self::Literal(..) => Vec::new(),
            Self::Call(_, args) => args.clone(),
            Self::Cast(input, _) => vec![*input],
            Self::Case {
                branches,
                otherwise,
            } => branches
                .iter()
                .flat_map(|(c, v)| [*c, *v])
                .chain([*otherwise])
                .collect(),
        }
    }

    /// The same expression over other children, given in the order of [`Scalar::children`].
    pub fn with_children(&self, children: &[ScalarId]) -> Self {
        match self {
            Self::Column(_) | Self::Literal(..) => self.clone(),
            Self::Call(func, _) => Self::Call(*func, children.to_vec()),
            Self::Cast(_, ty) => Self::Cast(children[0], *ty),
            Self::Case { branches, .. } => Self::Case {
                branches: (0..branches.len())
                    .map(|i| (children[2 * i], children[2 * i + 1]))
                    .collect(),
                otherwise: children[2 * branches.len()],
            },
        }
    }
}
