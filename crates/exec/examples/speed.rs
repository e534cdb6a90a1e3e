//! How fast operators are: plans in the shape of TPC-H queries, by hand, over made-up rows in heap pages.
//!
//! `cargo run --release -p exec --example speed [rows]`

#![allow(clippy::print_stdout, reason = "a report on the terminal")]

use exec::{Execution, HeapTables, Settings};
use plan::{
    AggFunc, AggItem, Arena, Catalog, ColumnInfo, Func, JoinKind, Op, PhysJoin, ProjectItem, RelId,
    ScalarId, Scan, Side, SortKey, TableInfo, TableStats, typing,
};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use storage::{Database, MemoryStore, block_on};
use types::{BATCH_ROWS, Batch, ColId, Column, DataType, Decimal, TableId, Value};

const MONEY: DataType = DataType::Decimal {
    precision: 15,
    scale: 2,
};

/// Columns of the made-up lineitem and orders tables.
const LINEITEM: &[(&str, DataType)] = &[
    ("l_orderkey", DataType::Int32),
    ("l_quantity", MONEY),
    ("l_extendedprice", MONEY),
    ("l_discount", MONEY),
    ("l_tax", MONEY),
    ("l_returnflag", DataType::Char(1)),
    ("l_linestatus", DataType::Char(1)),
    ("l_shipdate", DataType::Date),
    ("l_comment", DataType::Varchar(44)),
];
const ORDERS: &[(&str, DataType)] = &[
    ("o_orderkey", DataType::Int32),
    ("o_custkey", DataType::Int32),
    ("o_orderdate", DataType::Date),
    ("o_comment", DataType::Varchar(79)),
];

struct Tables(Vec<TableInfo>);

impl Catalog for Tables {
    fn find_table(&self, name: &str) -> Option<TableId> {
        self.0.iter().find(|t| t.name == name).map(|t| t.id)
    }
    fn table(&self, id: TableId) -> Option<&TableInfo> {
        self.0.get(id.index())
    }
    fn stats(&self, _id: TableId) -> Option<Arc<TableStats>> {
        None
    }
    fn tables(&self) -> Vec<TableId> {
        self.0.iter().map(|t| t.id).collect()
    }
}

struct Bench {
    arena: Arena,
    tables: Rc<HeapTables>,
}

fn main() {
    let rows = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(60_000usize);
    let mut bench = Bench::new(rows);
    let plans: Vec<(&str, RelId)> = vec![
        ("scan: count(*)", bench.count()),
        (
            "Q1: filter, 8 aggregates, 4 groups",
            bench.pricing_summary(),
        ),
        ("Q6: four filters, one sum", bench.forecast()),
        (
            "Q3: join, group by order, first 10",
            bench.shipping_priority(),
        ),
        ("Q13: LIKE, group by customer", bench.distribution()),
        ("Q18: group by order", bench.large_orders()),
        ("sort all by price", bench.sorted()),
    ];
    for (name, root) in plans {
        let mut times: Vec<f64> = (0..30).map(|_| bench.time(root)).collect();
        times.sort_by(f64::total_cmp);
        println!("{:>8.3} ms  {name}", times[times.len() / 2]);
    }
}

