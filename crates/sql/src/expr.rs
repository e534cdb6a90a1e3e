//! Scalar expressions: names, literals, and what leads to the other parts of expressions.
//!
//! The parser's trees lean to the left along chains; they are walked with a list of pending nodes, so that the depth of
//! recursion is that of parentheses alone.

use crate::SqlError;
use crate::binder::{Binder, Clause, folded};
use crate::scope::{Scope, ScopeTable};
use plan::{Func, ScalarId};
use sqlparser::ast::{BinaryOperator, Expr, Ident, UnaryOperator};
use types::{DataType, Span, Value};

impl<'q> Binder<'_, 'q> {
    /// Binds an expression of a clause.
    pub fn expr(&mut self, expr: &'q Expr, clause: &mut Clause) -> Result<ScalarId, SqlError> {
        let mut pending: Vec<&'q Expr> = Vec::new();
        let mut node = expr;
        while let Some(left) = left_operand(node) {
            if !matches!(node, Expr::Nested(_)) {
                pending.push(node);
            }
            node = left;
        }
        let mut bound = self.leaf(node, clause)?;
        self.note(bound, node);
        while let Some(node) = pending.pop() {
            bound = self.apply(node, bound, clause)?;
            self.note(bound, node);
        }
        Ok(bound)
    }

    /// Remembers where an expression came from.
    fn note(&mut self, bound: ScalarId, expr: &'q Expr) {
        if !self.spans.scalars.contains_key(&bound) {
            let at = self.at(self.source.expr(expr));
            self.spans.scalars.insert(bound, at);
        }
    }

    /// Binds an expression that must be boolean; `context` names it in the error.
    pub fn condition(
        &mut self,
        expr: &'q Expr,
        clause: &mut Clause,
        context: &str,
    ) -> Result<ScalarId, SqlError> {
        let bound = self.expr(expr, clause)?;
        self.boolean(bound, context, self.source.expr(expr))
    }

    /// The expression as a boolean; quoted literals and NULL are read as one.
    pub fn boolean(
        &mut self,
        expr: ScalarId,
        context: &str,
        at: Span,
    ) -> Result<ScalarId, SqlError> {
        match self.arena.ty(expr) {
            DataType::Bool => Ok(expr),
            DataType::Unknown => self.coerce(expr, DataType::Bool, at),
            ty => Err(SqlError::TypeMismatch {
                message: format!(
                    "argument of {context} must be type boolean, not type {}",
                    crate::data_type::short_name(ty)
                ),
                hint: ty
                    .is_integer()
                    .then(|| "Compare the number: … <> 0.".to_string()),
                at: self.at(at),
            }),
        }
    }

    /// Binds the node around a left operand that is bound already.
    fn apply(
        &mut self,
        node: &'q Expr,
        left: ScalarId,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        match node {
            Expr::BinaryOp { left: l, op, right } => {
                self.no_chain(l, op)?;
                let right_id = self.expr(right, clause)?;
                let left = (left, self.source.expr(l));
                let right = (right_id, self.source.expr(right));
                self.binary(op, left, right)
            }
            Expr::Cast {
                expr,
                data_type,
                kind,
                format,
            } => {
                let at = self.source.expr(node);
                if format.is_some()
                    || matches!(
                        kind,
                        sqlparser::ast::CastKind::TryCast | sqlparser::ast::CastKind::SafeCast
                    )
                {
                    return self.unsupported("this form of CAST", at);
                }
                let type_at = match kind {
                    sqlparser::ast::CastKind::DoubleColon => self.source.token_after(at.end, 1),
                    _ => None,
                };
                let ty = self.data_type(data_type, type_at.unwrap_or(at))?;
                let bare = crate::data_type::is_bare_numeric(data_type);
                self.explicit_cast(left, ty, bare, self.source.expr(expr))
            }
            Expr::IsDistinctFrom(l, r) | Expr::IsNotDistinctFrom(l, r) => {
                let right = self.expr(r, clause)?;
                let func = if matches!(node, Expr::IsDistinctFrom(..)) {
                    Func::IsDistinctFrom
                } else {
                    Func::IsNotDistinctFrom
                };
                let (l, r) = (self.source.expr(l), self.source.expr(r));
                self.comparison(func, (left, l), (right, r), l.union(r))
            }
            Expr::Collate { expr, .. } => {
                self.unsupported("COLLATE (text compares by bytes)", self.source.expr(expr))
            }
            _ => self.predicate(node, left, clause),
        }
    }

    /// Comparisons do not chain: `a < b < c` is no expression.
    fn no_chain(&self, left: &'q Expr, op: &BinaryOperator) -> Result<(), SqlError> {
        let compares = |op| crate::operator::comparison_named(op).is_some();
        match left {
            Expr::BinaryOp { op: inner, .. } if compares(inner) && compares(op) => {
                let left = self.source.expr(left);
                let at = self.source.token_after(left.end, 0).unwrap_or(left);
                Err(SqlError::Syntax {
                    near: Some(op.to_string()),
                    expected: Some("parentheses around one of the comparisons".into()),
                    at: self.at(at),
                })
            }
            _ => Ok(()),
        }
    }

    /// Binds an expression without a left operand.
    fn leaf(&mut self, expr: &'q Expr, clause: &mut Clause) -> Result<ScalarId, SqlError> {
        match expr {
            Expr::Identifier(ident) => self.column(ident, clause),
            Expr::CompoundIdentifier(parts) => self.qualified_column(parts, clause),
            Expr::Value(value) => self.literal(&value.value, self.source.expr(expr)),
            Expr::TypedString(typed) => self.typed_string(typed, self.source.expr(expr)),
            Expr::Interval(interval) => self.interval(interval, self.source.expr(expr)),
            Expr::BinaryOp {
                op: op @ (BinaryOperator::And | BinaryOperator::Or),
                ..
            } => self.logical_chain(expr, op, clause),
            Expr::BinaryOp { left, op, right } => self.row_comparison(left, op, right, clause),
            Expr::UnaryOp { op, expr: inner } => self.unary(op, inner, expr, clause),
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                let at = self.source.expr(expr);
                self.case(
                    operand.as_deref(),
                    conditions,
                    else_result.as_deref(),
                    at,
                    clause,
                )
            }
            Expr::Function(function) => self.function(function, self.source.expr(expr), clause),
            Expr::Subquery(query) => self.scalar_subquery(query, clause),
            Expr::Exists { subquery, negated } => self.exists(subquery, *negated, clause),
            Expr::Extract { .. }
            | Expr::Ceil { .. }
            | Expr::Floor { .. }
            | Expr::Position { .. }
            | Expr::Substring { .. }
            | Expr::Trim { .. } => self.special_function(expr, clause),
            Expr::InList { .. } | Expr::InSubquery { .. } => self.row_in(expr, clause),
            Expr::IsNull(row) => self.row_null_test(Func::IsNull, row, clause),
            Expr::IsNotNull(row) => self.row_null_test(Func::IsNotNull, row, clause),
            Expr::Tuple(_) => self.unsupported("a row value here", self.source.expr(expr)),
            _ => self.unsupported("this expression", self.source.expr(expr)),
        }
    }

    /// `a AND b AND c` and `a OR b OR c` of any length, as one call.
    fn logical_chain(
        &mut self,
        expr: &'q Expr,
        op: &BinaryOperator,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let (func, name) = if *op == BinaryOperator::And {
            (Func::And, "AND")
        } else {
            (Func::Or, "OR")
        };
        let mut operands: Vec<&'q Expr> = Vec::new();
        let mut node = expr;
        loop {
            match node {
                Expr::BinaryOp {
                    left,
                    op: same,
                    right,
                } if same == op => {
                    operands.push(right);
                    node = left;
                }
                _ => break,
            }
        }
        operands.push(node);
        let mut args = Vec::with_capacity(operands.len());
        for operand in operands.into_iter().rev() {
            let bound = self.condition(operand, clause, name)?;
            match self.arena.get(bound) {
                plan::Scalar::Call(inner, inner_args) if *inner == func => {
                    args.extend(inner_args.clone());
                }
                _ => args.push(bound),
            }
        }
        Ok(self.arena.call(func, args))
    }

    fn unary(
        &mut self,
        op: &UnaryOperator,
        operand: &'q Expr,
        whole: &'q Expr,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        if *op == UnaryOperator::Not {
            let operand = self.condition(operand, clause, "NOT")?;
            return Ok(self.arena.call(Func::Not, vec![operand]));
        }
        // A sign binds tighter than ^, which the parser reads the other way round.
        if let Expr::BinaryOp {
            left,
            op: power @ BinaryOperator::PGExp,
            right,
        } = operand
        {
            let base_at = self.source.expr(whole);
            let base = self.unary(op, left, whole, clause)?;
            let exponent = self.expr(right, clause)?;
            return self.binary(power, (base, base_at), (exponent, self.source.expr(right)));
        }
        let bound = self.expr(operand, clause)?;
        let at = self.source.expr(whole);
        // A signed number is one literal: the least integer and the least bigint are of their types.
        if let (UnaryOperator::Minus, Expr::Value(_)) = (op, operand)
            && let Some(least) = self.least_integer(bound)
        {
            return Ok(self.arena.lit(least));
        }
        self.signed(op, bound, at)
    }

    /// The integer or bigint whose magnitude only fits the next larger type, when the literal is that magnitude.
    fn least_integer(&self, literal: ScalarId) -> Option<Value> {
        match self.arena.as_literal(literal)? {
            Value::Int64(v) if *v == -i64::from(i32::MIN) => Some(Value::Int32(i32::MIN)),
            Value::Decimal(d) if d.scale == 0 && d.unscaled == -i128::from(i64::MIN) => {
                Some(Value::Int64(i64::MIN))
            }
            _ => None,
        }
    }

    fn case(
        &mut self,
        operand: Option<&'q Expr>,
        conditions: &'q [sqlparser::ast::CaseWhen],
        otherwise: Option<&'q Expr>,
        at: Span,
        clause: &mut Clause,
    ) -> Result<ScalarId, SqlError> {
        let operand = match operand {
            Some(operand) => Some((self.expr(operand, clause)?, self.source.expr(operand))),
            None => None,
        };
        if let (Some((id, at)), [_, _, ..]) = (operand, conditions) {
            self.small(&[id], at)?;
        }
        let mut tests = Vec::with_capacity(conditions.len());
        let mut results = Vec::with_capacity(conditions.len() + 1);
        for when in conditions {
            tests.push(match operand {
                None => self.condition(&when.condition, clause, "CASE/WHEN")?,
                Some(operand) => {
                    let at = self.source.expr(&when.condition);
                    let value = self.expr(&when.condition, clause)?;
                    self.comparison(Func::Eq, operand, (value, at), operand.1.union(at))?
                }
            });
            let result = self.expr(&when.result, clause)?;
            results.push((result, self.source.expr(&when.result)));
        }
        results.push(match otherwise {
            Some(otherwise) => (self.expr(otherwise, clause)?, self.source.expr(otherwise)),
            None => (self.arena.null(DataType::Unknown), at),
        });
        self.unify(&mut results, "CASE", true)?;
        let otherwise = results.pop().map(|(id, _)| id);
        let branches = tests
            .into_iter()
            .zip(results.into_iter().map(|(id, _)| id))
            .collect();
        let null = self.arena.null(DataType::Unknown);
        Ok(self.arena.scalar(plan::Scalar::Case {
            branches,
            otherwise: otherwise.unwrap_or(null),
        }))
    }

    /// A column without qualifier: of this query, else of the nearest enclosing one that has it.
    fn column(&mut self, ident: &'q Ident, clause: &Clause) -> Result<ScalarId, SqlError> {
        let name = self.name(ident)?;
        let at = self.at(self.source.ident(ident));
        if let Some(col) = clause.scope.column(&name, at)? {
            self.named_at.entry(col).or_insert(at);
            return Ok(self.arena.col(col));
        }
        for scope in self.outer.iter().rev() {
            if let Some(col) = scope.column(&name, at)? {
                return Ok(self.arena.col(col));
            }
        }
        let scopes = self.visible(clause);
        if scopes.iter().any(|scope| scope.table(&name).is_some()) {
            return self.unsupported("a table's whole row as a value; name its columns", at);
        }
        Err(SqlError::UnknownColumn {
            nearest: scopes.iter().find_map(|s| s.nearest_column(&name)),
            name,
            at,
        })
    }

    fn visible<'s>(&'s self, clause: &'s Clause) -> Vec<&'s Scope> {
        let outer = self.outer.iter().rev().map(|s| &**s);
        std::iter::once(&*clause.scope).chain(outer).collect()
    }

    fn qualified_column(
        &mut self,
        parts: &'q [Ident],
        clause: &Clause,
    ) -> Result<ScalarId, SqlError> {
        let places = parts.iter().map(|p| self.source.ident(p));
        let at = places.reduce(Span::union).unwrap_or(self.source.whole());
        let at = self.at(at);
        let (table, column) = match parts {
            [table, column] => (self.name(table)?, folded(column)),
            [schema, table, column] if folded(schema) == "public" => {
                (folded(table), folded(column))
            }
            _ => return self.unsupported("a name of this many parts", at),
        };
        let found: Option<(&ScopeTable, bool)> = self
            .visible(clause)
            .into_iter()
            .enumerate()
            .find_map(|(level, scope)| scope.table(&table).map(|t| (t, level == 0)));
        let Some((scope_table, own)) = found else {
            return Err(self.unknown_qualifier(&table, &clause.scope, at));
        };
        match scope_table.column(&column, at)? {
            Some(col) => {
                if own {
                    self.named_at.entry(col).or_insert(at);
                }
                Ok(self.arena.col(col))
            }
            None => Err(SqlError::UnknownColumn {
                nearest: crate::error::nearest(
                    &column,
                    scope_table.columns.iter().map(|c| c.name.as_str()),
                ),
                name: format!("{table}.{column}"),
                at,
            }),
        }
    }

    /// The error for a qualifier that names no table of FROM.
    pub fn unknown_qualifier(&self, name: &str, scope: &Scope, at: Span) -> SqlError {
        let hidden = scope
            .tables
            .iter()
            .find(|t| t.hidden_name.as_deref() == Some(name));
        let hint = match hidden {
            Some(table) => Some(format!(
                "The table has the alias \"{}\" here; use that.",
                table.alias
            )),
            None => crate::error::nearest(name, scope.tables.iter().map(|t| t.alias.as_str()))
                .map(|name| format!("Perhaps you meant \"{name}\".")),
        };
        SqlError::UnknownQualifier {
            name: name.to_string(),
            hint,
            at,
        }
    }

    /// The text of a quoted literal that nothing has typed yet.
    pub fn untyped_text(&self, expr: ScalarId) -> Option<&str> {
        match self.arena.get(expr) {
            plan::Scalar::Literal(Value::Text(text), DataType::Unknown) => Some(text),
            _ => None,
        }
    }
}

