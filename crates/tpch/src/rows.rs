//! The eight tables, and their rows field by field.

use crate::Scale;
use std::fmt::Display;
use tpchgen::dates::TPCHDate;
use tpchgen::decimal::TPCHDecimal;
use tpchgen::generators::{
    Customer, CustomerGenerator, LineItem, LineItemGenerator, Nation, NationGenerator, Order,
    OrderGenerator, Part, PartGenerator, PartSupp, PartSuppGenerator, Region, RegionGenerator,
    Supplier, SupplierGenerator,
};

/// A table of TPC-H.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// `region`
    Region,
    /// `nation`
    Nation,
    /// `supplier`
    Supplier,
    /// `customer`
    Customer,
    /// `part`
    Part,
    /// `partsupp`
    PartSupp,
    /// `orders`
    Orders,
    /// `lineitem`
    LineItem,
}

impl Table {
    /// All tables, each after those that it refers to.
    pub const ALL: [Self; 8] = [
        Self::Region,
        Self::Nation,
        Self::Supplier,
        Self::Customer,
        Self::Part,
        Self::PartSupp,
        Self::Orders,
        Self::LineItem,
    ];

    /// The table's name in SQL.
    pub fn name(self) -> &'static str {
        data::tpch::TABLES[self as usize]
    }

    /// The number of rows; of `lineitem`, and of `partsupp` at some scales below 0.03, an estimate.
    pub fn expected_rows(self, scale: Scale) -> u64 {
        match self {
            Self::Region => 5,
            Self::Nation => 25,
            Self::Supplier => scale.rows(10_000),
            Self::Customer => scale.rows(150_000),
            Self::Part => scale.rows(200_000),
            Self::PartSupp => 4 * scale.rows(200_000),
            Self::Orders => scale.rows(1_500_000),
            Self::LineItem => 4 * scale.rows(1_500_000),
        }
    }
}

/// What takes the fields of rows, in the order of the columns. No field of TPC-H is NULL.
pub trait Fields {
    /// A key or other whole number.
    fn int(&mut self, value: i32);
    /// An amount in hundredths.
    fn hundredths(&mut self, value: i64);
    /// A date in days since 1970-01-01.
    fn date(&mut self, days: i32);
    /// A text.
    fn text(&mut self, value: &str);
    /// A text that has to be put together first.
    fn display(&mut self, value: impl Display);
}

/// Writes the next row and tells whether there was one.
pub type Rows<F> = Box<dyn FnMut(&mut F) -> bool>;

/// The rows of a table. The first call in a process builds the pool of text.
pub fn rows<F: Fields + 'static>(table: Table, scale: Scale) -> Rows<F> {
    fn each<F, I>(mut rows: I, write: fn(I::Item, &mut F)) -> Rows<F>
    where
        F: Fields + 'static,
        I: Iterator + 'static,
    {
        Box::new(move |out| match rows.next() {
            Some(row) => {
                write(row, out);
                true
            }
            None => false,
        })
    }
    let factor = scale.factor();
    match table {
        Table::Region => each(RegionGenerator::new(factor, 1, 1).iter(), region),
        Table::Nation => each(NationGenerator::new(factor, 1, 1).iter(), nation),
        Table::Supplier => each(SupplierGenerator::new(factor, 1, 1).iter(), supplier),
        Table::Customer => each(CustomerGenerator::new(factor, 1, 1).iter(), customer),
        Table::Part => each(PartGenerator::new(factor, 1, 1).iter(), part),
        Table::PartSupp => each(
            one_row_a_key(PartSuppGenerator::new(factor, 1, 1).iter()),
            partsupp,
        ),
        Table::Orders => each(OrderGenerator::new(factor, 1, 1).iter(), order),
        Table::LineItem => each(LineItemGenerator::new(factor, 1, 1).iter(), lineitem),
    }
}

