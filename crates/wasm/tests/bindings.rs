//! The TypeScript types of what crosses: `www/src/engine/types.gen.ts` must be what the Rust declarations print.
//! `UPDATE=1` rewrites it.
#![cfg(not(target_arch = "wasm32"))]

#[test]
fn generated_types_are_current() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../www/src/engine/types.gen.ts"
    );
    let printed = wasm::dto::declarations();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &printed).expect("the page's source folder can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == printed,
        "types.gen.ts is stale: UPDATE=1 cargo test -p wasm --test bindings"
    );
}
