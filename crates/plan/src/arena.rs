//! The append-only arena of interned expressions, operators and columns.
//!
//! (1) A node never changes and its id is never reused. (2) Equal structure has equal id. (3) A node's children are
//! older than the node, so facts about a node (columns used, properties) are computed once, when it is interned.

use crate::props::{self, Props};
use crate::typing;
use crate::{Catalog, ColSet, Func, Op, Scalar, ScanColumn, TableInfo};
use std::collections::HashMap;
use std::rc::Rc;
use types::{ColId, DataType, TableId, Value};

/// An interned scalar expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScalarId(pub u32);

/// An interned relational expression: an operator over inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelId(pub u32);

/// An operator over its inputs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rel {
    /// The operator.
    pub op: Op,
    /// Its inputs, left first.
    pub inputs: Vec<RelId>,
}

/// What is known of a column wherever it occurs.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnMeta {
    /// Its name: of the table's column, or the alias of a computed one.
    pub name: String,
    /// The table alias it came from, for display (`o.custkey`).
    pub qualifier: Option<String>,
    /// Its type.
    pub ty: DataType,
    /// The table and position it was read from; `None` for computed columns.
    pub source: Option<(TableId, u32)>,
}

#[derive(Debug, Clone)]
struct ScalarFacts {
    ty: DataType,
    columns: ColSet,
    volatile: bool,
    may_fail: bool,
}

/// Owns every scalar, operator and column of one planning run.
pub struct Arena {
    catalog: Rc<dyn Catalog>,
    columns: Vec<ColumnMeta>,
    scalars: Vec<(Scalar, ScalarFacts)>,
    scalar_ids: HashMap<Scalar, ScalarId>,
    rels: Vec<(Rel, Rc<Props>)>,
    rel_ids: HashMap<Rel, RelId>,
}

impl Arena {
    /// An empty arena over a catalog snapshot.
    pub fn new(catalog: Rc<dyn Catalog>) -> Self {
        Self {
            catalog,
            columns: Vec::new(),
            scalars: Vec::new(),
            scalar_ids: HashMap::new(),
            rels: Vec::new(),
            rel_ids: HashMap::new(),
        }
    }

    /// The catalog snapshot.
    pub fn catalog(&self) -> &Rc<dyn Catalog> {
        &self.catalog
    }

    /// A table that a bound plan refers to.
    pub fn table(&self, id: TableId) -> &TableInfo {
        self.catalog
            .table(id)
            .expect("a bound plan refers to tables of its catalog snapshot")
    }

    /// A new column.
    pub fn new_column(&mut self, meta: ColumnMeta) -> ColId {
        self.columns.push(meta);
        ColId(self.columns.len() as u32 - 1)
    }

    /// A new computed column.
    pub fn new_computed(&mut self, name: impl Into<String>, ty: DataType) -> ColId {
        self.new_column(ColumnMeta {
            name: name.into(),
            qualifier: None,
            ty,
            source: None,
        })
    }

    /// What is known of a column.
    pub fn column(&self, col: ColId) -> &ColumnMeta {
        &self.columns[col.index()]
    }

    /// Number of columns made so far.
    pub fn column_count(&self) -> usize {
        self.columns.len()
    }

    /// Interns a scalar expression.
    pub fn scalar(&mut self, scalar: Scalar) -> ScalarId {
        if let Some(id) = self.scalar_ids.get(&scalar) {
            return *id;
        }
        let facts = self.scalar_facts(&scalar);
        let id = ScalarId(self.scalars.len() as u32);
        self.scalar_ids.insert(scalar.clone(), id);
        self.scalars.push((scalar, facts));
        id
    }

