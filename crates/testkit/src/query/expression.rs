//! Typed expressions, conditions and aggregates. Operands are parenthesised, so precedence never matters; divisors are
//! never 0 and numbers stay small, so nothing fails.

use super::Generator;
use super::scope::{Kind, Scope};
use crate::database::random_value;
use types::DataType;

impl Generator<'_> {
    /// A kind to make something of: mostly that of a column in scope.
    pub(super) fn kind(&mut self, scope: &Scope) -> Kind {
        let columns = match &scope.grouped {
            Some(grouped) if !grouped.is_empty() => grouped,
            _ if !scope.local.is_empty() => &scope.local,
            _ => &scope.outer,
        };
        if columns.is_empty() || self.rng.chance(10) {
            return *self.rng.pick(&Kind::CHOICES);
        }
        self.rng.pick(columns).kind
    }

    /// An expression of the kind; `depth` bounds its nesting.
    pub(super) fn expression(&mut self, scope: &Scope, kind: Kind, depth: u32) -> String {
        if scope.grouped.is_some() && self.rng.chance(45) && kind != Kind::Date {
            return self.aggregate(scope, kind);
        }
        if depth == 0 || self.rng.chance(55) {
            return self.leaf(scope, kind);
        }
        let operand = |g: &mut Self, kind| g.expression(scope, kind, depth - 1);
        match self.rng.below(8) {
            0 => {
                let condition = self.condition(scope, depth - 1);
                let (then, otherwise) = (operand(self, kind), operand(self, kind));
                match self.rng.chance(70) {
                    true => format!("CASE WHEN {condition} THEN {then} ELSE {otherwise} END"),
                    false => format!("CASE WHEN {condition} THEN {then} END"),
                }
            }
            1 => format!("COALESCE({}, {})", operand(self, kind), operand(self, kind)),
            2 => format!("NULLIF({}, {})", operand(self, kind), operand(self, kind)),
            3 if self.features.subqueries && self.features.depth > 0 => {
                self.scalar_subquery(scope, kind)
            }
            _ => self.operation(scope, kind, depth),
        }
    }

    /// A function or operator that is typical of the kind.
    fn operation(&mut self, scope: &Scope, kind: Kind, depth: u32) -> String {
        let choice = self.rng.below(6);
        let small = self.rng.between(1, 3);
        let a = self.expression(scope, kind, depth - 1);
        match (kind, choice) {
            (Kind::Int, 0) => format!("ABS({a})"),
            (Kind::Int, 1) => format!("({a} / {small})"),
            (Kind::Int, 2) => format!("({a} % {})", small + 1),
            (Kind::Int, 3) => {
                let text = self.expression(scope, Kind::Text, depth - 1);
                format!("LENGTH({text})")
            }
            (Kind::Int, 4) => format!("({a} * {small})"),
            (Kind::Decimal, 0) => format!("ROUND({a}, 1)"),
            (Kind::Decimal, 1) => {
                let int = self.leaf(scope, Kind::Int);
                format!("CAST({int} AS numeric(8,2))")
            }
            (Kind::Decimal | Kind::Float, 2) => format!("({a} * {small})"),
            (Kind::Float, 1) => {
                let int = self.leaf(scope, Kind::Int);
                format!("CAST({int} AS double precision)")
            }
            (Kind::Int | Kind::Decimal | Kind::Float, _) => {
                let b = self.expression(scope, kind, depth - 1);
                let sign = self.rng.pick(&["+", "-"]);
                format!("({a} {sign} {b})")
            }
            (Kind::Text, 0) => format!("UPPER({a})"),
            (Kind::Text, 1) => format!("SUBSTRING({a} FROM {small} FOR 1)"),
            (Kind::Text, 2) => {
                let int = self.leaf(scope, Kind::Int);
                format!("CAST({int} AS text)")
            }
            (Kind::Text, _) => {
                let b = self.leaf(scope, Kind::Text);
                format!("({a} || {b})")
            }
            (Kind::Date, 0 | 1) => format!("({a} + {small})"),
            (Kind::Date, 2) => format!("({a} - {small})"),
            (Kind::Date, _) => a,
            (Kind::Bool, _) => format!("({})", self.condition(scope, depth - 1)),
        }
    }

    /// A column when there is one, else a literal.
    fn leaf(&mut self, scope: &Scope, kind: Kind) -> String {
        if self.rng.chance(90)
            && let Some(column) = scope.column(self.rng, kind)
        {
            return column;
        }
        self.literal(kind)
    }

    /// A literal of the kind's small domain, sometimes NULL.
    pub(super) fn literal(&mut self, kind: Kind) -> String {
        if self.rng.chance(8) {
            return format!("CAST(NULL AS {})", kind.type_name());
        }
        let ty = match kind {
            Kind::Int => DataType::Int32,
            Kind::Decimal => DataType::decimal(6, 2),
            Kind::Float => DataType::Float64,
            Kind::Text => DataType::Text,
            Kind::Date => DataType::Date,
            Kind::Bool => DataType::Bool,
        };
        let literal = random_value(self.rng, ty).literal();
        match kind {
            Kind::Float => format!("CAST({literal} AS double precision)"),
            // A sign must not meet another one.
            _ if literal.starts_with('-') => format!("({literal})"),
            _ => literal,
        }
    }

    /// A condition: true, false or unknown.
    pub(super) fn condition(&mut self, scope: &Scope, depth: u32) -> String {
        if depth > 0 && self.rng.chance(35) {
            let a = self.condition(scope, depth - 1);
            return match self.rng.below(5) {
                0 | 1 => format!("({a} AND {})", self.condition(scope, depth - 1)),
                2 | 3 => format!("({a} OR {})", self.condition(scope, depth - 1)),
                _ => format!("NOT ({a})"),
            };
        }
        if self.features.subqueries && self.features.depth > 0 && self.rng.chance(25) {
            return self.subquery_condition(scope);
        }
        self.comparison(scope, depth)
    }

    fn comparison(&mut self, scope: &Scope, depth: u32) -> String {
        let kind = self.kind(scope);
        let inner = depth.min(1);
        // Mostly a column against something: constants against constants test little.
        let a = match scope.column(self.rng, kind) {
            Some(column) if scope.grouped.is_none() && self.rng.chance(60) => column,
            _ => self.expression(scope, kind, inner),
        };
        let negated = if self.rng.chance(30) { "NOT " } else { "" };
        match self.rng.below(10) {
            0 => format!("{a} IS {negated}NULL"),
            1 => {
                let bounds = [(); 2].map(|()| self.leaf(scope, kind));
                format!("{a} {negated}BETWEEN {} AND {}", bounds[0], bounds[1])
            }
            2 => {
                let items: Vec<String> = (0..self.rng.between(1, 3))
                    .map(|_| self.literal(kind))
                    .collect();
                format!("{a} {negated}IN ({})", items.join(", "))
            }
            3 if kind == Kind::Text => {
                let pattern = *self.rng.pick(&["a%", "%b", "_", "%", "a_", ""]);
                format!("{a} {negated}LIKE '{pattern}'")
            }
            4 => {
                let b = self.expression(scope, kind, inner);
                format!("{a} IS {negated}DISTINCT FROM {b}")
            }
            5 if kind == Kind::Bool => format!("{negated}{a}"),
            _ => {
                let b = match self.rng.chance(35) {
                    true => self.literal(kind),
                    false => self.expression(scope, kind, inner),
                };
                let sign = self.rng.pick(&["=", "=", "<>", "<>", "<", "<=", ">", ">="]);
                format!("{a} {sign} {b}")
            }
        }
    }

    /// An aggregate of the kind over the columns behind the grouping. Its argument has a column of this query, which
    /// makes the aggregate this query's own.
    fn aggregate(&mut self, scope: &Scope, kind: Kind) -> String {
        let columns = scope.grouped.clone().unwrap_or_default();
        let inner = Scope {
            local: columns,
            ..Scope::default()
        };
        let column = |g: &mut Self, kind| inner.column(g.rng, kind);
        let distinct = if self.rng.chance(20) { "DISTINCT " } else { "" };
        let call = match kind {
            Kind::Int => match (self.rng.below(5), column(self, Kind::Int)) {
                (0, Some(int)) => format!("SUM({distinct}{int})"),
                (1, Some(int)) => format!("MIN({int})"),
                (2, Some(int)) => format!("MAX({int} + 1)"),
                (3, _) => {
                    let any = *self.rng.pick(&Kind::CHOICES);
                    match column(self, any) {
                        Some(any) => format!("COUNT({distinct}{any})"),
                        None => "COUNT(*)".into(),
                    }
                }
                _ => "COUNT(*)".into(),
            },
            Kind::Decimal => {
                match (
                    self.rng.below(3),
                    column(self, Kind::Int),
                    column(self, Kind::Decimal),
                ) {
                    (0, Some(int), _) => format!("AVG({distinct}{int})"),
                    (1, _, Some(decimal)) => format!("SUM({distinct}{decimal})"),
                    (_, _, Some(decimal)) => format!("MAX({decimal})"),
                    _ => return self.literal(kind),
                }
            }
            Kind::Float => match column(self, Kind::Float) {
                Some(float) => {
                    let name = self.rng.pick(&["SUM", "AVG", "MIN", "MAX"]);
                    format!("{name}({float})")
                }
                None => return self.literal(kind),
            },
            Kind::Text | Kind::Date => match column(self, kind) {
                Some(column) => format!("{}({column})", self.rng.pick(&["MIN", "MAX"])),
                None => return self.literal(kind),
            },
            Kind::Bool => match column(self, Kind::Bool) {
                Some(bool) => format!("{}({bool})", self.rng.pick(&["BOOL_AND", "BOOL_OR"])),
                None => return self.literal(kind),
            },
        };
        if self.rng.chance(12) {
            let depth = std::mem::take(&mut self.features.depth);
            let filter = self.condition(&inner, 0);
            self.features.depth = depth;
            return format!("{call} FILTER (WHERE {filter})");
        }
        call
    }
}