impl Bench {
    fn new(rows: usize) -> Self {
        let info = |id, name: &str, columns: &[(&str, DataType)], rows| TableInfo {
            id: TableId(id),
            name: name.into(),
            columns: columns
                .iter()
                .map(|(name, ty)| ColumnInfo {
                    name: (*name).into(),
                    ty: *ty,
                    nullable: false,
                })
                .collect(),
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            rows,
            pages: 1,
        };
        let catalog = Tables(vec![
            info(0, "lineitem", LINEITEM, rows as u64),
            info(1, "orders", ORDERS, rows as u64 / 4),
        ]);
        let mut state = 1u64;
        let mut random = move |n: i64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as i64) % n
        };
        let words = [
            "special",
            "requests",
            "furiously",
            "pending",
            "deposits",
            "sleep",
            "quickly",
            "ironic",
            "packages",
        ];
        let text = move |n: i64, random: &mut dyn FnMut(i64) -> i64| {
            let words: Vec<&str> = (0..n).map(|_| words[random(9) as usize]).collect();
            Value::text(words.join(" "))
        };
        let money = |v: i64| Value::Decimal(Decimal::new(v.into(), 2));
        let lineitem = (0..rows).map(|row| {
            let day = random(2_500);
            let random = &mut random;
            vec![
                Value::Int32((row / 4 * 4) as i32),
                money((random(50) + 1) * 100),
                money(random(9_000_000) + 90_000),
                money(random(11)),
                money(random(9)),
                Value::text(["A", "N", "R"][random(3) as usize]),
                Value::text(["F", "O"][usize::from(day > 1_250)]),
                Value::Date(8_036 + day as i32),
                text(3, random),
            ]
        });
        let lineitem: Vec<Vec<Value>> = lineitem.collect();
        let orders = (0..rows / 4).map(|row| {
            let random = &mut random;
            vec![
                Value::Int32(row as i32 * 4),
                Value::Int32(random(rows as i64 / 40 + 1) as i32),
                Value::Date(8_036 + random(2_400) as i32),
                text(6, random),
            ]
        });
        let orders: Vec<Vec<Value>> = orders.collect();
        let tables = block_on(async {
            let store = Rc::new(MemoryStore::new());
            let database = Database::create(store, 65_536, 4_096)
                .await
                .expect("a database");
            let mut tables = HeapTables::new();
            for (id, (columns, rows)) in [(LINEITEM, &lineitem), (ORDERS, &orders)]
                .into_iter()
                .enumerate()
            {
                let types: Vec<DataType> = columns.iter().map(|(_, ty)| *ty).collect();
                let heap = database.create_heap(&types).await.expect("a heap");
                for rows in rows.chunks(BATCH_ROWS) {
                    let columns = types.iter().enumerate().map(|(at, ty)| {
                        Arc::new(Column::from_values(*ty, rows.iter().map(|row| &row[at])))
                    });
                    heap.append(&Batch::new(columns.collect(), rows.len()))
                        .await
                        .expect("room");
                }
                tables.insert(TableId(id as u32), heap);
            }
            tables
        });
        Self {
            arena: Arena::new(Rc::new(catalog)),
            tables: Rc::new(tables),
        }
    }

    fn time(&self, root: RelId) -> f64 {
        let start = Instant::now();
        let tables = self.tables.clone();
        let mut run = Execution::new(&self.arena, root, tables, Settings::default(), Rc::new(()))
            .expect("a plan");
        let mut rows = 0;
        while let Some(batch) = block_on(run.next()).expect("rows") {
            rows += batch.len();
        }
        assert!(rows > 0);
        start.elapsed().as_secs_f64() * 1e3
    }

    /// A scan of the columns named, with filters over them.
    fn scan(
        &mut self,
        table: u32,
        names: &[&str],
        filters: impl Fn(&mut Self, &[ScalarId]) -> Vec<ScalarId>,
    ) -> (RelId, Vec<ColId>) {
        let all = [LINEITEM, ORDERS][table as usize];
        let ordinals: Vec<u32> = names
            .iter()
            .map(|name| all.iter().position(|(n, _)| n == name).expect("a column") as u32)
            .collect();
        let columns = self.arena.scan_columns(TableId(table), "t", ordinals);
        let ids: Vec<ColId> = columns.iter().map(|c| c.col).collect();
        let exprs: Vec<ScalarId> = ids.iter().map(|c| self.arena.col(*c)).collect();
        let filters = filters(self, &exprs);
        let scan = Scan {
            table: TableId(table),
            alias: "t".into(),
            columns,
            filters,
        };
        (self.arena.rel(Op::TableScan(scan), Vec::new()), ids)
    }

    fn compare(&mut self, func: Func, column: ScalarId, value: Value) -> ScalarId {
        let ty = self.arena.ty(column);
        let literal = self.arena.scalar(plan::Scalar::Literal(value, ty));
        self.arena.call(func, vec![column, literal])
    }

    fn agg(&mut self, func: AggFunc, arg: Option<ScalarId>) -> AggItem {
        let ty = typing::aggregate_type(func, arg.map(|a| self.arena.ty(a))).expect("a type");
        AggItem {
            col: self.arena.new_computed("agg", ty),
            func,
            arg,
            distinct: false,
            filter: None,
        }
    }

    fn group(&mut self, input: RelId, keys: Vec<ColId>, aggs: Vec<AggItem>) -> RelId {
        self.arena
            .rel(Op::HashAggregate { keys, aggs }, vec![input])
    }

    fn count(&mut self) -> RelId {
        let (scan, _) = self.scan(0, &["l_orderkey"], |_, _| Vec::new());
        let count = self.agg(AggFunc::CountStar, None);
        self.group(scan, Vec::new(), vec![count])
    }

    /// `price * (1 - discount)`
    fn revenue(&mut self, price: ColId, discount: ColId) -> ScalarId {
        let one = Value::Decimal(Decimal::new(100, 2));
        let one = self.arena.scalar(plan::Scalar::Literal(one, MONEY));
        let (price, discount) = (self.arena.col(price), self.arena.col(discount));
        let rest = self.arena.call(Func::Sub, vec![one, discount]);
        self.arena.call(Func::Mul, vec![price, rest])
    }

    fn pricing_summary(&mut self) -> RelId {
        let names = [
            "l_shipdate",
            "l_returnflag",
            "l_linestatus",
            "l_quantity",
            "l_extendedprice",
            "l_discount",
            "l_tax",
        ];
        let (scan, cols) = self.scan(0, &names, |b, c| {
            vec![b.compare(Func::Le, c[0], Value::Date(10_471))]
        });
        let arg = |b: &mut Self, at: usize| Some(b.arena.col(cols[at]));
        let revenue = self.revenue(cols[4], cols[5]);
        let one = Value::Decimal(Decimal::new(100, 2));
        let one = self.arena.scalar(plan::Scalar::Literal(one, MONEY));
        let tax = self.arena.col(cols[6]);
        let more = self.arena.call(Func::Add, vec![one, tax]);
        let charge = self.arena.call(Func::Mul, vec![revenue, more]);
        let (quantity, price, discount) = (arg(self, 3), arg(self, 4), arg(self, 5));
        let aggs = vec![
            self.agg(AggFunc::Sum, quantity),
            self.agg(AggFunc::Sum, price),
            self.agg(AggFunc::Sum, Some(revenue)),
            self.agg(AggFunc::Sum, Some(charge)),
            self.agg(AggFunc::Avg, quantity),
            self.agg(AggFunc::Avg, price),
            self.agg(AggFunc::Avg, discount),
            self.agg(AggFunc::CountStar, None),
        ];
        self.group(scan, vec![cols[1], cols[2]], aggs)
    }

    fn forecast(&mut self) -> RelId {
        let names = ["l_shipdate", "l_discount", "l_quantity", "l_extendedprice"];
        let (scan, cols) = self.scan(0, &names, |b, c| {
            let money = |v: i64| Value::Decimal(Decimal::new(v.into(), 2));
            vec![
                b.compare(Func::Ge, c[0], Value::Date(8_766)),
                b.compare(Func::Lt, c[0], Value::Date(9_131)),
                b.compare(Func::Ge, c[1], money(5)),
                b.compare(Func::Le, c[1], money(7)),
                b.compare(Func::Lt, c[2], money(2_400)),
            ]
        });
        let (price, discount) = (self.arena.col(cols[3]), self.arena.col(cols[1]));
        let product = self.arena.call(Func::Mul, vec![price, discount]);
        let sum = self.agg(AggFunc::Sum, Some(product));
        self.group(scan, Vec::new(), vec![sum])
    }

    fn shipping_priority(&mut self) -> RelId {
        let (lineitem, l) = self.scan(
            0,
            &["l_orderkey", "l_extendedprice", "l_discount", "l_shipdate"],
            |b, c| vec![b.compare(Func::Gt, c[3], Value::Date(9_204))],
        );
        let (orders, o) = self.scan(1, &["o_orderkey", "o_orderdate"], |b, c| {
            vec![b.compare(Func::Lt, c[1], Value::Date(9_204))]
        });
        let key = (self.arena.col(l[0]), self.arena.col(o[0]));
        let join = PhysJoin {
            kind: JoinKind::Inner,
            keys: vec![key],
            null_safe: vec![false],
            residual: Vec::new(),
        };
        let build = Side::Right;
        let joined = self
            .arena
            .rel(Op::HashJoin { join, build }, vec![lineitem, orders]);
        let revenue = self.revenue(l[1], l[2]);
        let sum = self.agg(AggFunc::Sum, Some(revenue));
        let groups = self.group(joined, vec![l[0], o[1]], vec![sum]);
        let keys = vec![
            SortKey {
                col: sum.col,
                descending: true,
                nulls_first: true,
            },
            SortKey {
                col: o[1],
                descending: false,
                nulls_first: false,
            },
        ];
        self.arena.rel(
            Op::TopNHeap {
                keys,
                limit: 10,
                offset: 0,
            },
            vec![groups],
        )
    }

    fn distribution(&mut self) -> RelId {
        let (orders, o) = self.scan(1, &["o_custkey", "o_comment"], |b, c| {
            let pattern = b.arena.lit(Value::text("%special%requests%"));
            let like = b.arena.call(Func::Like, vec![c[1], pattern]);
            vec![b.arena.call(Func::Not, vec![like])]
        });
        let count = self.agg(AggFunc::CountStar, None);
        let customers = self.group(orders, vec![o[0]], vec![count]);
        let how_many = self.agg(AggFunc::CountStar, None);
        self.group(customers, vec![count.col], vec![how_many])
    }

    fn large_orders(&mut self) -> RelId {
        let (scan, cols) = self.scan(0, &["l_orderkey", "l_quantity"], |_, _| Vec::new());
        let quantity = self.arena.col(cols[1]);
        let sum = self.agg(AggFunc::Sum, Some(quantity));
        let groups = self.group(scan, vec![cols[0]], vec![sum]);
        let total = self.arena.col(sum.col);
        let many = Value::Decimal(Decimal::new(15_000, 2));
        let large = self.compare(Func::Gt, total, many);
        self.arena.rel(
            Op::PhysFilter {
                predicates: vec![large],
            },
            vec![groups],
        )
    }

    fn sorted(&mut self) -> RelId {
        let (scan, cols) = self.scan(0, &["l_extendedprice", "l_orderkey"], |_, _| Vec::new());
        let keys = vec![SortKey {
            col: cols[0],
            descending: false,
            nulls_first: false,
        }];
        let sorted = self.arena.rel(Op::PhysSort { keys }, vec![scan]);
        let items = vec![ProjectItem {
            col: cols[1],
            expr: self.arena.col(cols[1]),
        }];
        self.arena.rel(Op::PhysProject { items }, vec![sorted])
    }
}
