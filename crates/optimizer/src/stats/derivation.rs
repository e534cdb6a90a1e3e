//! Derivations: every estimate names its formula, its inputs and what it assumes.

/// The arithmetic of an estimate. [`Formula::evaluate`] is what the estimator computes with, so a derivation shown is
/// the derivation that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Formula {
    /// The exact count of a table or of written-out rows: the input.
    Count,
    /// Rows of the input unchanged.
    Same,
    /// One row.
    OneRow,
    /// No row.
    NoRow,
    /// Rows times selectivities, each further one weakened: exponents 1, 1/2, 1/4, 1/8, none.
    FilterBackoff,
    /// `|L| * |R| *` selectivities.
    Join,
    /// The same, at least `|L|`: a left join.
    LeftJoin,
    /// The same, with unmatched rows of both sides: a full join.
    FullJoin,
    /// `|L| *` fraction with a match.
    SemiJoin,
    /// `|L| * (1 -` fraction with a match`)`.
    AntiJoin,
    /// `min(1, ndv_r / ndv_l) * (1 - (1 - s)^(|R| / ndv_r))`: containment, then a chance for each row found.
    MatchFraction,
    /// `1 - exp(-|R| * s)`: the chance that some right row matches.
    MatchChance,
    /// Groups: `D * (1 - (1 - 1/D)^rows)` with `D` the product of the distinct counts.
    GroupCount,
    /// `min(limit, rows - offset)`.
    Limit,
    /// The sum of the branches.
    Sum,
    /// The smaller of two.
    Least,
    /// The first less half of the smaller: rows of one branch that the other lacks.
    Except,
    /// Most-common-value fraction of a constant.
    EqMcv,
    /// `(1 - nulls - mcv) / (ndv - mcv count)`: a constant that is not among the most common.
    EqRest,
    /// `(1 - nulls) / ndv`.
    EqNdv,
    /// `(1 - nulls_l) * (1 - nulls_r) / max(ndv_l, ndv_r)`: containment of values.
    JoinEq,
    /// `1 / rows` of the side whose key all the compared columns are.
    JoinKey,
    /// Sum of most common values in range, plus the histogram's share of the others.
    RangeHistogram,
    /// The same with the share of histogram bounds that match, taken as a sample.
    Sample,
    /// `(1 - nulls) *` the part of `[min, max]` in range.
    RangeMinMax,
    /// A fixed guess.
    Guess,
    /// Sum of the parts, at most the fraction that is not NULL.
    InSum,
    /// `1 - product of (1 - s)`.
    Or,
    /// `1 - s - nulls`.
    Not,
    /// The NULL fraction.
    Nulls,
    /// One less the NULL fraction.
    NotNulls,
    /// A condition that is always true, or never.
    Constant,
}

