-- Films: eight tables, keys and foreign keys declared, in an order in which they can be loaded.
create table genre (
    id integer primary key,
    name varchar(20) not null
);

create table company (
    id integer primary key,
    name varchar(60) not null,
    country varchar(20) not null,
    founded smallint
);

create table person (
    id integer primary key,
    name varchar(60) not null,
    country varchar(20),
    birth_year smallint,
    death_year smallint
);

create table title (
    id integer primary key,
    name varchar(80) not null,
    kind varchar(10) not null,
    year smallint not null,
    country varchar(20) not null,
    language varchar(20) not null,
    in_colour boolean not null,
    runtime smallint,
    premiere date,
    budget numeric(12,2),
    sequel_of integer references title (id)
);

create table title_genre (
    title_id integer not null references title (id),
    genre_id integer not null references genre (id),
    primary key (title_id, genre_id)
);

create table title_company (
    title_id integer not null references title (id),
    company_id integer not null references company (id),
    task varchar(12) not null,
    primary key (title_id, company_id, task)
);

create table cast_info (
    id integer primary key,
    title_id integer not null references title (id),
    person_id integer not null references person (id),
    role varchar(15) not null,
    billing smallint,
    character_name varchar(60)
);

create table rating (
    title_id integer primary key references title (id),
    votes integer not null,
    score numeric(3,1) not null
);
