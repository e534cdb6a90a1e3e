//! Why a statement could not be parsed or bound.

use std::fmt;
use types::{DataError, DataType, Span, SqlState};

/// Why a statement could not be parsed or bound: by cause, each with its place in the SQL text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlError {
    /// The text does not parse; `near` is the offending token, `None` at the end of the input.
    Syntax {
        /// The token as written.
        near: Option<String>,
        /// What the grammar allows there, when known.
        expected: Option<String>,
        /// Its place.
        at: Span,
    },
    /// The text parses, but the parts do not fit together: column counts, value lists, clauses.
    Malformed {
        /// What is wrong, in words.
        message: String,
        /// Its place.
        at: Span,
    },
    /// The statement passes a limit on size, nesting or chain length.
    TooComplex {
        /// What there is too much of: "nesting", "tokens", …
        what: &'static str,
        /// The most that is allowed.
        limit: usize,
        /// Where the limit is passed.
        at: Span,
    },
    /// The statement nests deeper than the stack allows.
    TooDeep {
        /// Where it becomes too deep.
        at: Span,
    },
    /// More columns than a table or a select list may have.
    TooManyColumns {
        /// "tables" or "select lists".
        what: &'static str,
        /// The most that is allowed.
        limit: usize,
        /// Where the limit is passed.
        at: Span,
    },
    /// An identifier of more than 63 bytes.
    NameTooLong {
        /// The identifier, shortened.
        name: String,
        /// Its place.
        at: Span,
    },
    /// No table or view has the name.
    UnknownTable {
        /// The name.
        name: String,
        /// The most similar name there is.
        nearest: Option<String>,
        /// Its place.
        at: Span,
    },
    /// A qualifier names no table of FROM.
    UnknownQualifier {
        /// The qualifier.
        name: String,
        /// The table has an alias, which must be used instead; or another hint.
        hint: Option<String>,
        /// Its place.
        at: Span,
    },
    /// No column has the name.
    UnknownColumn {
        /// The name, with its qualifier if it has one.
        name: String,
        /// The most similar column in scope.
        nearest: Option<String>,
        /// Its place.
        at: Span,
    },
    /// No column of a certain table has the name.
    UnknownColumnOf {
        /// The column's name.
        column: String,
        /// The table's name.
        table: String,
        /// The most similar column of the table.
        nearest: Option<String>,
        /// Its place.
        at: Span,
    },
    /// A column that a key or USING names is not there.
    UnknownColumnIn {
        /// The column's name.
        name: String,
        /// How it is named where: "named in key does not exist".
        problem: String,
        /// The most similar column.
        nearest: Option<String>,
        /// Its place.
        at: Span,
    },
    /// The name fits several columns; `candidates` are in FROM order.
    AmbiguousColumn {
        /// The name.
        name: String,
        /// The columns it fits.
        candidates: Vec<String>,
        /// Its place.
        at: Span,
    },
    /// A table name occurs twice in FROM.
    DuplicateAlias {
        /// The name.
        name: String,
        /// The second occurrence.
        at: Span,
    },
    /// A column name occurs twice in a list.
    DuplicateColumn {
        /// The name.
        name: String,
        /// The second occurrence.
        at: Span,
    },
    /// The table or view exists already.
    DuplicateTable {
        /// The name.
        name: String,
        /// Its place.
        at: Span,
    },
    /// No type, index or parameter has the name.
    UnknownObject {
        /// "type", "index", …
        kind: &'static str,
        /// The name.
        name: String,
        /// Its place.
        at: Span,
    },
    /// No function takes these arguments.
    UnknownFunction {
        /// The name with the argument types: `round(text)`.
        call: String,
        /// What to do about it.
        hint: Option<String>,
        /// Its place.
        at: Span,
    },
    /// No operator takes these operands.
    UnknownOperator {
        /// The operands' types around the sign: `integer + boolean`.
        call: String,
        /// Its place.
        at: Span,
    },
    /// Both operands are quoted literals or NULL: several operators take them.
    AmbiguousOperator {
        /// The operands' types around the sign: `unknown + unknown`.
        call: String,
        /// Its place.
        at: Span,
    },
    /// The name is of something else than the statement or call needs: a view for DROP TABLE, DISTINCT for a function.
    WrongKind {
        /// What is wrong, in words.
        message: String,
        /// Its place.
        at: Span,
    },
    /// A foreign key whose other side is no key.
    InvalidForeignKey {
        /// What is wrong, in words.
        message: String,
        /// Its place.
        at: Span,
    },
    /// A field, format or length that there is not.
    InvalidParameter {
        /// What is wrong, in words.
        message: String,
        /// Its place.
        at: Span,
    },
    /// A column is neither grouped nor aggregated.
    NotGrouped {
        /// The column, qualified.
        column: String,
        /// The column belongs to an outer query and is used in a subquery.
        in_subquery: bool,
        /// Its place.
        at: Span,
    },
    /// An aggregate where none is allowed.
    MisplacedAggregate {
        /// The clause, or the enclosing aggregate: "WHERE", "JOIN conditions".
        place: &'static str,
        /// Its place.
        at: Span,
    },
    /// Types do not fit together.
    TypeMismatch {
        /// What does not fit, in words.
        message: String,
        /// What to do about it.
        hint: Option<String>,
        /// Its place.
        at: Span,
    },
    /// No cast leads from one type to the other.
    CannotCast {
        /// The type there is.
        from: DataType,
        /// The type wanted.
        to: DataType,
        /// Its place.
        at: Span,
    },
    /// A position or column reference where it means nothing.
    InvalidReference {
        /// What is wrong, in words.
        message: String,
        /// Its place.
        at: Span,
    },
    /// A table definition that contradicts itself.
    InvalidDefinition {
        /// What is wrong, in words.
        message: String,
        /// Its place.
        at: Span,
    },
    /// LIMIT or OFFSET is negative.
    InvalidRowCount {
        /// "LIMIT", "OFFSET" or "FETCH".
        clause: &'static str,
        /// Its place.
        at: Span,
    },
    /// A literal does not spell a value of its type, or is out of range.
    Literal {
        /// Why.
        error: DataError,
        /// Its place.
        at: Span,
    },
    /// PostgreSQL has it, Planarium does not.
    NotSupported {
        /// What is missing: "window functions", "WITH RECURSIVE".
        feature: String,
        /// Its place.
        at: Span,
    },
}