impl Formula {
    /// The formula's id in traces.
    pub fn id(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Same => "same",
            Self::OneRow => "one_row",
            Self::NoRow => "no_row",
            Self::FilterBackoff => "and_backoff",
            Self::Join => "join",
            Self::LeftJoin => "left_join",
            Self::FullJoin => "full_join",
            Self::SemiJoin => "semi_join",
            Self::AntiJoin => "anti_join",
            Self::MatchFraction => "match_containment",
            Self::MatchChance => "match_chance",
            Self::GroupCount => "group_ndv",
            Self::Limit => "limit",
            Self::Sum => "sum",
            Self::Least => "least",
            Self::Except => "except",
            Self::EqMcv => "eq_mcv",
            Self::EqRest => "eq_rest",
            Self::EqNdv => "eq_ndv",
            Self::JoinEq => "join_eq",
            Self::JoinKey => "join_key",
            Self::RangeHistogram => "range_hist",
            Self::Sample => "sample",
            Self::RangeMinMax => "range_min_max",
            Self::Guess => "guess",
            Self::InSum => "in_sum",
            Self::Or => "or",
            Self::Not => "not",
            Self::Nulls => "nulls",
            Self::NotNulls => "not_nulls",
            Self::Constant => "constant",
        }
    }

    /// The formula written out over its inputs, in their order.
    pub fn text(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Same => "rows",
            Self::OneRow => "1",
            Self::NoRow => "0",
            Self::FilterBackoff => "rows · s₁ · s₂^½ · s₃^¼ · s₄^⅛",
            Self::Join => "|L| · |R| · s₁ · s₂ …",
            Self::LeftJoin => "max(|L|, |L| · |R| · s₁ …)",
            Self::FullJoin => "max(|L|, p) + max(|R|, p) − p with p = |L| · |R| · s₁ …",
            Self::SemiJoin => "|L| · m₁ · m₂ …",
            Self::AntiJoin => "|L| · (1 − m₁ · m₂ …)",
            Self::MatchFraction => "min(1, ndv(r) / ndv(l)) · (1 − (1 − s)^(|R| / ndv(r)))",
            Self::MatchChance => "1 − e^(−|R| · s)",
            Self::GroupCount => "D · (1 − (1 − 1/D)^rows) with D = ndv₁ · ndv₂ …",
            Self::Limit => "min(limit, rows − offset)",
            Self::Sum => "rows₁ + rows₂ …",
            Self::Least => "min(rows₁, rows₂)",
            Self::Except => "rows₁ − min(rows₁, rows₂) / 2",
            Self::EqMcv => "fraction of the value among the most common",
            Self::EqRest => "(1 − nulls − Σ mcv) / (ndv − #mcv)",
            Self::EqNdv => "(1 − nulls) / ndv",
            Self::JoinEq => "(1 − nulls(l)) · (1 − nulls(r)) / max(ndv(l), ndv(r))",
            Self::JoinKey => "1 / rows of the key's table",
            Self::RangeHistogram => "Σ mcv in range + (1 − nulls − Σ mcv) · histogram fraction",
            Self::Sample => {
                "Σ mcv matching + (1 − nulls − Σ mcv) · matching share of the histogram's bounds"
            }
            Self::RangeMinMax => "(1 − nulls) · share of [min, max]",
            Self::Guess => "a fixed guess",
            Self::InSum => "min(1 − nulls, s₁ + s₂ …)",
            Self::Or => "1 − (1 − s₁) · (1 − s₂) …",
            Self::Not => "1 − s − nulls",
            Self::Nulls => "nulls",
            Self::NotNulls => "1 − nulls",
            Self::Constant => "always or never true",
        }
    }

    /// The result for inputs in the formula's order. Finite and not negative for inputs that are.
    pub fn evaluate(self, inputs: &[f64]) -> f64 {
        let at = |i: usize| inputs.get(i).copied().unwrap_or(0.0);
        let product = |from: usize| inputs.iter().skip(from).product::<f64>();
        let sum = |from: usize| inputs.iter().skip(from).sum::<f64>();
        let value = match self {
            Self::Count | Self::Same | Self::Guess | Self::Nulls | Self::Constant | Self::EqMcv => {
                at(0)
            }
            Self::OneRow => 1.0,
            Self::NoRow => 0.0,
            Self::FilterBackoff => at(0) * backoff(&inputs[inputs.len().min(1)..]),
            Self::Join => product(0),
            Self::LeftJoin => at(0).max(product(0)),
            Self::FullJoin => {
                let pairs = product(0);
                at(0).max(pairs) + at(1).max(pairs) - pairs
            }
            Self::SemiJoin => product(0),
            Self::AntiJoin => at(0) * (1.0 - product(1)).max(0.0),
            Self::MatchFraction => {
                let (l, r, rows, s) = (at(0).max(1.0), at(1).max(1.0), at(2), at(3));
                (r / l).min(1.0) * some_of((rows / r).max(1.0), s)
            }
            Self::MatchChance => 1.0 - libm::exp(-at(0) * at(1)),
            Self::GroupCount => {
                let (rows, distinct) = (at(0), product(1));
                if inputs.len() < 2 {
                    return 1.0;
                }
                occupied(distinct, rows)
            }
            Self::Limit => (at(0) - at(2)).max(0.0).min(at(1)),
            Self::Sum => sum(0),
            Self::Least => at(0).min(at(1)),
            Self::Except => at(0) - at(0).min(at(1)) / 2.0,
            Self::EqRest => (1.0 - at(0) - at(1)).max(0.0) / (at(2) - at(3)).max(1.0),
            Self::EqNdv => (1.0 - at(0)) / at(1).max(1.0),
            Self::JoinEq => (1.0 - at(0)) * (1.0 - at(1)) / at(2).max(at(3)).max(1.0),
            Self::JoinKey => 1.0 / at(0).max(1.0),
            Self::RangeHistogram | Self::Sample => at(0) + (1.0 - at(1) - at(2)).max(0.0) * at(3),
            Self::RangeMinMax => (1.0 - at(0)) * at(1),
            Self::InSum => sum(1).min(1.0 - at(0)),
            Self::Or => 1.0 - inputs.iter().map(|s| 1.0 - s).product::<f64>(),
            Self::Not => 1.0 - at(0) - at(1),
            Self::NotNulls => 1.0 - at(0),
        };
        if value.is_finite() {
            value.max(0.0)
        } else {
            f64::MAX.sqrt()
        }
    }
}

