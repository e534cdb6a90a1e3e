//! Reads the schemas of this crate, so that a table is declared once: in its `CREATE TABLE` statement.
//!
//! It understands those schemas' layout only (a column or a constraint a line, lower case); statements of users go
//! through the parser. The page reads one before its first plan, where the parser would be ten times the code to compile.

use types::DataType;

/// A table as a schema declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<'a> {
    /// The table's name.
    pub name: &'a str,
    /// Its columns in order.
    pub columns: Vec<Column<'a>>,
    /// The columns of its primary key.
    pub primary_key: Vec<&'a str>,
    /// Its references to other tables, or to itself; those of columns before those of the whole table.
    pub foreign_keys: Vec<ForeignKey<'a>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type.
    pub ty: DataType,
    /// It is declared NOT NULL; those of a primary key are so without it.
    pub not_null: bool,
}

/// A reference to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey<'a> {
    /// The referring columns.
    pub columns: Vec<&'a str>,
    /// The table referred to.
    pub table: &'a str,
    /// The columns referred to.
    pub referenced: Vec<&'a str>,
}

/// The tables of a schema in its order.
pub fn tables(schema: &str) -> Vec<Table<'_>> {
    let mut tables: Vec<Table> = Vec::new();
    for line in schema.lines() {
        if let Some(name) = line.strip_prefix("create table ") {
            tables.push(Table {
                name: name.trim_end_matches(" ("),
                columns: Vec::new(),
                primary_key: Vec::new(),
                foreign_keys: Vec::new(),
            });
        } else if line.starts_with(' ')
            && let Some(table) = tables.last_mut()
        {
            table.read(line.trim().trim_end_matches(','));
        }
    }
    tables
}

/// The columns of a table, name and type, in order; none when the schema has no such table.
pub fn columns<'a>(schema: &'a str, table: &str) -> Vec<(&'a str, DataType)> {
    let found = tables(schema).into_iter().find(|t| t.name == table);
    let columns = found.map(|t| t.columns).unwrap_or_default();
    columns.into_iter().map(|c| (c.name, c.ty)).collect()
}

/// The types of a table's columns in order.
pub fn types(schema: &str, table: &str) -> Vec<DataType> {
    columns(schema, table)
        .into_iter()
        .map(|(_, ty)| ty)
        .collect()
}

impl<'a> Table<'a> {
    /// Adds what a line declares.
    fn read(&mut self, line: &'a str) {
        if let Some(columns) = line.strip_prefix("primary key ") {
            self.primary_key = names(columns);
        } else if let Some(rest) = line.strip_prefix("foreign key ") {
            if let Some((columns, target)) = rest.split_once(" references ") {
                self.refer(names(columns), target);
            }
        } else if let Some((name, rest)) = line.split_once(' ') {
            let rest = rest.trim_start();
            let Some(ty) = data_type(rest.split(' ').next().unwrap_or(rest)) else {
                return;
            };
            self.columns.push(Column {
                name,
                ty,
                not_null: rest.contains(" not null"),
            });
            if rest.contains(" primary key") {
                self.primary_key = vec![name];
            }
            if let Some((_, target)) = rest.split_once(" references ") {
                self.refer(vec![name], target);
            }
        }
    }

    /// Adds a reference to `target`, a table with columns in brackets.
    fn refer(&mut self, columns: Vec<&'a str>, target: &'a str) {
        if let Some((table, referenced)) = target.split_once(' ') {
            self.foreign_keys.push(ForeignKey {
                columns,
                table,
                referenced: names(referenced),
            });
        }
    }
}

/// The names of a list in brackets.
fn names(list: &str) -> Vec<&str> {
    let inside = list.trim_start_matches('(').trim_end_matches(')');
    inside.split(", ").collect()
}

/// A type as the schemas spell it.
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
    fn reads_columns_and_constraints() {
        let schema = "-- two\ncreate table a (\n    x integer primary key\n);\n\n\
                      create table b (\n    y   numeric(12,2) not null references a (x),\n    \
                      z   varchar(7),\n    primary key (y, z),\n    \
                      foreign key (y, z) references b (z, y)\n);\n";
        let [a, b] = &tables(schema)[..] else {
            panic!("there are two tables");
        };
        assert_eq!((a.name, &a.primary_key[..]), ("a", &["x"][..]));
        assert_eq!((b.name, &b.primary_key[..]), ("b", &["y", "z"][..]));
        let not_null: Vec<bool> = b.columns.iter().map(|c| c.not_null).collect();
        assert_eq!(not_null, [true, false]);
        let reference = |columns: &[&'static str], table, referenced: &[&'static str]| ForeignKey {
            columns: columns.to_vec(),
            table,
            referenced: referenced.to_vec(),
        };
        assert_eq!(
            b.foreign_keys,
            [
                reference(&["y"], "a", &["x"]),
                reference(&["y", "z"], "b", &["z", "y"])
            ]
        );
        assert_eq!(
            columns(schema, "b"),
            [("y", DataType::decimal(12, 2)), ("z", DataType::Varchar(7))]
        );
        assert!(columns(schema, "c").is_empty());
    }
}
