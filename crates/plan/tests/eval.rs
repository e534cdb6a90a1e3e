//! What functions and casts mean, by tables of cases: `function ; argument ; … => result`, arguments as `text::type`,
//! an error as `! SQLSTATE`. With `PLANARIUM_PG` set to psql's connection options, the same tables are put to that
//! PostgreSQL server; lines marked `ours:` hold where we differ on purpose and are not asked there.

use plan::{Func, eval, func::Field, typing};
use std::process::Command;
use types::{DataType, Decimal, Value};

/// One line of a table.
struct Case {
    place: String,
    name: String,
    args: Vec<(Option<String>, DataType)>,
    /// The target type of a cast.
    to: Option<DataType>,
    expected: String,
    ours: bool,
}

fn cases() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/eval");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of tables")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a table");
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = format!("{}:{}", file.display(), number + 1);
            let ours = line.starts_with("ours: ");
            let line = line.strip_prefix("ours: ").unwrap_or(line);
            let (call, expected) = line.rsplit_once(" => ").expect(&place);
            let mut parts = call.split(" ; ");
            let name = parts.next().expect(&place).to_string();
            let mut parts: Vec<&str> = parts.collect();
            let to = (name == "cast").then(|| data_type(parts.pop().expect(&place)));
            let args = parts.iter().map(|p| literal(p)).collect();
            let expected = expected.to_string();
            cases.push(Case {
                place,
                name,
                args,
                to,
                expected,
                ours,
            });
        }
    }
    assert!(cases.len() > 300, "the tables were found");
    cases
}

fn literal(text: &str) -> (Option<String>, DataType) {
    let (value, ty) = text.rsplit_once("::").expect(text);
    let quoted = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\''));
    let value = quoted.unwrap_or(value);
    ((value != "NULL").then(|| value.to_string()), data_type(ty))
}

fn data_type(name: &str) -> DataType {
    let (base, numbers) = match name.split_once('(') {
        Some((base, rest)) => (
            base,
            rest.trim_end_matches(')')
                .split(',')
                .map(|n| n.parse().expect(name))
                .collect(),
        ),
        None => (name, Vec::<u32>::new()),
    };
    match (base, numbers.as_slice()) {
        ("boolean", _) => DataType::Bool,
        ("smallint", _) => DataType::Int16,
        ("integer", _) => DataType::Int32,
        ("bigint", _) => DataType::Int64,
        ("numeric", [precision, scale]) => DataType::decimal(*precision, *scale),
        ("double precision", _) => DataType::Float64,
        ("text", _) => DataType::Text,
        ("varchar", [n]) => DataType::Varchar(*n),
        ("char", [n]) => DataType::Char(*n),
        ("date", _) => DataType::Date,
        ("timestamp", _) => DataType::Timestamp,
        ("interval", _) => DataType::Interval,
        _ => panic!("no type {name}"),
    }
}

fn function(name: &str, args: usize) -> Func {
    use Func::*;
    if let Some(field) = name.strip_prefix("extract ") {
        return Extract(Field::parse(field).expect(name));
    }
    if let Some(field) = name.strip_prefix("date_trunc ") {
        return DateTrunc(Field::parse(field).expect(name));
    }
    let all = [
        And,
        Or,
        Not,
        Eq,
        Ne,
        Lt,
        Le,
        Gt,
        Ge,
        Between,
        In,
        IsNull,
        IsNotNull,
        IsTrue,
        IsFalse,
        IsDistinctFrom,
        IsNotDistinctFrom,
        Like,
        ILike,
        Add,
        Sub,
        Mul,
        Div,
        Mod,
        Neg,
        Concat,
        Coalesce,
        NullIf,
        Greatest,
        Least,
        Abs,
        Round,
        Trunc,
        Floor,
        Ceil,
        Sign,
        Sqrt,
        Power,
        Exp,
        Ln,
        Upper,
        Lower,
        Length,
        Substring,
        Trim,
        LTrim,
        RTrim,
        Replace,
        Position,
        Left,
        Right,
    ];
    all.into_iter()
        .filter(|f| *f != Sub || args == 2)
        .find(|f| f.name() == name)
        .unwrap_or_else(|| panic!("no function {name}"))
}

