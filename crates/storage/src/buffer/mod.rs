//! The buffer pool: a fixed number of frames that hold pages of a store.
//!
//! - [`pool`]: [`BufferPool`] and [`PageGuard`].
//! - [`policy`]: [`EvictionPolicy`], with [`Clock`] and [`Lru`].
//! - [`events`]: what a watcher of pages sees; the pool's counters.

pub mod events;
pub mod policy;
pub mod pool;

mod clock;
mod frame;
mod lru;

pub use clock::Clock;
pub use events::{Counters, PageEvent, PageEventKind, PageObserver};
pub use frame::PageGuard;
pub use lru::Lru;
pub use policy::EvictionPolicy;
pub use pool::{BufferPool, FrameInfo};
