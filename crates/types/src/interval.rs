//! Intervals as PostgreSQL keeps them: months, days and microseconds apart.

use crate::datetime::MICROS_PER_DAY;
use std::cmp::Ordering;
use std::fmt;

/// A span of time whose parts are kept apart because months and days differ in length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Interval {
    /// Months; 12 a year.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub micros: i64,
}

impl Interval {
    /// Order as PostgreSQL compares: a month counts 30 days, a day 24 hours.
    pub fn compare(self, other: Self) -> Ordering {
        self.total_micros().cmp(&other.total_micros())
    }

    /// Microseconds with a month of 30 days and a day of 24 hours.
    pub fn total_micros(self) -> i128 {
        (i128::from(self.months) * 30 + i128::from(self.days)) * i128::from(MICROS_PER_DAY)
            + i128::from(self.micros)
    }

    /// All parts negated; `None` on overflow.
    pub fn checked_neg(self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_neg()?,
            days: self.days.checked_neg()?,
            micros: self.micros.checked_neg()?,
        })
    }

    /// The sum part by part; `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_add(other.months)?,
            days: self.days.checked_add(other.days)?,
            micros: self.micros.checked_add(other.micros)?,
        })
    }

    /// Reads `'3 months'`, `'1 year 2 days'`, `'90'` with a default unit, `'1 day 02:03:04'`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut out = Self::default();
        let mut words = text.split_whitespace().peekable();
        let mut any = false;
        while let Some(word) = words.next() {
            if word.contains(':') {
                let (sign, clock) = word.strip_prefix('-').map_or((1, word), |rest| (-1, rest));
                out.micros = out
                    .micros
                    .checked_add(sign * crate::datetime::parse_clock(clock)?)?;
                any = true;
                continue;
            }
            let split = word
                .find(|c: char| c.is_ascii_alphabetic())
                .unwrap_or(word.len());
            let (number, attached) = word.split_at(split);
            let unit = if attached.is_empty() {
                words.next().unwrap_or("second")
            } else {
                attached
            };
            let unit = Unit::parse(unit)?;
            let amount = crate::Decimal::parse(number)?;
            out = out.checked_add(unit.times(amount)?)?;
            any = true;
        }
        any.then_some(out)
    }
}

/// A unit of time in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 12 months.
    Year,
    /// A month.
    Month,
    /// 7 days.
    Week,
    /// A day.
    Day,
    /// 3,600 seconds.
    Hour,
    /// 60 seconds.
    Minute,
    /// A second.
    Second,
    /// 1/1,000 second.
    Millisecond,
}

impl Unit {
    /// Reads a unit's English name, singular or plural.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        Some(match word.strip_suffix('s').unwrap_or(&word) {
            "year" | "yr" | "y" => Self::Year,
            "month" | "mon" => Self::Month,
            "week" | "w" => Self::Week,
            "day" | "d" => Self::Day,
            "hour" | "hr" | "h" => Self::Hour,
            "minute" | "min" | "m" => Self::Minute,
            "second" | "sec" | "" => Self::Second,
            "millisecond" => Self::Millisecond,
            _ => return None,
        })
    }

    /// This unit so many times; fractions of months and days are carried to the next smaller part.
    pub fn times(self, amount: crate::Decimal) -> Option<Interval> {
        let scaled = |factor: i128| -> Option<i128> {
            Some(crate::decimal::div_pow10_rounded(
                amount.unscaled.checked_mul(factor)?,
                amount.scale,
            ))
        };
        let micros = |factor: i64| {
            Some(Interval {
                micros: i64::try_from(scaled(i128::from(factor))?).ok()?,
                ..Interval::default()
            })
        };
        match self {
            Self::Year => Some(Interval {
                months: i32::try_from(scaled(12)?).ok()?,
                ..Interval::default()
            }),
            Self::Month | Self::Week | Self::Day if amount.scale == 0 => {
                let count = i32::try_from(amount.unscaled).ok()?;
                Some(match self {
                    Self::Month => Interval {
                        months: count,
                        ..Interval::default()
                    },
                    Self::Week => Interval {
                        days: count.checked_mul(7)?,
                        ..Interval::default()
                    },
                    _ => Interval {
                        days: count,
                        ..Interval::default()
                    },
                })
            }
            Self::Month => micros(30 * MICROS_PER_DAY),
            Self::Week => micros(7 * MICROS_PER_DAY),
            Self::Day => micros(MICROS_PER_DAY),
            Self::Hour => micros(3_600_000_000),
            Self::Minute => micros(60_000_000),
            Self::Second => micros(1_000_000),
            Self::Millisecond => micros(1_000),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        // A positive part behind a negative one gets a sign of its own.
        let mut after_negative = false;
        let mut part = |count: i32, one: &str| {
            if count != 0 {
                parts.push(format!(
                    "{}{count} {one}{}",
                    if after_negative && count > 0 { "+" } else { "" },
                    if count == 1 { "" } else { "s" }
                ));
                after_negative = count < 0;
            }
        };
        part(self.months / 12, "year");
        part(self.months % 12, "mon");
        part(self.days, "day");
        if self.micros != 0 || parts.is_empty() {
            let sign = match (self.micros < 0, after_negative) {
                (true, _) => "-",
                (false, true) => "+",
                (false, false) => "",
            };
            parts.push(format!(
                "{sign}{}",
                crate::datetime::clock_text(self.micros.unsigned_abs())
            ));
        }
        f.write_str(&parts.join(" "))
    }
}