fn outcome(case: &Case) -> String {
    let types: Vec<DataType> = case.args.iter().map(|a| a.1).collect();
    let args: Vec<Value> = case
        .args
        .iter()
        .map(|(text, ty)| match text {
            Some(text) => Value::parse(text, *ty).unwrap_or_else(|e| panic!("{}: {e}", case.place)),
            None => Value::Null,
        })
        .collect();
    let result = match case.to {
        Some(to) => eval::cast(&args[0], types[0], to),
        None => {
            let func = function(&case.name, args.len());
            let ty = typing::result_type(func, &types)
                .unwrap_or_else(|| panic!("{}: no result type", case.place));
            let result = eval::call(func, &args, &types, ty);
            if let (Ok(Value::Decimal(d)), DataType::Decimal { scale, .. }) = (&result, ty) {
                assert_eq!(d.scale, scale, "{}: the static scale", case.place);
            }
            result
        }
    };
    match result {
        Ok(value) if value == Value::text("") => "''".into(),
        Ok(value) => value.to_string(),
        Err(error) => format!("! {}", error.code()),
    }
}

#[test]
fn functions_and_casts_give_what_the_tables_say() {
    let wrong: Vec<String> = cases()
        .iter()
        .map(|case| (case, outcome(case)))
        .filter(|(case, found)| *found != case.expected)
        .map(|(case, found)| {
            format!(
                "{} {}: {} but got {found}",
                case.place, case.name, case.expected
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The case as an expression that PostgreSQL reads.
fn sql(case: &Case) -> String {
    let args: Vec<String> = case
        .args
        .iter()
        .map(|(text, ty)| match text {
            Some(text) => format!("'{}'::{ty}", text.replace('\'', "''")),
            None => format!("null::{ty}"),
        })
        .collect();
    if let Some(to) = case.to {
        return format!("cast({} as {to})", args[0]);
    }
    if let Some((name, field)) = case
        .name
        .split_once(' ')
        .filter(|(n, _)| ["extract", "date_trunc"].contains(n))
    {
        return match name {
            "extract" => format!("extract({field} from {})", args[0]),
            _ => format!("date_trunc('{field}', {})", args[0]),
        };
    }
    let func = function(&case.name, args.len());
    match (func, args.as_slice()) {
        (Func::And | Func::Or, _) => args.join(&format!(" {} ", case.name)),
        (Func::Not | Func::Neg, [a]) => format!("{} ({a})", case.name),
        (Func::IsNull | Func::IsNotNull | Func::IsTrue | Func::IsFalse, [a]) => {
            format!("{a} {}", case.name)
        }
        (Func::Between, [x, low, high]) => format!("{x} between {low} and {high}"),
        (Func::In, [x, list @ ..]) => format!("{x} in ({})", list.join(", ")),
        (Func::Position, [text, part]) => format!("position({part} in {text})"),
        (_, [a, b])
            if !case.name.starts_with(|c: char| c.is_ascii_alphabetic())
                || ["like", "ilike"].contains(&&*case.name)
                || case.name.starts_with("is ") =>
        {
            format!("{a} {} {b}", case.name)
        }
        _ => format!("{}({})", case.name, args.join(", ")),
    }
}

#[test]
fn the_tables_are_true_of_postgresql() {
    let Ok(options) = std::env::var("PLANARIUM_PG") else {
        return;
    };
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| !case.ours) {
        let query = format!(
            "select coalesce(x::text, 'NULL') from (select {} as x) t",
            sql(case)
        );
        let output = Command::new("psql")
            .args(options.split_whitespace())
            .args(["-X", "-A", "-t", "-v", "VERBOSITY=sqlstate", "-c", &query])
            .output()
            .expect("psql runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        let theirs = match error.trim().strip_prefix("ERROR:  ") {
            Some(code) => format!("! {code}"),
            None => text.strip_suffix('\n').unwrap_or(&text).to_string(),
        };
        if !agrees(&case.expected, &theirs) {
            wrong.push(format!(
                "{} {}: {} but PostgreSQL says {theirs}",
                case.place,
                sql(case),
                case.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Our result against PostgreSQL's text. Numeric results have scales of their own there: both are compared rounded to
/// the smaller scale.
fn agrees(ours: &str, theirs: &str) -> bool {
    let spelled = match ours {
        "''" => "",
        "t" => "true",
        "f" => "false",
        other => other,
    };
    let numbers = Decimal::parse(ours).zip(Decimal::parse(theirs));
    spelled == theirs
        || numbers.is_some_and(|(a, b)| {
            let scale = a.scale.min(b.scale);
            a.rescale(scale).is_ok_and(|a| b.rescale(scale) == Ok(a))
        })
}
