//! Reads the schemas of this crate, so that a column's type is written once: in the `CREATE TABLE` statement.
//!
//! It understands those schemas' layout only (a column a line, lower case); statements of users go through the parser.

use types::DataType;

/// The tables of a schema in its order.
pub fn tables(schema: &str) -> Vec<&str> {
    schema
        .lines()
        .filter_map(|line| line.strip_prefix("create table ")?.strip_suffix(" ("))
        .collect()
}

/// The columns of a table, name and type, in order; none when the schema has no such table.
pub fn columns<'a>(schema: &'a str, table: &str) -> Vec<(&'a str, DataType)> {
    schema
        .lines()
        .skip_while(|line| {
            line.strip_prefix("create table ")
                .and_then(|rest| rest.strip_suffix(" ("))
                != Some(table)
        })
        .skip(1)
        .take_while(|line| line.starts_with(' '))
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (name, ty) = (words.next()?, words.next()?);
            Some((name, data_type(ty.trim_end_matches(','))?))
        })
        .collect()
}

/// The types of a table's columns in order.
pub fn types(schema: &str, table: &str) -> Vec<DataType> {
    columns(schema, table)
        .into_iter()
        .map(|(_, ty)| ty)
        .collect()
}

/// A type as the schemas spell it; `None` for the second word of a table constraint.
fn data_type(text: &str) -> Option<DataType> {
    let (name, arguments) = match text.split_once('(') {
        Some((name, rest)) => (name, rest.trim_end_matches(')')),
        None => (text, ""),
    };
    Some(match name {
        "boolean" => DataType::Bool,
        "smallint" => DataType::Int16,
        "integer" => DataType::Int32,
        "date" => DataType::Date,
        "varchar" => DataType::Varchar(arguments.parse().ok()?),
        "numeric" => {
            let (precision, scale) = arguments.split_once(',')?;
            DataType::Decimal {
                precision: precision.parse().ok()?,
                scale: scale.parse().ok()?,
            }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_columns_and_skips_constraints() {
        let schema = "create table a (\n    x integer primary key\n);\n\
                      create table b (\n    y numeric(12,2) not null,\n    z varchar(7),\n    \
                      primary key (y, z)\n);\n";
        assert_eq!(tables(schema), ["a", "b"]);
        assert_eq!(
            columns(schema, "b"),
            [("y", DataType::decimal(12, 2)), ("z", DataType::Varchar(7))]
        );
        assert!(columns(schema, "c").is_empty());
    }
}
