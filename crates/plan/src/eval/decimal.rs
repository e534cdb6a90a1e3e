//! Decimal arithmetic to a given precision and scale: results are exact, then rounded half away from zero.
//! Products and quotients go through 256 bits, so that no digit is lost before the rounding.

use types::decimal::{POW10, div_pow10_rounded};
use types::{DataError, Decimal};

/// `a + b` as `numeric(precision, scale)`.
pub fn add(a: Decimal, b: Decimal, precision: u8, scale: u8) -> Result<Decimal, DataError> {
    let (a, b) = aligned(a, b)?;
    let sum = a.unscaled.checked_add(b.unscaled).ok_or_else(overflow)?;
    Decimal::new(sum, a.scale).fit(precision, scale)
}

/// `a - b` as `numeric(precision, scale)`.
pub fn sub(a: Decimal, b: Decimal, precision: u8, scale: u8) -> Result<Decimal, DataError> {
    add(a, Decimal::new(-b.unscaled, b.scale), precision, scale)
}

/// `a * b` as `numeric(precision, scale)`.
pub fn mul(a: Decimal, b: Decimal, precision: u8, scale: u8) -> Result<Decimal, DataError> {
    let exact = a.scale + b.scale;
    if scale >= exact {
        let product = a.unscaled.checked_mul(b.unscaled).ok_or_else(overflow)?;
        return Decimal::new(product, exact).fit(precision, scale);
    }
    let dropped = exact - scale;
    let unscaled = match a.unscaled.checked_mul(b.unscaled) {
        Some(product) => div_pow10_rounded(product, dropped),
        None => {
            let product = Wide::product(a.unscaled.unsigned_abs(), b.unscaled.unsigned_abs());
            let divisor = POW10.get(usize::from(dropped)).ok_or_else(overflow)?;
            signed(
                product.divide_rounded(divisor.unsigned_abs()),
                (a.unscaled < 0) != (b.unscaled < 0),
            )?
        }
    };
    Decimal::new(unscaled, scale).fit(precision, scale)
}

/// `a / b` as `numeric(precision, scale)`.
pub fn div(a: Decimal, b: Decimal, precision: u8, scale: u8) -> Result<Decimal, DataError> {
    if b.unscaled == 0 {
        return Err(DataError::DivisionByZero);
    }
    // The quotient at `scale` is a.unscaled * 10^shift / b.unscaled.
    let shift = i32::from(scale) + i32::from(b.scale) - i32::from(a.scale);
    let mut dividend = Wide::product(a.unscaled.unsigned_abs(), 1);
    let mut divisor = Some(b.unscaled.unsigned_abs());
    let mut rest = shift.unsigned_abs() as usize;
    while rest > 0 {
        let step = rest.min(38);
        let power = POW10[step].unsigned_abs();
        if shift > 0 {
            // More than 256 bits over at most 127 gives no quotient of 38 digits.
            dividend = dividend.times(power).ok_or_else(overflow)?;
        } else {
            divisor = divisor.and_then(|d| d.checked_mul(power));
        }
        rest -= step;
    }
    let negative = (a.unscaled < 0) != (b.unscaled < 0);
    let unscaled = match divisor {
        Some(divisor) => signed(dividend.divide_rounded(divisor), negative)?,
        None => 0,
    };
    Decimal::new(unscaled, scale).fit(precision, scale)
}

/// `a % b` with the sign of `a`, as `numeric(precision, scale)`.
pub fn rem(a: Decimal, b: Decimal, precision: u8, scale: u8) -> Result<Decimal, DataError> {
    if b.unscaled == 0 {
        return Err(DataError::DivisionByZero);
    }
    let (a, b) = aligned(a, b)?;
    let rest = a.unscaled.checked_rem(b.unscaled).ok_or_else(overflow)?;
    Decimal::new(rest, a.scale).fit(precision, scale)
}

/// How [`round_to`] treats the digits it drops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Half away from zero.
    Half,
    /// Towards zero.
    Zero,
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceil,
}

