//! Hostile shapes end in an answer or a clear error within a second, on a small stack.

mod common;

use common::Database;
use std::time::{Duration, Instant};

/// 1 MiB, and 2 where inlining makes frames larger.
const STACK: usize = if cfg!(debug_assertions) { 1 } else { 2 } << 20;

/// Binds on a thread with that stack: the code of the error, or nothing.
fn code(text: String) -> Option<&'static str> {
    let run = move || {
        let database = Database::with("create table t (a int, b int, s text)");
        let started = Instant::now();
        let result = database.run(&text);
        let code = match &result {
            Ok(Some((arena, sql::Bound::Query(query)))) => {
                // The text of the plan is walked as well, then all is dropped.
                assert!(!plan::text::tree(arena, query.root).is_empty());
                None
            }
            Ok(_) => None,
            Err(error) => {
                let span = error.span();
                assert!(span.start <= span.end && span.end as usize <= text.len());
                Some(error.code().0)
            }
        };
        drop(result);
        let took = started.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}");
        code
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    thread
        .expect("a thread")
        .join()
        .expect("no overflow, no panic")
}

const TOO_COMPLEX: Option<&str> = Some("54001");

/// A shape repeated n times.
type Shape = (&'static str, fn(usize) -> String);

const SHAPES: &[Shape] = &[
    ("parentheses", |n| {
        format!("select {}1{}", "(".repeat(n), ")".repeat(n))
    }),
    ("open only", |n| format!("select {}", "(".repeat(n))),
    ("not", |n| format!("select {}true", "not ".repeat(n))),
    ("minus", |n| format!("select {}1", "- ".repeat(n))),
    ("plus chain", |n| format!("select 1{}", " + 1".repeat(n))),
    ("minus chain", |n| format!("select 1{}", " - - 1".repeat(n))),
    ("concat chain", |n| {
        format!("select 'a'{}", " || 'a'".repeat(n))
    }),
    ("cast chain", |n| format!("select 1{}", "::int".repeat(n))),
    ("and chain", |n| {
        format!("select * from t where a = 1{}", " and a = b".repeat(n))
    }),
    ("or chain", |n| {
        format!("select * from t where a = 1{}", " or a = b".repeat(n))
    }),
    ("is null chain", |n| {
        format!("select a{} from t", " is null".repeat(n))
    }),
    ("comparison chain", |n| {
        format!("select true{}", " = true".repeat(n))
    }),
    ("case", |n| {
        format!(
            "select {}1{}",
            "case when true then ".repeat(n),
            " end".repeat(n)
        )
    }),
    ("case else", |n| {
        format!(
            "select {}1{}",
            "case when true then 1 else ".repeat(n),
            " end".repeat(n)
        )
    }),
    ("calls", |n| {
        format!("select {}1{}", "abs(".repeat(n), ")".repeat(n))
    }),
    ("casts", |n| {
        format!("select {}1{}", "cast(".repeat(n), " as int)".repeat(n))
    }),
    ("extract", |n| {
        format!(
            "select {}a{} from t",
            "extract(year from ".repeat(n),
            ")".repeat(n)
        )
    }),
    ("coalesce", |n| {
        format!("select {}1{}", "coalesce(1, ".repeat(n), ")".repeat(n))
    }),
    ("in nested", |n| {
        format!("select {}1{}", "1 in (".repeat(n), ")".repeat(n))
    }),
    ("union all", |n| {
        format!("select 1{}", " union all select 1".repeat(n))
    }),
    ("union", |n| {
        format!("select 1{}", " union select 1".repeat(n))
    }),
    ("union nested", |n| {
        format!("{}select 1{}", "select 1 union (".repeat(n), ")".repeat(n))
    }),
    ("query parentheses", |n| {
        format!("{}select 1{}", "(".repeat(n), ")".repeat(n))
    }),
    ("scalar subqueries", |n| {
        format!("{}1{}", "select (".repeat(n), ")".repeat(n))
    }),
    ("subqueries", |n| {
        format!("select {}1{}", "(select ".repeat(n), ")".repeat(n))
    }),
    ("exists", |n| {
        format!(
            "select 1{}{}",
            " where exists (select 1".repeat(n),
            ")".repeat(n)
        )
    }),
    ("in subquery", |n| {
        format!(
            "select a from t{}{}",
            " where a in (select a from t".repeat(n),
            ")".repeat(n)
        )
    }),
    ("derived", |n| {
        format!("{}t{}", "select * from (".repeat(n), ") x".repeat(n))
    }),
    ("derived tables", |n| {
        format!(
            "select * from {}t{}",
            "(select * from ".repeat(n),
            ") x".repeat(n)
        )
    }),
    ("joins", |n| {
        format!("select 1 from t{}", " join t on true".repeat(n))
    }),
    ("natural joins", |n| {
        format!("select 1 from t t0{}", " natural join t".repeat(n))
    }),
    ("joins without on", |n| {
        format!(
            "select 1 from t{}{}",
            " join t".repeat(n),
            " on true".repeat(n)
        )
    }),
    ("nested joins", |n| {
        format!(
            "select 1 from {}t{}",
            "(".repeat(n),
            " join t on true)".repeat(n)
        )
    }),
    ("from list", |n| {
        format!("select 1 from t{}", ", t".repeat(n))
    }),
    ("with", |n| {
        format!(
            "with c0 as (select 1){} select 1",
            (1..=n)
                .map(|i| format!(", c{i} as (select * from c{}, c{})", i - 1, i - 1))
                .collect::<String>()
        )
    }),
    ("with chain", |n| {
        format!(
            "with c0 as (select 1 as x){} select * from c{n}",
            (1..=n)
                .map(|i| format!(", c{i} as (select * from c{})", i - 1))
                .collect::<String>()
        )
    }),
    ("with nested", |n| {
        format!(
            "{}select 1{}",
            "with c as (".repeat(n),
            ") select 1".repeat(n)
        )
    }),
    ("in list", |n| format!("select 1 in (1{})", ", 1".repeat(n))),
    ("select list", |n| format!("select 1{}", ", 1".repeat(n))),
    ("brackets", |n| {
        format!("select {}1{}", "array[".repeat(n), "]".repeat(n))
    }),
    ("subscripts", |n| {
        format!("select a{} from t", "[1]".repeat(n))
    }),
    ("names", |n| format!("select a{} from t", ".a".repeat(n))),
    ("between", |n| {
        format!("select a{} from t", " between 1 and 2".repeat(n))
    }),
    ("like", |n| {
        format!("select s{} from t", " like 'x'".repeat(n))
    }),
    ("in chain", |n| {
        format!("select a{} from t", " in (1)".repeat(n))
    }),
    ("collate", |n| {
        format!("select s{} from t", " collate \"C\"".repeat(n))
    }),
    ("interval", |n| {
        format!("select {}'1'", "interval ".repeat(n))
    }),
    ("comments", |n| {
        format!("select 1 {}{}", "/*".repeat(n), "*/".repeat(n))
    }),
    ("signs", |n| format!("select {}1", "!".repeat(n))),
    ("tildes", |n| format!("select {}1", "~ ".repeat(n))),
    ("explain", |n| format!("{}select 1", "explain ".repeat(n))),
    ("at time zone", |n| {
        format!("select a{} from t", " at time zone 'x'".repeat(n))
    }),
    ("any", |n| {
        format!("select a{} from t", " = any (select 1)".repeat(n))
    }),
    ("distinct from", |n| {
        format!("select a{} from t", " is distinct from a".repeat(n))
    }),
    ("array types", |n| {
        format!("select 1::int{}", "[]".repeat(n))
    }),
    ("struct types", |n| {
        format!(
            "select cast(1 as {}int{})",
            "array<".repeat(n),
            ">".repeat(n)
        )
    }),
    ("prior", |n| {
        format!("select {}a from t", "prior ".repeat(n))
    }),
    ("lambda", |n| format!("select {}1", "x -> ".repeat(n))),
    ("arrows", |n| {
        format!("select a{} from t", " -> 'x'".repeat(n))
    }),
    ("row", |n| {
        format!("select {}1{}", "row(".repeat(n), ")".repeat(n))
    }),
    ("tuples", |n| {
        format!("select {}1{}", "(1, ".repeat(n), ")".repeat(n))
    }),
    ("begin", |n| format!("{}select 1", "begin ".repeat(n))),
    ("window", |n| {
        format!(
            "select {}1{}",
            "sum(1) over (order by ".repeat(n),
            ")".repeat(n)
        )
    }),
    ("grouping", |n| {
        format!(
            "select 1 group by {}1{}",
            "rollup(".repeat(n),
            ")".repeat(n)
        )
    }),
];

/// `LARGEST=1000000` tries larger ones, too.
#[test]
fn shapes_of_all_sizes_neither_overflow_nor_hang() {
    const SIZES: [usize; 13] = [
        2, 10, 28, 40, 90, 100, 130, 400, 1_000, 3_000, 20_000, 100_000, 1_000_000,
    ];
    let verbose = std::env::var_os("VERBOSE").is_some();
    let largest = std::env::var("LARGEST").ok();
    let largest = largest.and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let sizes = SIZES.iter().filter(|n| **n <= largest);
    let sizes: Vec<usize> = sizes.copied().collect();
    for (name, shape) in SHAPES {
        for &n in &sizes {
            let text = shape(n);
            let length = text.len();
            let started = Instant::now();
            if verbose {
                eprint!("{name} × {n}: ");
            }
            let result = std::panic::catch_unwind(|| code(text));
            assert!(result.is_ok(), "{name} × {n} ({length} bytes)");
            if verbose {
                eprintln!("{:?} {:?}", result.ok().flatten(), started.elapsed());
            }
        }
    }
    eprintln!(
        "R16 hostile statements {}: 0 overflows, {} shapes of up to {largest} levels, natively",
        SHAPES.len() * sizes.len(),
        SHAPES.len()
    );
}

/// For a single shape: `SHAPE=calls N=90 cargo test -p sql --test hostile one_shape`.
#[test]
fn one_shape() {
    let (Ok(name), Ok(n)) = (std::env::var("SHAPE"), std::env::var("N")) else {
        return;
    };
    let shape = SHAPES.iter().find(|(shape, _)| *shape == name);
    let text = shape.expect("a known shape").1(n.parse().expect("a number"));
    eprintln!("{name} × {n}: {:?}", code(text));
}

#[test]
fn what_must_work_works() {
    for (name, n) in [
        ("parentheses", 90),
        ("and chain", 1_000 / 2),
        ("or chain", 1_000 / 2),
        ("plus chain", 400),
        ("cast chain", 400),
        ("union all", 1_000),
        ("union", 90),
        ("joins", 64),
        ("in list", 10_000),
        ("select list", 1_600),
        ("scalar subqueries", 20),
        ("exists", 20),
        ("derived tables", 14),
        ("case", 40),
        ("calls", 40),
        ("with chain", 20),
    ] {
        let shape = SHAPES.iter().find(|(shape, _)| *shape == name);
        let (_, shape) = shape.expect("a known shape");
        // Tables joined to themselves need names of their own.
        let text = if name == "joins" {
            let joins: String = (0..n).map(|i| format!(" join t t{i} on true")).collect();
            format!("select 1 from t{joins}")
        } else {
            shape(n)
        };
        assert_eq!(code(text), None, "{name} × {n}");
    }
    let conditions: String = (0..1_000).map(|i| format!(" and f{i}")).collect();
    let columns: String = (0..1_000).map(|i| format!(", true as f{i}")).collect();
    let text = format!("select 1 from (select true as f{columns}) x where f{conditions}");
    assert_eq!(code(text), None, "1,000 conjuncts");
}

/// Pieces that open something, what closes them, and what stands inside.
const OPENERS: &[(&str, &str)] = &[
    ("(", ")"),
    ("abs(", ")"),
    ("coalesce(1, ", ")"),
    ("(select ", ")"),
    ("(select 1 from (select ", ") x)"),
    ("(select a from t where a = ", ")"),
    ("exists (select 1 where 1 = ", ")"),
    ("(values (", "))"),
    ("(with c as (select 1) select ", ")"),
    ("case when true then ", " end"),
    ("case 1 when ", " then 2 else 3 end"),
    ("not ", ""),
    ("- ", ""),
    ("1 + ", ""),
    ("true or true and 1 = 2 + 3 * ", ""),
    ("1 in (2, ", ")"),
    ("cast(", " as int)"),
    ("1 between 0 and ", ""),
    ("1 = any (select ", ")"),
    ("(select 1 union select ", ")"),
    ("(select count(*) from t join t u on ", ")"),
    ("sum(1) over (order by ", ")"),
    ("interval ", ""),
    ("substring('a' from ", ")"),
    ("(1, ", ")"),
    ("row(", ")"),
    ("array[", "]"),
];

#[test]
fn random_nesting_does_not_overflow() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    let (mut fine, mut deep) = (0, 0);
    for round in 0..600 {
        let (mut open, mut close) = (String::from("select "), Vec::new());
        let kinds: Vec<usize> = (0..1 + random(4)).map(|_| random(OPENERS.len())).collect();
        for _ in 0..1 + random(120) {
            let (opener, closer) = OPENERS[kinds[random(kinds.len())]];
            open += opener;
            close.push(closer);
        }
        close.reverse();
        let text = format!("{open}1{}", close.concat());
        match std::panic::catch_unwind(|| code(text.clone())) {
            Ok(Some("54001")) => deep += 1,
            Ok(_) => fine += 1,
            Err(_) => panic!("round {round}: {text}"),
        }
    }
    assert!(
        fine > 100 && deep > 100,
        "{fine} bound or refused, {deep} too deep"
    );
}

