//! Golden traps: queries on which optimizers are known to go wrong, with their rows.
//!
//! `trap` gives the rows of a query, sorted unless it has an order. The bound plan, every plan of the normalization and the cheapest
//! physical plan, which the vectorised operators run, have to agree on them; the rows themselves were checked by hand against
//! SQL's rules. `trap plan` prints the normalized plan too.

mod common;
mod filled;
mod vectorised;
mod versions;

use common::{normalized, schema};
use exec::naive::Row;
use filled::database;
use optimizer::Options;
use optimizer::memo::Memo;
use optimizer::search::{SearchOptions, Silent, optimize};
use plan::{Arena, Op};
use std::collections::BTreeSet;
use std::rc::Rc;
use testkit::golden::{self, Case};
use testkit::rows;
use versions::{BUDGET, check_rows, run, same_rows};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traps");

fn trap(case: &Case) -> String {
    assert_eq!(case.directive, "trap", "{}", case.place);
    let database = database();
    let catalog = Rc::new(database.clone());
    let mut done = normalized(catalog, &case.input, &Options::default(), 1);
    let expected = run(&done.arena, done.first, &database, BUDGET);
    if let Err(wrong) = check_rows(&done.arena, &expected, &done.trace, &database) {
        panic!("{}: {}, {}", case.place, wrong.culprit, wrong.report);
    }
    let options = SearchOptions::default();
    let found = optimize(&mut done.arena, done.last, &options, &mut Silent)
        .unwrap_or_else(|error| panic!("{}: {error}", case.place));
    let physical = vectorised::rows(&done.arena, found.physical, &database);
    let mut out = match (&expected, physical) {
        (Ok(expected), Ok(rows)) => {
            let agree = same_rows(&done.arena, done.first, expected, &rows);
            agree.unwrap_or_else(|what| panic!("{}: executed, {what}", case.place));
            lines(expected)
        }
        (Err(expected), Err(error)) => {
            assert_eq!(expected.to_string(), error.to_string(), "{}", case.place);
            format!("error: {error}\n")
        }
        (expected, physical) => {
            panic!("{}: {expected:?} and {physical:?}", case.place);
        }
    };
    if case.has("plan") {
        out += &plan::text::tree(&done.arena, done.last);
    }
    out
}

fn lines(rows: &[Row]) -> String {
    let mut lines: Vec<String> = rows.iter().map(|row| rows::line(row) + "\n").collect();
    lines.sort();
    if lines.is_empty() {
        "no row\n".into()
    } else {
        lines.concat()
    }
}

#[test]
fn traps_hold() {
    golden::check_folder(FOLDER, "txt", &mut trap);
}

/// TPC-H's query 9.
const PROFIT: &str = "
    SELECT nation, o_year, sum(amount) AS sum_profit
    FROM (SELECT n_name AS nation, extract(year FROM o_orderdate) AS o_year,
                 l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity AS amount
          FROM part, supplier, lineitem, partsupp, orders, nation
          WHERE s_suppkey = l_suppkey AND ps_suppkey = l_suppkey AND ps_partkey = l_partkey AND p_partkey = l_partkey
                AND o_orderkey = l_orderkey AND s_nationkey = n_nationkey AND p_name LIKE '%green%') AS profit
    GROUP BY nation, o_year
    ORDER BY nation, o_year DESC";

/// The pairs of tables that the memo joins with one another directly.
fn joined_tables(arena: &Arena, memo: &Memo) -> BTreeSet<[String; 2]> {
    let table = |group| match arena.op(memo.group(group).origin?) {
        Op::Scan(scan) => Some(scan.alias.clone()),
        _ => None,
    };
    let expressions = memo.groups().flat_map(|(_, group)| &group.logical);
    let pair = |id| match &memo.expr(id).inputs[..] {
        [left, right] => {
            let mut pair = [table(*left)?, table(*right)?];
            pair.sort();
            Some(pair)
        }
        _ => None,
    };
    expressions.filter_map(|id| pair(*id)).collect()
}

/// `ps_partkey = l_partkey` and `p_partkey = l_partkey` imply `ps_partkey = p_partkey`: part and partsupp can be joined before
/// lineitem, and so can supplier and partsupp.
#[test]
fn the_join_edges_of_tpch_query_9_are_closed() {
    let catalog = Rc::new(schema().with_rows(10_000));
    let mut done = normalized(catalog, PROFIT, &Options::default(), 1);
    let options = SearchOptions::default();
    let found = optimize(&mut done.arena, done.last, &options, &mut Silent).expect("a plan");
    let pairs: Vec<String> = joined_tables(&done.arena, &found.memo)
        .into_iter()
        .map(|[a, b]| format!("{a} {b}"))
        .collect();
    let expected = [
        "lineitem orders",
        "lineitem part",
        "lineitem partsupp",
        "lineitem supplier",
        "nation supplier",
        "part partsupp",
        "partsupp supplier",
    ];
    assert_eq!(pairs, expected);
}