    fn scalar_facts(&self, scalar: &Scalar) -> ScalarFacts {
        let children = scalar.children();
        let mut facts = ScalarFacts {
            ty: DataType::Unknown,
            columns: ColSet::new(),
            volatile: false,
            may_fail: false,
        };
        for child in &children {
            let inner = &self.scalars[child.0 as usize].1;
            facts.columns.extend_with(&inner.columns);
            facts.volatile |= inner.volatile;
            facts.may_fail |= inner.may_fail;
        }
        match scalar {
            Scalar::Column(col) => {
                facts.columns.insert(*col);
                facts.ty = self.column(*col).ty;
            }
            Scalar::Literal(_, ty) => facts.ty = *ty,
            Scalar::Call(func, _) => {
                let types: Vec<DataType> = children.iter().map(|c| self.ty(*c)).collect();
                facts.ty = typing::result_type(*func, &types).unwrap_or_else(|| {
                    panic!("the binder checked the types of {func:?} over {types:?}")
                });
                facts.volatile |= func.is_volatile();
                facts.may_fail |= typing::may_fail(*func, &types, facts.ty)
                    && !self.arguments_exclude_failure(*func, &children);
            }
            Scalar::Cast(input, to) => {
                facts.ty = *to;
                facts.may_fail |= typing::cast_may_fail(self.ty(*input), *to);
            }
            Scalar::Case {
                branches,
                otherwise,
            } => {
                facts.ty = branches
                    .first()
                    .map_or(self.ty(*otherwise), |(_, value)| self.ty(*value));
            }
        }
        facts
    }

    /// A literal argument makes a call safe: a divisor other than 0 and -1, a pattern that does not end in `\`.
    fn arguments_exclude_failure(&self, func: Func, args: &[ScalarId]) -> bool {
        match (func, args.last().map(|a| self.get(*a))) {
            (Func::Div | Func::Mod, Some(Scalar::Literal(value, ty)))
                if *ty != DataType::Float64 =>
            {
                // A wide dividend can still overflow the quotient's scale.
                let narrow = !matches!(self.ty(args[0]), DataType::Decimal { precision, .. } if precision > 18);
                narrow && value.as_f64().is_some_and(|v| v.abs() > 1.0 || v == 1.0)
            }
            (Func::Like | Func::ILike, Some(Scalar::Literal(Value::Text(pattern), _))) => {
                !pattern.ends_with('\\')
            }
            (Func::Substring, Some(Scalar::Literal(length, _))) => {
                args.len() < 3 || length.as_i64().is_some_and(|n| n >= 0)
            }
            (Func::Substring, _) => args.len() < 3,
            _ => false,
        }
    }

    /// An interned scalar expression.
    pub fn get(&self, id: ScalarId) -> &Scalar {
        &self.scalars[id.0 as usize].0
    }

    /// The type of an expression.
    pub fn ty(&self, id: ScalarId) -> DataType {
        self.scalars[id.0 as usize].1.ty
    }

    /// The columns an expression reads.
    pub fn columns_of(&self, id: ScalarId) -> &ColSet {
        &self.scalars[id.0 as usize].1.columns
    }

    /// The expression calls a volatile function.
    pub fn is_volatile(&self, id: ScalarId) -> bool {
        self.scalars[id.0 as usize].1.volatile
    }

    /// The expression can fail on some values.
    pub fn may_fail(&self, id: ScalarId) -> bool {
        self.scalars[id.0 as usize].1.may_fail
    }

    /// A column as an expression.
    pub fn col(&mut self, col: ColId) -> ScalarId {
        self.scalar(Scalar::Column(col))
    }

    /// A literal of the value's own type.
    pub fn lit(&mut self, value: Value) -> ScalarId {
        let ty = value.data_type();
        self.scalar(Scalar::Literal(value, ty))
    }

    /// A boolean literal.
    pub fn lit_bool(&mut self, value: bool) -> ScalarId {
        self.scalar(Scalar::Literal(Value::Bool(value), DataType::Bool))
    }

    /// A NULL of a type.
    pub fn null(&mut self, ty: DataType) -> ScalarId {
        self.scalar(Scalar::Literal(Value::Null, ty))
    }

    /// A call.
    pub fn call(&mut self, func: Func, args: Vec<ScalarId>) -> ScalarId {
        self.scalar(Scalar::Call(func, args))
    }

    /// The expression as the type: itself when it has it already, else a cast.
    pub fn cast(&mut self, input: ScalarId, to: DataType) -> ScalarId {
        if self.ty(input) == to {
            input
        } else {
            self.scalar(Scalar::Cast(input, to))
        }
    }

    /// The conjunction: TRUE for none, the conjunct itself for one.
    pub fn and(&mut self, conjuncts: Vec<ScalarId>) -> ScalarId {
        match conjuncts.as_slice() {
            [] => self.lit_bool(true),
            [one] => *one,
            _ => self.call(Func::And, conjuncts),
        }
    }

