//! What every method throws: a `Failure`.

use crate::convert::utf16::Utf16;
use crate::dto::outcome::Failure;
use engine::Error;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// An error of the engine over the SQL text it came from.
pub fn of(error: &Error, text: &str) -> Failure {
    Failure {
        code: error.code().0.to_string(),
        message: error.to_string(),
        hint: error.hint(),
        span: error.span().map(|span| Utf16::new(text).span(span)),
    }
}

/// A wrong call.
pub fn usage(message: impl Into<String>) -> JsValue {
    to_js(&Failure {
        code: types::SqlState::INVALID_PARAMETER.0.to_string(),
        message: message.into(),
        hint: None,
        span: None,
    })
}

/// The failure as a JavaScript value.
pub fn js(error: &Error, text: &str) -> JsValue {
    to_js(&of(error, text))
}

/// Plain data as a JavaScript value: structs become objects, absent values null.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    value
        .serialize(&serializer)
        .expect("plain data always converts")
}
