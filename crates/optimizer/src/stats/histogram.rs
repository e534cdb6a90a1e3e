//! Fractions of a column's values, from its most common values and its histogram.

use plan::ColumnStats;
use std::cmp::Ordering;
use types::Value;

/// A range of values; `None` is open on that side.
#[derive(Debug, Clone, Default)]
pub struct Range {
    /// The lower end, and whether it is included.
    pub low: Option<(Value, bool)>,
    /// The upper end, and whether it is included.
    pub high: Option<(Value, bool)>,
}

impl Range {
    /// Narrows the lower end.
    pub fn at_least(&mut self, value: &Value, included: bool) {
        let narrower = match &self.low {
            None => true,
            Some((low, with)) => match value.compare(low) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => *with && !included,
                _ => false,
            },
        };
        if narrower {
            self.low = Some((value.clone(), included));
        }
    }

    /// Narrows the upper end.
    pub fn at_most(&mut self, value: &Value, included: bool) {
        let narrower = match &self.high {
            None => true,
            Some((high, with)) => match value.compare(high) {
                Some(Ordering::Less) => true,
                Some(Ordering::Equal) => *with && !included,
                _ => false,
            },
        };
        if narrower {
            self.high = Some((value.clone(), included));
        }
    }

    /// True when the value lies in the range.
    pub fn contains(&self, value: &Value) -> bool {
        let above = self
            .low
            .as_ref()
            .is_none_or(|(low, included)| match value.compare(low) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => *included,
                _ => false,
            });
        let below = self
            .high
            .as_ref()
            .is_none_or(|(high, included)| match value.compare(high) {
                Some(Ordering::Less) => true,
                Some(Ordering::Equal) => *included,
                _ => false,
            });
        above && below
    }

    /// True when no value can lie in it.
    pub fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Some((low, a)), Some((high, b))) => match low.compare(high) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => !(*a && *b),
                _ => false,
            },
            _ => false,
        }
    }
}

/// Fraction of all rows that the most common values hold.
pub fn common_total(stats: &ColumnStats) -> f64 {
    stats
        .most_common
        .iter()
        .map(|(_, f)| f)
        .sum::<f64>()
        .min(1.0)
}

/// Fraction of all rows whose most common value satisfies `keep`.
pub fn common_where(stats: &ColumnStats, keep: impl Fn(&Value) -> bool) -> f64 {
    stats
        .most_common
        .iter()
        .filter(|(v, _)| keep(v))
        .map(|(_, f)| f)
        .sum::<f64>()
        .min(1.0)
}

/// The part of the histogram's values in the range, interpolated inside buckets; `None` without histogram.
pub fn histogram_fraction(stats: &ColumnStats, range: &Range) -> Option<f64> {
    if stats.histogram.len() < 2 {
        return None;
    }
    if range.is_empty() {
        return Some(0.0);
    }
    let below = |end: &Option<(Value, bool)>, open: f64| {
        end.as_ref()
            .map_or(open, |(value, _)| fraction_below(&stats.histogram, value))
    };
    // A range inside one bucket may interpolate to nothing, yet the bucket is not empty.
    let least = 0.01 / stats.histogram.len() as f64;
    Some((below(&range.high, 1.0) - below(&range.low, 0.0)).clamp(least, 1.0))
}

/// The part of `[min, max]` in the range; `None` when they are not known or are no numbers.
pub fn min_max_fraction(stats: &ColumnStats, range: &Range) -> Option<f64> {
    let (min, max) = (stats.min.as_ref()?, stats.max.as_ref()?);
    if range.is_empty() {
        return Some(0.0);
    }
    let bounds = [min.clone(), max.clone()];
    let below = |end: &Option<(Value, bool)>, open: f64| {
        end.as_ref()
            .map_or(open, |(value, _)| fraction_below(&bounds, value))
    };
    let least = 0.5 / stats.distinct.max(1.0);
    Some((below(&range.high, 1.0) - below(&range.low, 0.0)).clamp(least.min(1.0), 1.0))
}

