//! Whole answers as JavaScript values.

use super::outcome::headers;
use crate::failure::to_js;
use engine::QueryResult;
use js_sys::{Array, BigInt, Object, Reflect};
use types::{Column, DataType, Value};
use wasm_bindgen::JsValue;

/// `{ columns, rows }`; both empty for a script without a query.
pub fn answer(result: Option<&QueryResult>) -> JsValue {
    let rows = Array::new();
    if let Some(result) = result {
        for batch in &result.batches {
            for row in batch.selected() {
                let columns = batch.columns.iter().zip(&result.columns);
                rows.push(
                    &columns
                        .map(|(column, (_, ty))| value(column, row, *ty))
                        .collect::<Array>(),
                );
            }
        }
    }
    let out = Object::new();
    let columns = to_js(&result.map(headers).unwrap_or_default());
    for (name, part) in [("columns", &columns), ("rows", rows.as_ref())] {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&out, &JsValue::from_str(name), part);
    }
    out.into()
}

fn value(column: &Column, row: usize, ty: DataType) -> JsValue {
    match column.value(row, ty) {
        Value::Null => JsValue::NULL,
        Value::Bool(v) => v.into(),
        Value::Int16(v) => v.into(),
        Value::Int32(v) => v.into(),
        Value::Int64(v) if v.unsigned_abs() <= 1 << 53 => (v as f64).into(),
        Value::Int64(v) => BigInt::from(v).into(),
        Value::Float64(v) => v.into(),
        other => other.to_string().into(),
    }
}
