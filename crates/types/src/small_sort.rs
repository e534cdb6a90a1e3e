//! Sorting a handful of items. The standard library's sorts are made for many: each use with another type adds 4 kB of
//! code to the WebAssembly module, this one 150 bytes.

use std::cmp::Ordering;

/// Sorts by insertion: stable, and right for lists that stay short whatever the data, as those of a plan do.
pub fn insertion_sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && compare(&items[at - 1], &items[at]) == Ordering::Greater {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_and_keeps_the_order_of_equals() {
        let mut items: Vec<(u32, u32)> = (0..40).map(|n| (n * 7 % 5, n)).collect();
        let mut expected = items.clone();
        expected.sort();
        insertion_sort_by(&mut items, |a, b| a.0.cmp(&b.0));
        assert_eq!(items, expected);
        insertion_sort_by(&mut items[..0], |a, b| a.cmp(b));
    }
}
