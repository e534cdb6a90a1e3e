//! Statements by kind: what is bound where, and the small ones.

use crate::binder::{Binder, folded};
use crate::statement::{Bound, Explain, ExplainFormat, Transaction};
use crate::{SqlError, ddl};
use sqlparser::ast::{
    AnalyzeFormat, AnalyzeFormatKind, Expr, ObjectType, Set, Statement, UtilityOption,
    Value as ParserValue,
};

impl<'q> Binder<'_, 'q> {
    /// Binds a statement; there is none when the engine does not have it.
    pub fn statement(mut self, statement: Option<&'q Statement>) -> Result<Bound, SqlError> {
        match statement {
            Some(statement) => self.any_statement(statement),
            None => self.unknown_statement(),
        }
    }

    fn unknown_statement<T>(&self) -> Result<T, SqlError> {
        let words = self.source.tokens.iter().take(2);
        let words: Vec<String> = words
            .map(|t| self.source.slice(t.at).to_ascii_uppercase())
            .collect();
        self.unsupported(
            format!("statement {} …", words.join(" ")),
            ddl::first_words(self.source),
        )
    }

    fn any_statement(&mut self, statement: &'q Statement) -> Result<Bound, SqlError> {
        match statement {
            Statement::Query(query) => {
                let named = self.query(query)?;
                Ok(Bound::Query(self.finish(named)))
            }
            Statement::Insert(insert) => self.insert(insert),
            Statement::Delete(delete) => self.delete(delete),
            Statement::Update(update) => self.update(update),
            Statement::CreateTable(create) => self.create_table(create),
            Statement::CreateIndex(create) => self.create_index(create),
            Statement::CreateView(create) => self.create_view(create),
            Statement::Drop {
                object_type,
                if_exists,
                names,
                cascade,
                ..
            } => match object_type {
                ObjectType::Table => self.drop_table(names, *if_exists, *cascade),
                ObjectType::View => self.drop_view(names, *if_exists, *cascade),
                ObjectType::Index => {
                    let names = names.iter().map(|name| self.relation_name(name));
                    Ok(Bound::DropIndex {
                        names: names
                            .map(|name| name.map(|(_, name)| name))
                            .collect::<Result<_, _>>()?,
                        if_exists: *if_exists,
                    })
                }
                other => self.unsupported(format!("DROP {other}"), self.source.whole()),
            },
            Statement::Truncate(truncate) => {
                let tables = truncate.table_names.iter().map(|target| {
                    let at = self.at(self.source.object_name(&target.name));
                    let (_, name) = self.relation_name(&target.name)?;
                    self.find_table(&name, at)
                });
                Ok(Bound::Truncate {
                    tables: tables.collect::<Result<_, _>>()?,
                })
            }
            Statement::Analyze(analyze) => {
                let tables = match &analyze.table_name {
                    Some(name) => {
                        let at = self.at(self.source.object_name(name));
                        let (_, table) = self.relation_name(name)?;
                        vec![self.find_table(&table, at)?]
                    }
                    None => self.arena.catalog().tables(),
                };
                Ok(Bound::Analyze { tables })
            }
            Statement::Explain { .. } => self.explain(statement),
            Statement::StartTransaction { .. } => Ok(Bound::Transaction(Transaction::Begin)),
            Statement::Commit { .. } => Ok(Bound::Transaction(Transaction::Commit)),
            Statement::Rollback {
                savepoint: None, ..
            } => Ok(Bound::Transaction(Transaction::Rollback)),
            Statement::Rollback { .. }
            | Statement::Savepoint { .. }
            | Statement::ReleaseSavepoint { .. } => {
                self.unsupported("a savepoint", self.source.whole())
            }
            Statement::Set(set) => self.set(set),
            Statement::ShowVariable { variable } => Ok(Bound::Show {
                name: variable.iter().map(folded).collect::<Vec<_>>().join("_"),
            }),
            _ => self.unknown_statement(),
        }
    }

    fn explain(&mut self, statement: &'q Statement) -> Result<Bound, SqlError> {
        let Statement::Explain {
            analyze,
            verbose,
            statement,
            format,
            options,
            ..
        } = statement
        else {
            return self.unsupported("this form of EXPLAIN", self.source.whole());
        };
        let (mut analyze, mut verbose) = (*analyze, *verbose);
        let mut form = match format {
            None => ExplainFormat::Text,
            Some(AnalyzeFormatKind::Keyword(kind) | AnalyzeFormatKind::Assignment(kind)) => {
                match kind {
                    AnalyzeFormat::TEXT => ExplainFormat::Text,
                    AnalyzeFormat::JSON => ExplainFormat::Json,
                    _ => return self.unsupported("this EXPLAIN format", self.source.whole()),
                }
            }
        };
        for option in options.iter().flatten() {
            let at = self.source.ident(&option.name);
            match folded(&option.name).as_str() {
                "analyze" => analyze = is_on(option),
                "verbose" => verbose = is_on(option),
                "format" => {
                    form = match option_word(option).as_deref() {
                        Some("text") => ExplainFormat::Text,
                        Some("json") => ExplainFormat::Json,
                        Some("xml" | "yaml") => {
                            return self.unsupported("this EXPLAIN format; text and json are", at);
                        }
                        other => {
                            let word = other.unwrap_or_default();
                            return Err(SqlError::InvalidParameter {
                                message: format!(
                                    "unrecognized value for EXPLAIN option \"format\": \"{word}\""
                                ),
                                at: self.at(at),
                            });
                        }
                    }
                }
                // What they would add is always or never shown.
                "costs" | "buffers" | "timing" | "summary" | "settings" | "wal" => {}
                name => {
                    return Err(SqlError::Malformed {
                        message: format!("unrecognized EXPLAIN option \"{name}\""),
                        at: self.at(at),
                    });
                }
            }
        }
        if matches!(**statement, Statement::Explain { .. }) {
            return self.unsupported("EXPLAIN of EXPLAIN", self.source.whole());
        }
        let inner = self.any_statement(statement)?;
        match inner {
            Bound::Query(_) | Bound::Insert(_) | Bound::Delete(_) | Bound::Update(_) => {
                Ok(Bound::Explain(Explain {
                    analyze,
                    verbose,
                    format: form,
                    statement: Box::new(inner),
                }))
            }
            _ => self.unsupported("EXPLAIN of this statement", self.source.whole()),
        }
    }

    fn set(&mut self, set: &'q Set) -> Result<Bound, SqlError> {
        let value_text = |binder: &Self, expr: &Expr| match expr {
            Expr::Value(value) => match &value.value {
                ParserValue::SingleQuotedString(text) => text.clone(),
                _ => binder.source.slice(binder.source.expr(expr)).to_string(),
            },
            _ => binder.source.slice(binder.source.expr(expr)).to_string(),
        };
        match set {
            Set::SingleAssignment {
                variable, values, ..
            } => Ok(Bound::Set {
                name: variable.to_string().to_ascii_lowercase(),
                value: values
                    .iter()
                    .map(|v| value_text(self, v))
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
            Set::SetTimeZone { value, .. } => Ok(Bound::Set {
                name: "timezone".into(),
                value: value_text(self, value),
            }),
            Set::SetTransaction { .. } => Ok(Bound::Set {
                name: "transaction".into(),
                value: self.source.text.clone(),
            }),
            Set::SetNames { charset_name, .. } => Ok(Bound::Set {
                name: "client_encoding".into(),
                value: charset_name.value.clone(),
            }),
            _ => self.unsupported("this form of SET", self.source.whole()),
        }
    }
}

/// The word given to an option of EXPLAIN, in lower case.
fn option_word(option: &UtilityOption) -> Option<String> {
    match option.arg.as_ref()? {
        Expr::Identifier(ident) => Some(folded(ident)),
        Expr::Value(value) => match &value.value {
            ParserValue::Boolean(on) => Some(on.to_string()),
            ParserValue::SingleQuotedString(text) | ParserValue::Number(text, _) => {
                Some(text.to_ascii_lowercase())
            }
            _ => None,
        },
        _ => None,
    }
}

/// A boolean option of EXPLAIN: on unless it says otherwise.
fn is_on(option: &UtilityOption) -> bool {
    !matches!(
        option_word(option).as_deref(),
        Some("false" | "off" | "0" | "no")
    )
}
