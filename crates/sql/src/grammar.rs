//! Which statements there are, and the parser's method for each.
//!
//! The parser's own `parse_statement` knows every statement of twenty dialects; linked in, that is a tenth of the
//! WebAssembly module. So the first words are read here and only what the binder takes is parsed. A statement that
//! PostgreSQL has and this engine has not is known by its first words.

use sqlparser::ast::helpers::stmt_create_table::CreateTableBuilder;
use sqlparser::ast::{
    AnalyzeFormatKind, ContextModifier, CreateIndex, DescribeAlias, IndexType, ObjectName,
    ObjectType, Set, Statement,
};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

/// First words of PostgreSQL's statements that are not supported.
const OTHER_STATEMENTS: &[&str] = &[
    "alter",
    "call",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "copy",
    "deallocate",
    "declare",
    "discard",
    "do",
    "execute",
    "fetch",
    "grant",
    "import",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "reset",
    "revoke",
    "security",
    "unlisten",
    "vacuum",
];

/// What CREATE and DROP may be followed by in PostgreSQL and are not supported with.
const OTHER_OBJECTS: &[&str] = &[
    "access",
    "aggregate",
    "cast",
    "collation",
    "constraint",
    "conversion",
    "database",
    "domain",
    "event",
    "extension",
    "foreign",
    "function",
    "group",
    "language",
    "materialized",
    "operator",
    "owned",
    "policy",
    "procedure",
    "publication",
    "role",
    "routine",
    "rule",
    "schema",
    "sequence",
    "server",
    "statistics",
    "subscription",
    "tablespace",
    "text",
    "transform",
    "trigger",
    "type",
    "user",
];

type Parse<T> = Result<T, ParserError>;

