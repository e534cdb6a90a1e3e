//! Whole expressions: what is evaluated lazily, and what folds to a constant.

use plan::{Arena, Catalog, Func, Scalar, ScalarId, TableInfo, TableStats, eval};
use std::rc::Rc;
use std::sync::Arc;
use types::{ColId, DataError, DataType, Interval, SqlState, TableId, Value};

struct NoTables;

impl Catalog for NoTables {
    fn find_table(&self, _name: &str) -> Option<TableId> {
        None
    }
    fn table(&self, _id: TableId) -> Option<&TableInfo> {
        None
    }
    fn stats(&self, _id: TableId) -> Option<Arc<TableStats>> {
        None
    }
    fn tables(&self) -> Vec<TableId> {
        Vec::new()
    }
}

/// An arena with an expression that always fails (`1 / 0 = 1`) and the literals of logic.
struct Fixture {
    arena: Arena,
    fails: ScalarId,
    column: ScalarId,
    random: ScalarId,
}

fn fixture() -> Fixture {
    let mut arena = Arena::new(Rc::new(NoTables));
    let (one, zero) = (arena.lit(Value::Int32(1)), arena.lit(Value::Int32(0)));
    let quotient = arena.call(Func::Div, vec![one, zero]);
    let fails = arena.call(Func::Eq, vec![quotient, one]);
    let col = arena.new_computed("c", DataType::Bool);
    let column = arena.col(col);
    let random = arena.call(Func::Random, Vec::new());
    Fixture {
        arena,
        fails,
        column,
        random,
    }
}

fn evaluate(arena: &Arena, id: ScalarId) -> Result<Value, DataError> {
    let mut column = |col: ColId| {
        assert_eq!(col, ColId(0));
        Value::Bool(true)
    };
    eval::eval(arena, id, &mut column, &mut || 0.25)
}

#[test]
fn what_cannot_change_the_result_is_not_evaluated() {
    let mut f = fixture();
    let (yes, no) = (f.arena.lit_bool(true), f.arena.lit_bool(false));
    let unknown = f.arena.null(DataType::Bool);
    let ints = [1, 2, 0].map(|v| f.arena.lit(Value::Int32(v)));
    let quotient = f.arena.call(Func::Div, vec![ints[0], ints[2]]);
    let case = Scalar::Case {
        branches: vec![(no, f.fails), (unknown, f.fails), (yes, f.column)],
        otherwise: f.fails,
    };
    let case = f.arena.scalar(case);
    let between = f
        .arena
        .call(Func::Between, vec![ints[0], ints[1], quotient]);
    for (func, args, expected) in [
        (Func::And, vec![no, f.fails], Ok(Value::Bool(false))),
        (Func::And, vec![f.fails, no], Err(DataError::DivisionByZero)),
        (
            Func::And,
            vec![unknown, f.fails],
            Err(DataError::DivisionByZero),
        ),
        (
            Func::And,
            vec![unknown, no, f.fails],
            Ok(Value::Bool(false)),
        ),
        (Func::Or, vec![yes, f.fails], Ok(Value::Bool(true))),
        (Func::Or, vec![unknown, no], Ok(Value::Null)),
        (
            Func::Coalesce,
            vec![unknown, f.column, f.fails],
            Ok(Value::Bool(true)),
        ),
        (
            Func::Coalesce,
            vec![unknown, f.fails],
            Err(DataError::DivisionByZero),
        ),
        (Func::IsTrue, vec![case], Ok(Value::Bool(true))),
        (Func::Not, vec![between], Ok(Value::Bool(true))),
    ] {
        let call = f.arena.call(func, args);
        let found = evaluate(&f.arena, call);
        assert_eq!(found, expected, "{}", plan::text::scalar(&f.arena, call));
    }
    assert_eq!(evaluate(&f.arena, f.random), Ok(Value::Float64(0.25)));
}

