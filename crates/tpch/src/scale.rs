//! The scale factor: how many rows the tables have.

use std::fmt;
use std::str::FromStr;

/// A TPC-H scale factor within what this crate makes; 1 is about 8.7 million rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale(f64);

impl Scale {
    /// With fewer rows the tables degenerate (ten suppliers are left).
    pub const LEAST: f64 = 0.001;
    /// With more rows the keys would need more than 32 bits.
    pub const MOST: f64 = 100.0;

    /// The scale of that factor.
    pub fn new(factor: f64) -> Result<Self, BadScale> {
        if (Self::LEAST..=Self::MOST).contains(&factor) {
            Ok(Self(factor))
        } else {
            Err(BadScale)
        }
    }

    /// The factor.
    pub fn factor(self) -> f64 {
        self.0
    }

    /// Rows of a table that has `base` rows at factor 1.
    pub(crate) fn rows(self, base: u32) -> u64 {
        // As tpchgen rounds.
        (f64::from(base) * self.0) as u64
    }
}

impl FromStr for Scale {
    type Err = BadScale;

    fn from_str(text: &str) -> Result<Self, BadScale> {
        text.trim()
            .parse()
            .map_err(|_| BadScale)
            .and_then(Self::new)
    }
}

/// Not a [`Scale`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadScale;

impl fmt::Display for BadScale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the TPC-H scale is a number from {} to {}, such as 0.01",
            Scale::LEAST,
            Scale::MOST
        )
    }
}

impl std::error::Error for BadScale {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sensible_factors_are_taken() {
        assert_eq!("0.01".parse::<Scale>().map(Scale::factor), Ok(0.01));
        for bad in ["0", "-1", "0.0001", "1000", "NaN", "inf", "", "big"] {
            assert_eq!(bad.parse::<Scale>(), Err(BadScale), "{bad}");
        }
    }
}
