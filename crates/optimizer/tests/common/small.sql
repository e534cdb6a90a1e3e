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