/// The fraction of an equi-depth histogram below a value.
fn fraction_below(bounds: &[Value], value: &Value) -> f64 {
    let buckets = (bounds.len() - 1) as f64;
    let below = bounds.partition_point(|b| b.compare(value) == Some(Ordering::Less));
    if below == 0 {
        return 0.0;
    }
    if below == bounds.len() {
        return 1.0;
    }
    let inside = share(&bounds[below - 1], &bounds[below], value);
    ((below - 1) as f64 + inside) / buckets
}

/// How far the value lies between two others, 0 to 1; half way when that cannot be told.
fn share(low: &Value, high: &Value, value: &Value) -> f64 {
    let (low, high, value) = match (low, high, value) {
        (Value::Text(low), Value::Text(high), Value::Text(value)) => {
            let common = low
                .bytes()
                .zip(high.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            (
                text_position(low, common),
                text_position(high, common),
                text_position(value, common),
            )
        }
        _ => match (low.as_f64(), high.as_f64(), value.as_f64()) {
            (Some(low), Some(high), Some(value)) => (low, high, value),
            _ => return 0.5,
        },
    };
    let share = (value - low) / (high - low);
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.5
    }
}

/// A text as a number: its next eight bytes as digits of base 256.
fn text_position(text: &str, from: usize) -> f64 {
    let mut position = 0.0;
    for at in 0..8 {
        let byte = text.as_bytes().get(from + at).copied().unwrap_or(0);
        position = position * 256.0 + f64::from(byte);
    }
    position
}

/// SQL's LIKE: `%` any characters, `_` one, `\` quotes the next.
pub fn matches_like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern = like_parts(pattern);
    // Greedy with one point to come back to: the last `%` and the text position it was tried from.
    let (mut t, mut p) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match pattern.get(p) {
            Some(Part::Any) => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(Part::One) if t < text.len() => {
                t += 1;
                p += 1;
            }
            Some(Part::Char(c)) if text.get(t) == Some(c) => {
                t += 1;
                p += 1;
            }
            None if t == text.len() => return true,
            _ => match retry {
                Some((after, from)) if from < text.len() => {
                    retry = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                _ => return false,
            },
        }
    }
}

/// A piece of a LIKE pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `%`
    Any,
    /// `_`
    One,
    /// A character.
    Char(char),
}

/// A LIKE pattern in pieces.
pub fn like_parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '%' => Part::Any,
            '_' => Part::One,
            '\\' => Part::Char(chars.next().unwrap_or('\\')),
            c => Part::Char(c),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_matches_as_sql_says() {
        let cases = [
            ("abc", "abc", true),
            ("abc", "a%", true),
            ("abc", "%c", true),
            ("abc", "_b_", true),
            ("abc", "%b%", true),
            ("abc", "a_", false),
            ("aXbXc", "a%X%c", true),
            ("a%c", "a\\%c", true),
            ("abc", "a\\%c", false),
            ("", "%", true),
            ("", "_", false),
            ("aaab", "%ab", true),
        ];
        for (text, pattern, expected) in cases {
            assert_eq!(
                matches_like(text, pattern),
                expected,
                "{text} like {pattern}"
            );
        }
    }

    #[test]
    fn fractions_interpolate_and_grow_with_the_range() {
        let stats = ColumnStats {
            null_fraction: 0.0,
            distinct: 1000.0,
            min: Some(Value::Int32(0)),
            max: Some(Value::Int32(1000)),
            most_common: Vec::new(),
            histogram: (0..=10).map(|i| Value::Int32(i * 100)).collect(),
            width: 4.0,
        };
        let up_to = |v: i32| {
            let mut range = Range::default();
            range.at_most(&Value::Int32(v), true);
            histogram_fraction(&stats, &range).unwrap()
        };
        assert!((up_to(250) - 0.25).abs() < 1e-9);
        assert!((up_to(5000) - 1.0).abs() < 1e-9);
        let mut last = 0.0;
        for v in (-100..1200).step_by(7) {
            let fraction = up_to(v);
            assert!(fraction >= last);
            last = fraction;
        }
    }
}
