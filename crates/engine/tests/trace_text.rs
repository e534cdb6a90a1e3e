//! The trace's text, of statements whose literals and names hold line breaks and tabs.

use engine::{Config, Context, Engine};
use storage::block_on;

#[test]
fn a_line_break_in_a_literal_or_name_breaks_no_line() {
    let engine = block_on(Engine::in_memory(Config::default())).expect("a database");
    let context = Context::default();
    let table = "create table \"t\n1\" (\"a\tb\" text)";
    block_on(engine.run_all(table, &context)).expect("a table");
    let sql = "select \"a\tb\" from \"t\n1\" where \"a\tb\" in ('x\ny', 'x\r\nz')";
    let timeline = engine.trace(sql, &context).expect("a trace");
    let timeline = timeline.expect("a query");
    let text = timeline.text(2);
    assert!(text.contains("x␊y") && text.contains("t␊1"), "{text}");
    assert_ne!(timeline.hash(), 0);
}