#[test]
fn limits_are_errors_with_their_code() {
    let of = |name: &str, n| {
        let shape = SHAPES.iter().find(|(shape, _)| *shape == name);
        code(shape.expect("a known shape").1(n))
    };
    assert_eq!(of("plus chain", 100_000), TOO_COMPLEX);
    assert_eq!(of("plus chain", 40_000), TOO_COMPLEX);
    assert_eq!(of("parentheses", 5_000), TOO_COMPLEX);
    assert_eq!(of("parentheses", 1_000_000), TOO_COMPLEX);
    assert_eq!(of("not", 1_000_000), TOO_COMPLEX);
    assert_eq!(of("case", 100_000), TOO_COMPLEX);
    assert_eq!(of("union", 1_000), TOO_COMPLEX);
    assert_eq!(of("union all", 40_000), TOO_COMPLEX);
    assert_eq!(of("subqueries", 1_000), TOO_COMPLEX);
    assert_eq!(of("joins", 1_000), TOO_COMPLEX);
    assert_eq!(of("with", 200), TOO_COMPLEX);
    let megabyte = format!("select '{}'", "x".repeat(1 << 20));
    assert_eq!(code(megabyte), TOO_COMPLEX);
    let wide: String = (0..1_601).map(|i| format!(", c{i} int")).collect();
    assert_eq!(code(format!("create table w (c int{wide})")), Some("54011"));
}