/// The decimal with its digits past `digits` places after the point dropped (before the point when negative), as
/// `numeric(precision, scale)`.
pub fn round_to(
    value: Decimal,
    digits: i64,
    rounding: Rounding,
    precision: u8,
    scale: u8,
) -> Result<Decimal, DataError> {
    let dropped = i64::from(value.scale).saturating_sub(digits);
    if dropped <= 0 {
        return value.fit(precision, scale);
    }
    let Some(power) = usize::try_from(dropped).ok().and_then(|d| POW10.get(d)) else {
        // All digits go: what is left is less than half a unit.
        return Decimal::new(0, 0).fit(precision, scale);
    };
    let unscaled = value.unscaled;
    let kept = match rounding {
        Rounding::Half => div_pow10_rounded(unscaled, dropped as u8),
        Rounding::Zero => unscaled / power,
        Rounding::Floor => unscaled.div_euclid(*power),
        Rounding::Ceil => -(-unscaled).div_euclid(*power),
    };
    let unscaled = kept.checked_mul(*power).ok_or_else(overflow)?;
    Decimal::new(unscaled, value.scale).fit(precision, scale)
}

fn aligned(a: Decimal, b: Decimal) -> Result<(Decimal, Decimal), DataError> {
    let scale = a.scale.max(b.scale);
    Ok((a.rescale(scale)?, b.rescale(scale)?))
}

fn overflow() -> DataError {
    DataError::out_of_range("numeric")
}

fn signed(magnitude: Option<u128>, negative: bool) -> Result<i128, DataError> {
    let magnitude = magnitude
        .and_then(|m| i128::try_from(m).ok())
        .ok_or_else(overflow)?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// An unsigned integer of 256 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wide {
    high: u128,
    low: u128,
}

impl Wide {
    fn product(a: u128, b: u128) -> Self {
        let half = |x: u128| (x >> 64, x & u128::from(u64::MAX));
        let ((a1, a0), (b1, b0)) = (half(a), half(b));
        let (mid, carry) = (a1 * b0).overflowing_add(a0 * b1);
        let (low, carry_low) = (a0 * b0).overflowing_add(mid << 64);
        Self {
            high: a1 * b1 + (mid >> 64) + (u128::from(carry) << 64) + u128::from(carry_low),
            low,
        }
    }

    fn times(self, factor: u128) -> Option<Self> {
        let low = Self::product(self.low, factor);
        let high = self.high.checked_mul(factor)?.checked_add(low.high)?;
        Some(Self { high, low: low.low })
    }

    /// The quotient rounded half up; `None` when it needs more than 128 bits. Schoolbook division, bit by bit.
    fn divide_rounded(self, divisor: u128) -> Option<u128> {
        if self.high == 0 {
            let (quotient, rest) = (self.low / divisor, self.low % divisor);
            return Some(quotient + u128::from(rest >= divisor - rest));
        }
        if self.high >= divisor {
            return None;
        }
        let (mut quotient, mut rest) = (0u128, self.high);
        for bit in (0..128).rev() {
            let carried = rest >> 127 == 1;
            rest = rest << 1 | (self.low >> bit & 1);
            if carried || rest >= divisor {
                rest = rest.wrapping_sub(divisor);
                quotient |= 1 << bit;
            }
        }
        quotient.checked_add(u128::from(rest >= divisor - rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_division_undoes_wide_products() {
        let samples = [
            1u128,
            2,
            3,
            10,
            1 << 63,
            1 << 64,
            POW10[38] as u128,
            u128::MAX - 7,
        ];
        for a in samples {
            for b in samples {
                let product = Wide::product(a, b);
                assert_eq!(product.divide_rounded(b), Some(a), "{a} * {b} / {b}");
                assert_eq!(product, Wide::product(b, a));
                assert_eq!(Wide::product(a, 1).times(b), Some(product));
            }
        }
    }

    #[test]
    fn wide_paths_agree_with_narrow_ones() {
        // 38-digit operands whose product needs 256 bits but whose rounded result fits.
        let third = Decimal::parse("0.33333333333333333333333333333333333333").expect("a decimal");
        let product = mul(third, third, 38, 38).map(|d| d.to_string());
        assert_eq!(
            product.as_deref(),
            Ok("0.11111111111111111111111111111111111111")
        );
        let quotient = div(Decimal::new(1, 0), third, 38, 30).map(|d| d.to_string());
        assert_eq!(quotient.as_deref(), Ok("3.000000000000000000000000000000"));
        assert_eq!(
            div(Decimal::new(POW10[37], 0), Decimal::new(1, 38), 38, 38),
            Err(overflow())
        );
    }
}