/// Parses one statement; `None` for one that PostgreSQL has and the engine has not.
pub(crate) fn statement(parser: &mut Parser<'_>) -> Parse<Option<Statement>> {
    let first = parser.next_token();
    let word = match &first.token {
        Token::Word(word) if word.quote_style.is_none() => word,
        Token::LParen => return query(parser),
        _ => return parser.expected("an SQL statement", first),
    };
    let parsed = match word.keyword {
        Keyword::SELECT | Keyword::WITH | Keyword::VALUES | Keyword::TABLE | Keyword::FROM => {
            return query(parser);
        }
        Keyword::EXPLAIN => return explain(parser),
        Keyword::CREATE => return create(parser),
        Keyword::DROP => return drop_objects(parser),
        Keyword::INSERT => parser.parse_insert(first)?,
        Keyword::UPDATE => parser.parse_update(first)?,
        Keyword::DELETE => parser.parse_delete(first)?,
        Keyword::TRUNCATE => parser.parse_truncate()?.into(),
        Keyword::ANALYZE => parser.parse_analyze()?.into(),
        Keyword::START => parser.parse_start_transaction()?,
        Keyword::BEGIN => parser.parse_begin()?,
        Keyword::COMMIT => parser.parse_commit()?,
        Keyword::END => parser.parse_end()?,
        Keyword::ROLLBACK => parser.parse_rollback()?,
        Keyword::ABORT => parser.parse_abort()?,
        Keyword::SAVEPOINT => parser.parse_savepoint()?,
        Keyword::RELEASE => parser.parse_release()?,
        Keyword::SET => set(parser)?,
        Keyword::SHOW => Statement::ShowVariable {
            variable: parser.parse_identifiers()?,
        },
        _ if is_one_of(OTHER_STATEMENTS, &word.value) => return unsupported(parser),
        _ => return parser.expected("an SQL statement", first),
    };
    Ok(Some(parsed))
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Passes over the rest of a statement that is not read.
fn unsupported(parser: &mut Parser<'_>) -> Parse<Option<Statement>> {
    while parser.next_token().token != Token::EOF {}
    Ok(None)
}

fn query(parser: &mut Parser<'_>) -> Parse<Option<Statement>> {
    parser.prev_token();
    Ok(Some(Statement::Query(parser.parse_query()?)))
}

fn explain(parser: &mut Parser<'_>) -> Parse<Option<Statement>> {
    let (mut analyze, mut verbose, mut format, mut options) = (false, false, None, None);
    if parser.peek_token_ref().token == Token::LParen && opens_options(parser) {
        options = Some(parser.parse_utility_options()?);
    } else {
        analyze = parser.parse_keyword(Keyword::ANALYZE);
        verbose = parser.parse_keyword(Keyword::VERBOSE);
        if parser.parse_keyword(Keyword::FORMAT) {
            format = Some(AnalyzeFormatKind::Keyword(parser.parse_analyze_format()?));
        }
    }
    let inner = statement(parser)?;
    Ok(inner.map(|statement| Statement::Explain {
        describe_alias: DescribeAlias::Explain,
        analyze,
        verbose,
        query_plan: false,
        estimate: false,
        statement: Box::new(statement),
        format,
        options,
    }))
}

/// The parenthesis begins options, not a query: `EXPLAIN (SELECT …)` explains.
fn opens_options(parser: &Parser<'_>) -> bool {
    match &parser.peek_nth_token_ref(1).token {
        Token::Word(word) => !matches!(
            word.keyword,
            Keyword::SELECT | Keyword::WITH | Keyword::VALUES | Keyword::TABLE
        ),
        _ => false,
    }
}

fn create(parser: &mut Parser<'_>) -> Parse<Option<Statement>> {
    let or_replace = parser.parse_keywords(&[Keyword::OR, Keyword::REPLACE]);
    let scope = parser.parse_one_of_keywords(&[Keyword::LOCAL, Keyword::GLOBAL]);
    let global = scope.map(|word| word == Keyword::GLOBAL);
    let temporary = parser
        .parse_one_of_keywords(&[Keyword::TEMP, Keyword::TEMPORARY])
        .is_some();
    let unlogged = parser.parse_keyword(Keyword::UNLOGGED);
    if parser.parse_keyword(Keyword::TABLE) {
        let table = create_table(parser)?
            .or_replace(or_replace)
            .global(global)
            .temporary(temporary)
            .unlogged(unlogged);
        return Ok(Some(table.build().into()));
    }
    let next = parser.peek_token();
    let materialized = parser.peek_nth_token_ref(1).token.clone();
    let is_view = |token: &Token| matches!(token, Token::Word(w) if w.keyword == Keyword::VIEW);
    if is_view(&next.token)
        || (parser.peek_keyword(Keyword::MATERIALIZED) && is_view(&materialized))
    {
        let view = parser.parse_create_view(false, or_replace, temporary, None)?;
        return Ok(Some(view.into()));
    }
    if parser.parse_keyword(Keyword::INDEX) {
        return Ok(Some(create_index(parser, false)?.into()));
    }
    if parser.parse_keywords(&[Keyword::UNIQUE, Keyword::INDEX]) {
        return Ok(Some(create_index(parser, true)?.into()));
    }
    match &next.token {
        Token::Word(word) if is_one_of(OTHER_OBJECTS, &word.value) => unsupported(parser),
        _ => parser.expected("an object type after CREATE", next),
    }
}

fn create_table(parser: &mut Parser<'_>) -> Parse<CreateTableBuilder> {
    let if_not_exists = parser.parse_keywords(&[Keyword::IF, Keyword::NOT, Keyword::EXISTS]);
    let name = parser.parse_object_name(false)?;
    let mut table = CreateTableBuilder::new(name.clone()).if_not_exists(if_not_exists);
    // What the binder refuses is only recognised.
    if parser.parse_keywords(&[Keyword::PARTITION, Keyword::OF]) {
        unsupported(parser)?;
        return Ok(table.partition_of(Some(name)));
    }
    let (columns, constraints) = parser.parse_columns()?;
    table = table.columns(columns).constraints(constraints);
    if parser.parse_keyword(Keyword::INHERITS) {
        unsupported(parser)?;
        return Ok(table.inherits(Some(vec![name])));
    }
    if parser.parse_keyword(Keyword::PARTITION) {
        unsupported(parser)?;
        return Ok(table.partition_of(Some(name)));
    }
    if parser.parse_keyword(Keyword::WITH) {
        // Storage parameters say nothing about rows.
        parenthesized(parser, Parser::parse_expr)?;
    }
    if parser.parse_keyword(Keyword::AS) {
        table = table.query(Some(parser.parse_query()?));
    }
    Ok(table)
}

fn create_index(parser: &mut Parser<'_>, unique: bool) -> Parse<CreateIndex> {
    let concurrently = parser.parse_keyword(Keyword::CONCURRENTLY);
    let if_not_exists = parser.parse_keywords(&[Keyword::IF, Keyword::NOT, Keyword::EXISTS]);
    let mut name = None;
    if if_not_exists || !parser.peek_keyword(Keyword::ON) {
        name = Some(parser.parse_object_name(false)?);
    }
    parser.expect_keyword(Keyword::ON)?;
    let table_name = parser.parse_object_name(false)?;
    let mut using = None;
    if parser.parse_keyword(Keyword::USING) {
        using = Some(IndexType::Custom(parser.parse_identifier()?));
    }
    let columns = parenthesized(parser, Parser::parse_create_index_expr)?;
    let mut include = Vec::new();
    if parser.parse_keyword(Keyword::INCLUDE) {
        include = parenthesized(parser, Parser::parse_identifier)?;
    }
    let mut predicate = None;
    if parser.parse_keyword(Keyword::WHERE) {
        predicate = Some(parser.parse_expr()?);
    }
    Ok(CreateIndex {
        name,
        table_name,
        using,
        columns,
        unique,
        concurrently,
        r#async: false,
        if_not_exists,
        include,
        nulls_distinct: None,
        with: Vec::new(),
        predicate,
        index_options: Vec::new(),
        alter_options: Vec::new(),
    })
}

fn parenthesized<'a, T>(
    parser: &mut Parser<'a>,
    item: impl FnMut(&mut Parser<'a>) -> Parse<T>,
) -> Parse<Vec<T>> {
    parser.expect_token(&Token::LParen)?;
    let items = parser.parse_comma_separated(item)?;
    parser.expect_token(&Token::RParen)?;
    Ok(items)
}

fn drop_objects(parser: &mut Parser<'_>) -> Parse<Option<Statement>> {
    let next = parser.next_token();
    let object_type = match &next.token {
        Token::Word(word) => match word.keyword {
            Keyword::TABLE => ObjectType::Table,
            Keyword::VIEW => ObjectType::View,
            Keyword::INDEX => ObjectType::Index,
            _ if is_one_of(OTHER_OBJECTS, &word.value) => return unsupported(parser),
            _ => return parser.expected("an object type after DROP", next),
        },
        _ => return parser.expected("an object type after DROP", next),
    };
    let if_exists = parser.parse_keywords(&[Keyword::IF, Keyword::EXISTS]);
    let names = parser.parse_comma_separated(|p| p.parse_object_name(false))?;
    let behavior = parser.parse_one_of_keywords(&[Keyword::CASCADE, Keyword::RESTRICT]);
    Ok(Some(Statement::Drop {
        object_type,
        if_exists,
        names,
        cascade: behavior == Some(Keyword::CASCADE),
        restrict: behavior == Some(Keyword::RESTRICT),
        purge: false,
        temporary: false,
        table: None,
    }))
}

/// `SET [SESSION | LOCAL] name {= | TO} value, …`, and the forms with words of their own.
fn set(parser: &mut Parser<'_>) -> Parse<Statement> {
    let scope = match parser.parse_one_of_keywords(&[Keyword::SESSION, Keyword::LOCAL]) {
        Some(Keyword::LOCAL) => Some(ContextModifier::Local),
        Some(_) => Some(ContextModifier::Session),
        None => None,
    };
    let set = if parser.parse_keywords(&[Keyword::TIME, Keyword::ZONE]) {
        Set::SetTimeZone {
            local: scope == Some(ContextModifier::Local),
            value: parser.parse_expr()?,
        }
    } else if parser.parse_keyword(Keyword::NAMES) {
        Set::SetNames {
            charset_name: parser.parse_identifier()?,
            collation_name: None,
        }
    } else if parser.parse_keywords(&[Keyword::CHARACTERISTICS, Keyword::AS, Keyword::TRANSACTION])
        || parser.parse_keyword(Keyword::TRANSACTION)
    {
        Set::SetTransaction {
            modes: parser.parse_transaction_modes()?,
            snapshot: None,
            session: scope == Some(ContextModifier::Session),
        }
    } else {
        Set::SingleAssignment {
            scope,
            hivevar: false,
            variable: variable(parser)?,
            values: parser.parse_comma_separated(Parser::parse_expr)?,
        }
    };
    Ok(set.into())
}

/// The name that is set, up to its equals sign or TO.
fn variable(parser: &mut Parser<'_>) -> Parse<ObjectName> {
    let name = parser.parse_object_name(false)?;
    if parser.consume_token(&Token::Eq) || parser.parse_keyword(Keyword::TO) {
        return Ok(name);
    }
    parser.expected_ref("equals sign or TO", parser.peek_token_ref())
}
