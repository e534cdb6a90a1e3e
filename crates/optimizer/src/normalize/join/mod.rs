//! Joins become stricter, or go away.

mod inner_to_semi;
mod left_join_remove;
mod outer_to_inner;

pub use inner_to_semi::InnerToSemi;
pub use left_join_remove::LeftJoinRemove;
pub use outer_to_inner::OuterToInner;
