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

impl Binder<'_, '_> {
    /// The folded name of a table or column; a reserved word without quotes is none.
    pub fn name(&self, ident: &Ident) -> Result<String, SqlError> {
        let name = folded(ident);
        if ident.quote_style.is_none() && RESERVED.binary_search(&name.as_str()).is_ok() {
            return Err(SqlError::Syntax {
                near: Some(ident.value.clone()),
                expected: Some("a name: a reserved word is one only in double quotes".into()),
                at: self.at(self.source.ident(ident)),
            });
        }
        Ok(name)
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
