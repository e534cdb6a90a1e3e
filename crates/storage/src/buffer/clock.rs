//! CLOCK, the second chance: a hand goes round the frames; a frame used since the last visit is spared once.
//!
//! Corbató, "A Paging Experiment with the Multics System" (1968).

use super::EvictionPolicy;

/// The CLOCK policy.
#[derive(Debug, Default)]
pub struct Clock {
    /// One entry a frame: `None` is empty, else whether it was used since the hand passed.
    used: Vec<Option<bool>>,
    hand: usize,
}

impl EvictionPolicy for Clock {
    fn name(&self) -> &'static str {
        "clock"
    }

    fn loaded(&mut self, frame: usize) {
        if frame >= self.used.len() {
            self.used.resize(frame + 1, None);
        }
        self.used[frame] = Some(true);
    }

    fn touched(&mut self, frame: usize) {
        self.used[frame] = Some(true);
    }

    fn removed(&mut self, frame: usize) {
        self.used[frame] = None;
    }

    fn victim(&mut self, evictable: &dyn Fn(usize) -> bool) -> Option<usize> {
        // The first round may only take chances away, the second finds a frame if there is one.
        for _ in 0..2 * self.used.len() {
            let frame = self.hand;
            self.hand = (self.hand + 1) % self.used.len();
            match self.used[frame] {
                Some(_) if !evictable(frame) => {}
                Some(true) => self.used[frame] = Some(false),
                Some(false) => return Some(frame),
                None => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_frame_is_spared_once() {
        let mut clock = Clock::default();
        (0..3).for_each(|frame| clock.loaded(frame));
        assert_eq!(clock.victim(&|_| true), Some(0));
        clock.removed(0);
        clock.loaded(0);
        clock.touched(1);
        assert_eq!(clock.victim(&|_| true), Some(2));
        assert_eq!(clock.victim(&|frame| frame == 0), Some(0));
        assert_eq!(clock.victim(&|_| false), None);
    }
}