/// The operand at the left end of a node; AND and OR are bound as whole chains, and rows by their own rules.
fn left_operand(node: &Expr) -> Option<&Expr> {
    match node {
        Expr::BinaryOp {
            op: BinaryOperator::And | BinaryOperator::Or,
            ..
        } => None,
        Expr::BinaryOp { left, .. } => match &**left {
            Expr::Tuple(_) => None,
            left => Some(left),
        },
        Expr::IsDistinctFrom(left, _) | Expr::IsNotDistinctFrom(left, _) => Some(left),
        Expr::InList { expr, .. } | Expr::InSubquery { expr, .. }
            if matches!(**expr, Expr::Tuple(_)) =>
        {
            None
        }
        Expr::IsNull(expr) | Expr::IsNotNull(expr) if matches!(**expr, Expr::Tuple(_)) => None,
        Expr::AnyOp { left, .. } | Expr::AllOp { left, .. } => Some(left),
        Expr::Nested(expr)
        | Expr::Cast { expr, .. }
        | Expr::Collate { expr, .. }
        | Expr::InList { expr, .. }
        | Expr::InSubquery { expr, .. }
        | Expr::Between { expr, .. }
        | Expr::Like { expr, .. }
        | Expr::ILike { expr, .. }
        | Expr::IsNull(expr)
        | Expr::IsNotNull(expr)
        | Expr::IsTrue(expr)
        | Expr::IsNotTrue(expr)
        | Expr::IsFalse(expr)
        | Expr::IsNotFalse(expr)
        | Expr::IsUnknown(expr)
        | Expr::IsNotUnknown(expr) => Some(expr),
        _ => None,
    }
}
