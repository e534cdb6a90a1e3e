//! Random numbers from a seed: the same on every platform, because nothing here is a float.

/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The sequence of a seed. `stream` separates the uses of one seed, so that drawing more in one place moves
    /// nothing in another.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut mixer = Self {
            state: seed ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03),
        };
        let state = mixer.bits();
        Self { state }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number in `0..bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        debug_assert!(low <= high);
        let span = i64::from(high) - i64::from(low) + 1;
        (i64::from(low) + self.below(span as u64) as i64) as i32
    }

    /// True in `percent` of 100 cases.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < u64::from(percent)
    }

    /// One of the items; there must be one.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// An index into `weights`, each as likely as its weight; some weight must be above 0.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u64 = weights.clone().map(u64::from).sum();
        let mut left = self.below(total);
        for (index, weight) in weights.enumerate() {
            if left < u64::from(weight) {
                return index;
            }
            left -= u64::from(weight);
        }
        0
    }

    /// Puts the items in a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

/// Zipf's law: rank r (from 0) has weight 1 / (r + offset). The larger the offset, the flatter the top.
#[derive(Debug, Clone)]
pub struct Zipf {
    /// Sum of the weights up to and with each rank.
    cumulative: Vec<u64>,
}

impl Zipf {
    /// Ranks `0..count`; an offset below 1 counts as 1.
    pub fn new(count: usize, offset: u64) -> Self {
        let mut sum = 0;
        let cumulative = (0..count as u64)
            .map(|rank| {
                sum += (1 << 32) / (rank + offset.max(1));
                sum
            })
            .collect();
        Self { cumulative }
    }

    fn total(&self) -> u64 {
        self.cumulative.last().copied().unwrap_or(0)
    }

    /// A rank drawn by weight; there must be one.
    pub fn draw(&self, random: &mut Random) -> usize {
        let at = random.below(self.total());
        self.cumulative.partition_point(|&sum| sum <= at)
    }

    /// How many of `total` things fall to a rank, rounded to the nearest number.
    pub fn share(&self, rank: usize, total: u64) -> u64 {
        let before = rank.checked_sub(1).map_or(0, |at| self.cumulative[at]);
        let weight = u128::from(self.cumulative[rank] - before);
        let all = u128::from(self.total());
        ((weight * u128::from(total) + all / 2) / all) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_and_streams_differ() {
        let mut random = Random::new(7, 1);
        for _ in 0..10_000 {
            assert!(random.below(13) < 13);
            assert!((-3..=3).contains(&random.between(-3, 3)));
        }
        assert_ne!(Random::new(7, 1).bits(), Random::new(7, 2).bits());
        assert_ne!(Random::new(7, 1).bits(), Random::new(8, 1).bits());
    }

    #[test]
    fn low_ranks_are_drawn_most() {
        let (zipf, mut random) = (Zipf::new(1_000, 10), Random::new(3, 3));
        let mut seen = [0; 1_000];
        for _ in 0..100_000 {
            seen[zipf.draw(&mut random)] += 1;
        }
        let top: u32 = seen[..100].iter().sum();
        assert!((48_000..56_000).contains(&top), "{top}");
        let shares: u64 = (0..1_000).map(|rank| zipf.share(rank, 100_000)).sum();
        assert!((99_500..=100_500).contains(&shares), "{shares}");
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::new(1, 1);
        let mut seen = [0; 3];
        for _ in 0..10_000 {
            seen[random.weighted([1, 0, 3].into_iter())] += 1;
        }
        assert!(
            seen[1] == 0 && (2_300..2_700).contains(&seen[0]),
            "{seen:?}"
        );
    }
}