impl SqlError {
    /// The SQLSTATE of this error.
    pub fn code(&self) -> SqlState {
        match self {
            Self::Syntax { .. } | Self::Malformed { .. } => SqlState::SYNTAX_ERROR,
            Self::TooComplex { .. } | Self::TooDeep { .. } => SqlState::STATEMENT_TOO_COMPLEX,
            Self::TooManyColumns { .. } => SqlState::TOO_MANY_COLUMNS,
            Self::NameTooLong { .. } => SqlState::NAME_TOO_LONG,
            Self::UnknownTable { .. } | Self::UnknownQualifier { .. } => SqlState::UNDEFINED_TABLE,
            Self::UnknownColumn { .. }
            | Self::UnknownColumnOf { .. }
            | Self::UnknownColumnIn { .. } => SqlState::UNDEFINED_COLUMN,
            Self::AmbiguousColumn { .. } => SqlState::AMBIGUOUS_COLUMN,
            Self::DuplicateAlias { .. } => SqlState::DUPLICATE_ALIAS,
            Self::DuplicateColumn { .. } => SqlState::DUPLICATE_COLUMN,
            Self::DuplicateTable { .. } => SqlState::DUPLICATE_TABLE,
            Self::UnknownObject { .. } => SqlState::UNDEFINED_OBJECT,
            Self::UnknownFunction { .. } | Self::UnknownOperator { .. } => {
                SqlState::UNDEFINED_FUNCTION
            }
            Self::AmbiguousOperator { .. } => SqlState::AMBIGUOUS_FUNCTION,
            Self::WrongKind { .. } => SqlState::WRONG_OBJECT_TYPE,
            Self::InvalidForeignKey { .. } => SqlState::INVALID_FOREIGN_KEY,
            Self::InvalidParameter { .. } => SqlState::INVALID_PARAMETER,
            Self::NotGrouped { .. } | Self::MisplacedAggregate { .. } => SqlState::GROUPING_ERROR,
            Self::TypeMismatch { .. } => SqlState::DATATYPE_MISMATCH,
            Self::CannotCast { .. } => SqlState::CANNOT_COERCE,
            Self::InvalidReference { .. } => SqlState::INVALID_COLUMN_REFERENCE,
            Self::InvalidDefinition { .. } => SqlState::INVALID_TABLE_DEFINITION,
            Self::InvalidRowCount {
                clause: "OFFSET", ..
            } => SqlState::INVALID_ROW_OFFSET,
            Self::InvalidRowCount { .. } => SqlState::INVALID_ROW_COUNT,
            Self::Literal { error, .. } => error.code(),
            Self::NotSupported { .. } => SqlState::FEATURE_NOT_SUPPORTED,
        }
    }

