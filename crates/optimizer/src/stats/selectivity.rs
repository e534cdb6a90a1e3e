//! The fraction of rows for which a predicate is true.

use super::column::ColumnEstimate;
use super::derivation::{Derivation, Formula, Input};
use super::histogram::{
    Part, Range, common_total, common_where, histogram_fraction, like_parts, matches_like,
    min_max_fraction,
};
use plan::{Arena, Func, Scalar, ScalarId, text};
use types::{ColId, Value};

/// Fractions assumed where nothing better is known.
mod guess {
    /// A comparison with `<`, `<=`, `>` or `>=`.
    pub const RANGE: f64 = 1.0 / 3.0;
    /// A range open at neither end.
    pub const BETWEEN: f64 = 0.1;
    /// An equality of an expression that is no column.
    pub const EQUAL: f64 = 0.005;
    /// A pattern that starts with a wildcard.
    pub const PATTERN: f64 = 0.05;
    /// What each further part of a pattern with a prefix keeps.
    pub const PATTERN_PART: f64 = 0.3;
    /// Any other condition.
    pub const OTHER: f64 = 0.25;
}

/// Conditions nested deeper than this are guessed.
const MAX_DEPTH: usize = 40;

/// No predicate over columns is assumed to keep less than this: an estimate of nothing at all is seldom right.
const LEAST: f64 = 1e-9;

/// Estimates predicates over the rows of some input.
pub struct Estimator<'a> {
    /// Where the expressions are.
    pub arena: &'a Arena,
    /// The estimate of an input column; `None` for columns of an outer query.
    pub column: &'a dyn Fn(ColId) -> Option<ColumnEstimate>,
}

