//! Output columns of queries: their names, and their types where they must change.

use crate::SqlError;
use crate::binder::{Binder, Named, folded};
use crate::scope::NamedColumn;
use plan::{ColSet, Op, ProjectItem, RelId, ScalarId};
use sqlparser::ast::{Expr, ObjectNamePart, SelectItem, SetExpr};
use types::{DataType, Span};

impl<'q> Binder<'_, 'q> {
    /// Projects a relation to named expressions. A column of the input is passed on under its own id the first time;
    /// everything else gets a new one. Nothing is added when the relation has just these columns.
    pub fn project(&mut self, rel: RelId, items: Vec<(String, ScalarId)>, at: Span) -> Named {
        let input = self.arena.props(rel).clone();
        let mut passed = ColSet::new();
        let mut columns = Vec::with_capacity(items.len());
        let mut projected = Vec::with_capacity(items.len());
        for (name, expr) in items {
            let own = self
                .arena
                .as_column(expr)
                .filter(|c| input.output.contains(*c) && !passed.contains(*c));
            let col = match own {
                Some(col) => {
                    passed.insert(col);
                    col
                }
                None => {
                    let ty = self.arena.ty(expr);
                    self.fresh(&name, ty)
                }
            };
            projected.push(ProjectItem { col, expr });
            columns.push(NamedColumn { name, col });
        }
        let same = input.columns.iter().eq(projected.iter().map(|i| &i.col));
        let rel = if same {
            rel
        } else {
            self.rel(Op::Project { items: projected }, vec![rel], at)
        };
        Named { rel, columns }
    }

    /// The relation with its columns cast to these types; literals are read as the type.
    pub fn retype(
        &mut self,
        named: Named,
        types: &[DataType],
        at: Span,
    ) -> Result<Named, SqlError> {
        let fits = |binder: &Self| {
            named
                .columns
                .iter()
                .zip(types)
                .all(|(c, ty)| binder.arena.column(c.col).ty == *ty)
        };
        if fits(self) {
            return Ok(named);
        }
        let node = self.arena.node(named.rel).clone();
        let names = named.columns.iter().map(|c| c.name.clone());
        match node.op {
            Op::Project { items } => {
                let mut typed = Vec::with_capacity(items.len());
                for ((item, ty), name) in items.iter().zip(types).zip(names) {
                    typed.push((name, self.coerce(item.expr, *ty, at)?));
                }
                Ok(self.project(node.inputs[0], typed, at))
            }
            Op::Values { columns, rows } if columns.len() == types.len() => {
                let mut typed = Vec::with_capacity(rows.len());
                for row in rows {
                    let row = row.into_iter().zip(types);
                    typed.push(
                        row.map(|(value, ty)| self.coerce(value, *ty, at))
                            .collect::<Result<Vec<_>, _>>()?,
                    );
                }
                let columns: Vec<NamedColumn> = names
                    .zip(types)
                    .map(|(name, ty)| NamedColumn {
                        col: self.fresh(&name, *ty),
                        name,
                    })
                    .collect();
                let op = Op::Values {
                    columns: columns.iter().map(|c| c.col).collect(),
                    rows: typed,
                };
                let rel = self.rel(op, Vec::new(), at);
                Ok(Named { rel, columns })
            }
            _ => {
                let mut typed = Vec::with_capacity(types.len());
                for (column, ty) in named.columns.iter().zip(types) {
                    let expr = self.arena.col(column.col);
                    typed.push((column.name.clone(), self.coerce(expr, *ty, at)?));
                }
                Ok(self.project(named.rel, typed, at))
            }
        }
    }

    /// Gives columns of bare NULLs and quoted literals the type text, as a query does that nothing else types.
    pub fn resolve_unknown(&mut self, named: Named, at: Span) -> Result<Named, SqlError> {
        let types: Vec<DataType> = named
            .columns
            .iter()
            .map(|c| match self.arena.column(c.col).ty {
                DataType::Unknown => DataType::Text,
                ty => ty,
            })
            .collect();
        self.retype(named, &types, at)
    }

    /// The name PostgreSQL gives an output column without alias.
    pub fn output_name(&self, expr: &'q Expr) -> String {
        name_of(expr).unwrap_or_else(|| "?column?".to_string())
    }
}

/// The name an expression has by itself: of the column or function it is.
fn name_of(expr: &Expr) -> Option<String> {
    // Casts pass the name on; chains of them are not recursion.
    let mut expr = expr;
    let mut cast_to = None;
    loop {
        match expr {
            Expr::Nested(inner) => expr = inner,
            Expr::Cast {
                expr: inner,
                data_type,
                ..
            } => {
                cast_to.get_or_insert(data_type);
                expr = inner;
            }
            Expr::Collate { expr: inner, .. } => expr = inner,
            _ => break,
        }
    }
    let name = match expr {
        Expr::Identifier(ident) => Some(folded(ident)),
        Expr::CompoundIdentifier(parts) => parts.last().map(folded),
        Expr::Function(function) => match function.name.0.last() {
            Some(ObjectNamePart::Identifier(ident)) => Some(folded(ident)),
            _ => None,
        },
        Expr::Extract { .. } => Some("extract".into()),
        Expr::Substring { .. } => Some("substring".into()),
        Expr::Position { .. } => Some("position".into()),
        Expr::Trim { trim_where, .. } => {
            Some(crate::function::trim_named(*trim_where).name().into())
        }
        Expr::Ceil { .. } => Some("ceil".into()),
        Expr::Floor { .. } => Some("floor".into()),
        Expr::Case { else_result, .. } => else_result
            .as_ref()
            .and_then(|e| match &**e {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) => name_of(e),
                _ => None,
            })
            .or(Some("case".into())),
        Expr::Exists { .. } => Some("exists".into()),
        Expr::Interval(_) => Some("interval".into()),
        Expr::TypedString(typed) => Some(typed.data_type.to_string().to_ascii_lowercase()),
        Expr::Subquery(query) => match &*query.body {
            SetExpr::Select(select) => match select.projection.first()? {
                SelectItem::ExprWithAlias { alias, .. } => Some(folded(alias)),
                SelectItem::UnnamedExpr(expr) => name_of(expr),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    name.or_else(|| {
        cast_to.map(|ty| {
            crate::data_type::read(ty).map_or_else(
                || ty.to_string().to_ascii_lowercase(),
                crate::data_type::internal_name,
            )
        })
    })
}
