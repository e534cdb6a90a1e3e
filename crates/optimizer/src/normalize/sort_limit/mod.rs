//! Sorts and limits: fewer of them, over fewer rows, by fewer keys.

mod limit_merge;
mod limit_push;
mod limit_remove;
mod order;
mod sort_below_unordered;
mod sort_key_reduce;
mod sort_remove;
mod top_n;

pub use limit_merge::LimitMerge;
pub use limit_push::LimitPush;
pub use limit_remove::LimitRemove;
pub use sort_below_unordered::SortBelowUnordered;
pub use sort_key_reduce::SortKeyReduce;
pub use sort_remove::SortRemove;
pub use top_n::TopN;
