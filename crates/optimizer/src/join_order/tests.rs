//! Exact counts of join enumeration, against published formulas and against brute force.

use super::dphyp::{self, Verdict};
use super::{Edge, Graph, RelSet};
use std::collections::BTreeSet;

fn edge(left: &[usize], right: &[usize]) -> Edge {
    Edge {
        left: left.iter().copied().collect(),
        right: right.iter().copied().collect(),
    }
}

fn simple(edges: impl IntoIterator<Item = (usize, usize)>) -> Vec<Edge> {
    edges.into_iter().map(|(a, b)| edge(&[a], &[b])).collect()
}

fn chain(n: usize) -> Graph {
    Graph::new(n, simple((1..n).map(|i| (i - 1, i))))
}

fn cycle(n: usize) -> Graph {
    Graph::new(n, simple((0..n).map(|i| (i, (i + 1) % n))))
}

fn star(n: usize) -> Graph {
    Graph::new(n, simple((1..n).map(|i| (0, i))))
}

fn clique(n: usize) -> Graph {
    Graph::new(n, simple((0..n).flat_map(|a| (0..a).map(move |b| (b, a)))))
}

fn grid(rows: usize, columns: usize) -> Graph {
    let at = |r: usize, c: usize| r * columns + c;
    let mut edges = Vec::new();
    for r in 0..rows {
        for c in 0..columns {
            if c + 1 < columns {
                edges.push((at(r, c), at(r, c + 1)));
            }
            if r + 1 < rows {
                edges.push((at(r, c), at(r + 1, c)));
            }
        }
    }
    Graph::new(rows * columns, simple(edges))
}

/// Connected sets and pairs, as enumerated. Checks on the way that no pair comes twice and parts come before pairs.
fn counts(graph: &Graph) -> (usize, usize) {
    let mut sets: BTreeSet<RelSet> = (0..graph.relations).map(RelSet::single).collect();
    let mut pairs = BTreeSet::new();
    let complete = dphyp::enumerate(graph, usize::MAX, &mut |left, right| {
        assert!(!left.intersects(right), "{left:?} and {right:?} overlap");
        assert!(
            sets.contains(&left) && sets.contains(&right),
            "parts come first"
        );
        assert!(graph.connects(left, right));
        let pair = (left.min(right), left.max(right));
        assert!(pairs.insert(pair), "{pair:?} came twice");
        sets.insert(left | right);
        Verdict::Joined
    });
    assert!(complete);
    (sets.len(), pairs.len())
}

/// The same by looking at all sets and all their splits.
fn brute_force(graph: &Graph) -> (usize, usize) {
    let all = RelSet::first(graph.relations);
    let mut sets: BTreeSet<RelSet> = BTreeSet::new();
    let mut pairs = 0;
    let mut by_size: Vec<RelSet> = all.subsets().collect();
    by_size.sort_by_key(|s| s.len());
    for set in by_size {
        if set.len() == 1 {
            sets.insert(set);
            continue;
        }
        let splits = set
            .subsets()
            .filter(|left| {
                let right = set - *left;
                left.contains(set.least())
                    && !right.is_empty()
                    && sets.contains(left)
                    && sets.contains(&right)
                    && (graph.connects(*left, right) || graph.connects(right, *left))
            })
            .count();
        if splits > 0 {
            sets.insert(set);
            pairs += splits;
        }
    }
    (sets.len(), pairs)
}

#[test]
fn published_counts_of_chains_cycles_stars_and_cliques() {
    for n in 2..=20usize {
        let (csg, ccp) = counts(&chain(n));
        assert_eq!(
            (csg, ccp),
            (n * (n + 1) / 2, (n.pow(3) - n) / 6),
            "chain {n}"
        );
        if n >= 3 {
            let expected = (n * n - n + 1, (n.pow(3) - 2 * n * n + n) / 2);
            assert_eq!(counts(&cycle(n)), expected, "cycle {n}");
        }
        if n <= 15 {
            let expected = ((1 << (n - 1)) + n - 1, (n - 1) << (n - 2));
            assert_eq!(counts(&star(n)), expected, "star {n}");
        }
        if n <= 12 {
            let expected = (
                (1 << n) - 1,
                (3usize.pow(n as u32) + 1 - (1 << (n + 1))) / 2,
            );
            assert_eq!(counts(&clique(n)), expected, "clique {n}");
        }
    }
}

/// Some of the same counts as figures, so that a wrong formula does not agree with wrong code.
#[test]
fn published_counts_as_figures() {
    assert_eq!(counts(&chain(20)), (210, 1_330));
    assert_eq!(counts(&cycle(20)), (381, 3_610));
    assert_eq!(counts(&star(15)), (16_398, 114_688));
    assert_eq!(counts(&clique(9)), (511, 9_330));
    assert_eq!(counts(&clique(10)), (1_023, 28_501));
}