/// Spreading a part's four suppliers over the few that there are at some scales below 0.03 (0.001, 0.005, 0.012; not
/// 0.01), dbgen can name one twice. Only the first row of such a pair is kept, so that the primary key holds.
fn one_row_a_key<'a>(
    rows: impl Iterator<Item = PartSupp<'a>>,
) -> impl Iterator<Item = PartSupp<'a>> {
    let (mut part, mut suppliers) = (0, Vec::new());
    rows.filter(move |row| {
        if row.ps_partkey != part {
            part = row.ps_partkey;
            suppliers.clear();
        }
        let first = !suppliers.contains(&row.ps_suppkey);
        suppliers.push(row.ps_suppkey);
        first
    })
}

fn key<F: Fields>(out: &mut F, value: i64) {
    out.int(i32::try_from(value).expect("keys fit 32 bits up to the greatest scale"));
}

fn amount<F: Fields>(out: &mut F, value: TPCHDecimal) {
    out.hundredths(value.into_inner());
}

fn date<F: Fields>(out: &mut F, value: TPCHDate) {
    out.date(value.into_inner() + TPCHDate::UNIX_EPOCH_OFFSET);
}

fn region<F: Fields>(row: Region<'_>, out: &mut F) {
    key(out, row.r_regionkey);
    out.text(row.r_name);
    out.text(row.r_comment);
}

fn nation<F: Fields>(row: Nation<'_>, out: &mut F) {
    key(out, row.n_nationkey);
    out.text(row.n_name);
    key(out, row.n_regionkey);
    out.text(row.n_comment);
}

fn supplier<F: Fields>(row: Supplier, out: &mut F) {
    key(out, row.s_suppkey);
    out.display(row.s_name);
    out.display(row.s_address);
    key(out, row.s_nationkey);
    out.display(row.s_phone);
    amount(out, row.s_acctbal);
    out.text(&row.s_comment);
}

fn customer<F: Fields>(row: Customer<'_>, out: &mut F) {
    key(out, row.c_custkey);
    out.display(row.c_name);
    out.display(row.c_address);
    key(out, row.c_nationkey);
    out.display(row.c_phone);
    amount(out, row.c_acctbal);
    out.text(row.c_mktsegment);
    out.text(row.c_comment);
}

fn part<F: Fields>(row: Part<'_>, out: &mut F) {
    key(out, row.p_partkey);
    out.display(row.p_name);
    out.display(row.p_mfgr);
    out.display(row.p_brand);
    out.text(row.p_type);
    out.int(row.p_size);
    out.text(row.p_container);
    amount(out, row.p_retailprice);
    out.text(row.p_comment);
}

fn partsupp<F: Fields>(row: PartSupp<'_>, out: &mut F) {
    key(out, row.ps_partkey);
    key(out, row.ps_suppkey);
    out.int(row.ps_availqty);
    amount(out, row.ps_supplycost);
    out.text(row.ps_comment);
}

fn order<F: Fields>(row: Order<'_>, out: &mut F) {
    key(out, row.o_orderkey);
    key(out, row.o_custkey);
    out.text(row.o_orderstatus.as_str());
    amount(out, row.o_totalprice);
    date(out, row.o_orderdate);
    out.text(row.o_orderpriority);
    out.display(row.o_clerk);
    out.int(row.o_shippriority);
    out.text(row.o_comment);
}

fn lineitem<F: Fields>(row: LineItem<'_>, out: &mut F) {
    key(out, row.l_orderkey);
    key(out, row.l_partkey);
    key(out, row.l_suppkey);
    out.int(row.l_linenumber);
    out.hundredths(row.l_quantity * 100);
    amount(out, row.l_extendedprice);
    amount(out, row.l_discount);
    amount(out, row.l_tax);
    out.text(row.l_returnflag);
    out.text(row.l_linestatus);
    date(out, row.l_shipdate);
    date(out, row.l_commitdate);
    date(out, row.l_receiptdate);
    out.text(row.l_shipinstruct);
    out.text(row.l_shipmode);
    out.text(row.l_comment);
}
