//! Expressions get simpler inside the operators that hold them.

mod between_composition;
mod bool_simplify;
mod case_simplify;
mod comparison_commute;
mod constant_fold;
mod factor_conjunct;
mod in_normalize;
mod negation_push;
mod null_propagate;
mod null_test_simplify;
mod range_consolidate;
mod sites;
mod unwrap_cast;

pub use between_composition::BetweenComposition;
pub use bool_simplify::BoolSimplify;
pub use case_simplify::CaseSimplify;
pub use comparison_commute::ComparisonCommute;
pub use constant_fold::ConstantFold;
pub use factor_conjunct::FactorConjunct;
pub use in_normalize::InNormalize;
pub use negation_push::NegationPush;
pub use null_propagate::NullPropagate;
pub use null_test_simplify::NullTestSimplify;
pub use range_consolidate::RangeConsolidate;
pub use unwrap_cast::UnwrapCast;
