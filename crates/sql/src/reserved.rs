//! Words that name no table and no column unless quoted: PostgreSQL's reserved key words (appendix C of its manual),
//! those "can be function or type" included. The parser takes some of them for names where one must stand, and would
//! read `SELECT FROM WHERE` as a query of a table.

use crate::SqlError;
use crate::binder::{Binder, folded};
use sqlparser::ast::Ident;

/// In order, for a binary search.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// Reserved words that may name a function or a type.
const FUNCTION_NAMES: &[&str] = &[
    "authorization",
    "binary",
    "collation",
    "concurrently",
    "cross",
    "current_schema",
    "freeze",
    "full",
    "ilike",
    "inner",
    "is",
    "isnull",
    "join",
    "left",
    "like",
    "natural",
    "notnull",
    "outer",
    "overlaps",
    "right",
    "similar",
    "tablesample",
    "verbose",
];

impl Binder<'_, '_> {
    /// The folded name of a table or column; a reserved word without quotes is none.
    pub fn name(&self, ident: &Ident) -> Result<String, SqlError> {
        let name = self.label(ident)?;
        if ident.quote_style.is_none() && RESERVED.binary_search(&name.as_str()).is_ok() {
            return Err(SqlError::Syntax {
                near: Some(ident.value.clone()),
                expected: Some("a name: a reserved word is one only in double quotes".into()),
                at: self.at(self.source.ident(ident)),
            });
        }
        Ok(name)
    }

    /// The folded name of a function; reserved words that name types or functions are allowed.
    pub fn function_name(&self, ident: &Ident) -> Result<String, SqlError> {
        let name = self.label(ident)?;
        match FUNCTION_NAMES.contains(&name.as_str()) {
            true => Ok(name),
            false => self.name(ident),
        }
    }

    /// The folded name of an output column, for which any word will do; the parser takes a string, too.
    pub fn label(&self, ident: &Ident) -> Result<String, SqlError> {
        if ident.quote_style == Some('\'') {
            let at = self.at(self.source.ident(ident));
            return Err(SqlError::Syntax {
                near: Some(format!("'{}'", ident.value)),
                expected: Some("a name: those are quoted with double quotes".into()),
                at,
            });
        }
        Ok(folded(ident))
    }
}

#[cfg(test)]
mod tests {
    use super::RESERVED;

    #[test]
    fn the_words_are_in_order() {
        assert!(RESERVED.is_sorted());
    }
}
