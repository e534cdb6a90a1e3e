//! The same input gives the same trace, native and wasm: this test runs on both, against one list of hashes.
//! `UPDATE=1 cargo test -p wasm --test trace_hash` rewrites the list.

use engine::{Config, Context, Engine};
use storage::block_on;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// One line a sample query: its id and the hash of its trace's text, costs included. The film tables hold rows and statistics,
/// those of TPC-H are empty.
fn hashes() -> String {
    let engine = block_on(Engine::in_memory(Config::default())).expect("a database opens");
    block_on(engine::datasets::load_films(
        &engine,
        data::films::Size::Small,
        data::films::DEFAULT_SEED,
    ))
    .expect("films load");
    let context = Context::default();
    block_on(engine.run_all(data::tpch::SCHEMA, &context)).expect("the schema is created");
    let mut out = String::new();
    for sample in data::samples::FILMS.iter().chain(data::samples::TPCH) {
        let timeline = engine
            .trace(sample.sql, &context)
            .expect("it optimizes")
            .expect("it is a query");
        out += &format!("{} {:016x}\n", sample.id, timeline.hash());
    }
    out
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn traces_are_those_on_record() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/trace_hashes.txt");
    let found = hashes();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &found).expect("the list can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, kept, "UPDATE=1 rewrites the list");
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn traces_are_those_of_the_native_build() {
    assert_eq!(hashes(), include_str!("trace_hashes.txt"));
}