    /// The place in the SQL text, in bytes of the whole script.
    pub fn span(&self) -> Span {
        match self {
            Self::Syntax { at, .. }
            | Self::Malformed { at, .. }
            | Self::TooComplex { at, .. }
            | Self::TooDeep { at }
            | Self::TooManyColumns { at, .. }
            | Self::NameTooLong { at, .. }
            | Self::UnknownTable { at, .. }
            | Self::UnknownQualifier { at, .. }
            | Self::UnknownColumn { at, .. }
            | Self::UnknownColumnOf { at, .. }
            | Self::UnknownColumnIn { at, .. }
            | Self::AmbiguousColumn { at, .. }
            | Self::DuplicateAlias { at, .. }
            | Self::DuplicateColumn { at, .. }
            | Self::DuplicateTable { at, .. }
            | Self::UnknownObject { at, .. }
            | Self::UnknownFunction { at, .. }
            | Self::UnknownOperator { at, .. }
            | Self::AmbiguousOperator { at, .. }
            | Self::WrongKind { at, .. }
            | Self::InvalidForeignKey { at, .. }
            | Self::InvalidParameter { at, .. }
            | Self::NotGrouped { at, .. }
            | Self::MisplacedAggregate { at, .. }
            | Self::TypeMismatch { at, .. }
            | Self::CannotCast { at, .. }
            | Self::InvalidReference { at, .. }
            | Self::InvalidDefinition { at, .. }
            | Self::InvalidRowCount { at, .. }
            | Self::Literal { at, .. }
            | Self::NotSupported { at, .. } => *at,
        }
    }

