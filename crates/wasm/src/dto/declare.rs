//! One declaration gives a serializable Rust struct and its TypeScript interface.

/// A type with a TypeScript spelling.
pub trait Ts {
    /// The spelling, such as `string | null`.
    fn ts() -> String;
}

/// A declared interface.
pub struct Declared {
    /// Its TypeScript text.
    pub text: fn() -> String,
}

macro_rules! spelled {
    ($($rust:ty => $ts:literal),* $(,)?) => {
        $(impl Ts for $rust { fn ts() -> String { $ts.into() } })*
    };
}

spelled! { u32 => "number", u64 => "number", usize => "number", f64 => "number", bool => "boolean", String => "string", &'static str => "string" }

impl<T: Ts> Ts for Option<T> {
    fn ts() -> String {
        format!("{} | null", T::ts())
    }
}

impl<T: Ts> Ts for Vec<T> {
    fn ts() -> String {
        let inner = T::ts();
        if inner.contains('|') {
            format!("({inner})[]")
        } else {
            format!("{inner}[]")
        }
    }
}

/// `snake_case` as `camelCase`.
pub fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for c in name.trim_start_matches("r#").chars() {
        if c == '_' {
            upper = true;
        } else if upper {
            out.extend(c.to_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
    }
    out
}

/// Declares structs that cross into JavaScript, with documentation that TypeScript readers see too.
macro_rules! dto {
    ($($(#[doc = $doc:literal])* pub struct $name:ident { $($(#[doc = $field_doc:literal])* pub $field:ident: $ty:ty,)* })*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Debug, Clone, PartialEq, serde::Serialize)]
            #[serde(rename_all = "camelCase")]
            #[allow(missing_docs, reason = "names that speak for themselves need no second sentence")]
            pub struct $name { $($(#[doc = $field_doc])* pub $field: $ty,)* }

            impl crate::dto::Ts for $name {
                fn ts() -> String {
                    stringify!($name).into()
                }
            }

            impl $name {
                /// The TypeScript interface.
                pub fn declaration() -> String {
                    let mut out = String::new();
                    $(out.push_str(&format!("/**{} */\n", $doc));)*
                    out.push_str(&format!("export interface {} {{\n", stringify!($name)));
                    $(
                        $(out.push_str(&format!("  /**{} */\n", $field_doc));)*
                        out.push_str(&format!(
                            "  {}: {}\n",
                            crate::dto::declare::camel(stringify!($field)),
                            <$ty as crate::dto::Ts>::ts()
                        ));
                    )*
                    out.push_str("}\n");
                    out
                }
            }
        )*

        /// The TypeScript declarations of this module, in order.
        pub const DECLARED: &[crate::dto::Declared] = &[$(crate::dto::Declared { text: $name::declaration }),*];
    };
}

/// A string that is one of a few words.
macro_rules! word {
    ($(#[doc = $doc:literal])* pub enum $name:ident { $($(#[doc = $variant_doc:literal])* $variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
        pub enum $name { $($(#[doc = $variant_doc])* #[serde(rename = $word)] $variant,)* }

        impl crate::dto::Ts for $name {
            fn ts() -> String {
                [$(concat!("'", $word, "'")),*].join(" | ")
            }
        }
    };
}

/// The whole TypeScript file.
pub fn declarations() -> String {
    let mut out = String::from(
        "// Generated from crates/wasm/src/dto. Do not edit: UPDATE=1 cargo test -p wasm --test bindings\n\
         // Spans count UTF-16 code units, as JavaScript strings do. Times are milliseconds.\n\n",
    );
    let modules = [
        super::outcome::DECLARED,
        super::schema::DECLARED,
        super::trace::DECLARED,
    ];
    let texts: Vec<String> = modules
        .iter()
        .flat_map(|m| m.iter())
        .map(|d| (d.text)())
        .collect();
    out.push_str(&texts.join("\n"));
    out
}