    /// The conjuncts of a condition: nested ANDs flattened, TRUE dropped, duplicates dropped, in order.
    pub fn conjuncts(&self, id: ScalarId) -> Vec<ScalarId> {
        fn walk(arena: &Arena, id: ScalarId, out: &mut Vec<ScalarId>) {
            match arena.get(id) {
                Scalar::Call(Func::And, args) => args.iter().for_each(|a| walk(arena, *a, out)),
                Scalar::Literal(Value::Bool(true), _) => {}
                _ if !out.contains(&id) => out.push(id),
                _ => {}
            }
        }
        let mut out = Vec::new();
        walk(self, id, &mut out);
        out
    }

    /// The column when the expression is one.
    pub fn as_column(&self, id: ScalarId) -> Option<ColId> {
        if let Scalar::Column(col) = self.get(id) {
            Some(*col)
        } else {
            None
        }
    }

    /// The value when the expression is a literal.
    pub fn as_literal(&self, id: ScalarId) -> Option<&Value> {
        if let Scalar::Literal(value, _) = self.get(id) {
            Some(value)
        } else {
            None
        }
    }

    /// The expression with every node rebuilt from below by `replace`: called on each node after its children were
    /// rebuilt; `Some` replaces the node.
    pub fn rewrite(
        &mut self,
        id: ScalarId,
        replace: &mut dyn FnMut(&mut Arena, ScalarId) -> Option<ScalarId>,
    ) -> ScalarId {
        let node = self.get(id).clone();
        let children = node.children();
        let rebuilt: Vec<ScalarId> = children.iter().map(|c| self.rewrite(*c, replace)).collect();
        let id = if rebuilt == children {
            id
        } else {
            self.scalar(node.with_children(&rebuilt))
        };
        replace(self, id).unwrap_or(id)
    }

    /// The expression with columns replaced by expressions.
    pub fn substitute(&mut self, id: ScalarId, map: &HashMap<ColId, ScalarId>) -> ScalarId {
        if !self.columns_of(id).iter().any(|c| map.contains_key(&c)) {
            return id;
        }
        self.rewrite(id, &mut |arena, id| {
            arena.as_column(id).and_then(|c| map.get(&c).copied())
        })
    }

    /// Interns an operator over inputs.
    pub fn rel(&mut self, op: Op, inputs: Vec<RelId>) -> RelId {
        let rel = Rel { op, inputs };
        if let Some(id) = self.rel_ids.get(&rel) {
            return *id;
        }
        let inputs: Vec<Rc<Props>> = rel.inputs.iter().map(|i| self.props(*i).clone()).collect();
        let inputs: Vec<&Props> = inputs.iter().map(|p| &**p).collect();
        let props = Rc::new(props::derive(self, &rel.op, &inputs));
        let id = RelId(self.rels.len() as u32);
        self.rel_ids.insert(rel.clone(), id);
        self.rels.push((rel, props));
        id
    }

    /// An interned operator over inputs.
    pub fn node(&self, id: RelId) -> &Rel {
        &self.rels[id.0 as usize].0
    }

    /// An interned operator.
    pub fn op(&self, id: RelId) -> &Op {
        &self.node(id).op
    }

    /// The inputs of a node.
    pub fn inputs(&self, id: RelId) -> &[RelId] {
        &self.node(id).inputs
    }

    /// Derived logical properties of a node.
    pub fn props(&self, id: RelId) -> &Rc<Props> {
        &self.rels[id.0 as usize].1
    }

    /// Number of relational nodes made so far.
    pub fn rel_count(&self) -> usize {
        self.rels.len()
    }

    /// New columns for a table read under an alias, for the positions given.
    pub fn scan_columns(
        &mut self,
        table: TableId,
        alias: &str,
        ordinals: impl IntoIterator<Item = u32>,
    ) -> Vec<ScanColumn> {
        let catalog = self.catalog.clone();
        let info = catalog
            .table(table)
            .expect("a table of this catalog snapshot");
        ordinals
            .into_iter()
            .map(|ordinal| {
                let column = &info.columns[ordinal as usize];
                let meta = ColumnMeta {
                    name: column.name.clone(),
                    qualifier: Some(alias.to_string()),
                    ty: column.ty,
                    source: Some((table, ordinal)),
                };
                ScanColumn {
                    col: self.new_column(meta),
                    ordinal,
                }
            })
            .collect()
    }
}