impl Estimator<'_> {
    /// Rows that a conjunction keeps. Range conditions on one column count as one range.
    pub fn filter(&self, rows: Input, predicates: &[ScalarId]) -> Derivation {
        let mut inputs = vec![rows];
        inputs.extend(self.conjunction(predicates));
        let mut of_rows = inputs[..1].to_vec();
        types::insertion_sort_by(&mut inputs[1..], |a, b| a.value.total_cmp(&b.value));
        of_rows.extend_from_slice(&inputs[1..]);
        let several = of_rows.len() > 2;
        let derivation = Derivation::new(Formula::FilterBackoff, of_rows);
        if several {
            derivation.assuming("predicates are partly independent (exponential backoff)")
        } else {
            derivation
        }
    }

    /// The selectivity of each conjunct, ranges on one column taken together.
    pub fn conjunction(&self, predicates: &[ScalarId]) -> Vec<Input> {
        let mut ranges: Vec<(ColId, Range, Vec<ScalarId>)> = Vec::new();
        let mut inputs = Vec::new();
        for &predicate in predicates {
            match self.range_of(predicate) {
                Some((col, range)) => match ranges.iter_mut().find(|(c, ..)| *c == col) {
                    Some((_, all, parts)) => {
                        if let Some((value, included)) = &range.low {
                            all.at_least(value, *included);
                        }
                        if let Some((value, included)) = &range.high {
                            all.at_most(value, *included);
                        }
                        parts.push(predicate);
                    }
                    None => ranges.push((col, range, vec![predicate])),
                },
                None => inputs.push(Input::derived(
                    format!("s({})", text::scalar(self.arena, predicate)),
                    self.predicate(predicate),
                )),
            }
        }
        for (col, range, parts) in ranges {
            inputs.push(Input::derived(
                format!("s({})", text::conjunction(self.arena, &parts)),
                self.range(col, &range),
            ));
        }
        inputs
    }

    /// The selectivity of one condition.
    pub fn predicate(&self, id: ScalarId) -> Derivation {
        self.nested(id, 0)
    }

    fn nested(&self, id: ScalarId, depth: usize) -> Derivation {
        if depth > MAX_DEPTH {
            return other("the condition is nested too deeply to estimate");
        }
        match self.arena.get(id) {
            Scalar::Literal(value, _) => Derivation::new(
                Formula::Constant,
                vec![Input::new(
                    "always",
                    if *value == Value::Bool(true) {
                        1.0
                    } else {
                        0.0
                    },
                    "literal",
                )],
            ),
            Scalar::Column(col) => self.equals(*col, &Value::Bool(true)),
            Scalar::Call(func, args) => self.call(id, *func, args, depth),
            _ => other("nothing is known of this condition"),
        }
    }

    fn call(&self, id: ScalarId, func: Func, args: &[ScalarId], depth: usize) -> Derivation {
        match func {
            Func::And => {
                let rows = Input::new("all", 1.0, "fraction of rows");
                self.filter(rows, args)
            }
            Func::Or => Derivation::new(
                Formula::Or,
                args.iter()
                    .map(|a| {
                        let name = format!("s({})", text::scalar(self.arena, *a));
                        Input::derived(name, self.nested(*a, depth + 1))
                    })
                    .collect(),
            )
            .assuming("the parts are independent"),
            Func::Not => self.negated(args[0], depth),
            Func::IsTrue => self.nested(args[0], depth + 1),
            Func::IsFalse => self.negated(args[0], depth),
            Func::IsNull => self.nulls(args[0], Formula::Nulls),
            Func::IsNotNull => self.nulls(args[0], Formula::NotNulls),
            Func::Eq | Func::IsNotDistinctFrom => self.equality(args[0], args[1]),
            Func::Ne | Func::IsDistinctFrom => {
                let equal = self.equality(args[0], args[1]);
                self.complement(equal, args[0])
            }
            Func::Lt | Func::Le | Func::Gt | Func::Ge | Func::Between => match self.range_of(id) {
                Some((col, range)) => self.range(col, &range),
                None if func == Func::Between => guessed(guess::BETWEEN, "a range keeps a tenth"),
                None => guessed(guess::RANGE, "a comparison keeps a third"),
            },
            Func::In => {
                let nulls = Input::new("nulls", self.null_fraction(args[0]), "of the column");
                let mut inputs = vec![nulls];
                inputs.extend(args[1..].iter().map(|a| {
                    let name = format!("s(= {})", text::scalar(self.arena, *a));
                    Input::derived(name, self.equality(args[0], *a))
                }));
                Derivation::new(Formula::InSum, inputs)
            }
            Func::Like | Func::ILike => self.pattern(func, args),
            _ => other("nothing is known of this condition"),
        }
    }

    fn null_fraction(&self, id: ScalarId) -> f64 {
        self.arena
            .as_column(id)
            .and_then(|col| (self.column)(col))
            .map_or(0.0, |c| c.nulls)
    }

    fn nulls(&self, id: ScalarId, formula: Formula) -> Derivation {
        let (nulls, source) = match self.arena.as_column(id).and_then(|col| (self.column)(col)) {
            Some(c) => (c.nulls, c.source.text()),
            None => (0.01, "guess for an expression".into()),
        };
        Derivation::new(formula, vec![Input::new("nulls", nulls, source)])
    }

    fn negated(&self, id: ScalarId, depth: usize) -> Derivation {
        let inner = self.nested(id, depth + 1);
        let of = match self.arena.get(id) {
            Scalar::Call(_, args) => args.first().copied().unwrap_or(id),
            _ => id,
        };
        self.complement(inner, of)
    }

    fn complement(&self, of: Derivation, column: ScalarId) -> Derivation {
        let nulls = Input::new("nulls", self.null_fraction(column), "of the column");
        Derivation::new(Formula::Not, vec![Input::derived("s", of), nulls])
    }

    fn equality(&self, a: ScalarId, b: ScalarId) -> Derivation {
        match (self.arena.as_column(a), self.arena.as_column(b)) {
            (Some(a), Some(b)) => self.columns_equal(a, b),
            (Some(col), None) => self.column_is(col, b),
            (None, Some(col)) => self.column_is(col, a),
            (None, None) => guessed(guess::EQUAL, "an expression has 200 values"),
        }
    }

    fn column_is(&self, col: ColId, other: ScalarId) -> Derivation {
        match self.arena.as_literal(other) {
            Some(Value::Null) => Derivation::new(
                Formula::Constant,
                vec![Input::new("always", 0.0, "nothing equals NULL")],
            ),
            Some(value) => self.equals(col, &value.clone()),
            None => self.some_value(col),
        }
    }

    /// The column equals a value that is not known while planning.
    fn some_value(&self, col: ColId) -> Derivation {
        let Some(c) = (self.column)(col) else {
            return guessed(guess::EQUAL, "an expression has 200 values");
        };
        Derivation::new(
            Formula::EqNdv,
            vec![
                Input::new("nulls", c.nulls, c.source.text()),
                Input::new(
                    format!("ndv({})", text::column(self.arena, col)),
                    c.distinct,
                    c.source.text(),
                ),
            ],
        )
        .assuming("every value is as frequent as the others")
    }

    fn columns_equal(&self, a: ColId, b: ColId) -> Derivation {
        match ((self.column)(a), (self.column)(b)) {
            (Some(x), Some(y)) => {
                let ndv = |col: ColId, c: &ColumnEstimate| {
                    let name = format!("ndv({})", text::column(self.arena, col));
                    Input::new(name, c.domain, c.source.text())
                };
                let nulls = |col: ColId, c: &ColumnEstimate| {
                    let name = format!("nulls({})", text::column(self.arena, col));
                    Input::new(name, c.nulls, c.source.text())
                };
                Derivation::new(
                    Formula::JoinEq,
                    vec![nulls(a, &x), nulls(b, &y), ndv(a, &x), ndv(b, &y)],
                )
                .assuming("the values of one column are among those of the other (containment)")
            }
            (Some(_), None) => self.some_value(a),
            (None, Some(_)) => self.some_value(b),
            (None, None) => guessed(guess::EQUAL, "an expression has 200 values"),
        }
    }

    fn equals(&self, col: ColId, value: &Value) -> Derivation {
        let Some(c) = (self.column)(col) else {
            return guessed(guess::EQUAL, "an expression has 200 values");
        };
        let Some(stats) = c.stats() else {
            return self.some_value(col);
        };
        let name = text::column(self.arena, col);
        let is = |v: &Value| v.compare(value) == Some(std::cmp::Ordering::Equal);
        if let Some((_, fraction)) = stats.most_common.iter().find(|(v, _)| is(v)) {
            let input = Input::new(format!("mcv({name})"), *fraction, c.source.text());
            return Derivation::new(Formula::EqMcv, vec![input]);
        }
        if stats.most_common.is_empty() {
            return self.some_value(col);
        }
        let total = common_total(stats);
        Derivation::new(
            Formula::EqRest,
            vec![
                Input::new("nulls", c.nulls, c.source.text()),
                Input::new("Σ mcv", total, c.source.text()),
                Input::new(format!("ndv({name})"), stats.distinct, c.source.text()),
                Input::new("#mcv", stats.most_common.len() as f64, c.source.text()),
            ],
        )
        .assuming("values that are not among the most common share the rest evenly")
    }

    /// The range that a comparison of a column with literals asks for.
    pub fn range_of(&self, id: ScalarId) -> Option<(ColId, Range)> {
        let Scalar::Call(func, args) = self.arena.get(id) else {
            return None;
        };
        let mut range = Range::default();
        if *func == Func::Between {
            let col = self.arena.as_column(args[0])?;
            range.at_least(self.known(args[1])?, true);
            range.at_most(self.known(args[2])?, true);
            return Some((col, range));
        }
        let (func, col, value) = match (
            self.arena.as_column(args[0]),
            args.get(1).and_then(|b| self.arena.as_column(*b)),
        ) {
            (Some(col), None) => (*func, col, self.known(*args.get(1)?)?),
            (None, Some(col)) => (func.commuted()?, col, self.known(args[0])?),
            _ => return None,
        };
        match func {
            Func::Lt => range.at_most(value, false),
            Func::Le => range.at_most(value, true),
            Func::Gt => range.at_least(value, false),
            Func::Ge => range.at_least(value, true),
            _ => return None,
        }
        Some((col, range))
    }

    fn known(&self, id: ScalarId) -> Option<&Value> {
        self.arena.as_literal(id).filter(|v| !v.is_null())
    }

    fn range(&self, col: ColId, range: &Range) -> Derivation {
        let name = text::column(self.arena, col);
        let guess = if range.low.is_some() && range.high.is_some() {
            guessed(guess::BETWEEN, "a range keeps a tenth")
        } else {
            guessed(guess::RANGE, "a comparison keeps a third")
        };
        let Some(c) = (self.column)(col) else {
            return guess;
        };
        let Some(stats) = c.stats() else {
            return guess;
        };
        let source = c.source.text();
        let total = common_total(stats);
        let common = common_where(stats, |v| range.contains(v));
        let rest = 1.0 - c.nulls - total;
        let fraction = histogram_fraction(stats, range).or((rest <= 1e-6).then_some(0.0));
        match fraction {
            Some(fraction) => Derivation::new(
                Formula::RangeHistogram,
                vec![
                    Input::new(format!("Σ mcv({name}) in range"), common, source.clone()),
                    Input::new("nulls", c.nulls, source.clone()),
                    Input::new("Σ mcv", total, source.clone()),
                    Input::new("histogram fraction", fraction.max(LEAST), source),
                ],
            )
            .assuming("values lie evenly inside a histogram bucket"),
            None => match min_max_fraction(stats, range) {
                Some(share) => Derivation::new(
                    Formula::RangeMinMax,
                    vec![
                        Input::new("nulls", c.nulls, source.clone()),
                        Input::new(format!("share of [min, max] of {name}"), share, source),
                    ],
                )
                .assuming("values lie evenly between least and greatest"),
                None => guess,
            },
        }
    }

    fn pattern(&self, func: Func, args: &[ScalarId]) -> Derivation {
        let Some(Value::Text(pattern)) = args.get(1).and_then(|p| self.arena.as_literal(*p)) else {
            return guessed(guess::PATTERN, "a pattern keeps a twentieth");
        };
        let parts = like_parts(pattern);
        let prefix: String = parts
            .iter()
            .map_while(|p| match p {
                Part::Char(c) => Some(*c),
                _ => None,
            })
            .collect();
        let column = self.arena.as_column(args[0]);
        let stats = column.and_then(|col| (self.column)(col));
        if let (Func::Like, Some(col)) = (func, column)
            && prefix.chars().count() == parts.len()
        {
            return self.equals(col, &Value::text(&prefix));
        }
        if let (Func::Like, Some(c)) = (func, &stats)
            && let Some(known) = c.stats()
            && (common_total(known) + c.nulls > 0.999 || known.histogram.len() >= 20)
        {
            let matching = |v: &Value| v.as_str().is_some_and(|t| matches_like(t, pattern));
            let sample = known.histogram.len().max(1) as f64;
            let hits = known.histogram.iter().filter(|v| matching(v)).count() as f64;
            let source = c.source.text();
            return Derivation::new(
                Formula::Sample,
                vec![
                    Input::new(
                        "Σ mcv matching",
                        common_where(known, matching),
                        source.clone(),
                    ),
                    Input::new("nulls", c.nulls, source.clone()),
                    Input::new("Σ mcv", common_total(known), source.clone()),
                    Input::new(
                        "matching share of bounds",
                        (hits / sample).max(0.2 / sample),
                        source,
                    ),
                ],
            )
            .assuming("the histogram's bounds are a fair sample");
        }
        if prefix.is_empty() || func == Func::ILike {
            return guessed(guess::PATTERN, "a pattern keeps a twentieth");
        }
        let further = parts
            .iter()
            .skip(prefix.chars().count() + 1)
            .any(|p| *p != Part::Any);
        match column {
            Some(col) => {
                let mut range = Range::default();
                range.at_least(&Value::text(&prefix), true);
                range.at_most(&Value::text(format!("{prefix}\u{10FFFF}")), true);
                let of_prefix = Input::derived("s(prefix)", self.range(col, &range));
                let rest = if further { guess::PATTERN_PART } else { 1.0 };
                let all = Input::new("further parts", rest, "guess");
                Derivation::new(Formula::FilterBackoff, vec![all, of_prefix])
                    .assuming("a further part of a pattern keeps three tenths")
            }
            None => guessed(guess::PATTERN, "a pattern keeps a twentieth"),
        }
    }
}

fn guessed(value: f64, why: &'static str) -> Derivation {
    Derivation::new(
        Formula::Guess,
        vec![Input::new("guess", value, "no statistics apply")],
    )
    .assuming(why)
}

fn other(why: &'static str) -> Derivation {
    guessed(guess::OTHER, why)
}