    /// What to do about it, when that is known.
    pub fn hint(&self) -> Option<String> {
        let perhaps = |name: &Option<String>| {
            name.as_ref()
                .map(|name| format!("Perhaps you meant \"{name}\"."))
        };
        match self {
            Self::Syntax { expected, .. } => expected.as_ref().map(|e| format!("Expected {e}.")),
            Self::UnknownTable { nearest, .. }
            | Self::UnknownColumn { nearest, .. }
            | Self::UnknownColumnOf { nearest, .. }
            | Self::UnknownColumnIn { nearest, .. } => perhaps(nearest),
            Self::AmbiguousColumn { candidates, .. } => {
                Some(format!("Write one of: {}.", candidates.join(", ")))
            }
            Self::UnknownQualifier { hint, .. }
            | Self::UnknownFunction { hint, .. }
            | Self::TypeMismatch { hint, .. } => hint.clone(),
            Self::UnknownOperator { .. } => Some(
                "No operator takes these types; an explicit cast may help: CAST(… AS type).".into(),
            ),
            Self::AmbiguousOperator { .. } => {
                Some("Say what type they are: CAST(… AS type).".into())
            }
            Self::NotGrouped { .. } => {
                Some("Add the column to GROUP BY, or use it inside an aggregate.".into())
            }
            Self::TooDeep { .. } => {
                Some("Nest less: WITH can take subqueries out of each other.".into())
            }
            Self::TooComplex { .. } => Some("Split the statement into smaller ones.".into()),
            Self::DuplicateAlias { .. } => Some("Give one of the tables another alias.".into()),
            Self::MisplacedAggregate { place: "WHERE", .. } => {
                Some("Conditions on aggregates go into HAVING.".into())
            }
            _ => None,
        }
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax {
                near: Some(near), ..
            } => write!(f, "syntax error at or near \"{near}\""),
            Self::Syntax { near: None, .. } => f.write_str("syntax error at end of input"),
            Self::Malformed { message, .. }
            | Self::TypeMismatch { message, .. }
            | Self::InvalidReference { message, .. }
            | Self::WrongKind { message, .. }
            | Self::InvalidForeignKey { message, .. }
            | Self::InvalidParameter { message, .. }
            | Self::InvalidDefinition { message, .. } => f.write_str(message),
            Self::TooComplex { what, limit, .. } => {
                write!(f, "statement too complex: more than {limit} {what}")
            }
            Self::TooDeep { .. } => f.write_str("statement too complex: it nests too deeply"),
            Self::TooManyColumns { what, limit, .. } => {
                write!(f, "{what} can have at most {limit} columns")
            }
            Self::NameTooLong { name, .. } => {
                write!(f, "identifier \"{name}…\" is longer than 63 bytes")
            }
            Self::UnknownTable { name, .. } => write!(f, "relation \"{name}\" does not exist"),
            Self::UnknownQualifier { name, .. } => {
                write!(f, "missing FROM-clause entry for table \"{name}\"")
            }
            Self::UnknownColumn { name, .. } if name.contains('.') => {
                write!(f, "column {name} does not exist")
            }
            Self::UnknownColumn { name, .. } => write!(f, "column \"{name}\" does not exist"),
            Self::UnknownColumnOf { column, table, .. } => {
                write!(
                    f,
                    "column \"{column}\" of relation \"{table}\" does not exist"
                )
            }
            Self::UnknownColumnIn { name, problem, .. } => {
                write!(f, "column \"{name}\" {problem}")
            }
            Self::AmbiguousColumn { name, .. } => {
                write!(f, "column reference \"{name}\" is ambiguous")
            }
            Self::DuplicateAlias { name, .. } => {
                write!(f, "table name \"{name}\" specified more than once")
            }
            Self::DuplicateColumn { name, .. } => {
                write!(f, "column \"{name}\" specified more than once")
            }
            Self::DuplicateTable { name, .. } => write!(f, "relation \"{name}\" already exists"),
            Self::UnknownObject { kind, name, .. } => {
                write!(f, "{kind} \"{name}\" does not exist")
            }
            Self::UnknownFunction { call, .. } => write!(f, "function {call} does not exist"),
            Self::UnknownOperator { call, .. } => write!(f, "operator does not exist: {call}"),
            Self::AmbiguousOperator { call, .. } => write!(f, "operator is not unique: {call}"),
            Self::NotGrouped {
                column,
                in_subquery: true,
                ..
            } => write!(
                f,
                "subquery uses ungrouped column \"{column}\" from outer query"
            ),
            Self::NotGrouped { column, .. } => write!(
                f,
                "column \"{column}\" must appear in the GROUP BY clause or be used in an aggregate function"
            ),
            Self::MisplacedAggregate {
                place: "aggregate", ..
            } => f.write_str("aggregate function calls cannot be nested"),
            Self::MisplacedAggregate { place, .. } => {
                write!(f, "aggregate functions are not allowed in {place}")
            }
            Self::CannotCast { from, to, .. } => write!(f, "cannot cast type {from} to {to}"),
            Self::InvalidRowCount { clause, .. } => write!(f, "{clause} must not be negative"),
            Self::Literal { error, .. } => write!(f, "{error}"),
            Self::NotSupported { feature, .. } => write!(f, "not supported: {feature}"),
        }
    }
}

impl std::error::Error for SqlError {}

/// The candidate most similar to a misspelt name: edit distance at most a third of its length.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let most = name.chars().count() / 3;
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(d, _)| *d <= most && most > 0)
        .min_by_key(|(d, _)| *d)
        .map(|(_, candidate)| candidate.to_string())
}

/// Levenshtein's edit distance, over characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_or_none() {
        let names = ["o_orderkey", "o_custkey", "o_comment"];
        assert_eq!(nearest("o_ordrkey", names).as_deref(), Some("o_orderkey"));
        assert_eq!(nearest("price", names), None);
        assert_eq!(nearest("a", ["b"]), None);
    }
}
