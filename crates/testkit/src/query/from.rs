//! FROM: tables, WITH queries and derived tables, joined by commas and JOINs.

use super::Generator;
use super::scope::{Column, Kind, Scope};

impl Generator<'_> {
    /// A FROM list and the columns it makes.
    pub(super) fn from(&mut self, scope: &Scope) -> (String, Vec<Column>) {
        let relations = 1 + self.rng.below(self.features.relations);
        let (mut text, mut columns) = self.relation(scope);
        // The columns that a JOIN's condition may use: those of its own list item.
        let mut joined = columns.clone();
        for _ in 1..relations {
            let (right, right_columns) = self.relation(scope);
            if self.rng.chance(25) {
                text = format!("{text}, {right}");
                joined = right_columns.clone();
            } else {
                text = self.join(scope, text, &joined, &right, &right_columns);
                joined.extend(right_columns.iter().cloned());
            }
            columns.extend(right_columns);
        }
        (text, columns)
    }

    fn join(
        &mut self,
        scope: &Scope,
        left: String,
        left_columns: &[Column],
        right: &str,
        right_columns: &[Column],
    ) -> String {
        let kinds: &[&str] = match self.features.outer_joins {
            true => &[
                "JOIN",
                "JOIN",
                "LEFT JOIN",
                "LEFT JOIN",
                "RIGHT JOIN",
                "FULL JOIN",
                "CROSS JOIN",
            ],
            false => &["JOIN", "JOIN", "JOIN", "CROSS JOIN"],
        };
        let kind = *self.rng.pick(kinds);
        if kind == "CROSS JOIN" {
            return format!("{left} CROSS JOIN {right}");
        }
        let mut both: Vec<Column> = left_columns.to_vec();
        both.extend(right_columns.iter().cloned());
        let own = Scope {
            local: both,
            ..Scope::default()
        };
        let Some(equality) = self.equality(left_columns, right_columns) else {
            return match kind {
                // PostgreSQL runs a full join only with an equality.
                "FULL JOIN" => format!("{left} CROSS JOIN {right}"),
                _ => format!("{left} {kind} {right} ON {}", self.condition(&own, 1)),
            };
        };
        let condition = match self.rng.below(10) {
            0..5 => equality,
            5..8 => {
                // A subquery here may refer to the queries around this one, too.
                let own = Scope {
                    outer: scope.outer.clone(),
                    ..own
                };
                let depth = if kind == "FULL JOIN" {
                    std::mem::take(&mut self.features.depth)
                } else {
                    self.features.depth
                };
                let own = if kind == "FULL JOIN" {
                    Scope {
                        outer: Vec::new(),
                        ..own
                    }
                } else {
                    own
                };
                let more = self.condition(&own, 1);
                self.features.depth = depth;
                format!("{equality} AND {more}")
            }
            _ if kind == "FULL JOIN" => equality,
            8 => self.condition(&own, 1),
            _ => match (
                left_columns,
                self.common_name(&left, left_columns, right_columns),
            ) {
                (_, Some(name)) => return format!("{left} {kind} {right} USING ({name})"),
                _ => equality,
            },
        };
        format!("{left} {kind} {right} ON {condition}")
    }

    /// A column name that both sides have once, with the same kind; the left side is a single relation.
    fn common_name(
        &mut self,
        left: &str,
        left_columns: &[Column],
        right_columns: &[Column],
    ) -> Option<String> {
        if left.contains("JOIN") || left.contains(',') {
            return None;
        }
        let name = |c: &Column| c.text.rsplit('.').next().unwrap_or_default().to_string();
        let shared: Vec<String> = left_columns
            .iter()
            .filter(|l| {
                right_columns
                    .iter()
                    .any(|r| r.kind == l.kind && name(r) == name(l))
            })
            .map(name)
            .collect();
        (!shared.is_empty()).then(|| self.rng.pick(&shared).clone())
    }

    /// `left = right` over columns of one kind.
    fn equality(&mut self, left: &[Column], right: &[Column]) -> Option<String> {
        let pairs: Vec<(&Column, &Column)> = left
            .iter()
            .flat_map(|l| right.iter().map(move |r| (l, r)))
            .filter(|(l, r)| l.kind == r.kind && l.kind != Kind::Bool)
            .collect();
        if pairs.is_empty() {
            return None;
        }
        let (l, r) = *self.rng.pick(&pairs);
        Some(format!("{} = {}", l.text, r.text))
    }

    /// One relation under an alias of its own.
    fn relation(&mut self, scope: &Scope) -> (String, Vec<Column>) {
        if !self.ctes.is_empty() && self.rng.chance(40) {
            let (name, columns) = self.rng.pick(&self.ctes).clone();
            let alias = self.name("w");
            return (format!("{name} AS {alias}"), renamed(&alias, &columns));
        }
        if self.features.derived_tables && self.features.depth > 0 && self.rng.chance(15) {
            let alias = self.name("d");
            // A derived table sees the queries around this one, not its neighbours in FROM.
            let outer = Scope {
                outer: scope.outer.clone(),
                ..Scope::default()
            };
            let (sql, columns) = self.nested(|g| g.query(&outer, None));
            return (format!("({sql}) AS {alias}"), renamed(&alias, &columns));
        }
        let tables: Vec<&plan::TableInfo> = self.database.infos().collect();
        let table = *self.rng.pick(&tables);
        let alias = self.name("a");
        let columns = table.columns.iter().map(|c| Column {
            text: format!("{alias}.{}", c.name),
            kind: Kind::of(c.ty),
        });
        let columns = columns.collect();
        (format!("{} AS {alias}", table.name), columns)
    }
}

/// Columns under another alias.
fn renamed(alias: &str, columns: &[Column]) -> Vec<Column> {
    columns
        .iter()
        .map(|c| Column {
            text: format!("{alias}.{}", c.text),
            kind: c.kind,
        })
        .collect()
}