/// The product of selectivities, each further one weakened because predicates seldom are independent: the most
/// selective counts in full, the next ones with exponents 1/2, 1/4 and 1/8, others not at all. A further predicate
/// never raises it.
pub fn backoff(selectivities: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = selectivities.iter().map(|s| s.clamp(0.0, 1.0)).collect();
    types::insertion_sort_by(&mut sorted, f64::total_cmp);
    sorted
        .iter()
        .take(4)
        .zip([1.0, 0.5, 0.25, 0.125])
        .map(|(s, exponent)| libm::pow(*s, exponent))
        .product()
}

/// The chance that some of `n` trials succeed, each with chance `s`.
fn some_of(n: f64, s: f64) -> f64 {
    if s >= 1.0 {
        return 1.0;
    }
    1.0 - libm::exp(n * libm::log1p(-s.max(0.0)))
}

/// Expected number of distinct values seen when `rows` rows draw from `distinct` values evenly (Cardenas).
pub fn occupied(distinct: f64, rows: f64) -> f64 {
    if distinct <= 1.0 {
        return distinct.min(rows.max(1.0)).max(0.0);
    }
    // For many values the exact form loses all digits, and nearly every row is a value of its own.
    let seen = if distinct > 1e12 {
        rows.min(distinct)
    } else {
        distinct * -libm::expm1(rows * libm::log1p(-1.0 / distinct))
    };
    seen.min(rows.max(1.0)).min(distinct)
}

/// A number that an estimate used.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it is: `rows of orders`, `ndv(o.custkey)`.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Where it comes from: `ANALYZE 1`, `G3`, a default, or the derivation in words.
    pub source: String,
    /// Its own derivation, when it was estimated too.
    pub from: Option<Box<Derivation>>,
}

/// How an estimate came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Derivation {
    /// The arithmetic.
    pub formula: Formula,
    /// Its inputs, in the formula's order.
    pub inputs: Vec<Input>,
    /// The result: [`Formula::evaluate`] of the inputs.
    pub result: f64,
    /// What was assumed, if anything.
    pub assumption: Option<&'static str>,
}

impl Input {
    /// A number with its source.
    pub fn new(name: impl Into<String>, value: f64, source: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value,
            source: source.into(),
            from: None,
        }
    }

    /// A number that was estimated itself.
    pub fn derived(name: impl Into<String>, from: Derivation) -> Self {
        Self {
            name: name.into(),
            value: from.result,
            source: from.summary(),
            from: Some(Box::new(from)),
        }
    }
}

impl Derivation {
    /// Evaluates the formula on the inputs.
    pub fn new(formula: Formula, inputs: Vec<Input>) -> Self {
        let values: Vec<f64> = inputs.iter().map(|i| i.value).collect();
        Self {
            formula,
            result: formula.evaluate(&values),
            inputs,
            assumption: None,
        }
    }

    /// The same with an assumption named.
    pub fn assuming(mut self, assumption: &'static str) -> Self {
        self.assumption = Some(assumption);
        self
    }

    /// Formula and inputs on one line.
    pub fn summary(&self) -> String {
        let inputs: Vec<String> = self
            .inputs
            .iter()
            .map(|i| format!("{} {} ({})", i.name, number(i.value), i.source))
            .collect();
        if inputs.is_empty() {
            self.formula.id().to_string()
        } else {
            format!("{}: {}", self.formula.id(), inputs.join(", "))
        }
    }
}

/// A number with at most four significant digits after the point that matter.
pub fn number(value: f64) -> String {
    if value == 0.0 || value.abs() >= 1000.0 {
        return format!("{value:.0}");
    }
    let digits = (3 - libm::log10(value.abs()).floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}
