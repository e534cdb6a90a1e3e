//! Greedy operator ordering (Fegaras, "A New Heuristic for Optimizing Large Queries", 1998): join the two sets with the
//! fewest result rows, until one is left.

use super::rel_set::RelSet;

/// Joins sets two at a time. `rows` gives the rows of a pair, `None` when no operator may connect it; `join` is told of
/// each pair joined. Returns what could not be joined further: one set when all went well.
pub fn order<C>(
    relations: usize,
    cx: &mut C,
    rows: &dyn Fn(&C, RelSet, RelSet) -> Option<f64>,
    join: &mut dyn FnMut(&mut C, RelSet, RelSet),
) -> Vec<RelSet> {
    let mut sets: Vec<RelSet> = (0..relations).map(RelSet::single).collect();
    let mut pairs: Vec<(RelSet, RelSet, f64)> = Vec::new();
    for (at, b) in sets.iter().enumerate() {
        for a in &sets[..at] {
            pairs.extend(rows(cx, *a, *b).map(|rows| (*a, *b, rows)));
        }
    }
    // The first of equals wins, so the result does not depend on the order of removal.
    while let Some(best) = (0..pairs.len()).min_by(|x, y| {
        let key = |p: &(RelSet, RelSet, f64)| (p.2, p.0, p.1);
        let ((a, l, r), (b, m, s)) = (key(&pairs[*x]), key(&pairs[*y]));
        a.total_cmp(&b).then((l, r).cmp(&(m, s)))
    }) {
        let (a, b, _) = pairs[best];
        join(cx, a, b);
        let both = a | b;
        sets.retain(|s| *s != a && *s != b);
        pairs.retain(|(x, y, _)| !x.intersects(both) && !y.intersects(both));
        for other in &sets {
            let (low, high) = if other < &both {
                (*other, both)
            } else {
                (both, *other)
            };
            pairs.extend(rows(cx, low, high).map(|rows| (low, high, rows)));
        }
        sets.push(both);
    }
    sets
}
