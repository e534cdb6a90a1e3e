//! Queries over the films, from the first to watch to the hard ones. Each shows something on the small data set.

use super::SampleQuery;

/// The queries over [`films`](crate::films); the first is the one a page opens with.
pub const FILMS: &[SampleQuery] = &[
    SampleQuery {
        id: "first-light",
        title: "Well-rated French titles",
        teaches: "A condition on the rating throws away titles without one: the outer join becomes an inner join.",
        sql: "\
select t.name, t.year, r.score
from title t
left join rating r on r.title_id = t.id
where t.country = 'France'
  and r.score >= 5
order by r.score desc, t.name
limit 5;
",
    },
    SampleQuery {
        id: "filters-sink",
        title: "Who directed the French dramas",
        teaches: "Six tables and commas ask for a huge product; each condition sinks to the tables it reads and makes joins of it.",
        sql: "\
select t.name, t.year, p.name as director, r.score
from title t, title_genre tg, genre g, cast_info c, person p, rating r
where tg.title_id = t.id
  and g.id = tg.genre_id
  and c.title_id = t.id
  and p.id = c.person_id
  and r.title_id = t.id
  and g.name = 'Drama'
  and t.country = 'France'
  and c.role in ('director', 'writer')
order by r.score desc, t.name, director;
",
    },
    SampleQuery {
        id: "left-join-gone",
        title: "Series, oldest first",
        teaches: "No column of rating is used and its key matches a title once at most: the left join does nothing and goes.",
        sql: "\
select t.name, t.year
from title t
left join rating r on r.title_id = t.id
where t.kind = 'series'
order by t.year, t.name;
",
    },
    SampleQuery {
        id: "on-is-not-where",
        title: "Titles with their rating, if it is a good one",
        teaches: "In the ON of a left join, the condition on rating may sink; the one on title has to stay where it is.",
        sql: "\
select t.name, t.year, r.score
from title t
left join rating r
  on r.title_id = t.id
 and r.score >= 7
 and t.year >= 1980
order by t.id;
",
    },
    SampleQuery {
        id: "exists-semi",
        title: "People who have directed",
        teaches: "EXISTS asks for one match only: the subquery becomes a semi join, which never repeats a person.",
        sql: "\
select p.name, p.country
from person p
where exists (
    select *
    from cast_info c
    where c.person_id = p.id
      and c.role = 'director'
)
order by p.name;
",
    },
    SampleQuery {
        id: "not-in-null",
        title: "Titles without a sequel, asked with NOT IN",
        teaches: "Some sequel_of is NULL, so NOT IN is never true and no row comes: the anti join has to be null-aware.",
        sql: "\
select t.name
from title t
where t.id not in (
    select s.sequel_of
    from title s
);
",
    },
    SampleQuery {
        id: "not-exists-anti",
        title: "Titles without a sequel, asked with NOT EXISTS",
        teaches: "NOT EXISTS does not mind the NULLs: a plain anti join, and the answer that was meant.",
        sql: "\
select t.name
from title t
where not exists (
    select *
    from title s
    where s.sequel_of = t.id
)
order by t.name;
",
    },
    SampleQuery {
        id: "or-exists-mark",
        title: "Early titles, and good ones",
        teaches: "Below OR, a subquery cannot become a semi join: a mark join hands up true, false or unknown instead.",
        sql: "\
select t.name, t.year
from title t
where t.year < 1930
   or exists (
       select *
       from rating r
       where r.title_id = t.id
         and r.score >= 7.5
   )
order by t.year, t.name;
",
    },
    SampleQuery {
        id: "above-average",
        title: "Titles better than their country's average",
        teaches: "The subquery would run once for each title; unnested, all averages come from one aggregate, joined once.",
        sql: "\
select t.name, t.country, r.score
from title t
join rating r on r.title_id = t.id
where r.score > (
    select avg(r2.score)
    from title t2
    join rating r2 on r2.title_id = t2.id
    where t2.country = t.country
)
order by t.country, r.score desc, t.name;
",
    },
    SampleQuery {
        id: "count-bug",
        title: "Titles that credit no director",
        teaches: "For a title without a match the count is 0, yet the joined aggregate has no row: unnesting must repair this.",
        sql: "\
select t.name, t.year
from title t
where (
    select count(*)
    from cast_info c
    where c.title_id = t.id
      and c.role = 'director'
) = 0
order by t.year, t.name;
",
    },
    SampleQuery {
        id: "in-list",
        title: "Everything but features",
        teaches: "A chain of ORs on one column becomes one IN list without duplicates, tested in one go.",
        sql: "\
select t.name, t.kind, t.year
from title t
where t.kind = 'short'
   or t.kind = 'series'
   or t.kind = 'short'
order by t.kind, t.year;
",
    },
    SampleQuery {
        id: "constants-travel",
        title: "Everything about title 22",
        teaches: "What equals t.id equals 22: the constant travels to rating and cast_info, which are filtered before the joins.",
        sql: "\
select t.name, r.score, c.role, p.name as person
from title t
join rating r on r.title_id = t.id
join cast_info c on c.title_id = t.id
join person p on p.id = c.person_id
where t.id = 22
order by c.billing, c.role;
",
    },
    SampleQuery {
        id: "factor-or",
        title: "Recent horror and Italian comedy",
        teaches: "Both sides of OR repeat the join conditions: factored out, they turn the product into joins.",
        sql: "\
select t.name, t.year, t.country, g.name as genre
from title t, title_genre tg, genre g
where (tg.title_id = t.id
       and g.id = tg.genre_id
       and g.name = 'Horror'
       and t.year >= 1980)
   or (tg.title_id = t.id
       and g.id = tg.genre_id
       and g.name = 'Comedy'
       and t.country = 'Italy')
order by t.year, t.name;
",
    },
    SampleQuery {
        id: "distinct-on-key",
        title: "Titles of this century",
        teaches: "The key is among the columns, so no two rows are equal: DISTINCT costs nothing because it is removed.",
        sql: "\
select distinct t.id, t.name, t.year
from title t
where t.year > 2000
order by t.year, t.id;
",
    },
    SampleQuery {
        id: "having-splits",
        title: "Countries with more than three titles",
        teaches: "One half of HAVING reads a group key and moves below the aggregate; the count can only be tested above.",
        sql: "\
select t.country, count(*) as titles, avg(t.runtime) as avg_runtime
from title t
group by t.country
having t.country <> 'United States'
   and count(*) > 3
order by titles desc, t.country;
",
    },
    SampleQuery {
        id: "top-casts",
        title: "The five titles with most credits",
        teaches: "Name and year follow from the key, so grouping by id is enough; sort and limit become one top-N.",
        sql: "\
select t.id, t.name, t.year, count(*) as credits
from title t
join cast_info c on c.title_id = t.id
group by t.id, t.name, t.year
order by credits desc, t.id
limit 5;
",
    },
    SampleQuery {
        id: "never-true",
        title: "Titles after 1990 and before 1950",
        teaches: "The two conditions exclude each other: the filter is FALSE, and emptiness climbs through the joins.",
        sql: "\
select t.name, p.name as person
from title t
join cast_info c on c.title_id = t.id
join person p on p.id = c.person_id
where t.year > 1990
  and t.year < 1950;
",
    },
    SampleQuery {
        id: "one-cte",
        title: "Average score by genre",
        teaches: "A common table expression used once is inlined: filters pass into it, and columns nobody reads go.",
        sql: "\
with scored as (
    select g.name as genre, t.name, t.year, t.premiere, r.votes, r.score
    from title t
    join title_genre tg on tg.title_id = t.id
    join genre g on g.id = tg.genre_id
    join rating r on r.title_id = t.id
)
select genre, count(*) as titles, avg(score) as average
from scored
where year >= 1960
group by genre
order by average desc, genre;
",
    },
    SampleQuery {
        id: "skew",
        title: "Who acts together most often",
        teaches: "Few titles hold most credits, so the self join makes far more rows than an even spread would: compare estimated and actual.",
        sql: "\
select p.name as person, q.name as partner, count(*) as together
from cast_info a
join cast_info b
  on b.title_id = a.title_id
 and b.person_id > a.person_id
join person p on p.id = a.person_id
join person q on q.id = b.person_id
where a.role = 'actor'
  and b.role = 'actor'
group by p.id, p.name, q.id, q.name
order by together desc, person, partner
limit 10;
",
    },
    SampleQuery {
        id: "correlation",
        title: "Who produced Japanese titles",
        teaches: "The three conditions nearly say the same; multiplied as if independent, they make the estimate too small.",
        sql: "\
select co.name, count(*) as titles
from title t
join title_company tc on tc.title_id = t.id
join company co on co.id = tc.company_id
where t.country = 'Japan'
  and t.language = 'Japanese'
  and co.country = 'Japan'
  and tc.task = 'production'
group by co.id, co.name
order by titles desc, co.name;
",
    },
];
