//! The form in which rules are declared: data on top, then the functions `apply` and `sentence` of the rule's module.

/// Declares a rule. The module provides `fn apply(&mut Rewrite) -> RelId` and `fn sentence(&View, RelId) -> String`;
/// guards are `fn(&View) -> bool`.
macro_rules! rule {
    (
        $(#[$doc:meta])*
        $name:ident in $family:ident $($looks_up:ident)?;
        law: $law:literal,
        source: $source:literal,
        wrong_when: $wrong_when:literal,
        example: $example:literal,
        pattern: $pattern:expr,
        guards: [ $( $guard:literal: $says:literal => $holds:expr ),* $(,)? ] $(,)?
    ) => {
        $(#[$doc])*
        pub struct $name;

        impl crate::rule::Rule for $name {
            fn info(&self) -> &'static crate::rule::RuleInfo {
                static INFO: crate::rule::RuleInfo = crate::rule::RuleInfo {
                    name: stringify!($name),
                    family: crate::rule::Family::$family,
                    stage: crate::rule::Stage::Normalize,
                    law: $law,
                    source: $source,
                    wrong_when: $wrong_when,
                    example: $example,
                };
                &INFO
            }

            fn pattern(&self) -> &'static crate::rule::Pattern {
                static PATTERN: crate::rule::Pattern = $pattern;
                &PATTERN
            }

            fn guards(&self) -> &'static [crate::rule::Guard] {
                static GUARDS: &[crate::rule::Guard] = &[
                    $( crate::rule::Guard { name: $guard, says: $says, holds: $holds } ),*
                ];
                GUARDS
            }

            fn looks_up(&self) -> bool {
                const WORDS: &[&str] = &[$(stringify!($looks_up))?];
                !WORDS.is_empty()
            }

            fn apply(&self, rewrite: &mut crate::rule::Rewrite<'_>) -> plan::RelId {
                apply(rewrite)
            }

            fn sentence(&self, view: &crate::rule::View<'_>, after: plan::RelId) -> String {
                sentence(view, after)
            }
        }
    };
}

pub(crate) use rule;
