//! Where the conjuncts of a condition over a join belong.

use crate::rule::View;
use plan::{Arena, ColSet, ScalarId};

/// The conjuncts of a condition over a join, by the inputs they read.
#[derive(Debug, Default)]
pub struct Placement {
    /// Read only the left input.
    pub left: Vec<ScalarId>,
    /// Read only the right input.
    pub right: Vec<ScalarId>,
    /// Become conditions of the join: they read both inputs, or connect tables of one.
    pub both: Vec<ScalarId>,
    /// Those of them that read one input only.
    pub connecting: Vec<ScalarId>,
    /// Volatile, or able to fail where they would meet other rows than now. Or read an outer query, and are on their way up to
    /// it. Or with no better place. In the order they had: one may keep rows from the next, which fails on them.
    pub stays: Vec<ScalarId>,
    /// All of them in order.
    all: Vec<ScalarId>,
}

/// Sorts conjuncts by the inputs they read. A constant one counts as read from the left.
pub fn place(arena: &Arena, conjuncts: &[ScalarId], left: &ColSet, right: &ColSet) -> Placement {
    let mut out = Placement {
        all: conjuncts.to_vec(),
        ..Placement::default()
    };
    for &conjunct in conjuncts {
        let columns = arena.columns_of(conjunct);
        let outer = !columns
            .iter()
            .all(|c| left.contains(c) || right.contains(c));
        let sides = (columns.intersects(left), columns.intersects(right));
        // What may fail can become a condition of the join: behind its others it meets the same rows, unless one that stays
        // kept some from it.
        let fails_elsewhere =
            arena.may_fail(conjunct) && !(sides == (true, true) && out.stays.is_empty());
        let list = if outer || arena.is_volatile(conjunct) || fails_elsewhere {
            &mut out.stays
        } else {
            match sides {
                (_, false) => &mut out.left,
                (false, true) => &mut out.right,
                (true, true) => &mut out.both,
            }
        };
        list.push(conjunct);
    }
    out
}

impl Placement {
    /// Some conjunct has a better place.
    pub fn moves(&self) -> bool {
        !(self.left.is_empty() && self.right.is_empty() && self.both.is_empty())
    }

    /// Keeps only the moves to the sides allowed; the rest stays.
    pub fn only(mut self, left: bool, right: bool) -> Self {
        for (list, allowed) in [
            (&mut self.left, left),
            (&mut self.right, right),
            (&mut self.both, false),
        ] {
            if !allowed {
                self.stays.append(list);
            }
        }
        self.in_order()
    }

    /// Keeps only the moves of conjuncts that read nothing but `own` columns; the rest stays.
    pub fn within(mut self, arena: &Arena, own: &ColSet) -> Self {
        for list in [&mut self.left, &mut self.right, &mut self.both] {
            let (inside, outside) = list
                .drain(..)
                .partition(|c| arena.columns_of(*c).is_subset(own));
            *list = inside;
            self.stays.extend::<Vec<ScalarId>>(outside);
        }
        self.in_order()
    }

    /// Takes the conjuncts out that would stay, as long as they fit elsewhere: none of those left behind stood before one of them.
    pub fn take_leading(&mut self, fits: &dyn Fn(ScalarId) -> bool) -> Vec<ScalarId> {
        let some = self.stays.iter().take_while(|c| fits(**c)).count();
        self.stays.drain(..some).collect()
    }

    fn in_order(mut self) -> Self {
        let position = |c: ScalarId| (self.all.iter().position(|other| *other == c), c);
        let mut stays: Vec<_> = self.stays.into_iter().map(position).collect();
        types::insertion_sort_by(&mut stays, |a, b| a.0.cmp(&b.0));
        self.stays = stays.into_iter().map(|(_, c)| c).collect();
        self
    }

    /// Which conjunct reads what, for evidence.
    pub fn describe(&self, v: &View<'_>) -> String {
        let mut parts = Vec::new();
        let read_both: Vec<ScalarId> = self
            .both
            .iter()
            .filter(|c| !self.connecting.contains(c))
            .copied()
            .collect();
        for (list, one, several) in [
            (
                &self.left,
                "reads only the left input",
                "read only the left input",
            ),
            (
                &self.right,
                "reads only the right input",
                "read only the right input",
            ),
            (&read_both, "reads both inputs", "read both inputs"),
            (
                &self.connecting,
                "equates tables of one input",
                "equate tables of one input",
            ),
        ] {
            if !list.is_empty() {
                let reads = if list.len() == 1 { one } else { several };
                parts.push(format!("{} {reads}", v.sql_all(list)));
            }
        }
        if parts.is_empty() {
            let verb = if self.stays.len() == 1 { "is" } else { "are" };
            return format!("{} {verb} bound to this place", v.sql_all(&self.stays));
        }
        parts.join("; ")
    }

    /// What moves where, as a sentence; the inputs are named by the tables they read.
    pub fn sentence(&self, v: &View<'_>, left: &str, right: &str) -> String {
        let mut parts = Vec::new();
        for (list, tables) in [(&self.left, left), (&self.right, right)] {
            if !list.is_empty() {
                let (verb, it) = if list.len() == 1 {
                    ("moves", "it reads")
                } else {
                    ("move", "they read")
                };
                parts.push(format!(
                    "{} {verb} below the join: {it} only {tables}",
                    v.sql_all(list)
                ));
            }
        }
        if !self.both.is_empty() {
            let becomes = if self.both.len() == 1 {
                "becomes a condition of"
            } else {
                "become conditions of"
            };
            parts.push(format!(
                "{} {becomes} the join of {left} with {right}",
                v.sql_all(&self.both)
            ));
        }
        let lists = [&self.left, &self.right, &self.both];
        let first = lists.iter().find(|list| !list.is_empty());
        let noun = match first {
            Some(several) if several.len() > 1 => "conditions",
            _ => "condition",
        };
        format!("The {noun} {}.", parts.join("; "))
    }
}
