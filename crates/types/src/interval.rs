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

    /// Reads `'3 months'`, `'1 year 2 days'`, `'90'` in seconds, `'1 day 02:03:04'`, `'1-2'` for a year and two months,
    /// `'@ 1 hour ago'`, and ISO 8601 with designators, `'P1Y2M3DT4H5M6S'`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(designated) = text.strip_prefix('P') {
            return parse_designated(designated);
        }
        let mut out = Self::default();
        let mut words = text.split_whitespace().peekable();
        words.next_if_eq(&"@");
        let mut any = false;
        while let Some(word) = words.next() {
            if any && word.eq_ignore_ascii_case("ago") && words.peek().is_none() {
                return out.checked_neg();
            }
            let part = if word.contains(':') {
                let (sign, clock) = signed(word);
                Self {
                    micros: sign * crate::datetime::parse_clock(clock)?,
                    ..Self::default()
                }
            } else if let Some(part) = years_months(word) {
                part
            } else {
                let split = word
                    .find(|c: char| c.is_ascii_alphabetic())
                    .unwrap_or(word.len());
                let (number, attached) = word.split_at(split);
                let unit = if !attached.is_empty() {
                    attached
                } else if words.peek().is_some_and(|next| next.contains(':')) {
                    // A bare number before a clock is of days.
                    "day"
                } else {
                    words.next().unwrap_or("second")
                };
                Unit::parse(unit)?.times(crate::Decimal::parse(number)?)?
            };
            out = out.checked_add(part)?;
            any = true;
        }
        any.then_some(out)
    }
}

fn signed(word: &str) -> (i64, &str) {
    match (word.strip_prefix('-'), word.strip_prefix('+')) {
        (Some(rest), _) => (-1, rest),
        (_, Some(rest)) => (1, rest),
        _ => (1, word),
    }
}

/// `1-2`: a year and two months.
fn years_months(word: &str) -> Option<Interval> {
    let (sign, rest) = signed(word);
    let (years, months) = rest.split_once('-')?;
    let months = months.parse::<u8>().ok().filter(|m| *m < 12)?;
    let total = years.parse::<u32>().ok()?.checked_mul(12)?;
    let total = i64::from(total) + i64::from(months);
    Some(Interval {
        months: i32::try_from(sign * total).ok()?,
        ..Interval::default()
    })
}

/// ISO 8601, 4.4.3.2, behind its P: numbers with designators, those of times behind a T.
fn parse_designated(text: &str) -> Option<Interval> {
    let (mut out, mut time, mut number) = (Interval::default(), false, String::new());
    let mut any = false;
    for c in text.chars() {
        let unit = match (c, time) {
            ('0'..='9' | '.' | '-' | '+', _) => {
                number.push(c);
                continue;
            }
            ('T', false) if number.is_empty() => {
                time = true;
                continue;
            }
            ('Y', false) => Unit::Year,
            ('M', false) => Unit::Month,
            ('W', false) => Unit::Week,
            ('D', false) => Unit::Day,
            ('H', true) => Unit::Hour,
            ('M', true) => Unit::Minute,
            ('S', true) => Unit::Second,
            _ => return None,
        };
        out = out.checked_add(unit.times(crate::Decimal::parse(&number)?)?)?;
        number.clear();
        any = true;
    }
    (any && number.is_empty()).then_some(out)
}

/// A unit of time in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 1,000 years.
    Millennium,
    /// 100 years.
    Century,
    /// 10 years.
    Decade,
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
    /// 1/1,000,000 second.
    Microsecond,
}

impl Unit {
    /// Reads a unit's English name, singular or plural.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        Some(match word.as_str() {
            "" | "s" => Self::Second,
            "ms" => Self::Millisecond,
            "us" => Self::Microsecond,
            "millennia" => Self::Millennium,
            "centuries" => Self::Century,
            _ => match word.strip_suffix('s').unwrap_or(&word) {
                "millennium" => Self::Millennium,
                "century" => Self::Century,
                "decade" => Self::Decade,
                "year" | "yr" | "y" => Self::Year,
                "month" | "mon" => Self::Month,
                "week" | "w" => Self::Week,
                "day" | "d" => Self::Day,
                "hour" | "hr" | "h" => Self::Hour,
                "minute" | "min" | "m" => Self::Minute,
                "second" | "sec" => Self::Second,
                "millisecond" | "msec" => Self::Millisecond,
                "microsecond" | "usec" => Self::Microsecond,
                _ => return None,
            },
        })
    }

    /// This unit so many times. A fraction of a month goes on in days of which it has 30, one of a week or a day in
    /// smaller parts, as in PostgreSQL.
    pub fn times(self, amount: crate::Decimal) -> Option<Interval> {
        let scaled = |factor: i128| -> Option<i128> {
            Some(crate::decimal::div_pow10_rounded(
                amount.unscaled.checked_mul(factor)?,
                amount.scale,
            ))
        };
        let power = 10i128.checked_pow(u32::from(amount.scale))?;
        let whole = i32::try_from(amount.unscaled / power).ok()?;
        let rest = crate::Decimal::new(amount.unscaled % power, amount.scale);
        let micros = |factor: i64| {
            Some(Interval {
                micros: i64::try_from(scaled(i128::from(factor))?).ok()?,
                ..Interval::default()
            })
        };
        let days = |amount: crate::Decimal, factor: i128| {
            // So many days: `factor` for each of the unit.
            let days = crate::Decimal::new(amount.unscaled.checked_mul(factor)?, amount.scale);
            Self::Day.times(days)
        };
        let years = |factor: i128| {
            Some(Interval {
                months: i32::try_from(scaled(12 * factor)?).ok()?,
                ..Interval::default()
            })
        };
        match self {
            Self::Millennium => years(1_000),
            Self::Century => years(100),
            Self::Decade => years(10),
            Self::Year => years(1),
            Self::Month => {
                let months = Interval {
                    months: whole,
                    ..Interval::default()
                };
                months.checked_add(days(rest, 30)?)
            }
            Self::Week => days(amount, 7),
            Self::Day => {
                let day = i128::from(MICROS_PER_DAY);
                let micros =
                    crate::decimal::div_pow10_rounded(rest.unscaled.checked_mul(day)?, rest.scale);
                Some(Interval {
                    days: whole,
                    micros: i64::try_from(micros).ok()?,
                    ..Interval::default()
                })
            }
            Self::Hour => micros(3_600_000_000),
            Self::Minute => micros(60_000_000),
            Self::Second => micros(1_000_000),
            Self::Millisecond => micros(1_000),
            Self::Microsecond => micros(1),
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
