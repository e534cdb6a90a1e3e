//! Patterns: trees of operator kinds with letters for what they bind.

use plan::OpKind;
use std::fmt::Write;

/// A tree of operator kinds. Letters name what was bound: in guards, rewrites, sentences and on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// Any operator with everything below it.
    Any(char),
    /// An operator of one of the kinds, and its inputs.
    Op {
        /// The letter it binds.
        letter: char,
        /// Allowed kinds; none means any.
        kinds: &'static [OpKind],
        /// What it is called in the drawn pattern and in reasons: `filter`, `outer join`.
        says: &'static str,
        /// Patterns of the inputs, left first; none leaves the inputs unbound.
        inputs: &'static [Pattern],
    },
    /// An operator of one of the kinds, some input of which fits the pattern.
    Over {
        /// The letter it binds.
        letter: char,
        /// Allowed kinds; none means any.
        kinds: &'static [OpKind],
        /// What it is called.
        says: &'static str,
        /// The pattern that one input must fit; inputs are tried left first.
        some_input: &'static Pattern,
    },
}

/// Any operator.
pub const fn any(letter: char) -> Pattern {
    Pattern::Any(letter)
}

/// An operator of one of the kinds over inputs; no inputs leaves them unbound.
pub const fn op(
    letter: char,
    kinds: &'static [OpKind],
    says: &'static str,
    inputs: &'static [Pattern],
) -> Pattern {
    Pattern::Op {
        letter,
        kinds,
        says,
        inputs,
    }
}

/// A filter.
pub const fn filter(letter: char, inputs: &'static [Pattern]) -> Pattern {
    op(letter, &[OpKind::Filter], "filter", inputs)
}

/// A projection.
pub const fn project(letter: char, inputs: &'static [Pattern]) -> Pattern {
    op(letter, &[OpKind::Project], "project", inputs)
}

/// A join; `says` which kind a guard asks for.
pub const fn join(letter: char, says: &'static str, inputs: &'static [Pattern]) -> Pattern {
    op(letter, &[OpKind::Join], says, inputs)
}

/// An aggregation.
pub const fn aggregate(letter: char, inputs: &'static [Pattern]) -> Pattern {
    op(letter, &[OpKind::Aggregate], "aggregate", inputs)
}

impl Pattern {
    /// The letter it binds.
    pub fn letter(&self) -> char {
        match self {
            Self::Any(letter) | Self::Op { letter, .. } | Self::Over { letter, .. } => *letter,
        }
    }

    /// The kinds its root may have; none means any.
    pub fn root_kinds(&self) -> &'static [OpKind] {
        match self {
            Self::Any(_) => &[],
            Self::Op { kinds, .. } | Self::Over { kinds, .. } => kinds,
        }
    }

    /// What the root is called.
    pub fn says(&self) -> &'static str {
        match self {
            Self::Any(_) => "any operator",
            Self::Op { says, .. } | Self::Over { says, .. } => says,
        }
    }

    /// The pattern drawn as a text tree, one operator a line: `filter F`, inputs indented below.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.draw(&mut out, "", "");
        out
    }

    fn draw(&self, out: &mut String, first: &str, rest: &str) {
        match self {
            Self::Any(letter) => {
                let _ = writeln!(out, "{first}{letter}");
            }
            Self::Op {
                letter,
                says,
                inputs,
                ..
            } => {
                let _ = writeln!(out, "{first}{says} {letter}");
                for (at, input) in inputs.iter().enumerate() {
                    let last = at + 1 == inputs.len();
                    input.draw(
                        out,
                        &format!("{rest}{}", if last { "└── " } else { "├── " }),
                        &format!("{rest}{}", if last { "    " } else { "│   " }),
                    );
                }
            }
            Self::Over {
                letter,
                says,
                some_input,
                ..
            } => {
                let _ = writeln!(out, "{first}{says} {letter}");
                some_input.draw(out, &format!("{rest}└── "), &format!("{rest}    "));
            }
        }
    }
}
