-- TPC-H: its eight tables with their keys, in an order in which they can be loaded.
create table region (
    r_regionkey integer primary key,
    r_name      varchar(25)  not null,
    r_comment   varchar(152) not null
);

create table nation (
    n_nationkey integer primary key,
    n_name      varchar(25)  not null,
    n_regionkey integer      not null references region (r_regionkey),
    n_comment   varchar(152) not null
);

create table supplier (
    s_suppkey   integer primary key,
    s_name      varchar(25)   not null,
    s_address   varchar(40)   not null,
    s_nationkey integer       not null references nation (n_nationkey),
    s_phone     varchar(15)   not null,
    s_acctbal   numeric(15,2) not null,
    s_comment   varchar(101)  not null
);

create table customer (
    c_custkey    integer primary key,
    c_name       varchar(25)   not null,
    c_address    varchar(40)   not null,
    c_nationkey  integer       not null references nation (n_nationkey),
    c_phone      varchar(15)   not null,
    c_acctbal    numeric(15,2) not null,
    c_mktsegment varchar(10)   not null,
    c_comment    varchar(117)  not null
);

create table part (
    p_partkey     integer primary key,
    p_name        varchar(55)   not null,
    p_mfgr        varchar(25)   not null,
    p_brand       varchar(10)   not null,
    p_type        varchar(25)   not null,
    p_size        integer       not null,
    p_container   varchar(10)   not null,
    p_retailprice numeric(15,2) not null,
    p_comment     varchar(23)   not null
);

create table partsupp (
    ps_partkey    integer       not null references part (p_partkey),
    ps_suppkey    integer       not null references supplier (s_suppkey),
    ps_availqty   integer       not null,
    ps_supplycost numeric(15,2) not null,
    ps_comment    varchar(199)  not null,
    primary key (ps_partkey, ps_suppkey)
);

create table orders (
    o_orderkey      integer primary key,
    o_custkey       integer       not null references customer (c_custkey),
    o_orderstatus   varchar(1)    not null,
    o_totalprice    numeric(15,2) not null,
    o_orderdate     date          not null,
    o_orderpriority varchar(15)   not null,
    o_clerk         varchar(15)   not null,
    o_shippriority  integer       not null,
    o_comment       varchar(79)   not null
);

create table lineitem (
    l_orderkey      integer       not null references orders (o_orderkey),
    l_partkey       integer       not null references part (p_partkey),
    l_suppkey       integer       not null references supplier (s_suppkey),
    l_linenumber    integer       not null,
    l_quantity      numeric(15,2) not null,
    l_extendedprice numeric(15,2) not null,
    l_discount      numeric(15,2) not null,
    l_tax           numeric(15,2) not null,
    l_returnflag    varchar(1)    not null,
    l_linestatus    varchar(1)    not null,
    l_shipdate      date          not null,
    l_commitdate    date          not null,
    l_receiptdate   date          not null,
    l_shipinstruct  varchar(25)   not null,
    l_shipmode      varchar(10)   not null,
    l_comment       varchar(44)   not null,
    primary key (l_orderkey, l_linenumber),
    foreign key (l_partkey, l_suppkey) references partsupp (ps_partkey, ps_suppkey)
);

CREATE TABLE a (x integer, y integer, z integer, s text);
CREATE TABLE b (x integer, y integer, z integer, s text);
CREATE TABLE c (x integer, y integer, z integer, s text);
CREATE TABLE k (id integer PRIMARY KEY, x integer NOT NULL, y integer, s text);
CREATE TABLE m (id integer PRIMARY KEY, x integer NOT NULL, y integer, s text);
CREATE TABLE r (
    k_id integer NOT NULL REFERENCES k (id),
    m_id integer NOT NULL REFERENCES m (id),
    n    numeric(10,2),
    d    date,
    PRIMARY KEY (k_id, m_id)
);
CREATE TABLE t (u integer UNIQUE, v integer, w integer, f double precision);
