//! The queries of TPC-H (TPC Benchmark H, Standard Specification, section 2.4) with their validation parameters.

use super::SampleQuery;

/// The 22 queries in their order; columns, rows and order are the specification's.
pub const TPCH: &[SampleQuery] = &[
    SampleQuery {
        id: "q1",
        title: "Q1 Pricing summary",
        teaches: "Nearly every line item passes the filter: no order of joins to find, all time goes into one aggregate of four groups.",
        sql: "\
select l_returnflag,
       l_linestatus,
       sum(l_quantity) as sum_qty,
       sum(l_extendedprice) as sum_base_price,
       sum(l_extendedprice * (1 - l_discount)) as sum_disc_price,
       sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as sum_charge,
       avg(l_quantity) as avg_qty,
       avg(l_extendedprice) as avg_price,
       avg(l_discount) as avg_disc,
       count(*) as count_order
from lineitem
where l_shipdate <= date '1998-12-01' - interval '90' day
group by l_returnflag, l_linestatus
order by l_returnflag, l_linestatus;
",
    },
    SampleQuery {
        id: "q2",
        title: "Q2 Cheapest supplier of a part",
        teaches: "The least cost is asked for each part anew: unnested, it is one aggregate by part, joined once.",
        sql: "\
select s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment
from part
join partsupp on ps_partkey = p_partkey
join supplier on s_suppkey = ps_suppkey
join nation on n_nationkey = s_nationkey
join region on r_regionkey = n_regionkey
where p_size = 15
  and p_type like '%BRASS'
  and r_name = 'EUROPE'
  and ps_supplycost = (
      select min(ps_supplycost)
      from partsupp
      join supplier on s_suppkey = ps_suppkey
      join nation on n_nationkey = s_nationkey
      join region on r_regionkey = n_regionkey
      where ps_partkey = p_partkey
        and r_name = 'EUROPE'
  )
order by s_acctbal desc, n_name, s_name, p_partkey
limit 100;
",
    },
    SampleQuery {
        id: "q3",
        title: "Q3 Largest unshipped orders",
        teaches: "Order date and priority follow from the order's key: one group key is enough, and sort with limit is a top-N.",
        sql: "\
select l_orderkey,
       sum(l_extendedprice * (1 - l_discount)) as revenue,
       o_orderdate,
       o_shippriority
from customer, orders, lineitem
where c_mktsegment = 'BUILDING'
  and o_custkey = c_custkey
  and l_orderkey = o_orderkey
  and o_orderdate < date '1995-03-15'
  and l_shipdate > date '1995-03-15'
group by l_orderkey, o_orderdate, o_shippriority
order by revenue desc, o_orderdate
limit 10;
",
    },
    SampleQuery {
        id: "q4",
        title: "Q4 Orders with a late item",
        teaches: "EXISTS becomes a semi join: each order counts once, however many of its items were late.",
        sql: "\
select o_orderpriority, count(*) as order_count
from orders
where o_orderdate >= date '1993-07-01'
  and o_orderdate < date '1993-07-01' + interval '3' month
  and exists (
      select *
      from lineitem
      where l_orderkey = o_orderkey
        and l_commitdate < l_receiptdate
  )
group by o_orderpriority
order by o_orderpriority;
",
    },
    SampleQuery {
        id: "q5",
        title: "Q5 Revenue within a region",
        teaches: "Six tables, and joins that close a circle through nation: filters sink, then the search finds the order.",
        sql: "\
select n_name, sum(l_extendedprice * (1 - l_discount)) as revenue
from customer, orders, lineitem, supplier, nation, region
where o_custkey = c_custkey
  and l_orderkey = o_orderkey
  and s_suppkey = l_suppkey
  and s_nationkey = c_nationkey
  and n_nationkey = s_nationkey
  and r_regionkey = n_regionkey
  and r_name = 'ASIA'
  and o_orderdate >= date '1994-01-01'
  and o_orderdate < date '1994-01-01' + interval '1' year
group by n_name
order by revenue desc;
",
    },
    SampleQuery {
        id: "q6",
        title: "Q6 Revenue at small discounts",
        teaches: "One scan: dates fold to constants, and ranges on three columns sink into it.",
        sql: "\
select sum(l_extendedprice * l_discount) as revenue
from lineitem
where l_shipdate >= date '1994-01-01'
  and l_shipdate < date '1994-01-01' + interval '1' year
  and l_discount between 0.05 and 0.07
  and l_quantity < 24;
",
    },
    SampleQuery {
        id: "q7",
        title: "Q7 Trade between two nations",
        teaches: "The OR spans both nations, yet each alone must be one of two: a filter for either side is derived from it.",
        sql: "\
select supp_nation, cust_nation, l_year, sum(volume) as revenue
from (
    select sn.n_name as supp_nation,
           cn.n_name as cust_nation,
           extract(year from l_shipdate) as l_year,
           l_extendedprice * (1 - l_discount) as volume
    from supplier
    join lineitem on l_suppkey = s_suppkey
    join orders on o_orderkey = l_orderkey
    join customer on c_custkey = o_custkey
    join nation sn on sn.n_nationkey = s_nationkey
    join nation cn on cn.n_nationkey = c_nationkey
    where ((sn.n_name = 'FRANCE' and cn.n_name = 'GERMANY')
        or (sn.n_name = 'GERMANY' and cn.n_name = 'FRANCE'))
      and l_shipdate between date '1995-01-01' and date '1996-12-31'
) shipping
group by supp_nation, cust_nation, l_year
order by supp_nation, cust_nation, l_year;
",
    },
    SampleQuery {
        id: "q8",
        title: "Q8 Market share of a nation",
        teaches: "Eight tables, one very selective condition on part: a good order starts there.",
        sql: "\
select o_year,
       sum(case when nation = 'BRAZIL' then volume else 0 end) / sum(volume) as mkt_share
from (
    select extract(year from o_orderdate) as o_year,
           l_extendedprice * (1 - l_discount) as volume,
           sn.n_name as nation
    from part
    join lineitem on l_partkey = p_partkey
    join supplier on s_suppkey = l_suppkey
    join orders on o_orderkey = l_orderkey
    join customer on c_custkey = o_custkey
    join nation cn on cn.n_nationkey = c_nationkey
    join region on r_regionkey = cn.n_regionkey
    join nation sn on sn.n_nationkey = s_nationkey
    where r_name = 'AMERICA'
      and o_orderdate between date '1995-01-01' and date '1996-12-31'
      and p_type = 'ECONOMY ANODIZED STEEL'
) all_nations
group by o_year
order by o_year;
",
    },
    SampleQuery {
        id: "q9",
        title: "Q9 Profit by nation and year",
        teaches: "Two columns join partsupp to lineitem: taken as independent, they make the estimate too small.",
        sql: "\
select nation, o_year, sum(amount) as sum_profit
from (
    select n_name as nation,
           extract(year from o_orderdate) as o_year,
           l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity as amount
    from part, supplier, lineitem, partsupp, orders, nation
    where p_name like '%green%'
      and l_partkey = p_partkey
      and s_suppkey = l_suppkey
      and ps_partkey = l_partkey
      and ps_suppkey = l_suppkey
      and o_orderkey = l_orderkey
      and n_nationkey = s_nationkey
) profit
group by nation, o_year
order by nation, o_year desc;
",
    },
    SampleQuery {
        id: "q10",
        title: "Q10 Customers who return items",
        teaches: "Seven group keys, six of which follow from the customer's: the aggregate needs only one.",
        sql: "\
select c_custkey,
       c_name,
       sum(l_extendedprice * (1 - l_discount)) as revenue,
       c_acctbal,
       n_name,
       c_address,
       c_phone,
       c_comment
from customer, orders, lineitem, nation
where o_custkey = c_custkey
  and l_orderkey = o_orderkey
  and n_nationkey = c_nationkey
  and o_orderdate >= date '1993-10-01'
  and o_orderdate < date '1993-10-01' + interval '3' month
  and l_returnflag = 'R'
group by c_custkey, c_name, c_acctbal, c_phone, n_name, c_address, c_comment
order by revenue desc
limit 20;
",
    },
    SampleQuery {
        id: "q11",
        title: "Q11 Most valuable stock",
        teaches: "The subquery in HAVING reads nothing from outside: it is computed once and joined as a single row.",
        sql: "\
select ps_partkey, sum(ps_supplycost * ps_availqty) as value
from partsupp
join supplier on s_suppkey = ps_suppkey
join nation on n_nationkey = s_nationkey
where n_name = 'GERMANY'
group by ps_partkey
having sum(ps_supplycost * ps_availqty) > (
    select sum(ps_supplycost * ps_availqty) * 0.0001
    from partsupp
    join supplier on s_suppkey = ps_suppkey
    join nation on n_nationkey = s_nationkey
    where n_name = 'GERMANY'
)
order by value desc;
",
    },
    SampleQuery {
        id: "q12",
        title: "Q12 Late shipping and priority",
        teaches: "All filters are on line items: scanned and thinned out first, they look up few orders.",
        sql: "\
select l_shipmode,
       sum(case when o_orderpriority in ('1-URGENT', '2-HIGH') then 1 else 0 end) as high_line_count,
       sum(case when o_orderpriority not in ('1-URGENT', '2-HIGH') then 1 else 0 end) as low_line_count
from orders
join lineitem on l_orderkey = o_orderkey
where l_shipmode in ('MAIL', 'SHIP')
  and l_commitdate < l_receiptdate
  and l_shipdate < l_commitdate
  and l_receiptdate >= date '1994-01-01'
  and l_receiptdate < date '1994-01-01' + interval '1' year
group by l_shipmode
order by l_shipmode;
",
    },
    SampleQuery {
        id: "q13",
        title: "Q13 How many orders customers have",
        teaches: "The left join must stay, for customers without orders count too; its condition on orders sinks below it.",
        sql: "\
select c_count, count(*) as custdist
from (
    select c_custkey, count(o_orderkey) as c_count
    from customer
    left join orders
      on o_custkey = c_custkey
     and o_comment not like '%special%requests%'
    group by c_custkey
) c_orders
group by c_count
order by custdist desc, c_count desc;
",
    },
    SampleQuery {
        id: "q14",
        title: "Q14 Effect of promotions",
        teaches: "One month of line items meets all parts: the hash table belongs on the smaller side.",
        sql: "\
select 100.00 * sum(case when p_type like 'PROMO%' then l_extendedprice * (1 - l_discount) else 0 end)
       / sum(l_extendedprice * (1 - l_discount)) as promo_revenue
from lineitem
join part on p_partkey = l_partkey
where l_shipdate >= date '1995-09-01'
  and l_shipdate < date '1995-09-01' + interval '1' month;
",
    },
    SampleQuery {
        id: "q15",
        title: "Q15 Best supplier of a quarter",
        teaches: "The common table expression is used twice: computed once and kept, or inlined and computed again.",
        sql: "\
with revenue as (
    select l_suppkey as supplier_no, sum(l_extendedprice * (1 - l_discount)) as total_revenue
    from lineitem
    where l_shipdate >= date '1996-01-01'
      and l_shipdate < date '1996-01-01' + interval '3' month
    group by l_suppkey
)
select s_suppkey, s_name, s_address, s_phone, total_revenue
from supplier
join revenue on supplier_no = s_suppkey
where total_revenue = (select max(total_revenue) from revenue)
order by s_suppkey;
",
    },
    SampleQuery {
        id: "q16",
        title: "Q16 Suppliers by kind of part",
        teaches: "NOT IN over a key that cannot be NULL: a plain anti join will do.",
        sql: "\
select p_brand, p_type, p_size, count(distinct ps_suppkey) as supplier_cnt
from partsupp
join part on p_partkey = ps_partkey
where p_brand <> 'Brand#45'
  and p_type not like 'MEDIUM POLISHED%'
  and p_size in (49, 14, 23, 45, 19, 3, 36, 9)
  and ps_suppkey not in (
      select s_suppkey
      from supplier
      where s_comment like '%Customer%Complaints%'
  )
group by p_brand, p_type, p_size
order by supplier_cnt desc, p_brand, p_type, p_size;
",
    },
    SampleQuery {
        id: "q17",
        title: "Q17 Small orders of a part",
        teaches: "An average for each part, asked by line item: run as written it takes minutes, unnested milliseconds.",
        sql: "\
select sum(l_extendedprice) / 7.0 as avg_yearly
from lineitem
join part on p_partkey = l_partkey
where p_brand = 'Brand#23'
  and p_container = 'MED BOX'
  and l_quantity < (
      select 0.2 * avg(l_quantity)
      from lineitem
      where l_partkey = p_partkey
  );
",
    },
    SampleQuery {
        id: "q18",
        title: "Q18 Very large orders",
        teaches: "IN over an aggregate by order: a semi join that leaves a handful of orders, so it should come first.",
        sql: "\
select c_name,
       c_custkey,
       o_orderkey,
       o_orderdate,
       o_totalprice,
       sum(l_quantity) as sum_qty
from customer, orders, lineitem
where o_custkey = c_custkey
  and l_orderkey = o_orderkey
  and o_orderkey in (
      select l_orderkey
      from lineitem
      group by l_orderkey
      having sum(l_quantity) > 300
  )
group by c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice
order by o_totalprice desc, o_orderdate
limit 100;
",
    },
    SampleQuery {
        id: "q19",
        title: "Q19 Discounted revenue of three brands",
        teaches: "Three alternatives repeat the join and more: factored out, they make a join, and each table gets its own filter.",
        sql: "\
select sum(l_extendedprice * (1 - l_discount)) as revenue
from lineitem, part
where (p_partkey = l_partkey
       and p_brand = 'Brand#12'
       and p_container in ('SM CASE', 'SM BOX', 'SM PACK', 'SM PKG')
       and l_quantity between 1 and 11
       and p_size between 1 and 5
       and l_shipmode in ('AIR', 'AIR REG')
       and l_shipinstruct = 'DELIVER IN PERSON')
   or (p_partkey = l_partkey
       and p_brand = 'Brand#23'
       and p_container in ('MED BAG', 'MED BOX', 'MED PKG', 'MED PACK')
       and l_quantity between 10 and 20
       and p_size between 1 and 10
       and l_shipmode in ('AIR', 'AIR REG')
       and l_shipinstruct = 'DELIVER IN PERSON')
   or (p_partkey = l_partkey
       and p_brand = 'Brand#34'
       and p_container in ('LG CASE', 'LG BOX', 'LG PACK', 'LG PKG')
       and l_quantity between 20 and 30
       and p_size between 1 and 15
       and l_shipmode in ('AIR', 'AIR REG')
       and l_shipinstruct = 'DELIVER IN PERSON');
",
    },
    SampleQuery {
        id: "q20",
        title: "Q20 Suppliers with too much stock",
        teaches: "Subqueries three deep: two semi joins and a sum by part and supplier, each unnested in turn.",
        sql: "\
select s_name, s_address
from supplier
join nation on n_nationkey = s_nationkey
where n_name = 'CANADA'
  and s_suppkey in (
      select ps_suppkey
      from partsupp
      where ps_partkey in (
          select p_partkey
          from part
          where p_name like 'forest%'
      )
        and ps_availqty > (
          select 0.5 * sum(l_quantity)
          from lineitem
          where l_partkey = ps_partkey
            and l_suppkey = ps_suppkey
            and l_shipdate >= date '1994-01-01'
            and l_shipdate < date '1994-01-01' + interval '1' year
      )
  )
order by s_name;
",
    },
    SampleQuery {
        id: "q21",
        title: "Q21 Suppliers who kept orders waiting",
        teaches: "Line items three times, EXISTS and NOT EXISTS with <>: a semi and an anti join that compare more than keys.",
        sql: "\
select s_name, count(*) as numwait
from supplier
join lineitem late on late.l_suppkey = s_suppkey
join orders on o_orderkey = late.l_orderkey
join nation on n_nationkey = s_nationkey
where o_orderstatus = 'F'
  and n_name = 'SAUDI ARABIA'
  and late.l_receiptdate > late.l_commitdate
  and exists (
      select *
      from lineitem other
      where other.l_orderkey = late.l_orderkey
        and other.l_suppkey <> late.l_suppkey
  )
  and not exists (
      select *
      from lineitem other
      where other.l_orderkey = late.l_orderkey
        and other.l_suppkey <> late.l_suppkey
        and other.l_receiptdate > other.l_commitdate
  )
group by s_name
order by numwait desc, s_name
limit 100;
",
    },
    SampleQuery {
        id: "q22",
        title: "Q22 Idle customers worth a call",
        teaches: "An average over all customers is computed once; customers without orders come from an anti join.",
        sql: "\
select cntrycode, count(*) as numcust, sum(c_acctbal) as totacctbal
from (
    select substring(c_phone from 1 for 2) as cntrycode, c_acctbal
    from customer
    where substring(c_phone from 1 for 2) in ('13', '31', '23', '29', '30', '18', '17')
      and c_acctbal > (
          select avg(c_acctbal)
          from customer
          where c_acctbal > 0.00
            and substring(c_phone from 1 for 2) in ('13', '31', '23', '29', '30', '18', '17')
      )
      and not exists (
          select *
          from orders
          where o_custkey = c_custkey
      )
) custsale
group by cntrycode
order by cntrycode;
",
    },
];
