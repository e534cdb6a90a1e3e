//! Values as sqllogictest files spell them.

use types::Value;

/// NULL by name, booleans as 1 and 0, numbers that may have a fraction with three digits of it, the empty text as
/// `(empty)` and characters outside printable ASCII as `@`.
pub fn value(value: &Value) -> String {
    match value {
        Value::Bool(b) => u8::from(*b).to_string(),
        Value::Decimal(d) => format!("{:.3}", d.to_f64()),
        Value::Float64(v) => format!("{v:.3}"),
        Value::Text(text) if text.is_empty() => "(empty)".into(),
        Value::Text(text) => text
            .chars()
            .map(|c| if (' '..='~').contains(&c) { c } else { '@' })
            .collect(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Decimal;

    #[test]
    fn spells_values_as_files_do() {
        for (given, expected) in [
            (Value::Null, "NULL"),
            (Value::Bool(true), "1"),
            (Value::Int64(-7), "-7"),
            (Value::Decimal(Decimal::new(-12_345, 4)), "-1.234"),
            (Value::Decimal(Decimal::new(5, 0)), "5.000"),
            (Value::Float64(2.0 / 3.0), "0.667"),
            (Value::text(""), "(empty)"),
            (Value::text("a\tb é~"), "a@b @~"),
            (Value::Date(0), "1970-01-01"),
        ] {
            assert_eq!(value(&given), expected);
        }
    }
}