#[test]
fn published_counts_of_grids() {
    let expected = [
        ((2, 2), (13, 18)),
        ((2, 3), (40, 114)),
        ((2, 4), (108, 506)),
        ((3, 3), (218, 1_381)),
        ((2, 5), (275, 1_875)),
        ((2, 6), (681, 6_244)),
        ((3, 4), (1_126, 12_275)),
        ((2, 7), (1_664, 19_412)),
        ((3, 5), (5_726, 93_084)),
    ];
    for ((rows, columns), figures) in expected {
        assert_eq!(counts(&grid(rows, columns)), figures, "{rows} by {columns}");
    }
}

/// The cycle of 8 with one hyperedge between its halves, split step by step as in the DPhyp paper.
fn split_hyperedges(base: Vec<Edge>, left: [usize; 4], right: [usize; 4], splits: usize) -> Graph {
    let parts = |ends: [usize; 4]| -> Vec<Vec<usize>> {
        match splits {
            0 => vec![ends.to_vec()],
            1 => vec![ends[..2].to_vec(), ends[2..].to_vec()],
            2 => vec![vec![ends[0]], vec![ends[1]], ends[2..].to_vec()],
            _ => ends.iter().map(|e| vec![*e]).collect(),
        }
    };
    let mut edges = base;
    for (l, r) in parts(left).into_iter().zip(parts(right)) {
        edges.push(edge(&l, &r));
    }
    let n = if edges.iter().any(|e| e.right.contains(8)) {
        9
    } else {
        8
    };
    Graph::new(n, edges)
}

#[test]
fn hypergraphs_agree_with_brute_force() {
    let ring: Vec<Edge> = simple((0..8).map(|i| (i, (i + 1) % 8)));
    let spokes: Vec<Edge> = simple((1..9).map(|i| (0, i)));
    let published = [
        ((57, 196), (264, 1_024)),
        ((75, 275), (264, 1_024)),
        ((127, 649), (266, 1_154)),
        ((173, 1_138), (268, 1_284)),
    ];
    for (splits, (cycle, star)) in published.into_iter().enumerate() {
        let of_ring = split_hyperedges(ring.clone(), [0, 1, 2, 3], [4, 5, 6, 7], splits);
        assert_eq!(
            counts(&of_ring),
            brute_force(&of_ring),
            "cycle, {splits} splits"
        );
        assert_eq!(counts(&of_ring), cycle, "cycle, {splits} splits");
        let of_star = split_hyperedges(spokes.clone(), [1, 2, 3, 4], [5, 6, 7, 8], splits);
        assert_eq!(
            counts(&of_star),
            brute_force(&of_star),
            "star, {splits} splits"
        );
        assert_eq!(counts(&of_star), star, "star, {splits} splits");
    }
}

#[test]
fn two_chains_meet_in_one_wide_predicate() {
    let mut edges = simple((1..5).map(|i| (i - 1, i)));
    edges.extend(simple((6..10).map(|i| (i - 1, i))));
    edges.push(edge(&[0, 1, 2, 3, 4], &[5, 6, 7, 8, 9]));
    assert_eq!(counts(&Graph::new(10, edges)), (31, 41));
}

#[test]
fn a_chain_of_fixed_outer_joins_has_one_order() {
    let below = |i: usize| (0..i).collect::<Vec<_>>();
    let graph = Graph::new(10, (1..10).map(|i| edge(&below(i), &[i])));
    assert_eq!(counts(&graph), (19, 9));
}

#[test]
fn random_hypergraphs_agree_with_brute_force() {
    let mut seed = 0x5EED_u64;
    let mut draw = |n: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    for _ in 0..400 {
        let n = 2 + draw(6) as usize;
        let mut edges = Vec::new();
        for _ in 0..1 + draw(n as u64 + 3) {
            let (mut left, mut right) = (RelSet::EMPTY, RelSet::EMPTY);
            for _ in 0..1 + draw(2) {
                left |= RelSet::single(draw(n as u64) as usize);
            }
            for _ in 0..1 + draw(3) {
                right |= RelSet::single(draw(n as u64) as usize);
            }
            edges.push(Edge {
                left,
                right: right - left,
            });
        }
        let graph = Graph::new(n, edges);
        assert_eq!(counts(&graph), brute_force(&graph), "{graph:?}");
    }
}

#[test]
fn enumeration_stops_when_told() {
    let mut seen = 0;
    let complete = dphyp::enumerate(&star(100), 500, &mut |_, _| {
        seen += 1;
        if seen > 500 {
            Verdict::Stop
        } else {
            Verdict::Joined
        }
    });
    assert!(!complete && seen == 501);
}
