//! Which page loses its frame.

/// Chooses the frame to empty. Frames are named by small numbers; the pool tells the policy what happens to them.
pub trait EvictionPolicy {
    /// The name a user knows it by, such as "clock".
    fn name(&self) -> &'static str;

    /// A page came into the empty frame.
    fn loaded(&mut self, frame: usize);

    /// The page in the frame was asked for again.
    fn touched(&mut self, frame: usize);

    /// The frame is empty now.
    fn removed(&mut self, frame: usize);

    /// The frame to empty next among those that `evictable` allows; `None` when it allows none. The pool calls
    /// [`removed`](Self::removed) when it follows.
    fn victim(&mut self, evictable: &dyn Fn(usize) -> bool) -> Option<usize>;
}
