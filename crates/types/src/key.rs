//! Keys as bytes whose order is the order of the values.
//!
//!     NULL            0x01 before all values, or 0x03 after them
//!     any value       0x02, then the value:
//!     boolean         one byte
//!     integers, date, timestamp   sign bit flipped, big-endian, 8 bytes (so types of one family compare)
//!     numeric         sign bit flipped, big-endian, 16 bytes, at the column's scale
//!     double          IEEE bits, sign flipped or all flipped, big-endian; NaN greatest, -0 as 0
//!     text            0x00 escaped as 0x00 0xFF, ended by 0x00 0x00
//!     interval        total microseconds as numeric
//!
//! Descending order flips every bit of the value part.

use crate::Value;

/// Appends the encoding of `value`. Decimals of one column must share a scale.
pub fn encode(value: &Value, descending: bool, nulls_first: bool, out: &mut Vec<u8>) {
    if value.is_null() {
        out.push(if nulls_first { 1 } else { 3 });
        return;
    }
    out.push(2);
    let start = out.len();
    match value {
        Value::Null => {}
        Value::Bool(b) => out.push(u8::from(*b)),
        Value::Int16(v) => put_i64(i64::from(*v), out),
        Value::Int32(v) | Value::Date(v) => put_i64(i64::from(*v), out),
        Value::Int64(v) | Value::Timestamp(v) => put_i64(*v, out),
        Value::Decimal(d) => put_i128(d.unscaled, out),
        Value::Float64(v) => {
            let v = if v.is_nan() { f64::NAN } else { *v + 0.0 };
            let bits = v.to_bits();
            out.extend(
                (if bits >> 63 == 1 {
                    !bits
                } else {
                    bits | 1 << 63
                })
                .to_be_bytes(),
            );
        }
        Value::Text(t) => put_text(t.as_bytes(), out),
        Value::Interval(i) => put_i128(i.total_micros(), out),
    }
    if descending {
        out[start..].iter_mut().for_each(|b| *b = !*b);
    }
}

fn put_i64(value: i64, out: &mut Vec<u8>) {
    out.extend((value ^ i64::MIN).to_be_bytes());
}

fn put_i128(value: i128, out: &mut Vec<u8>) {
    out.extend((value ^ i128::MIN).to_be_bytes());
}

fn put_text(bytes: &[u8], out: &mut Vec<u8>) {
    for &byte in bytes {
        out.push(byte);
        if byte == 0 {
            out.push(0xFF);
        }
    }
    out.extend([0, 0]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Decimal;

    #[test]
    fn bytes_sort_as_values_do() {
        let families: Vec<Vec<Value>> = vec![
            [i64::MIN, -5, -1, 0, 1, 300, i64::MAX]
                .map(Value::Int64)
                .to_vec(),
            [
                f64::NEG_INFINITY,
                -1.5,
                0.0,
                1e-300,
                2.0,
                f64::INFINITY,
                f64::NAN,
            ]
            .map(Value::Float64)
            .to_vec(),
            ["", "\0", "\0a", "a", "a\0", "aa", "b"]
                .map(Value::text)
                .to_vec(),
            [-100, -1, 0, 7, 1 << 90]
                .map(|v| Value::Decimal(Decimal::new(v, 2)))
                .to_vec(),
        ];
        for family in families {
            for descending in [false, true] {
                let encoded: Vec<Vec<u8>> = family
                    .iter()
                    .map(|v| {
                        let mut out = Vec::new();
                        encode(v, descending, true, &mut out);
                        out
                    })
                    .collect();
                for pair in encoded.windows(2) {
                    assert_eq!(pair[0] < pair[1], !descending, "{family:?}");
                }
            }
        }
    }
}
