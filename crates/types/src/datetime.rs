//! Dates and timestamps in the proleptic Gregorian calendar, as days and microseconds since 1970-01-01.
//!
//! Civil-date conversion follows Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

use crate::{DataError, Interval};

/// Microseconds of a day.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Days since 1970-01-01 of a calendar date; any month and day are taken as they are.
pub fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let m = i64::from(month);
    let doy = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + i64::from(day) - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    (era * 146_097 + doe - 719_468) as i32
}

/// Year, month 1..=12 and day 1..=31 of a day number.
pub fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let z = i64::from(days) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
    let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
    ((yoe + era * 400 + i64::from(month <= 2)) as i32, month, day)
}

/// Days of a month.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `YYYY-MM-DD` (also `YYYY/MM/DD` and `YYYYMMDD`), blanks around it allowed.
pub fn parse_date(text: &str) -> Option<i32> {
    let text = text.trim();
    let mut parts = text.split(['-', '/']);
    let (year, month, day) = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        parts.next();
        (&text[..4], &text[4..6], &text[6..])
    } else {
        (parts.next()?, parts.next()?, parts.next()?)
    };
    let digits = |s: &str| !s.is_empty() && s.len() <= 6 && s.bytes().all(|b| b.is_ascii_digit());
    // Fewer digits are no year: PostgreSQL would read the numbers in another order, or as one of this century.
    if parts.next().is_some() || year.len() < 3 || !digits(year) || !digits(month) || !digits(day) {
        return None;
    }
    let (year, month, day) = (
        year.parse::<i32>().ok()?,
        month.parse::<u32>().ok()?,
        day.parse::<u32>().ok()?,
    );
    let fits = (1..=12).contains(&month)
        && day >= 1
        && day <= days_in_month(year, month)
        && (1..=294_276).contains(&year);
    fits.then(|| days_from_civil(year, month, day))
}

/// Reads `HH:MM[:SS[.ffffff]]` as microseconds.
pub fn parse_clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hours = parts.next()?.parse::<u32>().ok()?;
    let minutes = parts.next()?.parse::<u32>().ok().filter(|m| *m < 60)?;
    let seconds = match parts.next() {
        Some(text) => crate::Decimal::parse(text)?.rescale(6).ok()?.unscaled,
        None => 0,
    };
    if parts.next().is_some() || !(0..60_000_000).contains(&seconds) {
        return None;
    }
    Some((i64::from(hours) * 3_600 + i64::from(minutes) * 60) * 1_000_000 + seconds as i64)
}

/// Reads `YYYY-MM-DD[ |T]HH:MM[:SS[.ffffff]]`, or a date alone.
pub fn parse_timestamp(text: &str) -> Option<i64> {
    let text = text.trim();
    let (date, clock) = match text.find([' ', 'T']) {
        Some(at) => (
            &text[..at],
            parse_clock(text[at + 1..].trim()).filter(|c| *c <= MICROS_PER_DAY)?,
        ),
        None => (text, 0),
    };
    i64::from(parse_date(date)?)
        .checked_mul(MICROS_PER_DAY)?
        .checked_add(clock)
}

/// `YYYY-MM-DD`.
pub fn date_text(days: i32) -> String {
    let (date, era) = date_and_era(days);
    date + era
}

/// Year, month and day, and what stands at the end of a text for the years before 1.
fn date_and_era(days: i32) -> (String, &'static str) {
    let (year, month, day) = civil_from_days(days);
    let (year, era) = match year {
        1.. => (year, ""),
        _ => (1 - year, " BC"),
    };
    (format!("{year:04}-{month:02}-{day:02}"), era)
}

/// `HH:MM:SS[.ffffff]` without trailing zeros.
pub fn clock_text(micros: u64) -> String {
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    let whole = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    );
    if rest == 0 {
        whole
    } else {
        format!("{whole}.{}", format!("{rest:06}").trim_end_matches('0'))
    }
}

/// `YYYY-MM-DD HH:MM:SS[.ffffff]`.
pub fn timestamp_text(micros: i64) -> String {
    let (date, era) = date_and_era(micros.div_euclid(MICROS_PER_DAY) as i32);
    let clock = clock_text(micros.rem_euclid(MICROS_PER_DAY) as u64);
    format!("{date} {clock}{era}")
}

/// A date plus months, the day cut to the last of the month as PostgreSQL does.
pub fn add_months(days: i32, months: i32) -> Result<i32, DataError> {
    let (year, month, day) = civil_from_days(days);
    let total = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u32 + 1);
    if !(-4_713..=294_276).contains(&year) {
        return Err(DataError::DatetimeOverflow {
            text: "date out of range".into(),
        });
    }
    Ok(days_from_civil(
        year as i32,
        month,
        day.min(days_in_month(year as i32, month)),
    ))
}

/// A timestamp plus an interval: months first, then days, then microseconds.
pub fn add_interval(micros: i64, interval: Interval) -> Result<i64, DataError> {
    let overflow = || DataError::DatetimeOverflow {
        text: "timestamp out of range".into(),
    };
    let day = i32::try_from(micros.div_euclid(MICROS_PER_DAY)).map_err(|_| overflow())?;
    let day = add_months(day, interval.months)?
        .checked_add(interval.days)
        .ok_or_else(overflow)?;
    i64::from(day)
        .checked_mul(MICROS_PER_DAY)
        .and_then(|m| m.checked_add(micros.rem_euclid(MICROS_PER_DAY)))
        .and_then(|m| m.checked_add(interval.micros))
        .filter(|m| *m >= i64::from(days_from_civil(-4_713, 11, 24)) * MICROS_PER_DAY)
        .ok_or_else(overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_round_trip() {
        for days in (-800_000..800_000).step_by(37) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(
            parse_date("1998-12-01").map(date_text).as_deref(),
            Some("1998-12-01")
        );
        assert_eq!(parse_date("1999-02-29"), None);
    }

    #[test]
    fn months_stop_at_the_last_day() {
        let day = parse_date("2024-01-31").expect("a date");
        assert_eq!(
            add_months(day, 1).map(date_text).as_deref(),
            Ok("2024-02-29")
        );
        assert_eq!(
            add_months(day, -11).map(date_text).as_deref(),
            Ok("2023-02-28")
        );
    }
}
