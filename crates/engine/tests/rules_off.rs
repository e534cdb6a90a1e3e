//! Answers stay with rules switched off that usually clear the way for the search. Each case failed once.

use engine::{Config, Context, Engine};
use storage::block_on;

const TABLES: &str = "
    create table dept (id int primary key, name text);
    create table emp (id int primary key, name text, dept int);
    insert into dept values (1, 'ops'), (2, 'dev'), (3, 'none');
    insert into emp values (1, 'ann', 1), (2, 'bob', 1), (3, 'cid', 2), (4, 'dan', 2), (5, 'eve', null)";

/// Rows of a query with those rules off, sorted.
fn rows(query: &str, off: &[&str]) -> Vec<String> {
    let engine = block_on(Engine::in_memory(Config::default())).expect("a database");
    block_on(engine.run_all(TABLES, &Context::default())).expect("tables");
    let mut context = Context::default();
    context.optimizer.disabled = off.iter().map(|rule| rule.to_string()).collect();
    let results = block_on(engine.run_all(query, &context)).expect("rows");
    let text = engine::csv::write(&results.expect("a query"));
    let mut rows: Vec<String> = text.lines().skip(1).map(Into::into).collect();
    rows.sort();
    rows
}

/// The equality on `min` waits for all three relations: the one on `dept` must not stand for it.
#[test]
fn an_equality_that_waits_for_more_relations_is_applied() {
    let query = "select e.name from emp e join dept d on d.id = e.dept and d.id = (select min(id) from dept)";
    let off = ["JoinConditionPush", "SingleToLeft"];
    assert_eq!(rows(query, &off), ["ann", "bob"]);
}

/// DISTINCT names no columns: each compares those of its own input.
#[test]
fn two_distinct_of_one_plan_compare_their_own_columns() {
    let query = "select distinct dept from emp union all select distinct id from dept union all select distinct id + 10 from dept";
    let expected = ["", "1", "1", "11", "12", "13", "2", "2", "3"];
    assert_eq!(
        rows(query, &["DistinctToGroupBy", "DistinctRemove"]),
        expected
    );
}