#[test]
fn only_constants_that_do_not_fail_fold() {
    let mut f = fixture();
    let no = f.arena.lit_bool(false);
    let lazy = f.arena.call(Func::And, vec![no, f.fails]);
    assert_eq!(eval::fold(&f.arena, lazy), Some(Value::Bool(false)));
    assert_eq!(eval::fold(&f.arena, f.fails), None);
    assert_eq!(eval::fold(&f.arena, f.random), None);
    assert_eq!(eval::fold(&f.arena, f.column), None);
    // FALSE AND column is a constant too, but not by evaluation.
    let over_column = f.arena.call(Func::And, vec![no, f.column]);
    assert_eq!(eval::fold(&f.arena, over_column), None);
    let day = f.arena.lit(Value::Date(10_227));
    let months = f.arena.lit(Value::Interval(Interval {
        months: 3,
        ..Interval::default()
    }));
    let later = f.arena.call(Func::Add, vec![day, months]);
    let later = f.arena.cast(later, DataType::Date);
    assert_eq!(eval::fold(&f.arena, later), Some(Value::Date(10_317)));
}

#[test]
fn storing_text_is_stricter_than_casting_it() {
    let (text, varchar, char) = (DataType::Text, DataType::Varchar(3), DataType::Char(3));
    let long = Value::text("abcd");
    assert_eq!(eval::cast(&long, text, varchar), Ok(Value::text("abc")));
    for ty in [varchar, char] {
        let error = eval::assign(&long, text, ty).map_err(|e| e.code().0);
        assert_eq!(error, Err("22001"));
        assert_eq!(eval::assign(&Value::Null, text, ty), Ok(Value::Null));
    }
    let blanks = Value::text("ab   ");
    assert_eq!(eval::assign(&blanks, text, varchar), Ok(Value::text("ab ")));
    assert_eq!(eval::assign(&blanks, text, char), Ok(Value::text("ab")));
    let number = eval::assign(&Value::Int32(7), DataType::Int32, DataType::Int16);
    assert_eq!(number, Ok(Value::Int16(7)));
}

#[test]
fn intervals_divide_exactly() {
    // PostgreSQL rounds fractions of months to six digits on the way: 51.453257 seconds in the first case.
    for (interval, count, expected) in [
        ("-5 months 3 days", 4, "-1 mons -7 days +06:00:00"),
        ("5 days", 2, "2 days 12:00:00"),
        (
            "1 year 1 month 1 day 01:00:00",
            7,
            "1 mon 25 days 20:42:51.428571",
        ),
        ("7 months 25 days 20:00:00", 3, "2 mons 18 days 14:40:00"),
        ("29 days 00:00:00.000001", 30, "23:12:00"),
        ("11 months 29 days", 12, "29 days 22:00:00"),
    ] {
        let parsed = Interval::parse(interval).expect("an interval");
        let found = eval::datetime::divide(parsed, count).map(|i| i.to_string());
        assert_eq!(found.as_deref(), Ok(expected), "{interval} / {count}");
    }
}

#[test]
fn of_a_very_long_literal_the_beginning_is_shown() {
    let mut fixture = fixture();
    let text = |f: &mut Fixture, value: String| {
        let id = f.arena.lit(Value::text(&value));
        plan::text::scalar(&f.arena, id)
    };
    assert_eq!(text(&mut fixture, "short".into()), "'short'");
    let long = text(&mut fixture, "ä".repeat(1_000_000));
    assert!(
        long.starts_with("'ää") && long.ends_with("ä…' (1000000 characters)"),
        "{long}"
    );
    assert!(long.chars().count() < 240, "{long}");
}

#[test]
fn strings_have_a_greatest_length() {
    let types = [DataType::Text; 3];
    let call = |func, args: &[&str]| {
        let args: Vec<Value> = args.iter().map(|text| Value::text(*text)).collect();
        eval::call(func, &args, &types[..args.len()], DataType::Text)
    };
    let half = "x".repeat(eval::text::MAX_BYTES / 2);
    assert!(call(Func::Concat, &[&half, &half]).is_ok());
    let longer = call(Func::Concat, &[&half, &(half.clone() + "x")]);
    assert_eq!(
        longer.map_err(|error| error.code()),
        Err(SqlState::PROGRAM_LIMIT_EXCEEDED)
    );
    assert!(call(Func::Replace, &["-+", "-", &half]).is_ok());
    let longer = call(Func::Replace, &["--+", "-", &half]);
    assert_eq!(
        longer.map_err(|error| error.code()),
        Err(SqlState::PROGRAM_LIMIT_EXCEEDED)
    );
}
