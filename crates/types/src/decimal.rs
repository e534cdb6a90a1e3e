//! Decimals as scaled integers of at most 38 digits.

use crate::{DataError, DataType};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// `unscaled × 10^-scale`.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    /// The digits as an integer.
    pub unscaled: i128,
    /// Digits after the point.
    pub scale: u8,
}

/// 10^n for n in 0..=38.
pub const POW10: [i128; 39] = {
    let mut table = [1i128; 39];
    let mut i = 1;
    while i < 39 {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// `value / 10^digits`, rounded half away from zero as PostgreSQL rounds numeric.
pub fn div_pow10_rounded(value: i128, digits: u8) -> i128 {
    if digits == 0 {
        return value;
    }
    if digits > 38 {
        return 0;
    }
    let divisor = POW10[digits as usize];
    let (quotient, rest) = (value / divisor, value % divisor);
    if rest.unsigned_abs() >= (divisor as u128).div_ceil(2) {
        quotient + value.signum()
    } else {
        quotient
    }
}

impl Decimal {
    /// A decimal from its digits and scale.
    pub fn new(unscaled: i128, scale: u8) -> Self {
        Self { unscaled, scale }
    }

    /// The same number at another scale, rounded half away from zero when digits are lost.
    pub fn rescale(self, scale: u8) -> Result<Self, DataError> {
        let unscaled = match scale.cmp(&self.scale) {
            Ordering::Equal => self.unscaled,
            Ordering::Less => div_pow10_rounded(self.unscaled, self.scale - scale),
            Ordering::Greater => {
                let factor = POW10.get(usize::from(scale - self.scale));
                factor
                    .and_then(|f| self.unscaled.checked_mul(*f))
                    .ok_or_else(|| DataError::out_of_range("numeric"))?
            }
        };
        Ok(Self { unscaled, scale })
    }

    /// The number as a value of `numeric(precision, scale)`; an error when it has more digits before the point.
    pub fn fit(self, precision: u8, scale: u8) -> Result<Self, DataError> {
        let fitted = self.rescale(scale)?;
        if fitted.unscaled.unsigned_abs() >= POW10[usize::from(precision.min(38))].unsigned_abs() {
            return Err(DataError::out_of_range(DataType::Decimal {
                precision,
                scale,
            }));
        }
        Ok(fitted)
    }

    /// Reads `[+-]digits[.digits][e[+-]digits]` with blanks around; the scale is the number of digits after the point.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.as_bytes().first()? {
            b'-' => (true, &mantissa[1..]),
            b'+' => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (mut unscaled, mut scale, mut any, mut point) = (0i128, 0i32, false, false);
        for byte in digits.bytes() {
            match byte {
                b'0'..=b'9' => {
                    unscaled = unscaled
                        .checked_mul(10)?
                        .checked_add(i128::from(byte - b'0'))?;
                    scale += i32::from(point);
                    any = true;
                }
                b'.' if !point => point = true,
                _ => return None,
            }
        }
        if !any {
            return None;
        }
        scale = scale.checked_sub(exponent)?;
        if scale < 0 {
            unscaled = unscaled.checked_mul(*POW10.get(scale.unsigned_abs() as usize)?)?;
            scale = 0;
        }
        if scale > 38 {
            unscaled = div_pow10_rounded(unscaled, u8::try_from(scale - 38).unwrap_or(39));
            scale = 38;
        }
        Some(Self {
            unscaled: if negative { -unscaled } else { unscaled },
            scale: scale as u8,
        })
    }

    /// The nearest `f64`.
    pub fn to_f64(self) -> f64 {
        if self.unscaled.unsigned_abs() < 1 << 53 && self.scale <= 22 {
            // Both operands are exact, so the quotient is the correctly rounded result.
            return self.unscaled as f64 / POW10[usize::from(self.scale)] as f64;
        }
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The decimal nearest to a float at the given scale.
    pub fn from_f64(value: f64, scale: u8) -> Result<Self, DataError> {
        if !value.is_finite() {
            return Err(DataError::out_of_range("numeric"));
        }
        // 15 digits, as PostgreSQL's float8 to numeric cast keeps.
        let parsed = Self::parse(&format!("{value:.14e}"))
            .ok_or_else(|| DataError::out_of_range("numeric"))?;
        parsed.rescale(scale)
    }

    /// Digits before the point plus scale: the least precision that holds this number.
    pub fn precision(self) -> u8 {
        let digits = POW10
            .iter()
            .position(|p| self.unscaled.unsigned_abs() < p.unsigned_abs())
            .unwrap_or(39) as u8;
        digits.max(self.scale).max(1)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (mut unscaled, mut scale) = (self.unscaled, self.scale);
        while scale > 0 && unscaled % 10 == 0 {
            unscaled /= 10;
            scale -= 1;
        }
        (unscaled, scale).hash(state);
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.unscaled.cmp(&other.unscaled);
        }
        let (high, low) = if self.scale > other.scale {
            (self, other)
        } else {
            (other, self)
        };
        let ordering = match low
            .unscaled
            .checked_mul(POW10[usize::from(high.scale - low.scale)])
        {
            Some(aligned) => high.unscaled.cmp(&aligned),
            // Too large to align: the sign of the larger magnitude decides.
            None => 0.cmp(&low.unscaled),
        };
        if self.scale > other.scale {
            ordering
        } else {
            ordering.reverse()
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.unscaled < 0 { "-" } else { "" };
        let digits = self.unscaled.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let power = POW10[usize::from(self.scale)].unsigned_abs();
        write!(
            f,
            "{sign}{}.{:0width$}",
            digits / power,
            digits % power,
            width = usize::from(self.scale)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        for (text, shown) in [
            ("1.50", "1.50"),
            ("-.5", "-0.5"),
            ("1e3", "1000"),
            ("12e-4", "0.0012"),
            ("+7.", "7"),
        ] {
            assert_eq!(
                Decimal::parse(text).map(|d| d.to_string()).as_deref(),
                Some(shown),
                "{text}"
            );
        }
        for text in ["", ".", "1.2.3", "abc", "1e", "--1"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn rounds_half_away_from_zero() {
        for (text, scale, shown) in [
            ("1.25", 1, "1.3"),
            ("-1.25", 1, "-1.3"),
            ("1.24", 1, "1.2"),
            ("0.5", 0, "1"),
        ] {
            let rounded = Decimal::parse(text).and_then(|d| d.rescale(scale).ok());
            assert_eq!(
                rounded.map(|d| d.to_string()).as_deref(),
                Some(shown),
                "{text}"
            );
        }
    }

    #[test]
    fn compares_across_scales() {
        let of = |t| Decimal::parse(t).expect("a decimal");
        assert_eq!(of("1.0").cmp(&of("1.00")), Ordering::Equal);
        assert!(of("1.01") > of("1"));
        assert!(of("-2") < of("-1.5"));
        assert!(
            of("99999999999999999999999999999999999999")
                > of("0.00000000000000000000000000000000000001")
        );
    }
}
