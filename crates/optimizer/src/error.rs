//! How optimizing can fail. Each is a broken invariant of a rule or of the search, never the user's doing.

use std::fmt;
use types::SqlState;

/// Why a plan could not be optimized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptimizerError {
    /// Rules undid each other's work: the plan came back to an earlier form.
    Loop {
        /// The rules that fired between the two occurrences of the same plan, in order.
        cycle: Vec<String>,
    },
    /// A rule changed what the plan means to those above it.
    BrokenRule {
        /// The rule.
        rule: String,
        /// What it broke, in words.
        broken: String,
    },
    /// The search found no physical plan for an operator.
    NoPlan {
        /// The operator and what was missing, in words.
        reason: String,
    },
}

impl OptimizerError {
    /// The SQLSTATE code: all are internal errors.
    pub fn code(&self) -> SqlState {
        SqlState::INTERNAL_ERROR
    }
}

impl fmt::Display for OptimizerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loop { cycle } => {
                write!(
                    f,
                    "optimizer rules undo each other: {}; disable one of them",
                    cycle.join(", ")
                )
            }
            Self::BrokenRule { rule, broken } => {
                write!(f, "optimizer rule {rule} {broken}; disable it")
            }
            Self::NoPlan { reason } => write!(f, "no physical plan: {reason}"),
        }
    }
}

impl std::error::Error for OptimizerError {}
