//! SELECT, grouping, set operations, order and limits, and the subqueries made of them.

use super::scope::{Column, Kind, Scope};
use super::{Generator, Query};

impl Generator<'_> {
    /// A whole statement.
    pub(super) fn statement(&mut self) -> Query {
        let mut with = String::new();
        if self.features.derived_tables && self.features.depth > 0 && self.rng.chance(15) {
            let name = self.name("cte");
            let (sql, columns) = self.nested(|g| g.query(&Scope::default(), None));
            with = format!("WITH {name} AS ({sql}) ");
            self.ctes.push((name, columns));
        }
        let (sql, columns) = self.body(&Scope::default(), None);
        let (order, ordered) = match self.features.order && self.rng.chance(50) {
            true => (self.order(columns.len()), true),
            false => (String::new(), false),
        };
        Query {
            sql: format!("{with}{sql}{order}"),
            ordered,
        }
    }

    /// Runs with one level of subqueries less.
    pub(super) fn nested<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.features;
        self.features.depth = before.depth.saturating_sub(1);
        self.features.relations = before.relations.min(2);
        let made = make(self);
        self.features = before;
        made
    }

    /// A query that may be sorted and limited, and its columns by their bare names.
    pub(super) fn query(&mut self, scope: &Scope, kinds: Option<&[Kind]>) -> (String, Vec<Column>) {
        let (sql, columns) = self.body(scope, kinds);
        let order = match self.features.order && self.rng.chance(15) {
            true => self.order(columns.len()),
            false => String::new(),
        };
        (format!("{sql}{order}"), columns)
    }

    /// ORDER BY over all columns in random order and direction, perhaps with LIMIT and OFFSET.
    fn order(&mut self, columns: usize) -> String {
        let mut positions: Vec<usize> = (1..=columns).collect();
        self.rng.shuffle(&mut positions);
        let keys: Vec<String> = positions
            .into_iter()
            .map(|at| {
                let direction = *self.rng.pick(&["", "", " DESC"]);
                let nulls = *self.rng.pick(&["", "", " NULLS FIRST", " NULLS LAST"]);
                format!("{at}{direction}{nulls}")
            })
            .collect();
        let mut out = format!(" ORDER BY {}", keys.join(", "));
        if self.rng.chance(50) {
            out += &format!(" LIMIT {}", self.rng.pick(&[0, 1, 1, 2, 3, 5, 10]));
        }
        if self.rng.chance(15) {
            out += &format!(" OFFSET {}", self.rng.below(3));
        }
        out
    }

    /// A SELECT or a set operation.
    fn body(&mut self, scope: &Scope, kinds: Option<&[Kind]>) -> (String, Vec<Column>) {
        if !self.features.set_operations || !self.rng.chance(15) {
            return self.select(scope, kinds);
        }
        let (left, columns) = self.select(scope, kinds);
        let kinds: Vec<Kind> = columns.iter().map(|c| c.kind).collect();
        let (right, _) = self.select(scope, Some(&kinds));
        let operator = *self.rng.pick(&["UNION", "INTERSECT", "EXCEPT"]);
        let all = if self.rng.chance(50) { " ALL" } else { "" };
        (format!("{left} {operator}{all} {right}"), columns)
    }

    /// A SELECT of the kinds given, or of one to three random ones; its columns are called x0, x1, ….
    fn select(&mut self, scope: &Scope, kinds: Option<&[Kind]>) -> (String, Vec<Column>) {
        let (from, columns) = self.from(scope);
        let mut own = Scope {
            local: columns,
            outer: scope.outer.clone(),
            grouped: None,
        };
        let mut rest = String::new();
        if self.rng.chance(65) {
            let depth = self.rng.below(3) as u32;
            rest = format!(" WHERE {}", self.condition(&own, depth));
        }
        let grouped = self.features.grouping && self.rng.chance(30);
        if grouped {
            rest += &self.group(&mut own);
        }
        let kinds = match kinds {
            Some(kinds) => kinds.to_vec(),
            None => (0..self.rng.between(1, 3))
                .map(|_| self.kind(&own))
                .collect(),
        };
        let mut items = Vec::new();
        let mut named = Vec::new();
        for (at, kind) in kinds.into_iter().enumerate() {
            let text = format!("x{at}");
            items.push(format!("{} AS {text}", self.expression(&own, kind, 1)));
            named.push(Column { text, kind });
        }
        let distinct = match self.features.grouping && self.rng.chance(15) {
            true => "DISTINCT ",
            false => "",
        };
        let items = items.join(", ");
        (format!("SELECT {distinct}{items} FROM {from}{rest}"), named)
    }

    /// GROUP BY (or one group of everything) and HAVING; afterwards only grouping columns and aggregates are in scope.
    fn group(&mut self, scope: &mut Scope) -> String {
        let mut keys: Vec<Column> = Vec::new();
        for _ in 0..self.rng.below(3) {
            let key = self.rng.pick(&scope.local).clone();
            if !keys.iter().any(|k| k.text == key.text) {
                keys.push(key);
            }
        }
        let mut out = String::new();
        if !keys.is_empty() {
            let names: Vec<&str> = keys.iter().map(|k| k.text.as_str()).collect();
            out = format!(" GROUP BY {}", names.join(", "));
        }
        scope.grouped = Some(std::mem::replace(&mut scope.local, keys));
        if self.rng.chance(30) {
            out += &format!(" HAVING {}", self.condition(scope, 1));
        }
        out
    }

    /// EXISTS, IN, or a comparison with a scalar subquery.
    pub(super) fn subquery_condition(&mut self, scope: &Scope) -> String {
        let inside = scope.inside();
        let negated = if self.rng.chance(45) { "NOT " } else { "" };
        if self.rng.chance(45) {
            let (sql, _) = self.nested(|g| g.query(&inside, None));
            return format!("{negated}EXISTS ({sql})");
        }
        let kind = self.kind(scope);
        let tested = self.nested(|g| g.expression(scope, kind, 0));
        if self.rng.chance(70) {
            let (sql, _) = self.nested(|g| g.query(&inside, Some(&[kind])));
            return format!("{tested} {negated}IN ({sql})");
        }
        let sign = *self.rng.pick(&["=", "<>", "<", ">="]);
        format!("{tested} {sign} {}", self.scalar_subquery(scope, kind))
    }

    /// A subquery of at most one row: an aggregate over everything, or the first row of an order.
    pub(super) fn scalar_subquery(&mut self, scope: &Scope, kind: Kind) -> String {
        let inside = scope.inside();
        self.nested(|g| {
            let (from, columns) = g.from(&inside);
            let mut own = Scope {
                local: columns,
                outer: inside.outer.clone(),
                grouped: None,
            };
            let mut filter = String::new();
            if g.rng.chance(80) {
                filter = format!(" WHERE {}", g.condition(&own, 1));
            }
            if g.features.grouping && g.rng.chance(65) {
                own.grouped = Some(std::mem::take(&mut own.local));
                let item = g.expression(&own, kind, 0);
                // Without an aggregate in it, it would give as many rows as FROM.
                return format!("(SELECT {item} FROM {from}{filter} HAVING COUNT(*) >= 0)");
            }
            let item = g.expression(&own, kind, 1);
            let direction = *g.rng.pick(&["", " DESC"]);
            format!("(SELECT {item} FROM {from}{filter} ORDER BY 1{direction} LIMIT 1)")
        })
    }
}
